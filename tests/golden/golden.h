/* golden: the parts of the golden test program. */
#ifndef TESTS_GOLDEN_GOLDEN_H
#define TESTS_GOLDEN_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "scene.h"

/* A screen as it must look. Its file is expected/NAME-COLUMNSxROWS.txt. */
struct golden {
	const char *name;
	void (*build)(struct scene *s);
	void (*choose)(struct scene *s); /* what the user did then; NULL: nothing */
	bool wide;                       /* at 120x40 and 200x60, too */
	int rows, columns;               /* 0: 80x24 */
	const char *locale;              /* NULL: C.UTF-8 */
	bool no_color;
};

/* Compares them. Returns how many failed. */
int run_goldens(const char *group, const struct golden *goldens, size_t count);

/* Lets the user press a key of that action. */
void golden_act(struct scene *s, enum action action);

/* The list of VMs with the open panel; remedies and changes; the drill-down. Each returns how many failed. */
int run_overview_tests(void);
int run_remedy_tests(void);
int run_drill_tests(void);

/* The views, the menus, and what goes across all views. Returns how many failed. */
int run_view_tests(void);

/* Hot symbols. Returns how many failed. */
int run_symbols_tests(void);
/* The view of the host. Returns how many failed. */
int run_host_tests(void);
/* The views of halts and of the kernel's log. Returns how many failed. */
int run_halts_tests(void);

/* What is to be seen, not only read: bars, histories, the heat of CPUs. Returns how many failed. */
int run_graph_tests(void);

/* KVM's events. Returns how many failed. */
int run_events_tests(void);

/* The setup, and columns that are switched off. Returns how many failed. */
int run_setup_tests(void);

/* Recorded ones. Returns how many failed. */
int run_replay_tests(void);
/* KVM's counters instead of exits, another host, and devices of VMs. Returns how many failed. */
int run_remote_tests(void);

/* VMs that are shut off. Returns how many failed. */
int run_off_tests(void);

/* Tests of the terminal itself: bytes sent, keys, size, hanging up. Returns how many failed. */
int run_terminal_tests(void);

/* All views and popups in all sizes. Returns how many failed. */
int run_sweep_view_tests(void);

/* Clicks and the wheel on painted screens. Returns how many failed. */
int run_pointer_tests(void);

/* The drill-down in all sizes. Returns how many failed. */
int run_sweep_drill_tests(void);

/* Every view with every popup, hostile names and any number of VMs, near all limits of the layout; windows that are too
 * small. Returns how many failed. */
int run_sweep_screens_tests(void);

#endif
