#include "core/clock.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static uint64_t read_ns(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

uint64_t clock_mono_ns(void)
{
	return read_ns(CLOCK_MONOTONIC);
}

uint64_t clock_real_ns(void)
{
	return read_ns(CLOCK_REALTIME);
}

const char *clock_stamp(uint64_t real_ns, char *out, size_t size)
{
	const time_t seconds = (time_t)(real_ns / NS_PER_S);
	char stamp[32];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm))
		stamp[0] = '\0';
	snprintf(out, size, "%s.%03dZ", stamp, (int)(real_ns % NS_PER_S / NS_PER_MS));
	return out;
}

const char *clock_when(uint64_t real_ns, uint64_t now_ns, char *out, size_t size)
{
	const time_t then = (time_t)(real_ns / NS_PER_S), now = (time_t)(now_ns / NS_PER_S);
	struct tm a, b;

	if (!localtime_r(&then, &a) || !localtime_r(&now, &b)) {
		snprintf(out, size, "-");
		return out;
	}
	if (!strftime(out, size,
		    a.tm_year == b.tm_year && a.tm_yday == b.tm_yday ? "%H:%M" : "%Y-%m-%d %H:%M",
		    &a))
		snprintf(out, size, "-");
	return out;
}

const char *clock_moment(uint64_t real_ns, char *out, size_t size)
{
	const time_t seconds = (time_t)(real_ns / NS_PER_S);
	struct tm date;

	if (!localtime_r(&seconds, &date) || !strftime(out, size, "%F %T", &date))
		snprintf(out, size, "-");
	return out;
}

const char *clock_uptime(double seconds, char *out, size_t size)
{
	const long minutes = isnan(seconds) ? 0 : (long)(seconds / 60);

	if (isnan(seconds))
		snprintf(out, size, "-");
	else if (minutes < 24 * 60)
		snprintf(out, size, "%ld:%02ld", minutes / 60, minutes % 60);
	else
		snprintf(out, size, "%ldd %ld:%02ld", minutes / 1440, minutes / 60 % 24,
			minutes % 60);
	return out;
}
