#include "app/options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "app/options_check.h"
#include "app/options_value.h"

/* clang-format off */
const struct option_row option_rows[] = {
	{ 'b', "batch", NULL, "write text, CSV or JSON to standard output instead of opening the screen", false },
	{ 0, "advise", "[VM]", "say what is wrong with all VMs, or with that one (name, UUID or process id), and what to change, after a look of --delay seconds (default 5)", false },
	{ 0, "changes", NULL, "list kvmtop's changes: VM, time, remedy, state, and the file with the old definition", false },
	{ 0, "undo", "VM", "undo kvmtop's last change of this VM (name or UUID), running or shut off; shows the diff and asks", false },
	{ 0, "yes", NULL, "do not ask for confirmation (with --undo)", false },
	{ 'n', "iterations", "N", "end after N ticks", true },
	{ 'd', "delay", "SECONDS", "time between ticks, 0.1 to 3600; fractions are allowed (default 1, on the screen as in the setup)", true },
	{ 0, "format", "text|csv|json", "output format of --batch, --advise and --changes: text, json (one object per line and tick) or, with --batch only, csv (default text)", false },
	{ 0, "rows", "vms|threads|exits", "what the lines of --format csv are of (default vms)", false },
	{ 0, "vm", "VM", "let --batch tell of this VM alone (name, UUID or process id); may be given more than once", false },
	{ 0, "all", NULL, "also show shut-off and saved VMs, with state and configuration", false },
	{ 'p', "pid", "PID[,PID...]", "show only VMs with these process ids; may be given more than once", true },
	{ 0, "budget", "CPU[,EVENTS]", "what tracing may cost: kvmtop's own CPU time in percent of one CPU (default 5), and recorded events a second (default 200000)", true },
	{ 0, "tracer", "auto|bpf|ring", "how exits are counted: in the kernel by BPF, or by records in a ring; auto takes what costs the guests less (default auto)", true },
	{ 'c', "connect", "URI", "libvirt connection to take names and clocks from (default: libvirt's own); one that names a host, such as qemu+ssh://root@host/system, shows the VMs there, by all that libvirt tells of them", true },
	{ 0, "read-only", NULL, "change no definition; open only read-only libvirt connections", true },
	{ 0, "read", "FILE", "show a recording that trace-cmd made instead of this host", false },
	{ 0, "record", "FILE", "record all that is looked at to a new FILE, packed where its name ends in .zst", true },
	{ 0, "max-size", "SIZE", "let --record take SIZE bytes at most (100M, 2G): when half of it is full FILE becomes FILE.1, and a new one is begun", true },
	{ 0, "anonymize", NULL, "let --record replace the names and UUIDs of VMs and the host's name", true },
	{ 0, "with", "WHAT[,WHAT]", "read host, events, symbols, halts or devices, too: what the screen reads only while it shows it, for --batch and --record", true },
	{ 0, "replay", "FILE", "play what --record recorded instead of looking at this host", false },
	{ 0, "demo", NULL, "play the recording that comes with kvmtop: an idle Windows 10 that polls its clock", false },
	{ 'h', "help", NULL, "show this help", false },
	{ 'V', "version", NULL, "show the version", false },
};
/* clang-format on */

static_assert(sizeof option_rows / sizeof *option_rows <= 64, "a bit each in struct options");

const size_t option_row_count = sizeof option_rows / sizeof *option_rows;

/* What getopt_long() returns for a word that is no option, and for the options without a letter: this and
 * their row. */
enum { OPTION_WORD = 1, OPTION_LONG = 256 };

static const struct option_row *row_of(int option)
{
	size_t i = 0;

	if (option >= OPTION_LONG)
		return &option_rows[option - OPTION_LONG];
	while (option_rows[i].letter != option)
		i++;
	return &option_rows[i];
}

/* Makes getopt_long()'s tables from option_rows. */
static void getopt_tables(struct option *longs, char *shorts)
{
	*shorts++ = '-'; /* words that are no options come in their turn: one may be a VM */
	*shorts++ = ':'; /* tell a missing argument from an unknown option; print nothing */
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];

		longs[i] = (struct option){
			.name = row->name,
			.has_arg = row->argument && *row->argument != '[' ? required_argument
									  : no_argument,
			.val = row->letter ? row->letter : OPTION_LONG + (int)i,
		};
		if (!row->letter)
			continue;
		*shorts++ = row->letter;
		if (row->argument)
			*shorts++ = ':';
	}
	*shorts = '\0';
}

/* An option without a letter. */
static int take_long(
	struct options *o, const char *name, const char *argument, char *why, size_t size)
{
	if (!strcmp(name, "format"))
		return options_value_format(o, argument, why, size);
	if (!strcmp(name, "rows"))
		return options_value_rows(o, argument, why, size);
	if (!strcmp(name, "with"))
		return options_value_with(o, argument, why, size);
	if (!strcmp(name, "vm"))
		return options_value_vm(o, argument, why, size);
	if (!strcmp(name, "undo"))
		return options_value_undo(o, argument, why, size);
	if (!strcmp(name, "advise")) {
		o->advise = true;
		return 0;
	}
	if (!strcmp(name, "budget"))
		return options_value_budget(&o->budget, argument, why, size);
	if (!strcmp(name, "tracer"))
		return options_value_tracer(&o->tracer, argument, why, size);
	if (!strcmp(name, "max-size"))
		return options_value_size(&o->record_max_bytes, argument, why, size);
	if (!strcmp(name, "anonymize"))
		o->anonymize = true;
	else if (!strcmp(name, "all"))
		o->all = true;
	else if (!strcmp(name, "changes"))
		o->changes = true;
	else if (!strcmp(name, "yes"))
		o->yes = true;
	else if (!strcmp(name, "record"))
		o->record = argument;
	else if (!strcmp(name, "replay"))
		o->replay = argument;
	else if (!strcmp(name, "demo"))
		o->demo = true;
	else if (!strcmp(name, "read-only"))
		o->read_only = true;
	else
		o->recording = argument;
	return 0;
}

/* One option that getopt_long() recognised. */
static int take(struct options *o, int option, const char *argument, char *why, size_t size)
{
	switch (option) {
	case 'b':
		o->batch = true;
		return 0;
	case 'n':
		if (options_value_whole(argument, 1, LONG_MAX, &o->iterations))
			return 0;
		snprintf(why, size, "-n takes a whole number from 1 on, not '%s'", argument);
		return -EINVAL;
	case 'd':
		o->delay_given = true;
		if (options_value_number(
			    argument, OPTION_DELAY_MIN_S, OPTION_DELAY_MAX_S, &o->delay_s))
			return 0;
		snprintf(why, size, "-d takes seconds from 0.1 to 3600, not '%s'", argument);
		return -EINVAL;
	case 'p':
		return options_value_pids(o, argument, why, size);
	case 'c':
		o->uri = argument;
		return 0;
	case 'h':
		o->help = true;
		return 0;
	case 'V':
		o->version = true;
		return 0;
	default:
		return take_long(o, row_of(option)->name, argument, why, size);
	}
}

/* The only word there can be is the VM of --advise. */
static int take_word(struct options *o, const char *word, char *why, size_t size)
{
	if (o->advise && !o->advise_vm) {
		o->advise_vm = word;
		return 0;
	}
	if (o->advise)
		snprintf(why, size,
			"--advise takes one VM, or none for all of them: '%s' is one more", word);
	else
		snprintf(why, size, "'%s' is not an option; see kvmtop --help", word);
	return -EINVAL;
}

int options_parse(struct options *o, int argc, char **argv, char *why, size_t size)
{
	struct option longs[sizeof option_rows / sizeof *option_rows + 1] = { 0 };
	char shorts[2 * sizeof option_rows / sizeof *option_rows + 3];
	const struct option_row *live_only = NULL;

	*o = (struct options){
		.delay_s = 1,
		.budget = { BUDGET_CPU_PCT_DEFAULT, BUDGET_EVENTS_DEFAULT },
	};
	getopt_tables(longs, shorts);
	optind = 0; /* start over: tests parse more than one command line */
	opterr = 0;
	for (;;) {
		const int at = optind ? optind : 1;
		const int option = getopt_long(argc, argv, shorts, longs, NULL);
		int error;

		if (option == -1)
			break;
		if (option == '?' || option == ':') {
			snprintf(why, size,
				option == ':' ? "option '%s' needs an argument; see kvmtop --help"
					      : "unknown option '%s'; see kvmtop --help",
				argv[at < argc ? at : argc - 1]);
			return -EINVAL;
		}
		if (option == OPTION_WORD) {
			if (take_word(o, optarg, why, size))
				return -EINVAL;
			continue;
		}
		if (row_of(option)->live_only && (option != 'n' || !live_only))
			live_only = row_of(option);
		o->given |= UINT64_C(1) << (row_of(option) - option_rows);
		error = take(o, option, optarg, why, size);
		if (error)
			return error;
	}
	for (; optind < argc; optind++) /* behind -- */
		if (take_word(o, argv[optind], why, size))
			return -EINVAL;
	if (o->help || o->version)
		return 0;
	return options_check(o, live_only, why, size);
}

void options_print_help(FILE *out)
{
	fputs("Usage: kvmtop [OPTION]...\n"
	      "Shows which VM of this KVM host uses the CPU, why (VM exits by reason), how its "
	      "clock is\n"
	      "configured, and what to change. Runs as root; without it, it shows what it can.\n\n",
		out);
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		char letter[5] = "    ", left[48];

		if (row->letter)
			snprintf(letter, sizeof letter, "-%c, ", row->letter);
		snprintf(left, sizeof left, "%s--%s%s%s", letter, row->name,
			row->argument ? " " : "", row->argument ? row->argument : "");
		fprintf(out, "  %-26s  %s\n", left, row->help);
	}
	fputs("\nOn the screen, h shows the keys. Manual: kvmtop(8).\n", out);
}
