#include "source/tape_read.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "source/tape_parse.h"
#include "source/tape_write.h"

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
	*r = (struct tape_read){ 0 };
}

bool tape_read_is_header(const char *line, size_t length)
{
	return length >= strlen(HEADER_START) && !memcmp(line, HEADER_START, strlen(HEADER_START));
}

static void take_text(char *out, size_t size, const json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));

	text_clean(out, size, text ? text : "");
}

static json_t *load(const char *line, size_t length, char *why, size_t size)
{
	json_error_t error;
	json_t *o = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
	char clean[80];

	if (!o) {
		text_clean(clean, sizeof clean, error.text);
		snprintf(why, size, "it is no JSON (%s)", clean);
	} else if (!json_is_object(o)) {
		snprintf(why, size, "it is no JSON object");
		json_decref(o);
		o = NULL;
	}
	return o;
}

int tape_read_header(struct tape_header *h, const char *line, size_t length, char *why, size_t size)
{
	const char *no_recording =
		"is no recording of kvmtop's: kvmtop --record FILE makes one, and "
		"--read shows those of trace-cmd";
	json_t *o;
	uint64_t version = 0;
	double interval_s;

	*h = (struct tape_header){ 0 };
	if (!tape_read_is_header(line, length) || !(o = load(line, length, why, size))) {
		snprintf(why, size, "%s", no_recording);
		return -EINVAL;
	}
	take_text(h->kvmtop, sizeof h->kvmtop, o, "kvmtop");
	take_text(h->host, sizeof h->host, o, "host");
	take_text(h->kernel, sizeof h->kernel, o, "kernel");
	tape_parse_number(o, "real_ns", &h->real_ns);
	interval_s = json_number_value(json_object_get(o, "interval_s"));
	h->interval_s = interval_s > 0 ? interval_s : NAN;
	if (!tape_parse_number(o, "kvmtop_recording", &version) || !version) {
		snprintf(why, size, "%s", no_recording);
		json_decref(o);
		return -EINVAL;
	}
	json_decref(o);
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
	char start[256];
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
static struct domain_set *parse_domains(const json_t *o, struct tape_parse *p)
{
	const json_t *items = json_object_get(o, "items");
	struct domain_set *set = domain_set_new(json_array_size(items));

	tape_parse_number(o, "time_ns", &set->time_ns);
	for (size_t i = 0; i < set->count; i++) {
		struct domain *d = &set->items[i];
		const bool ok = tape_parse_struct(p, &tape_domain, d, json_array_get(items, i));

		if (!d->name)
			d->name = mem_strdup("");
		if (ok)
			continue;
		domain_set_unref(set);
		return NULL;
	}
	return set;
}

static bool take_domains(struct tape_read *r, const json_t *o, struct tape_parse *p)
{
	struct domain_set *set = json_is_null(o) ? NULL : parse_domains(o, p);

	if (!set && !json_is_null(o))
		return false;
	domain_set_unref(r->domains);
	r->domains = set;
	return true;
}

static bool take_configs(struct tape_read *r, const json_t *list, struct tape_parse *p)
{
	const size_t count = json_array_size(list);
	struct domain_config *configs = mem_calloc(count, sizeof *configs);

	for (size_t i = 0; i < count; i++)
		if (!tape_parse_struct(p, &tape_config, &configs[i], json_array_get(list, i))) {
			drop_configs(configs, count);
			return false;
		}
	drop_configs(r->configs, r->config_count);
	r->configs = configs;
	r->config_count = count;
	return true;
}

static bool take_parts(struct tape_read *r, const json_t *line, struct tape_parse *p)
{
	const json_t *platform = json_object_get(line, tape_part_keys[TAPE_PLATFORM]);
	const json_t *domains = json_object_get(line, tape_part_keys[TAPE_DOMAINS]);
	const json_t *configs = json_object_get(line, tape_part_keys[TAPE_CONFIGS]);

	return (!platform || tape_parse_struct(p, &tape_platform, &r->platform, platform)) &&
	       (!domains || take_domains(r, domains, p)) &&
	       (!configs || take_configs(r, configs, p));
}

/* A line without its sample, which is most of it. */
static json_t *load_parts(const char *line, size_t length, char *why, size_t size)
{
	const char *end = memmem(line, length, TAPE_SAMPLE_START, strlen(TAPE_SAMPLE_START));
	struct strbuf text = { 0 };
	json_t *o;

	strbuf_add_bytes(&text, line, end ? (size_t)(end - line) : length);
	if (end)
		strbuf_add(&text, "}");
	o = load(strbuf_text(&text), text.length, why, size);
	strbuf_fini(&text);
	return o;
}

static bool take_sample(
	struct tape_read *r, struct sample *s, const json_t *line, struct tape_parse *p)
{
	p->arena = &s->arena;
	p->domains = r->domains;
	p->configs = r->configs;
	p->config_count = r->config_count;
	tape_parse_number(line, "real_ns", &s->real_ns);
	s->platform = r->platform;
	s->domains = domain_set_ref(r->domains);
	return tape_parse_struct(p, &tape_sample, s, json_object_get(line, "sample"));
}

bool tape_read_sample(struct tape_read *r, struct sample *s, const char *line, size_t length,
	char *why, size_t size)
{
	struct tape_parse p = { 0 };
	uint64_t key, tick;
	json_t *o = s ? load(line, length, why, size) : load_parts(line, length, why, size);
	bool ok;

	if (!o)
		return false;
	ok = tape_parse_number(o, "key", &key) && tape_parse_number(o, "tick", &tick);
	if (!ok)
		snprintf(why, size, "it is no tick of a recording");
	else if (key != tick && !(r->begun && r->key == key)) {
		snprintf(
			why, size, "the line that it builds on (tick %" PRIu64 ") is missing", key);
		ok = false;
	} else {
		if (key == tick)
			r->begun = false; /* until all of it is understood */
		ok = take_parts(r, o, &p) && (!s || take_sample(r, s, o, &p));
		if (!ok)
			snprintf(why, size, "%s", p.why);
		else if (key == tick) {
			r->begun = true;
			r->key = key;
		}
	}
	json_decref(o);
	return ok;
}
