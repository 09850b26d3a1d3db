/* view/osc52, view/term's term_send() and app/remedy_out: what the user takes along from a remedy. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/remedy_out.h"
#include "core/clock.h"
#include "patience.h"
#include "remedy_fixture.h"
#include "scratch.h"
#include "view/term/osc52.h"

/* A VM with a finding of two remedies, and a terminal that the test is behind. */
struct fixture {
	struct scratch *scratch;
	struct vm vm;
	struct vm *vms[1];
	struct model model;
	struct finding finding;
	struct findings findings;
	struct domain domain;
	struct ui ui;
	int master;
	FILE *in, *out;
	struct term *term;
};

static const struct rule rule = { .id = "R00" };

static int set_up(void **state)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	struct fixture *f = calloc(1, sizeof *f);
	char *xml = read_fixture("win10", "xml"), why[200];
	int slave;
	void *scratch = NULL;

	f->domain = make_domain("win10", NULL, xml);
	free(xml);
	assert_int_equal(enter_scratch(&scratch), 0);
	f->scratch = scratch;
	f->vm.id = (struct vm_id){ 100, 7 };
	f->vm.domain = &f->domain;
	f->vms[0] = &f->vm;
	f->model.vms = f->vms;
	f->model.vm_count = 1;
	f->finding = (struct finding){ .rule = &rule,
		.vm = f->vm.id,
		.remedies = { REMEDY_HPET_OFF, REMEDY_HYPERV_TIMERS },
		.remedy_count = 2 };
	f->findings.items = &f->finding;
	f->findings.count = 1;
	ui_init(&f->ui);
	f->ui.selected = f->vm.id;
	f->ui.popup_remedy = REMEDY_HYPERV_TIMERS;

	setlocale(LC_ALL, "C.UTF-8");
	assert_int_equal(openpty(&f->master, &slave, NULL, NULL, &size), 0);
	fcntl(f->master, F_SETFL, O_NONBLOCK);
	f->out = fdopen(slave, "w");
	f->in = fdopen(dup(slave), "r");
	f->term = term_open("xterm", f->out, f->in, why, sizeof why);
	assert_non_null(f->term);
	unsetenv("TMUX");
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	void *scratch = f->scratch;
	int status;

	/* The terminal is hung up first: closing it must not wait for what nobody reads. */
	close(f->master);
	term_close(f->term);
	fclose(f->in);
	fclose(f->out);
	ui_fini(&f->ui);
	domain_fini(&f->domain);
	status = leave_scratch(&scratch);
	free(f);
	return status;
}

/* All that comes out of the terminal up to end. */
static char *read_until(const struct fixture *f, const char *end)
{
	const uint64_t deadline_ns = clock_mono_ns() + PATIENCE_NS;
	struct strbuf seen = { 0 };

	while (!strstr(strbuf_text(&seen), end)) {
		struct pollfd p = { .fd = f->master, .events = POLLIN };
		char part[4096];
		ssize_t got;

		assert_true(clock_mono_ns() < deadline_ns);
		poll(&p, 1, 100);
		got = read(f->master, part, sizeof part);
		if (got > 0)
			strbuf_add_bytes(&seen, part, (size_t)got);
	}
	return strbuf_take(&seen);
}

static void check_osc52(void **state)
{
	/* RFC 4648, section 10. */
	static const struct {
		const char *text, *base64;
	} cases[] = { { "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
		{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
		{ "\xff\xfe\xfd", "//79" }, { "\xfb\xf0", "+/A=" } };
	char *big = calloc(OSC52_TEXT_MAX + 2, 1), *sequence;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char expected[64];

		snprintf(expected, sizeof expected, "\033]52;c;%s\a", cases[i].base64);
		sequence = osc52_make(cases[i].text, false);
		assert_string_equal(sequence, expected);
		free(sequence);
		snprintf(expected, sizeof expected, "\033Ptmux;\033\033]52;c;%s\a\033\\",
			cases[i].base64);
		sequence = osc52_make(cases[i].text, true);
		assert_string_equal(sequence, expected);
		free(sequence);
	}
	memset(big, 'x', OSC52_TEXT_MAX);
	sequence = osc52_make(big, false);
	assert_in_range(strlen(sequence), 99992, 100000);
	free(sequence);
	big[OSC52_TEXT_MAX] = 'x';
	assert_null(osc52_make(big, false));
	free(big);
}

static void check_copy(void **state)
{
	struct fixture *f = *state;
	struct remedy_plan plan;
	char *seen, *sequence;

	remedy_out_copy(&f->ui, f->term, &f->model, &f->findings);
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &f->domain);
	sequence = osc52_make(plan.command, false);
	seen = read_until(f, "\a");
	assert_non_null(strstr(seen, sequence));
	assert_non_null(strstr(f->ui.message, "OSC 52"));
	free(seen);
	free(sequence);

	setenv("TMUX", "/tmp/tmux-0/default,1,0", 1);
	remedy_out_copy(&f->ui, f->term, &f->model, &f->findings);
	sequence = osc52_make(plan.command, true);
	seen = read_until(f, "\a\033\\");
	assert_non_null(strstr(seen, sequence));
	assert_non_null(strstr(f->ui.message, "allow-passthrough"));
	unsetenv("TMUX");
	free(seen);
	free(sequence);
	remedy_plan_fini(&plan);
}

/* Where a stack rewrites the definition, its own way is what is of use. */
static void check_copy_for_stack(void **state)
{
	static const struct {
		enum domain_stack stack;
		bool known;       /* to libvirt */
		const char *text; /* NULL: the commands for virsh */
	} cases[] = {
		{ DOMAIN_STACK_LIBVIRT, true, NULL },
		{ DOMAIN_STACK_OVIRT, true,
			"set the VM's operating system to its Windows version, and the cluster's "
			"compatibility level to 4.4 or later" },
		{ DOMAIN_STACK_PROXMOX, false,
			"qm set 100 --ostype win11   # win10 for Windows 10 and Server 2016 to "
			"2019\n# Then stop and start the VM. qm also pins its machine version (see "
			"qm pending 100). A -cpu in args overrides this." },
	};
	struct fixture *f = *state;
	struct remedy_plan plan;

	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &f->domain);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config = { .stack = cases[i].stack, .stack_id = "100" };
		char *sequence = osc52_make(cases[i].text ? cases[i].text : plan.command, false);
		char *seen;

		f->vm.config = &config;
		f->vm.domain = cases[i].known ? &f->domain : NULL;
		remedy_out_copy(&f->ui, f->term, &f->model, &f->findings);
		seen = read_until(f, "\a");
		if (!strstr(seen, sequence))
			fail_msg("case %zu", i);
		free(seen);
		free(sequence);
	}
	remedy_plan_fini(&plan);
}

/* Nobody reads: kvmtop goes on after a second, and says so. */
static void check_deaf_terminal(void **state)
{
	const uint64_t start_ns = clock_mono_ns();
	struct fixture *f = *state;
	char *text = calloc(OSC52_TEXT_MAX + 1, 1), *sequence;

	memset(text, 'x', OSC52_TEXT_MAX);
	sequence = osc52_make(text, false);
	assert_int_equal(term_send(f->term, sequence), -ETIMEDOUT);
	assert_in_range(clock_mono_ns() - start_ns, NS_PER_S, 5 * NS_PER_S);
	remedy_out_copy(&f->ui, f->term, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "does not take"));
	free(sequence);
	free(text);
}

static void check_nothing_to_copy(void **state)
{
	struct fixture *f = *state;

	f->domain.caps = make_caps("relaxed", 10000000);
	remedy_out_copy(&f->ui, f->term, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "no commands to copy: not possible here"));
	f->finding.remedy_count = 0;
	remedy_out_copy(&f->ui, f->term, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "no remedy here"));
	f->findings.count = 0;
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "no remedy here"));
	f->model.vm_count = 0; /* the VM vanished while the window was open */
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "no remedy here"));
}

static void check_write(void **state)
{
	struct fixture *f = *state;
	struct remedy_plan plan;
	struct stat st;
	char *text;

	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &f->domain);
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_string_equal(f->ui.message, "Wrote ./win10.hyperv-timers.patch");
	text = read_path("win10.hyperv-timers.patch");
	assert_string_equal(text, plan.xml_diff);
	free(text);
	assert_int_equal(stat("win10.hyperv-timers.patch", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);

	/* What is there stays, be it a file or a link to somewhere. */
	write_file("win10.hyperv-timers.patch", "mine");
	assert_int_equal(symlink("elsewhere", "win10.hyperv-timers.1.patch"), 0);
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_string_equal(f->ui.message, "Wrote ./win10.hyperv-timers.2.patch");
	assert_int_not_equal(access("elsewhere", F_OK), 0);
	text = read_path("win10.hyperv-timers.patch");
	assert_string_equal(text, "mine");
	free(text);

	/* A name that is none becomes the UUID. */
	free(f->domain.name);
	f->domain.name = mem_strdup("../../etc/passwd");
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_string_equal(f->ui.message, "Wrote ./" FIXTURE_UUID ".hyperv-timers.patch");

	/* Nothing to write: the VM has it already (the HPET is off). */
	f->ui.popup_remedy = REMEDY_HPET_OFF;
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "no patch to write: the domain has this already"));
	/* A change's window is about its own VM and remedy, whatever is selected and found by now. */
	f->ui.popup = POPUP_CHANGE;
	f->ui.change.vm = f->vm.id;
	f->ui.change.remedy = REMEDY_HYPERV_TIMERS;
	f->ui.selected = (struct vm_id){ 0 };
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_string_equal(f->ui.message, "Wrote ./" FIXTURE_UUID ".hyperv-timers.1.patch");
	f->ui.popup = POPUP_REMEDY;
	f->ui.selected = f->vm.id;

	/* Another remedy has come into its place: it is to be read first. */
	f->finding.remedies[0] = REMEDY_HALT_POLL;
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "That remedy is gone"));
	f->ui.popup_remedy = REMEDY_HALT_POLL;
	remedy_out_write(&f->ui, &f->model, &f->findings);
	assert_non_null(strstr(f->ui.message, "does not change the VM's XML"));
	remedy_plan_fini(&plan);
}

static void check_cannot_write(void **state)
{
	struct fixture *f = *state;
	struct rlimit old, none;
	char name[64];

	assert_int_equal(remedy_out_file("./no-such-folder/a", "x", name, sizeof name), -ENOENT);

	/* A full disk leaves no half file. */
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	none = (struct rlimit){ 100, old.rlim_max };
	signal(SIGXFSZ, SIG_IGN);
	setrlimit(RLIMIT_FSIZE, &none);
	remedy_out_write(&f->ui, &f->model, &f->findings);
	setrlimit(RLIMIT_FSIZE, &old);
	signal(SIGXFSZ, SIG_DFL);
	assert_non_null(strstr(f->ui.message, "Not written (File too large)"));
	assert_int_not_equal(access("win10.hyperv-timers.patch", F_OK), 0);

	/* Each name is taken. */
	for (int i = 0; i < 100; i++)
		assert_int_equal(remedy_out_file("a", "x", name, sizeof name), 0);
	assert_string_equal(name, "a.99.patch");
	assert_int_equal(remedy_out_file("a", "x", name, sizeof name), -EEXIST);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_osc52),
		cmocka_unit_test_setup_teardown(check_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(check_copy_for_stack, set_up, tear_down),
		cmocka_unit_test_setup_teardown(check_deaf_terminal, set_up, tear_down),
		cmocka_unit_test_setup_teardown(check_nothing_to_copy, set_up, tear_down),
		cmocka_unit_test_setup_teardown(check_write, set_up, tear_down),
		cmocka_unit_test_setup_teardown(check_cannot_write, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
