/* KVM's events in the JSON and the text of --batch. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "report/json.h"
#include "report/json_kvm_events.h"
#include "report/text_kvm_events.h"
#include "samples.h"

/* Of a VM, or of none, a second after counting began. */
static struct model *counted(pid_t pid)
{
	struct model *m = model_new();
	struct sample *s = sample_at(1);
	struct sample_kvm_events *e = &s->kvm_events;
	const uint64_t vm = pid ? 0 : SAMPLE_UNKNOWN;

	add_thread(add_vm(s, 100, "win10"), 100, THREAD_EMULATOR, -1);
	e->wanted = true;
	e->read_ns = s->time_ns;
	e->host_since_ns = s->time_ns - NS_PER_S;
	e->vm_since_ns = pid ? e->host_since_ns : 0;
	e->vm_pid = pid;
	e->vm_start_ticks = pid ? 7 : 0;
	e->count = 3;
	e->events = arena_array(&s->arena, 3, sizeof *e->events);
	e->events[0] = (struct sample_kvm_event){ "kvm_exit", 200, pid ? 50 : SAMPLE_UNKNOWN };
	e->events[1] = (struct sample_kvm_event){ "kvm_new\"\033", 300, pid ? 60 : SAMPLE_UNKNOWN };
	e->events[2] = (struct sample_kvm_event){ "kvm_msr", 0, vm };
	model_update(m, s);
	return m;
}

static char *json_of(struct model *m)
{
	json_t *o = json_kvm_events(m);
	char *text = json_dumps(o, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(6));

	json_decref(o);
	return text;
}

static void check_json(struct model *m, const char *expected)
{
	char *text = json_of(m);

	assert_string_equal(text, expected);
	free(text);
	model_free(m);
}

static void test_json(void **state)
{
	struct model *m = model_new();

	(void)state;
	check_json(m, "null");
	check_json(counted(100),
		"{\"why\":null,\"note\":null,\"vm\":{\"pid\":100,\"name\":\"win10\"},\"events\":["
		"{\"event\":\"kvm_exit\",\"vm_per_s\":50.0,\"host_per_s\":200.0,\"vm_pct\":25.0,"
		"\"vm_total\":50,\"host_total\":200,\"about\":\"exits\",\"meaning\":\"a vCPU left "
		"the guest: Exits says why\"},"
		"{\"event\":\"kvm_new\\\"?\",\"vm_per_s\":60.0,\"host_per_s\":300.0,\"vm_pct\":"
		"20.0,\"vm_total\":60,\"host_total\":300,\"about\":null,\"meaning\":null},"
		"{\"event\":\"kvm_msr\",\"vm_per_s\":0.0,\"host_per_s\":0.0,\"vm_pct\":null,"
		"\"vm_total\":0,\"host_total\":0,\"about\":\"exits\",\"meaning\":\"an MSR was read "
		"or written\"}]}");
}

static void test_json_without(void **state)
{
	struct model *m = counted(0);

	(void)state;
	m->kvm_events.count = 1;
	strcpy(m->kvm_events.note, "only some");
	check_json(m,
		"{\"why\":null,\"note\":\"only some\",\"vm\":null,\"events\":["
		"{\"event\":\"kvm_exit\",\"vm_per_s\":null,\"host_per_s\":200.0,\"vm_pct\":"
		"null,\"vm_total\":null,\"host_total\":200,\"about\":\"exits\",\"meaning\":\"a "
		"vCPU left the guest: Exits says why\"}]}");
	/* The VM is gone since. */
	m = counted(300);
	m->kvm_events.count = 0;
	strcpy(m->kvm_events.why, "refused");
	check_json(m, "{\"why\":\"refused\",\"note\":null,\"vm\":{\"pid\":300,\"name\":null},"
		      "\"events\":[]}");
}

static void check_text(struct model *m, const char *expected)
{
	struct strbuf b = { 0 };

	text_kvm_events(&b, m);
	assert_string_equal(strbuf_text(&b), expected);
	strbuf_fini(&b);
	model_free(m);
}

static void test_text(void **state)
{
	struct model *m;

	(void)state;
	check_text(model_new(), "");
	m = counted(100);
	strcpy(m->kvm_events.note, "only some");
	check_text(m,
		"\nKVM's events, VM: win10 (pid 100), 1 of 3 did not fire\n"
		"  ! only some\n"
		"  event                      VM/s host/s   VM% VM total host total about      has "
		"happened\n"
		"  kvm_new\"?                    60    300  20.0       60        300 -          -\n"
		"  kvm_exit                     50    200  25.0       50        200 exits      a "
		"vCPU "
		"left the guest: Exits says why\n");
	m = counted(0);
	check_text(m,
		"\nKVM's events, 1 of 3 did not fire\n"
		"  event                      VM/s host/s   VM% VM total host total about      has "
		"happened\n"
		"  kvm_new\"?                     -    300     -        -        300 -          -\n"
		"  kvm_exit                      -    200     -        -        200 exits      a "
		"vCPU "
		"left the guest: Exits says why\n");
	m = counted(0);
	strcpy(m->kvm_events.why, "they are refused");
	check_text(m, "\nKVM's events: they are refused\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_without),
		cmocka_unit_test(test_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
