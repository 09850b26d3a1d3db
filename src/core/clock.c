#include "core/clock.h"

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
