/* host: the host's part of the model. */
#ifndef MODEL_HOST_H
#define MODEL_HOST_H

#include "model/model.h"
#include "model/pair.h"

/* Everything of h but exits_per_s, which is the VMs'. h is all zero the first time. */
void host_update(struct host *h, const struct sample_pair *pair);

void host_fini(struct host *h);

/* The same facts with their texts cleaned. */
struct sample_platform host_platform(const struct sample_platform *s);

#endif
