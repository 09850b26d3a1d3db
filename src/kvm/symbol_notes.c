#include "kvm/symbol_notes.h"

#include <stdbool.h>
#include <string.h>

#define MAIN_LOOP "QEMU's main loop is woken all the time: look at Exits and timers (Clock)"
#define BIG_LOCK "Threads wait for locks, mostly QEMU's big one: vCPUs against its main loop"
#define ENTERING "Entering and leaving the guest: much of it is many VM exits (Exits)"
#define HALTING "vCPUs halt, and poll for what wakes them: an idle guest, or its ticks: R08"
#define FAULTING "The guest's memory is filled in: start, ballooning, swap, or KSM's copies"
#define SCHEDULING "Threads fall asleep and wake up often: halts, iothreads, locks"
#define MITIGATION "CPU buffers are flushed against side channels: the price of each entry"
#define TIMER_WORK "Timers of the host fire for the guest: its clock ticks often (Clock)"
#define VNC "QEMU encodes the guest's screen for a VNC viewer: close it, or fewer colours"
#define SPICE "The guest's screen is compressed for a SPICE viewer: close it, or do not"
#define TCG "The guest runs in TCG, not in KVM, translated by QEMU: use accel=kvm"
#define DISK "The VM's disks: requests by io_uring, Linux AIO or QEMU's thread pool"
#define NETWORK "The VM's network: packets through vhost and tap"
#define COPYING "Memory is copied or cleared: disks and network by QEMU, screen, migration"
#define DIRTY "Dirty pages are logged: a migration, or a display's memory"
#define MMU "KVM maps the guest's memory: its page faults, or its own page tables"
#define EMULATING "KVM emulates instructions of the guest: device memory (MMIO), or old modes"
#define APIC "Interrupts and the APIC's timer in KVM: APICv or AVIC would save exits"
#define PIC "Interrupts through KVM's PIC: an old machine type, or the RTC's or PIT's tick"
#define CONTENDED "CPUs wait for a lock of the kernel that other threads hold"
#define DEVICES "QEMU emulates devices: ports and MMIO that leave the kernel (Exits)"
#define QEMU_TIMERS "Timers of QEMU's devices that tick, such as RTC or HPET (Clock)"
#define SYSCALLS "System calls of QEMU: each exit to user space costs some (Exits)"
#define SPINNING "The guest's CPUs wait for each other: too many vCPUs for this host"
#define NESTED "The guest has guests of its own: nested exits cost several times as much"
#define TRACING "Events are traced: by kvmtop while it counts exits, or by another tool"
#define UNMASKING "Where interrupts come back on: a timer that samples finds what was before"
#define PORTS "The guest uses I/O ports of devices: see which (Exits)"
#define KSM "KSM compares and merges pages: what it gains is in the Host view"
#define COMPACTING "The host moves memory to make huge pages; the guest stalls meanwhile"
#define RECLAIM "The host is short of memory: it frees pages and swaps"

/* clang-format off */
const struct symbol_note kernel_symbol_notes[] = {
	{ "__bpf_*", TRACING },
	{ "__do_softirq", "Interrupts of the host come at the VM's expense: network, disks, timers" },
	{ "__fget*", MAIN_LOOP },
	{ "__get_user_pages*", FAULTING },
	{ "__handle_mm_fault", FAULTING },
	{ "__hrtimer_run_queues", TIMER_WORK },
	{ "__kvm_apic_update_irr", APIC },
	{ "__mutex_lock*", "Threads wait for a mutex of the kernel that others hold" },
	{ "__pollwait", MAIN_LOOP },
	{ "__schedule", SCHEDULING },
	{ "__svm_vcpu_run", ENTERING },
	{ "__vmx_vcpu_run", ENTERING },
	{ "__x64_sys_ioctl", SYSCALLS },
	{ "_raw_spin_lock*", CONTENDED },
	{ "_raw_spin_unlock_irq*", UNMASKING },
	{ "aio_complete*", DISK },
	{ "aio_read*", DISK },
	{ "apic_has_interrupt_for_ppr", APIC },
	{ "apic_timer_fn", APIC },
	{ "blk_mq_*", DISK },
	{ "bpf_*", TRACING },
	{ "clear_huge_page", FAULTING },
	{ "clear_page*", FAULTING },
	{ "compact_zone", COMPACTING },
	{ "copy_page*", FAULTING },
	{ "copy_user*", COPYING },
	{ "direct_page_fault", MMU },
	{ "do_futex", BIG_LOCK },
	{ "do_poll*", MAIN_LOOP },
	{ "do_sys_poll", MAIN_LOOP },
	{ "do_syscall_64", SYSCALLS },
	{ "do_user_addr_fault", FAULTING },
	{ "do_vfs_ioctl", SYSCALLS },
	{ "emulator_pio_*", PORTS },
	{ "entry_SYSCALL_64*", SYSCALLS },
	{ "ep_poll*", MAIN_LOOP },
	{ "eventfd_*", "Threads wake each other by eventfds: virtio's doorbells, the main loop" },
	{ "exc_page_fault", FAULTING },
	{ "exit_to_user_mode_*", SYSCALLS },
	{ "fget*", SYSCALLS },
	{ "finish_task_switch*", SCHEDULING },
	{ "fput*", SYSCALLS },
	{ "futex_*", BIG_LOCK },
	{ "handle_mm_fault", FAULTING },
	{ "handle_softirqs", "Interrupts of the host come at the VM's expense: network, disks, timers" },
	{ "handle_ud", EMULATING },
	{ "hrtimer_*", TIMER_WORK },
	{ "hv_*", "The hypervisor below this host takes part: nested virtualization" },
	{ "io_submit*", DISK },
	{ "io_uring*", DISK },
	{ "irqfd_*", "Devices interrupt the guest by irqfd: virtio, vhost, passed-through ones" },
	{ "isolate_migratepages*", COMPACTING },
	{ "ksm_*", KSM },
	{ "kvm_apic_*", APIC },
	{ "kvm_arch_vcpu_ioctl_run", ENTERING },
	{ "kvm_arch_vcpu_load", SCHEDULING },
	{ "kvm_arch_vcpu_put", SCHEDULING },
	{ "kvm_cpuid", "The guest asks for CPUID, which always exits: a busy loop in it" },
	{ "kvm_emulate_*", EMULATING },
	{ "kvm_fast_pio", PORTS },
	{ "kvm_get_msr*", "The guest reads MSRs: see which (Exits)" },
	{ "kvm_guest_time_update", "KVM brings the guest's clock up to date at entry" },
	{ "kvm_hv_*", "Hyper-V enlightenments at work: Windows uses them instead of devices" },
	{ "kvm_ioapic_*", "Interrupts through KVM's IOAPIC" },
	{ "kvm_lapic_*", APIC },
	{ "kvm_mmu_*", MMU },
	{ "kvm_pic_*", PIC },
	{ "kvm_sched_in", SCHEDULING },
	{ "kvm_sched_out", SCHEDULING },
	{ "kvm_set_irq*", "Devices set interrupt lines of the guest: RTC, PIT or HPET tick" },
	{ "kvm_set_msr*", "The guest writes MSRs: see which (Exits)" },
	{ "kvm_tdp_page_fault", MMU },
	{ "kvm_vcpu_block", HALTING },
	{ "kvm_vcpu_check_block", HALTING },
	{ "kvm_vcpu_halt", HALTING },
	{ "kvm_vcpu_ioctl", ENTERING },
	{ "kvm_vcpu_kick", "vCPUs are interrupted by others: IPIs of the guest, or devices" },
	{ "kvm_vcpu_on_spin", SPINNING },
	{ "kvm_vcpu_yield_to", SPINNING },
	{ "kvm_vm_ioctl_get_dirty_log", DIRTY },
	{ "memcmp_pages", KSM },
	{ "migrate_pages*", "The host moves the guest's memory: NUMA balancing or compaction" },
	{ "mmu_*", MMU },
	{ "mutex_lock*", "Mutexes of the kernel: each entry from QEMU takes one; else threads wait" },
	{ "mutex_spin_on_owner", CONTENDED },
	{ "native_queued_spin_lock_slowpath", CONTENDED },
	{ "native_write_msr", "MSRs of the host are written: at entry to the guest, and for its timers" },
	{ "nested_svm_*", NESTED },
	{ "nested_vmx_*", NESTED },
	{ "osq_lock", CONTENDED },
	{ "page_fault*", FAULTING },
	{ "paging64_*", MMU },
	{ "perf_swevent_*", TRACING },
	{ "perf_tp_*", TRACING },
	{ "perf_trace_*", TRACING },
	{ "pic_*", PIC },
	{ "pick_next_task*", SCHEDULING },
	{ "pit_*", "KVM's PIT ticks for the guest (Clock)" },
	{ "poll_*", MAIN_LOOP },
	{ "psi_*", SCHEDULING },
	{ "pv_queued_spin_lock_slowpath", CONTENDED },
	{ "read_tsc", "The time is read often" },
	{ "remove_wait_queue", MAIN_LOOP },
	{ "ring_buffer_*", TRACING },
	{ "rmap_walk*", RECLAIM },
	{ "rwsem_*", CONTENDED },
	{ "scan_get_next_rmap_item", KSM },
	{ "schedule*", SCHEDULING },
	{ "select_estimate_accuracy", MAIN_LOOP },
	{ "select_task_rq*", SCHEDULING },
	{ "shrink_*", RECLAIM },
	{ "sock_poll", MAIN_LOOP },
	{ "srso_*", "A mitigation against side channels, paid at every return in the kernel" },
	{ "svm_handle_exit*", ENTERING },
	{ "svm_vcpu_enter_exit", ENTERING },
	{ "svm_vcpu_run", ENTERING },
	{ "switch_mm*", SCHEDULING },
	{ "syscall_exit_to_user_mode", SYSCALLS },
	{ "syscall_return_via_sysret", SYSCALLS },
	{ "tap_*", NETWORK },
	{ "tdp_mmu_*", MMU },
	{ "tomoyo_*", SYSCALLS },
	{ "trace_buffer_*", TRACING },
	{ "trace_event_*", TRACING },
	{ "tracing_*", TRACING },
	{ "try_to_wake_up", SCHEDULING },
	{ "ttwu_*", SCHEDULING },
	{ "tun_*", NETWORK },
	{ "update_cfs_*", "The scheduler's books: threads in cgroups switch often (limits or shares)" },
	{ "update_curr*", SCHEDULING },
	{ "update_load_avg", SCHEDULING },
	{ "vcpu_enter_guest*", ENTERING },
	{ "vcpu_run", ENTERING },
	{ "vfs_ioctl", SYSCALLS },
	{ "vhost_*", NETWORK },
	{ "virtqueue_*", "The host's own virtio devices: it is a VM itself" },
	{ "vmx_flush_pml_buffer", DIRTY },
	{ "vmx_handle_exit*", ENTERING },
	{ "vmx_l1d_flush", MITIGATION },
	{ "vmx_vcpu_enter_exit", ENTERING },
	{ "vmx_vcpu_run", ENTERING },
	{ "x86_decode_insn", EMULATING },
	{ "x86_emulate_insn", EMULATING },
	{ "x86_emulate_instruction", EMULATING },
	{ "zap_*", "Memory is taken away from the guest: ballooning, swap, or its end" },
};
const size_t kernel_symbol_note_count = sizeof kernel_symbol_notes / sizeof *kernel_symbol_notes;

const struct symbol_note user_symbol_notes[] = {
	{ "__GI___ioctl", "Exits that QEMU has to answer: see which device (Exits)" },
	{ "__GI___poll", MAIN_LOOP },
	{ "__lll_lock_wait*", BIG_LOCK },
	{ "__memcpy_*", COPYING },
	{ "__memmove_*", COPYING },
	{ "__memset_*", COPYING },
	{ "__poll", MAIN_LOOP },
	{ "__ppoll", MAIN_LOOP },
	{ "__pthread_mutex_*", BIG_LOCK },
	{ "acpi_pm_*", "The guest reads the ACPI PM timer, a slow clock that QEMU emulates (Clock)" },
	{ "address_space_*", DEVICES },
	{ "aio_bh_*", MAIN_LOOP },
	{ "aio_compute_timeout", MAIN_LOOP },
	{ "aio_ctx_*", MAIN_LOOP },
	{ "aio_dispatch*", MAIN_LOOP },
	{ "aio_notify*", MAIN_LOOP },
	{ "aio_pending", MAIN_LOOP },
	{ "aio_poll", "An iothread or the main loop polls for disk requests (poll-max-ns)" },
	{ "aio_prepare", MAIN_LOOP },
	{ "bdrv_*", DISK },
	{ "blk_*", DISK },
	{ "buffer_find_nonzero_offset*", "A migration looks for pages of zeros" },
	{ "buffer_is_zero*", "A migration or a disk's discard looks for zeros" },
	{ "buffer_zero_*", "A migration or a disk's discard looks for zeros" },
	{ "clock_gettime*", "The time is read often: timers of QEMU's devices" },
	{ "cpu_exec*", TCG },
	{ "cpu_physical_memory_*", DEVICES },
	{ "cpu_tb_exec", TCG },
	{ "crc32*", "A disk image's or a stream's check sums" },
	{ "deflate*", "Data is compressed: a VNC viewer, a migration or a backup" },
	{ "flatview_*", DEVICES },
	{ "g_hash_table_*", DEVICES },
	{ "g_main_context_*", MAIN_LOOP },
	{ "g_main_dispatch*", MAIN_LOOP },
	{ "g_mutex_lock*", BIG_LOCK },
	{ "g_poll", MAIN_LOOP },
	{ "get_page_addr_code*", TCG },
	{ "glib_pollfds_*", MAIN_LOOP },
	{ "helper_*", TCG },
	{ "hpet_*", "QEMU emulates the HPET: the guest uses it as its clock (Clock)" },
	{ "ioctl", "Exits that QEMU has to answer: see which device (Exits)" },
	{ "iothread_run", "An iothread serves disks" },
	{ "jpeg_*", "The guest's screen is compressed as JPEG for a viewer" },
	{ "kvm_cpu_exec", "Exits that QEMU has to answer: see which device (Exits)" },
	{ "kvm_vcpu_ioctl", "Exits that QEMU has to answer: see which device (Exits)" },
	{ "luring_*", DISK },
	{ "lz_*", SPICE },
	{ "lzo1x_*", SPICE },
	{ "main_loop_*", MAIN_LOOP },
	{ "memcpy*", COPYING },
	{ "memory_region_*", DEVICES },
	{ "mmu_lookup*", TCG },
	{ "multifd_*", "The VM is being migrated" },
	{ "net_*", "QEMU carries network packets itself: use vhost=on" },
	{ "object_class_dynamic_cast*", DEVICES },
	{ "object_dynamic_cast*", DEVICES },
	{ "os_host_main_loop_wait", MAIN_LOOP },
	{ "pic_*", DEVICES },
	{ "pit_*", "QEMU emulates the PIT: it ticks for the guest (Clock)" },
	{ "pixman_*", "QEMU converts the guest's screen: a viewer is there, or much is drawn" },
	{ "poll", MAIN_LOOP },
	{ "ppoll", MAIN_LOOP },
	{ "pthread_mutex_*", BIG_LOCK },
	{ "qcow2_*", "A qcow2 image: a larger l2-cache-size, or raw, costs less" },
	{ "qemu_bh_*", MAIN_LOOP },
	{ "qemu_clock_*", QEMU_TIMERS },
	{ "qemu_coroutine_*", DISK },
	{ "qemu_mutex_*", BIG_LOCK },
	{ "qemu_poll_ns", MAIN_LOOP },
	{ "qemu_soonest_timeout", MAIN_LOOP },
	{ "quic_*", SPICE },
	{ "ram_save_*", "The VM is being migrated: its memory is sent" },
	{ "red_*", SPICE },
	{ "rtc_*", "QEMU emulates the RTC: the guest uses it as its clock (Clock)" },
	{ "slirp_*", "User-mode network (slirp): use a tap device or passt" },
	{ "spice_*", SPICE },
	{ "tb_*", TCG },
	{ "tcg_*", TCG },
	{ "tight_*", VNC },
	{ "timer_mod*", QEMU_TIMERS },
	{ "timerlist_*", QEMU_TIMERS },
	{ "vga_*", "QEMU draws the guest's screen: old VGA modes are slow; use virtio-gpu or qxl" },
	{ "virtio_*", "QEMU serves virtio devices itself: disks and network of the guest" },
	{ "virtqueue_*", "QEMU serves virtio devices itself: disks and network of the guest" },
	{ "vnc_*", VNC },
	{ "zrle_*", VNC },
};
const size_t user_symbol_note_count = sizeof user_symbol_notes / sizeof *user_symbol_notes;
/* clang-format on */

static bool fits(const struct symbol_note *note, const char *name, size_t length)
{
	const size_t own = strlen(note->name);

	if (note->name[own - 1] == '*')
		return length >= own - 1 && !strncmp(name, note->name, own - 1);
	return length == own && !strncmp(name, note->name, own);
}

const char *symbol_note_find(enum symbol_space space, const char *name)
{
	const struct symbol_note *notes =
		space == SYMBOL_KERNEL ? kernel_symbol_notes : user_symbol_notes;
	const size_t count =
		space == SYMBOL_KERNEL ? kernel_symbol_note_count : user_symbol_note_count;
	const size_t length = strcspn(name, ".@");
	const struct symbol_note *best = NULL;

	if (space == SYMBOL_GUEST)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (fits(&notes[i], name, length) &&
			(!best || strlen(notes[i].name) > strlen(best->name)))
			best = &notes[i];
	return best ? best->note : NULL;
}
