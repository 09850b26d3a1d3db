/* record_fields: what of a sample's host is recorded. */
#include "record/rows.h"
#include "sample/sample.h"

/* clang-format off */

static const struct record_field cpu_fields[] = {
	FIELD(sample_cpu, number, RECORD_INT),
	TOTAL(sample_cpu, user_ticks, RECORD_UINT),
	TOTAL(sample_cpu, nice_ticks, RECORD_UINT),
	TOTAL(sample_cpu, system_ticks, RECORD_UINT),
	TOTAL(sample_cpu, idle_ticks, RECORD_UINT),
	TOTAL(sample_cpu, iowait_ticks, RECORD_UINT),
	TOTAL(sample_cpu, irq_ticks, RECORD_UINT),
	TOTAL(sample_cpu, softirq_ticks, RECORD_UINT),
	TOTAL(sample_cpu, steal_ticks, RECORD_UINT),
	TOTAL(sample_cpu, guest_ticks, RECORD_UINT),
};
static const struct record_struct cpu = STRUCT(sample_cpu, "CPU", cpu_fields);

static const struct record_field host_fields[] = {
	TEXT(sample_host, name, RECORD_ALIAS_HOST),
	FIELD(sample_host, remote, RECORD_BOOL),
	FIELD(sample_host, cpus, RECORD_INT),
	FIELD(sample_host, time_ns, RECORD_UINT),
	LIST(sample_host, per_cpu, per_cpu_count, cpu),
	TOTAL(sample_host, uptime_s, RECORD_DOUBLE),
	TOTAL(sample_host, load, RECORD_DOUBLES),
	TOTAL(sample_host, user_ticks, RECORD_UINT),
	TOTAL(sample_host, nice_ticks, RECORD_UINT),
	TOTAL(sample_host, system_ticks, RECORD_UINT),
	TOTAL(sample_host, idle_ticks, RECORD_UINT),
	TOTAL(sample_host, iowait_ticks, RECORD_UINT),
	TOTAL(sample_host, irq_ticks, RECORD_UINT),
	TOTAL(sample_host, softirq_ticks, RECORD_UINT),
	TOTAL(sample_host, steal_ticks, RECORD_UINT),
	TOTAL(sample_host, guest_ticks, RECORD_UINT),
	TOTAL(sample_host, memory_kib, RECORD_UINT),
	TOTAL(sample_host, memory_available_kib, RECORD_UINT),
	TOTAL(sample_host, swap_kib, RECORD_UINT),
	TOTAL(sample_host, swap_free_kib, RECORD_UINT),
	TOTAL(sample_host, ksmd_ticks, RECORD_UINT),
	TOTAL(sample_host, kswapd_ticks, RECORD_UINT),
};
const struct record_struct record_host = STRUCT(sample_host, "host", host_fields);

static const struct record_field pressure_fields[] = {
	TOTAL(sample_pressure, avg10_pct, RECORD_DOUBLE),
	TOTAL(sample_pressure, avg60_pct, RECORD_DOUBLE),
	TOTAL(sample_pressure, total_us, RECORD_UINT),
};
static const struct record_struct pressure = STRUCT(sample_pressure, "pressure", pressure_fields);

static const struct record_field node_fields[] = {
	FIELD(sample_node, number, RECORD_INT),
	STRING(sample_node, cpus, RECORD_ALIAS_NONE),
	TOTAL(sample_node, memory_kib, RECORD_UINT),
	TOTAL(sample_node, free_kib, RECORD_UINT),
};
static const struct record_struct node = STRUCT(sample_node, "node", node_fields);

static const struct record_field host_detail_fields[] = {
	OBJECT(sample_host_detail, cpu_some, pressure),
	OBJECT(sample_host_detail, memory_some, pressure),
	OBJECT(sample_host_detail, io_some, pressure),
	OBJECT(sample_host_detail, cpu_full, pressure),
	OBJECT(sample_host_detail, memory_full, pressure),
	OBJECT(sample_host_detail, io_full, pressure),
	TEXT(sample_host_detail, thp, RECORD_ALIAS_NONE),
	TOTAL(sample_host_detail, halt_poll_grow, RECORD_INT),
	TOTAL(sample_host_detail, halt_poll_grow_start_ns, RECORD_INT),
	TOTAL(sample_host_detail, halt_poll_shrink, RECORD_INT),
	STRING(sample_host_detail, cpus_online, RECORD_ALIAS_NONE),
	TOTAL(sample_host_detail, huge_pages, RECORD_UINT),
	TOTAL(sample_host_detail, huge_pages_free, RECORD_UINT),
	TOTAL(sample_host_detail, huge_page_kib, RECORD_UINT),
	TOTAL(sample_host_detail, dirty_kib, RECORD_UINT),
	TOTAL(sample_host_detail, writeback_kib, RECORD_UINT),
	LIST(sample_host_detail, nodes, node_count, node),
};
const struct record_struct record_host_detail = STRUCT(sample_host_detail, "host's detail", host_detail_fields);

static const struct record_field platform_fields[] = {
	TEXT(sample_platform, clocksource, RECORD_ALIAS_NONE),
	TEXT(sample_platform, arch, RECORD_ALIAS_NONE),
	TEXT(sample_platform, kvm_vendor, RECORD_ALIAS_NONE),
	TOTAL(sample_platform, halt_poll_ns, RECORD_INT),
	TOTAL(sample_platform, halt_poll_ns_grow, RECORD_INT),
	TOTAL(sample_platform, halt_poll_ns_grow_start, RECORD_INT),
	TOTAL(sample_platform, halt_poll_ns_shrink, RECORD_INT),
	TOTAL(sample_platform, ignore_msrs, RECORD_INT),
	TOTAL(sample_platform, report_ignored_msrs, RECORD_INT),
	TOTAL(sample_platform, apicv, RECORD_INT),
	TOTAL(sample_platform, nested, RECORD_INT),
	TEXT(sample_platform, nx_huge_pages, RECORD_ALIAS_NONE),
	TOTAL(sample_platform, ksm_run, RECORD_INT),
	TOTAL(sample_platform, ksm_shared, RECORD_INT),
	TOTAL(sample_platform, ksm_sharing, RECORD_INT),
	TOTAL(sample_platform, ksm_unshared, RECORD_INT),
	TEXT(sample_platform, kernel, RECORD_ALIAS_NONE),
	TEXT(sample_platform, counters_why, RECORD_ALIAS_WHY),
	FIELD(sample_platform, libvirt_version, RECORD_UINT),
	FIELD(sample_platform, qemu_version, RECORD_UINT),
};
const struct record_struct record_platform = STRUCT(sample_platform, "platform", platform_fields);
