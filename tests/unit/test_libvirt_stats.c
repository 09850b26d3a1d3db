/* A domain's statistics, as virConnectGetAllDomainStats() gives them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "source/libvirt/libvirt_stats.h"

struct params {
	virTypedParameterPtr items;
	int count, room;
};

static void add(struct params *p, const char *field, unsigned long long value)
{
	assert_int_equal(virTypedParamsAddULLong(&p->items, &p->count, &p->room, field, value), 0);
}

static void add_text(struct params *p, const char *field, const char *value)
{
	assert_int_equal(virTypedParamsAddString(&p->items, &p->count, &p->room, field, value), 0);
}

/* What libvirt 9.0 says of a VM with two disks, one of them an empty drive, and an interface. Each figure is
 * another one. */
static const struct {
	const char *field;
	unsigned long long value;
} told[] = {
	{ "cpu.time", 9000000000 },
	{ "cpu.user", 6000000000 },
	{ "cpu.system", 2500000000 },
	{ "cpu.cache.monitor.count", 777 },
	{ "balloon.current", 2097152 },
	{ "balloon.maximum", 4194304 },
	{ "balloon.swap_in", 1 },
	{ "balloon.swap_out", 2 },
	{ "balloon.major_fault", 3 },
	{ "balloon.minor_fault", 777 },
	{ "balloon.unused", 4 },
	{ "balloon.available", 5 },
	{ "balloon.usable", 777 },
	{ "balloon.rss", 6 },
	{ "vcpu.current", 2 },
	{ "vcpu.maximum", 12 },
	{ "vcpu.0.time", 4000000000 },
	{ "vcpu.0.wait", 777 },
	{ "vcpu.0.delay", 11 },
	{ "vcpu.0.exits.sum", 777 },
	{ "vcpu.10.time", 3000000000 },
	{ "vcpu.10.wait", 12 },
	{ "vcpu.11.exits.sum", 777 },
	{ "net.count", 1 },
	{ "net.0.rx.bytes", 21 },
	{ "net.0.rx.pkts", 22 },
	{ "net.0.rx.errs", 23 },
	{ "net.0.rx.drop", 24 },
	{ "net.0.tx.bytes", 25 },
	{ "net.0.tx.pkts", 26 },
	{ "net.0.tx.errs", 27 },
	{ "net.0.tx.drop", 28 },
	{ "block.count", 2 },
	{ "block.0.rd.reqs", 31 },
	{ "block.0.rd.bytes", 32 },
	{ "block.0.rd.times", 33 },
	{ "block.0.wr.reqs", 34 },
	{ "block.0.wr.bytes", 35 },
	{ "block.0.wr.times", 36 },
	{ "block.0.fl.reqs", 37 },
	{ "block.0.fl.times", 38 },
	{ "block.0.allocation", 777 },
	/* Not libvirt's. */
	{ "block.1", 777 },
	{ "block.x.rd.reqs", 777 },
	{ "block..rd.reqs", 777 },
	{ "block.4096.rd.reqs", 777 },
	{ "block.99999999999999999999.rd.reqs", 777 },
	{ "net.-1.rx.bytes", 777 },
};

static void everything_has_its_place(void **state)
{
	struct params p = { 0 };
	struct libvirt_stats s;
	const struct sample_block *b;
	const struct sample_net *n;
	const struct sample_memory *m;

	(void)state;
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		add(&p, told[i].field, told[i].value);
	add_text(&p, "block.0.name", "vda");
	add_text(&p, "block.0.path", "/var/lib/libvirt/images/win10.qcow2");
	add_text(&p, "block.1.name", "sda");
	add_text(&p, "net.0.name", "vnet0\033[31m");
	add_text(&p, "vcpu.10.delay", "text");
	assert_int_equal(
		virTypedParamsAddLLong(&p.items, &p.count, &p.room, "block.1.rd.reqs", -1), 0);
	assert_int_equal(
		virTypedParamsAddLLong(&p.items, &p.count, &p.room, "block.1.wr.reqs", 41), 0);
	libvirt_stats_read(&s, p.items, p.count, 5);

	assert_int_equal(s.cpu.time_ns, 5);
	assert_int_equal(s.cpu.cpu_ns, 9000000000);
	assert_int_equal(s.cpu.user_ns, 6000000000);
	assert_int_equal(s.cpu.system_ns, 2500000000);
	assert_int_equal(s.vcpu_count, 2);
	assert_int_equal(s.vcpus[0].number, 0);
	assert_int_equal(s.vcpus[0].cpu_ns, 4000000000);
	assert_int_equal(s.vcpus[0].wait_ns, 11);
	assert_int_equal(s.vcpus[1].number, 10);
	assert_int_equal(s.vcpus[1].wait_ns, 12);

	m = &s.devices.memory;
	assert_int_equal(s.devices.time_ns, 5);
	assert_int_equal(m->current_kib, 2097152);
	assert_int_equal(m->maximum_kib, 4194304);
	assert_int_equal(m->swapped_in_kib, 1);
	assert_int_equal(m->swapped_out_kib, 2);
	assert_int_equal(m->major_faults, 3);
	assert_int_equal(m->unused_kib, 4);
	assert_int_equal(m->available_kib, 5);
	assert_int_equal(m->rss_kib, 6);

	assert_int_equal(s.devices.net_count, 1);
	n = &s.devices.nets[0];
	assert_string_equal(n->name, "vnet0?[31m");
	assert_int_equal(n->rx_bytes, 21);
	assert_int_equal(n->rx_packets, 22);
	assert_int_equal(n->rx_errors, 23);
	assert_int_equal(n->rx_drops, 24);
	assert_int_equal(n->tx_bytes, 25);
	assert_int_equal(n->tx_packets, 26);
	assert_int_equal(n->tx_errors, 27);
	assert_int_equal(n->tx_drops, 28);

	assert_int_equal(s.devices.block_count, 2);
	b = &s.devices.blocks[0];
	assert_string_equal(b->name, "vda");
	assert_int_equal(b->rd_requests, 31);
	assert_int_equal(b->rd_bytes, 32);
	assert_int_equal(b->rd_ns, 33);
	assert_int_equal(b->wr_requests, 34);
	assert_int_equal(b->wr_bytes, 35);
	assert_int_equal(b->wr_ns, 36);
	assert_int_equal(b->flushes, 37);
	assert_int_equal(b->flush_ns, 38);
	assert_string_equal(b[1].name, "sda");
	assert_true(b[1].rd_requests == SAMPLE_UNKNOWN);
	assert_int_equal(b[1].wr_requests, 41);
	libvirt_stats_fini(&s);
	virTypedParamsFree(p.items, p.count);
}

/* A busy VM, or the test driver. */
static void what_is_not_told_is_not_known(void **state)
{
	struct params p = { 0 };
	struct libvirt_stats s;

	(void)state;
	add(&p, "state.state", 1);
	libvirt_stats_read(&s, p.items, p.count, 5);
	assert_true(s.cpu.cpu_ns == SAMPLE_UNKNOWN && s.cpu.system_ns == SAMPLE_UNKNOWN);
	assert_int_equal(s.vcpu_count + s.devices.block_count + s.devices.net_count, 0);
	assert_true(s.devices.memory.current_kib == SAMPLE_UNKNOWN);
	assert_true(s.devices.memory.major_faults == SAMPLE_UNKNOWN);
	libvirt_stats_fini(&s);
	libvirt_stats_read(&s, NULL, 0, 5);
	libvirt_stats_fini(&s);
	virTypedParamsFree(p.items, p.count);
}

/* vCPUs become threads that none of this host can be. */
static void vcpus_are_threads(void **state)
{
	struct params p = { 0 };
	struct arena arena = { 0 };
	struct sample_vm vm = sample_vm_unknown((struct vm_id){ 0, 1 });
	struct libvirt_stats s;

	(void)state;
	add(&p, "cpu.time", 9);
	add(&p, "vcpu.0.time", 4);
	add(&p, "vcpu.3.time", 3);
	add(&p, "vcpu.3.delay", 2);
	libvirt_stats_read(&s, p.items, p.count, 5);
	libvirt_stats_copy_cpu(&s, &arena, &vm);
	assert_int_equal(vm.cpu.cpu_ns, 9);
	assert_int_equal(vm.thread_count, 2);
	assert_int_equal(vm.threads[0].tid, -1);
	assert_int_equal(vm.threads[1].tid, -4);
	assert_int_equal(vm.threads[1].vcpu, 3);
	assert_int_equal(vm.threads[1].kind, THREAD_VCPU);
	assert_int_equal(vm.threads[1].cpu_ns, 3);
	assert_int_equal(vm.threads[1].wait_ns, 2);
	assert_int_equal(vm.threads[1].time_ns, 5);
	assert_string_equal(vm.threads[1].name, "vCPU 3");
	assert_true(vm.threads[0].wait_ns == SAMPLE_UNKNOWN);
	assert_true(vm.threads[0].guest_ticks == SAMPLE_UNKNOWN);
	libvirt_stats_fini(&s);
	arena_fini(&arena);
	virTypedParamsFree(p.items, p.count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_has_its_place),
		cmocka_unit_test(what_is_not_told_is_not_known),
		cmocka_unit_test(vcpus_are_threads),
	};

	virInitialize(); /* else its own errors cannot be reset */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
