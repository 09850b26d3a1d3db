/* scratch: a folder for a test to work in, and files in it. Included after cmocka.h. */
#ifndef TESTS_SCRATCH_H
#define TESTS_SCRATCH_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A folder of its own to work in, gone again however the test ends. */
struct scratch {
	char folder[32], here[4096];
};

static inline int enter_scratch(void **state)
{
	struct scratch *s = calloc(1, sizeof *s);

	if (!s || !getcwd(s->here, sizeof s->here))
		return -1;
	strcpy(s->folder, "/tmp/kvmtop-test-XXXXXX");
	*state = s;
	return mkdtemp(s->folder) ? chdir(s->folder) : -1;
}

static inline int leave_scratch(void **state)
{
	struct scratch *s = *state;
	char command[64];
	int status;

	snprintf(command, sizeof command, "rm -r %s", s->folder);
	status = chdir(s->here) || system(command);
	free(s);
	return status;
}

static inline void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

#endif
