/* Descriptors are closed from a number on, with the system call and without it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/fd.h"

enum { FIRST = 20, LAST = 300 };

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0;
}

/* The kernel does not know close_range, as before 5.9. */
static bool hide_close_range(void)
{
#ifdef __NR_close_range
	static struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_close_range, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog program = { sizeof code / sizeof *code, code };

	return !prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) &&
	       !prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) &&
	       syscall(__NR_close_range, ~0u, ~0u, 0u) < 0 && errno == ENOSYS;
#else
	return true;
#endif
}

/* In a process of its own. Its status: 0 all is closed, 1 one is still open, 2 one below is closed, 3 errno is another. */
static int close_all(bool hidden)
{
	if (hidden && !hide_close_range())
		return 77;
	for (int fd = FIRST - 1; fd <= LAST; fd++)
		if (dup2(STDIN_FILENO, fd) != fd)
			return 78;
	errno = EBUSY;
	fd_close_from(FIRST);
	if (errno != EBUSY)
		return 3;
	for (int fd = FIRST; fd <= LAST + 10; fd++)
		if (is_open(fd))
			return 1;
	return is_open(FIRST - 1) && is_open(STDIN_FILENO) ? 0 : 2;
}

static int status_of(bool hidden)
{
	const pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0)
		_exit(close_all(hidden));
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void test_close_from(void **state)
{
	(void)state;
	assert_int_equal(status_of(false), 0);
}

static void test_close_from_without_system_call(void **state)
{
	const int status = status_of(true);

	(void)state;
	if (status == 77)
		skip();
	assert_int_equal(status, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_close_from),
		cmocka_unit_test(test_close_from_without_system_call),
	};

	return cmocka_run_group_tests_name("fd", tests, NULL, NULL);
}
