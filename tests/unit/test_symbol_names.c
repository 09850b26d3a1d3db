/* Names of addresses: the kernel's table, a process's maps, and what is added up under them. */
#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/host/proc_maps.h"
#include "source/perf/eh_frame.h"
#include "source/perf/kallsyms.h"
#include "source/perf/perf_sampler.h"
#include "source/perf/symbol_counts.h"

static enum kallsyms_state read_fixture(struct symbol_table *t, const char *name)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512];

	snprintf(path, sizeof path, "%s/fixtures/kallsyms/%s", tests ? tests : "tests", name);
	return kallsyms_read(t, path, NULL);
}

static const char *name_at(const struct symbol_table *t, uint64_t address)
{
	const struct symbol_entry *e = symbol_table_find(t, address);

	return e ? symbol_table_text(t, e->name) : "none";
}

static const char *module_at(const struct symbol_table *t, uint64_t address)
{
	const struct symbol_entry *e = symbol_table_find(t, address);

	return e ? symbol_table_text(t, e->module) : "none";
}

static void reads_kallsyms(void **state)
{
	struct symbol_table t = { 0 };

	(void)state;
	assert_int_equal(read_fixture(&t, "some"), KALLSYMS_READ);
	assert_int_equal(t.count, 6);
	assert_string_equal(name_at(&t, 0xffffffff80ffffff), "none");
	/* Of two names the one without underscores; a name that many may call before a static one. */
	assert_string_equal(name_at(&t, 0xffffffff81000000), "srso_alias_untrain_ret");
	assert_string_equal(name_at(&t, 0xffffffff81001010), "poll_freewait");
	assert_string_equal(name_at(&t, 0xffffffff8100107f), "poll_freewait");
	assert_string_equal(name_at(&t, 0xffffffff81001080), "do_sys_poll");
	assert_string_equal(module_at(&t, 0xffffffff81001080), "kernel");
	/* Data is no function, and a function is not that long. */
	assert_string_equal(name_at(&t, 0xffffffff82000000), "none");
	assert_string_equal(name_at(&t, 0xffffffffc0100010), "vmx_vcpu_run");
	assert_string_equal(module_at(&t, 0xffffffffc0100010), "kvm_intel");
	assert_string_equal(name_at(&t, 0xffffffffc0100400), "vmx_weak");
	assert_string_equal(module_at(&t, 0xffffffffc0200001), "kvm");
	symbol_table_fini(&t);
}

static void tells_hidden_kallsyms(void **state)
{
	struct symbol_table t = { 0 };

	(void)state;
	assert_int_equal(read_fixture(&t, "hidden"), KALLSYMS_HIDDEN);
	assert_int_equal(t.count, 0);
	assert_null(symbol_table_find(&t, 0xffffffff81000000));
	assert_int_equal(read_fixture(&t, "is not there"), KALLSYMS_ABSENT);
	symbol_table_fini(&t);
}

static void keeps_to_sizes(void **state)
{
	struct symbol_table t = { 0 };

	(void)state;
	symbol_table_add(&t, 0x2000, 0x10, "second", NULL, false);
	symbol_table_add(&t, 0x1000, 0x100, "first", NULL, false);
	symbol_table_add(&t, 0x1000, 0, "__first", NULL, true);
	symbol_table_sort(&t);
	assert_string_equal(name_at(&t, 0x10ff), "__first"); /* its size is the other name's */
	assert_string_equal(name_at(&t, 0x1100), "none");
	assert_string_equal(name_at(&t, 0x200f), "second");
	assert_string_equal(name_at(&t, 0x2010), "none");
	symbol_table_fini(&t);
}

static void reads_maps(void **state)
{
	static const char *const lines[] = {
		"555555554000-555555600000 r--p 00000000 fd:01 131842                     "
		"/usr/bin/qemu-system-x86_64 (deleted)\n",
		"555555600000-555555a00000 r-xp 000ac000 fd:01 131842                     "
		"/usr/bin/qemu-system-x86_64 (deleted)\n",
		"555555a00000-555555b00000 rw-p 00000000 00:00 0 \n",
		"555555b00000-555555b21000 rw-p 00000000 00:00 0                          [heap]\n",
		"7f0000000000-7f0000001000 rwxp 00000000 00:00 0 \n",
		"7f0000100000-7f0000128000 r--p 00000000 fd:01 77                         /lib/a "
		"b.so\n",
		"7f0000128000-7f0000228000 r-xp 00028000 fd:01 77                         /lib/a "
		"b.so\n",
		"7ffff7fc0000-7ffff7fc2000 r-xp 00000000 00:00 0                          [vdso]\n",
	};
	static const char *const bad[] = { "", "hello\n", "5000-4000 r-xp 0 fd:01 1 /x\n",
		"1000-2000 r-xp\n" };
	struct proc_maps maps = { 0 };
	struct symbol_name name;

	(void)state;
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		assert_true(proc_maps_add(&maps, lines[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		assert_false(proc_maps_add(&maps, bad[i]));
	assert_int_equal(maps.count, 4);
	assert_true(maps.items[0].deleted && maps.items[0].is_code);
	assert_true(maps.items[0].first_end == 0x555555600000);
	assert_string_equal(maps.items[0].path, "/usr/bin/qemu-system-x86_64");
	assert_null(proc_maps_find(&maps, 0x555555553fff));
	assert_null(proc_maps_find(&maps, 0x555555b00000));
	symbol_modules_guess(proc_maps_find(&maps, 0x555555700123), 0x555555700123, &name);
	assert_string_equal(name.module, "qemu-system-x86_64");
	assert_string_equal(name.name, "qemu-system-x86_64+0x1ac123");
	assert_true(name.nameless);
	symbol_modules_guess(proc_maps_find(&maps, 0x7f0000000004), 0x7f0000000004, &name);
	assert_string_equal(name.module, "[anon]");
	symbol_modules_guess(proc_maps_find(&maps, 0x7f0000200000), 0x7f0000200000, &name);
	assert_string_equal(name.name, "a b.so+0x100000");
	symbol_modules_guess(proc_maps_find(&maps, 0x7ffff7fc0800), 0x7ffff7fc0800, &name);
	assert_string_equal(name.name, "[vdso]+0x800");
	symbol_modules_guess(NULL, 0x1234, &name);
	assert_string_equal(name.name, "0x1234");
	proc_maps_fini(&maps);
	assert_int_equal(proc_maps_read(&maps, "/proc", 0x7fffffff), -ESRCH);
	proc_maps_fini(&maps);
}

static void finds_begins_of_functions(void **state)
{
	const int32_t table[] = { 0x3b031b01, 0, 3, 0x1000, 0, 0x1200, 0, 0x1300, 0 };
	struct eh_frame e = { (const unsigned char *)table, sizeof table, 0x100 };
	uint64_t begin = 0;

	(void)state;
	assert_false(eh_frame_find(&e, 0x10ff, &begin));
	assert_true(eh_frame_find(&e, 0x1100, &begin) && begin == 0x1100);
	assert_true(eh_frame_find(&e, 0x12ff, &begin) && begin == 0x1100);
	assert_true(eh_frame_find(&e, 0x1300, &begin) && begin == 0x1300);
	assert_true(eh_frame_find(&e, 0xffffffff, &begin) && begin == 0x1400);
	e.size -= 1; /* less than it says */
	assert_false(eh_frame_find(&e, 0x1300, &begin));
	e.size = 5;
	assert_false(eh_frame_find(&e, 0x1300, &begin));
	assert_false(eh_frame_find(&(struct eh_frame){ 0 }, 0x1300, &begin));
}

/* -- adding up */

static void guess(void *context, enum symbol_space space, uint64_t address, struct symbol_name *out)
{
	(void)context;
	snprintf(out->module, sizeof out->module, "%s", space == SYMBOL_KERNEL ? "kernel" : "a.so");
	snprintf(out->name, sizeof out->name, "a.so+0x%" PRIx64, address);
}

static const struct symbol_guesser guesser = { guess, NULL };

static const struct sample_symbol *find_row(
	const struct sample_hot_symbols *hot, const char *name, enum thread_kind kind)
{
	for (size_t i = 0; i < hot->count; i++)
		if (!strcmp(hot->symbols[i].name, name) && hot->symbols[i].kind == kind)
			return &hot->symbols[i];
	return NULL;
}

static void adds_up(void **state)
{
	const struct symbol_name poll = { "kernel", "do_sys_poll", false },
				 lib = { "a.so", "a.so+0x10", true };
	struct symbol_counts *c = symbol_counts_new(false);
	struct sample_hot_symbols hot = { 0 };
	struct arena arena = { 0 };
	const char *module;

	(void)state;
	assert_true(symbol_counts_add(c, THREAD_EMULATOR, SYMBOL_KERNEL, 0xff00000000000010, 10));
	assert_true(symbol_counts_add(c, THREAD_EMULATOR, SYMBOL_KERNEL, 0xff00000000000010, 10));
	symbol_counts_asked(c, 0xff00000000000010);
	assert_false(symbol_counts_add(c, THREAD_EMULATOR, SYMBOL_KERNEL, 0xff00000000000010, 10));
	assert_true(symbol_counts_add(c, THREAD_VCPU, SYMBOL_KERNEL, 0xff00000000000020, 1));
	assert_true(symbol_counts_add(c, THREAD_VCPU, SYMBOL_USER, 0x10, 70));
	assert_false(symbol_counts_add(c, THREAD_VCPU, SYMBOL_GUEST, 0x10, 99));

	/* Before the names are there, what is known is told. */
	symbol_counts_fill(c, &hot, &arena, &guesser);
	assert_int_equal(hot.count, 4);
	assert_true(hot.loading && hot.samples == 6);
	assert_string_equal(hot.symbols[0].module, "guest");
	assert_int_equal(hot.symbols[0].space, SYMBOL_GUEST);
	assert_non_null(find_row(&hot, "a.so+0x10", THREAD_VCPU));

	/* Two addresses of one function; what was counted before is its, too. */
	symbol_counts_answer(c, SYMBOL_KERNEL, 0xff00000000000010, &poll);
	symbol_counts_answer(c, SYMBOL_KERNEL, 0xff00000000000020, &poll);
	symbol_counts_answer(c, SYMBOL_USER, 0x10, &lib);
	symbol_counts_answer(c, SYMBOL_USER, 0x999, &lib); /* nobody asked */
	assert_false(symbol_counts_add(c, THREAD_EMULATOR, SYMBOL_KERNEL, 0xff00000000000020, 5));
	symbol_counts_fill(c, &hot, &arena, &guesser);
	assert_int_equal(hot.count, 4);
	assert_false(hot.loading);
	assert_true(hot.samples == 7 && !hot.rest_samples);
	assert_true(find_row(&hot, "do_sys_poll", THREAD_EMULATOR)->weight == 35);
	assert_true(find_row(&hot, "do_sys_poll", THREAD_EMULATOR)->samples == 4);
	assert_true(find_row(&hot, "do_sys_poll", THREAD_VCPU)->samples == 1);
	assert_true(symbol_counts_nameless(c, &module) > 0.99);
	assert_string_equal(module, "a.so");

	/* An address that is new is looked up until the next look; then it takes long. */
	assert_true(symbol_counts_add(c, THREAD_VCPU, SYMBOL_USER, 0x20, 1));
	symbol_counts_fill(c, &hot, &arena, &guesser);
	assert_false(hot.loading);
	symbol_counts_fill(c, &hot, &arena, &guesser);
	assert_true(hot.loading);
	symbol_counts_answer(c, SYMBOL_USER, 0x20, &lib);
	symbol_counts_fill(c, &hot, &arena, &guesser);
	assert_false(hot.loading);
	symbol_counts_free(c);
	arena_fini(&arena);
}

/* However many functions and addresses there are: rows and memory are bounded, and no sample is lost. */
static void keeps_its_bounds(void **state)
{
	enum { MANY = 100000 };
	struct symbol_counts *c = symbol_counts_new(false);
	struct sample_hot_symbols hot = { 0 };
	struct arena arena = { 0 };
	uint64_t weight = 0, samples = 0;

	(void)state;
	for (uint64_t i = 1; i <= MANY; i++) {
		struct symbol_name name = { .module = "m" };

		symbol_counts_add(c, THREAD_WORKER, SYMBOL_USER, i, i % 7);
		weight += i % 7;
		snprintf(name.name, sizeof name.name, "f%" PRIu64, i);
		if (i % 3)
			symbol_counts_answer(c, SYMBOL_USER, i, &name);
	}
	symbol_counts_fill(c, &hot, &arena, &guesser);
	assert_int_equal(hot.count, HOT_SYMBOLS_MAX);
	assert_true(hot.samples == MANY);
	for (size_t i = 0; i < hot.count; i++) {
		samples += hot.symbols[i].samples;
		weight -= hot.symbols[i].weight;
		assert_true(!i || hot.symbols[i].weight <= hot.symbols[i - 1].weight);
	}
	assert_true(samples + hot.rest_samples == MANY);
	assert_true(weight == hot.rest_weight);
	symbol_counts_free(c);
	arena_fini(&arena);
}

/* -- sentences */

static void says_why_not(void **state)
{
	static const struct {
		int error, paranoid;
		const char *says;
	} cases[] = {
		{ EACCES, 3, "perf_event_paranoid is 3" },
		{ EPERM, 2, "sudo kvmtop" },
		{ EPERM, 1, "seccomp" },
		{ ENOSYS, 1, "seccomp" },
		{ EMFILE, 1, "ulimit -n" },
		{ ENFILE, 1, "ulimit -n" },
		{ ENOBUFS, 1, "perf_event_mlock_kb" },
		{ EBUSY, 1, "profiler" },
		{ EINVAL, 1, "Invalid argument" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char why[HOT_SYMBOLS_NOTE_SIZE] = "";

		perf_sampler_why(cases[i].error, cases[i].paranoid, why, sizeof why);
		if (!strstr(why, cases[i].says))
			fail_msg("%d: %s", cases[i].error, why);
		assert_true(strlen(why) < sizeof why - 1 && why[strlen(why) - 1] == '.');
	}
}

static void keeps_few_notes(void **state)
{
	struct sample_hot_symbols hot = { 0 };

	(void)state;
	for (int i = 0; i < 10; i++)
		perf_sampler_note(&hot, "note\x1b %d", i / 2);
	assert_int_equal(hot.note_count, HOT_SYMBOLS_NOTES_MAX);
	assert_string_equal(hot.notes[0], "note? 0");
	assert_string_equal(hot.notes[1], "note? 1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_kallsyms),
		cmocka_unit_test(tells_hidden_kallsyms),
		cmocka_unit_test(keeps_to_sizes),
		cmocka_unit_test(reads_maps),
		cmocka_unit_test(finds_begins_of_functions),
		cmocka_unit_test(adds_up),
		cmocka_unit_test(keeps_its_bounds),
		cmocka_unit_test(says_why_not),
		cmocka_unit_test(keeps_few_notes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
