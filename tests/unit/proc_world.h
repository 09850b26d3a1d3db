/* proc_world: the source proc on a made-up /proc, for its tests. Include cmocka.h before. */
#ifndef TESTS_PROC_WORLD_H
#define TESTS_PROC_WORLD_H

#include "core/clock.h"
#include "sample/sample.h"
#include "source/host/proc.h"

#include "fake_proc.h"

/* The made-up host is up for 1000 s: what started at tick 100 is old, at tick 100000 new. */
#define OLD 100
#define NEW 100000

struct world {
	char root[64];
	struct source *source;
	struct sample *s; /* of the last collect */
	uint64_t now_ns;
};

static inline int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	static const char uptime[] = "1000.00 3000.00\n";

	fake_open(w->root, sizeof(w->root));
	fake_write(uptime, strlen(uptime), "%s/uptime", w->root);
	fake_thread(
		w->root, &(struct fake_thread){ .pid = 1, .tid = 1, .name = "init", .start = OLD });
	fake_descriptor(w->root, 1, 0, "/dev/null");
	w->source = proc_open(&(struct proc_config){ .root = w->root });
	w->now_ns = 1000 * NS_PER_S;
	*state = w;
	return 0;
}

static inline int tear_down(void **state)
{
	struct world *w = *state;

	source_close(w->source);
	sample_free(w->s);
	fake_remove(w->root);
	free(w);
	return 0;
}

/* Collects after seconds have passed. */
static inline void collect_after(struct world *w, unsigned seconds)
{
	sample_free(w->s);
	w->s = sample_new();
	w->now_ns += seconds * NS_PER_S;
	w->s->time_ns = w->now_ns;
	source_collect(w->source, w->s);
}

static inline void add_process(struct world *w, int pid, const char *name, unsigned start)
{
	fake_thread(w->root,
		&(struct fake_thread){ .pid = pid, .tid = pid, .name = name, .start = start });
	fake_descriptor(w->root, pid, 0, "/dev/null");
	fake_descriptor(w->root, pid, 5, "anon_inode:[eventfd]");
}

static inline void open_kvm(struct world *w, int pid)
{
	fake_descriptor(w->root, pid, 9, "/dev/kvm");
	fake_descriptor(w->root, pid, 10, "anon_inode:kvm-vm");
	fake_descriptor(w->root, pid, 11, "anon_inode:kvm-vcpu:0");
}

static inline void close_kvm(struct world *w, int pid)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%d/fd/10", w->root, pid);
	assert_int_equal(unlink(path), 0);
}

static inline void remove_entry(struct world *w, const char *name)
{
	char path[512];

	snprintf(path, sizeof(path), "%s/%s", w->root, name);
	fake_remove(path);
}

static inline const struct sample_vm *find_vm(const struct world *w, pid_t pid)
{
	for (size_t i = 0; i < w->s->vm_count; i++) {
		if (w->s->vms[i].id.pid == pid)
			return &w->s->vms[i];
	}
	return NULL;
}

static inline const struct sample_thread *find_thread(const struct world *w, pid_t pid, pid_t tid)
{
	const struct sample_vm *vm = find_vm(w, pid);

	for (size_t i = 0; vm && i < vm->thread_count; i++) {
		if (vm->threads[i].tid == tid)
			return &vm->threads[i];
	}
	return NULL;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
