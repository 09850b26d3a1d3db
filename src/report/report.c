#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/json.h"
#include "report/text.h"

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
