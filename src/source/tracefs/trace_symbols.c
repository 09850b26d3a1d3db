#include "source/tracefs/trace_symbols.h"

#include "source/tracefs/trace_value.h"

/* A string that goes on longer has lost its end. */
#define STRING_MAX 1024

struct walk {
	const char *start; /* of the text */
	struct trace_scan s;
	void (*each)(const struct trace_symbol *symbol, void *data);
	void *data;
	unsigned tables; /* so far */
	struct trace_symbol symbol;
	/* (REC->isa == 1) ? first : other */
	enum exit_isa first, other; /* of the choice that is open; EXIT_ISA_UNKNOWN: none is */
	bool first_done;
};

static enum exit_isa other_isa(enum exit_isa isa)
{
	return isa == EXIT_ISA_VMX   ? EXIT_ISA_SVM
	       : isa == EXIT_ISA_SVM ? EXIT_ISA_VMX
				     : EXIT_ISA_UNKNOWN;
}

static void close_choice(struct walk *w)
{
	w->first = w->other = EXIT_ISA_UNKNOWN;
	w->first_done = false;
}

/* == or != */
static bool skip_operator(struct trace_scan *s, bool *equal)
{
	*equal = trace_scan_skip(s, "==");
	return *equal || trace_scan_skip(s, "!=");
}

static void skip_closing(struct trace_scan *s)
{
	do
		trace_scan_blanks(s);
	while (trace_scan_skip(s, ")"));
}

static const char *back_over(const struct walk *w, const char *at, const char *what)
{
	while (at > w->start && at[-1] && strchr(what, at[-1]))
		at--;
	return at;
}

/* Before the field at field:  (1 ==  or  ((2U) != (  where no expression is to the left of it. */
static bool find_before(const struct walk *w, const char *field, bool *equal, uint64_t *n)
{
	const char *end = back_over(w, field, " \t("), *at;
	struct trace_scan s;

	if (end - w->start < 2)
		return false;
	s = (struct trace_scan){ end - 2, end };
	if (!skip_operator(&s, equal))
		return false;
	at = s.end = back_over(w, end - 2, " \t)");
	while (at > w->start && isalnum((unsigned char)at[-1]))
		at--;
	s.at = at;
	at = back_over(w, at, " \t(");
	if (at > w->start && at[-1] != ',' && at[-1] != ':' && at[-1] != '?')
		return false;
	return trace_value_parse(&s, n) && s.at == s.end;
}

/* After REC->isa, which begins at field:  == 1) ?   or  ) != 1) ?   or, with 1 == before it,  ) ? */
static void open_choice(struct walk *w, const char *field)
{
	struct trace_scan at = w->s;
	bool equal;
	uint64_t n;

	skip_closing(&at);
	if (skip_operator(&at, &equal)) {
		if (!trace_value_parse(&at, &n))
			return;
		skip_closing(&at);
	} else if (!find_before(w, field, &equal, &n)) {
		return;
	}
	if ((n != EXIT_ISA_VMX && n != EXIT_ISA_SVM) || !trace_scan_skip(&at, "?"))
		return;
	w->first = equal ? (enum exit_isa)n : other_isa((enum exit_isa)n);
	w->other = other_isa(w->first);
	w->s = at;
}

static void copy(char *to, const char *from, size_t length)
{
	if (length >= TRACE_SYMBOL_MAX)
		length = TRACE_SYMBOL_MAX - 1;
	memcpy(to, from, length);
	to[length] = '\0';
}

/* \n, \", \x1b, \033: one character. */
static bool parse_escape(struct trace_scan *s, char *c)
{
	static const char letters[] = "abfnrtv\\\"'?", means[] = "\a\b\f\n\r\t\v\\\"'?";
	const char *letter;
	unsigned code = 0;
	int digits = 0;

	if (s->at == s->end)
		return false;
	letter = memchr(letters, *s->at, sizeof letters - 1);
	if (letter) {
		*c = means[letter - letters];
		s->at++;
		return true;
	}
	if (trace_scan_skip(s, "x")) {
		for (; s->at < s->end && isxdigit((unsigned char)*s->at); s->at++, digits++)
			code = code << 4 | (unsigned)(isdigit((unsigned char)*s->at)
							      ? *s->at - '0'
							      : (*s->at | 0x20) - 'a' + 10);
	} else {
		for (; digits < 3 && s->at < s->end && *s->at >= '0' && *s->at <= '7';
			s->at++, digits++)
			code = code << 3 | (unsigned)(*s->at - '0');
	}
	*c = (char)code;
	return digits > 0 && code > 0 && code < 256;
}

/* "PF excp", the text of it added to out; what is no printable ASCII is '?' there. */
static bool parse_string(struct trace_scan *s, char *out, size_t *length)
{
	const char *start = s->at;

	if (!trace_scan_skip(s, "\""))
		return false;
	while (s->at < s->end && *s->at != '"') {
		char c = *s->at++;

		if (c == '\n' || c == '\0' || s->at - start > STRING_MAX)
			return false;
		if (c == '\\' && !parse_escape(s, &c))
			return false;
		if (*length < TRACE_SYMBOL_MAX - 1)
			out[(*length)++] = isprint((unsigned char)c) ? c : '?';
	}
	return trace_scan_skip(s, "\"");
}

/* { 0x040 + 14, "PF excp" } */
static bool take_entry(struct walk *w)
{
	struct trace_scan at = w->s;
	size_t length = 0;

	if (!trace_scan_skip(&at, "{") || !trace_value_parse(&at, &w->symbol.value))
		return false;
	trace_scan_blanks(&at);
	if (!trace_scan_skip(&at, ","))
		return false;
	trace_scan_blanks(&at);
	do {
		if (!parse_string(&at, w->symbol.text, &length))
			return false;
		trace_scan_blanks(&at);
	} while (at.at < at.end && *at.at == '"');
	if (!trace_scan_skip(&at, "}"))
		return false;
	w->symbol.text[length] = '\0';
	w->s = at;
	if (length)
		w->each(&w->symbol, w->data);
	return true;
}

/* One that is whole but not understood. */
static bool skip_entry(struct trace_scan *s)
{
	struct trace_scan at = *s;
	char text[TRACE_SYMBOL_MAX];

	if (!trace_scan_skip(&at, "{"))
		return false;
	while (at.at < at.end && *at.at != '}') {
		size_t length = 0;

		if (*at.at == '{' || *at.at == '\n')
			return false;
		if (*at.at != '"')
			at.at++;
		else if (!parse_string(&at, text, &length))
			return false;
	}
	if (!trace_scan_skip(&at, "}"))
		return false;
	trace_scan_blanks(&at);
	if (at.at < at.end && *at.at != ',' && *at.at != ')')
		return false;
	*s = at;
	return true;
}

/* From damage on to where the next entry may begin. False: what comes first is not of this table. */
static bool find_entry(struct trace_scan *s)
{
	for (s->at++; s->at < s->end && *s->at != '\n'; s->at++) {
		struct trace_scan at = *s;

		if (*s->at == '{')
			return true;
		if (trace_scan_skip(&at, "__print") || trace_scan_skip(&at, "REC->"))
			return false;
	}
	return false;
}

static bool is_end(struct trace_scan s)
{
	return !find_entry(&s);
}

/* The first field of (REC->exit_reason & 0xffff, up to the first entry. */
static bool take_field(struct walk *w)
{
	const char *word;
	size_t length;

	while (w->s.at < w->s.end && *w->s.at != ',' && *w->s.at != '{') {
		if (!trace_scan_skip(&w->s, "REC->")) {
			w->s.at++;
			continue;
		}
		if (!trace_scan_word(&w->s, &word, &length))
			return false;
		copy(w->symbol.field, word, length);
		while (w->s.at < w->s.end && *w->s.at != ',' && *w->s.at != '{')
			w->s.at++;
		return true;
	}
	return false;
}

/* After __print_symbolic */
static void take_table(struct walk *w)
{
	trace_scan_blanks(&w->s);
	if (!trace_scan_skip(&w->s, "(") || !take_field(w))
		return;
	w->symbol.table = w->tables++;
	w->symbol.isa = w->first_done ? w->other : w->first;
	if (w->first_done)
		close_choice(w);
	else
		w->first_done = w->first != EXIT_ISA_UNKNOWN;
	for (trace_scan_blanks(&w->s); w->s.at < w->s.end; trace_scan_blanks(&w->s)) {
		if (trace_scan_skip(&w->s, ","))
			continue;
		/* A bracket that more entries come after is damage. */
		if (*w->s.at == ')' && is_end(w->s))
			return;
		if (!take_entry(w) && !skip_entry(&w->s) && !find_entry(&w->s))
			return;
	}
}

static void take_word(struct walk *w, const char *word, size_t length)
{
	if (trace_scan_is(word, length, "__print_symbolic") ||
		trace_scan_is(word, length, "__print_symbolic_u64")) {
		take_table(w);
	} else if (trace_scan_is(word, length, "REC") && trace_scan_skip(&w->s, "->")) {
		const char *rec = word;

		close_choice(w);
		if (trace_scan_word(&w->s, &word, &length) && trace_scan_is(word, length, "isa"))
			open_choice(w, rec);
	}
}

void trace_symbols_each(const char *text, size_t length,
	void (*each)(const struct trace_symbol *symbol, void *data), void *data)
{
	struct walk w = { .start = text, .s = { text, text + length }, .each = each, .data = data };

	while (w.s.at < w.s.end) {
		const char *word;
		size_t word_length;

		if (trace_scan_word(&w.s, &word, &word_length)) {
			take_word(&w, word, word_length);
		} else {
			/* Between the two of a choice, or behind a first one that is no table. */
			if (*w.s.at == ':')
				w.first_done = w.first != EXIT_ISA_UNKNOWN;
			w.s.at++;
		}
	}
}
