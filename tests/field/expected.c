#include <math.h>
#include <string.h>

#include "advice/remedies.h"
#include "advice/rules.h"
#include "lines.h"
#include "sample/kernel_log.h"

static bool is_rule(const char *id)
{
	for (size_t i = 0; i < rule_count; i++)
		if (!strcmp(rules[i].id, id))
			return true;
	return false;
}

static bool is_remedy(const char *id)
{
	for (int i = REMEDY_NONE + 1; i < REMEDY__COUNT; i++)
		if (!strcmp(remedy_find((enum remedy_id)i)->id, id))
			return true;
	return false;
}

static bool is_severity(const char *word)
{
	for (int i = 0; i < SEVERITY__COUNT; i++)
		if (!strcmp(severity_name((enum severity)i), word))
			return true;
	return false;
}

static bool is_confidence(const char *word)
{
	for (int i = 0; i < CONFIDENCE__COUNT; i++)
		if (!strcmp(confidence_name((enum confidence)i), word))
			return true;
	return false;
}

static bool is_log_kind(const char *word)
{
	for (int i = 0; i < KERNEL_LOG_KIND__COUNT; i++)
		if (!strcmp(kernel_log_kind_name((enum kernel_log_kind)i), word))
			return true;
	return false;
}

static void add_unknown(struct strbuf *unknown, const struct field_case *c,
	const struct field_lines *l, const char *what, const char *word)
{
	if (unknown->length)
		strbuf_add(unknown, "\n");
	field_fail(unknown, c, l, what, word);
}

static void check_remedies(
	struct field_case *c, const struct field_lines *l, const char *list, struct strbuf *unknown)
{
	char *rest, *word = strtok_r(arena_strdup(&c->arena, list), ",", &rest);

	for (; word && strcmp(list, "-") != 0; word = strtok_r(NULL, ",", &rest))
		if (!is_remedy(word))
			add_unknown(unknown, c, l, "unknown remedy", word);
}

enum { WORDS = 4 };

static bool check_log(struct field_case *c, const struct field_lines *l,
	char *const words[static WORDS], struct strbuf *why)
{
	double record;

	if (!words[3])
		return field_fail(why, c, l, "a record is `log NUMBER vm|host KIND`", NULL);
	if (!field_line_number(&record, words[1]) || record < 1 ||
		record > (double)c->record_count || record != floor(record))
		return field_fail(why, c, l, "kernel.log has no record", words[1]);
	if (strcmp(words[2], "vm") != 0 && strcmp(words[2], "host") != 0)
		return field_fail(why, c, l, "neither vm nor host:", words[2]);
	if (!is_log_kind(words[3]))
		return field_fail(why, c, l, "unknown kind", words[3]);
	return true;
}

static bool check_finding(struct field_case *c, const struct field_lines *l,
	char *const words[static WORDS], struct strbuf *why, struct strbuf *unknown)
{
	if (!words[3])
		return field_fail(
			why, c, l, "a finding is `RULE SEVERITY CONFIDENCE REMEDY,...`", NULL);
	if (!c->has_config)
		return field_fail(why, c, l, "findings need a domain.xml or a cmdline", NULL);
	if (!is_severity(words[1]))
		return field_fail(why, c, l, "unknown severity", words[1]);
	if (!is_confidence(words[2]))
		return field_fail(why, c, l, "unknown confidence", words[2]);
	if (!is_rule(words[0]))
		add_unknown(unknown, c, l, "unknown rule", words[0]);
	check_remedies(c, l, words[3], unknown);
	return true;
}

static bool read_expected_line(struct field_case *c, const struct field_lines *l, char *line,
	struct strbuf *why, struct strbuf *unknown)
{
	char *words[WORDS] = { NULL }, *rest;
	size_t count = 0;

	for (char *word = strtok_r(line, " \t\r", &rest); word; word = field_word(&rest)) {
		if (count == WORDS)
			return field_fail(why, c, l, "too many words:", word);
		words[count++] = word;
	}
	if (!strcmp(words[0], "log") ? !check_log(c, l, words, why)
				     : !check_finding(c, l, words, why, unknown))
		return false;
	if (c->expected_count == FIELD_LINES_MAX)
		return field_fail(why, c, l, "too many lines", NULL);
	c->expected[c->expected_count++] = (struct field_line){ l->number,
		arena_printf(&c->arena, "%s %s %s %s", words[0], words[1], words[2], words[3]) };
	return true;
}

bool field_case_read_expected(struct field_case *c, struct strbuf *why, struct strbuf *unknown)
{
	struct field_lines l = { .file = "expected", .rest = field_case_file(c, "expected", NULL) };
	bool none = false;
	char *line;

	if (!l.rest)
		return field_fail_file(why, c, l.file, "missing");
	while ((line = field_lines_entry(&l))) {
		if (!strncmp(line, "none", 4) && !line[4 + strspn(line + 4, " \t\r")])
			none = true;
		else if (!read_expected_line(c, &l, line, why, unknown))
			return false;
	}
	if (none == (c->expected_count > 0))
		return field_fail_file(
			why, c, l.file, "either `none` or at least one finding or record");
	return true;
}
