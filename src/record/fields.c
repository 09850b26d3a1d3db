#include "record/fields.h"

#include "record/rows.h"
#include "sample/sample.h"

/* clang-format off */

/* -- names of numbers: a recording outlives the order of an enum */

static const char *const isas[EXIT_ISA__COUNT] = {
	[EXIT_ISA_UNKNOWN] = "unknown",
	[EXIT_ISA_VMX] = "vmx",
	[EXIT_ISA_SVM] = "svm",
	[EXIT_ISA_ARM_TRAP] = "arm-trap",
	[EXIT_ISA_ARM_RET] = "arm-ret",
	[EXIT_ISA_RISCV] = "riscv",
	[EXIT_ISA_RISCV_INTERRUPT] = "riscv-interrupt",
	[EXIT_ISA_LOONGARCH] = "loongarch",
	[EXIT_ISA_OTHER] = "other",
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

/* -- VMs */

static const struct record_field thread_fields[] = {
	FIELD(sample_thread, tid, RECORD_INT),
	FIELD(sample_thread, start_ticks, RECORD_UINT),
	TEXT(sample_thread, name, RECORD_ALIAS_THREAD),
	ENUM(sample_thread, kind, thread_kind_names),
	TOTAL(sample_thread, vcpu, RECORD_INT),
	FIELD(sample_thread, utime_ticks, RECORD_UINT),
	FIELD(sample_thread, stime_ticks, RECORD_UINT),
	FIELD(sample_thread, guest_ticks, RECORD_UINT),
	TOTAL(sample_thread, switches, RECORD_UINT),
	TOTAL(sample_thread, cpu_ns, RECORD_UINT),
	TOTAL(sample_thread, wait_ns, RECORD_UINT),
	FIELD(sample_thread, time_ns, RECORD_UINT),
};
static const struct record_struct thread = STRUCT(sample_thread, "thread", thread_fields);

static const struct record_field counters_fields[] = {
	FIELD(sample_counters, time_ns, RECORD_UINT),
	TOTAL(sample_counters, exits, RECORD_UINT),
	TOTAL(sample_counters, io_exits, RECORD_UINT),
	TOTAL(sample_counters, mmio_exits, RECORD_UINT),
	TOTAL(sample_counters, halt_exits, RECORD_UINT),
	TOTAL(sample_counters, irq_exits, RECORD_UINT),
	TOTAL(sample_counters, hypercalls, RECORD_UINT),
	TOTAL(sample_counters, halt_poll_success_ns, RECORD_UINT),
	TOTAL(sample_counters, halt_poll_fail_ns, RECORD_UINT),
	TOTAL(sample_counters, halt_wait_ns, RECORD_UINT),
	TOTAL(sample_counters, nested_runs, RECORD_UINT),
	TOTAL(sample_counters, page_faults, RECORD_UINT),
	TOTAL(sample_counters, directed_yields, RECORD_UINT),
	TOTAL(sample_counters, nx_splits, RECORD_UINT),
	TOTAL(sample_counters, irq_windows, RECORD_UINT),
	TOTAL(sample_counters, nmi_windows, RECORD_UINT),
	TOTAL(sample_counters, signals, RECORD_UINT),
	TOTAL(sample_counters, irq_requests, RECORD_UINT),
	TOTAL(sample_counters, emulated, RECORD_UINT),
	TOTAL(sample_counters, halt_wakeups, RECORD_UINT),
	TOTAL(sample_counters, halt_polls, RECORD_UINT),
	TOTAL(sample_counters, halt_polls_successful, RECORD_UINT),
};
static const struct record_struct counters = STRUCT(sample_counters, "counters", counters_fields);

static const struct record_field placement_fields[] = {
	FIELD(sample_placement, tid, RECORD_INT),
	FIELD(sample_placement, start_ticks, RECORD_UINT),
	TOTAL(sample_placement, last_cpu, RECORD_INT),
	TOTAL(sample_placement, group, RECORD_INT),
	STRING(sample_placement, cpus, RECORD_ALIAS_NONE),
	STRING(sample_placement, nodes, RECORD_ALIAS_NONE),
};
static const struct record_struct placement = STRUCT(sample_placement, "placement", placement_fields);

/* The paths name the VM. */
static const struct record_field cgroup_fields[] = {
	STRING(sample_cgroup, path, RECORD_ALIAS_GONE),
	STRING(sample_cgroup, limit_path, RECORD_ALIAS_GONE),
	FIELD(sample_cgroup, time_ns, RECORD_UINT),
	FIELD(sample_cgroup, version, RECORD_UINT),
	TOTAL(sample_cgroup, quota_us, RECORD_UINT),
	TOTAL(sample_cgroup, period_us, RECORD_UINT),
	TOTAL(sample_cgroup, weight, RECORD_UINT),
	TOTAL(sample_cgroup, periods, RECORD_UINT),
	TOTAL(sample_cgroup, throttled_periods, RECORD_UINT),
	TOTAL(sample_cgroup, throttled_us, RECORD_UINT),
	TOTAL(sample_cgroup, memory_max, RECORD_UINT),
	TOTAL(sample_cgroup, memory_high, RECORD_UINT),
	STRING(sample_cgroup, cpus, RECORD_ALIAS_NONE),
};
static const struct record_struct cgroup = STRUCT(sample_cgroup, "cgroup", cgroup_fields);

static const struct record_field vcpu_halts_fields[] = {
	FIELD(sample_vcpu_halts, vcpu, RECORD_INT),
	TOTAL(sample_vcpu_halts, poll_success_ns, RECORD_UINT),
	TOTAL(sample_vcpu_halts, poll_fail_ns, RECORD_UINT),
	TOTAL(sample_vcpu_halts, wait_ns, RECORD_UINT),
	TOTAL(sample_vcpu_halts, wakeups, RECORD_UINT),
	TOTAL(sample_vcpu_halts, polls, RECORD_UINT),
	TOTAL(sample_vcpu_halts, polls_successful, RECORD_UINT),
};
static const struct record_struct vcpu_halts = STRUCT(sample_vcpu_halts, "vCPU's halts", vcpu_halts_fields);

static const struct record_field halts_fields[] = {
	FIELD(sample_halts, time_ns, RECORD_UINT),
	LIST(sample_halts, vcpus, count, vcpu_halts),
};
static const struct record_struct halts = STRUCT(sample_halts, "halts", halts_fields);

static const struct record_field domain_cpu_fields[] = {
	FIELD(sample_domain_cpu, time_ns, RECORD_UINT),
	TOTAL(sample_domain_cpu, cpu_ns, RECORD_UINT),
	TOTAL(sample_domain_cpu, user_ns, RECORD_UINT),
	TOTAL(sample_domain_cpu, system_ns, RECORD_UINT),
};
static const struct record_struct domain_cpu = STRUCT(sample_domain_cpu, "domain's CPU time", domain_cpu_fields);

static const struct record_field block_fields[] = {
	TEXT(sample_block, name, RECORD_ALIAS_NONE),
	TOTAL(sample_block, rd_requests, RECORD_UINT),
	TOTAL(sample_block, rd_bytes, RECORD_UINT),
	TOTAL(sample_block, rd_ns, RECORD_UINT),
	TOTAL(sample_block, wr_requests, RECORD_UINT),
	TOTAL(sample_block, wr_bytes, RECORD_UINT),
	TOTAL(sample_block, wr_ns, RECORD_UINT),
	TOTAL(sample_block, flushes, RECORD_UINT),
	TOTAL(sample_block, flush_ns, RECORD_UINT),
};
static const struct record_struct block = STRUCT(sample_block, "disk", block_fields);

static const struct record_field net_fields[] = {
	TEXT(sample_net, name, RECORD_ALIAS_NONE),
	TOTAL(sample_net, rx_bytes, RECORD_UINT),
	TOTAL(sample_net, rx_packets, RECORD_UINT),
	TOTAL(sample_net, rx_errors, RECORD_UINT),
	TOTAL(sample_net, rx_drops, RECORD_UINT),
	TOTAL(sample_net, tx_bytes, RECORD_UINT),
	TOTAL(sample_net, tx_packets, RECORD_UINT),
	TOTAL(sample_net, tx_errors, RECORD_UINT),
	TOTAL(sample_net, tx_drops, RECORD_UINT),
};
static const struct record_struct net = STRUCT(sample_net, "network interface", net_fields);

static const struct record_field memory_fields[] = {
	TOTAL(sample_memory, current_kib, RECORD_UINT),
	TOTAL(sample_memory, maximum_kib, RECORD_UINT),
	TOTAL(sample_memory, rss_kib, RECORD_UINT),
	TOTAL(sample_memory, available_kib, RECORD_UINT),
	TOTAL(sample_memory, unused_kib, RECORD_UINT),
	TOTAL(sample_memory, swapped_in_kib, RECORD_UINT),
	TOTAL(sample_memory, swapped_out_kib, RECORD_UINT),
	TOTAL(sample_memory, major_faults, RECORD_UINT),
};
static const struct record_struct memory = STRUCT(sample_memory, "memory", memory_fields);

static const struct record_field devices_fields[] = {
	FIELD(sample_devices, time_ns, RECORD_UINT),
	OBJECT(sample_devices, memory, memory),
	LIST(sample_devices, blocks, block_count, block),
	LIST(sample_devices, nets, net_count, net),
};
static const struct record_struct devices = STRUCT(sample_devices, "devices", devices_fields);

static const struct record_field vm_id_fields[] = {
	FIELD(vm_id, pid, RECORD_INT),
	FIELD(vm_id, start_ticks, RECORD_UINT),
};
static const struct record_struct vm_id = STRUCT(vm_id, "VM's id", vm_id_fields);

static const struct record_field vm_fields[] = {
	OBJECT(sample_vm, id, vm_id),
	STRING(sample_vm, name, RECORD_ALIAS_NAME),
	STRING(sample_vm, uuid, RECORD_ALIAS_UUID),
	LIST(sample_vm, threads, thread_count, thread),
	FIELD(sample_vm, domain, RECORD_DOMAIN),
	STRING(sample_vm, claim, RECORD_ALIAS_NAME),
	FIELD(sample_vm, claim_pid, RECORD_INT),
	ENUM(sample_vm, kvm, record_tristates),
	FIELD(sample_vm, vcpus, RECORD_INT),
	TOTAL(sample_vm, kvm_exits, RECORD_UINT),
	FIELD(sample_vm, config, RECORD_CONFIG),
	OBJECT(sample_vm, counters, counters),
	TOTAL(sample_vm, unhandled_msrs, RECORD_UINT),
	FIELD(sample_vm, unhandled_msr, RECORD_UINT),
	LIST(sample_vm, placements, placement_count, placement),
	LIST(sample_vm, cgroups, cgroup_count, cgroup),
	OBJECT(sample_vm, halts, halts),
	OBJECT(sample_vm, cpu, domain_cpu),
	OBJECT(sample_vm, devices, devices),
	FIELD(sample_vm, ended, RECORD_BOOL),
};
static const struct record_struct vm = STRUCT(sample_vm, "VM", vm_fields);

/* -- the kernel's log: its text may name programs */

static const char *const log_directions[] = {
	[KERNEL_LOG_NEITHER] = "neither",
	[KERNEL_LOG_READ] = "read",
	[KERNEL_LOG_WRITE] = "write",
};

static const struct record_field log_entry_fields[] = {
	FIELD(kernel_log_entry, pid, RECORD_INT),
	FIELD(kernel_log_entry, start_ticks, RECORD_UINT),
	ENUM(kernel_log_entry, kind, kernel_log_kind_names),
	ENUM(kernel_log_entry, direction, log_directions),
	FIELD(kernel_log_entry, msr, RECORD_UINT),
	FIELD(kernel_log_entry, count, RECORD_UINT),
	FIELD(kernel_log_entry, first_us, RECORD_UINT),
	FIELD(kernel_log_entry, last_us, RECORD_UINT),
	TEXT(kernel_log_entry, text, RECORD_ALIAS_GONE),
};
static const struct record_struct log_entry = STRUCT(kernel_log_entry, "log's entry", log_entry_fields);

static const struct record_field kernel_log_fields[] = {
	FIELD(sample_kernel_log, known, RECORD_BOOL),
	TEXT(sample_kernel_log, why, RECORD_ALIAS_WHY),
	FIELD(sample_kernel_log, lost, RECORD_UINT),
	FIELD(sample_kernel_log, before, RECORD_UINT),
	FIELD(sample_kernel_log, left_out, RECORD_UINT),
	LIST(sample_kernel_log, entries, count, log_entry),
};
static const struct record_struct kernel_log = STRUCT(sample_kernel_log, "kernel's log", kernel_log_fields);

/* -- exits */

static const struct record_field key_fields[] = {
	FIELD(exit_key, reason, RECORD_UINT),
	/* Left out is not unknown, but written by a version that did not tell (replay_old.h). */
	{ .key = "isa", .kind = RECORD_ENUM, .unknown = true, .names = isas, .name_count = LENGTH(isas), AT(exit_key, isa) },
	ENUM(exit_key, detail, details),
	FIELD(exit_key, number, RECORD_UINT),
};
static const struct record_struct key = STRUCT(exit_key, "exit's key", key_fields);

static const struct record_field exit_fields[] = {
	OBJECT(sample_exit, key, key),
	{ .key = "name", .kind = RECORD_STRING, .needed = true, AT(sample_exit, name) },
	FIELD(sample_exit, durations, RECORD_SUMMARY),
	FIELD(sample_exit, latency, RECORD_SPAN),
};
static const struct record_struct exit_of = STRUCT(sample_exit, "exit", exit_fields);

static const struct record_field irq_fields[] = {
	FIELD(sample_irq, gsi, RECORD_UINT),
	FIELD(sample_irq, raised, RECORD_UINT),
	FIELD(sample_irq, lowered, RECORD_UINT),
};
static const struct record_struct irq = STRUCT(sample_irq, "interrupt line", irq_fields);

static const struct record_field exit_thread_fields[] = {
	FIELD(sample_exit_thread, tid, RECORD_INT),
	TOTAL(sample_exit_thread, vcpu, RECORD_INT),
	LIST(sample_exit_thread, exits, count, exit_of),
	LIST(sample_exit_thread, irqs, irq_count, irq),
};
static const struct record_struct exit_thread = STRUCT(sample_exit_thread, "thread's exits", exit_thread_fields);

static const struct record_field tracing_fields[] = {
	FIELD(sample_tracing, events, RECORD_UINT),
	FIELD(sample_tracing, lost, RECORD_UINT),
	FIELD(sample_tracing, lost_unknown, RECORD_BOOL),
	FIELD(sample_tracing, horizon_ns, RECORD_UINT),
	FIELD(sample_tracing, bpf, RECORD_BOOL),
	FIELD(sample_tracing, details, RECORD_BOOL),
	ENUM(sample_tracing, shed, sheds),
	FIELD(sample_tracing, only_pid, RECORD_INT),
	FIELD(sample_tracing, duty, RECORD_DOUBLE),
	FIELD(sample_tracing, budget_cpu_pct, RECORD_DOUBLE),
	FIELD(sample_tracing, budget_events_per_s, RECORD_DOUBLE),
};
static const struct record_struct tracing = STRUCT(sample_tracing, "tracing", tracing_fields);

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

static const struct record_field symbol_fields[] = {
	ENUM(sample_symbol, space, spaces),
	ENUM(sample_symbol, kind, thread_kind_names),
	{ .key = "module", .kind = RECORD_STRING, .needed = true, AT(sample_symbol, module) },
	{ .key = "name", .kind = RECORD_STRING, .needed = true, AT(sample_symbol, name) },
	FIELD(sample_symbol, samples, RECORD_UINT),
	FIELD(sample_symbol, weight, RECORD_UINT),
};
static const struct record_struct symbol = STRUCT(sample_symbol, "symbol", symbol_fields);

static const struct record_field hot_symbols_fields[] = {
	FIELD(sample_hot_symbols, pid, RECORD_INT),
	FIELD(sample_hot_symbols, start_ticks, RECORD_UINT),
	FIELD(sample_hot_symbols, opened_ns, RECORD_UINT),
	ENUM(sample_hot_symbols, event, symbol_events),
	FIELD(sample_hot_symbols, hz, RECORD_UINT),
	FIELD(sample_hot_symbols, guest_unseen, RECORD_BOOL),
	FIELD(sample_hot_symbols, guest_loaded, RECORD_BOOL),
	FIELD(sample_hot_symbols, kernel_unseen, RECORD_BOOL),
	FIELD(sample_hot_symbols, loading, RECORD_BOOL),
	FIELD(sample_hot_symbols, samples, RECORD_UINT),
	FIELD(sample_hot_symbols, lost, RECORD_UINT),
	FIELD(sample_hot_symbols, threads, RECORD_UINT),
	FIELD(sample_hot_symbols, threads_unseen, RECORD_UINT),
	LIST(sample_hot_symbols, symbols, count, symbol),
	FIELD(sample_hot_symbols, rest_samples, RECORD_UINT),
	FIELD(sample_hot_symbols, rest_weight, RECORD_UINT),
	TEXT(sample_hot_symbols, why, RECORD_ALIAS_WHY),
	TEXTS(sample_hot_symbols, notes, note_count),
};
static const struct record_struct hot_symbols = STRUCT(sample_hot_symbols, "hot symbols", hot_symbols_fields);

/* -- KVM's events */

static const struct record_field kvm_event_fields[] = {
	{ .key = "name", .kind = RECORD_STRING, .needed = true, AT(sample_kvm_event, name) },
	TOTAL(sample_kvm_event, host, RECORD_UINT),
	TOTAL(sample_kvm_event, vm, RECORD_UINT),
};
static const struct record_struct kvm_event = STRUCT(sample_kvm_event, "KVM event", kvm_event_fields);

static const struct record_field kvm_events_fields[] = {
	FIELD(sample_kvm_events, wanted, RECORD_BOOL),
	FIELD(sample_kvm_events, read_ns, RECORD_UINT),
	FIELD(sample_kvm_events, host_since_ns, RECORD_UINT),
	FIELD(sample_kvm_events, vm_since_ns, RECORD_UINT),
	FIELD(sample_kvm_events, host_enabled_ns, RECORD_UINT),
	FIELD(sample_kvm_events, host_running_ns, RECORD_UINT),
	FIELD(sample_kvm_events, vm_enabled_ns, RECORD_UINT),
	FIELD(sample_kvm_events, vm_running_ns, RECORD_UINT),
	FIELD(sample_kvm_events, vm_pid, RECORD_INT),
	FIELD(sample_kvm_events, vm_start_ticks, RECORD_UINT),
	LIST(sample_kvm_events, events, count, kvm_event),
	TEXT(sample_kvm_events, why, RECORD_ALIAS_WHY),
	TEXT(sample_kvm_events, note, RECORD_ALIAS_WHY),
};
static const struct record_struct kvm_events = STRUCT(sample_kvm_events, "KVM events", kvm_events_fields);

/* -- the sample */

static const struct record_field source_fields[] = {
	FIELD(sample_source, ok, RECORD_BOOL),
	FIELD(sample_source, harmless, RECORD_BOOL),
	TEXT(sample_source, why, RECORD_ALIAS_WHY),
};
static const struct record_struct source = STRUCT(sample_source, "source", source_fields);

#define SOURCE(called, number) \
	{ .key = (called), .kind = RECORD_OBJECT, .type = &source, AT(sample, sources[number]) }

static const struct record_field sample_fields[] = {
	FIELD(sample, time_ns, RECORD_UINT),	OBJECT(sample, host, record_host),
	OBJECT(sample, tracing, tracing),
	TOTAL(sample, own_cpu_ns, RECORD_UINT),
	SOURCE("source_proc", SOURCE_PROC),
	SOURCE("source_tracing", SOURCE_TRACING),
	SOURCE("source_libvirt", SOURCE_LIBVIRT),
	LIST(sample, vms, vm_count, vm),
	LIST(sample, exit_threads, exit_thread_count, exit_thread),
	LIST(sample, hot_symbols, hot_symbols_count, hot_symbols),
	OBJECT(sample, kvm_events, kvm_events),
	LIST(sample, host_detail, host_detail_count, record_host_detail),
	OBJECT(sample, kernel_log, kernel_log),
};
const struct record_struct record_sample = STRUCT(sample, "sample", sample_fields);
