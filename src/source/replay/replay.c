#include "source/replay/replay.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "sample/sample.h"
#include "source/replay/replay_in.h"
#include "source/replay/replay_read.h"

/* Ticks that are read on, and jumps that are made, to find a moment: the halvings that find one of all ticks there
 * can be, and some. */
enum { FIND_LINES = 16, FIND_JUMPS = 64 };

struct replay {
	struct source source;
	char name[64]; /* of the file, cleaned */
	struct replay_in *in;
	struct replay_header header;
	struct replay_read read;
	struct sample *next;           /* read ahead: NULL at the end */
	struct replay_mark mark;       /* of next */
	uint64_t given_tick, given_ns; /* of the tick that was given last */
	bool has_given, has_ticks;     /* since the last jump; at all */
	char note[200];                /* on the first thing that is wrong */
};

/* Only the first one is told: what follows is often its consequence. */
static void set_note(struct replay *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void set_note(struct replay *t, const char *format, ...)
{
	char text[sizeof t->note];
	va_list args;

	if (t->note[0])
		return;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	text_clean(t->note, sizeof t->note, text);
}

static void leave_out(struct replay *t, const char *why)
{
	set_note(t, "%s, line %" PRIu64 " is left out: %s", t->name, replay_in_number(t->in), why);
}

static void note_end(struct replay *t, enum replay_in_result how)
{
	const uint64_t line = replay_in_number(t->in);

	if (how == REPLAY_IN_CUT)
		set_note(t, "%s is cut in line %" PRIu64 ": what is whole is shown", t->name, line);
	else if (how == REPLAY_IN_DAMAGED)
		set_note(t, "%s is damaged in line %" PRIu64 ": what comes before it is shown",
			t->name, line);
	else if (how == REPLAY_IN_FAILED)
		set_note(t,
			"%s cannot be read from line %" PRIu64 " on: what comes before is shown",
			t->name, line);
	else if (!t->has_ticks)
		set_note(t, "%s holds no ticks: nothing was recorded", t->name);
}

/* A line as the next tick. False when it is left out. */
static bool take_line(struct replay *t, const char *line, size_t length)
{
	struct sample *s;
	char why[160];

	/* A recording can be several, one behind the other. */
	if (replay_read_is_header(line, length)) {
		struct replay_header header;

		if (replay_read_header(&header, line, length, why, sizeof why))
			leave_out(
				t, "it begins another recording, which this kvmtop does not read");
		return false;
	}
	s = sample_new();
	if (!replay_read_sample(&t->read, s, line, length, why, sizeof why))
		leave_out(t, why);
	else if (!replay_read_mark(&t->mark, line, length))
		leave_out(t, "it does not begin as a tick does");
	else if (t->has_given && s->time_ns <= t->given_ns)
		leave_out(t, "it goes back in time");
	else {
		t->next = s;
		t->has_ticks = true;
		return true;
	}
	sample_free(s);
	return false;
}

/* Reads ahead. from: ticks before this one are not wanted; of them only what others build on is read. */
static void read_next(struct replay *t, uint64_t from)
{
	enum replay_in_result got;
	const char *line;
	size_t length;
	char why[160];

	for (;;) {
		struct replay_mark mark;

		got = replay_in_next(t->in, &line, &length);
		if (got == REPLAY_IN_TOO_LONG) {
			leave_out(t, "it is longer than any tick");
			continue;
		}
		if (got != REPLAY_IN_LINE)
			break;
		if (replay_read_mark(&mark, line, length) && mark.tick < from) {
			if (mark.news)
				replay_read_sample(&t->read, NULL, line, length, why, sizeof why);
			continue;
		}
		if (take_line(t, line, length))
			return;
	}
	note_end(t, got);
}

static void replay_collect(struct source *source, struct sample *s)
{
	struct replay *t = (struct replay *)source;
	const struct sample empty = *s;

	if (t->next) {
		*s = *t->next;
		*t->next = empty;
		sample_free(t->next);
		t->next = NULL;
		t->given_tick = t->mark.tick;
		t->given_ns = s->time_ns;
		t->has_given = true;
		read_next(t, 0);
	}
	snprintf(s->recording.file, sizeof s->recording.file, "%s", t->name);
	snprintf(s->recording.note, sizeof s->recording.note, "%s", t->note);
	s->recording.is_replay = true;
	s->recording.is_over = !t->next;
	s->recording.tick = t->given_tick;
	s->recording.start_real_ns = t->header.real_ns;
	snprintf(s->recording.host, sizeof s->recording.host, "%s", t->header.host);
}

static void replay_close(struct source *source)
{
	struct replay *t = (struct replay *)source;

	sample_free(t->next);
	replay_read_fini(&t->read);
	if (t->in)
		replay_in_close(t->in);
	free(t);
}

bool replay_is_over(const struct source *source)
{
	return !((const struct replay *)source)->next;
}

uint64_t replay_wait_ns(const struct source *source)
{
	const struct replay *t = (const struct replay *)source;

	return t->next && t->has_given ? t->next->time_ns - t->given_ns : 0;
}

double replay_interval_s(const struct source *source)
{
	return ((const struct replay *)source)->header.interval_s;
}

const char *replay_note(const struct source *source)
{
	return ((const struct replay *)source)->note;
}

uint64_t replay_next_tick(const struct source *source)
{
	const struct replay *t = (const struct replay *)source;

	return t->next ? t->mark.tick : UINT64_MAX;
}

uint64_t replay_next_real_ns(const struct source *source)
{
	const struct replay *t = (const struct replay *)source;

	return t->next ? t->next->real_ns : 0;
}

static void forget(struct replay *t)
{
	sample_free(t->next);
	t->next = NULL;
	t->has_given = false;
	replay_read_fini(&t->read);
}

/* From the key line of a tick on: the last tick that was not after that moment, while ticks lie so near that reading
 * on is less than jumping. *is_it: it is the one, as the next one is later. False when already the key line is. */
static bool find_from(
	struct replay *t, uint64_t tick, uint64_t real_ns, struct replay_mark *found, bool *is_it)
{
	struct replay_mark mark;

	if (replay_in_seek(t->in, tick) || !replay_in_next_mark(t->in, found))
		return false;
	*is_it = false;
	while (found->tick < tick + FIND_LINES && !*is_it && found->real_ns <= real_ns) {
		*is_it = !replay_in_next_mark(t->in, &mark) || mark.real_ns > real_ns;
		if (!*is_it)
			*found = mark;
	}
	return found->real_ns <= real_ns;
}

/* Ticks come at about the same distance, so a guess from one that was found is nearly right. */
uint64_t replay_find(struct source *source, uint64_t real_ns, uint64_t guess)
{
	struct replay *t = (struct replay *)source;
	const double step_ns =
		(double)NS_PER_S * (t->header.interval_s > 0 ? t->header.interval_s : 1);
	uint64_t low = 0, high = UINT32_MAX;
	bool is_it = false;

	forget(t);
	for (int i = 0; i < FIND_JUMPS && low < high && !is_it; i++) {
		struct replay_mark found = { .tick = low };
		const uint64_t tried = guess;
		double on;

		if (find_from(t, tried, real_ns, &found, &is_it))
			low = found.tick;
		else
			high = tried;
		on = ((double)real_ns - (double)found.real_ns) / step_ns;
		guess = found.real_ns && fabs(on) < (double)(high - low)
				? (uint64_t)((double)found.tick + floor(on))
				: low + (high - low) / 2;
		/* Not the same one again. */
		if (guess <= low)
			guess = low + 1;
		if (guess >= high)
			guess = high ? high - 1 : 0;
	}
	return low;
}

int replay_seek(struct source *source, uint64_t tick)
{
	struct replay *t = (struct replay *)source;

	forget(t);
	replay_in_seek(t->in, tick);
	read_next(t, tick);
	return t->next ? 0 : -ENOENT;
}

/* Writes what is wrong with the file to why. */
static int open_file(struct replay *t, const char *path, char *why, size_t size)
{
	enum replay_in_result got;
	const char *line;
	size_t length;
	int error = replay_in_open(&t->in, path, why, size);

	if (error)
		return error;
	got = replay_in_next(t->in, &line, &length);
	if (got == REPLAY_IN_LINE)
		return replay_read_header(&t->header, line, length, why, size);
	if (got == REPLAY_IN_CUT || got == REPLAY_IN_END)
		snprintf(why, size,
			"is cut in line 1 or is no recording of kvmtop's: there is nothing to "
			"show");
	else if (got == REPLAY_IN_DAMAGED)
		snprintf(why, size, "is damaged in line 1: there is nothing to show");
	else
		snprintf(why, size, "is no recording of kvmtop's: kvmtop --record FILE makes one");
	return -EINVAL;
}

int replay_open(struct source **source, const char *path, char *why, size_t size)
{
	static const struct source_ops ops = { .collect = replay_collect, .close = replay_close };
	struct replay *t = mem_calloc(1, sizeof *t);
	const char *slash = strrchr(path, '/');
	char what[200];
	int error;

	t->source.ops = &ops;
	if (!text_clean(t->name, sizeof t->name, slash ? slash + 1 : path))
		text_clean(t->name, sizeof t->name, path);
	error = open_file(t, path, what, sizeof what);
	if (error) {
		snprintf(why, size, "%s %s", t->name, what);
		replay_close(&t->source);
		return error;
	}
	read_next(t, 0);
	*source = &t->source;
	return 0;
}
