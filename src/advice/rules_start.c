#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_tests.h"
#include "domain/fit.h"
#include "domain/lint.h"

/* What QEMU refuses, whatever the host. What rests on a version is left to libvirt's own answer where there is
 * one: a distribution may have taken a feature into an older version. */
static bool stops_start(const struct lint_item *item, const struct domain_caps *caps)
{
	return item->severity == LINT_ERROR && !(caps->known && strstr(item->id, "-needs-"));
}

static bool has_item(
	const struct lint_item *const *items, size_t count, const struct lint_item *item)
{
	for (size_t i = 0; i < count; i++)
		if (items[i] == item)
			return true;
	return false;
}

/* What the running VM has as well was started with it. */
static void add_lints(const struct evidence *e, const struct domain *d,
	const struct domain_config *running, struct finding *f, struct arena *arena)
{
	const struct lint_item *next[LINT_MAX], *now[LINT_MAX];
	const struct lint_host host = evidence_lint_host(e);
	const size_t next_count = lint_config(&d->inactive, &host, next);
	const size_t now_count = running ? lint_config(running, &host, now) : 0;

	for (size_t i = 0; i < next_count; i++)
		if (stops_start(next[i], &d->caps) && !has_item(now, now_count, next[i]))
			finding_add(f, arena, "%s: %s", next[i]->what, next[i]->why);
}

bool rule_cannot_start(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct domain *d = e->vm->domain;
	const struct domain_config *running = d && d->live.parsed ? &d->live : NULL;
	char missing[256];
	bool lacks;

	if (!d || !d->inactive.parsed)
		return false;
	lacks = domain_misfits(&d->inactive, running, &d->caps, missing, sizeof missing);
	if (lacks)
		finding_add(
			f, arena, "in the definition, but not supported by this host: %s", missing);
	add_lints(e, d, running, f, arena);
	if (!f->evidence_count)
		return false;
	f->summary = lacks ? arena_printf(arena, "cannot start again: this host has no %s", missing)
			   : "cannot start again: QEMU refuses the definition";
	f->diagnosis =
		arena_printf(arena, "The definition for the next start %s. %s. Correct it first.",
			lacks ? "needs something that this host does not support"
			      : "has something that QEMU refuses",
			running ? "Once shut down, this VM will not start here again"
				: "This VM will not start here");
	return true;
}
