/* case: a field case as its folder describes it (README.md): configuration, kernel log, figures and the expected
 * findings. Errors name the file and the line. */
#ifndef TESTS_FIELD_CASE_H
#define TESTS_FIELD_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "core/arena.h"
#include "core/text.h"
#include "domain/config.h"

/* Keys of the file `figures` whose values are numbers. */
enum field_figure {
	FIELD_VCPUS,
	FIELD_TRACED,
	FIELD_EXITS,
	FIELD_IO,
	FIELD_MMIO,
	FIELD_MSR,
	FIELD_HALT,
	FIELD_RTC,
	FIELD_PM,
	FIELD_HPET,
	FIELD_HVTIME,
	FIELD_STIMER,
	FIELD_RTCLINE,
	FIELD_TIMERLINE,
	FIELD_PITLINE,
	FIELD_MAIN_CPU,
	FIELD_MAIN_WAKES,
	FIELD_VCPU_CPU,
	FIELD_VCPU_GUEST,
	FIELD_VCPU_SYS,
	FIELD_WAIT,
	FIELD_PAUSE,
	FIELD_HALTPOLL,
	FIELD_NESTED,
	FIELD_ICR,
	FIELD_PIT,
	FIELD_IRQ,
	FIELD_WINDOW,
	FIELD_APIC,
	FIELD_EOI,
	FIELD_APICTIMER,
	FIELD_HVMSR,
	FIELD_KVMMSR,
	FIELD_POWER,
	FIELD_SERIAL,
	FIELD_IODELAY,
	FIELD_HYPERCALL,
	FIELD_UNHANDLED,
	FIELD_IOTHREAD,
	FIELD_IOTHREAD_USER,
	FIELD_CPUID,
	FIELD_FAULT,
	FIELD_NXSPLIT,
	FIELD_KSMD,
	FIELD_AGE,
	FIELD_OVERCOMMIT,
	FIELD_PID,
	FIELD__COUNT,
};

/* The key of a figure: "main_cpu". */
const char *field_figure_name(enum field_figure figure);

enum { FIELD_THREADS_MAX = 64, FIELD_LINES_MAX = 64 };

/* A line of `expected`, its words separated by one space. */
struct field_line {
	size_t number; /* in the file, from 1 on */
	const char *text;
};

struct field_case {
	struct arena arena; /* owns the texts */
	const char *folder;
	bool has_config; /* domain.xml or cmdline is present */
	struct domain_config config;
	const char *records[FIELD_LINES_MAX]; /* of kernel.log, each one line of it */
	size_t record_count;
	bool has_log;
	double figures[FIELD__COUNT];     /* NAN: not named */
	const char *vendor, *clocksource; /* NULL: not named */
	pid_t threads[FIELD_THREADS_MAX];
	size_t thread_count;
	struct field_line expected[FIELD_LINES_MAX]; /* empty: "none" */
	size_t expected_count;
};

/* Reads all but `expected`. False, with a sentence in why, if the case is malformed. c is overwritten; release it in
 * either case. folder is borrowed. */
bool field_case_read(struct field_case *c, const char *folder, struct strbuf *why);

/* Reads `expected`. A rule or remedy that kvmtop does not have is reported in unknown, and the line is kept: false
 * only if the file is malformed or missing. */
bool field_case_read_expected(struct field_case *c, struct strbuf *why, struct strbuf *unknown);

/* A file of the case; NULL if it is missing. The text is the arena's, with a NUL behind it. */
char *field_case_file(struct field_case *c, const char *name, size_t *length);

void field_case_fini(struct field_case *c);

#endif
