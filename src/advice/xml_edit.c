#include "advice/xml_edit.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/xml_splice.h"
#include "advice/xml_tree.h"
#include "core/mem.h"

/* What was asked for, kept to check the result. */
struct request {
	const char *path, *attribute, *value; /* value NULL: any */
	struct request *next;
};

struct xml_edit {
	struct xml_tree tree;
	struct request *requests;
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
	char *result = xml_splice(&e->tree);

	if (check(e, result, why, size))
		return result;
	free(result);
	return NULL;
}
