/* tape_fields: what of a sample's host is recorded. */
#include "record/rows.h"
#include "sample/sample.h"

/* clang-format off */

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
const struct tape_struct tape_host = STRUCT(sample_host, "host", host_fields);

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
const struct tape_struct tape_host_detail = STRUCT(sample_host_detail, "host's detail", host_detail_fields);

static const struct tape_field platform_fields[] = {
	TEXT(sample_platform, clocksource, TAPE_ALIAS_NONE),
	TEXT(sample_platform, arch, TAPE_ALIAS_NONE),
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
	TEXT(sample_platform, counters_why, TAPE_ALIAS_WHY),
	FIELD(sample_platform, libvirt_version, TAPE_UINT),
	FIELD(sample_platform, qemu_version, TAPE_UINT),
};
const struct tape_struct tape_platform = STRUCT(sample_platform, "platform", platform_fields);
