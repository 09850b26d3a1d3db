/* world: a model with one VM that has the figures of a field case. Evidence and rules see what they see of a VM that
 * was measured: exit tables, interrupt lines, threads, KVM's counters and a configuration. */
#ifndef TESTS_FIELD_WORLD_H
#define TESTS_FIELD_WORLD_H

#include "case.h"
#include "model/model.h"

struct field_world {
	struct arena arena; /* owns the threads and lines */
	struct model model;
	struct vm vm, neighbour; /* the other VMs of the host count for overcommit only */
	struct vm *vms[2];
};

/* Builds the world of c, which must outlive it. False, with a sentence in why, if the figures contradict each other. w is
 * overwritten; release it in either case. */
bool field_world_init(struct field_world *w, const struct field_case *c, struct strbuf *why);
void field_world_fini(struct field_world *w);

#endif
