#include "source/perf/symbol_modules.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/perf/module_file.h"

void symbol_modules_guess(const struct proc_map *map, uint64_t address, struct symbol_name *out)
{
	out->nameless = true;
	if (!map) {
		snprintf(out->module, sizeof out->module, "?");
		snprintf(out->name, sizeof out->name, "0x%" PRIx64, address);
		return;
	}
	snprintf(out->module, sizeof out->module, "%s", proc_map_name(map));
	/* What a translator makes at run time has no files: TCG's code, BPF's. */
	if (!*map->path)
		snprintf(out->name, sizeof out->name, "code made at run time");
	else
		snprintf(out->name, sizeof out->name, "%s+0x%" PRIx64, out->module,
			address - map->start);
}

#ifdef HAVE_LIBDW

#include "source/perf/dw_lib.h"
#include "source/perf/eh_frame.h"
#include "source/perf/symbol_table.h"

enum { MODULES_MAX = 1024 };

struct module {
	uint64_t start, inode;
	Dwfl_Module *dwfl; /* NULL: the file could not be opened, or is none of ELF */
	struct symbol_table symbols;
	struct eh_frame frames;
	uint64_t bias; /* from the file's own addresses to the process's */
};

struct symbol_modules {
	pid_t pid;
	char *proc;
	enum symbol_library library;
	char why[LIBRARY_WHY_MAX]; /* it cannot be loaded */
	struct dw_lib dw;          /* when it is loaded */
	Dwfl_Callbacks callbacks;  /* likewise */
	Dwfl *dwfl;                /* NULL: it is not loaded */
	struct module *items;
	size_t count, capacity;
	size_t closed;
};

bool symbol_modules_built_in(void)
{
	return true;
}

struct symbol_modules *symbol_modules_new(pid_t pid, const char *proc)
{
	struct symbol_modules *m = mem_calloc(1, sizeof *m);

	m->pid = pid;
	m->proc = mem_strdup(proc);
	return m;
}

enum symbol_library symbol_modules_library(
	const struct symbol_modules *m, char why[static LIBRARY_WHY_MAX])
{
	memcpy(why, m->why, LIBRARY_WHY_MAX);
	return m->library;
}

/* Where it is not installed this is not tried again. */
static void load_library(struct symbol_modules *m)
{
	const int error = dw_lib_open(&m->dw, m->why);

	if (error) {
		m->library = error == -ENOENT ? SYMBOL_LIBRARY_ABSENT : SYMBOL_LIBRARY_UNUSABLE;
		return;
	}
	m->library = SYMBOL_LIBRARY_LOADED;
	/* By build-id in the host's /usr/lib/debug alone: libdwfl's own way would also ask servers of debug files, and
	 * that may take minutes. find_elf is never called: every module is reported with its file. */
	m->callbacks = (Dwfl_Callbacks){
		.find_elf = m->dw.dwfl_build_id_find_elf,
		.find_debuginfo = m->dw.dwfl_build_id_find_debuginfo,
	};
	m->dwfl = m->dw.dwfl_begin(&m->callbacks);
}

void symbol_modules_free(struct symbol_modules *m)
{
	for (size_t i = 0; i < m->count; i++)
		symbol_table_fini(&m->items[i].symbols);
	if (m->dwfl)
		m->dw.dwfl_end(m->dwfl);
	free(m->items);
	free(m->proc);
	free(m);
}

/* dwfl_module_addrinfo() goes through all symbols for each address: a table of its own is asked hundreds of times as
 * fast. */
static void load_symbols(const struct dw_lib *dw, struct module *module)
{
	const int count = dw->dwfl_module_getsymtab(module->dwfl);

	for (int i = 0; i < count; i++) {
		GElf_Sym symbol;
		GElf_Addr address;
		GElf_Word section;
		const char *name = dw->dwfl_module_getsym_info(
			module->dwfl, i, &symbol, &address, &section, NULL, NULL);
		const int type = GELF_ST_TYPE(symbol.st_info);

		if (!name || !*name || section == SHN_UNDEF ||
			(type != STT_FUNC && type != STT_GNU_IFUNC))
			continue;
		symbol_table_add(&module->symbols, address, symbol.st_size, name, NULL,
			GELF_ST_BIND(symbol.st_info) != STB_LOCAL);
	}
	symbol_table_sort(&module->symbols);
}

static void load_frames(const struct dw_lib *dw, struct module *module)
{
	GElf_Addr bias = 0;
	Elf *elf = dw->dwfl_module_getelf(module->dwfl, &bias);
	Elf_Scn *section = NULL;
	size_t names;

	module->bias = bias;
	if (!elf || dw->elf_getshdrstrndx(elf, &names))
		return;
	while ((section = dw->elf_nextscn(elf, section))) {
		GElf_Shdr shape;
		const char *name = dw->gelf_getshdr(section, &shape)
					   ? dw->elf_strptr(elf, names, shape.sh_name)
					   : NULL;
		const Elf_Data *data = name && !strcmp(name, ".eh_frame_hdr")
					       ? dw->elf_getdata(section, NULL)
					       : NULL;

		if (data && data->d_buf)
			module->frames =
				(struct eh_frame){ data->d_buf, data->d_size, shape.sh_addr };
	}
}

/* Where it does not work the file's name and an offset stay. */
static void load(struct symbol_modules *m, struct module *module, const struct proc_map *map)
{
	const struct dw_lib *dw = &m->dw;
	const int fd = module_file_open(m->proc, m->pid, map);

	if (m->library == SYMBOL_LIBRARY_UNKNOWN)
		load_library(m);
	if (fd < 0 || !m->dwfl) {
		m->closed += fd < 0 && map->inode != 0;
		if (fd >= 0)
			close(fd);
		return;
	}
	dw->dwfl_report_begin_add(m->dwfl);
	module->dwfl = dw->dwfl_report_elf(m->dwfl, map->path, map->path, fd, map->start, false);
	dw->dwfl_report_end(m->dwfl, NULL, NULL);
	if (!module->dwfl) {
		close(fd); /* else it is libdwfl's */
		m->closed++;
		return;
	}
	load_symbols(&m->dw, module);
	load_frames(&m->dw, module);
}

static struct module *find_module(struct symbol_modules *m, const struct proc_map *map)
{
	struct module new = { .start = map->start, .inode = map->inode };

	for (size_t i = 0; i < m->count; i++)
		if (m->items[i].start == map->start && m->items[i].inode == map->inode)
			return &m->items[i];
	if (m->count >= MODULES_MAX)
		return NULL;
	load(m, &new, map);
	m->items = mem_grow(m->items, m->count, &m->capacity, sizeof *m->items);
	m->items[m->count] = new;
	return &m->items[m->count++];
}

/* A function without a name still begins somewhere: all that is in it is one row then. */
static uint64_t find_begin(const struct module *module, uint64_t address)
{
	uint64_t begin;

	return eh_frame_find(&module->frames, address - module->bias, &begin) ? begin + module->bias
									      : address;
}

void symbol_modules_find(struct symbol_modules *m, const struct proc_map *map, uint64_t address,
	struct symbol_name *out)
{
	const struct symbol_entry *e;
	struct module *module;

	symbol_modules_guess(map, address, out);
	if (!map || !*map->path)
		return;
	module = find_module(m, map);
	if (!module || !module->dwfl)
		return;
	e = symbol_table_find(&module->symbols, address);
	out->nameless = !e;
	if (e)
		snprintf(out->name, sizeof out->name, "%s",
			symbol_table_text(&module->symbols, e->name));
	else
		symbol_modules_guess(map, find_begin(module, address), out);
}

size_t symbol_modules_closed(const struct symbol_modules *m)
{
	return m->closed;
}

#else

struct symbol_modules {
	char unused;
};

bool symbol_modules_built_in(void)
{
	return false;
}

struct symbol_modules *symbol_modules_new(pid_t pid, const char *proc)
{
	(void)pid;
	(void)proc;
	return mem_calloc(1, sizeof(struct symbol_modules));
}

void symbol_modules_free(struct symbol_modules *m)
{
	free(m);
}

void symbol_modules_find(struct symbol_modules *m, const struct proc_map *map, uint64_t address,
	struct symbol_name *out)
{
	(void)m;
	symbol_modules_guess(map, address, out);
}

size_t symbol_modules_closed(const struct symbol_modules *m)
{
	(void)m;
	return 0;
}

enum symbol_library symbol_modules_library(
	const struct symbol_modules *m, char why[static LIBRARY_WHY_MAX])
{
	(void)m;
	why[0] = '\0';
	return SYMBOL_LIBRARY_BUILT_OUT;
}

#endif
