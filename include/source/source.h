/* source: one interface of the system, as the loop sees it. A source that cannot open is off with a
 * reason (sample_set_source) and tries again by itself; it never ends the program and never blocks. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdint.h>

struct sample;
struct sample_wants;
struct source;

struct source_ops {
	/* Adds what the source knows to s, or says why not. Called in the order proc, facts, tracing,
	 * libvirt: later ones see what earlier ones found. */
	void (*collect)(struct source *source, struct sample *s);

	/* Bounded work between two ticks (reading rings); NULL: none. Returns in how many
	 * milliseconds it wants to be called again, or -1 for "not before the next collect". */
	int (*work)(struct source *source);

	/* A descriptor that polls readable when the source wants to work earlier than it said, or -1;
	 * NULL: it has none. Asked for again before each wait. */
	int (*descriptor)(const struct source *source);

	/* From the next collect on, what of WANT_* is read, and of whom (sample/wants.h); what is not wanted any
	 * more is closed at once. NULL: the source has nothing that is read only then. */
	void (*want)(struct source *source, const struct sample_wants *wants);

	/* Gives everything back to the system and frees the source. */
	void (*close)(struct source *source);
};

/* The first member of every source. */
struct source {
	const struct source_ops *ops;
};

static inline void source_collect(struct source *source, struct sample *s)
{
	source->ops->collect(source, s);
}

static inline int source_work(struct source *source)
{
	return source->ops->work ? source->ops->work(source) : -1;
}

static inline int source_descriptor(const struct source *source)
{
	return source->ops->descriptor ? source->ops->descriptor(source) : -1;
}

static inline void source_want(struct source *source, const struct sample_wants *wants)
{
	if (source->ops->want)
		source->ops->want(source, wants);
}

static inline void source_close(struct source *source)
{
	if (source)
		source->ops->close(source);
}

#endif
