/* kmsg: what the kernel's log says about VMs: MSRs that KVM does not know, counted by VM, and all else as a list. */
#ifndef SOURCE_HOST_KMSG_H
#define SOURCE_HOST_KMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/sample.h"

#define KMSG_PATH "/dev/kmsg"

/* A record is never longer: CONSOLE_EXT_LOG_MAX of the kernel's printk. */
#define KMSG_RECORD_BYTES 8192

/* So many processes at most are remembered. */
#define KMSG_PIDS_MAX 4096

/* A line that is listed. */
struct kmsg_line {
	pid_t pid;  /* of the VM's process, or of a thread of it; 0: it names nobody */
	bool of_vm; /* only a VM can be meant, even if there is none of that pid any more */
	bool if_vm; /* listed only if pid is a VM or one of its threads: the name alone proves nothing */
	uint64_t time_us; /* since boot, without the time in which the host was suspended */
	uint64_t sequence;
	enum kernel_log_kind kind;
	enum kernel_log_direction direction;
	uint32_t msr;
	const char *text; /* in the record, */
	size_t length;    /* without its end of line */
};

enum kmsg_kind {
	KMSG_GARBAGE, /* not a record */
	KMSG_OTHER,   /* about something else, or not the kernel's own; line's sequence is set */
	KMSG_LISTED,
};

/* Parses a record of /dev/kmsg, length bytes and a NUL; see Documentation/ABI/testing/dev-kmsg. line points into
 * it. */
enum kmsg_kind kmsg_parse(struct kmsg_line *line, const char *record, size_t length);

/* Is it a line about an MSR? */
bool kmsg_is_msr(const struct kmsg_line *line);

struct kmsg;

/* Reads the log from its beginning; path (KMSG_PATH) is copied. Opens it at the first work or collect,
 * and does without it where that fails: most kernels show the log to root alone. */
struct kmsg *kmsg_new(const char *path) __attribute__((returns_nonnull));
void kmsg_free(struct kmsg *k);

/* Reads a bounded number of records. Returns whether there may be more. */
bool kmsg_work(struct kmsg *k);

/* Works, and sets s's kernel_log, and unhandled_msrs and unhandled_msr of the VMs in s. They stay unknown until the
 * log was read to its end once. */
void kmsg_collect(struct kmsg *k, struct sample *s);

/* Takes the outcome of one read(): a record of length bytes and a NUL behind it, or -errno. Returns
 * whether to read on at once. For kmsg_work(), and for tests. */
bool kmsg_take(struct kmsg *k, const char *record, ssize_t length);

/* Records that the kernel overwrote before they were read. */
uint64_t kmsg_lost(const struct kmsg *k);

#endif
