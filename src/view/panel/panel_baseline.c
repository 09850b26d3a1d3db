#include "view/panel/panel_baseline.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>

#include "advice/verdict.h"
#include "core/clock.h"
#include "core/number.h"
#include "model/baseline.h"

/* Columns of a name and of a figure. */
enum { NAME_WIDTH = 32, FIGURE_WIDTH = 10 };

static void add_row(
	struct page *p, const char *name, double before, double now, enum number_unit unit)
{
	char from[24], to[24];

	number_format(from, sizeof from, before, unit, FIGURE_WIDTH);
	number_format(to, sizeof to, now, unit, FIGURE_WIDTH);
	page_addf(p, STYLE_NORMAL, 2, "  %-*.*s %*s -> %*s", NAME_WIDTH, NAME_WIDTH, name,
		FIGURE_WIDTH, from, FIGURE_WIDTH, to);
}

static void add_rates(struct page *p, const struct frame *f, const struct vm *vm,
	const struct baseline_rate *rates, size_t count,
	double (*now)(const struct vm *vm, const struct baseline_rate *was, bool details))
{
	for (size_t i = 0; i < count; i++)
		add_row(p, rates[i].name, rates[i].per_s,
			now(vm, &rates[i], f->model->host.details), NUMBER_RATE);
}

static enum style verdict_style(enum verdict verdict)
{
	static const enum style styles[VERDICT__COUNT] = {
		[VERDICT_UNKNOWN] = STYLE_NORMAL,
		[VERDICT_SOLVED] = STYLE_OK,
		[VERDICT_BETTER] = STYLE_NORMAL,
		[VERDICT_NOT_BETTER] = STYLE_WARNING,
		[VERDICT_STILL_FOUND] = STYLE_WARNING,
		[VERDICT_PENDING] = STYLE_WARNING,
	};

	return styles[verdict];
}

static void add_verdicts(
	struct page *p, const struct frame *f, const struct vm *vm, const struct baseline *b)
{
	const bool details = f->model->host.details;

	for (size_t i = 0; i < b->finding_count; i++) {
		const enum verdict verdict =
			verdict_of(b, &b->findings[i], vm, f->findings, details, NULL, NULL);
		struct strbuf text = { 0 };

		verdict_describe(&text, b, &b->findings[i], vm, f->findings, details);
		page_addf(p, verdict_style(verdict), 2, "- %s", strbuf_text(&text));
		strbuf_fini(&text);
	}
}

void panel_baseline_add(struct page *p, const struct frame *f, const struct vm *vm)
{
	const struct baseline *b = baselines_find(&f->model->baselines, vm);
	char when[32];

	if (!b)
		return;
	if (vm->off) {
		page_addf(p, STYLE_BOLD, 0, "\nBaseline of %s: compared after the start",
			clock_when(b->real_ns, f->model->real_ns, when, sizeof when));
		return;
	}
	page_addf(p, STYLE_BOLD, 0, "\nSince the baseline of %s",
		clock_when(b->real_ns, f->model->real_ns, when, sizeof when));
	add_verdicts(p, f, vm, b);
	add_row(p, "CPU %", b->cpu.cpu_pct, vm->cpu.cpu_pct, NUMBER_PERCENT);
	add_row(p, "guest %", b->cpu.guest_pct, vm->cpu.guest_pct, NUMBER_PERCENT);
	add_row(p, "user %", b->cpu.user_pct, vm->cpu.user_pct, NUMBER_PERCENT);
	add_row(p, "sys %", b->cpu.system_pct, vm->cpu.system_pct, NUMBER_PERCENT);
	add_row(p, "exits/s", b->exits_per_s, baseline_exits_now(vm), NUMBER_RATE);
	add_rates(p, f, vm, b->reasons, b->reason_count, baseline_reason_now);
	if (b->device_count)
		page_add(p, STYLE_NORMAL, 0, "what they were about:");
	add_rates(p, f, vm, b->devices, b->device_count, baseline_device_now);
}

/* The finding that the VM's own exits tell most about: of the host's clock the panel need not speak twice. */
static const struct baseline_finding *main_finding(const struct baseline *b)
{
	for (size_t i = 0; i < b->finding_count; i++)
		if (b->findings[i].per_s > 0)
			return &b->findings[i];
	return b->finding_count ? &b->findings[0] : NULL;
}

int panel_baseline_lines(const struct frame *f, const struct vm *vm)
{
	const struct baseline *b = baselines_find(&f->model->baselines, vm);

	return b ? 1 + (main_finding(b) != NULL && !vm->off) : 0;
}

void panel_baseline_add_line(struct line *l, const struct frame *f, const struct vm *vm, int i)
{
	const struct baseline *b = baselines_find(&f->model->baselines, vm);
	const struct baseline_finding *finding = main_finding(b);
	const bool details = f->model->host.details;
	enum style style = STYLE_BOLD;
	struct strbuf text = { 0 };

	assert(i < panel_baseline_lines(f, vm));
	if (!i) {
		baseline_describe(&text, b, vm, f->model->real_ns);
	} else {
		style = verdict_style(verdict_of(b, finding, vm, f->findings, details, NULL, NULL));
		verdict_describe(&text, b, finding, vm, f->findings, details);
	}
	line_add(l, style, "%s", strbuf_text(&text));
	strbuf_fini(&text);
}
