/* tables NAME md|mdoc: prints one of the program's tables for README or manual, so that what they say
 * is what the program does. tests/check-docs compares. */
#include <locale.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "advice/findings.h"
#include "app/options.h"
#include "model/columns.h"
#include "view/bindings.h"

/* Prints one row: what it is called, and what it is. */
typedef void row_printer(const char *name, const char *text);

static void print_md(const char *name, const char *text)
{
	printf("| `%s` | ", name);
	for (; *text; text++) {
		if (*text == '|')
			putchar('\\');
		putchar(*text);
	}
	puts(" |");
}

/* mdoc(7) takes a quote at the start of a line as the start of a request, and a backslash anywhere. */
static void print_mdoc(const char *name, const char *text)
{
	fputs(".It Li \"", stdout);
	for (; *name; name++)
		fputs(*name == '\\'    ? "\\e"
			: *name == '"' ? "\\(dq"
				       : (char[]){ *name, '\0' },
			stdout);
	puts("\"");
	if (*text == '.' || *text == '\'')
		fputs("\\&", stdout);
	for (; *text; text++)
		fputs(*text == '\\' ? "\\e" : (char[]){ *text, '\0' }, stdout);
	putchar('\n');
}

static void print_keys(row_printer *print)
{
	for (size_t i = 0; i < binding_count; i++) {
		char names[128] = "";

		for (int k = 0; k < BINDING_KEYS_MAX && bindings[i].keys[k]; k++) {
			char one[32];

			if (k)
				strcat(names, " ");
			strcat(names, binding_key_name(bindings[i].keys[k], true, one, sizeof one));
		}
		print(names, bindings[i].help);
	}
}

static void print_columns(row_printer *print, const struct column *columns, size_t count)
{
	for (size_t i = 0; i < count; i++)
		print(columns[i].key, columns[i].help);
}

static void print_options(row_printer *print)
{
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *o = &option_rows[i];
		char name[96], letter[8] = "";

		if (o->letter)
			snprintf(letter, sizeof letter, "-%c, ", o->letter);
		snprintf(name, sizeof name, "%s--%s%s%s", letter, o->name, o->argument ? " " : "",
			o->argument ? o->argument : "");
		print(name, o->help);
	}
}

static void print_rules(row_printer *print)
{
	for (size_t i = 0; i < rule_count; i++) {
		char text[1024];

		snprintf(text, sizeof text, "%s. %s", rules[i].title, rules[i].help);
		print(rules[i].id, text);
	}
}

int main(int argc, char **argv)
{
	row_printer *print;

	setlocale(LC_CTYPE, "");
	if (argc != 3 || (strcmp(argv[2], "md") && strcmp(argv[2], "mdoc")))
		return 2;
	print = strcmp(argv[2], "md") ? print_mdoc : print_md;
	if (print == print_md)
		puts("| | |\n| --- | --- |");
	if (!strcmp(argv[1], "keys"))
		print_keys(print);
	else if (!strcmp(argv[1], "vm-columns"))
		print_columns(print, vm_columns, VM_COL__COUNT);
	else if (!strcmp(argv[1], "thread-columns"))
		print_columns(print, thread_columns, THREAD_COL__COUNT);
	else if (!strcmp(argv[1], "exit-columns"))
		print_columns(print, exit_columns, EXIT_COL__COUNT);
	else if (!strcmp(argv[1], "options"))
		print_options(print);
	else if (!strcmp(argv[1], "rules"))
		print_rules(print);
	else
		return 2;
	return 0;
}
