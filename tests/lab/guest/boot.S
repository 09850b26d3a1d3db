/* The probe guest's way from reset through real and protected mode to 64-bit long mode, then
 * probe_main(). There is no other firmware: all exits from the first on are the guest's own, and it
 * runs at once. */
.set ROM, 0xf0000

.section .orders, "a"
.globl orders
orders:	.byte 0

.section .reset, "ax"
.code16
.globl reset
reset:	ljmp $(ROM >> 4), $(real_mode - ROM)

.section .text
.code16
real_mode:
	cli
	lgdtl %cs:(gdt_pointer - ROM)
	mov %cr0, %eax
	or $1, %eax
	mov %eax, %cr0
	ljmpl $0x18, $protected_mode

.code32
protected_mode:
	mov $0x10, %eax
	mov %eax, %ds
	mov %eax, %es
	mov %eax, %ss
	mov $bss_start, %edi
	mov $bss_end, %ecx
	sub %edi, %ecx
	xor %eax, %eax
	rep stosb

	/* Identity-map the low 4 GiB with 2 MiB pages: one PML4, one PDPT, four PDs. */
	movl $pdpt + 3, pml4
	mov $pd + 3, %eax
	mov $pdpt, %edi
	mov $4, %ecx
1:	mov %eax, (%edi)
	add $4096, %eax
	add $8, %edi
	loop 1b
	mov $pd, %edi
	mov $0x83, %eax
	mov $2048, %ecx
2:	mov %eax, (%edi)
	add $0x200000, %eax
	add $8, %edi
	loop 2b

	/* CR4.PAE, EFER.LME, CR0.PG: long mode; and caches on (CR0.CD, CR0.NW). */
	mov $pml4, %eax
	mov %eax, %cr3
	mov %cr4, %eax
	or $0x20, %eax
	mov %eax, %cr4
	mov $0xc0000080, %ecx
	rdmsr
	or $0x100, %eax
	wrmsr
	mov %cr0, %eax
	and $0x9fffffff, %eax
	or $0x80000000, %eax
	mov %eax, %cr0
	ljmp $8, $long_mode

.code64
long_mode:
	mov $stack_top, %rsp
	call probe_main
3:	cli
	hlt
	jmp 3b

/* IRQ0: count the tick. The PIC is in automatic EOI mode: there is nothing to acknowledge. */
.globl irq0
irq0:
	incq ticks
	iretq

/* #GP: step over the refused rdmsr or wrmsr (two bytes), so that an unknown MSR does not end the
 * guest. */
.globl gp_fault
gp_fault:
	add $8, %rsp
	addq $2, (%rsp)
	iretq

/* 64-bit code, data, 32-bit code; all marked as accessed, for the CPU cannot do that in a ROM. */
.align 16
gdt:	.quad 0, 0x00af9b000000ffff, 0x00cf93000000ffff, 0x00cf9b000000ffff
gdt_pointer:
	.word 31
	.long gdt

.section .bss
.align 4096
pml4:	.skip 4096
pdpt:	.skip 4096
pd:	.skip 16384
	.skip 8192
stack_top:
.globl ticks
ticks:	.skip 8
