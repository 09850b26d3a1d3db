#include "model/hot_symbols.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "kvm/symbol_notes.h"

/* Of the kinds of threads in words; thread_kind_name() is for machines. */
static const char *const kind_words[THREAD_KIND__COUNT] = {
	[THREAD_VCPU] = "vCPU",
	[THREAD_EMULATOR] = "emulator",
	[THREAD_IOTHREAD] = "iothread",
	[THREAD_WORKER] = "worker",
	[THREAD_VHOST] = "vhost",
	[THREAD_PIT] = "kvm-pit",
	[THREAD_KERNEL] = "kernel",
};

const char *hot_symbols_kind(enum thread_kind kind)
{
	return kind_words[kind];
}

const char *hot_symbols_mark(enum symbol_space space)
{
	return space == SYMBOL_KERNEL ? "[k]" : space == SYMBOL_USER ? "[.]" : "[g]";
}

const char *hot_symbols_space_name(enum symbol_space space)
{
	return space == SYMBOL_KERNEL ? "kernel" : space == SYMBOL_USER ? "user" : "guest";
}

const char *hot_symbols_event_name(enum symbol_event event)
{
	return event == SYMBOL_EVENT_CYCLES      ? "cycles"
	       : event == SYMBOL_EVENT_CPU_CLOCK ? "cpu-clock"
						 : "none";
}

static bool is_same(const struct hot_symbol *a, const struct hot_symbol *b)
{
	return a->space == b->space && !strcmp(a->name, b->name) && !strcmp(a->module, b->module);
}

/* Rows mostly come in the order of the last time: the search begins behind the last hit. */
static struct hot_symbol *find_item(
	struct hot_symbols *h, const struct hot_symbol *like, size_t *at)
{
	struct hot_symbol *new;

	for (size_t i = 0; i < h->count; i++) {
		const size_t k = (*at + i) % h->count;

		if (is_same(&h->items[k], like)) {
			*at = k + 1;
			return &h->items[k];
		}
	}
	h->items = mem_grow(h->items, h->count, &h->capacity, sizeof *h->items);
	new = &h->items[h->count++];
	*new = *like;
	new->note = symbol_note_find(new->space, new->name);
	return new;
}

static void fade(struct hot_symbols *h, double seconds)
{
	const double left = isnan(seconds) ? 1 : exp(-seconds / HOT_SYMBOLS_SECONDS);

	for (size_t i = 0; i < h->count; i++)
		for (int k = 0; k < THREAD_KIND__COUNT; k++)
			h->items[i].recent[k] *= left;
	h->rest_recent *= left;
}

/* What an address had goes over to its function when the name is known: so a total may also go down. */
static void add_change(double *recent, uint64_t *total, uint64_t now)
{
	*recent += now >= *total ? (double)(now - *total) : -(double)(*total - now);
	if (*recent < 0)
		*recent = 0;
	*total = now;
}

static bool is_known(const struct sample_symbol *s)
{
	return s->space < SYMBOL_SPACE__COUNT && s->kind < THREAD_KIND__COUNT;
}

/* Adds up what the sample says under one name: several addresses may have it. */
static void take_totals(struct hot_symbols *h, const struct sample_hot_symbols *s,
	uint64_t (*now)[THREAD_KIND__COUNT])
{
	size_t at = 0;

	for (size_t i = 0; i < h->count; i++)
		h->items[i].samples = 0;
	for (size_t i = 0; i < s->count; i++) {
		const struct sample_symbol *from = &s->symbols[i];
		struct hot_symbol like = { 0 }, *item;

		if (!is_known(from))
			continue;
		like.space = (enum symbol_space)from->space;
		text_clean(like.module, sizeof like.module, from->module);
		text_clean(like.name, sizeof like.name, from->name);
		item = find_item(h, &like, &at);
		item->update = h->update;
		item->samples += (double)from->samples;
		now[item - h->items][from->kind] += from->weight;
	}
}

/* What had no row before is not all new: it had as much as the lightest row at most, and that is taken for counted. */
static void take_change(
	const struct hot_symbols *h, struct hot_symbol *item, int kind, uint64_t now)
{
	if (!item->total[kind])
		item->total[kind] = now < h->floor ? now : h->floor;
	add_change(&item->recent[kind], &item->total[kind], now);
}

static void take_changes(struct hot_symbols *h, const struct sample_hot_symbols *s)
{
	uint64_t(*now)[THREAD_KIND__COUNT] = mem_calloc(h->count + s->count + 1, sizeof *now);

	take_totals(h, s, now);
	for (size_t i = 0; i < h->count; i++)
		for (int k = 0; k < THREAD_KIND__COUNT; k++)
			/* What has no row now is light, and stands still; where there is room for all, it is an
			 * address that got its name. */
			if (now[i][k] || !s->rest_samples)
				take_change(h, &h->items[i], k, now[i][k]);
	add_change(&h->rest_recent, &h->rest_total, s->rest_weight);
	h->floor = s->rest_samples && s->count ? s->symbols[s->count - 1].weight : 0;
	free(now);
}

static double weight_of(const struct hot_symbol *item)
{
	double sum = 0;

	for (int k = 0; k < THREAD_KIND__COUNT; k++)
		sum += item->recent[k];
	return sum;
}

static void name_kinds(struct hot_symbol *item)
{
	const double all = item->pct;
	double most;

	item->top_kind = THREAD_VCPU;
	for (int k = 0; k < THREAD_KIND__COUNT; k++)
		if (item->kind_pct[k] > item->kind_pct[item->top_kind])
			item->top_kind = (enum thread_kind)k;
	most = item->kind_pct[item->top_kind];
	if (most >= all * 0.995)
		snprintf(item->kinds, sizeof item->kinds, "%s", kind_words[item->top_kind]);
	else
		snprintf(item->kinds, sizeof item->kinds, "%s %.0f%%", kind_words[item->top_kind],
			100 * most / all);
}

static void share(struct hot_symbols *h)
{
	double all = h->rest_recent;

	for (size_t i = 0; i < h->count; i++)
		all += weight_of(&h->items[i]);
	for (int i = 0; i < SYMBOL_SPACE__COUNT; i++)
		h->space_pct[i] = all > 0 ? 0 : NAN;
	for (int k = 0; k < THREAD_KIND__COUNT; k++)
		h->kind_pct[k] = all > 0 ? 0 : NAN;
	h->rest_pct = all > 0 ? 100 * h->rest_recent / all : NAN;
	for (size_t i = 0; i < h->count && all > 0; i++) {
		struct hot_symbol *item = &h->items[i];

		item->pct = 100 * weight_of(item) / all;
		h->space_pct[item->space] += item->pct;
		for (int k = 0; k < THREAD_KIND__COUNT; k++) {
			item->kind_pct[k] = 100 * item->recent[k] / all;
			h->kind_pct[k] += item->kind_pct[k];
		}
		name_kinds(item);
	}
}

static void forget_light(struct hot_symbols *h)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->count; i++) {
		/* What is still told must be remembered, or its total would count once more. */
		if (h->items[i].update == h->update || h->items[i].pct >= HOT_SYMBOLS_LEAST_PCT)
			h->items[kept++] = h->items[i];
	}
	h->count = kept;
}

static int heavier(const void *a, const void *b)
{
	const struct hot_symbol *x = a, *y = b;
	const int order = (x->pct < y->pct) - (x->pct > y->pct);

	return order ? order : strcmp(x->name, y->name);
}

static size_t count_shown(const struct hot_symbols *h)
{
	size_t count = 0;

	while (count < h->count && h->items[count].pct >= HOT_SYMBOLS_LEAST_PCT)
		count++;
	return count;
}

/* Is the guest running, and no sample of it? */
static bool misses_guest(const struct hot_symbols *h, double guest_pct)
{
	return h->samples >= 100 && guest_pct >= 10 && h->space_pct[SYMBOL_GUEST] == 0;
}

/* On arm64 the share of the guest is too high; what /proc says of it stands beside it. */
static void note_loaded(struct hot_symbols *h, double guest_pct, double cpu_pct)
{
	char *note = h->notes[h->note_count++];
	const size_t size = sizeof *h->notes;
	int length = snprintf(note, size,
		"On arm64 a sample counts as the guest's while a vCPU is loaded, KVM's work for it "
		"included");

	if (guest_pct <= cpu_pct && cpu_pct > 0)
		snprintf(note + length, size - (size_t)length,
			": by /proc the guest has %.1f%% of the time.", 100 * guest_pct / cpu_pct);
	else
		snprintf(note + length, size - (size_t)length, ".");
}

static void describe(struct hot_symbols *h, const struct sample_hot_symbols *s)
{
	h->wanted = true;
	h->vm = (struct vm_id){ s->pid, s->start_ticks };
	h->is_open = s->opened_ns != 0;
	h->event = s->event < SYMBOL_EVENT__COUNT ? (enum symbol_event)s->event : SYMBOL_EVENT_NONE;
	h->hz = s->hz;
	h->loading = s->loading;
	h->guest_loaded = s->guest_loaded;
	h->samples = (double)s->samples;
	h->lost = (double)s->lost;
	h->threads = (double)s->threads;
	h->threads_unseen = (double)s->threads_unseen;
	text_clean(h->why, sizeof h->why, s->why);
	h->note_count =
		s->note_count < HOT_SYMBOLS_NOTES_MAX ? s->note_count : HOT_SYMBOLS_NOTES_MAX;
	for (size_t i = 0; i < h->note_count; i++)
		text_clean(h->notes[i], sizeof h->notes[i], s->notes[i]);
}

void hot_symbols_update(struct hot_symbols *h, const struct sample *s, double seconds,
	double guest_pct, double cpu_pct)
{
	const struct sample_hot_symbols *now = s->hot_symbols_count ? s->hot_symbols : NULL;
	const uint64_t update = h->update + 1;

	if (!now || now->opened_ns != h->opened_ns) {
		hot_symbols_fini(h);
		seconds = NAN;
	}
	if (!now)
		return;
	h->update = update;
	h->opened_ns = now->opened_ns;
	describe(h, now);
	fade(h, seconds);
	take_changes(h, now);
	share(h);
	forget_light(h);
	if (h->count)
		qsort(h->items, h->count, sizeof *h->items, heavier);
	h->shown = count_shown(h);
	if (misses_guest(h, guest_pct) && !now->guest_unseen)
		snprintf(h->notes[h->note_count++], sizeof *h->notes,
			"The guest runs, but no sample is of it: this kernel books its time under "
			"functions such as vcpu_enter_guest.");
	else if (h->guest_loaded && h->space_pct[SYMBOL_GUEST] > 0)
		note_loaded(h, guest_pct, cpu_pct);
}

void hot_symbols_fini(struct hot_symbols *h)
{
	free(h->items);
	*h = (struct hot_symbols){ 0 };
}
