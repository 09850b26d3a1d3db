#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/advice_text.h"
#include "report/json.h"
#include "report/text.h"

/* Takes text (NULL: memory was short). */
static int write_text(FILE *out, char *text, const char *end)
{
	int error = 0;

	if (!text)
		return -ENOMEM;
	errno = 0;
	if (fputs(text, out) == EOF || fputs(end, out) == EOF || fflush(out) == EOF)
		error = errno ? -errno : -EIO;
	free(text);
	return error;
}

int report_tick(
	FILE *out, enum report_format format, const struct model *m, const struct findings *f)
{
	return write_text(out, format == REPORT_JSON ? report_json(m, f) : report_text(m, f), "\n");
}

int report_advice(FILE *out, enum report_format format, const struct model *m,
	const struct findings *f, const struct vm *only)
{
	if (format == REPORT_JSON)
		return write_text(out, report_json_advice(m, f, only), "\n");
	return write_text(out, report_advice_text(m, f, only), "");
}
