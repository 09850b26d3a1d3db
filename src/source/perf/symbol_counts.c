#include "source/perf/symbol_counts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"

/* Addresses and functions that are told apart; samples of further ones are the rest. */
enum { SITES_MAX = 32768, PLACES_MAX = 8192 };

struct figures {
	uint64_t samples[THREAD_KIND__COUNT], weight[THREAD_KIND__COUNT];
};

/* A function. */
struct place {
	enum symbol_space space;
	struct symbol_name name;
	struct figures figures;
};

/* An address; its samples wait here for the name of its function. */
struct site {
	enum symbol_space space;
	uint64_t address;
	struct place *place; /* NULL: not known yet */
	bool asked;
	bool late;              /* still not known at an earlier symbol_counts_fill() */
	struct figures figures; /* of no place */
};

struct symbol_counts {
	struct map sites;  /* by address: kernel and user space have none in common */
	struct map places; /* by what name_key() says */
	size_t waiting;    /* sites without a place */
	struct place guest;
	struct figures rest;
};

struct symbol_counts *symbol_counts_new(bool guest_loaded)
{
	struct symbol_counts *c = mem_calloc(1, sizeof *c);

	c->guest = (struct place){ .space = SYMBOL_GUEST, .name = { "guest", "", false } };
	snprintf(c->guest.name.name, sizeof c->guest.name.name, "%s",
		guest_loaded ? "the guest, or KVM for it" : "the guest's own code");
	return c;
}

static void free_values(struct map *m)
{
	size_t at = 0;
	uint64_t key;
	void *value;

	while (map_next(m, &at, &key, &value))
		free(value);
	map_fini(m);
}

void symbol_counts_free(struct symbol_counts *c)
{
	if (!c)
		return;
	free_values(&c->sites);
	free_values(&c->places);
	free(c);
}

static void add_to(struct figures *f, enum thread_kind kind, uint64_t weight)
{
	f->samples[kind]++;
	f->weight[kind] += weight;
}

static void merge(struct figures *into, const struct figures *from)
{
	for (int i = 0; i < THREAD_KIND__COUNT; i++) {
		into->samples[i] += from->samples[i];
		into->weight[i] += from->weight[i];
	}
}

/* Makes room: what is known already can be asked for again. */
static void forget_sites(struct symbol_counts *c)
{
	struct map kept = { 0 };
	size_t at = 0;
	uint64_t key;
	void *value;

	while (map_next(&c->sites, &at, &key, &value)) {
		struct site *site = value;

		if (site->place)
			free(site);
		else
			map_put(&kept, key, site);
	}
	map_fini(&c->sites);
	c->sites = kept;
}

static struct site *find_site(struct symbol_counts *c, enum symbol_space space, uint64_t address)
{
	struct site *site = map_get(&c->sites, address);

	if (site)
		return site;
	/* Not where most wait for a name: that would be done again with each sample. */
	if (c->sites.count >= SITES_MAX && c->waiting <= SITES_MAX / 2)
		forget_sites(c);
	if (c->sites.count >= SITES_MAX)
		return NULL;
	site = mem_calloc(1, sizeof *site);
	site->space = space;
	site->address = address;
	map_put(&c->sites, address, site);
	c->waiting++;
	return site;
}

bool symbol_counts_add(struct symbol_counts *c, enum thread_kind kind, enum symbol_space space,
	uint64_t address, uint64_t weight)
{
	struct site *site;

	if (space == SYMBOL_GUEST) {
		add_to(&c->guest.figures, kind, weight);
		return false;
	}
	site = find_site(c, space, address);
	add_to(!site          ? &c->rest
		: site->place ? &site->place->figures
			      : &site->figures,
		kind, weight);
	return site && !site->place && !site->asked;
}

void symbol_counts_asked(struct symbol_counts *c, uint64_t address)
{
	struct site *site = map_get(&c->sites, address);

	if (site)
		site->asked = true;
}

/* FNV-1a, 64 bits. */
static uint64_t hash(uint64_t h, const char *text)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 1099511628211ull;
	return (h ^ 0xff) * 1099511628211ull;
}

static bool is_same(const struct place *p, enum symbol_space space, const struct symbol_name *name)
{
	return p->space == space && !strcmp(p->name.module, name->module) &&
	       !strcmp(p->name.name, name->name);
}

/* NULL: there is no room for one more. */
static struct place *find_place(
	struct symbol_counts *c, enum symbol_space space, const struct symbol_name *name)
{
	uint64_t key = hash(hash(14695981039346656037ull + space, name->module), name->name);
	struct place *place;

	while ((place = map_get(&c->places, key)) && !is_same(place, space, name))
		key++;
	if (place || c->places.count >= PLACES_MAX)
		return place;
	place = mem_calloc(1, sizeof *place);
	place->space = space;
	place->name = *name;
	map_put(&c->places, key, place);
	return place;
}

void symbol_counts_answer(struct symbol_counts *c, enum symbol_space space, uint64_t address,
	const struct symbol_name *name)
{
	struct site *site = map_get(&c->sites, address);

	if (!site || site->place || site->space != space)
		return;
	site->place = find_place(c, space, name);
	merge(site->place ? &site->place->figures : &c->rest, &site->figures);
	c->waiting--;
	/* What has no place is asked for again: there may be room by then in a table begun anew. */
	if (!site->place)
		free(map_remove(&c->sites, address));
}

/* -- rows */

/* One of place and site is set. */
struct candidate {
	const struct place *place;
	const struct site *site;
	enum thread_kind kind;
	uint64_t samples, weight;
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

static void add_candidates(struct candidates *list, const struct place *place,
	const struct site *site, const struct figures *f)
{
	for (int i = 0; i < THREAD_KIND__COUNT; i++) {
		if (!f->samples[i])
			continue;
		list->items =
			mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
		list->items[list->count++] = (struct candidate){ place, site, (enum thread_kind)i,
			f->samples[i], f->weight[i] };
	}
}

static int heavier(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->weight < y->weight) - (x->weight > y->weight);
}

static struct candidates collect_candidates(const struct symbol_counts *c)
{
	struct candidates list = { 0 };
	size_t at = 0;
	uint64_t key;
	void *value;

	add_candidates(&list, &c->guest, NULL, &c->guest.figures);
	while (map_next(&c->places, &at, &key, &value)) {
		const struct place *place = value;

		add_candidates(&list, place, NULL, &place->figures);
	}
	at = 0;
	while (c->waiting && map_next(&c->sites, &at, &key, &value)) {
		const struct site *site = value;

		if (!site->place)
			add_candidates(&list, NULL, site, &site->figures);
	}
	if (list.count)
		qsort(list.items, list.count, sizeof *list.items, heavier);
	return list;
}

static void fill_row(struct sample_symbol *row, const struct candidate *from, struct arena *arena,
	const struct symbol_guesser *guesser)
{
	struct symbol_name guess = { 0 };
	const struct symbol_name *name = &guess;
	const enum symbol_space space = from->place ? from->place->space : from->site->space;

	if (from->place)
		name = &from->place->name;
	else
		guesser->guess(guesser->context, space, from->site->address, &guess);
	*row = (struct sample_symbol){
		.space = (uint8_t)space,
		.kind = (uint8_t)from->kind,
		.module = arena_strdup(arena, name->module),
		.name = arena_strdup(arena, name->name),
		.samples = from->samples,
		.weight = from->weight,
	};
}

/* Each look meets addresses that are new; that these have no names yet is no news. */
static bool are_names_late(struct symbol_counts *c)
{
	bool late = c->waiting && !c->places.count;
	size_t at = 0;
	uint64_t key;
	void *value;

	while (c->waiting && map_next(&c->sites, &at, &key, &value)) {
		struct site *site = value;

		if (site->place)
			continue;
		late |= site->late;
		site->late = true;
	}
	return late;
}

void symbol_counts_fill(struct symbol_counts *c, struct sample_hot_symbols *out,
	struct arena *arena, const struct symbol_guesser *guesser)
{
	struct candidates list = collect_candidates(c);

	out->loading = are_names_late(c);
	out->count = list.count < HOT_SYMBOLS_MAX ? list.count : HOT_SYMBOLS_MAX;
	out->symbols = arena_array(arena, out->count, sizeof *out->symbols);
	out->samples = out->rest_samples = out->rest_weight = 0;
	for (int i = 0; i < THREAD_KIND__COUNT; i++) {
		out->rest_samples += c->rest.samples[i];
		out->rest_weight += c->rest.weight[i];
	}
	for (size_t i = 0; i < list.count; i++) {
		if (i < out->count) {
			fill_row(&out->symbols[i], &list.items[i], arena, guesser);
		} else {
			out->rest_samples += list.items[i].samples;
			out->rest_weight += list.items[i].weight;
		}
		out->samples += list.items[i].samples;
	}
	for (int i = 0; i < THREAD_KIND__COUNT; i++)
		out->samples += c->rest.samples[i];
	free(list.items);
}

static uint64_t weight_of(const struct figures *f)
{
	uint64_t sum = 0;

	for (int i = 0; i < THREAD_KIND__COUNT; i++)
		sum += f->weight[i];
	return sum;
}

double symbol_counts_nameless(const struct symbol_counts *c, const char **module)
{
	uint64_t all = 0, nameless = 0, most = 0;
	size_t at = 0;
	uint64_t key;
	void *value;

	*module = NULL;
	while (map_next(&c->places, &at, &key, &value)) {
		const struct place *p = value;
		const uint64_t weight = p->space == SYMBOL_USER ? weight_of(&p->figures) : 0;

		all += weight;
		if (!p->name.nameless || !weight)
			continue;
		nameless += weight;
		if (weight > most) {
			most = weight;
			*module = p->name.module;
		}
	}
	return all ? (double)nameless / (double)all : 0;
}
