#include "source/tape/tape_fields.h"

#include "sample/sample.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define AT(of, member) \
	.offset = offsetof(struct of, member), .size = sizeof(((struct of *)0)->member)

/* A field is called in the file what it is called in its struct. */
#define FIELD(of, member, what)                                \
	{                                                      \
		.key = #member, .kind = (what), AT(of, member) \
	}
#define TOTAL(of, member, what)                                                 \
	{                                                                       \
		.key = #member, .kind = (what), .unknown = true, AT(of, member) \
	}
#define TEXT(of, member, as)                                                     \
	{                                                                        \
		.key = #member, .kind = TAPE_TEXT, .alias = (as), AT(of, member) \
	}
#define STRING(of, member, as)                                                     \
	{                                                                          \
		.key = #member, .kind = TAPE_STRING, .alias = (as), AT(of, member) \
	}
#define OBJECT(of, member, as)                                                     \
	{                                                                          \
		.key = #member, .kind = TAPE_OBJECT, .type = &(as), AT(of, member) \
	}
#define ENUM(of, member, list)                                                                  \
	{                                                                                       \
		.key = #member, .kind = TAPE_ENUM, .names = (list), .name_count = LENGTH(list), \
		AT(of, member)                                                                  \
	}
#define LIST(of, member, number, as)                                 \
	{                                                            \
		.key = #member, .kind = TAPE_LIST, .type = &(as),    \
		.count = offsetof(struct of, number), AT(of, member) \
	}
#define TEXTS(of, member, number)                                                         \
	{                                                                                 \
		.key = #member, .kind = TAPE_TEXTS, .count = offsetof(struct of, number), \
		.each = sizeof *((struct of *)0)->member, AT(of, member)                  \
	}
#define STRUCT(of, called, rows)                                               \
	{                                                                      \
		.name = (called), .size = sizeof(struct of), .fields = (rows), \
		.count = LENGTH(rows)                                          \
	}

/* clang-format off */

/* -- names of numbers: a recording outlives the order of an enum */

static const char *const tristates[] = { [TRI_UNKNOWN] = "unknown", [TRI_NO] = "no", [TRI_YES] = "yes" };

static const char *const isas[] = {
	[EXIT_ISA_UNKNOWN] = "unknown",
	[EXIT_ISA_VMX] = "vmx",
	[EXIT_ISA_SVM] = "svm",
};

static const char *const details[EXIT_DETAIL__COUNT] = {
	[EXIT_DETAIL_NONE] = "none",
	[EXIT_DETAIL_PORT_IN] = "port-in",
	[EXIT_DETAIL_PORT_OUT] = "port-out",
	[EXIT_DETAIL_MSR_READ] = "msr-read",
	[EXIT_DETAIL_MSR_WRITE] = "msr-write",
	[EXIT_DETAIL_MMIO_READ] = "mmio-read",
	[EXIT_DETAIL_MMIO_WRITE] = "mmio-write",
};

static const char *const sheds[TRACING_SHED__COUNT] = {
	[TRACING_SHED_NOTHING] = "nothing",
	[TRACING_SHED_DETAILS] = "details",
	[TRACING_SHED_VMS] = "vms",
	[TRACING_SHED_TIME] = "time",
};

static const char *const stacks[DOMAIN_STACK__COUNT] = {
	[DOMAIN_STACK_UNKNOWN] = "unknown",
	[DOMAIN_STACK_LIBVIRT] = "libvirt",
	[DOMAIN_STACK_PROXMOX] = "proxmox",
	[DOMAIN_STACK_NOVA] = "nova",
	[DOMAIN_STACK_KUBEVIRT] = "kubevirt",
	[DOMAIN_STACK_OVIRT] = "ovirt",
	[DOMAIN_STACK_CLOUDSTACK] = "cloudstack",
	[DOMAIN_STACK_OPENNEBULA] = "opennebula",
	[DOMAIN_STACK_INCUS] = "incus",
	[DOMAIN_STACK_LXD] = "lxd",
	[DOMAIN_STACK_QEMU] = "qemu",
	[DOMAIN_STACK_FIRECRACKER] = "firecracker",
	[DOMAIN_STACK_CLOUD_HYPERVISOR] = "cloud-hypervisor",
	[DOMAIN_STACK_CROSVM] = "crosvm",
};

static const char *const states[DOMAIN_STATE__COUNT] = {
	[DOMAIN_UNKNOWN] = "unknown",
	[DOMAIN_RUNNING] = "running",
	[DOMAIN_BLOCKED] = "blocked",
	[DOMAIN_PAUSED] = "paused",
	[DOMAIN_SHUTDOWN] = "shutdown",
	[DOMAIN_SHUTOFF] = "shutoff",
	[DOMAIN_CRASHED] = "crashed",
	[DOMAIN_PMSUSPENDED] = "pmsuspended",
};

/* -- the host */

static const struct tape_field cpu_fields[] = {
	FIELD(sample_cpu, number, TAPE_INT),
	TOTAL(sample_cpu, user_ticks, TAPE_UINT),
	TOTAL(sample_cpu, nice_ticks, TAPE_UINT),
	TOTAL(sample_cpu, system_ticks, TAPE_UINT),
	TOTAL(sample_cpu, idle_ticks, TAPE_UINT),
	TOTAL(sample_cpu, iowait_ticks, TAPE_UINT),
	TOTAL(sample_cpu, irq_ticks, TAPE_UINT),
	TOTAL(sample_cpu, softirq_ticks, TAPE_UINT),
	TOTAL(sample_cpu, steal_ticks, TAPE_UINT),
	TOTAL(sample_cpu, guest_ticks, TAPE_UINT),
};
static const struct tape_struct cpu = STRUCT(sample_cpu, "CPU", cpu_fields);

static const struct tape_field host_fields[] = {
	TEXT(sample_host, name, TAPE_ALIAS_HOST),
	FIELD(sample_host, remote, TAPE_BOOL),
	FIELD(sample_host, cpus, TAPE_INT),
	FIELD(sample_host, time_ns, TAPE_UINT),
	LIST(sample_host, per_cpu, per_cpu_count, cpu),
	TOTAL(sample_host, uptime_s, TAPE_DOUBLE),
	TOTAL(sample_host, load, TAPE_DOUBLES),
	TOTAL(sample_host, user_ticks, TAPE_UINT),
	TOTAL(sample_host, nice_ticks, TAPE_UINT),
	TOTAL(sample_host, system_ticks, TAPE_UINT),
	TOTAL(sample_host, idle_ticks, TAPE_UINT),
	TOTAL(sample_host, iowait_ticks, TAPE_UINT),
	TOTAL(sample_host, irq_ticks, TAPE_UINT),
	TOTAL(sample_host, softirq_ticks, TAPE_UINT),
	TOTAL(sample_host, steal_ticks, TAPE_UINT),
	TOTAL(sample_host, guest_ticks, TAPE_UINT),
	TOTAL(sample_host, memory_kib, TAPE_UINT),
	TOTAL(sample_host, memory_available_kib, TAPE_UINT),
	TOTAL(sample_host, swap_kib, TAPE_UINT),
	TOTAL(sample_host, swap_free_kib, TAPE_UINT),
	TOTAL(sample_host, ksmd_ticks, TAPE_UINT),
	TOTAL(sample_host, kswapd_ticks, TAPE_UINT),
};
static const struct tape_struct host = STRUCT(sample_host, "host", host_fields);

static const struct tape_field pressure_fields[] = {
	TOTAL(sample_pressure, avg10_pct, TAPE_DOUBLE),
	TOTAL(sample_pressure, avg60_pct, TAPE_DOUBLE),
	TOTAL(sample_pressure, total_us, TAPE_UINT),
};
static const struct tape_struct pressure = STRUCT(sample_pressure, "pressure", pressure_fields);

static const struct tape_field node_fields[] = {
	FIELD(sample_node, number, TAPE_INT),
	STRING(sample_node, cpus, TAPE_ALIAS_NONE),
	TOTAL(sample_node, memory_kib, TAPE_UINT),
	TOTAL(sample_node, free_kib, TAPE_UINT),
};
static const struct tape_struct node = STRUCT(sample_node, "node", node_fields);

static const struct tape_field host_detail_fields[] = {
	OBJECT(sample_host_detail, cpu_some, pressure),
	OBJECT(sample_host_detail, memory_some, pressure),
	OBJECT(sample_host_detail, io_some, pressure),
	OBJECT(sample_host_detail, cpu_full, pressure),
	OBJECT(sample_host_detail, memory_full, pressure),
	OBJECT(sample_host_detail, io_full, pressure),
	TEXT(sample_host_detail, thp, TAPE_ALIAS_NONE),
	TOTAL(sample_host_detail, halt_poll_grow, TAPE_INT),
	TOTAL(sample_host_detail, halt_poll_grow_start_ns, TAPE_INT),
	TOTAL(sample_host_detail, halt_poll_shrink, TAPE_INT),
	STRING(sample_host_detail, cpus_online, TAPE_ALIAS_NONE),
	TOTAL(sample_host_detail, huge_pages, TAPE_UINT),
	TOTAL(sample_host_detail, huge_pages_free, TAPE_UINT),
	TOTAL(sample_host_detail, huge_page_kib, TAPE_UINT),
	TOTAL(sample_host_detail, dirty_kib, TAPE_UINT),
	TOTAL(sample_host_detail, writeback_kib, TAPE_UINT),
	LIST(sample_host_detail, nodes, node_count, node),
};
static const struct tape_struct host_detail = STRUCT(sample_host_detail, "host's detail", host_detail_fields);

static const struct tape_field platform_fields[] = {
	TEXT(sample_platform, clocksource, TAPE_ALIAS_NONE),
	TEXT(sample_platform, kvm_vendor, TAPE_ALIAS_NONE),
	TOTAL(sample_platform, halt_poll_ns, TAPE_INT),
	TOTAL(sample_platform, halt_poll_ns_grow, TAPE_INT),
	TOTAL(sample_platform, halt_poll_ns_grow_start, TAPE_INT),
	TOTAL(sample_platform, halt_poll_ns_shrink, TAPE_INT),
	TOTAL(sample_platform, ignore_msrs, TAPE_INT),
	TOTAL(sample_platform, report_ignored_msrs, TAPE_INT),
	TOTAL(sample_platform, apicv, TAPE_INT),
	TOTAL(sample_platform, nested, TAPE_INT),
	TEXT(sample_platform, nx_huge_pages, TAPE_ALIAS_NONE),
	TOTAL(sample_platform, ksm_run, TAPE_INT),
	TOTAL(sample_platform, ksm_shared, TAPE_INT),
	TOTAL(sample_platform, ksm_sharing, TAPE_INT),
	TOTAL(sample_platform, ksm_unshared, TAPE_INT),
	TEXT(sample_platform, kernel, TAPE_ALIAS_NONE),
	FIELD(sample_platform, libvirt_version, TAPE_UINT),
	FIELD(sample_platform, qemu_version, TAPE_UINT),
};
const struct tape_struct tape_platform = STRUCT(sample_platform, "platform", platform_fields);

/* -- VMs */

static const struct tape_field thread_fields[] = {
	FIELD(sample_thread, tid, TAPE_INT),
	FIELD(sample_thread, start_ticks, TAPE_UINT),
	TEXT(sample_thread, name, TAPE_ALIAS_THREAD),
	ENUM(sample_thread, kind, thread_kind_names),
	TOTAL(sample_thread, vcpu, TAPE_INT),
	FIELD(sample_thread, utime_ticks, TAPE_UINT),
	FIELD(sample_thread, stime_ticks, TAPE_UINT),
	FIELD(sample_thread, guest_ticks, TAPE_UINT),
	TOTAL(sample_thread, switches, TAPE_UINT),
	TOTAL(sample_thread, cpu_ns, TAPE_UINT),
	TOTAL(sample_thread, wait_ns, TAPE_UINT),
	FIELD(sample_thread, time_ns, TAPE_UINT),
};
static const struct tape_struct thread = STRUCT(sample_thread, "thread", thread_fields);

static const struct tape_field counters_fields[] = {
	FIELD(sample_counters, time_ns, TAPE_UINT),
	TOTAL(sample_counters, exits, TAPE_UINT),
	TOTAL(sample_counters, io_exits, TAPE_UINT),
	TOTAL(sample_counters, mmio_exits, TAPE_UINT),
	TOTAL(sample_counters, halt_exits, TAPE_UINT),
	TOTAL(sample_counters, irq_exits, TAPE_UINT),
	TOTAL(sample_counters, hypercalls, TAPE_UINT),
	TOTAL(sample_counters, halt_poll_success_ns, TAPE_UINT),
	TOTAL(sample_counters, halt_poll_fail_ns, TAPE_UINT),
	TOTAL(sample_counters, halt_wait_ns, TAPE_UINT),
	TOTAL(sample_counters, nested_runs, TAPE_UINT),
	TOTAL(sample_counters, page_faults, TAPE_UINT),
	TOTAL(sample_counters, directed_yields, TAPE_UINT),
	TOTAL(sample_counters, nx_splits, TAPE_UINT),
	TOTAL(sample_counters, irq_windows, TAPE_UINT),
	TOTAL(sample_counters, nmi_windows, TAPE_UINT),
	TOTAL(sample_counters, signals, TAPE_UINT),
	TOTAL(sample_counters, irq_requests, TAPE_UINT),
	TOTAL(sample_counters, emulated, TAPE_UINT),
	TOTAL(sample_counters, halt_wakeups, TAPE_UINT),
	TOTAL(sample_counters, halt_polls, TAPE_UINT),
	TOTAL(sample_counters, halt_polls_successful, TAPE_UINT),
};
static const struct tape_struct counters = STRUCT(sample_counters, "counters", counters_fields);

static const struct tape_field placement_fields[] = {
	FIELD(sample_placement, tid, TAPE_INT),
	FIELD(sample_placement, start_ticks, TAPE_UINT),
	TOTAL(sample_placement, last_cpu, TAPE_INT),
	TOTAL(sample_placement, group, TAPE_INT),
	STRING(sample_placement, cpus, TAPE_ALIAS_NONE),
	STRING(sample_placement, nodes, TAPE_ALIAS_NONE),
};
static const struct tape_struct placement = STRUCT(sample_placement, "placement", placement_fields);

/* The paths name the VM. */
static const struct tape_field cgroup_fields[] = {
	STRING(sample_cgroup, path, TAPE_ALIAS_GONE),
	STRING(sample_cgroup, limit_path, TAPE_ALIAS_GONE),
	FIELD(sample_cgroup, time_ns, TAPE_UINT),
	FIELD(sample_cgroup, version, TAPE_UINT),
	TOTAL(sample_cgroup, quota_us, TAPE_UINT),
	TOTAL(sample_cgroup, period_us, TAPE_UINT),
	TOTAL(sample_cgroup, weight, TAPE_UINT),
	TOTAL(sample_cgroup, periods, TAPE_UINT),
	TOTAL(sample_cgroup, throttled_periods, TAPE_UINT),
	TOTAL(sample_cgroup, throttled_us, TAPE_UINT),
	TOTAL(sample_cgroup, memory_max, TAPE_UINT),
	TOTAL(sample_cgroup, memory_high, TAPE_UINT),
	STRING(sample_cgroup, cpus, TAPE_ALIAS_NONE),
};
static const struct tape_struct cgroup = STRUCT(sample_cgroup, "cgroup", cgroup_fields);

static const struct tape_field vcpu_halts_fields[] = {
	FIELD(sample_vcpu_halts, vcpu, TAPE_INT),
	TOTAL(sample_vcpu_halts, poll_success_ns, TAPE_UINT),
	TOTAL(sample_vcpu_halts, poll_fail_ns, TAPE_UINT),
	TOTAL(sample_vcpu_halts, wait_ns, TAPE_UINT),
	TOTAL(sample_vcpu_halts, wakeups, TAPE_UINT),
	TOTAL(sample_vcpu_halts, polls, TAPE_UINT),
	TOTAL(sample_vcpu_halts, polls_successful, TAPE_UINT),
};
static const struct tape_struct vcpu_halts = STRUCT(sample_vcpu_halts, "vCPU's halts", vcpu_halts_fields);

static const struct tape_field halts_fields[] = {
	FIELD(sample_halts, time_ns, TAPE_UINT),
	LIST(sample_halts, vcpus, count, vcpu_halts),
};
static const struct tape_struct halts = STRUCT(sample_halts, "halts", halts_fields);

static const struct tape_field domain_cpu_fields[] = {
	FIELD(sample_domain_cpu, time_ns, TAPE_UINT),
	TOTAL(sample_domain_cpu, cpu_ns, TAPE_UINT),
	TOTAL(sample_domain_cpu, user_ns, TAPE_UINT),
	TOTAL(sample_domain_cpu, system_ns, TAPE_UINT),
};
static const struct tape_struct domain_cpu = STRUCT(sample_domain_cpu, "domain's CPU time", domain_cpu_fields);

static const struct tape_field block_fields[] = {
	TEXT(sample_block, name, TAPE_ALIAS_NONE),
	TOTAL(sample_block, rd_requests, TAPE_UINT),
	TOTAL(sample_block, rd_bytes, TAPE_UINT),
	TOTAL(sample_block, rd_ns, TAPE_UINT),
	TOTAL(sample_block, wr_requests, TAPE_UINT),
	TOTAL(sample_block, wr_bytes, TAPE_UINT),
	TOTAL(sample_block, wr_ns, TAPE_UINT),
	TOTAL(sample_block, flushes, TAPE_UINT),
	TOTAL(sample_block, flush_ns, TAPE_UINT),
};
static const struct tape_struct block = STRUCT(sample_block, "disk", block_fields);

static const struct tape_field net_fields[] = {
	TEXT(sample_net, name, TAPE_ALIAS_NONE),
	TOTAL(sample_net, rx_bytes, TAPE_UINT),
	TOTAL(sample_net, rx_packets, TAPE_UINT),
	TOTAL(sample_net, rx_errors, TAPE_UINT),
	TOTAL(sample_net, rx_drops, TAPE_UINT),
	TOTAL(sample_net, tx_bytes, TAPE_UINT),
	TOTAL(sample_net, tx_packets, TAPE_UINT),
	TOTAL(sample_net, tx_errors, TAPE_UINT),
	TOTAL(sample_net, tx_drops, TAPE_UINT),
};
static const struct tape_struct net = STRUCT(sample_net, "network interface", net_fields);

static const struct tape_field memory_fields[] = {
	TOTAL(sample_memory, current_kib, TAPE_UINT),
	TOTAL(sample_memory, maximum_kib, TAPE_UINT),
	TOTAL(sample_memory, rss_kib, TAPE_UINT),
	TOTAL(sample_memory, available_kib, TAPE_UINT),
	TOTAL(sample_memory, unused_kib, TAPE_UINT),
	TOTAL(sample_memory, swapped_in_kib, TAPE_UINT),
	TOTAL(sample_memory, swapped_out_kib, TAPE_UINT),
	TOTAL(sample_memory, major_faults, TAPE_UINT),
};
static const struct tape_struct memory = STRUCT(sample_memory, "memory", memory_fields);

static const struct tape_field devices_fields[] = {
	FIELD(sample_devices, time_ns, TAPE_UINT),
	OBJECT(sample_devices, memory, memory),
	LIST(sample_devices, blocks, block_count, block),
	LIST(sample_devices, nets, net_count, net),
};
static const struct tape_struct devices = STRUCT(sample_devices, "devices", devices_fields);

static const struct tape_field vm_id_fields[] = {
	FIELD(vm_id, pid, TAPE_INT),
	FIELD(vm_id, start_ticks, TAPE_UINT),
};
static const struct tape_struct vm_id = STRUCT(vm_id, "VM's id", vm_id_fields);

static const struct tape_field vm_fields[] = {
	OBJECT(sample_vm, id, vm_id),
	STRING(sample_vm, name, TAPE_ALIAS_NAME),
	STRING(sample_vm, uuid, TAPE_ALIAS_UUID),
	LIST(sample_vm, threads, thread_count, thread),
	FIELD(sample_vm, domain, TAPE_DOMAIN),
	TOTAL(sample_vm, kvm_exits, TAPE_UINT),
	FIELD(sample_vm, config, TAPE_CONFIG),
	OBJECT(sample_vm, counters, counters),
	TOTAL(sample_vm, unhandled_msrs, TAPE_UINT),
	FIELD(sample_vm, unhandled_msr, TAPE_UINT),
	LIST(sample_vm, placements, placement_count, placement),
	LIST(sample_vm, cgroups, cgroup_count, cgroup),
	OBJECT(sample_vm, halts, halts),
	OBJECT(sample_vm, cpu, domain_cpu),
	OBJECT(sample_vm, devices, devices),
};
static const struct tape_struct vm = STRUCT(sample_vm, "VM", vm_fields);

/* -- the kernel's log: its text may name programs */

static const char *const log_directions[] = {
	[KERNEL_LOG_NEITHER] = "neither",
	[KERNEL_LOG_READ] = "read",
	[KERNEL_LOG_WRITE] = "write",
};

static const struct tape_field log_entry_fields[] = {
	FIELD(kernel_log_entry, pid, TAPE_INT),
	FIELD(kernel_log_entry, start_ticks, TAPE_UINT),
	ENUM(kernel_log_entry, kind, kernel_log_kind_names),
	ENUM(kernel_log_entry, direction, log_directions),
	FIELD(kernel_log_entry, msr, TAPE_UINT),
	FIELD(kernel_log_entry, count, TAPE_UINT),
	FIELD(kernel_log_entry, first_us, TAPE_UINT),
	FIELD(kernel_log_entry, last_us, TAPE_UINT),
	TEXT(kernel_log_entry, text, TAPE_ALIAS_GONE),
};
static const struct tape_struct log_entry = STRUCT(kernel_log_entry, "log's entry", log_entry_fields);

static const struct tape_field kernel_log_fields[] = {
	FIELD(sample_kernel_log, known, TAPE_BOOL),
	TEXT(sample_kernel_log, why, TAPE_ALIAS_WHY),
	FIELD(sample_kernel_log, lost, TAPE_UINT),
	FIELD(sample_kernel_log, before, TAPE_UINT),
	FIELD(sample_kernel_log, left_out, TAPE_UINT),
	LIST(sample_kernel_log, entries, count, log_entry),
};
static const struct tape_struct kernel_log = STRUCT(sample_kernel_log, "kernel's log", kernel_log_fields);

/* -- exits */

static const struct tape_field key_fields[] = {
	FIELD(exit_key, reason, TAPE_UINT),
	ENUM(exit_key, isa, isas),
	ENUM(exit_key, detail, details),
	FIELD(exit_key, number, TAPE_UINT),
};
static const struct tape_struct key = STRUCT(exit_key, "exit's key", key_fields);

static const struct tape_field exit_fields[] = {
	OBJECT(sample_exit, key, key),
	{ .key = "name", .kind = TAPE_STRING, .needed = true, AT(sample_exit, name) },
	FIELD(sample_exit, durations, TAPE_SUMMARY),
	FIELD(sample_exit, latency, TAPE_SPAN),
};
static const struct tape_struct exit_of = STRUCT(sample_exit, "exit", exit_fields);

static const struct tape_field irq_fields[] = {
	FIELD(sample_irq, gsi, TAPE_UINT),
	FIELD(sample_irq, raised, TAPE_UINT),
	FIELD(sample_irq, lowered, TAPE_UINT),
};
static const struct tape_struct irq = STRUCT(sample_irq, "interrupt line", irq_fields);

static const struct tape_field exit_thread_fields[] = {
	FIELD(sample_exit_thread, tid, TAPE_INT),
	TOTAL(sample_exit_thread, vcpu, TAPE_INT),
	LIST(sample_exit_thread, exits, count, exit_of),
	LIST(sample_exit_thread, irqs, irq_count, irq),
};
static const struct tape_struct exit_thread = STRUCT(sample_exit_thread, "thread's exits", exit_thread_fields);

static const struct tape_field tracing_fields[] = {
	FIELD(sample_tracing, events, TAPE_UINT),
	FIELD(sample_tracing, lost, TAPE_UINT),
	FIELD(sample_tracing, lost_unknown, TAPE_BOOL),
	FIELD(sample_tracing, horizon_ns, TAPE_UINT),
	FIELD(sample_tracing, bpf, TAPE_BOOL),
	FIELD(sample_tracing, details, TAPE_BOOL),
	ENUM(sample_tracing, shed, sheds),
	FIELD(sample_tracing, only_pid, TAPE_INT),
	FIELD(sample_tracing, duty, TAPE_DOUBLE),
	FIELD(sample_tracing, budget_cpu_pct, TAPE_DOUBLE),
	FIELD(sample_tracing, budget_events_per_s, TAPE_DOUBLE),
};
static const struct tape_struct tracing = STRUCT(sample_tracing, "tracing", tracing_fields);

/* -- hot symbols */

static const char *const spaces[SYMBOL_SPACE__COUNT] = {
	[SYMBOL_KERNEL] = "kernel",
	[SYMBOL_USER] = "user",
	[SYMBOL_GUEST] = "guest",
};

static const char *const symbol_events[SYMBOL_EVENT__COUNT] = {
	[SYMBOL_EVENT_NONE] = "none",
	[SYMBOL_EVENT_CYCLES] = "cycles",
	[SYMBOL_EVENT_CPU_CLOCK] = "cpu-clock",
};

static const struct tape_field symbol_fields[] = {
	ENUM(sample_symbol, space, spaces),
	ENUM(sample_symbol, kind, thread_kind_names),
	{ .key = "module", .kind = TAPE_STRING, .needed = true, AT(sample_symbol, module) },
	{ .key = "name", .kind = TAPE_STRING, .needed = true, AT(sample_symbol, name) },
	FIELD(sample_symbol, samples, TAPE_UINT),
	FIELD(sample_symbol, weight, TAPE_UINT),
};
static const struct tape_struct symbol = STRUCT(sample_symbol, "symbol", symbol_fields);

static const struct tape_field hot_symbols_fields[] = {
	FIELD(sample_hot_symbols, pid, TAPE_INT),
	FIELD(sample_hot_symbols, start_ticks, TAPE_UINT),
	FIELD(sample_hot_symbols, opened_ns, TAPE_UINT),
	ENUM(sample_hot_symbols, event, symbol_events),
	FIELD(sample_hot_symbols, hz, TAPE_UINT),
	FIELD(sample_hot_symbols, guest_unseen, TAPE_BOOL),
	FIELD(sample_hot_symbols, kernel_unseen, TAPE_BOOL),
	FIELD(sample_hot_symbols, loading, TAPE_BOOL),
	FIELD(sample_hot_symbols, samples, TAPE_UINT),
	FIELD(sample_hot_symbols, lost, TAPE_UINT),
	FIELD(sample_hot_symbols, threads, TAPE_UINT),
	FIELD(sample_hot_symbols, threads_unseen, TAPE_UINT),
	LIST(sample_hot_symbols, symbols, count, symbol),
	FIELD(sample_hot_symbols, rest_samples, TAPE_UINT),
	FIELD(sample_hot_symbols, rest_weight, TAPE_UINT),
	TEXT(sample_hot_symbols, why, TAPE_ALIAS_WHY),
	TEXTS(sample_hot_symbols, notes, note_count),
};
static const struct tape_struct hot_symbols = STRUCT(sample_hot_symbols, "hot symbols", hot_symbols_fields);
/* -- KVM's events */

static const struct tape_field kvm_event_fields[] = {
	{ .key = "name", .kind = TAPE_STRING, .needed = true, AT(sample_kvm_event, name) },
	TOTAL(sample_kvm_event, host, TAPE_UINT),
	TOTAL(sample_kvm_event, vm, TAPE_UINT),
};
static const struct tape_struct kvm_event = STRUCT(sample_kvm_event, "KVM event", kvm_event_fields);

static const struct tape_field kvm_events_fields[] = {
	FIELD(sample_kvm_events, wanted, TAPE_BOOL),
	FIELD(sample_kvm_events, read_ns, TAPE_UINT),
	FIELD(sample_kvm_events, host_since_ns, TAPE_UINT),
	FIELD(sample_kvm_events, vm_since_ns, TAPE_UINT),
	FIELD(sample_kvm_events, host_enabled_ns, TAPE_UINT),
	FIELD(sample_kvm_events, host_running_ns, TAPE_UINT),
	FIELD(sample_kvm_events, vm_enabled_ns, TAPE_UINT),
	FIELD(sample_kvm_events, vm_running_ns, TAPE_UINT),
	FIELD(sample_kvm_events, vm_pid, TAPE_INT),
	FIELD(sample_kvm_events, vm_start_ticks, TAPE_UINT),
	LIST(sample_kvm_events, events, count, kvm_event),
	TEXT(sample_kvm_events, why, TAPE_ALIAS_WHY),
	TEXT(sample_kvm_events, note, TAPE_ALIAS_WHY),
};
static const struct tape_struct kvm_events = STRUCT(sample_kvm_events, "KVM events", kvm_events_fields);

/* -- the sample */

static const struct tape_field source_fields[] = {
	FIELD(sample_source, ok, TAPE_BOOL),
	TEXT(sample_source, why, TAPE_ALIAS_WHY),
};
static const struct tape_struct source = STRUCT(sample_source, "source", source_fields);

#define SOURCE(called, number) \
	{ .key = (called), .kind = TAPE_OBJECT, .type = &source, AT(sample, sources[number]) }

static const struct tape_field sample_fields[] = {
	FIELD(sample, time_ns, TAPE_UINT),	OBJECT(sample, host, host),
	OBJECT(sample, tracing, tracing),
	TOTAL(sample, own_cpu_ns, TAPE_UINT),
	SOURCE("source_proc", SOURCE_PROC),
	SOURCE("source_tracing", SOURCE_TRACING),
	SOURCE("source_libvirt", SOURCE_LIBVIRT),
	LIST(sample, vms, vm_count, vm),
	LIST(sample, exit_threads, exit_thread_count, exit_thread),
	LIST(sample, hot_symbols, hot_symbols_count, hot_symbols),
	OBJECT(sample, kvm_events, kvm_events),
	LIST(sample, host_detail, host_detail_count, host_detail),
	OBJECT(sample, kernel_log, kernel_log),
};
const struct tape_struct tape_sample = STRUCT(sample, "sample", sample_fields);

/* -- configurations */

static const struct tape_field timer_fields[] = {
	TEXT(domain_timer, name, TAPE_ALIAS_NONE),
	ENUM(domain_timer, present, tristates),
	TEXT(domain_timer, tickpolicy, TAPE_ALIAS_NONE),
	TEXT(domain_timer, track, TAPE_ALIAS_NONE),
	TEXT(domain_timer, mode, TAPE_ALIAS_NONE),
	FIELD(domain_timer, frequency_hz, TAPE_UINT),
	FIELD(domain_timer, catchup_threshold, TAPE_UINT),
	FIELD(domain_timer, catchup_slew, TAPE_UINT),
	FIELD(domain_timer, catchup_limit, TAPE_UINT),
};
static const struct tape_struct timer = STRUCT(domain_timer, "timer", timer_fields);

static const struct tape_field clock_fields[] = {
	FIELD(domain_clock, known, TAPE_BOOL),
	TEXT(domain_clock, offset, TAPE_ALIAS_NONE),
	TEXT(domain_clock, timezone, TAPE_ALIAS_GONE),
	TEXT(domain_clock, basis, TAPE_ALIAS_NONE),
	TEXT(domain_clock, adjustment, TAPE_ALIAS_NONE),
	TEXT(domain_clock, start, TAPE_ALIAS_NONE),
	LIST(domain_clock, timers, timer_count, timer),
};
static const struct tape_struct clock_of = STRUCT(domain_clock, "clock", clock_fields);

static const struct tape_field enlightenment_fields[] = {
	TEXT(domain_enlightenment, name, TAPE_ALIAS_NONE),
	ENUM(domain_enlightenment, state, tristates),
	TEXT(domain_enlightenment, value, TAPE_ALIAS_NONE),
};
static const struct tape_struct enlightenment = STRUCT(domain_enlightenment, "enlightenment", enlightenment_fields);

static const struct tape_field hyperv_fields[] = {
	FIELD(domain_hyperv, known, TAPE_BOOL),
	TEXT(domain_hyperv, mode, TAPE_ALIAS_NONE),
	LIST(domain_hyperv, items, count, enlightenment),
};
static const struct tape_struct hyperv = STRUCT(domain_hyperv, "hyperv", hyperv_fields);

static const struct tape_field machine_fields[] = {
	TEXT(domain_machine, type, TAPE_ALIAS_NONE),
	TEXT(domain_machine, arch, TAPE_ALIAS_NONE),
	TEXT(domain_machine, machine, TAPE_ALIAS_NONE),
	TEXT(domain_machine, emulator, TAPE_ALIAS_GONE),
	TEXT(domain_machine, os_id, TAPE_ALIAS_NONE),
	ENUM(domain_machine, ovmf, tristates),
	TEXT(domain_machine, cpu_mode, TAPE_ALIAS_NONE),
	TEXT(domain_machine, cpu_model, TAPE_ALIAS_NONE),
	ENUM(domain_machine, invtsc, tristates),
	ENUM(domain_machine, nested, tristates),
	ENUM(domain_machine, cpu_pm, tristates),
	ENUM(domain_machine, kvm_hidden, tristates),
	ENUM(domain_machine, hint_dedicated, tristates),
	ENUM(domain_machine, poll_control, tristates),
	ENUM(domain_machine, pv_ipi, tristates),
	ENUM(domain_machine, dirty_ring, tristates),
	FIELD(domain_machine, dirty_ring_size, TAPE_UINT),
	ENUM(domain_machine, pvspinlock, tristates),
	ENUM(domain_machine, apic_eoi, tristates),
	ENUM(domain_machine, pmu, tristates),
	ENUM(domain_machine, vmport, tristates),
	ENUM(domain_machine, rapl, tristates),
	TEXT(domain_machine, ioapic, TAPE_ALIAS_NONE),
	TEXT(domain_machine, msrs_unknown, TAPE_ALIAS_NONE),
	TEXTS(domain_machine, usb, usb_count),
	ENUM(domain_machine, usb_tablet, tristates),
	FIELD(domain_machine, vcpus, TAPE_UINT),
	FIELD(domain_machine, memory_kib, TAPE_UINT),
	FIELD(domain_machine, pinned, TAPE_BOOL),
	FIELD(domain_machine, hugepages, TAPE_BOOL),
	FIELD(domain_machine, nosharepages, TAPE_BOOL),
	FIELD(domain_machine, has_qemu_arguments, TAPE_BOOL),
	FIELD(domain_machine, overrides, TAPE_UINT),
};
static const struct tape_struct machine = STRUCT(domain_machine, "machine", machine_fields);

static const struct tape_field config_fields[] = {
	ENUM(domain_config, stack, stacks),
	TEXT(domain_config, stack_id, TAPE_ALIAS_GONE),
	FIELD(domain_config, parsed, TAPE_BOOL),
	FIELD(domain_config, from_command_line, TAPE_BOOL),
	OBJECT(domain_config, clock, clock_of),
	OBJECT(domain_config, hyperv, hyperv),
	OBJECT(domain_config, machine, machine),
};
const struct tape_struct tape_config = STRUCT(domain_config, "configuration", config_fields);

static const struct tape_field caps_fields[] = {
	FIELD(domain_caps, known, TAPE_BOOL),
	FIELD(domain_caps, hyperv_known, TAPE_BOOL),
	TEXTS(domain_caps, hyperv, hyperv_count),
	ENUM(domain_caps, host_passthrough, tristates),
	ENUM(domain_caps, host_model, tristates),
	TEXT(domain_caps, cpu_vendor, TAPE_ALIAS_NONE),
	FIELD(domain_caps, libvirt_version, TAPE_UINT),
};
static const struct tape_struct caps = STRUCT(domain_caps, "capabilities", caps_fields);

static const struct tape_field domain_fields[] = {
	STRING(domain, name, TAPE_ALIAS_NAME),
	TEXT(domain, uuid, TAPE_ALIAS_UUID),
	TOTAL(domain, id, TAPE_INT),
	ENUM(domain, state, states),
	FIELD(domain, persistent, TAPE_BOOL),
	FIELD(domain, live_xml, TAPE_XML),
	FIELD(domain, inactive_xml, TAPE_XML),
	OBJECT(domain, live, tape_config),
	OBJECT(domain, inactive, tape_config),
	OBJECT(domain, caps, caps),
	FIELD(domain, virt_xml_version, TAPE_UINT),
};
const struct tape_struct tape_domain = STRUCT(domain, "domain", domain_fields);

/* clang-format on */
