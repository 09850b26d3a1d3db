/* kmsg_notes: lines of the kernel's log as a list: what is of the same kind, VM and MSR is one note with their number. */
#ifndef SOURCE_HOST_KMSG_NOTES_H
#define SOURCE_HOST_KMSG_NOTES_H

#include "source/host/kmsg.h"

/* So many notes at most, and of one process or thread: a guest that tries all MSRs does not drive the others out. */
enum { KMSG_NOTES_MAX = 256, KMSG_NOTES_PER_PID = 64 };

struct kmsg_note {
	pid_t pid;       /* as in the line */
	struct vm_id vm; /* that it was told to; pid 0: none so far */
	bool of_vm;
	bool if_vm; /* hidden until its pid is a VM's */
	bool over;  /* its pid is another process' by now: what comes later is not the same */
	struct kernel_log_entry entry;
};

/* All zero is an empty list. */
struct kmsg_notes {
	struct kmsg_note *items;
	size_t count, capacity;
	uint64_t left_out; /* lines */
};

void kmsg_notes_add(struct kmsg_notes *n, const struct kmsg_line *line);

/* Sets the entries of s's kernel_log and how many lines are left out: notes with the VMs of s that they are of. What
 * threads of a VM have in common becomes one entry; notes with if_vm that match no VM are omitted. older
 * says whether a moment of the log was before a VM's start. */
void kmsg_notes_tell(
	struct kmsg_notes *n, struct sample *s, bool (*older)(uint64_t time_us, struct vm_id id));

void kmsg_notes_fini(struct kmsg_notes *n);

#endif
