/* options: the command line, and the one table of its options. */
#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "report/report.h"
#include "source/trace/budget.h"
#include "source/trace/trace.h"

#define OPTION_DELAY_MIN_S 0.1
#define OPTION_DELAY_MAX_S 3600.0
#define OPTION_ADVISE_S 5.0 /* how long --advise watches */

enum { OPTION_PIDS_MAX = 64, OPTION_VMS_MAX = 64 };

struct options {
	bool batch;
	bool advise;
	const char *advise_vm; /* name, UUID or process id; NULL: all VMs; of argv */
	bool all;              /* list VMs that are shut off, too */
	bool changes;          /* list what was changed, and end */
	const char *
		undo; /* the VM whose last change is to be undone: name or UUID; NULL: none; of argv */
	bool yes;     /* without asking */
	uint64_t given; /* a bit for each row of option_rows that was given */
	bool help, version;
	long iterations; /* 0: without end */
	double delay_s;
	bool delay_given;
	const char *recording;     /* file to read instead of this host; NULL: none; of argv */
	const char *replay;        /* kvmtop's own to play instead; likewise */
	bool demo;                 /* play the recording that comes with kvmtop */
	const char *record;        /* file to record to; likewise */
	uint64_t record_max_bytes; /* 0: no limit */
	bool anonymize;
	unsigned with;   /* WANT_* */
	bool read_only;  /* no definition is changed; libvirt connections are read-only */
	const char *uri; /* NULL: libvirt's default; borrowed from argv */
	struct report_form form;
	bool format_given, rows_given;
	const char *vms[OPTION_VMS_MAX]; /* name, UUID or process id; of argv */
	size_t vm_count;                 /* 0: all VMs */
	struct budget_limits budget;
	enum trace_method tracer;
	pid_t pids[OPTION_PIDS_MAX];
	size_t pid_count; /* 0: all VMs */
};

struct option_row {
	char letter;          /* 0: none */
	const char *name;     /* long form */
	const char *argument; /* NULL: takes none */
	const char *help;
	bool live_only; /* means nothing to a recording */
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

/* Reads the command line. Returns 0, or -EINVAL with one sentence in why (size bytes). */
int options_parse(struct options *o, int argc, char **argv, char *why, size_t size);

/* Writes the text of --help. */
void options_print_help(FILE *out);

#endif
