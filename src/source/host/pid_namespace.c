#include "source/host/pid_namespace.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* PROC_PID_INIT_INO and PROC_TIME_INIT_INO of include/linux/proc_ns.h. */
#define INITIAL_PID 0xeffffffcu
#define INITIAL_TIME 0xeffffffau

static uint32_t number_of(const char *path, const char *kind, uint32_t initial)
{
	char link[64], name[16];
	const ssize_t length = readlink(path, link, sizeof link - 1);
	unsigned number;

	if (length <= 0)
		return 0;
	link[length] = '\0';
	return sscanf(link, "%15[a-z]:[%u]", name, &number) == 2 && !strcmp(name, kind) &&
			       number != initial
		       ? number
		       : 0;
}

uint32_t pid_namespace_number(const char *path)
{
	return number_of(path, "pid", INITIAL_PID);
}

uint32_t time_namespace_number(const char *path)
{
	return number_of(path, "time", INITIAL_TIME);
}
