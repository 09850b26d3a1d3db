/* settings: how the user likes his screen. What is kept from one start to the next. */
#ifndef VIEW_SETTINGS_H
#define VIEW_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/field.h"
#include "model/columns.h"
#include "view/term/theme.h"

/* Column tables that can be thinned out. */
enum settings_table {
	SETTINGS_VMS,
	SETTINGS_THREADS,
	SETTINGS_EXITS,
	SETTINGS_TABLE__COUNT,
};

struct settings {
	double interval_s; /* between two looks */
	bool of_host;      /* shares of CPU time are of all host CPUs, not of one */
	bool cpus;         /* each CPU of the host in the header */
	bool mouse;        /* kvmtop takes clicks; off, the terminal's own selection works */
	bool follow;       /* the selection follows its VM; off, it stays in its row */
	bool off;          /* VMs that are shut off are listed, too */
	enum theme theme;
	uint32_t hidden[SETTINGS_TABLE__COUNT]; /* bit i: column i of the table is not shown */
};

#define SETTINGS_INTERVAL_MIN_S 0.1
#define SETTINGS_INTERVAL_MAX_S 60.0

enum setting_kind {
	SETTING_SECONDS, /* double */
	SETTING_SWITCH,  /* bool; true or false in the file */
	SETTING_CHOICE,  /* bool or an enum; a word in the file */
};

#define SETTING_WORDS_MAX 3

/* A setting that is no column: one row for the setup, the file, the defaults and the manual. Its value is a number: seconds, or
 * which of the words. */
struct setting {
	const char *key;         /* in the file */
	const char *name, *help; /* in the setup */
	enum setting_kind kind;
	uint32_t offset, size;                /* in struct settings */
	double min, max, first;               /* both ends of its range, and the default */
	const char *words[SETTING_WORDS_MAX]; /* in the file */
	const char *names[SETTING_WORDS_MAX]; /* in the setup; NULL: the words */
};

/* In the order of the setup and of the file. */
extern const struct setting settings_rows[];
extern const size_t settings_row_count;

double setting_value(const struct setting *s, const struct settings *set);

/* value is in the setting's range. */
void setting_put(const struct setting *s, struct settings *set, double value);

/* A step up (by > 0) or down: of seconds the next one in settings_step_interval(), of words the next in the circle. */
void setting_turn(const struct setting *s, struct settings *set, int by);

/* Writes a value as the setup shows it ("1 s", "on"), or as it stands in the file ("1", "true"). */
void setting_show(const struct setting *s, double value, size_t size, char *out);
void setting_write(const struct setting *s, double value, size_t size, char *out);

/* Writes which values there are: "a number from 0.1 to 60", "dark, light or mono". */
void setting_range(const struct setting *s, size_t size, char *out);

/* What is so until the user says otherwise. */
struct settings settings_default(void);

bool settings_equal(const struct settings *a, const struct settings *b);

/* The step of the interval beside interval_s seconds: the next smaller one (faster) or larger one; at the end,
 * interval_s itself. One between two steps, as --delay can give, goes to its neighbour. */
double settings_step_interval(double interval_s, bool faster);

/* A table's columns, its name in the file ("vms") and what people call it ("VMs"). */
struct settings_columns {
	const char *key, *name;
	const struct field *columns;
	size_t count;
};

extern const struct settings_columns settings_tables[SETTINGS_TABLE__COUNT];

/* The columns of a table, as bits, that are hidden until the user wants them: what they show is read only then. */
uint32_t settings_hidden_at_first(enum settings_table table);

/* Is one of the columns shown that need WANT_DEVICES? */
bool settings_show_devices(const struct settings *set);

/* Whether that column of the table can be hidden: all but the first, which says whose figures a row shows. */
bool settings_can_hide(enum settings_table table, size_t column);

#endif
