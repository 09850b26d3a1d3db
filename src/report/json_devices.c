#include "report/json_devices.h"

#include <math.h>

#include "report/json_value.h"

struct figure {
	const char *name;
	double value;
};

static void add_figures(json_t *o, const struct figure *figures, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_object_set_new(o, figures[i].name, json_value_number(figures[i].value));
}

#define ADD_FIGURES(o, figures) add_figures(o, figures, sizeof(figures) / sizeof *(figures))

static json_t *block_object(const struct device_block *b)
{
	const struct figure figures[] = {
		{ "rd_bytes_per_s", b->rd_bytes_per_s },
		{ "rd_per_s", b->rd_per_s },
		{ "rd_us", b->rd_us },
		{ "wr_bytes_per_s", b->wr_bytes_per_s },
		{ "wr_per_s", b->wr_per_s },
		{ "wr_us", b->wr_us },
		{ "flushes_per_s", b->flushes_per_s },
		{ "flush_us", b->flush_us },
	};
	json_t *o = json_object();

	json_object_set_new(o, "name", json_value_text(b->name));
	ADD_FIGURES(o, figures);
	return o;
}

static json_t *net_object(const struct device_net *n)
{
	const struct figure figures[] = {
		{ "rx_bytes_per_s", n->rx_bytes_per_s },
		{ "rx_per_s", n->rx_per_s },
		{ "tx_bytes_per_s", n->tx_bytes_per_s },
		{ "tx_per_s", n->tx_per_s },
		{ "errors_per_s", n->errors_per_s },
		{ "drops_per_s", n->drops_per_s },
	};
	json_t *o = json_object();

	json_object_set_new(o, "name", json_value_text(n->name));
	ADD_FIGURES(o, figures);
	return o;
}

static json_t *memory_object(const struct device_memory *m)
{
	const struct figure figures[] = {
		{ "current_kib", m->current_kib },
		{ "maximum_kib", m->maximum_kib },
		{ "rss_kib", m->rss_kib },
		{ "available_kib", m->available_kib },
		{ "unused_kib", m->unused_kib },
		{ "swap_in_kib_per_s", m->swap_in_kib_per_s },
		{ "swap_out_kib_per_s", m->swap_out_kib_per_s },
		{ "major_faults_per_s", m->major_faults_per_s },
	};
	json_t *o = json_object();

	ADD_FIGURES(o, figures);
	return o;
}

json_t *json_devices(const struct vm_devices *d)
{
	json_t *o = json_object(), *disks = json_array(), *networks = json_array();
	const bool known = d->block_count || d->net_count || !isnan(d->memory.current_kib);

	for (size_t i = 0; i < d->block_count; i++)
		json_array_append_new(disks, block_object(&d->blocks[i]));
	for (size_t i = 0; i < d->net_count; i++)
		json_array_append_new(networks, net_object(&d->nets[i]));
	json_object_set_new(o, "disks", known ? json_incref(disks) : json_null());
	json_object_set_new(o, "networks", known ? json_incref(networks) : json_null());
	json_object_set_new(o, "memory", memory_object(&d->memory));
	json_decref(disks);
	json_decref(networks);
	return o;
}
