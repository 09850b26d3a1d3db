#include "app/options_check.h"

#include <errno.h>
#include <stdio.h>

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
	else if (o->all && o->pid_count)
		snprintf(why, size, "--all lists VMs that are shut off, and -p chooses processes");
	else if (o->all && o->recording)
		snprintf(why, size,
			"--read shows a recording as a whole: --all does not go with it");
	else if (o->format_given && !o->batch && !o->advise)
		snprintf(why, size, "--format goes with --batch or --advise");
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

int options_check(struct options *o, const struct option_row *live_only, char *why, size_t size)
{
	if (check_together(o, why, size) || check_batch(o, why, size))
		return -EINVAL;
	return live_only ? check_live_only(o, live_only, why, size) : 0;
}
