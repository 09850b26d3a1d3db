/* platform: the host's facts, from copies of its files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "scratch.h"
#include "source/host/platform.h"

static const struct {
	const char *root;
	struct sample_platform is;
} hosts[] = {
	{ "intel",
		{
			.clocksource = "tsc",
			.arch = "x86_64",
			.kvm_vendor = "intel",
			.halt_poll_ns = 200000,
			.halt_poll_ns_grow = 2,
			.halt_poll_ns_grow_start = 10000,
			.halt_poll_ns_shrink = 0,
			.ignore_msrs = 0,
			.report_ignored_msrs = 1,
			.apicv = 1,
			.nested = 0,
			.nx_huge_pages = "Y",
			.ksm_run = 1,
			.ksm_shared = 1234,
			.ksm_sharing = 5678,
			.ksm_unshared = 90,
			.kernel = "6.1.0-28-amd64",
		} },
	/* Both drivers have folders; the processor says which one is at work. */
	{ "amd-builtin",
		{
			.clocksource = "hpet",
			.kvm_vendor = "amd",
			.halt_poll_ns = 0,
			.halt_poll_ns_grow = -1,
			.halt_poll_ns_grow_start = -1,
			.halt_poll_ns_shrink = -1,
			.ignore_msrs = 1,
			.report_ignored_msrs = 0,
			.apicv = 0,
			.nested = 1,
			.nx_huge_pages = "never",
			.ksm_run = 0,
			.ksm_shared = -1,
			.ksm_sharing = -1,
			.ksm_unshared = -1,
			.kernel = "6.12.9",
		} },
	{ "no-kvm",
		{
			.clocksource = "acpi_pm",
			.halt_poll_ns = -1,
			.halt_poll_ns_grow = -1,
			.halt_poll_ns_grow_start = -1,
			.halt_poll_ns_shrink = -1,
			.ignore_msrs = -1,
			.report_ignored_msrs = -1,
			.apicv = -1,
			.nested = -1,
			.ksm_run = -1,
			.ksm_shared = -1,
			.ksm_sharing = -1,
			.ksm_unshared = -1,
			.kernel = "5.10.0-32-amd64",
		} },
	{ "no-such-folder",
		{
			.halt_poll_ns = -1,
			.halt_poll_ns_grow = -1,
			.halt_poll_ns_grow_start = -1,
			.halt_poll_ns_shrink = -1,
			.ignore_msrs = -1,
			.report_ignored_msrs = -1,
			.apicv = -1,
			.nested = -1,
			.ksm_run = -1,
			.ksm_shared = -1,
			.ksm_sharing = -1,
			.ksm_unshared = -1,
		} },
};

static void assert_same(const struct sample_platform *a, const struct sample_platform *b)
{
	assert_string_equal(a->clocksource, b->clocksource);
	assert_string_equal(a->kvm_vendor, b->kvm_vendor);
	assert_int_equal(a->halt_poll_ns, b->halt_poll_ns);
	assert_int_equal(a->halt_poll_ns_grow, b->halt_poll_ns_grow);
	assert_int_equal(a->halt_poll_ns_grow_start, b->halt_poll_ns_grow_start);
	assert_int_equal(a->halt_poll_ns_shrink, b->halt_poll_ns_shrink);
	assert_int_equal(a->ignore_msrs, b->ignore_msrs);
	assert_int_equal(a->report_ignored_msrs, b->report_ignored_msrs);
	assert_int_equal(a->apicv, b->apicv);
	assert_int_equal(a->nested, b->nested);
	assert_string_equal(a->nx_huge_pages, b->nx_huge_pages);
	assert_int_equal(a->ksm_run, b->ksm_run);
	assert_int_equal(a->ksm_shared, b->ksm_shared);
	assert_int_equal(a->ksm_sharing, b->ksm_sharing);
	assert_int_equal(a->ksm_unshared, b->ksm_unshared);
	assert_string_equal(a->kernel, b->kernel);
	assert_string_equal(a->arch, b->arch);
	assert_int_equal(a->libvirt_version, 0);
	assert_int_equal(a->qemu_version, 0);
}

static void reads_what_there_is(void **state)
{
	const char *tests = getenv("KVMTOP_TESTS");

	(void)state;
	for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
		struct sample_platform p = { .clocksource = "of the last time", .ksm_run = 7 };
		char root[512];

		snprintf(root, sizeof root, "%s/fixtures/platform/%s", tests ? tests : "tests",
			hosts[i].root);
		platform_read(&p, root);
		assert_same(&p, &hosts[i].is);
	}
}

static void make_folders(const char *path)
{
	char command[256];

	snprintf(command, sizeof command, "mkdir -p %s", path);
	assert_int_equal(system(command), 0);
}

#define HALT_POLL "sys/module/kvm/parameters/halt_poll_ns"
#define AVIC "sys/module/kvm_amd/parameters/avic"
#define CLOCK "sys/devices/system/clocksource/clocksource0/current_clocksource"

static const struct {
	const char *text;
	long halt_poll_ns;
	int avic;
} bad_texts[] = {
	{ "1\n", 1, 1 },
	{ "", -1, -1 },
	{ "\n", -1, -1 },
	{ "-1\n", -1, -1 }, /* avic: left to KVM */
	{ "yes\n", -1, -1 },
	{ "Yes\n", -1, -1 },
	{ "Y", -1, 1 },
	{ "12", -1, -1 }, /* cut short, perhaps */
	{ "99999999999999999999\n", -1, -1 },
	{ "18446744073709551615\n", -1, -1 },
	{ "0x10\n", -1, -1 },
};

/* One bad file says nothing about the others. */
static void garbage_is_unknown(void **state)
{
	struct sample_platform p;

	(void)state;
	make_folders("sys/module/kvm/parameters sys/module/kvm_amd/parameters");
	make_folders("sys/devices/system/clocksource/clocksource0 sys/kernel/mm/ksm/run");
	for (size_t i = 0; i < sizeof bad_texts / sizeof *bad_texts; i++) {
		write_file(HALT_POLL, bad_texts[i].text);
		write_file(AVIC, bad_texts[i].text);
		platform_read(&p, ".");
		assert_int_equal(p.halt_poll_ns, bad_texts[i].halt_poll_ns);
		assert_int_equal(p.apicv, bad_texts[i].avic);
		assert_string_equal(p.kvm_vendor, "amd");
		assert_int_equal(p.ksm_run, -1); /* a folder */
	}
	write_file(CLOCK, "a-name-that-is-longer-than-any-clocksource's\nsecond line\n");
	platform_read(&p, ".");
	assert_string_equal(p.clocksource, "a-name-that-is-longer-t");
}

/* Where neither the folders nor the processor tell the driver, its switches are not guessed. */
static void two_drivers_and_no_processor(void **state)
{
	struct sample_platform p;

	(void)state;
	make_folders("sys/module/kvm_intel/parameters sys/module/kvm_amd/parameters proc");
	write_file("sys/module/kvm_amd/parameters/avic", "Y\n");
	write_file("sys/module/kvm_intel/parameters/enable_apicv", "Y\n");
	platform_read(&p, ".");
	assert_string_equal(p.kvm_vendor, "");
	assert_int_equal(p.apicv, -1);
	write_file("proc/cpuinfo", "flags\t\t: fpu vmxish\n");
	platform_read(&p, ".");
	assert_string_equal(p.kvm_vendor, "");
	write_file("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu vmx");
	platform_read(&p, ".");
	assert_string_equal(p.kvm_vendor, "intel");
	assert_int_equal(p.apicv, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_what_there_is),
		cmocka_unit_test_setup_teardown(garbage_is_unknown, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			two_drivers_and_no_processor, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
