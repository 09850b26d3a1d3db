#include "source/perf/symbol_worker.h"

#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/worker_thread.h"

/* Addresses that wait for an answer; what is asked beyond is asked again later. */
enum { QUESTIONS_MAX = 16384 };

/* Maps are read again for an address that they do not have, but not more often. */
#define MAPS_NS (2 * NS_PER_S)

struct question {
	enum symbol_space space;
	uint64_t address;
};

struct symbol_worker {
	struct worker_thread thread; /* its lock is for all down to the thread's own */
	struct question *questions;
	size_t question_count, question_capacity;
	struct symbol_answer *answers;
	size_t answer_count, answer_capacity;
	struct proc_maps maps; /* changed by the thread alone */
	struct symbol_news news;

	/* The thread's own. */
	pid_t pid;
	char *proc;
	struct symbol_table kernel;
	struct symbol_modules *modules;
	uint64_t maps_ns; /* when they were read */
};

static void read_maps(struct symbol_worker *w)
{
	struct proc_maps maps = { 0 }, old;

	w->maps_ns = clock_mono_ns();
	if (proc_maps_read(&maps, w->proc, w->pid)) {
		proc_maps_fini(&maps); /* what was known stays: the process may be ending */
		return;
	}
	pthread_mutex_lock(&w->thread.lock);
	old = w->maps;
	w->maps = maps;
	pthread_mutex_unlock(&w->thread.lock);
	proc_maps_fini(&old);
}

static void read_kernel(struct symbol_worker *w)
{
	enum kallsyms_state state;
	char path[256];

	snprintf(path, sizeof path, "%s/kallsyms", w->proc);
	state = kallsyms_read(&w->kernel, path, &w->thread.stop);
	pthread_mutex_lock(&w->thread.lock);
	w->news.kernel = state;
	w->news.kernel_known = true;
	pthread_mutex_unlock(&w->thread.lock);
}

static void find_kernel(const struct symbol_worker *w, uint64_t address, struct symbol_name *out)
{
	const struct symbol_entry *e = symbol_table_find(&w->kernel, address);

	out->nameless = !e;
	snprintf(out->module, sizeof out->module, "%s",
		e ? symbol_table_text(&w->kernel, e->module) : KALLSYMS_KERNEL);
	if (e)
		snprintf(out->name, sizeof out->name, "%s", symbol_table_text(&w->kernel, e->name));
	else if (w->kernel.count)
		snprintf(out->name, sizeof out->name, "0x%" PRIx64, address);
	else
		snprintf(out->name, sizeof out->name, "hidden");
}

static void find_user(struct symbol_worker *w, uint64_t address, struct symbol_name *out)
{
	const struct proc_map *map = proc_maps_find(&w->maps, address);

	if (!map && clock_mono_ns() - w->maps_ns > MAPS_NS) {
		read_maps(w); /* a library was loaded since */
		map = proc_maps_find(&w->maps, address);
	}
	symbol_modules_find(w->modules, map, address, out);
}

static void answer(struct symbol_worker *w, const struct question *q)
{
	struct symbol_answer a = { .space = q->space, .address = q->address };

	if (q->space == SYMBOL_KERNEL)
		find_kernel(w, q->address, &a.name);
	else
		find_user(w, q->address, &a.name);
	pthread_mutex_lock(&w->thread.lock);
	w->answers = mem_grow(w->answers, w->answer_count, &w->answer_capacity, sizeof *w->answers);
	w->answers[w->answer_count++] = a;
	w->news.closed = symbol_modules_closed(w->modules);
	w->news.library = symbol_modules_library(w->modules, w->news.library_why);
	pthread_mutex_unlock(&w->thread.lock);
}

/* Answers all that is asked now. */
static void answer_all(struct symbol_worker *w)
{
	struct question *questions;
	size_t count;

	pthread_mutex_lock(&w->thread.lock);
	questions = w->questions;
	count = w->question_count;
	w->questions = NULL;
	w->question_count = w->question_capacity = 0;
	pthread_mutex_unlock(&w->thread.lock);
	for (size_t i = 0; i < count && !w->thread.stop; i++)
		answer(w, &questions[i]);
	free(questions);
}

static void end_worker(struct symbol_worker *w)
{
	symbol_modules_free(w->modules);
	symbol_table_fini(&w->kernel);
	proc_maps_fini(&w->maps);
	worker_thread_fini(&w->thread);
	free(w->questions);
	free(w->answers);
	free(w->proc);
	free(w);
}

static void *run(void *opaque)
{
	struct symbol_worker *w = opaque;

	pthread_setname_np(pthread_self(), "symbols");
	read_maps(w);
	read_kernel(w);
	while (!w->thread.stop) {
		struct pollfd wake = { .fd = w->thread.wake_fd, .events = POLLIN };
		eventfd_t times;

		poll(&wake, 1, -1);
		eventfd_read(w->thread.wake_fd, &times);
		answer_all(w);
	}
	if (worker_thread_end(&w->thread))
		end_worker(w);
	return NULL;
}

struct symbol_worker *symbol_worker_start(pid_t pid, const char *proc)
{
	struct symbol_worker *w = mem_calloc(1, sizeof *w);

	w->pid = pid;
	w->proc = mem_strdup(proc);
	w->modules = symbol_modules_new(pid, proc);
	w->news.started = true; /* before the thread is there to read it */
	if (worker_thread_start(&w->thread, run, w))
		w->news.started = false;
	return w;
}

void symbol_worker_stop(struct symbol_worker *w)
{
	if (worker_thread_stop(&w->thread))
		end_worker(w);
}

bool symbol_worker_ask(struct symbol_worker *w, enum symbol_space space, uint64_t address)
{
	bool room;

	pthread_mutex_lock(&w->thread.lock);
	room = w->question_count < QUESTIONS_MAX;
	if (room) {
		w->questions = mem_grow(w->questions, w->question_count, &w->question_capacity,
			sizeof *w->questions);
		w->questions[w->question_count++] = (struct question){ space, address };
	}
	pthread_mutex_unlock(&w->thread.lock);
	return room;
}

void symbol_worker_go(struct symbol_worker *w)
{
	eventfd_write(w->thread.wake_fd, 1);
}

struct symbol_answer *symbol_worker_take(struct symbol_worker *w, size_t *count)
{
	struct symbol_answer *answers;

	pthread_mutex_lock(&w->thread.lock);
	answers = w->answers;
	*count = w->answer_count;
	w->answers = NULL;
	w->answer_count = w->answer_capacity = 0;
	pthread_mutex_unlock(&w->thread.lock);
	return answers;
}

void symbol_worker_guess(
	struct symbol_worker *w, enum symbol_space space, uint64_t address, struct symbol_name *out)
{
	if (space == SYMBOL_KERNEL) {
		snprintf(out->module, sizeof out->module, KALLSYMS_KERNEL);
		snprintf(out->name, sizeof out->name, "0x%" PRIx64, address);
		out->nameless = true;
		return;
	}
	pthread_mutex_lock(&w->thread.lock);
	symbol_modules_guess(proc_maps_find(&w->maps, address), address, out);
	pthread_mutex_unlock(&w->thread.lock);
}

void symbol_worker_news(struct symbol_worker *w, struct symbol_news *out)
{
	pthread_mutex_lock(&w->thread.lock);
	*out = w->news;
	pthread_mutex_unlock(&w->thread.lock);
}
