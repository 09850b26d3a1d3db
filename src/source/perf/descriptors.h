/* descriptors: how many files this process may open, raised for as long as many are needed. */
#ifndef SOURCE_PERF_DESCRIPTORS_H
#define SOURCE_PERF_DESCRIPTORS_H

#include <stddef.h>
#include <sys/resource.h>

/* What the rest of the program may still open meanwhile. */
#define DESCRIPTORS_SPARE 64

/* All zero: nothing was changed. */
struct descriptors {
	rlim_t before; /* the soft limit, when it was raised; 0: it was not */
};

/* Returns how many more can be opened, DESCRIPTORS_SPARE left out, own being those that the caller has open and counts
 * in. Where need asks for it the soft limit is raised to the hard one. kvmtop and its libraries wait by poll(), for
 * which any descriptor will do; what is started meanwhile inherits the limit, so it is to be given back as soon as it is
 * not needed. */
size_t descriptors_allow(struct descriptors *d, size_t need, size_t own);

/* The limit as it was. */
void descriptors_give_back(struct descriptors *d);

#endif
