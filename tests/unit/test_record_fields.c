#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "record/emit.h"
#include "record/fields.h"
#include "sample/sample.h"
#include "source/replay/replay_parse.h"

/* -- every field has a row */

/* Bytes of a struct that hold a value, not padding: 0xff. NULL: this compiler does not tell. */
#if defined(__has_builtin)
#if __has_builtin(__builtin_clear_padding)
#define HAVE_CLEAR_PADDING
#endif
#endif

#ifdef HAVE_CLEAR_PADDING
/* What of a struct is not recorded, and why not. */
struct left_out {
	const char *of;
	size_t offset, size;
};

#define LEFT_OUT(called, type, member)                                                      \
	{                                                                                   \
		(called), offsetof(struct type, member), sizeof(((struct type *)0)->member) \
	}

static const struct left_out left_out[] = {
	LEFT_OUT("sample", sample, arena),     /* memory */
	LEFT_OUT("sample", sample, real_ns),   /* stands in front of it */
	LEFT_OUT("sample", sample, platform),  /* a part of its own (record/write.h) */
	LEFT_OUT("sample", sample, domains),   /* likewise */
	LEFT_OUT("sample", sample, recording), /* of what is played, not of what was seen */
	/* Padding that GCC 12 takes for a value. */
	{ "sample", offsetof(struct sample, sources) + sizeof(((struct sample *)0)->sources),
		offsetof(struct sample, recording) - offsetof(struct sample, sources) -
			sizeof(((struct sample *)0)->sources) },
	LEFT_OUT("clock", domain_clock, timer_capacity),
	LEFT_OUT("hyperv", domain_hyperv, capacity),
};

#define MASK(name, type)                            \
	static void name(unsigned char *mask)       \
	{                                           \
		struct type value;                  \
		memset(&value, 0xff, sizeof value); \
		__builtin_clear_padding(&value);    \
		memcpy(mask, &value, sizeof value); \
	}
MASK(mask_sample, sample)
MASK(mask_host, sample_host)
MASK(mask_cpu, sample_cpu)
MASK(mask_platform, sample_platform)
MASK(mask_pressure, sample_pressure)
MASK(mask_node, sample_node)
MASK(mask_host_detail, sample_host_detail)
MASK(mask_placement, sample_placement)
MASK(mask_cgroup, sample_cgroup)
MASK(mask_thread, sample_thread)
MASK(mask_counters, sample_counters)
MASK(mask_vm_id, vm_id)
MASK(mask_domain_cpu, sample_domain_cpu)
MASK(mask_block, sample_block)
MASK(mask_net, sample_net)
MASK(mask_memory, sample_memory)
MASK(mask_devices, sample_devices)
MASK(mask_vm, sample_vm)
MASK(mask_key, exit_key)
MASK(mask_exit, sample_exit)
MASK(mask_irq, sample_irq)
MASK(mask_exit_thread, sample_exit_thread)
MASK(mask_tracing, sample_tracing)
MASK(mask_symbol, sample_symbol)
MASK(mask_hot_symbols, sample_hot_symbols)
MASK(mask_source, sample_source)
MASK(mask_kvm_event, sample_kvm_event)
MASK(mask_kvm_events, sample_kvm_events)
MASK(mask_vcpu_halts, sample_vcpu_halts)
MASK(mask_halts, sample_halts)
MASK(mask_log_entry, kernel_log_entry)
MASK(mask_kernel_log, sample_kernel_log)
MASK(mask_timer, domain_timer)
MASK(mask_clock, domain_clock)
MASK(mask_enlightenment, domain_enlightenment)
MASK(mask_hyperv, domain_hyperv)
MASK(mask_machine, domain_machine)
MASK(mask_config, domain_config)
MASK(mask_caps, domain_caps)
MASK(mask_domain, domain)

static const struct {
	const char *of;
	void (*mask)(unsigned char *mask);
} masks[] = {
	{ "sample", mask_sample },
	{ "host", mask_host },
	{ "CPU", mask_cpu },
	{ "platform", mask_platform },
	{ "pressure", mask_pressure },
	{ "node", mask_node },
	{ "host's detail", mask_host_detail },
	{ "placement", mask_placement },
	{ "cgroup", mask_cgroup },
	{ "thread", mask_thread },
	{ "counters", mask_counters },
	{ "VM's id", mask_vm_id },
	{ "domain's CPU time", mask_domain_cpu },
	{ "disk", mask_block },
	{ "network interface", mask_net },
	{ "memory", mask_memory },
	{ "devices", mask_devices },
	{ "VM", mask_vm },
	{ "exit's key", mask_key },
	{ "exit", mask_exit },
	{ "interrupt line", mask_irq },
	{ "thread's exits", mask_exit_thread },
	{ "tracing", mask_tracing },
	{ "symbol", mask_symbol },
	{ "hot symbols", mask_hot_symbols },
	{ "source", mask_source },
	{ "KVM event", mask_kvm_event },
	{ "KVM events", mask_kvm_events },
	{ "vCPU's halts", mask_vcpu_halts },
	{ "halts", mask_halts },
	{ "log's entry", mask_log_entry },
	{ "kernel's log", mask_kernel_log },
	{ "timer", mask_timer },
	{ "clock", mask_clock },
	{ "enlightenment", mask_enlightenment },
	{ "hyperv", mask_hyperv },
	{ "machine", mask_machine },
	{ "configuration", mask_config },
	{ "capabilities", mask_caps },
	{ "domain", mask_domain },
};

static void clear(unsigned char *mask, size_t offset, size_t size)
{
	memset(mask + offset, 0, size);
}

/* Fails for each byte of a value that no row is about. */
static void check_struct(const struct record_struct *type, size_t depth)
{
	unsigned char mask[8192] = { 0 };
	bool found = false;

	assert_true(depth < 10 && type->size <= sizeof mask);
	for (size_t i = 0; i < sizeof masks / sizeof *masks; i++)
		if (!strcmp(masks[i].of, type->name)) {
			masks[i].mask(mask);
			found = true;
		}
	if (!found)
		fail_msg("there is no mask of a %s: add it", type->name);
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *f = &type->fields[i];

		clear(mask, f->offset, f->size);
		if (f->kind == RECORD_LIST || f->kind == RECORD_TEXTS)
			clear(mask, f->count, sizeof(size_t));
		if (f->kind == RECORD_LIST || f->kind == RECORD_OBJECT)
			check_struct(f->type, depth + 1);
	}
	for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
		if (!strcmp(left_out[i].of, type->name))
			clear(mask, left_out[i].offset, left_out[i].size);
	for (size_t i = 0; i < type->size; i++)
		if (mask[i])
			fail_msg("byte %zu of a %s is not recorded: its field needs a row in "
				 "record/fields*.c, or a reason in this test",
				i, type->name);
}
#endif

static void records_every_field(void **state)
{
	(void)state;
#ifdef HAVE_CLEAR_PADDING
	check_struct(&record_sample, 0);
	check_struct(&record_platform, 0);
	check_struct(&record_domain, 0);
	check_struct(&record_config, 0);
#else
	skip();
#endif
}

static void has_no_key_twice(const struct record_struct *type)
{
	for (size_t i = 0; i < type->count; i++) {
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(type->fields[i].key, type->fields[j].key);
		if (type->fields[i].kind == RECORD_ENUM) {
			assert_true(type->fields[i].name_count > 0);
			for (size_t j = 0; j < type->fields[i].name_count; j++)
				assert_non_null(type->fields[i].names[j]);
		}
		if (type->fields[i].type)
			has_no_key_twice(type->fields[i].type);
	}
}

static void calls_each_field_and_value_by_a_name(void **state)
{
	(void)state;
	has_no_key_twice(&record_sample);
	has_no_key_twice(&record_platform);
	has_no_key_twice(&record_domain);
	has_no_key_twice(&record_config);
}

/* -- what is written is read */

/* Values that differ from field to field, and use all of their room. */
static uint64_t next_value(uint64_t *seed)
{
	*seed = *seed * 6364136223846793005u + 1442695040888963407u;
	return *seed >> 3 | 1;
}

enum { ITEMS = 3 };

static void fill(const struct record_struct *type, char *data, uint64_t *seed, struct arena *arena);

static void fill_text(char *to, size_t size, uint64_t *seed)
{
	for (size_t i = 0; i + 1 < size; i++)
		to[i] = (char)('!' + next_value(seed) % 94); /* quotes and backslashes, too */
	to[size - 1] = '\0';
}

static void fill_list(const struct record_field *f, char *data, uint64_t *seed, struct arena *arena)
{
	const size_t count = ITEMS;
	char *items = arena_array(arena, count, f->type->size);

	for (size_t i = 0; i < count; i++)
		fill(f->type, items + i * f->type->size, seed, arena);
	memcpy(data + f->offset, &items, sizeof items);
	memcpy(data + f->count, &count, sizeof count);
}

static void fill_texts(const struct record_field *f, char *data, uint64_t *seed)
{
	const size_t count = f->size / f->each;

	for (size_t i = 0; i < count; i++)
		fill_text(data + f->offset + i * f->each, f->each, seed);
	memcpy(data + f->count, &count, sizeof count);
}

static void fill_summary(char *to, uint64_t *seed)
{
	const struct summary s = {
		.count = next_value(seed),
		.total_ns = next_value(seed),
		.min_ns = next_value(seed) << 2, /* above INT64_MAX now and then */
		.max_ns = UINT64_MAX,
		.mean_ns = 1.0 / (double)next_value(seed),
		.m2 = 1e30 / (double)next_value(seed),
	};

	memcpy(to, &s, sizeof s);
}

static void fill_span(char *to, uint64_t *seed, struct arena *arena)
{
	uint32_t *counts = arena_array(arena, ITEMS, sizeof *counts);
	const struct latency_span span = { LATENCY_BUCKETS - ITEMS, ITEMS, counts };

	for (size_t i = 0; i < ITEMS; i++)
		counts[i] = (uint32_t)next_value(seed);
	memcpy(to, &span, sizeof span);
}

static void fill_field(
	const struct record_field *f, char *data, uint64_t *seed, struct arena *arena)
{
	char *to = data + f->offset;
	const uint64_t value = next_value(seed);
	char *text;

	switch (f->kind) {
	case RECORD_BOOL:
		*to = 1;
		break;
	case RECORD_INT:
	case RECORD_UINT:
		memcpy(to, &value, f->size);
		break;
	case RECORD_ENUM:
		*to = (char)(f->name_count - 1);
		break;
	case RECORD_DOUBLE:
	case RECORD_DOUBLES:
		for (size_t i = 0; i < f->size / sizeof(double); i++)
			memcpy(to + i * sizeof(double), &(double){ 1e9 / (double)next_value(seed) },
				sizeof(double));
		break;
	case RECORD_TEXT:
		fill_text(to, f->size, seed);
		break;
	case RECORD_STRING:
		text = arena_alloc(arena, 20);
		fill_text(text, 20, seed);
		memcpy(to, &text, sizeof text);
		break;
	case RECORD_XML:
		text = arena_strdup(arena, "<domain type='kvm'>\n  <name>a</name>\n</domain>");
		memcpy(to, &text, sizeof text);
		break;
	case RECORD_TEXTS:
		fill_texts(f, data, seed);
		break;
	case RECORD_OBJECT:
		fill(f->type, to, seed, arena);
		break;
	case RECORD_LIST:
		fill_list(f, data, seed, arena);
		break;
	case RECORD_SUMMARY:
		fill_summary(to, seed);
		break;
	case RECORD_SPAN:
		fill_span(to, seed, arena);
		break;
	case RECORD_DOMAIN:
	case RECORD_CONFIG: /* test_record.c */
		break;
	}
}

static void fill(const struct record_struct *type, char *data, uint64_t *seed, struct arena *arena)
{
	for (size_t i = 0; i < type->count; i++)
		fill_field(&type->fields[i], data, seed, arena);
}

static char *emit(const struct record_struct *type, const void *data)
{
	struct strbuf out = { 0 };
	struct record_emit e = { .out = &out };

	record_emit_struct(&e, type, data);
	return strbuf_take(&out);
}

static const void *pointer_at(const char *data, size_t offset)
{
	const void *p;

	memcpy(&p, data + offset, sizeof p);
	return p;
}

static size_t number_at(const char *data, size_t offset)
{
	size_t n;

	memcpy(&n, data + offset, sizeof n);
	return n;
}

/* Field by field, and what pointers lead to. */
static void check_same(const struct record_struct *type, const char *a, const char *b)
{
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *f = &type->fields[i];
		const char *x = a + f->offset, *y = b + f->offset;
		bool same = true;

		switch (f->kind) {
		case RECORD_OBJECT:
			check_same(f->type, x, y);
			break;
		case RECORD_LIST:
			assert_int_equal(number_at(a, f->count), number_at(b, f->count));
			for (size_t j = 0; j < number_at(a, f->count); j++)
				check_same(f->type,
					(const char *)pointer_at(x, 0) + j * f->type->size,
					(const char *)pointer_at(y, 0) + j * f->type->size);
			break;
		case RECORD_STRING:
		case RECORD_XML:
			same = !strcmp(pointer_at(x, 0), pointer_at(y, 0));
			break;
		case RECORD_TEXT:
			same = !strcmp(x, y);
			break;
		case RECORD_SPAN:
			same = !memcmp(x, y, offsetof(struct latency_span, counts)) &&
			       !memcmp(pointer_at(x, offsetof(struct latency_span, counts)),
				       pointer_at(y, offsetof(struct latency_span, counts)),
				       ITEMS * sizeof(uint32_t));
			break;
		case RECORD_TEXTS:
			same = number_at(a, f->count) == number_at(b, f->count) &&
			       !memcmp(x, y, f->size);
			break;
		default:
			same = !memcmp(x, y, f->size);
		}
		if (!same)
			fail_msg("the %s of a %s is not what it was", f->key, type->name);
	}
}

static void check_round_trip(const struct record_struct *type, uint64_t seed)
{
	char *before = mem_calloc(1, type->size), *after = mem_calloc(1, type->size);
	struct arena arena = { 0 };
	struct replay_json json = { 0 };
	struct replay_parse p = { .json = &json, .arena = &arena };
	char *text, why[160];

	fill(type, before, &seed, &arena);
	text = emit(type, before);
	if (!replay_json_read(&json, text, strlen(text), why, sizeof why))
		fail_msg("%s: %s in %s", type->name, why, text);
	memset(after, 0xa5, type->size);
	if (!replay_parse_struct(&p, type, after, json.values))
		fail_msg("%s", p.why);
	check_same(type, before, after);
	replay_json_fini(&json);
	free(text);
	free(before);
	free(after);
	arena_fini(&arena);
}

static void reads_what_it_writes(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 20; seed++) {
		check_round_trip(&record_sample, seed);
		check_round_trip(&record_platform, seed);
		check_round_trip(&record_domain, seed);
		check_round_trip(&record_config, seed);
	}
}

/* What is left out is as unknown as it is in a sample in which nobody wrote. */
static void leaves_out_what_is_unknown(void **state)
{
	struct sample *nothing = sample_new();
	const struct sample_vm vm = sample_vm_unknown((struct vm_id){ 0 });
	struct sample after;
	struct sample_vm vm_after;
	struct replay_json json = { 0 };
	struct replay_parse p = { .json = &json };
	const struct record_struct *vm_type = NULL;
	char *text, why[160];

	(void)state;
	nothing->time_ns = nothing->real_ns = 0;
	text = emit(&record_sample, nothing);
	assert_string_equal(text, "{\"host\":{\"load\":[null,null,null]},\"tracing\":{},"
				  "\"source_proc\":{},\"source_tracing\":{},\"source_libvirt\":{},"
				  "\"kvm_events\":{},\"kernel_log\":{}}");
	free(text);
	memset(&after, 0xa5, sizeof after);
	assert_true(replay_json_read(&json, "{\"host\":{}}", 11, why, sizeof why));
	assert_true(replay_parse_struct(&p, &record_sample, &after, json.values));
	check_same(&record_sample, (const char *)nothing, (const char *)&after);
	sample_free(nothing);

	for (size_t i = 0; i < record_sample.count; i++)
		if (!strcmp(record_sample.fields[i].key, "vms"))
			vm_type = record_sample.fields[i].type;
	assert_non_null(vm_type);
	assert_true(replay_json_read(&json, "{}", 2, why, sizeof why));
	assert_true(replay_parse_struct(&p, vm_type, &vm_after, json.values));
	replay_json_fini(&json);
	assert_memory_equal(&vm.counters, &vm_after.counters, sizeof vm.counters);
	assert_true(vm_after.kvm_exits == vm.kvm_exits);
	assert_true(vm_after.unhandled_msrs == vm.unhandled_msrs);
	assert_null(vm_after.name);
	assert_null(vm_after.domain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_every_field),
		cmocka_unit_test(calls_each_field_and_value_by_a_name),
		cmocka_unit_test(reads_what_it_writes),
		cmocka_unit_test(leaves_out_what_is_unknown),
	};

	return cmocka_run_group_tests_name("record_fields", tests, NULL, NULL);
}
