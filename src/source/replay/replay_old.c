#include "source/replay/replay_old.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define OLD_ARM_RET 0x80000000u

/* Booked together when there were too many reasons; none of arm64's. */
#define OLD_OTHER UINT32_MAX

/* A reason without a name has its number for one. */
static void renew_name(struct sample_exit *exit, uint32_t before, struct arena *arena)
{
	char number[16];

	snprintf(number, sizeof number, "0x%" PRIx32, before);
	if (!strcmp(exit->name, number))
		exit->name = arena_printf(arena, "0x%" PRIx32, exit->key.reason);
}

static void renew(struct sample_exit *exit, struct arena *arena)
{
	const uint32_t before = exit->key.reason;

	if (exit->key.isa != REPLAY_OLD_NO_ISA)
		return;
	if (before == OLD_OTHER) {
		exit->key = (struct exit_key){ .isa = EXIT_ISA_OTHER };
		exit->name = "other";
		return;
	}
	exit->key.isa = before & OLD_ARM_RET ? EXIT_ISA_ARM_RET : EXIT_ISA_ARM_TRAP;
	exit->key.reason = before & ~OLD_ARM_RET;
	if (exit->key.reason != before)
		renew_name(exit, before, arena);
}

void replay_old_exits(struct sample *s)
{
	for (size_t i = 0; i < s->exit_thread_count; i++)
		for (size_t j = 0; j < s->exit_threads[i].count; j++)
			renew(&s->exit_threads[i].exits[j], &s->arena);
}
