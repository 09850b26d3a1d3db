#include "lines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

char *field_lines_next(struct field_lines *l)
{
	char *line = l->rest;

	if (!line || !*line)
		return NULL;
	l->rest = strchr(line, '\n');
	if (l->rest)
		*l->rest++ = '\0';
	l->number++;
	return line;
}

char *field_lines_entry(struct field_lines *l)
{
	char *line;

	while ((line = field_lines_next(l))) {
		line[strcspn(line, "#")] = '\0';
		line += strspn(line, " \t\r");
		if (*line)
			return line;
	}
	return NULL;
}

char *field_word(char **rest)
{
	return strtok_r(NULL, " \t\r", rest);
}

bool field_fail(struct strbuf *why, const struct field_case *c, const struct field_lines *l,
	const char *what, const char *word)
{
	strbuf_addf(why, "%s/%s:%zu: %s%s%s", c->folder, l->file, l->number, what, word ? " " : "",
		word ? word : "");
	return false;
}

bool field_fail_file(
	struct strbuf *why, const struct field_case *c, const char *file, const char *what)
{
	strbuf_addf(why, "%s/%s: %s", c->folder, file, what);
	return false;
}

bool field_line_number(double *out, const char *word)
{
	char *end;

	if (!word)
		return false;
	*out = strtod(word, &end);
	return end != word && !*end && isfinite(*out) && *out >= 0;
}
