#include "report/report.h"

#include <errno.h>
#include <stdlib.h>

#include "core/text.h"
#include "report/advice_text.h"
#include "report/json.h"
#include "report/text.h"

/* Takes text (NULL: memory was short). */
static int add_text(struct strbuf *out, char *text, const char *end)
{
	if (!text)
		return -ENOMEM;
	strbuf_add(out, text);
	strbuf_add(out, end);
	free(text);
	return 0;
}

void report_begin(struct strbuf *out, struct report_form form)
{
	if (form.format == REPORT_CSV)
		add_text(out, report_csv_head(form.rows), "");
}

int report_tick(struct strbuf *out, struct report_form form, const struct model *m,
	const struct findings *f)
{
	switch (form.format) {
	case REPORT_JSON:
		return add_text(out, report_json(m, f), "\n");
	case REPORT_CSV:
		return add_text(out, report_csv(m, form.rows), "");
	default:
		return add_text(out, report_text(m, f), "\n");
	}
}

int report_advice(struct strbuf *out, enum report_format format, const struct model *m,
	const struct findings *f, const struct vm *only)
{
	if (format == REPORT_JSON)
		return add_text(out, report_json_advice(m, f, only), "\n");
	return add_text(out, report_advice_text(m, f, only), "");
}
