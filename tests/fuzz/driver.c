/* Runs a fuzz target without libFuzzer, with any compiler: over its seeds, over the findings that are
 * kept in tests/fuzz/corpus/NAME, and over plain damage to all of these: cut, with bytes changed, with
 * a part left out. Always the same. Prints TAP; what goes wrong ends it by a signal.
 *	fuzz_NAME            runs
 *	fuzz_NAME -w FOLDER  writes the seeds into FOLDER, for libFuzzer to begin with */
#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define CUTS 60
#define CHANGES 60

struct input {
	uint8_t bytes[FUZZ_SEED_BYTES];
	size_t size;
};

/* libFuzzer gives exactly sized memory, too. */
static void run(const uint8_t *bytes, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, bytes, size);
	LLVMFuzzerTestOneInput(copy, size);
	free(copy);
}

static void run_changed(const struct input *in)
{
	static struct input changed;
	const size_t at = (size_t)random() % in->size;
	const size_t count = 1 + (size_t)random() % 8;

	changed = *in;
	for (size_t i = at; i < in->size && i < at + count; i++)
		changed.bytes[i] = (uint8_t)(random() % 2 ? random() : changed.bytes[i] ^ 0x80);
	run(changed.bytes, changed.size);
}

static void run_without_a_part(const struct input *in)
{
	static struct input less;
	const size_t at = (size_t)random() % in->size;
	size_t count = 1 + (size_t)random() % 200;

	if (count > in->size - at)
		count = in->size - at;
	memcpy(less.bytes, in->bytes, at);
	memcpy(less.bytes + at, in->bytes + at + count, in->size - at - count);
	run(less.bytes, in->size - count);
}

static void run_damaged(const struct input *in)
{
	run(in->bytes, in->size);
	for (size_t i = 0; i < CUTS; i++)
		run(in->bytes, in->size * i / CUTS);
	for (size_t i = 0; i < CHANGES; i++) {
		run_changed(in);
		run_without_a_part(in);
	}
}

static bool load(const char *folder, const char *name, struct input *in)
{
	char path[4096 + 256 + 2];
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	file = name[0] == '.' ? NULL : fopen(path, "re");
	if (!file)
		return false;
	in->size = fread(in->bytes, 1, sizeof in->bytes, file);
	fclose(file);
	return in->size > 0;
}

/* Returns how many there are. */
static unsigned run_corpus(const char *name)
{
	static struct input in;
	const char *tests = getenv("KVMTOP_TESTS");
	const struct dirent *entry;
	char folder[4096];
	unsigned count = 0;
	DIR *corpus;

	snprintf(folder, sizeof folder, "%s/fuzz/corpus/%s", tests ? tests : "tests", name);
	corpus = opendir(folder);
	if (!corpus)
		return 0;
	while ((entry = readdir(corpus)))
		if (load(folder, entry->d_name, &in)) {
			run_damaged(&in);
			count++;
		}
	closedir(corpus);
	return count;
}

static int write_seeds(const char *folder)
{
	static struct input in;

	for (unsigned i = 0; (in.size = fuzz_seed(i, in.bytes)); i++) {
		char path[4096];
		FILE *file;
		size_t written;

		snprintf(path, sizeof path, "%s/seed-%u", folder, i);
		file = fopen(path, "we");
		if (!file)
			return perror(path), 1;
		written = fwrite(in.bytes, 1, in.size, file);
		if (fclose(file) || written != in.size)
			return perror(path), 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	static struct input in;
	const char *slash = strrchr(argv[0], '/'), *name = slash ? slash + 1 : argv[0];
	unsigned seeds = 0, kept;

	if (argc == 3 && !strcmp(argv[1], "-w"))
		return write_seeds(argv[2]);
	srandom(1);
	while ((in.size = fuzz_seed(seeds, in.bytes))) {
		run_damaged(&in);
		seeds++;
	}
	printf("%sok 1 - %u seeds, damaged in all ways, are survived\n", seeds ? "" : "not ",
		seeds);
	kept = run_corpus(name);
	printf("ok 2 - so are %u earlier findings\n1..2\n", kept);
	return !seeds;
}
