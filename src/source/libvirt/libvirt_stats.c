#include "source/libvirt/libvirt_stats.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

/* More devices or vCPUs than a VM can have are nonsense. */
enum { NUMBERS_MAX = 4096 };

#define BLOCK(member) offsetof(struct sample_block, member)
#define NET(member) offsetof(struct sample_net, member)
#define MEMORY(member) offsetof(struct sample_memory, member)
#define CPU(member) offsetof(struct sample_domain_cpu, member)
#define VCPU(member) offsetof(struct libvirt_vcpu, member)

/* Which field of libvirt's goes where. */
struct place {
	const char *name;
	size_t offset;
};

static const struct place cpu_places[] = {
	{ "time", CPU(cpu_ns) },
	{ "user", CPU(user_ns) },
	{ "system", CPU(system_ns) },
};

/* delay is the run queue's, of schedstat; wait is the same of an older libvirt's sched file. */
static const struct place vcpu_places[] = {
	{ "time", VCPU(cpu_ns) },
	{ "delay", VCPU(wait_ns) },
};

static const struct place block_places[] = {
	{ "rd.reqs", BLOCK(rd_requests) },
	{ "rd.bytes", BLOCK(rd_bytes) },
	{ "rd.times", BLOCK(rd_ns) },
	{ "wr.reqs", BLOCK(wr_requests) },
	{ "wr.bytes", BLOCK(wr_bytes) },
	{ "wr.times", BLOCK(wr_ns) },
	{ "fl.reqs", BLOCK(flushes) },
	{ "fl.times", BLOCK(flush_ns) },
};

static const struct place net_places[] = {
	{ "rx.bytes", NET(rx_bytes) },
	{ "rx.pkts", NET(rx_packets) },
	{ "rx.errs", NET(rx_errors) },
	{ "rx.drop", NET(rx_drops) },
	{ "tx.bytes", NET(tx_bytes) },
	{ "tx.pkts", NET(tx_packets) },
	{ "tx.errs", NET(tx_errors) },
	{ "tx.drop", NET(tx_drops) },
};

static const struct place memory_places[] = {
	{ "current", MEMORY(current_kib) },
	{ "maximum", MEMORY(maximum_kib) },
	{ "rss", MEMORY(rss_kib) },
	{ "available", MEMORY(available_kib) },
	{ "unused", MEMORY(unused_kib) },
	{ "swap_in", MEMORY(swapped_in_kib) },
	{ "swap_out", MEMORY(swapped_out_kib) },
	{ "major_fault", MEMORY(major_faults) },
};

#define PLACES(table) (table), sizeof(table) / sizeof *(table)

/* Puts the number into the struct where the field's name is one of the table. A negative one is libvirt's for
 * "not known". */
static void put(void *record, const struct place *places, size_t count, const char *name,
	const virTypedParameter *p)
{
	uint64_t value;

	if (p->type == VIR_TYPED_PARAM_ULLONG)
		value = p->value.ul;
	else if (p->type == VIR_TYPED_PARAM_LLONG && p->value.l >= 0)
		value = (uint64_t)p->value.l;
	else
		return;
	for (size_t i = 0; i < count; i++)
		if (!strcmp(places[i].name, name))
			memcpy((char *)record + places[i].offset, &value, sizeof value);
}

/* "rd.bytes" of "block.12.rd.bytes" with the group "block.", and 12; NULL for all else. */
static const char *field_of(const char *field, const char *group, size_t *number)
{
	const size_t length = strlen(group);
	const char *at = field + length;

	if (strncmp(field, group, length) != 0 || *at < '0' || *at > '9')
		return NULL;
	for (*number = 0; *at >= '0' && *at <= '9' && *number < NUMBERS_MAX; at++)
		*number = *number * 10 + (size_t)(*at - '0');
	return *at == '.' && *number < NUMBERS_MAX ? at + 1 : NULL;
}

/* How many records a group has: one more than its highest number. */
static size_t count_of(const virTypedParameter *params, int count, const char *group)
{
	size_t number, most = 0;

	for (int i = 0; i < count; i++)
		if (field_of(params[i].field, group, &number) && number + 1 > most)
			most = number + 1;
	return most;
}

static void put_name(char *out, size_t size, const char *name, const virTypedParameter *p)
{
	if (!strcmp(name, "name") && p->type == VIR_TYPED_PARAM_STRING && p->value.s)
		text_clean(out, size, p->value.s);
}

static void read_blocks(struct sample_devices *d, const virTypedParameter *params, int count)
{
	size_t number;

	d->block_count = count_of(params, count, "block.");
	d->blocks = mem_calloc(d->block_count, sizeof *d->blocks);
	for (size_t i = 0; i < d->block_count; i++)
		d->blocks[i] = sample_block_unknown();
	for (int i = 0; i < count; i++) {
		const char *name = field_of(params[i].field, "block.", &number);

		if (!name)
			continue;
		put(&d->blocks[number], PLACES(block_places), name, &params[i]);
		put_name(d->blocks[number].name, sizeof d->blocks[number].name, name, &params[i]);
	}
}

static void read_nets(struct sample_devices *d, const virTypedParameter *params, int count)
{
	size_t number;

	d->net_count = count_of(params, count, "net.");
	d->nets = mem_calloc(d->net_count, sizeof *d->nets);
	for (size_t i = 0; i < d->net_count; i++)
		d->nets[i] = sample_net_unknown();
	for (int i = 0; i < count; i++) {
		const char *name = field_of(params[i].field, "net.", &number);

		if (!name)
			continue;
		put(&d->nets[number], PLACES(net_places), name, &params[i]);
		put_name(d->nets[number].name, sizeof d->nets[number].name, name, &params[i]);
	}
}

/* Their numbers may have gaps, where one was unplugged: such a one has no time. */
static void read_vcpus(struct libvirt_stats *s, const virTypedParameter *params, int count)
{
	const size_t room = count_of(params, count, "vcpu.");
	size_t number, kept = 0;

	s->vcpus = mem_calloc(room, sizeof *s->vcpus);
	for (size_t i = 0; i < room; i++)
		s->vcpus[i] = (struct libvirt_vcpu){ (int)i, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN };
	for (int i = 0; i < count; i++) {
		const char *name = field_of(params[i].field, "vcpu.", &number);

		if (!name)
			continue;
		/* Whichever comes first, delay has the last word. */
		if (!strcmp(name, "wait") && s->vcpus[number].wait_ns == SAMPLE_UNKNOWN)
			name = "delay";
		put(&s->vcpus[number], PLACES(vcpu_places), name, &params[i]);
	}
	for (size_t i = 0; i < room; i++)
		if (s->vcpus[i].cpu_ns != SAMPLE_UNKNOWN)
			s->vcpus[kept++] = s->vcpus[i];
	s->vcpu_count = kept;
}

void libvirt_stats_read(
	struct libvirt_stats *s, const virTypedParameter *params, int count, uint64_t now_ns)
{
	*s = (struct libvirt_stats){
		.cpu = { now_ns, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN },
		.devices = { .time_ns = now_ns, .memory = sample_memory_unknown() },
	};
	for (int i = 0; i < count; i++) {
		if (!strncmp(params[i].field, "cpu.", 4))
			put(&s->cpu, PLACES(cpu_places), params[i].field + 4, &params[i]);
		if (!strncmp(params[i].field, "balloon.", 8))
			put(&s->devices.memory, PLACES(memory_places), params[i].field + 8,
				&params[i]);
	}
	read_vcpus(s, params, count);
	read_blocks(&s->devices, params, count);
	read_nets(&s->devices, params, count);
}

void libvirt_stats_fini(struct libvirt_stats *s)
{
	free(s->vcpus);
	free(s->devices.blocks);
	free(s->devices.nets);
	*s = (struct libvirt_stats){ 0 };
}

void libvirt_stats_copy_devices(
	const struct libvirt_stats *s, struct arena *arena, struct sample_devices *out)
{
	const struct sample_devices *d = &s->devices;

	*out = *d;
	out->blocks = arena_array(arena, d->block_count, sizeof *out->blocks);
	out->nets = arena_array(arena, d->net_count, sizeof *out->nets);
	if (d->block_count)
		memcpy(out->blocks, d->blocks, d->block_count * sizeof *out->blocks);
	if (d->net_count)
		memcpy(out->nets, d->nets, d->net_count * sizeof *out->nets);
}

void libvirt_stats_copy_cpu(
	const struct libvirt_stats *s, struct arena *arena, struct sample_vm *vm)
{
	vm->cpu = s->cpu;
	vm->threads = arena_array(arena, s->vcpu_count, sizeof *vm->threads);
	vm->thread_count = s->vcpu_count;
	for (size_t i = 0; i < s->vcpu_count; i++) {
		const struct libvirt_vcpu *vcpu = &s->vcpus[i];

		vm->threads[i] = (struct sample_thread){
			.tid = -1 - vcpu->number,
			.kind = THREAD_VCPU,
			.vcpu = vcpu->number,
			.utime_ticks = SAMPLE_UNKNOWN,
			.stime_ticks = SAMPLE_UNKNOWN,
			.guest_ticks = SAMPLE_UNKNOWN,
			.switches = SAMPLE_UNKNOWN,
			.cpu_ns = vcpu->cpu_ns,
			.wait_ns = vcpu->wait_ns,
			.time_ns = s->cpu.time_ns,
		};
		snprintf(vm->threads[i].name, sizeof vm->threads[i].name, "vCPU %d", vcpu->number);
	}
}
