#include "domain/xml_splice.h"

#include <string.h>

#include "core/text.h"

/* How the text is laid out. */
struct layout {
	const char *newline; /* "" when it is all on one line */
	const char *unit;    /* one level of indentation */
	char quote;
};

struct writer {
	struct strbuf out;
	const char *text;
	size_t copied; /* the text up to here is in out, or was replaced */
	struct layout layout;
	struct arena arena;
};

static size_t indent_length(const char *text, size_t at)
{
	size_t begin = at;

	while (begin && (text[begin - 1] == ' ' || text[begin - 1] == '\t'))
		begin--;
	return at - begin;
}

static const char *indent_of(struct arena *arena, const char *text, const struct xml_element *e)
{
	const size_t length = indent_length(text, e->start);

	return arena_printf(arena, "%.*s", (int)length, text + e->start - length);
}

static bool starts_line(const char *text, const struct xml_element *e)
{
	const size_t line = e->start - indent_length(text, e->start);

	return !line || text[line - 1] == '\n';
}

/* libvirt's own layout, but for what the text itself shows: the root's first child says how lines
 * end and how far a level is indented, the root's first attribute which quotes are used. */
static struct layout read_layout(struct arena *arena, const struct xml_tree *tree)
{
	const struct xml_element *root = tree->root, *child = root->first;
	struct layout l = { .newline = "\n", .unit = "  ", .quote = '\'' };
	const char *own = indent_of(arena, tree->text, root);
	const char *text = tree->text;
	size_t line;

	if (root->attributes && root->attributes->value_at)
		l.quote = text[root->attributes->value_at - 1];
	if (!child || !child->in_text)
		return l;
	if (!starts_line(text, child))
		return (struct layout){ .newline = "", .unit = "", .quote = l.quote };
	line = child->start - indent_length(text, child->start);
	if (line >= 2 && text[line - 2] == '\r')
		l.newline = "\r\n";
	l.unit = indent_of(arena, text, child);
	if (!strncmp(l.unit, own, strlen(own)))
		l.unit += strlen(own);
	return l;
}

static void copy_to(struct writer *w, size_t at)
{
	strbuf_add_bytes(&w->out, w->text + w->copied, at - w->copied);
	w->copied = at;
}

static void write_attribute(struct writer *w, const struct xml_attribute *a)
{
	strbuf_addf(&w->out, " %s=%c%s%c", a->name, w->layout.quote, a->value, w->layout.quote);
}

/* The white space before an element of the text. */
static const char *lead_of(struct writer *w, const struct xml_element *e)
{
	return arena_printf(&w->arena, "%s%s", starts_line(w->text, e) ? w->layout.newline : "",
		indent_of(&w->arena, w->text, e));
}

static const char *deeper(struct writer *w, const char *lead)
{
	return strchr(lead, '\n') ? arena_printf(&w->arena, "%s%s", lead, w->layout.unit) : "";
}

/* An added element and all below it; lead is the white space before it. */
static void write_added(struct writer *w, const struct xml_element *e, const char *lead)
{
	const char *child_lead = deeper(w, lead);

	strbuf_addf(&w->out, "%s<%s", lead, e->name);
	for (const struct xml_attribute *a = e->attributes; a; a = a->next)
		write_attribute(w, a);
	if (!e->first) {
		strbuf_add(&w->out, "/>");
		return;
	}
	strbuf_add(&w->out, ">");
	for (const struct xml_element *child = e->first; child; child = child->next)
		write_added(w, child, child_lead);
	strbuf_addf(&w->out, "%s</%s>", *child_lead ? lead : "", e->name);
}

/* Adds children to an element of the text, behind its last content: laid out as its last child of the
 * text is (NULL: there is none), else one level deeper than itself. */
static void write_added_children(struct writer *w, const struct xml_element *e,
	const struct xml_element *sibling, const struct xml_element *added)
{
	const char *own_lead = lead_of(w, e);
	const char *lead = sibling ? lead_of(w, sibling) : deeper(w, own_lead);
	const bool on_lines = strchr(lead, '\n');
	const bool is_empty_tag = e->inside == e->end;
	size_t at = e->close;

	if (is_empty_tag) {
		copy_to(w, e->tag_end);
		strbuf_add(&w->out, ">");
	} else {
		while (at > e->inside && strchr(" \t\r\n", w->text[at - 1]))
			at--;
		/* What was removed there is behind us already. */
		if (at < w->copied)
			at = w->copied;
		copy_to(w, at);
	}
	for (; added; added = added->next)
		write_added(w, added, lead);
	if (on_lines && !memchr(w->text + at, '\n', e->close - at))
		strbuf_add(&w->out, own_lead);
	if (is_empty_tag) {
		strbuf_addf(&w->out, "</%s>", e->name);
		w->copied = e->end;
	}
}

static size_t blanks_at(const char *text, size_t at)
{
	return strspn(text + at, " \t\r");
}

/* Leaves an element out: with the line end and the indentation before it when it has its lines for
 * itself, so that no empty line stays behind. */
static void skip_element(struct writer *w, const struct xml_element *e)
{
	size_t from = e->start;

	if (starts_line(w->text, e) && w->text[e->end + blanks_at(w->text, e->end)] == '\n') {
		from -= indent_length(w->text, e->start);
		from -= from > 0; /* the line end */
		from -= from > 0 && w->text[from - 1] == '\r';
	}
	copy_to(w, from);
	w->copied = e->end;
}

/* Copies the text up to an element's end with the changes that were made in it. */
static void write_element(struct writer *w, const struct xml_element *e)
{
	const struct xml_element *child, *sibling = NULL;

	for (const struct xml_attribute *a = e->attributes; a; a = a->next) {
		if (!a->value_at) {
			copy_to(w, e->tag_end);
			write_attribute(w, a);
		} else if (a->changed) {
			copy_to(w, a->value_at);
			strbuf_add(&w->out, a->value);
			w->copied += a->value_length;
		}
	}
	for (child = e->first; child && child->in_text; child = child->next) {
		if (child->removed)
			skip_element(w, child);
		else
			write_element(w, child);
		sibling = child;
	}
	if (child)
		write_added_children(w, e, sibling, child);
}

char *xml_splice(const struct xml_tree *tree)
{
	struct writer w = { .text = tree->text };

	w.layout = read_layout(&w.arena, tree);
	write_element(&w, tree->root);
	copy_to(&w, strlen(w.text));
	arena_fini(&w.arena);
	return strbuf_take(&w.out);
}
