/* readrecording FILE: prints what was booked for a recording, exact to the nanosecond, a line for each
 * thread and key:
 *	tid reason kind number count sum_ns min_ns max_ns
 * kind is "-" or a detail's ("in", "out", "msr-read", ...), number is hexadecimal; and for each
 * interrupt line of a thread
 *	tid irq gsi raised lowered */
#include <inttypes.h>
#include <stdio.h>

#include "sample/sample.h"
#include "source/recording/recording.h"

static const char *const kinds[EXIT_DETAIL__COUNT] = {
	[EXIT_DETAIL_NONE] = "-",
	[EXIT_DETAIL_PORT_IN] = "in",
	[EXIT_DETAIL_PORT_OUT] = "out",
	[EXIT_DETAIL_MSR_READ] = "msr-read",
	[EXIT_DETAIL_MSR_WRITE] = "msr-write",
	[EXIT_DETAIL_MMIO_READ] = "mmio-read",
	[EXIT_DETAIL_MMIO_WRITE] = "mmio-write",
};

static void print_thread(const struct sample_exit_thread *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct sample_exit *e = &t->exits[i];
		const struct summary *d = &e->durations;

		printf("%d %s %s %" PRIx64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
			(int)t->tid, e->name, kinds[e->key.detail], (uint64_t)e->key.number,
			d->count, d->total_ns, d->min_ns, d->max_ns);
	}
	for (size_t i = 0; i < t->irq_count; i++)
		printf("%d irq %" PRIu32 " %" PRIu64 " %" PRIu64 "\n", (int)t->tid, t->irqs[i].gsi,
			t->irqs[i].raised, t->irqs[i].lowered);
}

int main(int argc, char **argv)
{
	struct source *source;
	struct sample *begin = sample_new(), *end = sample_new();
	char why[256];

	if (argc != 2 || recording_open(&source, argv[1], why, sizeof why)) {
		fprintf(stderr, "readrecording: %s\n",
			argc == 2 ? why : "usage: readrecording FILE");
		return 1;
	}
	source_collect(source, begin);
	source_collect(source, end);
	for (size_t i = 0; i < end->exit_thread_count; i++)
		print_thread(&end->exit_threads[i]);
	sample_free(begin);
	sample_free(end);
	source_close(source);
	return 0;
}
