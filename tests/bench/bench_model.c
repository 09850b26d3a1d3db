/* What a tick costs in the model and the rules as VMs become more: hosts of 100 and of 5,000 VMs of 8 vCPUs. Fifty times as many
 * may cost a little more than fifty times as much, for the processor's caches. */
#include <stdio.h>
#include <time.h>

#include "advice/findings.h"
#include "crowd.h"
#include "model/model.h"

enum { FEW = 100, MANY = 5000, BAR = 55 };

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

/* The mean of some ticks, after the first ones. */
static double ms_a_tick(size_t vms, uint64_t ticks)
{
	struct model *m = model_new();
	struct findings findings;
	uint64_t seed = 1;
	double ms = 0;

	for (uint64_t i = 0; i < ticks + 2; i++) {
		struct sample *s = crowd_sample(vms, i, &seed);
		const double start = cpu_ms();

		model_update(m, s);
		advice_run(m, &findings);
		findings_fini(&findings);
		if (i >= 2)
			ms += cpu_ms() - start;
	}
	model_free(m);
	return ms / (double)ticks;
}

int main(void)
{
	const double few = ms_a_tick(FEW, 200), many = ms_a_tick(MANY, 10), ratio = many / few;

	printf("model and rules: %.3f ms a tick for %d VMs of %d vCPUs, %.1f ms for %d: %.1f times "
	       "as much, bar %d: %s\n",
		few, FEW, CROWD_VCPUS, many, MANY, ratio, BAR, ratio <= BAR ? "PASS" : "FAIL");
	return ratio > BAR;
}
