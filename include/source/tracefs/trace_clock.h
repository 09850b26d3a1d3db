/* trace_clock: the clock that stamps the records of a tracefs instance, and the same moments by
 * CLOCK_MONOTONIC, which all else here counts in.
 *
 * "mono" is CLOCK_MONOTONIC, in step on all CPUs; but where the host's clocksource is a device (HPET, ACPI
 * PM timer), reading it costs the guest about a microsecond for every record. There "perf" is taken, the
 * kernel's scheduler clock (Documentation/trace/ftrace.rst, trace_clock), which counts the TSC between two
 * ticks and is what perf's own records are stamped with. */
#ifndef SOURCE_TRACEFS_TRACE_CLOCK_H
#define SOURCE_TRACEFS_TRACE_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#define TRACE_CLOCK_SOURCE_PATH "/sys/devices/system/clocksource/clocksource0/current_clocksource"

struct trace_instance;

struct trace_clock {
	int fd;           /* where the clock can be read; -1: it is CLOCK_MONOTONIC */
	int64_t ahead_ns; /* so far it was ahead of CLOCK_MONOTONIC when it was read last */
};

/* Whether the clocksource that the file source_path names is such a device. */
bool trace_clock_is_device(const char *source_path);

/* Chooses the clock of an instance in which nothing is recorded yet, by the clocksource that the file
 * source_path names. */
void trace_clock_open(
	struct trace_clock *c, struct trace_instance *instance, const char *source_path);

/* Before the instance is freed. */
void trace_clock_close(struct trace_clock *c);

/* Reads the clock anew. Both clocks run apart by some parts in a million: do so before each use. */
void trace_clock_read(struct trace_clock *c);

/* A moment of CLOCK_MONOTONIC by the instance's clock and back, in ns; never later than it really is. */
uint64_t trace_clock_from_mono(const struct trace_clock *c, uint64_t mono_ns);
uint64_t trace_clock_to_mono(const struct trace_clock *c, uint64_t trace_ns);

#endif
