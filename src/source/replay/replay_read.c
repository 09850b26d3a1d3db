#include "source/replay/replay_read.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "record/write.h"
#include "source/replay/replay_old.h"
#include "source/replay/replay_parse.h"

#define HEADER_START "{\"kvmtop_recording\":"

static void drop_configs(struct domain_config *configs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		domain_config_fini(&configs[i]);
	free(configs);
}

void tape_read_fini(struct tape_read *r)
{
	drop_configs(r->configs, r->config_count);
	domain_set_unref(r->domains);
	tape_json_fini(&r->json);
	*r = (struct tape_read){ 0 };
}

bool tape_read_is_header(const char *line, size_t length)
{
	return length >= strlen(HEADER_START) && !memcmp(line, HEADER_START, strlen(HEADER_START));
}

static void take_text(char *out, size_t size, const struct tape_json *line, const char *key)
{
	const struct tape_value *v = tape_json_get(line, line->values, key);
	char *text;

	*out = '\0';
	if (!v || v->kind != TAPE_JSON_STRING)
		return;
	text = mem_calloc(1, (size_t)v->length + 1);
	tape_json_string(line, v, text);
	text_clean(out, size, text);
	free(text);
}

static bool take_interval(struct tape_header *h, const struct tape_json *line)
{
	const struct tape_value *v = tape_json_get(line, line->values, "interval_s");

	return v && tape_json_double(line, v, &h->interval_s) && h->interval_s > 0;
}

int tape_read_header(struct tape_header *h, const char *line, size_t length, char *why, size_t size)
{
	const char *no_recording =
		"is no recording of kvmtop's: kvmtop --record FILE makes one, and "
		"--read shows those of trace-cmd";
	struct tape_json j = { 0 };
	uint64_t version = 0;
	bool ok = tape_read_is_header(line, length) &&
		  tape_json_read(&j, line, length, why, size) &&
		  tape_parse_number(&j, j.values, "kvmtop_recording", &version) && version;

	*h = (struct tape_header){ .interval_s = NAN };
	if (!ok) {
		snprintf(why, size, "%s", no_recording);
		tape_json_fini(&j);
		return -EINVAL;
	}
	take_text(h->kvmtop, sizeof h->kvmtop, &j, "kvmtop");
	take_text(h->host, sizeof h->host, &j, "host");
	take_text(h->kernel, sizeof h->kernel, &j, "kernel");
	tape_parse_number(&j, j.values, "real_ns", &h->real_ns);
	if (!take_interval(h, &j))
		h->interval_s = NAN;
	tape_json_fini(&j);
	if (version <= TAPE_VERSION)
		return 0;
	snprintf(why, size,
		"has format %" PRIu64
		", and this kvmtop reads up to %d: it takes kvmtop %s or later",
		version, TAPE_VERSION, h->kvmtop[0] ? h->kvmtop : "(it does not say which)");
	return -ENOTSUP;
}

/* A number behind these words, at *at; *at moves behind it. */
static bool take_number(const char **at, const char *words, uint64_t *out)
{
	char *end;

	if (strncmp(*at, words, strlen(words)) != 0)
		return false;
	*at += strlen(words);
	if (**at < '0' || **at > '9')
		return false;
	errno = 0;
	*out = strtoull(*at, &end, 10);
	*at = end;
	return !errno;
}

/* {"key":60,"tick":61,"real_ns":2000,"news":false, */
bool tape_read_mark(struct tape_mark *mark, const char *line, size_t length)
{
	static const char yes[] = ",\"news\":true,", no[] = ",\"news\":false,";
	char start[TAPE_MARK_BYTES];
	const char *at = start;

	*mark = (struct tape_mark){ 0 };
	snprintf(start, sizeof start, "%.*s",
		(int)(length < sizeof start ? length : sizeof start - 1), line);
	if (!take_number(&at, "{\"key\":", &mark->key) ||
		!take_number(&at, ",\"tick\":", &mark->tick) ||
		!take_number(&at, ",\"real_ns\":", &mark->real_ns) || mark->key > mark->tick)
		return false;
	mark->news = !strncmp(at, yes, strlen(yes));
	return mark->news || !strncmp(at, no, strlen(no));
}

/* All of them, or NULL with why. */
static struct domain_set *parse_domains(const struct tape_value *o, struct tape_parse *p)
{
	const struct tape_value *items = tape_json_get(p->json, o, "items"), *item;
	const bool is_list = items && items->kind == TAPE_JSON_ARRAY;
	struct domain_set *set = domain_set_new(is_list ? items->count : 0);

	tape_parse_number(p->json, o, "time_ns", &set->time_ns);
	item = is_list ? tape_json_first(items) : NULL;
	for (size_t i = 0; i < set->count; i++) {
		struct domain *d = &set->items[i];
		const bool ok = tape_parse_struct(p, &tape_domain, d, item);

		if (!d->name)
			d->name = mem_strdup("");
		if (!ok) {
			domain_set_unref(set);
			return NULL;
		}
		item = tape_json_behind(p->json, item);
	}
	return set;
}

static bool take_domains(struct tape_read *r, const struct tape_value *o, struct tape_parse *p)
{
	const bool none = o->kind == TAPE_JSON_NULL;
	struct domain_set *set = none ? NULL : parse_domains(o, p);

	if (!set && !none)
		return false;
	domain_set_unref(r->domains);
	r->domains = set;
	return true;
}

static bool take_configs(struct tape_read *r, const struct tape_value *list, struct tape_parse *p)
{
	const size_t count = list->kind == TAPE_JSON_ARRAY ? list->count : 0;
	struct domain_config *configs = mem_calloc(count, sizeof *configs);
	const struct tape_value *item = tape_json_first(list);

	for (size_t i = 0; i < count; i++) {
		if (!tape_parse_struct(p, &tape_config, &configs[i], item)) {
			drop_configs(configs, count);
			return false;
		}
		item = tape_json_behind(p->json, item);
	}
	drop_configs(r->configs, r->config_count);
	r->configs = configs;
	r->config_count = count;
	return true;
}

static const struct tape_value *part(const struct tape_json *line, enum tape_part which)
{
	return tape_json_get(line, line->values, tape_part_keys[which]);
}

static bool take_parts(struct tape_read *r, const struct tape_json *line, struct tape_parse *p)
{
	const struct tape_value *platform = part(line, TAPE_PLATFORM);
	const struct tape_value *domains = part(line, TAPE_DOMAINS);
	const struct tape_value *configs = part(line, TAPE_CONFIGS);

	return (!platform || tape_parse_struct(p, &tape_platform, &r->platform, platform)) &&
	       (!domains || take_domains(r, domains, p)) &&
	       (!configs || take_configs(r, configs, p));
}

static bool take_sample(
	struct tape_read *r, struct sample *s, const struct tape_json *line, struct tape_parse *p)
{
	p->arena = &s->arena;
	p->domains = r->domains;
	p->configs = r->configs;
	p->config_count = r->config_count;
	tape_parse_number(line, line->values, "real_ns", &s->real_ns);
	s->platform = r->platform;
	s->domains = domain_set_ref(r->domains);
	if (!tape_parse_struct(p, &tape_sample, s, tape_json_get(line, line->values, "sample")))
		return false;
	tape_old_exits(s);
	return true;
}

/* A line that was read, as a tick. */
static bool take_line(
	struct tape_read *r, struct sample *s, const struct tape_json *line, char *why, size_t size)
{
	struct tape_parse p = { .json = line };
	uint64_t key, tick;

	if (!tape_parse_number(line, line->values, "key", &key) ||
		!tape_parse_number(line, line->values, "tick", &tick)) {
		snprintf(why, size, "it is no tick of a recording");
		return false;
	}
	if (key != tick && !(r->begun && r->key == key)) {
		snprintf(
			why, size, "the line that it builds on (tick %" PRIu64 ") is missing", key);
		return false;
	}
	if (key == tick)
		r->begun = false; /* until all of it is understood */
	if (!take_parts(r, line, &p) || (s && !take_sample(r, s, line, &p))) {
		snprintf(why, size, "%s", p.why);
		return false;
	}
	if (key == tick) {
		r->begun = true;
		r->key = key;
	}
	return true;
}

/* A line without its sample, which is most of it. */
static void cut_sample(struct strbuf *parts, const char *line, size_t length)
{
	const char *end = memmem(line, length, TAPE_SAMPLE_START, strlen(TAPE_SAMPLE_START));

	strbuf_add_bytes(parts, line, end ? (size_t)(end - line) : length);
	if (end)
		strbuf_add(parts, "}");
}

bool tape_read_sample(struct tape_read *r, struct sample *s, const char *line, size_t length,
	char *why, size_t size)
{
	struct strbuf parts = { 0 };
	bool ok;

	if (!s)
		cut_sample(&parts, line, length);
	ok = tape_json_read(&r->json, s ? line : strbuf_text(&parts), s ? length : parts.length,
		     why, size) &&
	     take_line(r, s, &r->json, why, size);
	strbuf_fini(&parts);
	return ok;
}
