#include "advice/finding_columns.h"

#include <string.h>

static const char *finding_vm(const void *row)
{
	const struct finding_row *r = row;

	return r->vm->name;
}

static const char *finding_severity(const void *row)
{
	const struct finding_row *r = row;

	return severity_name(r->finding->severity);
}

/* What is as bad is worse the surer it is. */
static double severity_order(const void *row)
{
	const struct finding_row *r = row;

	return (double)r->finding->severity * CONFIDENCE__COUNT + (double)r->finding->confidence;
}

static const char *finding_confidence(const void *row)
{
	const struct finding_row *r = row;

	return confidence_name(r->finding->confidence);
}

static double confidence_order(const void *row)
{
	const struct finding_row *r = row;

	return (double)r->finding->confidence;
}

static const char *finding_summary(const void *row)
{
	const struct finding_row *r = row;

	return r->finding->summary;
}

static const char *finding_remedy(const void *row)
{
	const struct finding_row *r = row;
	enum remedy_id ranked[FINDING_REMEDY_MAX];

	if (!r->finding->remedy_count)
		return NULL;
	memcpy(ranked, r->finding->remedies, sizeof ranked);
	remedies_rank(ranked, r->finding->remedy_count, r->vm->domain);
	return remedy_find(ranked[0])->title;
}

/* clang-format off */
const struct field finding_columns[FINDING_COL__COUNT] = {
	[FINDING_COL_VM] = { .title = "VM", .key = "name", .width = 12, .left = true, .ascending = true,
		.text = finding_vm,
		.help = "Name of the VM" },
	[FINDING_COL_SEVERITY] = { .title = "severity", .key = "severity", .width = 8, .rank = 1, .left = true,
		.text = finding_severity, .order = severity_order,
		.help = "How bad it is: critical, warning, or only for information" },
	[FINDING_COL_CONFIDENCE] = { .title = "sure", .key = "confidence", .width = 6, .rank = 2, .left = true,
		.text = finding_confidence, .order = confidence_order,
		.help = "How sure it is: high where the figures show it, else a conclusion" },
	[FINDING_COL_SUMMARY] = { .title = "finding", .key = "summary", .width = 34, .left = true, .ascending = true,
		.text = finding_summary,
		.help = "What was found, with its figure" },
	[FINDING_COL_REMEDY] = { .title = "first remedy", .key = "remedy", .width = 24, .rank = 3, .left = true,
		.ascending = true, .text = finding_remedy,
		.help = "What to change first; Enter shows it with the others" },
};
/* clang-format on */
