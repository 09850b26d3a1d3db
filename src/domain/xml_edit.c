#include "domain/xml_edit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "domain/xml_splice.h"
#include "domain/xml_tree.h"

/* What was asked for, kept to check the result. */
struct request {
	const char *path, *attribute, *value; /* value NULL: any */
	struct request *next;
};

struct xml_edit {
	struct xml_tree tree;
	struct request *requests;
	const char *refused; /* why there is no result; NULL: there is */
};

struct step {
	char name[32], attribute[32], value[32]; /* attribute "": any element of that name */
};

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

static bool fits(const struct xml_element *e, const struct step *step)
{
	const struct xml_attribute *a;

	if (e->removed || e->foreign != (strchr(step->name, ':') != NULL) ||
		strcmp(e->name, step->name) != 0)
		return false;
	if (!*step->attribute)
		return true;
	a = xml_element_attribute(e, step->attribute);
	return a && !strcmp(a->value, step->value);
}

/* The first of e and its later siblings that the step fits. */
static struct xml_element *find_fitting(struct xml_element *e, const struct step *step)
{
	while (e && !fits(e, step))
		e = e->next;
	return e;
}

static struct xml_element *find_path(const struct xml_tree *tree, const char *path)
{
	struct xml_element *e = tree->root;
	struct step step;

	while (e && *path) {
		path = next_step(path, &step);
		e = find_fitting(e->first, &step);
	}
	return e;
}

struct xml_element *xml_edit_find(const struct xml_edit *e, const char *path)
{
	return find_path(&e->tree, path);
}

struct xml_element *xml_edit_next(
	const struct xml_edit *e, const char *path, const struct xml_element *previous)
{
	struct step step = { 0 };

	if (!previous)
		return xml_edit_find(e, path);
	while (*path)
		path = next_step(path, &step);
	return find_fitting(previous->next, &step);
}

struct xml_element *xml_edit_child(const struct xml_element *parent, const char *name)
{
	struct step step = { 0 };

	snprintf(step.name, sizeof step.name, "%s", name);
	return find_fitting(parent->first, &step);
}

const char *xml_edit_value(const struct xml_element *element, const char *attribute)
{
	const struct xml_attribute *a = element ? xml_element_attribute(element, attribute) : NULL;

	return a ? a->value : NULL;
}

const char *xml_edit_content(struct xml_edit *e, const struct xml_element *element)
{
	const struct xml_element *child = element->first;
	const size_t end = child && child->in_text ? child->start : element->close;

	return arena_printf(&e->tree.arena, "%.*s", (int)(end - element->inside),
		e->tree.text + element->inside);
}

static struct xml_element *make_path(struct xml_tree *tree, const char *path)
{
	struct xml_element *parent = tree->root;
	struct step step;

	while (*path) {
		struct xml_element *e;

		path = next_step(path, &step);
		e = find_fitting(parent->first, &step);
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

void xml_edit_change(
	struct xml_edit *e, struct xml_element *element, const char *attribute, const char *value)
{
	struct xml_attribute *a = xml_element_attribute(element, attribute);

	if (!a) {
		xml_tree_add_attribute(&e->tree, element, arena_strdup(&e->tree.arena, attribute),
			arena_strdup(&e->tree.arena, value));
	} else if (strcmp(a->value, value) != 0) {
		a->value = arena_strdup(&e->tree.arena, value);
		a->changed = true;
	}
}

struct xml_element *xml_edit_add(struct xml_edit *e, struct xml_element *parent, const char *name)
{
	return xml_tree_add(&e->tree, parent, name);
}

void xml_edit_remove(struct xml_element *element)
{
	if (element)
		element->removed = true;
}

void xml_edit_refuse(struct xml_edit *e, const char *why)
{
	e->refused = arena_strdup(&e->tree.arena, why);
}

void xml_edit_set(struct xml_edit *e, const char *path, const char *attribute, const char *value)
{
	struct xml_element *element = make_path(&e->tree, path);

	add_request(e, path, attribute, value);
	if (attribute)
		xml_edit_change(e, element, attribute, value);
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

static bool holds(const struct xml_tree *tree, const struct request *r)
{
	const struct xml_element *e = find_path(tree, r->path);
	const struct xml_attribute *a;

	if (!e || !r->attribute)
		return e;
	a = xml_element_attribute(e, r->attribute);
	return a && (!r->value || !strcmp(a->value, r->value));
}

static const struct xml_element *skip_removed(const struct xml_element *e)
{
	while (e && e->removed)
		e = e->next;
	return e;
}

static bool same_attributes(const struct xml_element *a, const struct xml_element *b)
{
	const struct xml_attribute *x = a->attributes, *y = b->attributes;

	for (; x && y; x = x->next, y = y->next)
		if (strcmp(x->name, y->name) != 0 || strcmp(x->value, y->value) != 0)
			return false;
	return !x && !y;
}

/* Is b what a was changed to, without what was removed? */
static bool same_element(const struct xml_element *a, const struct xml_element *b)
{
	const struct xml_element *x = skip_removed(a->first), *y = b->first;

	if (strcmp(a->name, b->name) != 0 || !same_attributes(a, b))
		return false;
	for (; x && y; x = skip_removed(x->next), y = y->next)
		if (!same_element(x, y))
			return false;
	return !x && !y;
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
	if (ok && !same_element(e->tree.root, tree.root)) {
		snprintf(why, size, "the changed XML is not what it was changed to");
		ok = false;
	}
	xml_tree_fini(&tree);
	return ok;
}

char *xml_edit_result(const struct xml_edit *e, char *why, size_t size)
{
	char *result;

	if (e->refused) {
		snprintf(why, size, "%s", e->refused);
		return NULL;
	}
	result = xml_splice(&e->tree);
	if (check(e, result, why, size))
		return result;
	free(result);
	return NULL;
}
