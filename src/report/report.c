#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/clock.h"
#include "report/json.h"
#include "report/text.h"

const char *report_time(uint64_t real_ns, char *out, size_t size)
{
	const time_t seconds = (time_t)(real_ns / NS_PER_S);
	char stamp[32];
	struct tm tm;

	if (!gmtime_r(&seconds, &tm) || !strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &tm))
		stamp[0] = '\0';
	snprintf(out, size, "%s.%03dZ", stamp, (int)(real_ns % NS_PER_S / NS_PER_MS));
	return out;
}

int report_tick(
	FILE *out, enum report_format format, const struct model *m, const struct findings *f)
{
	char *text = format == REPORT_JSON ? report_json(m, f) : report_text(m, f);
	int error = 0;

	if (!text)
		return -ENOMEM;
	errno = 0;
	if (fputs(text, out) == EOF || putc('\n', out) == EOF || fflush(out) == EOF)
		error = errno ? -errno : -EIO;
	free(text);
	return error;
}
