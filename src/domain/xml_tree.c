#include "domain/xml_tree.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlerror.h>

#include "core/text.h"

static const char blanks[] = " \t\r\n";

struct reader {
	struct xml_tree *tree;
	size_t length; /* of the text */
	xmlParserCtxtPtr parser;
	struct xml_element *open; /* the innermost element that is not closed yet */
	const xmlChar *root_uri;  /* kept in the parser's dictionary, so one text has one address */
	bool has_doctype;
	bool lost; /* the parser is not where this file thinks it is */
};

struct xml_element *xml_tree_add(
	struct xml_tree *tree, struct xml_element *parent, const char *name)
{
	struct xml_element *e = arena_alloc(&tree->arena, sizeof *e);

	e->name = name;
	e->parent = parent;
	if (!parent)
		tree->root = e;
	else if (parent->last)
		parent->last->next = e;
	else
		parent->first = e;
	if (parent)
		parent->last = e;
	return e;
}

struct xml_attribute *xml_tree_add_attribute(
	struct xml_tree *tree, struct xml_element *element, const char *name, const char *value)
{
	struct xml_attribute *a = arena_alloc(&tree->arena, sizeof *a);

	a->name = name;
	a->value = value;
	if (element->last_attribute)
		element->last_attribute->next = a;
	else
		element->attributes = a;
	element->last_attribute = a;
	return a;
}

struct xml_attribute *xml_element_attribute(const struct xml_element *element, const char *name)
{
	struct xml_attribute *a = element->attributes;

	while (a && strcmp(a->name, name))
		a = a->next;
	return a;
}

static const char *copy_bytes(struct xml_tree *tree, const char *at, size_t length)
{
	return memcpy(arena_alloc(&tree->arena, length + 1), at, length);
}

/* The attributes of a start tag as they stand in the text; libxml2 has seen that it is well-formed:
 *     <timer name='rtc' tickpolicy = "catchup">
 * Begins behind the element's name; returns where the last attribute ends. */
static size_t read_attributes(struct xml_tree *tree, struct xml_element *e, const char *at)
{
	const char *text = tree->text;

	for (;;) {
		const char *name = at + strspn(at, blanks);
		const size_t length = strcspn(name, "= \t\r\n/>");
		const char *quote, *end;
		struct xml_attribute *a;

		if (!length)
			return (size_t)(at - text);
		quote = name + strcspn(name, "'\"");
		end = strchr(quote + 1, *quote);
		a = xml_tree_add_attribute(tree, e, copy_bytes(tree, name, length),
			copy_bytes(tree, quote + 1, (size_t)(end - quote - 1)));
		a->value_at = (size_t)(quote + 1 - text);
		a->value_length = (size_t)(end - quote - 1);
		at = end + 1;
	}
}

/* The offset just before byte c, looked for backwards from before offset at. */
static bool find_back(const char *text, size_t at, char c, size_t *found)
{
	const char *p = memrchr(text, c, at);

	if (p)
		*found = (size_t)(p - text);
	return p != NULL;
}

/* libxml2 calls this when it has read a start tag up to its '>' or '/>'; a '<' before that can only be
 * the tag's own, as attribute values must not hold one. */
static void start_element(void *ctx, const xmlChar *localname, const xmlChar *prefix,
	const xmlChar *uri, int namespace_count, const xmlChar **namespaces, int attribute_count,
	int defaulted_count, const xmlChar **attributes)
{
	struct reader *r = ctx;
	struct xml_tree *tree = r->tree;
	const long at = xmlByteConsumed(r->parser);
	const char *text = tree->text;
	struct xml_element *e;
	const char *name;
	size_t length, start;

	(void)localname, (void)prefix, (void)namespace_count, (void)namespaces;
	(void)attribute_count, (void)defaulted_count, (void)attributes;
	if (r->lost)
		return;
	if (at < 0 || (size_t)at >= r->length || (text[at] != '>' && text[at] != '/') ||
		!find_back(text, (size_t)at, '<', &start)) {
		r->lost = true;
		return;
	}
	if (!tree->root)
		r->root_uri = uri;
	name = text + start + 1;
	length = strcspn(name, " \t\r\n/>");
	e = xml_tree_add(tree, r->open, copy_bytes(tree, name, length));
	e->foreign = uri != r->root_uri;
	e->in_text = true;
	e->start = start;
	e->tag_end = read_attributes(tree, e, name + length);
	e->inside = (size_t)at + (text[at] == '/' ? 2 : 1);
	r->open = e;
}

/* Called behind the '>' of an end tag, or of a tag without content. */
static void end_element(
	void *ctx, const xmlChar *localname, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = ctx;
	const long at = xmlByteConsumed(r->parser);
	struct xml_element *e = r->open;

	(void)localname, (void)prefix, (void)uri;
	if (r->lost)
		return;
	e->end = e->close = (size_t)at;
	if (e->end != e->inside &&
		(e->end < e->inside || !find_back(r->tree->text, e->end, '<', &e->close) ||
			e->close < e->inside))
		r->lost = true;
	r->open = e->parent;
}

/* An internal subset could define entities that hold elements: they stand at no place in the text. */
static void see_doctype(
	void *ctx, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
	struct reader *r = ctx;

	(void)name, (void)external_id, (void)system_id;
	r->has_doctype = true;
	xmlStopParser(r->parser);
}

/* <?xml version='1.0' encoding='ISO-8859-1'?>: offsets would be those of libxml2's conversion. */
static bool is_utf8_declared(const char *xml)
{
	const char *end, *encoding;

	if (!strncmp(xml, "\xef\xbb\xbf", 3))
		xml += 3;
	end = strncmp(xml, "<?xml", 5) ? NULL : strstr(xml, "?>");
	if (!end)
		return true;
	encoding = memmem(xml, (size_t)(end - xml), "encoding", strlen("encoding"));
	if (!encoding)
		return true;
	encoding += strcspn(encoding, "'\"?");
	return !strncasecmp(encoding + 1, "utf-8", 5) && encoding[6] == *encoding;
}

/* "line 3: Opening and ending tag mismatch: clock line 2 and domain\n" */
static void explain(xmlParserCtxtPtr parser, char *why, size_t size)
{
	const xmlError *error = xmlCtxtGetLastError(parser);
	char message[100];

	if (!error || !error->message) {
		snprintf(why, size, "the domain XML does not parse");
		return;
	}
	text_clean(message, sizeof message, error->message);
	message[strcspn(message, "?")] = '\0'; /* the cleaned line end */
	snprintf(why, size, "the domain XML does not parse: line %d: %s", error->line, message);
}

static bool parse(struct reader *r, char *why, size_t size)
{
	const xmlSAXHandler handler = {
		.initialized = XML_SAX2_MAGIC,
		.internalSubset = see_doctype,
		.startElementNs = start_element,
		.endElementNs = end_element,
	};

	*r->parser->sax = handler;
	r->parser->userData = r;
	xmlCtxtReadMemory(r->parser, r->tree->text, (int)r->length, NULL, NULL,
		XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (r->has_doctype) {
		snprintf(why, size, "the domain XML has a document type, which kvmtop refuses");
		return false;
	}
	if (!r->parser->wellFormed || !r->tree->root) {
		explain(r->parser, why, size);
		return false;
	}
	if (r->lost)
		snprintf(why, size, "libxml2 does not say where the elements of the XML stand");
	return !r->lost;
}

bool xml_tree_read(struct xml_tree *tree, const char *xml, char *why, size_t size)
{
	struct reader r = { .tree = tree, .length = strlen(xml) };
	bool ok;

	*tree = (struct xml_tree){ 0 };
	tree->text = arena_strdup(&tree->arena, xml);
	if (r.length > INT_MAX) {
		snprintf(why, size, "the domain XML is too long");
		return false;
	}
	/* Any other start would make libxml2 guess an encoding. */
	if (!strchr("<\xef \t\r\n", *xml)) {
		snprintf(why, size, "the domain XML does not parse: it does not begin with '<'");
		return false;
	}
	if (!is_utf8_declared(xml)) {
		snprintf(why, size, "the domain XML is not UTF-8: convert it with iconv");
		return false;
	}
	r.parser = xmlNewParserCtxt();
	if (!r.parser) {
		snprintf(why, size, "there is no memory to read the domain XML");
		return false;
	}
	ok = parse(&r, why, size);
	xmlFreeParserCtxt(r.parser);
	return ok;
}

void xml_tree_fini(struct xml_tree *tree)
{
	arena_fini(&tree->arena);
	*tree = (struct xml_tree){ 0 };
}
