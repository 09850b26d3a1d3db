/* remedies_rows: the rows of the table of remedies, by theme. remedy_find() looks in all of them. */
#ifndef ADVICE_REMEDIES_ROWS_H
#define ADVICE_REMEDIES_ROWS_H

#include "advice/remedies.h"
#include "domain/xml_edit.h"

struct remedy_rows {
	const struct remedy *rows;
	size_t count;
};

extern const struct remedy_rows remedies_hyperv;  /* what Windows asks a hypervisor for */
extern const struct remedy_rows remedies_clock;   /* clocks and timers */
extern const struct remedy_rows remedies_machine; /* CPU, memory, threads */
extern const struct remedy_rows remedies_devices;
extern const struct remedy_rows remedies_host;  /* commands on the host */
extern const struct remedy_rows remedies_guest; /* and inside the guest */

/* Sees to it that <clock> is there and complete, before a timer is set: libvirt's schema wants an offset,
 * and utc is what libvirt takes without a <clock>. */
void remedy_edit_clock(struct xml_edit *edit);

#endif
