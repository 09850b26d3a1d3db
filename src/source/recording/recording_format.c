#include "source/recording/recording_format.h"

#include <errno.h>
#include <event-parse.h>
#include <stdio.h>
#include <string.h>

int recording_format_init(
	struct trace_format *f, const struct recording_head *head, char *why, size_t size)
{
	struct tep_handle *tep = tep_alloc();
	int error = -ENOENT;

	if (!tep) {
		snprintf(why, size, "cannot be read: out of memory");
		return -ENOMEM;
	}
	tep_set_loglevel(TEP_LOG_NONE); /* its warnings would go to standard error */
	tep_set_file_bigendian(tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_long_size(tep, sizeof(long));
	/* One that is damaged is not known to tep afterwards. */
	for (size_t i = 0; i < head->format_count; i++)
		trace_format_parse(tep, head->formats[i], strlen(head->formats[i]));
	if (!tep_find_event_by_name(tep, "kvm", "kvm_exit") ||
		!tep_find_event_by_name(tep, "kvm", "kvm_entry"))
		snprintf(why, size,
			"holds no events kvm_exit and kvm_entry: record with " RECORDING_HOW_TO);
	else if (trace_format_init(f, tep, why, size))
		snprintf(why, size,
			"holds events kvm_exit that kvmtop does not know: fields that tell the "
			"reason of an exit are missing");
	else
		error = 0;
	tep_free(tep);
	return error;
}
