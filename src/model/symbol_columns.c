#include "model/symbol_columns.h"

#include "model/hot_symbols.h"

static double symbol_other(const void *row)
{
	const struct hot_symbol *s = row;

	return s->kind_pct[THREAD_WORKER] + s->kind_pct[THREAD_VHOST] + s->kind_pct[THREAD_PIT] +
	       s->kind_pct[THREAD_KERNEL];
}

static const char *symbol_kinds(const void *row)
{
	const struct hot_symbol *s = row;

	return s->kinds[0] ? s->kinds : NULL;
}

static const char *symbol_space(const void *row)
{
	const struct hot_symbol *s = row;

	return hot_symbols_mark(s->space);
}

/* clang-format off */
#define TEXT .left = true, .ascending = true

/* 80 columns hold the function, its share, which threads and its file; wider ones what it means, then a figure for each
 * kind of thread. */
const struct field symbol_columns[SYMBOL_COL__COUNT] = {
	[SYMBOL_COL_NAME] = { .title = "function", .key = "symbol", .width = 30, TEXT, FIELD_TEXT_AT(hot_symbol, name),
		.help = "Function; file and offset where there are no symbols" },
	[SYMBOL_COL_SPACE] = { .title = "in", .key = "space", .width = 3, TEXT, .text = symbol_space,
		.help = "[k] the host's kernel, [.] user space (QEMU and its libraries), [g] the guest" },
	[SYMBOL_COL_SHARE] = { .title = "time%", .key = "pct", .width = 6, .unit = NUMBER_PERCENT, FIELD_NUMBER_AT(hot_symbol, pct),
		.help = "Share of the VM's time on the CPUs in the last seconds, guest included, in percent" },
	[SYMBOL_COL_KINDS] = { .title = "threads", .key = "threads", .width = 13, .rank = 2, TEXT, .text = symbol_kinds,
		.help = "Which threads were found there; with a figure where it is most, but not all of them" },
	[SYMBOL_COL_VCPU] = { .title = "vCPU%", .key = "vcpu_pct", .width = 6, .rank = 5, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(hot_symbol, kind_pct[THREAD_VCPU]), .help = "The part of it that is the vCPU threads'" },
	[SYMBOL_COL_EMULATOR] = { .title = "emu%", .key = "emulator_pct", .width = 6, .rank = 6, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(hot_symbol, kind_pct[THREAD_EMULATOR]), .help = "The part of it that is the main loop's" },
	[SYMBOL_COL_IOTHREAD] = { .title = "io%", .key = "iothread_pct", .width = 6, .rank = 7, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(hot_symbol, kind_pct[THREAD_IOTHREAD]), .help = "The part of it that is the iothreads'" },
	[SYMBOL_COL_OTHER] = { .title = "other%", .key = "other_pct", .width = 6, .rank = 8, .unit = NUMBER_PERCENT,
		.number = symbol_other, .help = "The part of it that is the other threads': workers, vhost, kvm-pit" },
	[SYMBOL_COL_SAMPLES] = { .title = "samples", .key = "samples", .width = 7, .rank = 4, .unit = NUMBER_INTEGER,
		FIELD_NUMBER_AT(hot_symbol, samples), .help = "Samples of it since the view was opened" },
	[SYMBOL_COL_MODULE] = { .title = "module", .key = "module", .width = 18, .rank = 1, TEXT, FIELD_TEXT_AT(hot_symbol, module),
		.help = "Its file: QEMU, a library, the kernel or a module of it" },
	[SYMBOL_COL_NOTE] = { .title = "meaning", .key = "meaning", .width = 40, .rank = 3, TEXT, FIELD_TEXT_AT(hot_symbol, note),
		.help = "What it says about the VM that this function is hot; of the selected row always below the list" },
};
/* clang-format on */
