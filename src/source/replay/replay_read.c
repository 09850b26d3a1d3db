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

void replay_read_fini(struct replay_read *r)
{
	drop_configs(r->configs, r->config_count);
	domain_set_unref(r->domains);
	replay_json_fini(&r->json);
	*r = (struct replay_read){ 0 };
}

bool replay_read_is_header(const char *line, size_t length)
{
	return length >= strlen(HEADER_START) && !memcmp(line, HEADER_START, strlen(HEADER_START));
}

static void take_text(char *out, size_t size, const struct replay_json *line, const char *key)
{
	const struct replay_value *v = replay_json_get(line, line->values, key);
	char *text;

	*out = '\0';
	if (!v || v->kind != REPLAY_JSON_STRING)
		return;
	text = mem_calloc(1, (size_t)v->length + 1);
	replay_json_string(line, v, text);
	text_clean(out, size, text);
	free(text);
}

static bool take_interval(struct replay_header *h, const struct replay_json *line)
{
	const struct replay_value *v = replay_json_get(line, line->values, "interval_s");

	return v && replay_json_double(line, v, &h->interval_s) && h->interval_s > 0;
}

int replay_read_header(
	struct replay_header *h, const char *line, size_t length, char *why, size_t size)
{
	const char *no_recording =
		"is no recording of kvmtop's: kvmtop --record FILE makes one, and "
		"--read shows those of trace-cmd";
	struct replay_json j = { 0 };
	uint64_t version = 0;
	bool ok = replay_read_is_header(line, length) &&
		  replay_json_read(&j, line, length, why, size) &&
		  replay_parse_number(&j, j.values, "kvmtop_recording", &version) && version;

	*h = (struct replay_header){ .interval_s = NAN };
	if (!ok) {
		snprintf(why, size, "%s", no_recording);
		replay_json_fini(&j);
		return -EINVAL;
	}
	take_text(h->kvmtop, sizeof h->kvmtop, &j, "kvmtop");
	take_text(h->host, sizeof h->host, &j, "host");
	take_text(h->kernel, sizeof h->kernel, &j, "kernel");
	replay_parse_number(&j, j.values, "real_ns", &h->real_ns);
	if (!take_interval(h, &j))
		h->interval_s = NAN;
	replay_json_fini(&j);
	if (version <= RECORD_VERSION)
		return 0;
	snprintf(why, size,
		"has format %" PRIu64
		", and this kvmtop reads up to %d: it takes kvmtop %s or later",
		version, RECORD_VERSION, h->kvmtop[0] ? h->kvmtop : "(it does not say which)");
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
bool replay_read_mark(struct replay_mark *mark, const char *line, size_t length)
{
	static const char yes[] = ",\"news\":true,", no[] = ",\"news\":false,";
	char start[REPLAY_LINE_MARK_BYTES];
	const char *at = start;

	*mark = (struct replay_mark){ 0 };
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
static struct domain_set *parse_domains(const struct replay_value *o, struct replay_parse *p)
{
	const struct replay_value *items = replay_json_get(p->json, o, "items"), *item;
	const bool is_list = items && items->kind == REPLAY_JSON_ARRAY;
	struct domain_set *set = domain_set_new(is_list ? items->count : 0);

	replay_parse_number(p->json, o, "time_ns", &set->time_ns);
	item = is_list ? replay_json_first(items) : NULL;
	for (size_t i = 0; i < set->count; i++) {
		struct domain *d = &set->items[i];
		const bool ok = replay_parse_struct(p, &record_domain, d, item);

		if (!d->name)
			d->name = mem_strdup("");
		if (!ok) {
			domain_set_unref(set);
			return NULL;
		}
		item = replay_json_behind(p->json, item);
	}
	return set;
}

static bool take_domains(
	struct replay_read *r, const struct replay_value *o, struct replay_parse *p)
{
	const bool none = o->kind == REPLAY_JSON_NULL;
	struct domain_set *set = none ? NULL : parse_domains(o, p);

	if (!set && !none)
		return false;
	domain_set_unref(r->domains);
	r->domains = set;
	return true;
}

static bool take_configs(
	struct replay_read *r, const struct replay_value *list, struct replay_parse *p)
{
	const size_t count = list->kind == REPLAY_JSON_ARRAY ? list->count : 0;
	struct domain_config *configs = mem_calloc(count, sizeof *configs);
	const struct replay_value *item = replay_json_first(list);

	for (size_t i = 0; i < count; i++) {
		if (!replay_parse_struct(p, &record_config, &configs[i], item)) {
			drop_configs(configs, count);
			return false;
		}
		item = replay_json_behind(p->json, item);
	}
	drop_configs(r->configs, r->config_count);
	r->configs = configs;
	r->config_count = count;
	return true;
}

static const struct replay_value *part(const struct replay_json *line, enum record_part which)
{
	return replay_json_get(line, line->values, record_part_keys[which]);
}

static bool take_parts(
	struct replay_read *r, const struct replay_json *line, struct replay_parse *p)
{
	const struct replay_value *platform = part(line, RECORD_PLATFORM);
	const struct replay_value *domains = part(line, RECORD_DOMAINS);
	const struct replay_value *configs = part(line, RECORD_CONFIGS);

	return (!platform || replay_parse_struct(p, &record_platform, &r->platform, platform)) &&
	       (!domains || take_domains(r, domains, p)) &&
	       (!configs || take_configs(r, configs, p));
}

static bool take_sample(struct replay_read *r, struct sample *s, const struct replay_json *line,
	struct replay_parse *p)
{
	p->arena = &s->arena;
	p->domains = r->domains;
	p->configs = r->configs;
	p->config_count = r->config_count;
	replay_parse_number(line, line->values, "real_ns", &s->real_ns);
	s->platform = r->platform;
	s->domains = domain_set_ref(r->domains);
	if (!replay_parse_struct(
		    p, &record_sample, s, replay_json_get(line, line->values, "sample")))
		return false;
	replay_old_exits(s);
	return true;
}

/* A line that was read, as a tick. */
static bool take_line(struct replay_read *r, struct sample *s, const struct replay_json *line,
	char *why, size_t size)
{
	struct replay_parse p = { .json = line };
	uint64_t key, tick;

	if (!replay_parse_number(line, line->values, "key", &key) ||
		!replay_parse_number(line, line->values, "tick", &tick)) {
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
	const char *end = memmem(line, length, RECORD_SAMPLE_START, strlen(RECORD_SAMPLE_START));

	strbuf_add_bytes(parts, line, end ? (size_t)(end - line) : length);
	if (end)
		strbuf_add(parts, "}");
}

bool replay_read_sample(struct replay_read *r, struct sample *s, const char *line, size_t length,
	char *why, size_t size)
{
	struct strbuf parts = { 0 };
	bool ok;

	if (!s)
		cut_sample(&parts, line, length);
	ok = replay_json_read(&r->json, s ? line : strbuf_text(&parts), s ? length : parts.length,
		     why, size) &&
	     take_line(r, s, &r->json, why, size);
	strbuf_fini(&parts);
	return ok;
}
