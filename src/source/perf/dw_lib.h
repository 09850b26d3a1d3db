/* dw_lib: elfutils' libdw, loaded when it is there: the functions of it, and of libelf, that symbol_modules.c calls. Only there
 * where kvmtop is built with its headers (HAVE_LIBDW).
 *
 * Called by pointers, not by their names as libvirt's are: libbpf calls libelf's by these names, too. */
#ifndef SOURCE_PERF_DW_LIB_H
#define SOURCE_PERF_DW_LIB_H

#include <elfutils/libdwfl.h>

#include "source/library.h"

/* The only list of them. The youngest, dwfl_module_getsym_info(), came with elfutils 0.158. */
#define DW_FUNCTIONS(FUNCTION)                 \
	FUNCTION(dwfl_begin)                   \
	FUNCTION(dwfl_build_id_find_debuginfo) \
	FUNCTION(dwfl_build_id_find_elf)       \
	FUNCTION(dwfl_end)                     \
	FUNCTION(dwfl_module_getelf)           \
	FUNCTION(dwfl_module_getsym_info)      \
	FUNCTION(dwfl_module_getsymtab)        \
	FUNCTION(dwfl_report_begin_add)        \
	FUNCTION(dwfl_report_elf)              \
	FUNCTION(dwfl_report_end)              \
	FUNCTION(elf_getdata)                  \
	FUNCTION(elf_getshdrstrndx)            \
	FUNCTION(elf_nextscn)                  \
	FUNCTION(elf_strptr)                   \
	FUNCTION(gelf_getshdr)

/* Typed by elfutils' own prototypes. */
struct dw_lib {
#define DW_MEMBER(name) __typeof__(name) *name;
	DW_FUNCTIONS(DW_MEMBER)
#undef DW_MEMBER
};

/* Loads the library and fills in *lib. Returns 0; -ENOENT when it is not installed; -ELIBACC when it cannot be loaded, or lacks
 * one of the functions: why says it. */
int dw_lib_open(struct dw_lib *lib, char why[static LIBRARY_WHY_MAX]);

#endif
