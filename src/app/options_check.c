#include "app/options_check.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "source/libvirt/libvirt_uri.h"

/* What only a report of each tick can be asked for. */
static int check_batch(const struct options *o, char *why, size_t size)
{
	if (o->vm_count && o->advise)
		snprintf(why, size, "--vm goes with --batch; --advise takes the VM itself");
	else if (o->vm_count && !o->batch)
		snprintf(why, size, "--vm goes with --batch; on the screen, / is a filter");
	else if (o->rows_given && o->form.format != REPORT_CSV)
		snprintf(why, size,
			"--rows goes with --format csv: in text and JSON there are all of them");
	else
		return 0;
	return -EINVAL;
}

/* What is a process, or recorded as a whole, is not shut off. */
static int check_all(const struct options *o, char *why, size_t size)
{
	if (o->all && o->pid_count)
		snprintf(why, size,
			"--all cannot be combined with -p: a shut-off VM has no process; use --vm "
			"NAME");
	else if (o->all && o->recording)
		snprintf(why, size,
			"--all cannot be combined with --read: the recording has no shut-off VMs");
	else
		return 0;
	return -EINVAL;
}

/* What does not go together. */
static int check_together(struct options *o, char *why, size_t size)
{
	char server[64];

	if (o->demo && (o->replay || o->recording))
		snprintf(why, size, "--demo is a recording of its own: choose one");
	else if (o->advise && o->batch)
		snprintf(why, size, "--batch and --advise are two ways to report: choose one");
	else if (o->recording && o->replay)
		snprintf(why, size,
			"--read and --replay are two ways to look at a file: choose one");
	else if ((o->record_max_bytes || o->anonymize) && !o->record)
		snprintf(why, size, "--max-size and --anonymize go with --record");
	else if (o->advise && o->iterations && !o->replay && !o->demo)
		snprintf(
			why, size, "--advise looks once: -n does not go with it, -d says how long");
	else if (o->pid_count && o->uri && libvirt_uri_server(o->uri, server, sizeof server)[0])
		snprintf(why, size,
			"-p chooses processes of this host, and --connect looks at another one: "
			"--vm takes its VMs' names");
	else if (o->format_given && !o->batch && !o->advise)
		snprintf(why, size, "--format requires --batch, --advise or --changes");
	else if (o->advise && o->form.format == REPORT_CSV)
		snprintf(why, size, "--advise is text or JSON: --format csv goes with --batch");
	else if (o->advise && !o->delay_given) {
		o->delay_s = OPTION_ADVISE_S;
		return 0;
	} else
		return 0;
	return -EINVAL;
}

/* An option that means nothing to a file. */
static int check_live_only(
	const struct options *o, const struct option_row *row, char *why, size_t size)
{
	char letter[3] = { '-', row->letter, '\0' };

	if (!o->recording && ((!o->replay && !o->demo) || row->letter == 'n'))
		return 0;
	snprintf(why, size, "%s: %s%s does not go with it",
		o->recording ? "--read shows a recording as a whole"
		: o->demo    ? "--demo shows what was looked at then"
			     : "--replay shows what was looked at then",
		row->letter ? letter : "--", row->letter ? "" : row->name);
	return -EINVAL;
}

/* The first option that was given and is not one of names, or NULL. */
static const struct option_row *find_other(const struct options *o, const char *const names[])
{
	for (size_t i = 0; i < option_row_count; i++) {
		size_t k = 0;

		while (names[k] && strcmp(names[k], option_rows[i].name) != 0)
			k++;
		if (!names[k] && o->given & UINT64_C(1) << i)
			return &option_rows[i];
	}
	return NULL;
}

/* What does one thing and ends takes few options besides. */
static int check_alone(const struct options *o, char *why, size_t size)
{
	static const char *const of_changes[] = { "changes", "format", "connect", NULL };
	static const char *const of_undo[] = { "undo", "yes", "connect", NULL };
	const struct option_row *other = NULL;

	if (o->changes)
		other = find_other(o, of_changes);
	else if (o->undo)
		other = find_other(o, of_undo);
	if (o->yes && !o->undo)
		snprintf(why, size, "--yes requires --undo");
	else if (other && o->changes)
		snprintf(why, size,
			"--%s cannot be combined with --changes; only --format and --connect can",
			other->name);
	else if (other)
		snprintf(why, size,
			"--%s cannot be combined with --undo; only --yes and --connect can",
			other->name);
	else if (o->changes && o->form.format == REPORT_CSV)
		snprintf(why, size, "--changes has no CSV form: use --format text or json");
	else
		return 0;
	return -EINVAL;
}

int options_check(struct options *o, const struct option_row *live_only, char *why, size_t size)
{
	if (check_alone(o, why, size))
		return -EINVAL;
	if (o->changes || o->undo)
		return 0;
	if (check_together(o, why, size) || check_all(o, why, size) || check_batch(o, why, size))
		return -EINVAL;
	return live_only ? check_live_only(o, live_only, why, size) : 0;
}
