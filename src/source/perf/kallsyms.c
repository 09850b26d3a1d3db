#include "source/perf/kallsyms.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Longer than the kernel's longest name (KSYM_NAME_LEN) with a module's. */
enum { LINE_MAX_BYTES = 1024 };

/* Functions alone: T, t, and weak ones. */
static bool is_code(char type)
{
	return type == 'T' || type == 't' || type == 'W' || type == 'w';
}

/* Not functions, but labels that share addresses with them: "__pfx_poll_freewait" marks the padding in front. */
static bool is_label(const char *name)
{
	return !strncmp(name, "__pfx_", 6) || !strncmp(name, "__cfi_", 6) || name[0] == '.';
}

/* "ffffffffc0a1b2c3 t vmx_vcpu_run\t[kvm_intel]". Cuts line up. *any is set where an
 * address is told at all. */
static void add_line(struct symbol_table *t, char *line, bool *any)
{
	char *at, *name, *module;
	const uint64_t address = strtoull(line, &at, 16);
	char type;

	if (at == line || at[0] != ' ' || !at[1] || at[2] != ' ')
		return;
	if (address)
		*any = true;
	type = at[1];
	name = at + 3;
	name[strcspn(name, "\n")] = '\0';
	module = strchr(name, '\t');
	if (module) {
		*module++ = '\0';
		module += *module == '[';
		module[strcspn(module, "]")] = '\0';
	}
	if (!address || !is_code(type) || !*name || is_label(name))
		return;
	symbol_table_add(
		t, address, 0, name, module && *module ? module : KALLSYMS_KERNEL, type == 'T');
}

enum kallsyms_state kallsyms_read(struct symbol_table *t, const char *path, const atomic_bool *stop)
{
	FILE *file = fopen(path, "re");
	char line[LINE_MAX_BYTES];
	bool any_line = false, any_address = false;

	if (!file)
		return KALLSYMS_ABSENT;
	while (!(stop && *stop) && fgets(line, sizeof line, file)) {
		any_line = true;
		add_line(t, line, &any_address);
	}
	fclose(file);
	symbol_table_sort(t);
	return !any_line ? KALLSYMS_ABSENT : any_address ? KALLSYMS_READ : KALLSYMS_HIDDEN;
}
