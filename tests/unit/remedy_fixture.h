/* remedy_fixture: domains of the tests of remedies. Included after cmocka.h. */
#ifndef TESTS_REMEDY_FIXTURE_H
#define TESTS_REMEDY_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/remedies.h"
#include "core/mem.h"
#include "core/text.h"

#define FIXTURE_UUID "7e3b1f0c-52a4-4c1d-9a55-0d6c4be01c3a"

static inline char *read_path(const char *path)
{
	FILE *f = fopen(path, "r");
	struct strbuf b = { 0 };
	char piece[4096];
	size_t n;

	if (!f)
		fail_msg("%s cannot be read", path);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		strbuf_add_bytes(&b, piece, n);
	fclose(f);
	return strbuf_take(&b);
}

/* The path of tests/fixtures/remedies/NAME.SUFFIX. */
static inline void fixture_path(char *path, size_t size, const char *name, const char *suffix)
{
	const char *tests = getenv("KVMTOP_TESTS");

	snprintf(path, size, "%s/fixtures/remedies/%s.%s", tests ? tests : "tests", name, suffix);
}

static inline char *read_fixture(const char *name, const char *suffix)
{
	char path[4096];

	fixture_path(path, sizeof path, name, suffix);
	return read_path(path);
}

/* The caller releases it with domain_fini(). */
static inline struct domain make_domain(
	const char *name, const char *live_xml, const char *inactive_xml)
{
	struct domain domain = { .uuid = FIXTURE_UUID, .persistent = inactive_xml };

	domain.name = mem_strdup(name);
	domain.live_xml = mem_strdup(live_xml);
	domain.inactive_xml = mem_strdup(inactive_xml);
	return domain;
}

static inline void domain_fini(struct domain *domain)
{
	free(domain->name);
	free(domain->live_xml);
	free(domain->inactive_xml);
}

/* Capabilities of a libvirt that lists these features ("vpindex synic"). */
static inline struct domain_caps make_caps(const char *features, unsigned long libvirt_version)
{
	struct domain_caps caps = { .known = true, .hyperv_known = true };
	int used;

	caps.libvirt_version = libvirt_version;
	for (; sscanf(features, "%23s%n", caps.hyperv[caps.hyperv_count], &used) == 1;
		features += used)
		caps.hyperv_count++;
	return caps;
}

#endif
