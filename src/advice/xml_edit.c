#include "advice/xml_edit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/xml_tree.h"
#include "core/mem.h"
#include "core/text.h"

/* What was asked for, kept to check the result. */
struct request {
	const char *path, *attribute, *value; /* value NULL: any */
	struct request *next;
};

/* How the text is laid out. */
struct layout {
	const char *newline; /* "" when it is all on one line */
	const char *unit;    /* one level of indentation */
	char quote;
};

struct xml_edit {
	struct xml_tree tree;
	struct layout layout;
	struct request *requests;
};

struct step {
	char name[32], attribute[32], value[32]; /* attribute "": any element of that name */
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
static struct layout read_layout(struct xml_tree *tree)
{
	const struct xml_element *root = tree->root, *child = root->first;
	struct layout l = { .newline = "\n", .unit = "  ", .quote = '\'' };
	const char *own = indent_of(&tree->arena, tree->text, root);
	const char *text = tree->text;
	size_t line;

	if (root->attributes)
		l.quote = text[root->attributes->value_at - 1];
	if (!child)
		return l;
	if (!starts_line(text, child))
		return (struct layout){ .newline = "", .unit = "", .quote = l.quote };
	line = child->start - indent_length(text, child->start);
	if (line >= 2 && text[line - 2] == '\r')
		l.newline = "\r\n";
	l.unit = indent_of(&tree->arena, text, child);
	if (!strncmp(l.unit, own, strlen(own)))
		l.unit += strlen(own);
	return l;
}

struct xml_edit *xml_edit_new(const char *xml, char *why, size_t size)
{
	struct xml_edit *e = mem_calloc(1, sizeof *e);

	if (!xml_tree_read(&e->tree, xml, why, size)) {
		xml_edit_free(e);
		return NULL;
	}
	if (strcmp(e->tree.root->name, "domain")) {
		snprintf(why, size, "this is no domain XML: its root element is not <domain>");
		xml_edit_free(e);
		return NULL;
	}
	e->layout = read_layout(&e->tree);
	return e;
}

void xml_edit_free(struct xml_edit *e)
{
	if (!e)
		return;
	xml_tree_fini(&e->tree);
	free(e);
}

static const char *next_step(const char *path, struct step *step)
{
	const size_t length = strcspn(path, "/");

	*step = (struct step){ 0 };
	/* timer[name=hpet] */
	sscanf(path, "%31[^[/][%31[^]=]=%31[^]]]", step->name, step->attribute, step->value);
	return path + length + (path[length] == '/');
}

static struct xml_element *find_child(const struct xml_element *parent, const struct step *step)
{
	for (struct xml_element *e = parent->first; e; e = e->next) {
		const struct xml_attribute *a;

		if (e->foreign || strcmp(e->name, step->name))
			continue;
		if (!*step->attribute)
			return e;
		a = xml_element_attribute(e, step->attribute);
		if (a && !strcmp(a->value, step->value))
			return e;
	}
	return NULL;
}

static struct xml_element *find_path(const struct xml_tree *tree, const char *path)
{
	struct xml_element *e = tree->root;
	struct step step;

	while (e && *path) {
		path = next_step(path, &step);
		e = find_child(e, &step);
	}
	return e;
}

static struct xml_element *make_path(struct xml_tree *tree, const char *path)
{
	struct xml_element *parent = tree->root;
	struct step step;

	while (*path) {
		struct xml_element *e;

		path = next_step(path, &step);
		e = find_child(parent, &step);
		if (!e)
			e = xml_tree_add(tree, parent, arena_strdup(&tree->arena, step.name));
		if (*step.attribute && !xml_element_attribute(e, step.attribute))
			xml_tree_add_attribute(tree, e, arena_strdup(&tree->arena, step.attribute),
				arena_strdup(&tree->arena, step.value));
		parent = e;
	}
	return parent;
}

static void add_request(
	struct xml_edit *e, const char *path, const char *attribute, const char *value)
{
	struct request *r = arena_alloc(&e->tree.arena, sizeof *r);

	r->path = arena_strdup(&e->tree.arena, path);
	r->attribute = arena_strdup(&e->tree.arena, attribute);
	r->value = arena_strdup(&e->tree.arena, value);
	r->next = e->requests;
	e->requests = r;
}

void xml_edit_set(struct xml_edit *e, const char *path, const char *attribute, const char *value)
{
	struct xml_element *element = make_path(&e->tree, path);
	struct xml_attribute *a;

	add_request(e, path, attribute, value);
	if (!attribute)
		return;
	a = xml_element_attribute(element, attribute);
	if (!a) {
		xml_tree_add_attribute(
			&e->tree, element, e->requests->attribute, e->requests->value);
	} else if (strcmp(a->value, value)) {
		a->value = e->requests->value;
		a->changed = true;
	}
}

void xml_edit_default(
	struct xml_edit *e, const char *path, const char *attribute, const char *value)
{
	struct xml_element *element = make_path(&e->tree, path);

	add_request(e, path, attribute, NULL);
	if (!xml_element_attribute(element, attribute))
		xml_tree_add_attribute(&e->tree, element, e->requests->attribute,
			arena_strdup(&e->tree.arena, value));
}

struct writer {
	struct strbuf out;
	const char *text;
	size_t copied; /* the text up to here is in out, or was replaced */
	struct layout layout;
	struct arena arena;
};

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
		write_element(w, child);
		sibling = child;
	}
	if (child)
		write_added_children(w, e, sibling, child);
}

static bool holds(const struct xml_tree *tree, const struct request *r)
{
	const struct xml_element *e = find_path(tree, r->path);
	const struct xml_attribute *a;

	if (!e || !r->attribute)
		return e;
	a = xml_element_attribute(e, r->attribute);
	return a && (!r->value || !strcmp(a->value, r->value));
}

static bool check(const struct xml_edit *e, const char *text, char *why, size_t size)
{
	struct xml_tree tree;
	bool ok = xml_tree_read(&tree, text, why, size);

	for (const struct request *r = e->requests; ok && r; r = r->next)
		if (!holds(&tree, r)) {
			snprintf(why, size, "the changed XML has no %s as it should", r->path);
			ok = false;
		}
	xml_tree_fini(&tree);
	return ok;
}

char *xml_edit_result(const struct xml_edit *e, char *why, size_t size)
{
	struct writer w = { .text = e->tree.text, .layout = e->layout };
	char *result;

	write_element(&w, e->tree.root);
	copy_to(&w, strlen(w.text));
	arena_fini(&w.arena);
	result = strbuf_take(&w.out);
	if (check(e, result, why, size))
		return result;
	free(result);
	return NULL;
}
