#include "source/recording/recording_format.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

int recording_format_init(
	struct trace_format *f, const struct recording_head *head, char *why, size_t size)
{
	struct trace_formats from;
	int error = -ENOENT;

	if (trace_formats_init(&from)) {
		snprintf(why, size, "cannot be read: out of memory");
		return -ENOMEM;
	}
	/* One that is damaged is not known afterwards. */
	for (size_t i = 0; i < head->format_count; i++)
		trace_formats_add(&from, head->formats[i], strlen(head->formats[i]));
	if (!trace_formats_complete(&from))
		snprintf(why, size,
			"holds no events kvm_exit and kvm_entry: record with " RECORDING_HOW_TO);
	else if (trace_format_init(f, &from, why, size))
		snprintf(why, size,
			"holds events kvm_exit that kvmtop does not know: fields that tell the "
			"reason of an exit are missing");
	else
		error = 0;
	trace_formats_fini(&from);
	return error;
}
