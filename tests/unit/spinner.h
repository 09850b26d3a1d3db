/* spinner: a process that spins in kvmtop_spin_here() (tests/tools/spin.c), and samples in which it is a VM. Included
 * after cmocka.h. */
#ifndef TESTS_SPINNER_H
#define TESTS_SPINNER_H

#include <dirent.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"
#include "sample/sample.h"

#define SPIN_FUNCTION "kvmtop_spin_here"

struct spinner {
	pid_t pid;
	int input; /* its standard input */
};

/* The tool that lies beside this program's folder: build/tests/test_x → build/tools/spin. */
static inline void spinner_path(char path[static PATH_MAX])
{
	char self[PATH_MAX] = "";

	if (readlink("/proc/self/exe", self, sizeof self - 1) < 0)
		abort();
	if (snprintf(path, PATH_MAX, "%s/../tools/spin", dirname(self)) >= PATH_MAX)
		abort();
}

/* Starts it, and waits until it is that program. */
static inline struct spinner spinner_start(const char *path, const char *how)
{
	int input[2], begun[2];
	struct spinner s;
	char byte;

	if (pipe2(input, O_CLOEXEC) || pipe2(begun, O_CLOEXEC))
		abort();
	s.pid = fork();
	if (!s.pid) {
		dup2(input[0], STDIN_FILENO);
		execl(path, "spin", how, (char *)NULL);
		_exit(127);
	}
	close(input[0]);
	close(begun[1]);
	/* The pipe ends when exec closes it. */
	if (s.pid < 0 || read(begun[0], &byte, 1) != 0)
		abort();
	close(begun[0]);
	s.input = input[1];
	return s;
}

static inline void spinner_stop(struct spinner *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	close(s->input);
}

/* Its threads, as the VM's of a sample. */
static inline void spinner_add(const struct spinner *s, struct sample *sample)
{
	struct sample_vm *vm = arena_alloc(&sample->arena, sizeof *vm);
	const struct dirent *entry;
	char path[64];
	DIR *folder;

	*vm = sample_vm_unknown((struct vm_id){ s->pid, 1 });
	vm->threads = arena_array(&sample->arena, 64, sizeof *vm->threads);
	snprintf(path, sizeof path, "/proc/%d/task", (int)s->pid);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)) && vm->thread_count < 64)
		if (entry->d_name[0] != '.')
			vm->threads[vm->thread_count++] =
				(struct sample_thread){ .tid = atoi(entry->d_name),
					.kind = THREAD_VCPU };
	if (folder)
		closedir(folder);
	sample->vms = vm;
	sample->vm_count = 1;
}

#endif
