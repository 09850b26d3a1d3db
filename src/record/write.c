#include "record/write.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "core/version.h"
#include "record/emit.h"

const char *const record_part_keys[RECORD_PART__COUNT] = {
	[RECORD_PLATFORM] = "platform",
	[RECORD_DOMAINS] = "domains",
	[RECORD_CONFIGS] = "configs",
};

void record_write_fini(struct record_write *w)
{
	for (size_t i = 0; i < RECORD_PART__COUNT; i++)
		strbuf_fini(&w->parts[i]);
	record_alias_fini(&w->alias);
	domain_set_unref(w->domains);
	*w = (struct record_write){ 0 };
}

static struct record_emit emit_to(
	struct record_write *w, const struct sample *s, struct strbuf *out)
{
	return (struct record_emit){
		.out = out,
		.alias = w->anonymize ? &w->alias : NULL,
		.domains = s->domains,
	};
}

void record_write_header(
	struct record_write *w, const struct sample *s, double interval_s, struct strbuf *out)
{
	struct record_emit e = emit_to(w, s, out);
	struct utsname u = { 0 };

	uname(&u);
	strbuf_addf(out, "{\"kvmtop_recording\":%d,\"kvmtop\":\"%s\",\"host\":", RECORD_VERSION,
		KVMTOP_VERSION);
	record_emit_text(&e, s->host.name[0] ? s->host.name : u.nodename, RECORD_ALIAS_HOST);
	strbuf_add(out, ",\"kernel\":");
	record_emit_text(&e, u.release, RECORD_ALIAS_NONE);
	strbuf_add(out, ",\"real_ns\":");
	record_emit_number(&e, s->real_ns);
	strbuf_addf(out, ",\"interval_s\":%g}\n", interval_s);
}

static bool same_text(const char *a, const char *b)
{
	return a == b || (a && b && !strcmp(a, b));
}

static bool same_caps(const struct domain_caps *a, const struct domain_caps *b)
{
	return a->known == b->known && a->never == b->never && !strcmp(a->why, b->why) &&
	       a->hyperv_known == b->hyperv_known && a->hyperv_count == b->hyperv_count &&
	       !memcmp(a->hyperv, b->hyperv, a->hyperv_count * sizeof *a->hyperv) &&
	       a->host_passthrough == b->host_passthrough && a->host_model == b->host_model &&
	       a->invtsc == b->invtsc && !strcmp(a->cpu_vendor, b->cpu_vendor) &&
	       a->libvirt_version == b->libvirt_version;
}

/* libvirt's worker makes all domains anew every few seconds, and nearly always they are what they were. */
static bool same_domain(const struct domain *a, const struct domain *b)
{
	return same_text(a->name, b->name) && !strcmp(a->uuid, b->uuid) && a->id == b->id &&
	       a->state == b->state && a->persistent == b->persistent &&
	       a->managed_save == b->managed_save && a->memory_snapshots == b->memory_snapshots &&
	       same_text(a->live_xml, b->live_xml) && same_text(a->inactive_xml, b->inactive_xml) &&
	       same_caps(&a->caps, &b->caps) && a->virt_xml_version == b->virt_xml_version &&
	       a->live.parsed == b->live.parsed && a->inactive.parsed == b->inactive.parsed;
}

static bool same_domains(const struct domain_set *a, const struct domain_set *b)
{
	if (a == b)
		return true;
	if (!a || !b || a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!same_domain(&a->items[i], &b->items[i]))
			return false;
	return true;
}

/* {"time_ns":...,"items":[...]}, or null when libvirt has not said anything. */
static void emit_domains(struct record_emit *e, const struct domain_set *set)
{
	if (!set) {
		strbuf_add(e->out, "null");
		return;
	}
	strbuf_add(e->out, "{\"time_ns\":");
	record_emit_number(e, set->time_ns);
	strbuf_add(e->out, ",\"items\":[");
	for (size_t i = 0; i < set->count; i++) {
		strbuf_add(e->out, i ? "," : "");
		record_emit_struct(e, &record_domain, &set->items[i]);
	}
	strbuf_add(e->out, "]}");
}

/* Of all VMs that have one, in their order, as the VMs count them. */
static void emit_configs(struct record_emit *e, const struct sample *s)
{
	const char *separator = "[";

	for (size_t i = 0; i < s->vm_count; i++) {
		if (!s->vms[i].config)
			continue;
		strbuf_add(e->out, separator);
		record_emit_struct(e, &record_config, s->vms[i].config);
		separator = ",";
	}
	strbuf_add(e->out, *separator == '[' ? "[]" : "]");
}

/* Takes text as the part as it is now; true when it was another one. */
static bool renew_part(struct record_write *w, enum record_part part, struct strbuf *text)
{
	const bool same = w->parts[part].length == text->length &&
			  !strcmp(strbuf_text(&w->parts[part]), strbuf_text(text));

	strbuf_fini(&w->parts[part]);
	w->parts[part] = *text;
	return !same;
}

static bool renew_platform(struct record_write *w, const struct sample *s)
{
	struct strbuf text = { 0 };
	struct record_emit e = emit_to(w, s, &text);

	record_emit_struct(&e, &record_platform, &s->platform);
	return renew_part(w, RECORD_PLATFORM, &text);
}

static bool renew_domains(struct record_write *w, const struct sample *s)
{
	struct strbuf text = { 0 };
	struct record_emit e = emit_to(w, s, &text);
	const bool same = same_domains(s->domains, w->domains);

	domain_set_ref(s->domains);
	domain_set_unref(w->domains);
	w->domains = s->domains;
	if (same && w->parts[RECORD_DOMAINS].length)
		return false;
	emit_domains(&e, s->domains);
	return renew_part(w, RECORD_DOMAINS, &text);
}

static bool renew_configs(struct record_write *w, const struct sample *s)
{
	struct strbuf text = { 0 };
	struct record_emit e = emit_to(w, s, &text);

	emit_configs(&e, s);
	return renew_part(w, RECORD_CONFIGS, &text);
}

bool record_write_wants_key(const struct record_write *w)
{
	return w->tick == w->key || w->tick - w->key >= RECORD_KEY_TICKS ||
	       w->key_bytes >= RECORD_KEY_BYTES;
}

void record_write_sample(
	struct record_write *w, const struct sample *s, bool key, struct strbuf *out)
{
	const bool is_new[RECORD_PART__COUNT] = {
		[RECORD_PLATFORM] = renew_platform(w, s),
		[RECORD_DOMAINS] = renew_domains(w, s),
		[RECORD_CONFIGS] = renew_configs(w, s),
	};
	struct record_emit e = emit_to(w, s, out);
	bool news = key;

	for (size_t i = 0; i < RECORD_PART__COUNT; i++)
		news |= is_new[i];
	if (key) {
		w->key = w->tick;
		w->key_bytes = 0;
	}
	strbuf_addf(out, "{\"key\":%" PRIu64 ",\"tick\":%" PRIu64 ",\"real_ns\":", w->key, w->tick);
	record_emit_number(&e, s->real_ns);
	strbuf_addf(out, ",\"news\":%s", news ? "true" : "false");
	for (size_t i = 0; i < RECORD_PART__COUNT; i++) {
		if (!key && !is_new[i])
			continue;
		strbuf_addf(out, ",\"%s\":", record_part_keys[i]);
		strbuf_add_bytes(out, strbuf_text(&w->parts[i]), w->parts[i].length);
	}
	strbuf_add(out, RECORD_SAMPLE_START);
	record_emit_struct(&e, &record_sample, s);
	strbuf_add(out, "}\n");
}

void record_write_next(struct record_write *w, size_t bytes)
{
	w->tick++;
	w->key_bytes += bytes;
}
