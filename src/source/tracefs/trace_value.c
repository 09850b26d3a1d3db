#include "source/tracefs/trace_value.h"

#include <limits.h>

/* Nested deeper than any kernel's sources are, it is not followed. */
#define DEPTH_MAX 32

/* Above it a value may be negative, and what becomes of it depends on its type. */
#define POSITIVE_MAX ((uint64_t)INT64_MAX)

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : INT_MAX;
}

/* 14, 017, 0x07b, 0X7BUL, 0b11, 0x80000001ull */
static bool parse_number(struct trace_scan *s, uint64_t *value)
{
	unsigned base = 10;
	const char *start;

	if (trace_scan_skip(s, "0x") || trace_scan_skip(s, "0X"))
		base = 16;
	else if (trace_scan_skip(s, "0b") || trace_scan_skip(s, "0B"))
		base = 2;
	else if (s->at < s->end && *s->at == '0')
		base = 8;
	*value = 0;
	for (start = s->at; s->at < s->end; s->at++) {
		const unsigned digit = (unsigned)digit_value(*s->at);

		if (digit >= base)
			break;
		if (*value > (UINT64_MAX - digit) / base)
			return false;
		*value = *value * base + digit;
	}
	if (s->at == start)
		return false;
	while (s->at < s->end && strchr("uUlL", *s->at))
		s->at++;
	return s->at == s->end || !(isalnum((unsigned char)*s->at) || *s->at == '_');
}

/* What a cast makes of a number. */
struct type {
	unsigned bits; /* 0: not told so far, an int */
	bool is_unsigned;
};

/* clang-format off */
static const struct {
	const char *word;
	struct type type;
} words[] = {
	{ "char", { 8, false } },     { "short", { 16, false } },   { "int", { 0, false } },
	{ "long", { 64, false } },    { "signed", { 0, false } },   { "unsigned", { 0, true } },
	{ "const", { 0, false } },    { "bool", { 1, true } },      { "ulong", { 64, true } },
	{ "u8", { 8, true } },        { "u16", { 16, true } },      { "u32", { 32, true } },
	{ "u64", { 64, true } },      { "s8", { 8, false } },       { "s16", { 16, false } },
	{ "s32", { 32, false } },     { "s64", { 64, false } },     { "__u8", { 8, true } },
	{ "__u16", { 16, true } },    { "__u32", { 32, true } },    { "__u64", { 64, true } },
	{ "__s8", { 8, false } },     { "__s16", { 16, false } },   { "__s32", { 32, false } },
	{ "__s64", { 64, false } },   { "uint8_t", { 8, true } },   { "uint16_t", { 16, true } },
	{ "uint32_t", { 32, true } }, { "uint64_t", { 64, true } }, { "int8_t", { 8, false } },
	{ "int16_t", { 16, false } }, { "int32_t", { 32, false } }, { "int64_t", { 64, false } },
	{ "size_t", { 64, true } },
};
/* clang-format on */

static bool add_word(struct type *type, const char *word, size_t length)
{
	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		if (!trace_scan_is(word, length, words[i].word))
			continue;
		if (words[i].type.bits)
			type->bits = words[i].type.bits;
		type->is_unsigned |= words[i].type.is_unsigned;
		return true;
	}
	return false;
}

/* (unsigned long), (u32), (enum exits) */
static bool skip_cast(struct trace_scan *s, struct type *type)
{
	struct trace_scan at = *s;
	const char *word;
	size_t length;
	int count = 0;

	*type = (struct type){ 0 };
	if (!trace_scan_skip(&at, "("))
		return false;
	for (;; count++) {
		trace_scan_blanks(&at);
		if (!trace_scan_word(&at, &word, &length))
			break;
		if (trace_scan_is(word, length, "enum")) {
			trace_scan_blanks(&at);
			if (!trace_scan_word(&at, &word, &length))
				return false;
			type->is_unsigned = true;
		} else if (!add_word(type, word, length)) {
			return false;
		}
	}
	if (!count || !trace_scan_skip(&at, ")"))
		return false;
	if (!type->bits)
		type->bits = 32;
	*s = at;
	return true;
}

static uint64_t cast(uint64_t value, struct type type)
{
	const uint64_t sign = UINT64_C(1) << (type.bits - 1);

	if (type.bits == 1)
		return value != 0;
	if (type.bits < 64)
		value &= sign * 2 - 1;
	return !type.is_unsigned && (value & sign) ? value | ~(sign * 2 - 1) : value;
}

static bool parse_binary(struct trace_scan *s, int above, int depth, uint64_t *value);

/* -1, ~0, (0x24), (u32)-1 */
static bool parse_unary(struct trace_scan *s, int depth, uint64_t *value)
{
	struct type type;

	if (depth > DEPTH_MAX)
		return false;
	trace_scan_blanks(s);
	if (trace_scan_skip(s, "+"))
		return parse_unary(s, depth + 1, value);
	if (trace_scan_skip(s, "-")) {
		if (!parse_unary(s, depth + 1, value))
			return false;
		*value = -*value;
		return true;
	}
	if (trace_scan_skip(s, "~")) {
		if (!parse_unary(s, depth + 1, value))
			return false;
		*value = ~*value;
		return true;
	}
	if (skip_cast(s, &type)) {
		if (!parse_unary(s, depth + 1, value))
			return false;
		*value = cast(*value, type);
		return true;
	}
	if (trace_scan_skip(s, "(")) {
		if (!parse_binary(s, 0, depth + 1, value))
			return false;
		trace_scan_blanks(s);
		return trace_scan_skip(s, ")");
	}
	return parse_number(s, value);
}

/* By the rank of C's operators. */
static const struct infix {
	char text[3];
	int rank;
} infixes[] = { { "|", 1 }, { "^", 2 }, { "&", 3 }, { "<<", 4 }, { ">>", 4 }, { "+", 5 },
	{ "-", 5 }, { "*", 6 }, { "/", 6 }, { "%", 6 } };

static const struct infix *find_infix(struct trace_scan s)
{
	for (size_t i = 0; i < sizeof infixes / sizeof *infixes; i++)
		if (trace_scan_skip(&s, infixes[i].text))
			return &infixes[i];
	return NULL;
}

/* False where the result depends on the types of both. */
static bool apply(char symbol, uint64_t left, uint64_t right, uint64_t *value)
{
	switch (symbol) {
	case '|':
		*value = left | right;
		return true;
	case '^':
		*value = left ^ right;
		return true;
	case '&':
		*value = left & right;
		return true;
	case '+':
		*value = left + right;
		return true;
	case '-':
		*value = left - right;
		return true;
	case '*':
		*value = left * right;
		return true;
	case '<':
		*value = right < 64 ? left << right : 0;
		return right < 64;
	case '>':
		*value = right < 64 ? left >> right : 0;
		return right < 64 && left <= POSITIVE_MAX;
	default:
		if (!right || left > POSITIVE_MAX || right > POSITIVE_MAX)
			return false;
		*value = symbol == '/' ? left / right : left % right;
		return true;
	}
}

/* Operators that bind stronger than the rank above. */
static bool parse_binary(struct trace_scan *s, int above, int depth, uint64_t *value)
{
	if (!parse_unary(s, depth, value))
		return false;
	for (;;) {
		const struct infix *found;
		uint64_t right;

		trace_scan_blanks(s);
		found = find_infix(*s);
		if (!found || found->rank <= above)
			return true;
		s->at += strlen(found->text);
		if (!parse_binary(s, found->rank, depth + 1, &right) ||
			!apply(found->text[0], *value, right, value))
			return false;
	}
}

bool trace_value_parse(struct trace_scan *s, uint64_t *value)
{
	return parse_binary(s, 0, 0, value);
}
