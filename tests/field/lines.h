/* lines: files of a field case, read line by line, and errors that name the file and the line. */
#ifndef TESTS_FIELD_LINES_H
#define TESTS_FIELD_LINES_H

#include "case.h"

/* A file that is read line by line. Its text is changed. */
struct field_lines {
	const char *file;
	char *rest; /* NULL: at the end, or the file is missing */
	size_t number;
};

/* The next line, without its end; NULL at the end of the file. */
char *field_lines_next(struct field_lines *l);

/* The next line that is not blank, its remark cut off. */
char *field_lines_entry(struct field_lines *l);

/* The next word of *rest, which strtok_r() left; NULL at the end. */
char *field_word(char **rest);

/* False unless word (NULL allowed) is a number of 0 or more. */
bool field_line_number(double *out, const char *word);

/* Adds "FOLDER/FILE:LINE: what word" to why (word may be NULL), and returns false. */
bool field_fail(struct strbuf *why, const struct field_case *c, const struct field_lines *l,
	const char *what, const char *word);

/* Adds "FOLDER/FILE: what", likewise. */
bool field_fail_file(
	struct strbuf *why, const struct field_case *c, const char *file, const char *what);

#endif
