/* symbol_worker: a thread that finds the functions at addresses of one process and of the kernel: reading their symbols
 * takes some tenths of a second, and the loop never waits for it. */
#ifndef SOURCE_PERF_SYMBOL_WORKER_H
#define SOURCE_PERF_SYMBOL_WORKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/hot_symbols.h"
#include "source/perf/kallsyms.h"
#include "source/perf/symbol_modules.h"

struct symbol_worker;

struct symbol_answer {
	enum symbol_space space;
	uint64_t address;
	struct symbol_name name;
};

struct symbol_news {
	bool started; /* else this host has no thread left for it, and nothing is ever answered */
	bool kernel_known;
	enum kallsyms_state kernel; /* when it is known */
	size_t closed;              /* files that could not be opened */
	enum symbol_library library;
	char library_why[LIBRARY_WHY_MAX]; /* it is SYMBOL_LIBRARY_UNUSABLE */
};

/* Starts the thread for pid below proc ("/proc"). Never NULL. */
struct symbol_worker *symbol_worker_start(pid_t pid, const char *proc);

/* Ends it; one that is busy ends by itself, soon. */
void symbol_worker_stop(struct symbol_worker *w);

/* Asks for an address of kernel or user space. False: too much is asked for already. */
bool symbol_worker_ask(struct symbol_worker *w, enum symbol_space space, uint64_t address);

/* Lets it begin with what was asked since the last time. */
void symbol_worker_go(struct symbol_worker *w);

/* Takes what was found, the caller's to free(); NULL for nothing. */
struct symbol_answer *symbol_worker_take(struct symbol_worker *w, size_t *count);

/* A place in words before there is an answer: file and offset. */
void symbol_worker_guess(struct symbol_worker *w, enum symbol_space space, uint64_t address,
	struct symbol_name *out);

void symbol_worker_news(struct symbol_worker *w, struct symbol_news *out);

#endif
