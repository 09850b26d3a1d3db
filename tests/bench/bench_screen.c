/* What a frame costs with 200 VMs of 8 vCPUs, replayed: CPU time from a key to the bytes for the terminal,
 * while a list is scrolled and sorted, in each view and size. The bar: 16 ms, which is a frame at 60 Hz. */
#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "crowd.h"
#include "record/record.h"
#include "source/replay/replay.h"
#include "view/ui_moves.h"
#include "view/view.h"
#include "view/views.h"

enum { VMS = 200, TICKS = 12, STEPS = 200, BAR_MS = 16 };

struct bench {
	struct app app;
	struct ui ui;
	struct term *term;
	int master;
	double most, sum;
	int frames;
};

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void die(const char *sentence)
{
	fprintf(stderr, "bench_screen: %s\n", sentence);
	exit(1);
}

static void record(const char *path)
{
	struct record *r;
	uint64_t seed = 1;
	char why[256];

	if (record_open(&r, &(struct record_options){ .path = path }, why, sizeof why))
		die(why);
	for (uint64_t i = 0; i < TICKS; i++) {
		struct sample *s = crowd_sample(VMS, i, &seed);

		if (record_add(r, s, why, sizeof why))
			die(why);
		sample_free(s);
	}
	record_close(r);
}

static void drain(const struct bench *b)
{
	char bytes[4096];

	do
		while (read(b->master, bytes, sizeof bytes) > 0)
			;
	while (!term_ready(b->term) && term_send_more(b->term) == 0);
}

static void press(struct bench *b, enum action action)
{
	const double start = cpu_ms();
	double ms;

	ui_act(&b->ui, action, b->app.model, &b->app.findings);
	view_paint(b->term, b->app.model, &b->app.findings, &b->ui);
	ms = cpu_ms() - start;
	drain(b);
	b->most = ms > b->most ? ms : b->most;
	b->sum += ms;
	b->frames++;
}

/* Returns whether the bar holds. */
static bool measure(struct bench *b, enum view_id view, bool open_all)
{
	ui_turn_to(&b->ui, view);
	b->ui.open_all = open_all;
	b->most = b->sum = 0;
	b->frames = 0;
	for (int i = 0; i < STEPS; i++)
		press(b, ACTION_DOWN);
	for (int i = 0; i < STEPS; i += 10)
		press(b, ACTION_PAGE_UP);
	for (int i = 0; i < 2 * VM_COL__COUNT; i++)
		press(b, i % 2 ? ACTION_REVERSE_ROWS : ACTION_SORT_ROWS);
	printf("screen: %d VMs, %s%s: %.2f ms CPU a frame, %.2f ms at most: %s (bar %d ms)\n", VMS,
		views[view]->name, open_all ? ", all open" : "", b->sum / b->frames, b->most,
		b->most <= BAR_MS ? "PASS" : "FAIL", BAR_MS);
	return b->most <= BAR_MS;
}

static bool measure_size(const char *path, int rows, int columns)
{
	const struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns };
	struct options options = { .delay_s = 1, .replay = path };
	struct bench b = { 0 };
	bool holds = true;
	char why[300];
	int slave;

	if (openpty(&b.master, &slave, NULL, NULL, &size) ||
		app_init(&b.app, &options, false, why, sizeof why))
		die("no pseudo terminal, or the recording cannot be played");
	fcntl(b.master, F_SETFL, O_NONBLOCK);
	b.term = term_open(
		"xterm-256color", fdopen(slave, "w"), fdopen(dup(slave), "r"), why, sizeof why);
	if (!b.term)
		die(why);
	ui_init(&b.ui);
	while (!replay_is_over(b.app.sources[APP_TAPE]))
		app_tick(&b.app);
	printf("screen: %dx%d\n", columns, rows);
	for (int i = 0; i < VIEW__COUNT; i++)
		holds &= measure(&b, (enum view_id)i, false);
	holds &= measure(&b, VIEW_OVERVIEW, true);
	drain(&b);
	term_close(b.term);
	ui_fini(&b.ui);
	app_fini(&b.app);
	return holds;
}

int main(void)
{
	char folder[] = "/tmp/kvmtop-bench-XXXXXX";
	const char *const path = "crowd.jsonl";
	bool holds;

	if (!mkdtemp(folder) || chdir(folder))
		die("no temporary folder");
	setlocale(LC_CTYPE, "C.UTF-8");
	record(path);
	holds = measure_size(path, 24, 80);
	holds &= measure_size(path, 60, 200);
	unlink(path);
	return chdir("/") || rmdir(folder) || !holds;
}
