#include "source/tracefs/trace_names.h"

#include <event-parse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/tracefs/trace_format.h"

/* Numbers that were asked for are kept as names too; a recording may be full of them. */
#define NAMES_MAX 4096

struct trace_names {
	struct map by_code; /* isa and reason -> char * */
};

static uint64_t code(enum exit_isa isa, uint32_t reason)
{
	return (uint64_t)isa << 32 | reason;
}

static const char *add(struct trace_names *names, uint64_t key, const char *name)
{
	char *copy = mem_strdup(name);

	free(map_put(&names->by_code, key, copy));
	return copy;
}

/* The first field that an expression mentions: REC->exit_reason & 0xffff. NULL: none. */
static const char *field_of(const struct tep_print_arg *arg)
{
	const char *name;

	if (!arg)
		return NULL;
	switch (arg->type) {
	case TEP_PRINT_FIELD:
		return arg->field.name;
	case TEP_PRINT_TYPE:
		return field_of(arg->typecast.item);
	case TEP_PRINT_OP:
		name = field_of(arg->op.left);
		return name ? name : field_of(arg->op.right);
	default:
		return NULL;
	}
}

static bool mentions(const struct tep_print_arg *arg, const char *field)
{
	const char *name = field_of(arg);

	return name && !strcmp(name, field);
}

/* __print_symbolic(REC->exit_reason, { 0x07b, "io" }, ..., { -1, "invalid_guest_state" }) */
static void add_table(
	struct trace_names *names, const struct tep_print_arg_symbol *table, enum exit_isa isa)
{
	const uint32_t bit = mentions(table->field, "ret") ? TRACE_ARM_RET : 0;

	for (const struct tep_print_flag_sym *s = table->symbols; s; s = s->next)
		add(names, code(isa, (uint32_t)strtoll(s->value, NULL, 0) | bit), s->str);
}

/* The n of (REC->isa == n); EXIT_ISA_UNKNOWN when the condition is another one. */
static enum exit_isa isa_of(const struct tep_print_arg *condition)
{
	long n;

	if (condition->type != TEP_PRINT_OP || strcmp(condition->op.op, "==") != 0 ||
		!mentions(condition, "isa") || condition->op.right->type != TEP_PRINT_ATOM)
		return EXIT_ISA_UNKNOWN;
	n = strtol(condition->op.right->atom.atom, NULL, 0);
	return n == EXIT_ISA_VMX || n == EXIT_ISA_SVM ? (enum exit_isa)n : EXIT_ISA_UNKNOWN;
}

static enum exit_isa other_isa(enum exit_isa isa)
{
	return isa == EXIT_ISA_VMX   ? EXIT_ISA_SVM
	       : isa == EXIT_ISA_SVM ? EXIT_ISA_VMX
				     : EXIT_ISA_UNKNOWN;
}

/* Looks for tables in an argument of the print format, of which this is the one that counts on x86:
 *	(REC->isa == 1) ? __print_symbolic(...VMX...) : __print_symbolic(...SVM...)
 * libtraceevent parses a ? b : c as OP "?" { a, OP ":" { b, c } }. */
static void add_tables(
	struct trace_names *names, const struct tep_print_arg *arg, enum exit_isa isa)
{
	const struct tep_print_arg *branches;
	enum exit_isa then;

	if (arg->type == TEP_PRINT_SYMBOL) {
		add_table(names, &arg->symbol, isa);
		return;
	}
	if (arg->type != TEP_PRINT_OP || strcmp(arg->op.op, "?") != 0)
		return;
	branches = arg->op.right;
	if (branches->type != TEP_PRINT_OP || strcmp(branches->op.op, ":") != 0)
		return;
	then = isa_of(arg->op.left);
	add_tables(names, branches->op.left, then);
	add_tables(names, branches->op.right, other_isa(then));
}

struct trace_names *trace_names_new(const struct tep_event *kvm_exit)
{
	struct trace_names *names = mem_calloc(1, sizeof *names);

	for (const struct tep_print_arg *arg = kvm_exit->print_fmt.args; arg; arg = arg->next)
		add_tables(names, arg, EXIT_ISA_UNKNOWN);
	return names;
}

void trace_names_free(struct trace_names *names)
{
	size_t at = 0;
	void *name;

	if (!names)
		return;
	while (map_next(&names->by_code, &at, NULL, &name))
		free(name);
	map_fini(&names->by_code);
	free(names);
}

const char *trace_names_get(struct trace_names *names, enum exit_isa isa, uint32_t reason)
{
	const uint64_t key = code(isa, reason);
	const char *name = map_get(&names->by_code, key);
	char number[16];

	if (name)
		return name;
	if (names->by_code.count >= NAMES_MAX)
		return "other";
	snprintf(number, sizeof number, "0x%x", reason);
	return add(names, key, number);
}
