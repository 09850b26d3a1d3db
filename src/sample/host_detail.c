#include "sample/host_detail.h"

#include <math.h>

#include "sample/sample.h"

struct sample_pressure sample_pressure_unknown(void)
{
	return (struct sample_pressure){ NAN, NAN, SAMPLE_UNKNOWN };
}

struct sample_host_detail sample_host_detail_unknown(void)
{
	const struct sample_pressure pressure = sample_pressure_unknown();

	return (struct sample_host_detail){
		.cpu_some = pressure,
		.memory_some = pressure,
		.io_some = pressure,
		.cpu_full = pressure,
		.memory_full = pressure,
		.io_full = pressure,
		.halt_poll_grow = -1,
		.halt_poll_grow_start_ns = -1,
		.halt_poll_shrink = -1,
		.huge_pages = SAMPLE_UNKNOWN,
		.huge_pages_free = SAMPLE_UNKNOWN,
		.huge_page_kib = SAMPLE_UNKNOWN,
		.dirty_kib = SAMPLE_UNKNOWN,
		.writeback_kib = SAMPLE_UNKNOWN,
	};
}

struct sample_cgroup sample_cgroup_unknown(void)
{
	return (struct sample_cgroup){
		.quota_us = SAMPLE_UNKNOWN,
		.period_us = SAMPLE_UNKNOWN,
		.weight = SAMPLE_UNKNOWN,
		.periods = SAMPLE_UNKNOWN,
		.throttled_periods = SAMPLE_UNKNOWN,
		.throttled_us = SAMPLE_UNKNOWN,
		.memory_max = SAMPLE_UNKNOWN,
		.memory_high = SAMPLE_UNKNOWN,
	};
}
