/* What the model makes of samples: shares of the last seconds, by function, space and kind of thread. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/text.h"
#include "kvm/symbol_notes.h"
#include "model/hot_symbols.h"
#include "report/json_symbols.h"
#include "report/text_symbols.h"

/* A sample of at most a few rows. */
struct look {
	struct sample sample;
	struct sample_hot_symbols hot;
	struct sample_symbol rows[8];
};

static void begin(struct look *l)
{
	memset(l, 0, sizeof *l);
	l->hot = (struct sample_hot_symbols){
		.pid = 7, .start_ticks = 1, .opened_ns = 5, .event = SYMBOL_EVENT_CYCLES, .hz = 99
	};
	l->hot.symbols = l->rows;
	l->sample.hot_symbols = &l->hot;
	l->sample.hot_symbols_count = 1;
}

static void add(struct look *l, enum symbol_space space, enum thread_kind kind, const char *name,
	uint64_t samples)
{
	l->rows[l->hot.count++] = (struct sample_symbol){ (uint8_t)space, (uint8_t)kind,
		space == SYMBOL_KERNEL ? "kernel" : "qemu", name, samples, samples * 1000 };
	l->hot.samples += samples;
}

static const struct hot_symbol *find(const struct hot_symbols *h, const char *name)
{
	for (size_t i = 0; i < h->shown; i++)
		if (!strcmp(h->items[i].name, name))
			return &h->items[i];
	return NULL;
}

static void is_about(double a, double b)
{
	if (!(fabs(a - b) < 0.01))
		fail_msg("%f is not %f", a, b);
}

static void shares_by_function_space_and_kind(void **state)
{
	struct hot_symbols h = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_KERNEL, THREAD_EMULATOR, "poll_freewait", 50);
	add(&l, SYMBOL_USER, THREAD_VCPU, "pthread_mutex_lock", 20);
	add(&l, SYMBOL_USER, THREAD_EMULATOR, "pthread_mutex_lock", 10);
	add(&l, SYMBOL_GUEST, THREAD_VCPU, "the guest's own code", 10);
	l.hot.rest_samples = 10;
	l.hot.rest_weight = 10000;
	hot_symbols_update(&h, &l.sample, NAN, 5, NAN);
	assert_true(h.wanted && h.is_open && h.vm.pid == 7 && h.event == SYMBOL_EVENT_CYCLES);
	assert_int_equal(h.shown, 3);
	assert_string_equal(h.items[0].name, "poll_freewait");
	is_about(h.items[0].pct, 50);
	assert_string_equal(h.items[0].kinds, "emulator");
	is_about(find(&h, "pthread_mutex_lock")->pct, 30);
	is_about(find(&h, "pthread_mutex_lock")->kind_pct[THREAD_VCPU], 20);
	assert_string_equal(find(&h, "pthread_mutex_lock")->kinds, "vCPU 67%");
	is_about(find(&h, "pthread_mutex_lock")->samples, 30);
	is_about(h.space_pct[SYMBOL_KERNEL], 50);
	is_about(h.space_pct[SYMBOL_USER], 30);
	is_about(h.space_pct[SYMBOL_GUEST], 10);
	is_about(h.rest_pct, 10);
	is_about(h.kind_pct[THREAD_EMULATOR], 60);
	assert_int_equal(h.note_count, 0);
	hot_symbols_fini(&h);
}

/* What was hot before fades, however often one looks; what stands still is gone in the end. */
static void shows_the_last_seconds(void **state)
{
	struct hot_symbols once = { 0 }, often = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_KERNEL, THREAD_VCPU, "old", 100);
	hot_symbols_update(&once, &l.sample, NAN, NAN, NAN);
	hot_symbols_update(&often, &l.sample, NAN, NAN, NAN);
	begin(&l);
	add(&l, SYMBOL_KERNEL, THREAD_VCPU, "old", 100);
	for (int i = 0; i < 9; i++)
		hot_symbols_update(&often, &l.sample, HOT_SYMBOLS_SECONDS / 10, NAN, NAN);
	add(&l, SYMBOL_USER, THREAD_VCPU, "new", 100);
	hot_symbols_update(&often, &l.sample, HOT_SYMBOLS_SECONDS / 10, NAN, NAN);
	hot_symbols_update(&once, &l.sample, HOT_SYMBOLS_SECONDS, NAN, NAN);
	is_about(find(&once, "old")->pct, 100 * exp(-1) / (1 + exp(-1)));
	is_about(find(&often, "old")->pct, find(&once, "old")->pct);
	is_about(find(&once, "old")->samples, 100);
	hot_symbols_update(&once, &l.sample, HOT_SYMBOLS_SECONDS, NAN, NAN);
	l.rows[1].samples += 900;
	l.rows[1].weight += 900000;
	hot_symbols_update(&once, &l.sample, 20 * HOT_SYMBOLS_SECONDS, NAN, NAN);
	assert_null(find(&once, "old"));
	is_about(find(&once, "new")->pct, 100);
	hot_symbols_fini(&once);
	hot_symbols_fini(&often);
}

/* An address gets its name: its samples go over to the function. */
static void follows_addresses_to_their_names(void **state)
{
	struct hot_symbols h = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_USER, THREAD_VCPU, "qemu+0x10", 30);
	add(&l, SYMBOL_USER, THREAD_VCPU, "qemu+0x20", 20);
	add(&l, SYMBOL_KERNEL, THREAD_VCPU, "other", 50);
	hot_symbols_update(&h, &l.sample, NAN, NAN, NAN);
	begin(&l);
	add(&l, SYMBOL_USER, THREAD_VCPU, "aio_pending", 50);
	add(&l, SYMBOL_KERNEL, THREAD_VCPU, "other", 50);
	hot_symbols_update(&h, &l.sample, 0.001, NAN, NAN);
	assert_int_equal(h.shown, 2);
	is_about(find(&h, "aio_pending")->pct, 50);
	hot_symbols_fini(&h);
}

/* A function that was among the rest, and gets a row, is not hot for what it had before. */
static void does_not_jump_when_a_row_comes(void **state)
{
	struct hot_symbols h = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_USER, THREAD_VCPU, "hot", 1000);
	add(&l, SYMBOL_USER, THREAD_VCPU, "least", 400);
	l.hot.rest_samples = 400;
	l.hot.rest_weight = 400000;
	hot_symbols_update(&h, &l.sample, NAN, NAN, NAN);
	hot_symbols_update(&h, &l.sample, 100 * HOT_SYMBOLS_SECONDS, NAN, NAN); /* all has faded */
	begin(&l);
	add(&l, SYMBOL_USER, THREAD_VCPU, "hot", 1100);
	add(&l, SYMBOL_USER, THREAD_VCPU, "came", 401);
	l.hot.rest_samples = 400;
	l.hot.rest_weight = 400000;
	hot_symbols_update(&h, &l.sample, 1, NAN, NAN);
	is_about(find(&h, "came")->pct, 100.0 / 101);
	hot_symbols_fini(&h);
}

static void begins_anew_when_reopened(void **state)
{
	struct hot_symbols h = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_USER, THREAD_VCPU, "before", 10);
	hot_symbols_update(&h, &l.sample, NAN, NAN, NAN);
	begin(&l);
	l.hot.opened_ns = 99;
	l.hot.pid = 8;
	add(&l, SYMBOL_USER, THREAD_VCPU, "after", 1);
	hot_symbols_update(&h, &l.sample, 1, NAN, NAN);
	assert_int_equal(h.shown, 1);
	assert_int_equal(h.vm.pid, 8);
	is_about(find(&h, "after")->pct, 100);
	/* Closed: nothing is left of it. */
	l.sample.hot_symbols_count = 0;
	hot_symbols_update(&h, &l.sample, 1, NAN, NAN);
	assert_true(!h.wanted && !h.items && !h.count);
}

/* arm64's kernel counts what KVM does for a loaded vCPU as the guest's: /proc's share stands beside. */
static void says_what_the_guests_share_holds(void **state)
{
	struct hot_symbols h = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_KERNEL, THREAD_VCPU, "schedule", 30);
	add(&l, SYMBOL_GUEST, THREAD_VCPU, "the guest, or KVM for it", 70);
	l.hot.guest_loaded = true;
	hot_symbols_update(&h, &l.sample, NAN, 21, 100);
	assert_true(h.guest_loaded);
	assert_int_equal(h.note_count, 1);
	assert_non_null(strstr(h.notes[0], "while a vCPU is loaded"));
	assert_non_null(strstr(h.notes[0], "by /proc the guest has 21.0% of the time."));
	/* What /proc says may not be known. */
	hot_symbols_update(&h, &l.sample, 1, NAN, NAN);
	assert_int_equal(h.note_count, 1);
	assert_null(strstr(h.notes[0], "/proc"));
	/* Elsewhere the guest's samples are the guest's. */
	l.hot.guest_loaded = false;
	hot_symbols_update(&h, &l.sample, 1, 21, 100);
	assert_int_equal(h.note_count, 0);
	hot_symbols_fini(&h);
}

static void says_what_is_not_seen(void **state)
{
	struct hot_symbols h = { 0 };
	struct look l;

	(void)state;
	begin(&l);
	add(&l, SYMBOL_KERNEL, THREAD_VCPU, "vcpu\x1b[2J", 100);
	snprintf(l.hot.notes[0], sizeof l.hot.notes[0], "Names are hidden\x1b.");
	l.hot.note_count = 1;
	hot_symbols_update(&h, &l.sample, NAN, 60, NAN);
	assert_int_equal(h.note_count, 2);
	assert_string_equal(h.notes[0], "Names are hidden?.");
	assert_non_null(strstr(h.notes[1], "vcpu_enter_guest"));
	assert_string_equal(h.items[0].name, "vcpu?[2J"); /* cleaned */
	hot_symbols_update(&h, &l.sample, 1, 9, NAN);     /* it hardly runs */
	assert_int_equal(h.note_count, 1);
	hot_symbols_update(&h, &l.sample, 1, NAN, NAN);
	assert_int_equal(h.note_count, 1);
	/* Where it is known why, that is said already. */
	l.hot.guest_unseen = true;
	hot_symbols_update(&h, &l.sample, 1, 60, NAN);
	assert_int_equal(h.note_count, 1);

	begin(&l);
	l.hot.opened_ns = 0;
	snprintf(l.hot.why, sizeof l.hot.why, "Sampling is refused.");
	hot_symbols_update(&h, &l.sample, 1, 60, NAN);
	assert_true(h.wanted && !h.is_open && !h.shown);
	assert_string_equal(h.why, "Sampling is refused.");
	assert_true(isnan(h.space_pct[SYMBOL_USER]) && isnan(h.rest_pct));
	hot_symbols_fini(&h);
}

/* -- what functions mean */

static void check_notes(const struct symbol_note *notes, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const size_t length = strlen(notes[i].name);
		const char *star = strchr(notes[i].name, '*');

		if (i && strcmp(notes[i - 1].name, notes[i].name) >= 0)
			fail_msg("%s stands before %s", notes[i - 1].name, notes[i].name);
		assert_true(length >= 3 && (!star || star == notes[i].name + length - 1));
		/* One line on the smallest screen of 80 columns. */
		if (strlen(notes[i].note) > 78)
			fail_msg("%s: %zu columns", notes[i].name, strlen(notes[i].note));
		assert_true(notes[i].note[strlen(notes[i].note) - 1] != '.');
	}
}

static void keeps_its_notes_in_order(void **state)
{
	(void)state;
	check_notes(kernel_symbol_notes, kernel_symbol_note_count);
	check_notes(user_symbol_notes, user_symbol_note_count);
	assert_true(kernel_symbol_note_count >= 40 && user_symbol_note_count >= 40);
}

static void tells_what_functions_mean(void **state)
{
	static const struct {
		enum symbol_space space;
		const char *name, *says; /* NULL: nothing is known */
	} cases[] = {
		{ SYMBOL_KERNEL, "poll_freewait", "main loop" },
		{ SYMBOL_KERNEL, "do_sys_poll", "main loop" },
		{ SYMBOL_KERNEL, "do_poll.constprop.0", "main loop" },
		{ SYMBOL_KERNEL, "sock_poll", "main loop" },
		{ SYMBOL_USER, "g_main_context_check", "main loop" },
		{ SYMBOL_USER, "g_main_context_prepare", "main loop" },
		{ SYMBOL_USER, "aio_pending", "main loop" },
		{ SYMBOL_USER, "aio_notify_accept", "main loop" },
		{ SYMBOL_USER, "aio_ctx_prepare", "main loop" },
		{ SYMBOL_USER, "aio_poll", "polls for disk" }, /* the longer row counts */
		{ SYMBOL_USER, "qemu_mutex_unlock", "locks" },
		{ SYMBOL_USER, "pthread_mutex_lock@@GLIBC_2.2.5", "locks" },
		{ SYMBOL_KERNEL, "mutex_lock_killable", "Mutexes" },
		{ SYMBOL_KERNEL, "kvm_vcpu_halt", "R08" },
		{ SYMBOL_KERNEL, "kvm_vcpu_block", "R08" },
		{ SYMBOL_KERNEL, "vmx_vcpu_run", "Entering" },
		{ SYMBOL_KERNEL, "svm_vcpu_run", "Entering" },
		{ SYMBOL_KERNEL, "vcpu_enter_guest.constprop.0", "Entering" },
		{ SYMBOL_KERNEL, "kvm_arch_vcpu_ioctl_run", "Entering" },
		{ SYMBOL_KERNEL, "update_cfs_shares", "cgroups" },
		{ SYMBOL_KERNEL, "schedule", "fall asleep" },
		{ SYMBOL_KERNEL, "ksm_scan_thread", "KSM" },
		{ SYMBOL_KERNEL, "vhost_worker", "network" },
		{ SYMBOL_KERNEL, "io_uring_poll", "disks" },
		{ SYMBOL_USER, "__memcpy_avx_unaligned_erms", "copied" },
		{ SYMBOL_USER, "vnc_refresh", "VNC" },
		{ SYMBOL_USER, "spice_server_wakeup", "SPICE" },
		{ SYMBOL_USER, "cpu_exec", "TCG" },
		{ SYMBOL_USER, "poll_freewait", NULL }, /* of the kernel */
		{ SYMBOL_USER, "poller", NULL },
		{ SYMBOL_KERNEL, "do_sys_pol", NULL },
		{ SYMBOL_KERNEL, "", NULL },
		{ SYMBOL_GUEST, "schedule", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *note = symbol_note_find(cases[i].space, cases[i].name);

		if (!note != !cases[i].says || (note && !strstr(note, cases[i].says)))
			fail_msg("%s: %s", cases[i].name, note ? note : "nothing");
	}
}

/* -- reports */

static void reports(void **state)
{
	struct model m = { 0 };
	struct strbuf text = { 0 };
	struct look l;
	json_t *o;
	const json_t *row;

	(void)state;
	text_symbols_add(&text, &m);
	assert_string_equal(strbuf_text(&text), "");
	o = json_symbols(&m.hot_symbols);
	assert_true(json_is_null(o));
	json_decref(o);

	begin(&l);
	add(&l, SYMBOL_KERNEL, THREAD_PIT, "poll_freewait", 3);
	add(&l, SYMBOL_USER, THREAD_VCPU, "nobody_knows", 1);
	snprintf(l.hot.notes[0], sizeof l.hot.notes[0], "A note.");
	l.hot.note_count = 1;
	hot_symbols_update(&m.hot_symbols, &l.sample, NAN, NAN, NAN);
	text_symbols_add(&text, &m);
	assert_non_null(strstr(strbuf_text(&text), "poll_freewait"));
	assert_non_null(strstr(strbuf_text(&text), "  ! A note.\n"));
	assert_non_null(strstr(strbuf_text(&text), "cycles, 99 Hz  4 samples, 0 lost"));
	strbuf_fini(&text);

	o = json_symbols(&m.hot_symbols);
	assert_true(json_is_true(json_object_get(o, "ok")));
	assert_int_equal(json_array_size(json_object_get(o, "symbols")), 2);
	row = json_array_get(json_object_get(o, "symbols"), 0);
	assert_string_equal(json_string_value(json_object_get(row, "symbol")), "poll_freewait");
	assert_string_equal(json_string_value(json_object_get(row, "space")), "kernel");
	is_about(json_real_value(json_object_get(row, "pct")), 75);
	is_about(
		json_real_value(json_object_get(json_object_get(row, "kinds"), "kvm_pit_pct")), 75);
	row = json_array_get(json_object_get(o, "symbols"), 1);
	assert_true(json_is_null(json_object_get(row, "meaning")));
	json_decref(o);
	hot_symbols_fini(&m.hot_symbols);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_by_function_space_and_kind),
		cmocka_unit_test(shows_the_last_seconds),
		cmocka_unit_test(follows_addresses_to_their_names),
		cmocka_unit_test(does_not_jump_when_a_row_comes),
		cmocka_unit_test(begins_anew_when_reopened),
		cmocka_unit_test(says_what_is_not_seen),
		cmocka_unit_test(says_what_the_guests_share_holds),
		cmocka_unit_test(keeps_its_notes_in_order),
		cmocka_unit_test(tells_what_functions_mean),
		cmocka_unit_test(reports),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
