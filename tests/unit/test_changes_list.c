/* What became of the changes in the log, and the list of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/change_state.h"
#include "app/changes_list.h"
#include "apply/backup.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "domain/domain_xml.h"
#include "scratch.h"

#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define OTHER_UUID "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3"
#define MOMENT (1535897251 * NS_PER_S)

#define XML(hpet, rtc, passwd)                                                        \
	"<domain type='kvm'>\n  <name>win10</name>\n  <uuid>" UUID "</uuid>\n"        \
	"  <clock offset='localtime'>\n    <timer name='hpet' present='" hpet "'/>\n" \
	"    <timer name='rtc' tickpolicy='" rtc "'/>\n  </clock>\n  <devices>\n"     \
	"    <graphics type='vnc' port='-1'" passwd "/>\n  </devices>\n</domain>\n"
#define SECRET " passwd='s3cret'"

/* The definition before all changes, after the first and after the second, as libvirt shows it to all. */
#define FIRST XML("no", "delay", "")
#define SECOND XML("yes", "delay", "")
#define THIRD XML("yes", "catchup", "")

#define URI "qemu:///system"

struct world {
	struct scratch *scratch;
	struct change_log log;
	char *paths[2]; /* the older first */
	struct domain_set *domains;
};

static char *change(uint64_t real_ns, const char *remedy, const char *before, const char *after)
{
	char why[STATE_WHY_MAX], *path;

	assert_int_equal(
		backup_save("kvmtop", "win10", UUID, real_ns, before, &path, why, sizeof why), 0);
	assert_int_equal(backup_save_after(path, after, why, sizeof why), 0);
	assert_int_equal(
		change_log_add(path, "win10", NULL, remedy, "The title", why, sizeof why), 0);
	return path;
}

static void read_log(struct world *w)
{
	char why[STATE_WHY_MAX];

	change_log_fini(&w->log);
	assert_int_equal(change_log_read("kvmtop", &w->log, why, sizeof why), 0);
}

/* Two changes, the second made of what the first had made. */
static int set_up(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);
	void *scratch;

	if (enter_scratch(&scratch))
		return -1;
	w->scratch = scratch;
	w->paths[0] =
		change(MOMENT, "hpet-on", XML("no", "delay", SECRET), XML("yes", "delay", SECRET));
	w->paths[1] = change(MOMENT + NS_PER_S, "rtc-catchup", XML("yes", "delay", SECRET),
		XML("yes", "catchup", SECRET));
	read_log(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	void *scratch = w->scratch;

	change_log_fini(&w->log);
	domain_set_unref(w->domains);
	free(w->paths[0]);
	free(w->paths[1]);
	free(w);
	return leave_scratch(&scratch);
}

/* libvirt has these definitions; live NULL: the VM is off; inactive NULL: it is transient. */
static void set_domain(struct world *w, const char *uuid, const char *inactive, const char *live)
{
	struct domain *d;

	domain_set_unref(w->domains);
	w->domains = domain_set_new(1);
	d = &w->domains->items[0];
	d->name = mem_strdup("win10");
	snprintf(d->uuid, sizeof d->uuid, "%s", uuid);
	d->id = live ? 1 : -1;
	d->persistent = inactive;
	d->inactive_xml = mem_strdup(inactive);
	d->live_xml = mem_strdup(live);
	domain_xml_read(&d->live, d->live_xml);
	domain_xml_read(&d->inactive, d->inactive_xml);
}

/* The newer of the two comes first. */
static void assert_states(struct world *w, enum change_became newer, enum change_became older)
{
	assert_string_equal(change_state_name(change_state(&w->log, 0, "kvmtop", w->domains, URI)),
		change_state_name(newer));
	assert_string_equal(change_state_name(change_state(&w->log, 1, "kvmtop", w->domains, URI)),
		change_state_name(older));
}

static void what_became_of_them(void **state)
{
	struct world *w = *state;
	char why[STATE_WHY_MAX];

	assert_states(w, CHANGE_APPLIED, CHANGE_APPLIED);
	set_domain(w, UUID, THIRD, FIRST);
	assert_states(w, CHANGE_PENDING, CHANGE_PENDING);
	set_domain(w, UUID, THIRD, THIRD);
	assert_states(w, CHANGE_IN_EFFECT, CHANGE_IN_EFFECT);
	set_domain(w, UUID, THIRD, NULL);
	assert_states(w, CHANGE_PENDING, CHANGE_PENDING);
	set_domain(w, UUID, NULL, FIRST);
	assert_states(w, CHANGE_GONE, CHANGE_GONE);
	set_domain(w, OTHER_UUID, THIRD, THIRD);
	assert_states(w, CHANGE_GONE, CHANGE_GONE);
	/* Of a domain of another libvirt this one knows nothing. */
	snprintf(w->log.items[0].uri, sizeof w->log.items[0].uri, "test:///default");
	assert_states(w, CHANGE_APPLIED, CHANGE_GONE);
	assert_true(change_record_is_elsewhere(&w->log.items[0], URI));
	snprintf(w->log.items[0].uri, sizeof w->log.items[0].uri, URI);
	assert_states(w, CHANGE_GONE, CHANGE_GONE);
	set_domain(w, UUID, XML("yes", "merge", ""), NULL);
	assert_states(w, CHANGE_OVERWRITTEN, CHANGE_OVERWRITTEN);
	/* Somebody has taken the newer one back by hand. */
	set_domain(w, UUID, SECOND, SECOND);
	assert_states(w, CHANGE_ABSENT, CHANGE_IN_EFFECT);

	assert_int_equal(change_log_mark_proven(w->paths[0], MOMENT, why, sizeof why), 0);
	assert_int_equal(change_log_mark_undone(w->paths[1], MOMENT, why, sizeof why), 0);
	read_log(w);
	assert_states(w, CHANGE_UNDONE, CHANGE_PROVEN);
	set_domain(w, UUID, FIRST, NULL);
	assert_states(w, CHANGE_UNDONE, CHANGE_ABSENT);
	domain_set_unref(w->domains);
	w->domains = NULL;
	assert_states(w, CHANGE_UNDONE, CHANGE_PROVEN);
}

/* Between the two the definition was changed by somebody else, who kept the first change or did not. */
static void not_step_by_step(void **state)
{
	struct world *w = *state;

	backup_drop(w->paths[1]);
	free(w->paths[1]);
	w->paths[1] = change(MOMENT + NS_PER_S, "rtc-catchup", XML("no", "delay", SECRET),
		XML("no", "catchup", SECRET));
	read_log(w);
	set_domain(w, UUID, XML("no", "catchup", ""), NULL);
	assert_states(w, CHANGE_PENDING, CHANGE_OVERWRITTEN);
}

/* The newer one was not finished: nothing says what it made. */
static void not_finished(void **state)
{
	struct world *w = *state;
	char after[512];

	snprintf(after, sizeof after, "%.*s.after.xml", (int)(strlen(w->paths[1]) - strlen(".xml")),
		w->paths[1]);
	assert_int_equal(unlink(after), 0);
	read_log(w);
	assert_states(w, CHANGE_UNFINISHED, CHANGE_APPLIED);
	set_domain(w, UUID, NULL, FIRST);
	assert_states(w, CHANGE_GONE, CHANGE_GONE);
	/* It was not made, or taken back; the older one is there all the same. */
	set_domain(w, UUID, SECOND, NULL);
	assert_states(w, CHANGE_ABSENT, CHANGE_PENDING);
	set_domain(w, UUID, SECOND, SECOND);
	assert_states(w, CHANGE_ABSENT, CHANGE_IN_EFFECT);
	/* Made by it, or by somebody else. */
	set_domain(w, UUID, THIRD, NULL);
	assert_states(w, CHANGE_UNFINISHED, CHANGE_APPLIED);
	set_domain(w, UUID, FIRST, NULL);
	assert_states(w, CHANGE_UNFINISHED, CHANGE_ABSENT);
}

/* The next change, from what was there before the one that was not finished, or from something else. */
static void changed_after_one_that_was_not_finished(void **state)
{
	static const struct {
		const char *before;
		enum change_became older;
	} cases[] = {
		{ XML("yes", "delay", SECRET), CHANGE_PENDING },
		{ XML("yes", "merge", SECRET), CHANGE_APPLIED },
	};
	struct world *w = *state;

	backup_drop(w->paths[1]);
	free(w->paths[1]);
	assert_int_equal(
		backup_save("kvmtop", "win10", UUID, MOMENT + NS_PER_S, XML("yes", "delay", SECRET),
			&w->paths[1], (char[STATE_WHY_MAX]){ "" }, STATE_WHY_MAX),
		0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *path = change(MOMENT + 2 * NS_PER_S, "hpet-off", cases[i].before,
			XML("no", "merge", SECRET));

		read_log(w);
		set_domain(w, UUID, XML("no", "merge", ""), NULL);
		assert_int_equal(
			change_state(&w->log, 0, "kvmtop", w->domains, URI), CHANGE_PENDING);
		assert_int_equal(
			change_state(&w->log, 1, "kvmtop", w->domains, URI), CHANGE_UNFINISHED);
		assert_int_equal(
			change_state(&w->log, 2, "kvmtop", w->domains, URI), cases[i].older);
		backup_drop(path);
		free(path);
	}
}

static void as_text_and_json(void **state)
{
	struct world *w = *state;
	struct strbuf text = { 0 };
	char when[32];

	set_domain(w, UUID, THIRD, NULL);
	assert_int_equal(
		changes_list(&text, REPORT_TEXT, &w->log, "kvmtop", w->domains, URI, ""), 0);
	assert_non_null(strstr(strbuf_text(&text), "  win10  rtc-catchup  pending: takes effect at "
						   "the next start\n  The title\n  UUID " UUID ", "
						   "by kvmtop "));
	assert_memory_equal(strbuf_text(&text), clock_moment(MOMENT + NS_PER_S, when, sizeof when),
		strlen("2018-09-02 14:07:32"));
	assert_non_null(strstr(strbuf_text(&text), w->paths[0]));
	assert_null(strstr(strbuf_text(&text), "s3cret"));
	strbuf_fini(&text);

	assert_int_equal(changes_list(&text, REPORT_JSON, &w->log, "kvmtop", NULL, URI,
				 "libvirt is not running"),
		0);
	assert_non_null(strstr(strbuf_text(&text),
		"\"folder\":\"kvmtop\",\"libvirt\":\"libvirt is not "
		"running\",\"changes\":[{\"time\":"
		"\"2018-09-02T14:07:32.000Z\",\"name\":\"win10\",\"uuid\":\"" UUID "\",\"remedy\":"
		"\"rtc-catchup\",\"title\":\"The title\",\"version\":"));
	assert_non_null(strstr(
		strbuf_text(&text), "\"state\":\"applied\",\"undone\":null,\"proven\":null"));
	strbuf_fini(&text);

	change_log_fini(&w->log);
	assert_int_equal(changes_list(&text, REPORT_TEXT, &w->log, "kvmtop", NULL, URI, ""), 0);
	assert_non_null(strstr(strbuf_text(&text), "No changes in kvmtop"));
	assert_true(!strstr(strbuf_text(&text), "sudo") == !geteuid());
	strbuf_fini(&text);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(what_became_of_them),
		WITH_WORLD(not_step_by_step),
		WITH_WORLD(not_finished),
		WITH_WORLD(changed_after_one_that_was_not_finished),
		WITH_WORLD(as_text_and_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
