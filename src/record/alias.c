#include "record/alias.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

static void list_fini(struct record_alias_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i]);
	free(list->items);
}

void record_alias_fini(struct record_alias *a)
{
	list_fini(&a->names);
	list_fini(&a->uuids);
	*a = (struct record_alias){ 0 };
}

/* The text's place among those that came before, from 1 on. */
static size_t number_of(struct record_alias_list *list, const char *text)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->items[i], text))
			return i + 1;
	list->items = mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
	list->items[list->count++] = mem_strdup(text);
	return list->count;
}

/* "CPU 0/KVM", "vhost-1234", "kvm-pit/1234", "worker": without numbers, one of these. All else may be the
 * VM's own name (-name process=), or its disks' (an iothread's id). */
static bool is_usual_thread(const char *name)
{
	static const char *const usual[] = { "CPU /KVM", "vhost-", "kvm-pit/", "worker",
		"kvm-nx-lpage-re", "kvm-nx-lpage-recovery-", "SPICE Worker", "vnc_worker",
		"call_rcu", "IO iothread", "IO mon_iothread", "qemu-system-x", "fc_vcpu ", "vcpu" };
	char bare[64];
	size_t length = 0;

	for (; *name && length < sizeof bare - 1; name++)
		if (*name < '0' || *name > '9')
			bare[length++] = *name;
	bare[length] = '\0';
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (!strcmp(bare, usual[i]))
			return true;
	return false;
}

const char *record_alias_text(struct record_alias *a, enum record_alias_kind kind, const char *text,
	char out[static RECORD_ALIAS_MAX])
{
	out[0] = '\0';
	if (!*text)
		return out;
	switch (kind) {
	case RECORD_ALIAS_NONE:
		snprintf(out, RECORD_ALIAS_MAX, "%s", text);
		break;
	case RECORD_ALIAS_HOST:
		snprintf(out, RECORD_ALIAS_MAX, "host");
		break;
	case RECORD_ALIAS_NAME:
		snprintf(out, RECORD_ALIAS_MAX, "vm%zu", number_of(&a->names, text));
		break;
	case RECORD_ALIAS_UUID:
		snprintf(out, RECORD_ALIAS_MAX, "00000000-0000-4000-8000-%012zu",
			number_of(&a->uuids, text));
		break;
	case RECORD_ALIAS_THREAD:
		snprintf(out, RECORD_ALIAS_MAX, "%s", is_usual_thread(text) ? text : "thread");
		break;
	case RECORD_ALIAS_GONE:
		break;
	case RECORD_ALIAS_WHY:
		snprintf(out, RECORD_ALIAS_MAX, "it was off; why is not recorded");
		break;
	}
	return out;
}

static const char *redact(
	void *data, enum redact_name kind, const char *name, char out[static REDACT_NAME_MAX])
{
	return record_alias_text(
		data, kind == REDACT_UUID ? RECORD_ALIAS_UUID : RECORD_ALIAS_NAME, name, out);
}

struct redact_alias record_alias_redact(struct record_alias *a)
{
	return (struct redact_alias){ .text = redact, .data = a };
}
