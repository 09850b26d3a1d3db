/* host_facts: what the host has and promises in a few lines that a tired person understands, and which of it is out of
 * the ordinary. */
#ifndef MODEL_HOST_FACTS_H
#define MODEL_HOST_FACTS_H

#include "core/text.h"
#include "model/model.h"

enum host_fact_id {
	HOST_FACT_CPU,
	HOST_FACT_PRESSURE,
	HOST_FACT_MEMORY,
	HOST_FACT_SWAP,
	HOST_FACT_PAGES,
	HOST_FACT_KSM,
	HOST_FACT_KVM,
	HOST_FACT_CLOCK,
	HOST_FACT_NUMA,
	HOST_FACT__COUNT,
};

struct host_fact {
	const char *name; /* "memory" */
	struct strbuf text;
	struct strbuf
		why; /* what is out of the ordinary in a word or two each: "swap full"; empty: nothing */
};

/* All lines, each with something to say; what the model's detail would have to tell is unknown without it. They are to
 * be released. */
void host_facts_init(struct host_fact facts[static HOST_FACT__COUNT], const struct model *m);
void host_facts_fini(struct host_fact facts[static HOST_FACT__COUNT]);

#endif
