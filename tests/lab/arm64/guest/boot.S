/* Entry of the arm64 probe guest, for each CPU: EL1, MMU and caches off, interrupts masked for good. */
.section .head, "ax"
.globl _start
_start:
	mrs x0, mpidr_el1
	and x0, x0, #7          /* which CPU this is */
	adrp x2, stacks
	add x2, x2, :lo12:stacks
	add x3, x0, #1
	add x2, x2, x3, lsl #13 /* 8 KiB each */
	mov sp, x2
	adrp x2, vectors
	add x2, x2, :lo12:vectors
	msr vbar_el1, x2
	isb
	bl probe_main
1:	wfi
	b 1b

/* Whatever comes here is a fault: all 16 entries print where and why. */
.section .text
.balign 2048
vectors:
.rept 16
	.balign 128
	mrs x0, esr_el1
	mrs x1, elr_el1
	mrs x2, far_el1
	b probe_fault
.endr

.section .bss
.balign 4096
stacks: .skip 8 * 8192
