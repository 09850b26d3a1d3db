#include "source/host/pid_namespace.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

/* PROC_PID_INIT_INO of include/linux/proc_ns.h. */
#define INITIAL 0xeffffffcu

uint32_t pid_namespace_number(const char *path)
{
	char link[64];
	const ssize_t length = readlink(path, link, sizeof link - 1);
	uint32_t number;

	if (length <= 0)
		return 0;
	link[length] = '\0';
	return sscanf(link, "pid:[%" SCNu32 "]", &number) == 1 && number != INITIAL ? number : 0;
}
