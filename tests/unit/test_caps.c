/* caps_ask, emulator_path and domain_fit: what is asked, of which emulator, and what the answers mean. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "apply/pages_ask.h"
#include "domain/fit.h"
#include "scratch.h"
#include "source/libvirt/caps_ask.h"
#include "source/libvirt/emulator_path.h"

static char base[4096];

static bool owned(const char *path)
{
	char whole[2 * sizeof base];

	snprintf(whole, sizeof whole, "%s/%s", base, path);
	return emulator_path_is_owned(base, whole, geteuid());
}

static int enter(void **state)
{
	if (enter_scratch(state) || !getcwd(base, sizeof base))
		return -1;
	assert_int_equal(mkdir("bin", 0755), 0);
	assert_int_equal(mkdir("open", 0755), 0);
	write_file("bin/qemu", "");
	write_file("open/qemu", "");
	assert_int_equal(chmod("bin/qemu", 0755), 0);
	assert_int_equal(chmod("open/qemu", 0755), 0);
	assert_int_equal(chmod("open", 0777), 0);
	return 0;
}

static void whose_emulator(void **state)
{
	(void)state;
	assert_true(owned("bin/qemu"));
	assert_true(owned("bin/./../bin//qemu"));
	assert_false(owned("bin"));
	assert_false(owned("bin/none"));
	assert_false(owned("bin/qemu/more"));
	assert_false(owned(""));
	assert_false(emulator_path_is_owned(base, "bin/qemu", geteuid()));
	assert_false(emulator_path_is_owned(base, "", geteuid()));
	/* Somebody else's: as good as another user's. */
	assert_false(emulator_path_is_owned("/", base, geteuid() + 1));
	assert_int_equal(chmod("bin/qemu", 0775), 0);
	assert_false(owned("bin/qemu"));
	assert_int_equal(chmod("bin/qemu", 0755), 0);
	assert_true(owned("bin/qemu"));
	/* Whoever may write a folder may put another file there. */
	assert_false(owned("open/qemu"));
	assert_int_equal(mkfifo("bin/fifo", 0700), 0);
	assert_false(owned("bin/fifo"));
}

static void links_to_emulators(void **state)
{
	char deep[64];

	(void)state;
	assert_int_equal(symlink("qemu", "bin/kvm"), 0);
	assert_true(owned("bin/kvm"));
	assert_int_equal(symlink("bin", "sbin"), 0);
	assert_true(owned("sbin/kvm"));
	assert_int_equal(symlink("../bin/qemu", "open/kvm"), 0);
	assert_false(owned("open/kvm"));
	/* By way of a folder that others can write, and back. */
	assert_int_equal(symlink("../open/kvm", "bin/round"), 0);
	assert_false(owned("bin/round"));
	assert_int_equal(symlink("loop", "bin/loop"), 0);
	assert_false(owned("bin/loop"));
	assert_int_equal(symlink("none", "bin/dangling"), 0);
	assert_false(owned("bin/dangling"));
	for (int i = 0; i < 45; i++) {
		char to[64];

		snprintf(to, sizeof to, i ? "l%d" : "qemu", i - 1);
		snprintf(deep, sizeof deep, "bin/l%d", i);
		assert_int_equal(symlink(to, deep), 0);
	}
	assert_true(owned("bin/l30"));
	assert_false(owned("bin/l44"));
}

static struct domain_caps failed(int code)
{
	struct domain_caps caps = { 0 };
	char message[] = "it\033 failed";
	virError error = { .code = code };

	error.message = message;
	caps_ask_failed(&caps, &error);
	assert_false(caps.known);
	assert_null(strchr(caps.why, '\033'));
	assert_non_null(strstr(caps.why, "failed"));
	return caps;
}

/* One failure is no answer for good. */
static void which_answers_are_final(void **state)
{
	(void)state;
	assert_int_equal(failed(VIR_ERR_OPERATION_DENIED).never, DOMAIN_CAPS_DENIED);
	assert_int_equal(failed(VIR_ERR_AUTH_CANCELLED).never, DOMAIN_CAPS_DENIED);
	assert_int_equal(failed(VIR_ERR_NO_SUPPORT).never, DOMAIN_CAPS_UNSUPPORTED);
	assert_int_equal(failed(VIR_ERR_INVALID_ARG).never, DOMAIN_CAPS_REFUSED);
	assert_int_equal(failed(VIR_ERR_INTERNAL_ERROR).never, DOMAIN_CAPS_ASKABLE);
	assert_int_equal(failed(VIR_ERR_SYSTEM_ERROR).never, DOMAIN_CAPS_ASKABLE);
	assert_int_equal(failed(VIR_ERR_RPC).never, DOMAIN_CAPS_ASKABLE);
}

static void assert_reason_of(
	const struct domain_caps *caps, const struct domain_config *config, const char *words)
{
	char reason[256];

	domain_fit_reason(caps, config, reason, sizeof reason);
	if (!strstr(reason, words))
		fail_msg("%s", reason);
}

static void assert_reason(const struct domain_caps *caps, const char *words)
{
	assert_reason_of(caps, NULL, words);
}

/* "Before 9.0" is said of what is. */
static void reasons(void **state)
{
	struct domain_caps caps = { 0 };
	const struct domain_config plain = { .parsed = true };
	struct domain_enlightenment vpindex = { .name = "vpindex", .state = TRI_YES };
	const struct domain_config hyperv = { .parsed = true,
		.hyperv = { .known = true, .items = &vpindex, .count = 1 } };

	(void)state;
	assert_int_equal(domain_fit_state(&caps, &hyperv), DOMAIN_FIT_NOT_YET);
	assert_reason(&caps, "has not answered yet");
	strcpy(caps.why, "QEMU cannot be run");
	assert_reason(&caps, "libvirt reports: QEMU cannot be run");
	caps = (struct domain_caps){ .known = true, .libvirt_version = 8005001 };
	assert_int_equal(domain_fit_state(&caps, &hyperv), DOMAIN_FIT_NEVER);
	assert_int_equal(domain_fit_state(&caps, &plain), DOMAIN_FIT_KNOWN);
	assert_reason(&caps, "libvirt 8.5.1 reports no Hyper-V features (9.0 and newer do)");
	caps.libvirt_version = 10000000;
	assert_reason(&caps, "libvirt reports no Hyper-V features for this kind of VM");
	caps.libvirt_version = 0;
	assert_reason(&caps, "libvirt reports no Hyper-V features for this kind of VM");
	caps = (struct domain_caps){ .never = DOMAIN_CAPS_DENIED, .libvirt_version = 8000000 };
	assert_int_equal(domain_fit_state(&caps, &plain), DOMAIN_FIT_NEVER);
	assert_reason(&caps, "only over a read-write connection");
	caps.never = DOMAIN_CAPS_EMULATOR;
	assert_reason(&caps, "not certain that only root can replace that");
}

/* Promised is what libvirt lists, or what the running VM has already. */
static void invariant_tsc(void **state)
{
	struct domain_caps caps = { .known = true, .invtsc = TRI_NO, .libvirt_version = 8000000 };
	const struct domain_config plain = { .parsed = true, .machine.type = "kvm" };
	struct domain_config promised = plain;
	char missing[128];

	(void)state;
	promised.machine.invtsc = TRI_YES;
	assert_true(domain_misfits(&promised, &plain, &caps, missing, sizeof missing));
	assert_string_equal(missing, "CPU feature invtsc");
	assert_int_equal(domain_fit_state(&caps, &promised), DOMAIN_FIT_KNOWN);
	assert_true(domain_misfits(&promised, NULL, &caps, missing, sizeof missing));
	assert_false(domain_misfits(&promised, &promised, &caps, missing, sizeof missing));
	assert_false(domain_misfits(&plain, NULL, &caps, missing, sizeof missing));
	strcpy(promised.machine.type, "qemu");
	assert_true(domain_misfits(&promised, &plain, &caps, missing, sizeof missing));

	caps.invtsc = TRI_YES;
	assert_false(domain_misfits(&promised, &plain, &caps, missing, sizeof missing));
	assert_int_equal(domain_fit_state(&caps, &promised), DOMAIN_FIT_KNOWN);

	caps.invtsc = TRI_UNKNOWN;
	assert_false(domain_misfits(&promised, &plain, &caps, missing, sizeof missing));
	assert_int_equal(domain_fit_state(&caps, &promised), DOMAIN_FIT_NEVER);
	assert_reason_of(&caps, &promised, "can have the CPU feature invtsc");
	assert_int_equal(domain_fit_state(&caps, &plain), DOMAIN_FIT_KNOWN);
}

/* 2 GiB in pages of 2 MiB are 1024. */
static struct domain_config with_pages(uint64_t page_kib)
{
	struct domain_config config = { .parsed = true };

	config.machine.memory_kib = 2 << 20;
	config.machine.hugepages = true;
	config.machine.huge_page_kib = page_kib;
	return config;
}

static void assert_pages(uint64_t free, uint64_t more, const struct domain_config *config,
	const struct domain_config *running, enum tristate wanted, const char *words)
{
	const struct domain_pages pages = {
		.known = true, .size_kib = 2048, .free = free, .more = more
	};
	char reason[256];

	if (domain_pages_suffice(&pages, config, running, reason, sizeof reason) != wanted ||
		strcmp(reason, words) != 0)
		fail_msg("%s", reason);
}

#define NUMA                                                                                 \
	"this host has 1024 free huge pages of 2 MiB, the VM needs 1024, but on which NUMA " \
	"nodes (<numatune>) is not counted"
#define OTHER                                                                            \
	"this host has 0 free huge pages of 2 MiB, the VM needs 1024, and it runs with " \
	"huge pages of another size or of several"

static void huge_pages(void **state)
{
	struct domain_config plain = { .parsed = true }, config = with_pages(0), running;

	(void)state;
	assert_pages(0, 0, &plain, NULL, TRI_YES, "");
	assert_pages(1024, 0, &config, NULL, TRI_YES, "");
	assert_pages(1024, 0, &config, &plain, TRI_YES, "");
	assert_pages(1023, 0, &config, &plain, TRI_NO,
		"this host has 1023 free huge pages of 2 MiB, the VM needs 1024: reserve them "
		"first (sysctl vm.nr_hugepages)");
	config.machine.memory_kib++;
	assert_pages(1024, 0, &config, NULL, TRI_NO,
		"this host has 1024 free huge pages of 2 MiB, the VM needs 1025: reserve them "
		"first (sysctl vm.nr_hugepages)");
	config = with_pages(2048);
	assert_pages(1024, 0, &config, NULL, TRI_YES, "");
	assert_pages(0, 0, &config, NULL, TRI_NO,
		"this host has 0 free huge pages of 2 MiB, the VM needs 1024: reserve them first");

	/* What it runs with is free when it has ended. */
	config = running = with_pages(0);
	assert_pages(0, 0, &config, &running, TRI_YES, "");
	running.machine.memory_kib /= 2;
	assert_pages(512, 0, &config, &running, TRI_YES, "");
	assert_pages(511, 0, &config, &running, TRI_NO,
		"this host has 511 free huge pages of 2 MiB and gets back 512 from the VM, which "
		"needs 1024: reserve them first (sysctl vm.nr_hugepages)");
	running = with_pages(2048);
	assert_pages(0, 0, &config, &running, TRI_YES, "");
	running.parsed = false;
	assert_pages(0, 0, &config, &running, TRI_NO,
		"this host has 0 free huge pages of 2 MiB, the VM needs 1024: reserve them first "
		"(sysctl vm.nr_hugepages)");
}

/* Neither yes nor no. */
static void huge_pages_unknown(void **state)
{
	const struct domain_pages unknown = { .why = "it is another host" }, unread = { 0 };
	struct domain_config config = with_pages(0), running = with_pages(1 << 20);
	char reason[256];

	(void)state;
	assert_int_equal(
		domain_pages_suffice(&unknown, &config, NULL, reason, sizeof reason), TRI_UNKNOWN);
	assert_string_equal(reason, "it is another host");
	assert_int_equal(
		domain_pages_suffice(&unread, &config, NULL, reason, sizeof reason), TRI_UNKNOWN);
	assert_string_equal(reason, "the host's huge pages were not read");
	assert_pages(0, 1023, &config, NULL, TRI_NO,
		"this host has 0 free huge pages of 2 MiB, the VM needs 1024: reserve them first "
		"(sysctl vm.nr_hugepages)");
	assert_pages(0, 1024, &config, NULL, TRI_UNKNOWN,
		"this host has 0 free huge pages of 2 MiB, the VM needs 1024, and the kernel only "
		"makes more if it finds the memory (nr_overcommit_hugepages)");
	assert_pages(0, 0, &config, &running, TRI_UNKNOWN, OTHER);
	running = with_pages(DOMAIN_PAGES_MIXED);
	assert_pages(0, 0, &config, &running, TRI_UNKNOWN, OTHER);
	config.machine.memory_bound = true;
	assert_pages(1024, 0, &config, NULL, TRI_UNKNOWN, NUMA);
	config.machine.memory_kib = 0;
	assert_pages(1024, 0, &config, NULL, TRI_UNKNOWN, "the VM's memory is not known");
	config = with_pages(DOMAIN_PAGES_MIXED);
	assert_pages(1024, 0, &config, NULL, TRI_UNKNOWN,
		"the definition has huge pages of several sizes, or not for all memory");
}

/* The test driver's VMs are not of this host. */
static void pages_of_the_test_driver(void **state)
{
	virConnectPtr connection = virConnectOpen("test:///default");
	struct domain_pages pages = { .known = true };

	(void)state;
	assert_non_null(connection);
	pages_ask(&pages, connection, 0);
	assert_false(pages.known);
	assert_string_equal(pages.why, "kvmtop reads the huge pages of its own host only");
	virConnectClose(connection);
}

/* The test driver runs no emulator, and says so; from some version on it answers about one of its own, which is not
 * the VM's. */
static void asked_of_the_test_driver(void **state)
{
	virConnectPtr connection = virConnectOpen("test:///default");
	struct domain_machine machine = { .emulator = "/usr/bin/qemu-system-x86_64" };
	struct domain_caps caps = { .known = true };

	(void)state;
	assert_non_null(connection);
	caps_ask(&caps, connection, &machine);
	assert_false(caps.known);
	assert_true(caps.never == DOMAIN_CAPS_UNSUPPORTED || caps.never == DOMAIN_CAPS_EMULATOR);
	assert_true(caps.libvirt_version > 0);
	virConnectClose(connection);
}

static void ignore_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(whose_emulator, enter, leave_scratch),
		cmocka_unit_test_setup_teardown(links_to_emulators, enter, leave_scratch),
		cmocka_unit_test(which_answers_are_final),
		cmocka_unit_test(reasons),
		cmocka_unit_test(invariant_tsc),
		cmocka_unit_test(huge_pages),
		cmocka_unit_test(huge_pages_unknown),
		cmocka_unit_test(pages_of_the_test_driver),
		cmocka_unit_test(asked_of_the_test_driver),
	};

	virSetErrorFunc(NULL, ignore_error);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
