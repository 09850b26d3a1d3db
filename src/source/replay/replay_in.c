#include "source/replay/replay_in.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "source/recording/recording_file.h"
#include "source/replay/replay_unpack.h"

/* How much is read at a time. */
enum { PART_BYTES = 128 << 10, SEARCH_BYTES = 16 << 10 };

struct replay_in {
	struct recording_file file;
	struct replay_unpack *unpack; /* NULL: the file is not packed */
	uint64_t at;                  /* where to read on, when it is not packed */
	char *text;                   /* what was read and not given yet, with room for a NUL */
	size_t start, end, capacity;
	size_t searched;           /* up to there is no end of a line */
	bool ended, skips;         /* inside a line that is too long */
	uint64_t skipped;          /* bytes of it */
	enum replay_in_result how; /* it ended */
	uint64_t number;
	uint64_t first_tick; /* of the second line; UINT64_MAX: not known yet */
};

static void start_at(struct replay_in *in, uint64_t offset)
{
	in->at = offset;
	if (in->unpack)
		replay_unpack_start(in->unpack, offset);
	in->start = in->end = in->searched = 0;
	in->ended = in->skips = false;
	in->skipped = 0;
}

int replay_in_open(struct replay_in **result, const char *path, char *why, size_t size)
{
	struct replay_in *in = mem_calloc(1, sizeof *in);
	unsigned char magic[4] = { 0 };
	int error = recording_file_open(&in->file, path);

	if (error)
		snprintf(why, size, "cannot be read: %s",
			error == -EINVAL ? "it is no regular file" : strerror(-error));
	else if (!in->file.size) {
		snprintf(why, size, "is empty: it is no recording");
		error = -EINVAL;
	} else {
		recording_file_read(&in->file, 0, magic, sizeof magic);
		if (replay_unpack_is_packed(magic))
			error = replay_unpack_new(&in->unpack, &in->file, why, size);
	}
	if (error) {
		replay_in_close(in);
		return error;
	}
	in->first_tick = UINT64_MAX;
	start_at(in, 0);
	*result = in;
	return 0;
}

void replay_in_close(struct replay_in *in)
{
	replay_unpack_free(in->unpack);
	recording_file_close(&in->file);
	free(in->text);
	free(in);
}

uint64_t replay_in_number(const struct replay_in *in)
{
	return in->number;
}

/* Makes room behind what is there. */
static void make_room(struct replay_in *in)
{
	if (in->start) {
		memmove(in->text, in->text + in->start, in->end - in->start);
		in->searched -= in->start;
		in->end -= in->start;
		in->start = 0;
	}
	if (in->capacity - in->end < PART_BYTES + 1) {
		in->capacity = 2 * in->capacity + PART_BYTES + 1;
		in->text = mem_resize(in->text, in->capacity, 1);
	}
}

static void end_with(struct replay_in *in, enum replay_in_result how)
{
	in->ended = true;
	in->how = how;
}

static void read_more(struct replay_in *in)
{
	size_t got = 0;

	make_room(in);
	if (in->unpack) {
		const int error =
			replay_unpack_read(in->unpack, in->text + in->end, PART_BYTES, &got);

		if (error)
			end_with(in, REPLAY_IN_DAMAGED);
		else if (!got)
			end_with(in, REPLAY_IN_END);
	} else {
		got = recording_file_read(&in->file, in->at, in->text + in->end, PART_BYTES);
		in->at += got;
		if (!got)
			end_with(in, in->at < in->file.size ? REPLAY_IN_FAILED : REPLAY_IN_END);
	}
	in->end += got;
}

/* The end of the line that begins at start, or NULL. */
static char *find_end(struct replay_in *in)
{
	char *end = in->end > in->searched
			    ? memchr(in->text + in->searched, '\n', in->end - in->searched)
			    : NULL;

	in->searched = end ? (size_t)(end - in->text) : in->end;
	return end;
}

enum replay_in_result replay_in_next(struct replay_in *in, const char **line, size_t *length)
{
	char *end;

	for (;;) {
		while (!(end = find_end(in)) && !in->ended) {
			if (in->end - in->start > REPLAY_LINE_MAX) {
				in->skips = true;
				in->skipped += in->end - in->start;
				in->start = in->end;
			}
			if (in->skipped > REPLAY_SKIP_MAX)
				end_with(in, REPLAY_IN_DAMAGED);
			else
				read_more(in);
		}
		if (!end) {
			const bool is_cut = in->end > in->start || in->skips;

			in->number += is_cut || in->how != REPLAY_IN_END;
			in->start = in->end;
			in->skips = false;
			return is_cut && in->how == REPLAY_IN_END ? REPLAY_IN_CUT : in->how;
		}
		*line = in->text + in->start;
		*length = (size_t)(end - *line);
		*end = '\0';
		in->start = in->searched = (size_t)(end - in->text) + 1;
		in->number++;
		in->skipped = 0;
		if (!in->skips)
			return REPLAY_IN_LINE;
		in->skips = false;
		return REPLAY_IN_TOO_LONG;
	}
}

/* -- jumping */

bool replay_in_next_mark(struct replay_in *in, struct replay_mark *mark)
{
	const char *line;
	size_t length;
	enum replay_in_result got;

	while ((got = replay_in_next(in, &line, &length)) == REPLAY_IN_LINE ||
		got == REPLAY_IN_TOO_LONG)
		if (got == REPLAY_IN_LINE && replay_read_mark(mark, line, length))
			return true;
	return false;
}

static bool mark_at(struct replay_in *in, uint64_t offset, struct replay_mark *mark)
{
	char start[REPLAY_LINE_MARK_BYTES];

	return replay_read_mark(
		mark, start, recording_file_read(&in->file, offset, start, sizeof start));
}

/* The first tick whose line begins from an offset into a file that is not packed up to another, and not further behind
 * it than a line is long; *found is where. */
static bool mark_behind(struct replay_in *in, uint64_t offset, uint64_t limit,
	struct replay_mark *mark, uint64_t *found)
{
	const uint64_t last = limit - offset < REPLAY_LINE_MAX ? limit : offset + REPLAY_LINE_MAX;
	bool begins = !offset;

	for (uint64_t at = offset ? offset - 1 : 0; at < last;) {
		char part[SEARCH_BYTES];
		const char *end;
		size_t got;

		if (begins && mark_at(in, at, mark)) {
			*found = at;
			return true;
		}
		got = recording_file_read(&in->file, at, part, sizeof part);
		if (!got)
			return false;
		end = memchr(part, '\n', got);
		begins = end;
		at += end ? (size_t)(end - part) + 1 : got;
	}
	return false;
}

/* By halves: ticks only grow. Returns where the line of the last tick up to this one begins, or UINT64_MAX. */
static uint64_t find_plain(struct replay_in *in, uint64_t tick, struct replay_mark *mark)
{
	uint64_t low = 0, high = in->file.size, best = UINT64_MAX, found;
	struct replay_mark here;

	while (low < high) {
		const uint64_t middle = low + (high - low) / 2;

		if (!mark_behind(in, middle, high, &here, &found) || here.tick > tick) {
			high = middle;
			continue;
		}
		best = found;
		*mark = here;
		low = found + 1;
	}
	return best;
}

static uint64_t find_place(struct replay_in *in, uint64_t tick)
{
	struct replay_mark mark;
	uint64_t place;

	if (in->unpack)
		return replay_unpack_find(in->unpack, tick);
	place = find_plain(in, tick, &mark);
	if (place != UINT64_MAX && mark.key != mark.tick)
		place = find_plain(in, mark.key, &mark);
	return place;
}

int replay_in_seek(struct replay_in *in, uint64_t tick)
{
	struct replay_mark mark;
	uint64_t place;

	if (in->first_tick == UINT64_MAX) {
		start_at(in, 0);
		in->first_tick = replay_in_next_mark(in, &mark) ? mark.tick : 0;
	}
	place = find_place(in, tick);
	in->number = 0;
	start_at(in, place == UINT64_MAX ? 0 : place);
	if (place == UINT64_MAX)
		return -ENOENT;
	/* One line for the file itself, and one for each tick. */
	if (place && replay_in_next_mark(in, &mark))
		in->number = mark.tick - in->first_tick + 1;
	else
		in->number = 0;
	start_at(in, place);
	return 0;
}
