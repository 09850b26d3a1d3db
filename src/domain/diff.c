#include "domain/diff.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

/* More changed lines than this are not matched up: the whole middle is shown as replaced, which is as
 * right and costs nothing. Takes 4 * DISTANCE_MAX^2 bytes at worst. */
enum { DISTANCE_MAX = 1000 };

struct line {
	const char *text;
	size_t length; /* with its '\n', which the last one may lack */
	bool changed;  /* removed or added */
};

struct lines {
	struct line *items;
	size_t count;
};

static struct lines split(const char *text)
{
	struct lines l = { NULL, 0 };
	size_t capacity = 0;

	while (*text) {
		const char *end = strchr(text, '\n');
		const size_t length = end ? (size_t)(end - text) + 1 : strlen(text);

		l.items = mem_grow(l.items, l.count, &capacity, sizeof *l.items);
		l.items[l.count++] = (struct line){ .text = text, .length = length };
		text += length;
	}
	return l;
}

static bool same(const struct line *a, const struct line *b)
{
	return a->length == b->length && !memcmp(a->text, b->text, a->length);
}

static void mark_all(struct line *lines, int count)
{
	for (int i = 0; i < count; i++)
		lines[i].changed = true;
}

/* Does the furthest path with d changes on diagonal k (index into a minus index into b) come from the
 * diagonal above, by adding a line of b, or from the one below, by removing a line of a? v[k] says how
 * far into a the paths with d - 1 changes got. */
static bool comes_by_adding(const int *v, int d, int k)
{
	return k == -d || (k != d && v[k - 1] < v[k + 1]);
}

/* Walks back from the end through the paths of each distance, marking the lines that changed.
 * trace[d] are the paths as they were before round d, for diagonals -d ... d. */
static void mark_path(
	int **trace, int distance, struct line *a, int a_count, struct line *b, int b_count)
{
	int x = a_count, y = b_count;

	for (int d = distance; d > 0; d--) {
		const int *v = trace[d] + d + 1;
		const int k = x - y;
		const bool adding = comes_by_adding(v, d, k);
		const int from = adding ? k + 1 : k - 1;

		x = v[from];
		y = x - from;
		if (adding)
			b[y].changed = true;
		else
			a[x].changed = true;
	}
}

/* E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", 1986: the greedy algorithm. Returns
 * false, nothing marked, when the texts are further apart than DISTANCE_MAX. */
static bool mark_changes(struct line *a, int a_count, struct line *b, int b_count)
{
	const int max = a_count + b_count < DISTANCE_MAX ? a_count + b_count : DISTANCE_MAX;
	int *paths = mem_calloc(2 * (size_t)max + 3, sizeof *paths);
	int **trace = mem_calloc((size_t)max + 1, sizeof *trace);
	int *v = paths + max + 1;
	bool found = false;
	int d;

	for (d = 0; d <= max && !found; d++) {
		const size_t width = 2 * (size_t)d + 3;

		trace[d] = mem_calloc(width, sizeof **trace);
		memcpy(trace[d], v - d - 1, width * sizeof **trace);
		for (int k = -d; k <= d && !found; k += 2) {
			int x = comes_by_adding(v, d, k) ? v[k + 1] : v[k - 1] + 1;

			while (x < a_count && x - k < b_count && same(&a[x], &b[x - k]))
				x++;
			v[k] = x;
			found = x >= a_count && x - k >= b_count;
		}
	}
	d--;
	if (found)
		mark_path(trace, d, a, a_count, b, b_count);
	for (; d >= 0; d--)
		free(trace[d]);
	free(trace);
	free(paths);
	return found;
}

/* Marks what changed between a and b; the beginning and the end that they share need no search. */
static void compare(struct lines *a, struct lines *b)
{
	size_t first = 0, a_end = a->count, b_end = b->count;

	while (first < a_end && first < b_end && same(&a->items[first], &b->items[first]))
		first++;
	while (a_end > first && b_end > first && same(&a->items[a_end - 1], &b->items[b_end - 1]))
		a_end--, b_end--;
	if (!mark_changes(a->items + first, (int)(a_end - first), b->items + first,
		    (int)(b_end - first))) {
		mark_all(a->items + first, (int)(a_end - first));
		mark_all(b->items + first, (int)(b_end - first));
	}
}

static void add_line(struct strbuf *out, char sign, const struct line *l)
{
	strbuf_add_bytes(out, &sign, 1);
	strbuf_add_bytes(out, l->text, l->length);
	if (l->text[l->length - 1] != '\n')
		strbuf_add(out, "\n\\ No newline at end of file\n");
}

/* A range of lines in a and the range of b that it stands against. */
struct hunk {
	size_t a_first, a_end, b_first, b_end;
};

static bool changed_at(const struct lines *l, size_t i)
{
	return i < l->count && l->items[i].changed;
}

/* Finds the next hunk behind h: changes with no more than 2 * context equal lines between them, and
 * context lines around. Where the text ends sooner behind them there are no more before them either: else
 * patch takes the hunk for one that ends the file, where virsh prints an empty line more. False when there
 * is none. */
static bool next_hunk(struct hunk *h, const struct lines *a, const struct lines *b, size_t context)
{
	size_t i = h->a_end, j = h->b_end, equal = 0, lead, trail;

	while (i < a->count && !a->items[i].changed && !changed_at(b, j))
		i++, j++;
	if (!changed_at(a, i) && !changed_at(b, j))
		return false;
	lead = i - h->a_end < context ? i - h->a_end : context;
	h->a_first = i - lead;
	h->b_first = j - lead;
	for (;;) {
		if (changed_at(a, i)) {
			i++;
			equal = 0;
		} else if (changed_at(b, j)) {
			j++;
			equal = 0;
		} else if (i < a->count && equal < 2 * context) {
			i++, j++, equal++;
		} else {
			break;
		}
	}
	trail = equal < context ? equal : context;
	h->a_end = i - (equal - trail);
	h->b_end = j - (equal - trail);
	if (trail && lead > trail) {
		h->a_first += lead - trail;
		h->b_first += lead - trail;
	}
	return true;
}

/* Ranges are line numbers from 1; an empty one is given by the line before it. */
static void add_hunk(
	struct strbuf *out, const struct hunk *h, const struct lines *a, const struct lines *b)
{
	const size_t a_count = h->a_end - h->a_first, b_count = h->b_end - h->b_first;
	size_t i = h->a_first, j = h->b_first;

	strbuf_addf(out, "@@ -%zu,%zu +%zu,%zu @@\n", h->a_first + (a_count > 0), a_count,
		h->b_first + (b_count > 0), b_count);
	while (i < h->a_end || j < h->b_end) {
		if (i < h->a_end && a->items[i].changed) {
			add_line(out, '-', &a->items[i++]);
		} else if (j < h->b_end && b->items[j].changed) {
			add_line(out, '+', &b->items[j++]);
		} else {
			add_line(out, ' ', &a->items[i++]);
			j++;
		}
	}
}

char *diff_unified(const char *before, const char *after, const char *before_name,
	const char *after_name, int context)
{
	struct lines a = split(before), b = split(after);
	struct hunk hunk = { 0 };
	struct strbuf out = { 0 };

	compare(&a, &b);
	while (next_hunk(&hunk, &a, &b, (size_t)context)) {
		if (!out.length)
			strbuf_addf(&out, "--- %s\n+++ %s\n", before_name, after_name);
		add_hunk(&out, &hunk, &a, &b);
	}
	free(a.items);
	free(b.items);
	return strbuf_take(&out);
}

/* Keeps of a diff the lines that were taken away or added: those behind its two head lines that begin
 * with - or +. */
static void keep_changes(char *diff)
{
	char *in = diff, *out = diff;

	for (int line = 0; *in; line++) {
		const size_t rest = strcspn(in, "\n"), length = rest + (in[rest] == '\n');

		if (line >= 2 && (*in == '-' || *in == '+')) {
			memmove(out, in, length);
			out += length;
		}
		in += length;
	}
	*out = '\0';
}

bool diff_same_changes(const char *a, const char *a_after, const char *b, const char *b_after)
{
	char *x = diff_unified(a, a_after, "a", "b", 0), *y = diff_unified(b, b_after, "a", "b", 0);
	bool same;

	keep_changes(x);
	keep_changes(y);
	same = !strcmp(x, y);
	free(x);
	free(y);
	return same;
}
