#include "view/draw/histogram.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "core/text.h"
#include "view/draw/line.h"

/* Widths of a bar's figures: "16.4 - 32.8 us", "123456", "78.7%". */
enum { RANGE_WIDTH = 14, COUNT_WIDTH = 6, SHARE_WIDTH = 6, FIGURES_WIDTH = 29 };

enum { STROKE_MAX_COLUMNS = 100 };

struct scale {
	const char *name;
	double ns;
};

static struct scale scale_of(double ns)
{
	static const struct scale scales[] = { { "ns", 1 }, { "us", NS_PER_US },
		{ "ms", NS_PER_MS }, { "s", NS_PER_S } };
	size_t i = sizeof scales / sizeof *scales - 1;

	/* 999.6 would be printed as 1000. */
	while (i && ns < scales[i - 1].ns * 999.5)
		i--;
	return scales[i];
}

/* Three digits, as few of them behind the point as there need be: nothing is known to a nanosecond's
 * part. */
static void print_scaled(double ns, struct scale scale, int decimals, char *out, size_t size)
{
	const double value = ns / scale.ns;

	if (scale.ns == 1 || value == 0 || value >= 99.95)
		decimals = 0;
	else if (value >= 9.995 && decimals > 1)
		decimals = 1;
	snprintf(out, size, "%.*f", decimals, value);
}

const char *histogram_duration(double us, char out[static 24])
{
	const struct scale scale = scale_of(us * NS_PER_US);
	char number[16];

	if (isnan(us)) {
		snprintf(out, 24, "-");
		return out;
	}
	print_scaled(us * NS_PER_US, scale, 2, number, sizeof number);
	snprintf(out, 24, "%s %s", number, scale.name);
	return out;
}

const char *histogram_range(const struct histogram_bar *bar, char out[static 24])
{
	const struct scale scale = scale_of((double)bar->to_ns);
	char from[8], to[8];

	print_scaled((double)bar->from_ns, scale, 1, from, sizeof from);
	print_scaled((double)bar->to_ns, scale, 1, to, sizeof to);
	snprintf(out, 24, "%s - %s %s", from, to, scale.name);
	return out;
}

/* The buckets that are not empty: first to last. False when there are none. */
static bool find_ends(const struct latency *l, unsigned *first, unsigned *last)
{
	bool found = false;

	for (unsigned i = 0; i < l->count; i++) {
		if (!l->counts[i])
			continue;
		if (!found)
			*first = l->first + i;
		*last = l->first + i;
		found = true;
	}
	return found;
}

size_t histogram_bars(const struct latency *latency, size_t room,
	struct histogram_bar bars[static HISTOGRAM_BARS_MAX])
{
	unsigned first, last, shift = 0;
	size_t count;

	if (room > HISTOGRAM_BARS_MAX)
		room = HISTOGRAM_BARS_MAX;
	if (!room || !find_ends(latency, &first, &last))
		return 0;
	/* Groups begin at multiples of their size, so that a bar keeps its place from look to look. All
	 * buckets are one group at last. */
	while ((last >> shift) - (first >> shift) + 1 > room)
		shift++;
	count = (last >> shift) - (first >> shift) + 1;
	for (size_t i = 0; i < count; i++) {
		const unsigned from = (unsigned)((first >> shift) + i) << shift;
		const unsigned to = from + (1u << shift);

		bars[i] = (struct histogram_bar){ .from_ns = latency_bucket_ns(from),
			.to_ns = latency_bucket_ns(to) };
		for (unsigned k = from; k < to; k++)
			bars[i].count += latency_count(latency, k);
	}
	return count;
}

const char *histogram_stroke(double columns, bool utf8, char *out, size_t size)
{
	static const char *const eighths[] = { "", "▏", "▎", "▍", "▌", "▋", "▊", "▉" };
	const int parts = utf8 ? 8 : 1;
	int filled = (int)lround(columns * parts);
	size_t used = 0;

	if (!filled && columns > 0)
		filled = 1;
	out[0] = '\0';
	for (int i = 0; i < filled / parts && used + 4 < size; i++)
		used += (size_t)snprintf(out + used, size - used, "%s", utf8 ? "█" : "#");
	if (filled % parts && used + 4 < size)
		snprintf(out + used, size - used, "%s", eighths[filled % parts]);
	return out;
}

/* The bar that a duration falls into: its upper end counts as its own, since a percentile is where so
 * many durations end. */
static size_t bar_of(const struct histogram_bar *bars, size_t count, double us)
{
	for (size_t i = 0; i < count; i++)
		if (bars[i].count && us * NS_PER_US <= (double)bars[i].to_ns)
			return i;
	return count - 1;
}

static void add_word(char *words, size_t size, const char *word)
{
	const size_t used = strlen(words);

	snprintf(words + used, size - used, " %s", word);
}

/* What is to be said beside each bar. */
static void mark_bars(const struct exit_row *row, const struct histogram_bar *bars, size_t count,
	char words[][16])
{
	for (size_t i = 0; i < count; i++)
		words[i][0] = '\0';
	if (!isnan(row->p50_us))
		add_word(words[bar_of(bars, count, row->p50_us)], 16, "p50");
	if (!isnan(row->p99_us))
		add_word(words[bar_of(bars, count, row->p99_us)], 16, "p99");
	if (!isnan(row->max_us))
		add_word(words[count - 1], 16, "max");
}

static void paint_bars(struct term *t, struct rect at, const struct exit_row *row,
	const struct histogram_bar *bars, size_t count)
{
	char words[HISTOGRAM_BARS_MAX][16], range[24], number[24], share[24];
	char stroke[3 * STROKE_MAX_COLUMNS + 4];
	double total = 0, most = 0;
	int room, widest = 0;

	mark_bars(row, bars, count, words);
	for (size_t i = 0; i < count; i++) {
		total += (double)bars[i].count;
		most = fmax(most, (double)bars[i].count);
		widest = (int)strlen(words[i]) > widest ? (int)strlen(words[i]) : widest;
	}
	room = at.width - FIGURES_WIDTH - widest;
	room = room < 0 ? 0 : room > STROKE_MAX_COLUMNS ? STROKE_MAX_COLUMNS : room;
	for (size_t i = 0; i < count; i++) {
		const double part = (double)bars[i].count;
		struct line l = { t, at.row + (int)i, at.column, at.column + at.width };
		const enum style style = part > 0 ? STYLE_NORMAL : STYLE_DIM;

		number_format(number, sizeof number, part, NUMBER_INTEGER, COUNT_WIDTH);
		number_format(
			share, sizeof share, 100 * part / total, NUMBER_PERCENT, SHARE_WIDTH - 1);
		line_add(&l, style, "%*s %*s %*s%% ", RANGE_WIDTH, histogram_range(&bars[i], range),
			COUNT_WIDTH, number, SHARE_WIDTH - 1, share);
		line_add(&l, STYLE_BORDER, "%s",
			histogram_stroke(room * part / most, term_utf8(t), stroke, sizeof stroke));
		line_add(&l, STYLE_BOLD, "%s", words[i]);
	}
}

/* The name, and the figures at the right of it where both have room, else below it. Returns how many
 * rows. */
static int paint_heading(struct term *t, struct rect at, const struct exit_row *row)
{
	char p50[24], p99[24], max[24], figures[100];
	struct line l = { t, at.row, at.column, at.column + at.width };
	const char *name = row->name + strspn(row->name, " ");
	int width;

	snprintf(figures, sizeof figures, "p50 %s  p99 %s  max %s",
		histogram_duration(row->p50_us, p50), histogram_duration(row->p99_us, p99),
		histogram_duration(row->max_us, max));
	width = text_width(figures);
	term_fill(t, at.row, at.column, at.width, STYLE_HEADER);
	if (text_width(name) + 9 + 2 + width <= at.width) {
		term_text(t, at.row, at.column + at.width - width, width, STYLE_HEADER, figures);
		line_add(&l, STYLE_HEADER, "Time of: %s", name);
		return 1;
	}
	line_add(&l, STYLE_HEADER, "Time of: %s", name);
	if (at.height < 2)
		return 1;
	term_text(t, at.row + 1, at.column, at.width, STYLE_BOLD, figures);
	return 2;
}

void histogram_paint(struct term *t, struct rect at, const struct exit_row *row,
	const struct latency *latency, const char *why)
{
	const int heading = paint_heading(t, at, row);
	struct histogram_bar bars[HISTOGRAM_BARS_MAX];
	size_t count;

	at.row += heading;
	at.height -= heading;
	if (at.height <= 0)
		return;
	count = histogram_bars(latency, (size_t)at.height, bars);
	if (count) {
		paint_bars(t, at, row, bars, count);
	} else {
		struct line l = { t, at.row, at.column, at.column + at.width };

		line_add(&l, STYLE_DIM, "%s", why);
	}
}
