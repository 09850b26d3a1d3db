/* trace_scan: the rest of a format file's text. The skip functions advance past what they are named after and return
 * true, or return false without advancing. */
#ifndef SOURCE_TRACEFS_TRACE_SCAN_H
#define SOURCE_TRACEFS_TRACE_SCAN_H

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct trace_scan {
	const char *at, *end;
};

static inline bool trace_scan_skip(struct trace_scan *s, const char *literal)
{
	const size_t length = strlen(literal);

	if ((size_t)(s->end - s->at) < length || memcmp(s->at, literal, length) != 0)
		return false;
	s->at += length;
	return true;
}

static inline void trace_scan_blanks(struct trace_scan *s)
{
	while (s->at < s->end && (*s->at == ' ' || *s->at == '\t'))
		s->at++;
}

/* exit_reason; *word is the text from there on, *length how much of it the word is. */
static inline bool trace_scan_word(struct trace_scan *s, const char **word, size_t *length)
{
	const char *start = s->at;

	if (start == s->end || isdigit((unsigned char)*start))
		return false;
	while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_'))
		s->at++;
	*word = start;
	*length = (size_t)(s->at - start);
	return s->at > start;
}

static inline bool trace_scan_is(const char *word, size_t length, const char *literal)
{
	return strlen(literal) == length && !memcmp(word, literal, length);
}

#endif
