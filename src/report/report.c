#include "report/report.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "report/advice_text.h"
#include "report/json.h"
#include "report/text.h"

/* Takes text (NULL: memory was short). All of it goes at once. */
static int write_text(FILE *out, char *text, const char *end)
{
	struct strbuf whole = { 0 };
	int error = 0;

	if (!text)
		return -ENOMEM;
	strbuf_add(&whole, text);
	strbuf_add(&whole, end);
	free(text);
	errno = 0;
	if (fwrite(strbuf_text(&whole), 1, whole.length, out) < whole.length || fflush(out) == EOF)
		error = errno ? -errno : -EIO;
	strbuf_fini(&whole);
	return error;
}

int report_begin(FILE *out, struct report_form form)
{
	/* A buffer would be written when it is full, wherever in a tick that is. */
	setvbuf(out, NULL, _IONBF, 0);
	return form.format == REPORT_CSV ? write_text(out, report_csv_head(form.rows), "") : 0;
}

int report_tick(FILE *out, struct report_form form, const struct model *m, const struct findings *f)
{
	switch (form.format) {
	case REPORT_JSON:
		return write_text(out, report_json(m, f), "\n");
	case REPORT_CSV:
		return write_text(out, report_csv(m, form.rows), "");
	default:
		return write_text(out, report_text(m, f), "\n");
	}
}

int report_advice(FILE *out, enum report_format format, const struct model *m,
	const struct findings *f, const struct vm *only)
{
	if (format == REPORT_JSON)
		return write_text(out, report_json_advice(m, f, only), "\n");
	return write_text(out, report_advice_text(m, f, only), "");
}
