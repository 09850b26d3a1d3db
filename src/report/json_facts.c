#include "report/json_facts.h"

#include <math.h>

#include "report/json_value.h"

json_t *json_facts_counters(const struct vm_counters *c)
{
	json_t *o = json_value_row(FIELDS_COUNTERS, c);

	json_object_set_new(o, "unhandled_msr",
		c->unhandled_msrs > 0 ? json_integer(c->unhandled_msr) : json_null());
	return o;
}

/* 9000000: "9.0.0"; 0 is unknown. */
static json_t *version(unsigned long v)
{
	return v ? json_sprintf("%lu.%lu.%lu", v / 1000000, v / 1000 % 1000, v % 1000)
		 : json_null();
}

json_t *json_facts_platform(const struct sample_platform *p)
{
	json_t *o = json_value_row(FIELDS_PLATFORM, p);

	json_object_set_new(o, "libvirt_version", version(p->libvirt_version));
	json_object_set_new(o, "qemu_version", version(p->qemu_version));
	return o;
}
