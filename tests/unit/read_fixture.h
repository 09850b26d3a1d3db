/* read_fixture: a file of tests/fixtures as a text. Include cmocka.h before. */
#ifndef TESTS_READ_FIXTURE_H
#define TESTS_READ_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"

/* The caller frees it. */
static inline char *read_fixture(const char *folder, const char *name)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct strbuf path = { 0 }, text = { 0 };
	char buffer[4096];
	size_t length;
	FILE *file;

	strbuf_addf(&path, "%s/fixtures/%s/%s", tests ? tests : "tests", folder, name);
	file = fopen(strbuf_text(&path), "re");
	if (!file)
		fail_msg("%s cannot be opened", strbuf_text(&path));
	while ((length = fread(buffer, 1, sizeof buffer, file)) > 0)
		strbuf_add_bytes(&text, buffer, length);
	fclose(file);
	strbuf_fini(&path);
	return strbuf_take(&text);
}

#endif
