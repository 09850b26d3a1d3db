#include "source/replay/replay_json.h"

#include <assert.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* An array or object that is not at its end yet. */
struct open {
	uint32_t value; /* its number in the list */
	bool is_object;
};

struct reader {
	struct replay_json *json;
	const char *start, *at, *end;
	struct open open[REPLAY_JSON_DEPTH];
	size_t depth;
	const char *why; /* NULL: nothing is wrong so far */
};

void replay_json_fini(struct replay_json *j)
{
	free(j->values);
	*j = (struct replay_json){ 0 };
}

static bool refuse(struct reader *r, const char *why)
{
	r->why = why;
	return false;
}

static inline void skip_blanks(struct reader *r)
{
	while (*r->at == ' ' || *r->at == '\t' || *r->at == '\r' || *r->at == '\n')
		r->at++;
}

/* A value that begins at start and ends here. */
static inline bool add_value(struct reader *r, enum replay_json_kind kind, const char *start)
{
	struct replay_json *j = r->json;

	if (j->count == j->capacity) {
		if (j->count >= REPLAY_JSON_VALUES_MAX)
			return refuse(r, "it holds more values than any tick");
		j->values = mem_grow(j->values, j->count, &j->capacity, sizeof *j->values);
	}
	j->values[j->count] = (struct replay_value){
		.kind = (uint8_t)kind,
		.start = (uint32_t)(start - r->start),
		.length = (uint32_t)(r->at - start),
		.next = (uint32_t)j->count + 1,
	};
	j->count++;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The four digits of \u20ac. */
static bool read_unit(const char *at, uint32_t *unit)
{
	*unit = 0;
	for (int i = 0; i < 4; i++) {
		const int digit = hex_digit(at[i]);

		if (digit < 0)
			return false;
		*unit = *unit << 4 | (uint32_t)digit;
	}
	return true;
}

/* What an escape stands for, of at least two bytes; how many bytes it has, or 0 when it is none. Characters
 * beyond U+FFFF are two: \ud83d\ude00 */
static size_t read_escape(const char *at, uint32_t *character)
{
	static const char letters[] = "\"\\/bfnrt", meant[] = "\"\\/\b\f\n\r\t";
	const char *letter = at[1] ? strchr(letters, at[1]) : NULL;
	uint32_t low;

	if (letter) {
		*character = (unsigned char)meant[letter - letters];
		return 2;
	}
	if (at[1] != 'u' || !read_unit(at + 2, character) || !*character)
		return 0;
	if (*character < 0xd800 || *character > 0xdfff)
		return 6;
	if (*character > 0xdbff || at[6] != '\\' || at[7] != 'u' || !read_unit(at + 8, &low) ||
		low < 0xdc00 || low > 0xdfff)
		return 0;
	*character = 0x10000 + ((*character - 0xd800) << 10) + (low - 0xdc00);
	return 12;
}

static bool read_string(struct reader *r)
{
	const char *start = ++r->at, *at = start;
	bool escaped = false;

	for (;;) {
		uint32_t character;
		size_t length;

		/* Nearly all text is this. */
		while ((unsigned char)*at >= ' ' && *at != '"' && *at != '\\')
			at++;
		r->at = at;
		if (*at == '"')
			break;
		if (at >= r->end)
			return refuse(r, "a string has no end");
		if (*at != '\\')
			return refuse(r, "a control character stands in a string");
		escaped = true;
		length = read_escape(at, &character);
		if (!length)
			return refuse(r, "a backslash says nothing that it can say");
		at += length;
	}
	if (!add_value(r, REPLAY_JSON_STRING, start))
		return false;
	r->json->values[r->json->count - 1].escaped = escaped;
	r->at++;
	return true;
}

static inline bool skip_digits(struct reader *r)
{
	const char *start = r->at, *at = start;

	while (*at >= '0' && *at <= '9')
		at++;
	r->at = at;
	return at > start;
}

/* -12, 1.5, 1e-9 */
static bool read_number(struct reader *r)
{
	const char *start = r->at, *digits;
	enum replay_json_kind kind = REPLAY_JSON_INTEGER;
	bool ok;

	r->at += *r->at == '-';
	digits = r->at;
	ok = skip_digits(r) && (*digits != '0' || r->at == digits + 1);
	if (ok && *r->at == '.') {
		r->at++;
		kind = REPLAY_JSON_REAL;
		ok = skip_digits(r);
	}
	if (ok && (*r->at == 'e' || *r->at == 'E')) {
		r->at++;
		r->at += *r->at == '-' || *r->at == '+';
		kind = REPLAY_JSON_REAL;
		ok = skip_digits(r);
	}
	return ok ? add_value(r, kind, start) : refuse(r, "a number is none");
}

static bool read_word(struct reader *r)
{
	static const struct {
		const char *word;
		enum replay_json_kind kind;
	} words[] = {
		{ "null", REPLAY_JSON_NULL },
		{ "false", REPLAY_JSON_FALSE },
		{ "true", REPLAY_JSON_TRUE },
	};
	const char *start = r->at;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (strncmp(r->at, words[i].word, strlen(words[i].word)) != 0)
			continue;
		r->at += strlen(words[i].word);
		return add_value(r, words[i].kind, start);
	}
	return refuse(r, "a value is missing");
}

static bool open_container(struct reader *r, bool is_object)
{
	const char *start = r->at++;

	if (r->depth == REPLAY_JSON_DEPTH)
		return refuse(r, "it is nested deeper than any tick");
	if (!add_value(r, is_object ? REPLAY_JSON_OBJECT : REPLAY_JSON_ARRAY, start))
		return false;
	r->open[r->depth++] = (struct open){ (uint32_t)r->json->count - 1, is_object };
	return true;
}

static void close_container(struct reader *r)
{
	struct replay_value *v = &r->json->values[r->open[--r->depth].value];

	r->at++;
	v->length = (uint32_t)(r->at - r->start) - v->start;
	v->next = (uint32_t)r->json->count;
}

/* A value; of an array or object its beginning. */
static bool read_value(struct reader *r)
{
	switch (*r->at) {
	case '{':
	case '[':
		return open_container(r, *r->at == '{');
	case '"':
		return read_string(r);
	case '-':
	case '0' ... '9':
		return read_number(r);
	default:
		return read_word(r);
	}
}

static bool read_key(struct reader *r)
{
	skip_blanks(r);
	if (*r->at != '"')
		return refuse(r, "a key is missing");
	if (!read_string(r))
		return false;
	skip_blanks(r);
	if (*r->at != ':')
		return refuse(r, "a colon is missing");
	r->at++;
	skip_blanks(r);
	return true;
}

/* What comes next in the innermost array or object that is open: its end, or one more value. */
static bool read_next(struct reader *r)
{
	const struct open *open = &r->open[r->depth - 1];
	const char end = open->is_object ? '}' : ']';
	const uint32_t number = open->value;
	const bool is_first = !r->json->values[number].count;

	skip_blanks(r);
	if (*r->at == end) {
		close_container(r);
		return true;
	}
	if (!is_first && *r->at != ',')
		return refuse(r, "a comma is missing");
	r->at += !is_first;
	r->json->values[number].count++;
	if (open->is_object && !read_key(r))
		return false;
	skip_blanks(r);
	return read_value(r);
}

bool replay_json_read(
	struct replay_json *j, const char *text, size_t length, char *why, size_t size)
{
	struct reader r = { .json = j, .start = text, .at = text, .end = text + length };

	assert(length < UINT32_MAX && !text[length]);
	j->text = text;
	j->count = 0;
	skip_blanks(&r);
	if (*r.at != '{')
		refuse(&r, "a line begins with {");
	else if (open_container(&r, true))
		while (r.depth && read_next(&r))
			;
	if (!r.why)
		skip_blanks(&r);
	if (!r.why && r.at != r.end)
		refuse(&r, "something stands behind its end");
	if (r.why)
		snprintf(why, size, "it is no JSON: %s in column %zu", r.why,
			(size_t)(r.at - text) + 1);
	return !r.why;
}

const struct replay_value *replay_json_first(const struct replay_value *container)
{
	return container + 1;
}

const struct replay_value *replay_json_behind(
	const struct replay_json *j, const struct replay_value *value)
{
	return j->values + value->next;
}

bool replay_json_is(
	const struct replay_json *j, const struct replay_value *v, const char *text, size_t length)
{
	return v->kind == REPLAY_JSON_STRING && v->length == length && !v->escaped &&
	       !memcmp(j->text + v->start, text, length);
}

const struct replay_value *replay_json_get(
	const struct replay_json *j, const struct replay_value *object, const char *key)
{
	const struct replay_value *at = replay_json_first(object);
	const size_t length = strlen(key);

	if (object->kind != REPLAY_JSON_OBJECT)
		return NULL;
	for (uint32_t i = 0; i < object->count; i++) {
		if (replay_json_is(j, at, key, length))
			return at + 1;
		at = replay_json_behind(j, at + 1);
	}
	return NULL;
}

/* As UTF-8 (RFC 3629). Returns how many bytes. */
static size_t encode(char *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

void replay_json_string(const struct replay_json *j, const struct replay_value *v, char *out)
{
	const char *at = j->text + v->start, *end = at + v->length;

	while (at < end) {
		const char *stop = v->escaped ? memchr(at, '\\', (size_t)(end - at)) : NULL;
		const size_t plain = (size_t)((stop ? stop : end) - at);
		uint32_t character;

		memcpy(out, at, plain);
		out += plain;
		at += plain;
		if (stop) {
			at += read_escape(at, &character);
			out += encode(out, character);
		}
	}
	*out = '\0';
}

bool replay_json_unsigned(const struct replay_json *j, const struct replay_value *v, uint64_t *out)
{
	const char *digits = j->text + v->start;
	uint64_t number = 0;

	if (v->kind != REPLAY_JSON_INTEGER || *digits == '-')
		return false;
	for (uint32_t i = 0; i < v->length; i++)
		if (__builtin_mul_overflow(number, 10u, &number) ||
			__builtin_add_overflow(number, (uint64_t)(digits[i] - '0'), &number))
			return false;
	*out = number;
	return true;
}

bool replay_json_signed(const struct replay_json *j, const struct replay_value *v, int64_t *out)
{
	const char *start = j->text + v->start;
	char *end;

	if (v->kind != REPLAY_JSON_INTEGER)
		return false;
	errno = 0;
	*out = strtoll(start, &end, 10);
	return !errno;
}

bool replay_json_double(const struct replay_json *j, const struct replay_value *v, double *out)
{
	uint64_t whole;

	if (v->kind != REPLAY_JSON_INTEGER && v->kind != REPLAY_JSON_REAL)
		return false;
	/* Most are; 2^53 is the last up to which all are doubles. */
	if (replay_json_unsigned(j, v, &whole) && whole <= 1ull << 53) {
		*out = (double)whole;
		return true;
	}
	*out = strtod(j->text + v->start, NULL);
	return isfinite(*out);
}
