/* tables NAME md|mdoc: prints one of the program's tables for README or manual, tables objects schema the members of JSON
 * objects that rows of tables are, so
 * that what they say is what the program does. tests/check-docs compares. */
#include <ctype.h>
#include <jansson.h>
#include <locale.h>
#include <stdio.h>
#include <string.h>

#include "advice/finding_columns.h"
#include "advice/findings.h"
#include "advice/log_columns.h"
#include "app/options.h"
#include "model/clock_columns.h"
#include "model/columns.h"
#include "model/fields.h"
#include "model/halt_columns.h"
#include "model/host_cpu_columns.h"
#include "model/kvm_event_columns.h"
#include "model/placement_columns.h"
#include "model/symbol_columns.h"
#include "view/bindings.h"
#include "view/settings.h"
#include "view/views.h"

/* How a document writes a table: its head, and a row: what it is called on the screen, in JSON (NULL:
 * nowhere), and what it is. */
struct form {
	const char *name;
	void (*head)(const char *what);
	void (*row)(const char *title, const char *key, const char *text);
};

static void md_head(const char *what)
{
	printf("| %s | |\n| --- | --- |\n", what);
}

static void md_row(const char *title, const char *key, const char *text)
{
	printf("| `%s`", title);
	if (key)
		printf(" (`%s`)", key);
	fputs(" | ", stdout);
	for (; *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
	puts(" |");
}

static void mdoc_head(const char *what)
{
	(void)what; /* the manual's sections have titles of their own */
}

/* roff takes a backslash as the start of an escape, and a quote ends an argument. */
static void mdoc_escape(const char *text)
{
	for (; *text; text++)
		if (*text == '\\')
			fputs("\\e", stdout);
		else if (*text == '"')
			fputs("\\(dq", stdout);
		else
			putchar(*text);
}

/* A sentence starts on a line of its own, as mdoc(7) asks for. */
static void mdoc_row(const char *title, const char *key, const char *text)
{
	fputs(".It Li \"", stdout);
	if (ispunct((unsigned char)*title) && !title[1]) /* by itself it would close the macro */
		fputs("\\&", stdout);
	mdoc_escape(title);
	fputs("\"", stdout);
	if (key)
		printf(" Pq Li %s", key);
	putchar('\n');
	while (*text) {
		const char *end = strstr(text, ". ");
		const int length = end ? (int)(end - text) + 1 : (int)strlen(text);
		char line[1024];

		snprintf(line, sizeof line, "%.*s", length, text);
		if (ispunct((unsigned char)*line))
			fputs("\\&", stdout);
		mdoc_escape(line);
		putchar('\n');
		text += length;
		text += *text == ' ';
	}
}

static void print_keys(const struct form *form, unsigned context)
{
	form->head("Key");
	for (size_t i = 0; i < binding_count; i++) {
		char names[128] = "";

		if (!(bindings[i].contexts & context))
			continue;
		for (int k = 0; k < BINDING_KEYS_MAX && bindings[i].keys[k]; k++) {
			char one[32];

			if (k)
				strcat(names, " ");
			strcat(names, binding_key_name(bindings[i].keys[k], true, one, sizeof one));
		}
		form->row(names, NULL, bindings[i].help);
	}
}

static void print_columns(const struct form *form, const struct field *columns, size_t count)
{
	form->head("Column (in JSON)");
	for (size_t i = 0; i < count; i++)
		form->row(columns[i].title, columns[i].key, columns[i].help);
}

/* What an object of the JSON Schema has of a table's rows. */
static json_t *members_of(const struct field *fields, size_t count)
{
	json_t *members = json_object();

	for (size_t i = 0; i < count; i++) {
		const struct field *f = &fields[i];
		const char *kind = field_is_text(f)        ? "text"
				   : field_is_yes_or_no(f) ? "switch"
				   : field_is_whole(f)     ? "whole"
							   : "number";
		json_t *member = json_pack("{s:s}", "description", f->help);

		if (f->kind == FIELD_BOOL)
			json_object_set_new(member, "type", json_string("boolean"));
		else if (f->always)
			json_object_set_new(member, "type",
				json_string(field_is_text(f) ? "string" : "integer"));
		else
			json_object_set_new(member, "$ref", json_sprintf("#/$defs/%s", kind));
		json_object_set_new(members, f->key, member);
	}
	return members;
}

/* Where the schema has them, below $defs. */
static const struct field_table column_tables[] = {
	{ "vm", vm_columns, VM_COL__COUNT },
	{ "thread", thread_columns + THREAD_COL_NAME, THREAD_COL__COUNT - THREAD_COL_NAME },
	{ "irq_line", irq_columns, IRQ_COL__COUNT },
	{ "vm_exit", exit_columns, EXIT_COL__COUNT },
	{ "thread_exit", exit_columns, EXIT_COL__COUNT },
	{ "exit_detail", exit_columns + EXIT_COL_SAMPLES, EXIT_COL__COUNT - EXIT_COL_SAMPLES },
	{ "hot_symbol", symbol_columns, SYMBOL_COL__COUNT },
	{ "kvm_event", kvm_event_columns, KVM_EVENT_COL__COUNT },
	{ "halts", halt_columns + HALT_COL_POLL, HALT_COL__COUNT - HALT_COL_POLL },
};

static void add_objects(json_t *objects, const struct field_table *tables, size_t count)
{
	for (size_t i = 0; i < count; i++)
		json_array_append_new(
			objects, json_pack("{s:s, s:o}", "object", tables[i].object, "members",
					 members_of(tables[i].fields, tables[i].count)));
}

static void print_schema(void)
{
	json_t *objects = json_array();

	add_objects(objects, column_tables, sizeof column_tables / sizeof *column_tables);
	add_objects(objects, field_tables, FIELDS__COUNT);
	json_dumpf(objects, stdout, JSON_INDENT(2));
	putchar('\n');
	json_decref(objects);
}

static void print_views(const struct form *form)
{
	form->head("View");
	for (int i = 0; i < VIEW__COUNT; i++)
		form->row(views[i]->name, NULL, views[i]->help);
}

static void print_options(const struct form *form)
{
	form->head("Option");
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *o = &option_rows[i];
		char name[96], letter[8] = "";

		if (o->letter)
			snprintf(letter, sizeof letter, "-%c, ", o->letter);
		snprintf(name, sizeof name, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
			o->argument ? o->argument : "");
		form->row(name, NULL, o->help);
	}
}

static void print_rules(const struct form *form)
{
	form->head("Rule");
	for (size_t i = 0; i < rule_count; i++) {
		struct arena arena = { 0 };

		form->row(rules[i].id, NULL,
			arena_printf(
				&arena, "%s. %s", rules[i].title, rule_help(&rules[i], &arena)));
		arena_fini(&arena);
	}
}

static void print_settings(const struct form *form)
{
	form->head("Setting (in the file)");
	for (size_t i = 0; i < settings_row_count; i++) {
		const struct setting *s = &settings_rows[i];
		char range[64], first[32], text[512];

		setting_range(s, sizeof range, range);
		setting_write(s, s->first, sizeof first, first);
		snprintf(text, sizeof text, "%s Value: %s (default: %s).", s->help, range, first);
		form->row(s->name, s->key, text);
	}
}

int main(int argc, char **argv)
{
	static const struct form forms[] = {
		{ .name = "md", .head = md_head, .row = md_row },
		{ .name = "mdoc", .head = mdoc_head, .row = mdoc_row },
	};
	static const struct {
		const char *name;
		unsigned context;
	} keys[] = {
		{ "keys", CONTEXT_MAIN },
		{ "overview-keys", CONTEXT_OVERVIEW },
		{ "list-keys", CONTEXT_LIST },
		{ "popup-keys", CONTEXT_POPUP | CONTEXT_REMEDY },
		{ "change-keys", CONTEXT_CHANGE },
		{ "drill-down-keys", CONTEXT_EXITS },
		{ "menu-keys", CONTEXT_MENU | CONTEXT_SETUP },
		{ "filter-keys", CONTEXT_FILTER },
		{ "replay-keys", CONTEXT_REPLAY | CONTEXT_GO_TO },
	};
	static const struct {
		const char *name;
		const struct field *columns;
		size_t count;
	} columns[] = {
		{ "vm-columns", vm_columns, VM_COL__COUNT },
		{ "thread-columns", thread_columns, THREAD_COL__COUNT },
		{ "exit-columns", exit_columns, EXIT_COL__COUNT },
		{ "irq-columns", irq_columns, IRQ_COL__COUNT },
		{ "clock-columns", clock_columns, CLOCK_COL__COUNT },
		{ "symbol-columns", symbol_columns, SYMBOL_COL__COUNT },
		{ "kvm-event-columns", kvm_event_columns, KVM_EVENT_COL__COUNT },
		{ "host-cpu-columns", host_cpu_columns, HOST_CPU_COL__COUNT },
		{ "placement-columns", placement_columns, PLACEMENT_COL__COUNT },
		{ "finding-columns", finding_columns, FINDING_COL__COUNT },
		{ "halt-columns", halt_columns, HALT_COL__COUNT },
		{ "log-columns", log_columns, LOG_COL__COUNT },
	};
	const struct form *form = NULL;

	setlocale(LC_CTYPE, "C.UTF-8");
	for (size_t i = 0; argc == 3 && i < sizeof forms / sizeof *forms; i++)
		if (!strcmp(argv[2], forms[i].name))
			form = &forms[i];
	if (argc == 3 && !strcmp(argv[1], "objects") && !strcmp(argv[2], "schema")) {
		print_schema();
		return 0;
	}
	if (!form)
		return 2;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (!strcmp(argv[1], keys[i].name)) {
			print_keys(form, keys[i].context);
			return 0;
		}
	for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
		if (!strcmp(argv[1], columns[i].name)) {
			print_columns(form, columns[i].columns, columns[i].count);
			return 0;
		}
	if (!strcmp(argv[1], "views"))
		print_views(form);
	else if (!strcmp(argv[1], "options"))
		print_options(form);
	else if (!strcmp(argv[1], "rules"))
		print_rules(form);
	else if (!strcmp(argv[1], "settings"))
		print_settings(form);
	else
		return 2;
	return 0;
}
