#include "source/host/facts.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "sample/sample.h"
#include "sample/wants.h"
#include "source/host/kmsg.h"
#include "source/host/kvm_counters.h"
#include "source/host/platform.h"

struct facts {
	struct source source;
	char *root;
	struct sample_platform platform;
	uint64_t platform_ns; /* when it was read; 0: never */
	struct kvm_counters *counters;
	struct kmsg *kmsg;
	bool is_behind; /* with the log */
	bool foreign_pids;
};

static void facts_collect(struct source *source, struct sample *s)
{
	struct facts *f = (struct facts *)source;

	if (!f->platform_ns || s->time_ns - f->platform_ns >= FACTS_PLATFORM_NS) {
		platform_read(&f->platform, f->root);
		f->platform_ns = s->time_ns;
	}
	s->platform = f->platform;
	if (!f->foreign_pids) {
		kvm_counters_collect(f->counters, s);
		kmsg_collect(f->kmsg, s);
		return;
	}
	snprintf(s->platform.counters_why, sizeof s->platform.counters_why,
		"KVM's counters need the host's PID namespace: run kvmtop on the host, or start "
		"the "
		"container with --pid=host");
	snprintf(s->kernel_log.why, sizeof s->kernel_log.why,
		"the kernel log needs the host's PID namespace: run kvmtop on the host, or start "
		"the "
		"container with --pid=host");
}

/* A log of days is not read in one go; what comes later waits for the next collect. */
static int facts_work(struct source *source)
{
	struct facts *f = (struct facts *)source;

	if (f->is_behind)
		f->is_behind = kmsg_work(f->kmsg);
	return f->is_behind ? 0 : -1;
}

static void facts_want(struct source *source, const struct sample_wants *wants)
{
	struct facts *f = (struct facts *)source;

	kvm_counters_want_halts(f->counters, wants->what & WANT_HALTS);
}

static void facts_close(struct source *source)
{
	struct facts *f = (struct facts *)source;

	kvm_counters_free(f->counters);
	kmsg_free(f->kmsg);
	free(f->root);
	free(f);
}

struct source *facts_open(const struct facts_config *config)
{
	static const struct source_ops ops = {
		.collect = facts_collect,
		.work = facts_work,
		.want = facts_want,
		.close = facts_close,
	};
	struct facts *f = mem_calloc(1, sizeof *f);

	f->source.ops = &ops;
	f->foreign_pids = config->foreign_pids;
	f->is_behind = !f->foreign_pids;
	f->root = mem_strdup(config->root ? config->root : "/");
	f->counters =
		kvm_counters_new(config->counters_root ? config->counters_root : KVM_COUNTERS_ROOT);
	f->kmsg = kmsg_new(config->kmsg_path ? config->kmsg_path : KMSG_PATH);
	return &f->source;
}
