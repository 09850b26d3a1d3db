#include "model/devices.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/number.h"
#include "model/pair.h"

static const struct device_block no_block = {
	.rd_bytes_per_s = NAN,
	.rd_per_s = NAN,
	.wr_bytes_per_s = NAN,
	.wr_per_s = NAN,
	.flushes_per_s = NAN,
	.rd_us = NAN,
	.wr_us = NAN,
	.flush_us = NAN,
};

static const struct device_net no_net = {
	.rx_bytes_per_s = NAN,
	.rx_per_s = NAN,
	.tx_bytes_per_s = NAN,
	.tx_per_s = NAN,
	.errors_per_s = NAN,
	.drops_per_s = NAN,
};

struct vm_devices devices_unknown(void)
{
	return (struct vm_devices){
		.block = no_block,
		.net = no_net,
		.memory = { NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN },
	};
}

/* Growth between two readings: sums of them are sums of devices. */
struct block_growth {
	double rd_requests, rd_bytes, rd_ns, wr_requests, wr_bytes, wr_ns, flushes, flush_ns;
};

struct net_growth {
	double rx_bytes, rx_packets, tx_bytes, tx_packets, errors, drops;
};

static struct block_growth grow_block(const struct sample_block *a, const struct sample_block *b)
{
	return (struct block_growth){
		pair_growth(a->rd_requests, b->rd_requests),
		pair_growth(a->rd_bytes, b->rd_bytes),
		pair_growth(a->rd_ns, b->rd_ns),
		pair_growth(a->wr_requests, b->wr_requests),
		pair_growth(a->wr_bytes, b->wr_bytes),
		pair_growth(a->wr_ns, b->wr_ns),
		pair_growth(a->flushes, b->flushes),
		pair_growth(a->flush_ns, b->flush_ns),
	};
}

static struct net_growth grow_net(const struct sample_net *a, const struct sample_net *b)
{
	return (struct net_growth){
		pair_growth(a->rx_bytes, b->rx_bytes),
		pair_growth(a->rx_packets, b->rx_packets),
		pair_growth(a->tx_bytes, b->tx_bytes),
		pair_growth(a->tx_packets, b->tx_packets),
		pair_growth(a->rx_errors, b->rx_errors) + pair_growth(a->tx_errors, b->tx_errors),
		pair_growth(a->rx_drops, b->rx_drops) + pair_growth(a->tx_drops, b->tx_drops),
	};
}

/* Without a request there is no time that one took. */
static double mean_us(double ns, double requests)
{
	return requests > 0 ? ns / requests / 1e3 : NAN;
}

static struct device_block block_rates(const struct block_growth *g, double seconds)
{
	return (struct device_block){
		.rd_bytes_per_s = g->rd_bytes / seconds,
		.rd_per_s = g->rd_requests / seconds,
		.wr_bytes_per_s = g->wr_bytes / seconds,
		.wr_per_s = g->wr_requests / seconds,
		.flushes_per_s = g->flushes / seconds,
		.rd_us = mean_us(g->rd_ns, g->rd_requests),
		.wr_us = mean_us(g->wr_ns, g->wr_requests),
		.flush_us = mean_us(g->flush_ns, g->flushes),
	};
}

static struct device_net net_rates(const struct net_growth *g, double seconds)
{
	return (struct device_net){
		.rx_bytes_per_s = g->rx_bytes / seconds,
		.rx_per_s = g->rx_packets / seconds,
		.tx_bytes_per_s = g->tx_bytes / seconds,
		.tx_per_s = g->tx_packets / seconds,
		.errors_per_s = g->errors / seconds,
		.drops_per_s = g->drops / seconds,
	};
}

/* What one of them does not know, the sum does not. Both are nothing but doubles. */
static void add_all(void *into, const void *from, size_t size)
{
	double *sum = into;
	const double *more = from;

	for (size_t i = 0; i < size / sizeof *sum; i++)
		sum[i] += more[i];
}

/* A drive without a medium may have no figures at all, ever: it takes nothing off the others. */
static bool is_blank(const struct sample_block *b)
{
	struct sample_block blank = sample_block_unknown();

	memcpy(blank.name, b->name, sizeof blank.name);
	return !memcmp(&blank, b, sizeof blank);
}

static const struct sample_block *find_block(const struct sample_devices *d, const char *name)
{
	for (size_t i = 0; d && i < d->block_count; i++)
		if (!strcmp(d->blocks[i].name, name))
			return &d->blocks[i];
	return NULL;
}

static const struct sample_net *find_net(const struct sample_devices *d, const char *name)
{
	for (size_t i = 0; d && i < d->net_count; i++)
		if (!strcmp(d->nets[i].name, name))
			return &d->nets[i];
	return NULL;
}

static void update_blocks(struct vm_devices *d, const struct sample_devices *before,
	const struct sample_devices *now, double seconds)
{
	const struct sample_block unknown = sample_block_unknown();
	struct block_growth sum = { 0 };
	bool same = before && before->block_count == now->block_count;

	d->block_count = now->block_count;
	d->blocks = mem_resize(d->blocks, d->block_count, sizeof *d->blocks);
	for (size_t i = 0; i < now->block_count; i++) {
		const struct sample_block *b = &now->blocks[i], *a = find_block(before, b->name);
		const struct block_growth growth = grow_block(a ? a : &unknown, b);

		same = same && a;
		d->blocks[i] = block_rates(&growth, seconds);
		text_clean(d->blocks[i].name, sizeof d->blocks[i].name, b->name);
		if (!a || !is_blank(a) || !is_blank(b))
			add_all(&sum, &growth, sizeof sum);
	}
	d->block = same && now->block_count ? block_rates(&sum, seconds) : no_block;
}

static void update_nets(struct vm_devices *d, const struct sample_devices *before,
	const struct sample_devices *now, double seconds)
{
	const struct sample_net unknown = sample_net_unknown();
	struct net_growth sum = { 0 };
	bool same = before && before->net_count == now->net_count;

	d->net_count = now->net_count;
	d->nets = mem_resize(d->nets, d->net_count, sizeof *d->nets);
	for (size_t i = 0; i < now->net_count; i++) {
		const struct sample_net *b = &now->nets[i], *a = find_net(before, b->name);
		const struct net_growth growth = grow_net(a ? a : &unknown, b);

		same = same && a;
		d->nets[i] = net_rates(&growth, seconds);
		text_clean(d->nets[i].name, sizeof d->nets[i].name, b->name);
		add_all(&sum, &growth, sizeof sum);
	}
	d->net = same && now->net_count ? net_rates(&sum, seconds) : no_net;
}

static double kib(uint64_t value)
{
	return value == SAMPLE_UNKNOWN ? NAN : (double)value;
}

static struct device_memory memory_of(
	const struct sample_memory *before, const struct sample_memory *now, double seconds)
{
	return (struct device_memory){
		.current_kib = kib(now->current_kib),
		.maximum_kib = kib(now->maximum_kib),
		.rss_kib = kib(now->rss_kib),
		.available_kib = kib(now->available_kib),
		.unused_kib = kib(now->unused_kib),
		.swap_in_kib_per_s =
			pair_growth(before->swapped_in_kib, now->swapped_in_kib) / seconds,
		.swap_out_kib_per_s =
			pair_growth(before->swapped_out_kib, now->swapped_out_kib) / seconds,
		.major_faults_per_s =
			pair_growth(before->major_faults, now->major_faults) / seconds,
	};
}

void devices_update(
	struct vm_devices *d, const struct sample_devices *before, const struct sample_devices *now)
{
	const struct sample_memory unknown = sample_memory_unknown();
	double seconds = NAN;

	if (!now->time_ns) {
		devices_fini(d);
		*d = devices_unknown();
		return;
	}
	if (before && !before->time_ns)
		before = NULL;
	if (before && before->time_ns == now->time_ns)
		return;
	if (before)
		seconds = pair_seconds(before->time_ns, now->time_ns);
	update_blocks(d, before, now, seconds);
	update_nets(d, before, now, seconds);
	d->memory = memory_of(before ? &before->memory : &unknown, &now->memory, seconds);
}

void devices_fini(struct vm_devices *d)
{
	free(d->blocks);
	free(d->nets);
	d->blocks = NULL;
	d->nets = NULL;
	d->block_count = d->net_count = 0;
}

/* Adds " rd 1.2M/s": nothing where it is unknown. */
static bool add(struct strbuf *out, const char *name, double value, enum number_unit unit,
	const char *after)
{
	char number[24];

	if (isnan(value))
		return false;
	number_format(number, sizeof number, value, unit, 6);
	strbuf_addf(out, "%s%s%s", name, number, after);
	return true;
}

void devices_describe(const struct vm_devices *d, struct strbuf *out)
{
	struct strbuf disk = { 0 }, net = { 0 }, mem = { 0 };
	const struct device_memory *m = &d->memory;

	if (add(&disk, " rd ", d->block.rd_bytes_per_s, NUMBER_RATE, "B/s"))
		add(&disk, " ", d->block.rd_per_s, NUMBER_RATE, "/s");
	add(&disk, " ", d->block.rd_us / 1e3, NUMBER_SHARE, "ms");
	if (add(&disk, "  wr ", d->block.wr_bytes_per_s, NUMBER_RATE, "B/s"))
		add(&disk, " ", d->block.wr_per_s, NUMBER_RATE, "/s");
	add(&disk, " ", d->block.wr_us / 1e3, NUMBER_SHARE, "ms");
	add(&net, " rx ", d->net.rx_bytes_per_s, NUMBER_RATE, "B/s");
	add(&net, " tx ", d->net.tx_bytes_per_s, NUMBER_RATE, "B/s");
	if (d->net.errors_per_s + d->net.drops_per_s > 0)
		add(&net, " lost ", d->net.errors_per_s + d->net.drops_per_s, NUMBER_RATE, "/s");
	add(&mem, " ", m->current_kib, NUMBER_KIB, "");
	add(&mem, " rss ", m->rss_kib, NUMBER_KIB, "");
	add(&mem, " unused ", m->unused_kib, NUMBER_KIB, "");
	if (m->swap_in_kib_per_s + m->swap_out_kib_per_s > 0)
		add(&mem, " swapping ", m->swap_in_kib_per_s + m->swap_out_kib_per_s, NUMBER_KIB,
			"/s");
	if (disk.length)
		strbuf_addf(out, "disk%s", strbuf_text(&disk));
	if (net.length)
		strbuf_addf(out, "%snet%s", disk.length ? "  " : "", strbuf_text(&net));
	if (mem.length)
		strbuf_addf(
			out, "%smem%s", disk.length || net.length ? "  " : "", strbuf_text(&mem));
	strbuf_fini(&disk);
	strbuf_fini(&net);
	strbuf_fini(&mem);
}
