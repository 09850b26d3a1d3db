#include "app/demo.h"

#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

const char demo_about[] =
	"Demo, recorded on an emulated host: win10 polls its real-time clock as an idle Windows 10 "
	"does (a small probe guest stands in for it); then it gets the remedy and a power cycle.";

int demo_find(char *path, size_t size, char *why, size_t why_size)
{
	/* Where it is installed, and where it is built. */
	static const char *const places[] = { "../share/kvmtop/demo.jsonl.zst", "demo.jsonl.zst" };
	char program[PATH_MAX];
	const ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
	const char *folder;

	program[length > 0 ? length : 0] = '\0';
	folder = dirname(program);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		const int printed = snprintf(path, size, "%s/%s", folder, places[i]);

		if (printed > 0 && (size_t)printed < size && access(path, R_OK) == 0)
			return 0;
	}
	snprintf(why, why_size,
		"the demo is not there: it belongs into ../share/kvmtop beside the program's "
		"folder; "
		"`make install` puts it there");
	return -ENOENT;
}
