#include "source/tracefs/trace_clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "source/tracefs/trace_instance.h"

/* "hpet": the clocksources whose every reading goes to a device. */
bool trace_clock_is_device(const char *source_path)
{
	static const char *const devices[] = { "hpet", "acpi_pm", "pit", "jiffies",
		"refined-jiffies" };
	char name[64] = "";
	FILE *file = fopen(source_path, "re");

	if (!file)
		return false;
	if (fscanf(file, "%63s", name) != 1)
		name[0] = '\0';
	fclose(file);
	for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
		if (!strcmp(name, devices[i]))
			return true;
	return false;
}

/* One of the lines of per_cpu/cpu0/stats; the clock is read for it, and cut to microseconds:
 *	now ts:  2734.906412 */
static bool read_now(int fd, uint64_t *now_ns)
{
	static const char key[] = "now ts:";
	char text[1024];
	ssize_t size;
	const char *at;
	uint64_t s, us;

	size = pread(fd, text, sizeof text - 1, 0);
	if (size <= 0)
		return false;
	text[size] = '\0';
	at = strstr(text, key);
	if (!at || sscanf(at + strlen(key), " %" SCNu64 ".%6" SCNu64, &s, &us) != 2)
		return false;
	*now_ns = s * NS_PER_S + us * 1000;
	return true;
}

void trace_clock_open(
	struct trace_clock *c, struct trace_instance *instance, const char *source_path)
{
	uint64_t now_ns;

	*c = (struct trace_clock){ .fd = -1 };
	if (!trace_clock_is_device(source_path) || trace_instance_set_clock(instance, "perf"))
		return;
	c->fd = trace_instance_open_stats(instance);
	if (c->fd >= 0 && read_now(c->fd, &now_ns)) {
		trace_clock_read(c);
		return;
	}
	trace_clock_close(c);
	trace_instance_set_clock(instance, "mono");
}

void trace_clock_close(struct trace_clock *c)
{
	if (c->fd >= 0)
		close(c->fd);
	*c = (struct trace_clock){ .fd = -1 };
}

void trace_clock_read(struct trace_clock *c)
{
	uint64_t now_ns;

	/* CLOCK_MONOTONIC comes after it: the difference is rather too small than too large. */
	if (c->fd >= 0 && read_now(c->fd, &now_ns))
		c->ahead_ns = (int64_t)(now_ns - clock_mono_ns());
}

uint64_t trace_clock_from_mono(const struct trace_clock *c, uint64_t mono_ns)
{
	return mono_ns + (uint64_t)c->ahead_ns;
}

uint64_t trace_clock_to_mono(const struct trace_clock *c, uint64_t trace_ns)
{
	return trace_ns - (uint64_t)c->ahead_ns;
}
