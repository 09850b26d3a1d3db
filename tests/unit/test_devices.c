/* Disks, networks and memory of a VM between two readings. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "model/columns.h"
#include "report/json_devices.h"
#include "samples.h"

static struct sample_block disk(const char *name, uint64_t n)
{
	struct sample_block b = { .rd_requests = 100 * n,
		.rd_bytes = 409600 * n,
		.rd_ns = 50000000 * n,
		.wr_requests = 20 * n,
		.wr_bytes = 81920 * n,
		.wr_ns = 40000000 * n,
		.flushes = 4 * n,
		.flush_ns = 8000000 * n };

	snprintf(b.name, sizeof b.name, "%s", name);
	return b;
}

static struct sample_net interface(const char *name, uint64_t n)
{
	struct sample_net i = { .rx_bytes = 3000 * n,
		.rx_packets = 30 * n,
		.rx_errors = 2 * n,
		.rx_drops = 4 * n,
		.tx_bytes = 5000 * n,
		.tx_packets = 50 * n,
		.tx_errors = 6 * n,
		.tx_drops = 8 * n };

	snprintf(i.name, sizeof i.name, "%s", name);
	return i;
}

/* A reading of two disks and an interface at that second. */
struct reading {
	struct sample_block blocks[3];
	struct sample_net nets[2];
	struct sample_devices d;
};

static void read_at(struct reading *r, uint64_t second, uint64_t n)
{
	*r = (struct reading){ .blocks = { disk("vda", n), disk("vdb", 2 * n) },
		.nets = { interface("vnet0", n) } };
	r->d = (struct sample_devices){
		.time_ns = second * NS_PER_S,
		.memory = { .current_kib = 2048,
			.maximum_kib = 4096,
			.rss_kib = 1024 + n,
			.available_kib = 2000,
			.unused_kib = SAMPLE_UNKNOWN,
			.swapped_in_kib = 10 * n,
			.swapped_out_kib = 20 * n,
			.major_faults = 30 * n },
		.blocks = r->blocks,
		.block_count = 2,
		.nets = r->nets,
		.net_count = 1,
	};
}

static void assert_is(double value, double wanted)
{
	if (isnan(wanted))
		assert_true(isnan(value));
	else
		assert_true(fabs(value - wanted) < 1e-9);
}

static void rates_are_between_readings(void **state)
{
	struct vm_devices d = devices_unknown();
	struct reading a, b;
	struct strbuf text = { 0 };

	(void)state;
	read_at(&a, 10, 1);
	read_at(&b, 12, 3);
	devices_update(&d, NULL, &a.d);
	assert_is(d.block.rd_per_s, NAN);
	assert_is(d.memory.current_kib, 2048);
	assert_is(d.memory.swap_in_kib_per_s, NAN);
	devices_update(&d, &a.d, &b.d);
	assert_is(d.blocks[0].rd_per_s, 100);
	assert_is(d.blocks[1].rd_per_s, 200);
	assert_is(d.block.rd_per_s, 300);
	assert_is(d.block.rd_bytes_per_s, 3 * 409600);
	assert_is(d.block.wr_per_s, 60);
	assert_is(d.block.wr_bytes_per_s, 3 * 81920);
	assert_is(d.block.flushes_per_s, 12);
	assert_is(d.block.rd_us, 500);
	assert_is(d.block.wr_us, 2000);
	assert_is(d.block.flush_us, 2000);
	assert_is(d.net.rx_bytes_per_s, 3000);
	assert_is(d.net.rx_per_s, 30);
	assert_is(d.net.tx_bytes_per_s, 5000);
	assert_is(d.net.tx_per_s, 50);
	assert_is(d.net.errors_per_s, 8);
	assert_is(d.net.drops_per_s, 12);
	assert_is(d.memory.rss_kib, 1027);
	assert_is(d.memory.unused_kib, NAN);
	assert_is(d.memory.swap_in_kib_per_s, 10);
	assert_is(d.memory.swap_out_kib_per_s, 20);
	assert_is(d.memory.major_faults_per_s, 30);
	devices_describe(&d, &text);
	assert_string_equal(strbuf_text(&text),
		"disk rd 1.2MB/s 300/s 0.50ms  wr 246kB/s 60/s 2.00ms  net rx 3000B/s tx 5000B/s "
		"lost 20/s  mem 2.0M rss 1.0M swapping 30k/s");
	strbuf_fini(&text);
	/* The same reading again. */
	devices_update(&d, &b.d, &b.d);
	assert_is(d.block.rd_per_s, 300);
	devices_fini(&d);
}

static void an_idle_disk_took_no_time(void **state)
{
	struct vm_devices d = devices_unknown();
	struct reading a, b;

	(void)state;
	read_at(&a, 10, 1);
	read_at(&b, 11, 1);
	devices_update(&d, &a.d, &b.d);
	assert_is(d.block.rd_per_s, 0);
	assert_is(d.block.rd_us, NAN);
	devices_fini(&d);
}

/* A device that is new, gone, or begins anew makes the sums unknown once; the others' own rates are known. */
static void sums_are_of_the_same_devices(void **state)
{
	struct vm_devices d = devices_unknown();
	struct reading a, b, c;

	(void)state;
	read_at(&a, 10, 1);
	read_at(&b, 11, 2);
	read_at(&c, 12, 3);
	b.blocks[2] = disk("vdc", 1);
	b.d.block_count = 3;
	b.d.net_count = 0;
	devices_update(&d, &a.d, &b.d);
	assert_int_equal(d.block_count, 3);
	assert_is(d.block.rd_per_s, NAN);
	assert_is(d.net.rx_per_s, NAN);
	assert_is(d.blocks[0].rd_per_s, 100);
	assert_is(d.blocks[2].rd_per_s, NAN);
	devices_update(&d, &b.d, &c.d);
	assert_is(d.block.rd_per_s, NAN);
	assert_is(d.net.rx_per_s, NAN);
	read_at(&a, 13, 4);
	a.blocks[1].rd_requests = 1;
	devices_update(&d, &c.d, &a.d);
	assert_is(d.block.rd_per_s, NAN);
	assert_is(d.block.wr_per_s, 60);
	assert_is(d.blocks[0].rd_per_s, 100);
	assert_is(d.net.rx_per_s, 30);
	devices_fini(&d);
}

/* An empty drive never has figures: the sum does without. */
static void a_drive_without_figures_is_left_out(void **state)
{
	struct vm_devices d = devices_unknown();
	struct reading a, b;

	(void)state;
	read_at(&a, 10, 1);
	read_at(&b, 11, 2);
	a.blocks[1] = b.blocks[1] = sample_block_unknown();
	strcpy(a.blocks[1].name, "sda");
	strcpy(b.blocks[1].name, "sda");
	devices_update(&d, &a.d, &b.d);
	assert_is(d.block.rd_per_s, 100);
	assert_is(d.blocks[1].rd_per_s, NAN);
	b.blocks[1].rd_requests = 3; /* a medium was put in */
	devices_update(&d, &a.d, &(struct sample_devices){ .time_ns = 0 });
	devices_update(&d, &a.d, &b.d);
	assert_is(d.block.rd_per_s, NAN);
	devices_fini(&d);
}

static void what_is_not_read_is_not_known(void **state)
{
	const struct sample_devices never = { 0 };
	struct vm_devices d = devices_unknown();
	struct strbuf text = { 0 };
	struct reading a, b;

	(void)state;
	read_at(&a, 10, 1);
	read_at(&b, 11, 2);
	devices_update(&d, &a.d, &b.d);
	devices_update(&d, &b.d, &never);
	assert_int_equal(d.block_count + d.net_count, 0);
	assert_is(d.block.rd_per_s, NAN);
	assert_is(d.memory.current_kib, NAN);
	devices_describe(&d, &text);
	assert_int_equal(text.length, 0);
	devices_update(&d, &never, &b.d);
	assert_is(d.block.rd_per_s, NAN);
	assert_is(d.memory.current_kib, 2048);
	devices_fini(&d);
}

/* By way of the model: columns and JSON, and nothing left behind. */
static void columns_and_json(void **state)
{
	static const struct {
		enum vm_column column;
		double value;
	} wanted[] = {
		{ VM_COL_RD_BYTES, 3 * 409600 },
		{ VM_COL_RD, 300 },
		{ VM_COL_WR_BYTES, 3 * 81920 },
		{ VM_COL_WR, 60 },
		{ VM_COL_RD_US, 500 },
		{ VM_COL_WR_US, 2000 },
		{ VM_COL_RX_BYTES, 3000 },
		{ VM_COL_TX_BYTES, 5000 },
		{ VM_COL_RX, 30 },
		{ VM_COL_TX, 50 },
		{ VM_COL_MEMORY, 2048 },
		{ VM_COL_RSS, 1026 },
	};
	struct model *m = model_new();
	struct reading r[2];
	json_t *o, *null;

	(void)state;
	for (uint64_t n = 0; n < 2; n++) {
		struct sample *s = sample_at((double)n);

		read_at(&r[n], 10 + n, 1 + n);
		add_vm(s, 300, "web1")->devices = r[n].d;
		model_update(m, s);
	}
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		assert_is(field_number(&vm_columns[wanted[i].column], m->vms[0]), wanted[i].value);
	o = json_devices(&m->vms[0]->devices);
	assert_string_equal(json_string_value(json_object_get(
				    json_array_get(json_object_get(o, "disks"), 1), "name")),
		"vdb");
	assert_is(json_number_value(json_object_get(
			  json_array_get(json_object_get(o, "disks"), 1), "wr_per_s")),
		40);
	assert_is(json_number_value(json_object_get(
			  json_array_get(json_object_get(o, "networks"), 0), "drops_per_s")),
		12);
	assert_true(json_is_null(json_object_get(json_object_get(o, "memory"), "unused_kib")));
	assert_is(json_number_value(
			  json_object_get(json_object_get(o, "memory"), "major_faults_per_s")),
		30);
	json_decref(o);
	model_free(m);
	null = json_devices(&(struct vm_devices){ .memory.current_kib = NAN });
	assert_true(json_is_null(json_object_get(null, "disks")));
	assert_true(json_is_null(json_object_get(null, "networks")));
	json_decref(null);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_between_readings),
		cmocka_unit_test(an_idle_disk_took_no_time),
		cmocka_unit_test(sums_are_of_the_same_devices),
		cmocka_unit_test(a_drive_without_figures_is_left_out),
		cmocka_unit_test(what_is_not_read_is_not_known),
		cmocka_unit_test(columns_and_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
