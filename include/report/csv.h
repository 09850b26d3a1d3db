/* csv: a tick as comma-separated values, as RFC 4180 has them but for its line ends: a newline is one.
 *
 * What is unknown is an empty field. Figures are those of report/json.h, with its names and digits. Every line begins
 * with the columns that rows are told apart and joined by:
 *
 *   time      end of the interval the figures are of, as RFC 3339 has it
 *   host      name of the host
 *   interval_s
 *   uuid      of the VM; empty where libvirt does not know it
 *
 * Then, by what the rows are of:
 *
 *   VMs       the columns of vm_columns
 *   threads   pid of the VM, the columns of thread_columns
 *   exits     pid and vm (its name), reason, kind, number, direction, name (of what the exits were about), the other
 *             columns of exit_columns, sampled. A reason has a row of its own, in which these four are empty, then one
 *             for each detail, which is part of it. A VM whose exits are not known has none.
 *
 * Every line ends with ended: is this the VM's last tick? */
#ifndef REPORT_CSV_H
#define REPORT_CSV_H

#include "model/model.h"

enum report_rows { REPORT_ROWS_VMS, REPORT_ROWS_THREADS, REPORT_ROWS_EXITS, REPORT_ROWS__COUNT };

/* The name of such rows as an option takes it: "vms", "threads", "exits". */
const char *report_rows_name(enum report_rows rows);

/* The header line; the caller frees it. */
char *report_csv_head(enum report_rows rows) __attribute__((returns_nonnull));

/* The tick's lines, "" when there is none; the caller frees them. */
char *report_csv(const struct model *m, enum report_rows rows) __attribute__((returns_nonnull));

#endif
