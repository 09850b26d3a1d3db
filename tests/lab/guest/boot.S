/* Multiboot entry of the probe guest: from 32-bit protected mode to 64-bit long mode, then
 * probe_main(). */
.set FLAGS, 0
.set MAGIC, 0x1BADB002

.section .multiboot, "a"
.align 4
.long MAGIC, FLAGS, -(MAGIC + FLAGS)

.section .text
.code32
.globl _start
_start:
	mov $stack_top, %esp
	mov %ebx, boot_info

	/* Identity-map the low 4 GiB with 2 MiB pages: one PML4, one PDPT, four PDs. */
	mov $pdpt, %eax
	or $3, %eax
	mov %eax, pml4
	mov $pd, %eax
	or $3, %eax
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

	/* CR4.PAE, EFER.LME, CR0.PG and CR0.PE: long mode. */
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
	or $0x80000001, %eax
	mov %eax, %cr0
	lgdt gdt_pointer
	ljmp $8, $long_mode

.code64
long_mode:
	mov $16, %ax
	mov %ax, %ds
	mov %ax, %es
	mov %ax, %ss
	mov $stack_top, %rsp
	xor %rdi, %rdi
	mov boot_info, %edi
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

.section .data
.align 16
gdt:	.quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdt_pointer:
	.word 23
	.long gdt
.align 8
.globl ticks
ticks:	.quad 0
boot_info:
	.long 0

.section .bss
.align 4096
pml4:	.skip 4096
pdpt:	.skip 4096
pd:	.skip 16384
	.skip 8192
stack_top:
