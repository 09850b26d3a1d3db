#include "source/host/pid_namespace.h"

#include <string.h>
#include <unistd.h>

/* PROC_PID_INIT_INO of include/linux/proc_ns.h, 0xEFFFFFFC. */
static const char initial[] = "pid:[4026531836]";

bool pid_namespace_is_own(const char *path)
{
	char link[64];
	const ssize_t length = readlink(path, link, sizeof link - 1);

	if (length <= 0)
		return false;
	link[length] = '\0';
	return strcmp(link, initial) != 0;
}
