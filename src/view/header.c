#include "view/header.h"

#include <math.h>
#include <stdio.h>

#include "core/clock.h"
#include "core/text.h"
#include "model/shed.h"
#include "view/draw/bar.h"
#include "view/draw/line.h"

/* MEMORY_MIN: "Mem  6.3G/7.7G" and a gap. */
enum { HOST_NAME_MAX_COLUMNS = 24, BAR_MIN = 10, MEMORY_MIN = 17 };

/* Right-aligned, so that what is left of it does not move; returns the column where it starts. */
static int paint_activity(const struct frame *f, int row, int end)
{
	const struct ui *ui = f->ui;
	const size_t vms = model_running(f->model);
	char number[24], text[80], state[24], off[32] = "";
	int width;

	if (f->model->off.count)
		snprintf(off, sizeof off, " +%zu off", f->model->off.count);
	snprintf(text, sizeof text, "%zu VM%s%s  %s exits/s  ", vms, vms == 1 ? "" : "s", off,
		line_number(number, f->model->host.exits_per_s, NUMBER_RATE, 0));
	if (f->model->recording.file[0] && !f->model->recording.is_replay)
		snprintf(state, sizeof state, "recorded");
	else if (ui->paused)
		snprintf(state, sizeof state, "%s", ui->replay.on ? "[STOPPED]" : "[PAUSED]");
	else if (ui->replay.on)
		snprintf(state, sizeof state, "speed %gx", ui->replay.speed);
	else
		snprintf(state, sizeof state, "%s%.1fs", f->layout.wide ? "every " : "",
			ui->settings.interval_s);
	if (!f->model->updates)
		text[0] = '\0';
	width = text_width(text) + text_width(state);
	term_text(f->term, row, end - width, width, STYLE_NORMAL, text);
	term_text_right(
		f->term, row, end - width, width, ui->paused ? STYLE_WARNING : STYLE_NORMAL, state);
	return end - width;
}

static void paint_host(const struct frame *f, struct line l)
{
	const struct host *h = &f->model->host;
	char uptime[24], number[24];
	struct line name;

	l.end = paint_activity(f, l.row, l.end) - 2;
	line_add_whole(&l, STYLE_TITLE, "kvmtop  ");
	name = l;
	if (name.end > name.column + HOST_NAME_MAX_COLUMNS)
		name.end = name.column + HOST_NAME_MAX_COLUMNS;
	line_add(&name, STYLE_BOLD, "%s", h->name);
	l.column = name.column;
	clock_uptime(h->uptime_s, uptime, sizeof uptime);
	if (h->remote)
		line_add_whole(&l, STYLE_NORMAL, "  through libvirt");
	else
		line_add_whole(&l, STYLE_NORMAL, "  up %s", uptime);
	if (h->cpus)
		line_add_whole(&l, STYLE_NORMAL, "  %d CPU%s", h->cpus, h->cpus == 1 ? "" : "s");
	for (int i = 0; i < 3 && !h->remote; i++) {
		if (isnan(h->load[i]))
			snprintf(number, sizeof number, "-");
		else
			snprintf(number, sizeof number, "%.2f", h->load[i]);
		line_add_whole(&l, STYLE_NORMAL, "%s %s", i ? "" : "  load", number);
	}
}

static void paint_cpu(const struct frame *f, struct line l)
{
	const struct host *h = &f->model->host;
	const struct {
		enum style style;
		const char *name;
		double percent;
	} shares[] = {
		{ STYLE_GUEST, "guest", h->guest_pct },
		{ STYLE_USER, "user", h->user_pct },
		{ STYLE_SYSTEM, "sys", h->system_pct },
		{ STYLE_NORMAL, "idle", h->idle_pct },
		{ STYLE_WAIT, "iowait", h->iowait_pct },
		{ STYLE_WAIT, "steal", h->steal_pct },
	};
	const size_t shown = f->layout.wide ? 6 : 4;
	struct bar_part parts[BAR_CPU_PARTS];
	char number[24];

	line_add(&l, STYLE_BOLD, "CPU ");
	for (size_t i = 0; i < shown; i++)
		line_add(&l, shares[i].percent >= 0.05 ? shares[i].style : STYLE_DIM, " %s %s ",
			shares[i].name, line_number(number, shares[i].percent, NUMBER_PERCENT, 4));
	l.column++;
	bar_cpu_parts(parts, h->guest_pct, h->user_pct, h->system_pct);
	if (l.end - l.column >= BAR_MIN)
		bar_paint(f->term, l.row, l.column, l.end - l.column, parts, BAR_CPU_PARTS, 100,
			false);
}

/* "REPLAY 2018-09-02 14:07:31, case.jsonl.zst": the moment and, where there is room, the file and that it is
 * over; returns the column where it starts. */
static int paint_replay(const struct frame *f, int row, int end)
{
	const struct sample_recording *r = &f->model->recording;
	char moment[32], text[160];
	int width;

	snprintf(text, sizeof text, "REPLAY %s%s%s%s",
		clock_moment(f->model->real_ns, moment, sizeof moment), r->is_over ? ", end" : "",
		f->layout.wide ? ", " : "", f->layout.wide ? r->file : "");
	width = text_width(text);
	term_text(f->term, row, end - width, width, STYLE_WARNING, text);
	return end - width;
}

/* What is shown instead of this host; returns the column where it starts. */
static int paint_recording(const struct frame *f, int row, int end)
{
	const struct host *h = &f->model->host;
	char seconds[24], lost[24], text[160];
	int width;

	line_number(seconds, f->model->interval_s, NUMBER_PERCENT, 0);
	line_number(lost, h->lost, NUMBER_INTEGER, 0);
	snprintf(text, sizeof text, "READ %s, %s s, %s%s lost", f->model->recording.file, seconds,
		lost, h->lost_unknown ? "+" : "");
	width = text_width(text);
	term_text(f->term, row, end - width, width,
		h->lost > 0 || h->lost_unknown ? STYLE_WARNING : STYLE_BOLD, text);
	return end - width;
}

/* What kvmtop itself costs and whether its sources work; returns the column where it starts. */
static int paint_own(const struct frame *f, int row, int end)
{
	const struct host *h = &f->model->host;
	const bool tracing = f->model->sources[SOURCE_TRACING].ok;
	const struct sample_source *libvirt = &f->model->sources[SOURCE_LIBVIRT];
	const bool libvirt_fails = !libvirt->ok && !libvirt->harmless;
	char cpu[24], lost[24], own[80], state[24] = "", shed[SHED_TEXT_MAX] = "";
	int width, shed_width;

	line_number(cpu, h->own_cpu_pct, NUMBER_PERCENT, 0);
	line_number(lost, h->lost, NUMBER_INTEGER, 0);
	if (tracing)
		snprintf(own, sizeof own, "tracing %s%% cpu, %s%s lost", cpu, lost,
			h->lost_unknown ? "+" : "");
	else
		snprintf(own, sizeof own, "own %s%% cpu, tracing off", cpu);
	if (f->layout.wide || !libvirt->ok)
		snprintf(state, sizeof state, ", %s",
			libvirt->ok         ? "libvirt ok"
			: libvirt->harmless ? "no libvirt"
					    : "libvirt off");
	width = text_width(own) + text_width(state);
	if (tracing)
		shed_describe(f->model, end - width - MEMORY_MIN, shed);
	shed_width = text_width(shed);
	width += shed_width;
	term_text(f->term, row, end - width, width,
		!tracing || h->lost > 0 || h->lost_unknown ? STYLE_WARNING : STYLE_NORMAL, own);
	term_text(f->term, row, end - width + text_width(own), shed_width, STYLE_WARNING, shed);
	term_text_right(f->term, row, end - width, width,
		libvirt_fails ? STYLE_WARNING : STYLE_NORMAL, state);
	return end - width;
}

/* "976M"; nothing has no unit. */
static const char *memory_text(char out[static 24], double kib)
{
	return kib == 0 ? "0" : line_number(out, kib, NUMBER_KIB, 0);
}

static void add_memory(struct line *l, const char *before, double used_kib, double all_kib)
{
	char used[24], all[24];

	line_add_whole(l, STYLE_NORMAL, "%s%s/%s", before, memory_text(used, used_kib),
		memory_text(all, all_kib));
}

static void paint_memory(const struct frame *f, struct line l)
{
	const struct host *h = &f->model->host;
	char share[24];

	if (f->model->recording.is_replay)
		l.end = paint_replay(f, l.row, l.end) - 2;
	else if (f->model->updates)
		l.end = (f->model->recording.file[0] ? paint_recording : paint_own)(
				f, l.row, l.end) -
			2;
	line_add(&l, STYLE_BOLD, "Mem  ");
	add_memory(&l, "", h->memory_used_kib, h->memory_kib);
	add_memory(&l, "  swap ", h->swap_used_kib, h->swap_kib);
	if (!isnan(h->ksmd_pct))
		line_add_whole(&l, STYLE_NORMAL, "  ksmd %s",
			line_number(share, h->ksmd_pct, NUMBER_PERCENT, 0));
	if (!isnan(h->kswapd_pct))
		line_add_whole(&l, STYLE_NORMAL, "  kswapd %s",
			line_number(share, h->kswapd_pct, NUMBER_PERCENT, 0));
}

void header_paint(const struct frame *f)
{
	const struct rect r = f->layout.header;
	struct line l = { f->term, r.row, r.column, r.column + r.width };

	paint_host(f, l);
	l.row++;
	paint_cpu(f, l);
	l.row++;
	paint_memory(f, l);
}
