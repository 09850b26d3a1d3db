/* cpu_list: lists of CPUs or NUMA nodes as the kernel writes them: "0-3,8,10-11". They are kept as texts, so that no
 * host has more CPUs than there are bits. */
#ifndef MODEL_CPU_LIST_H
#define MODEL_CPU_LIST_H

#include <stdbool.h>

/* Takes the next range off *list. False at the end, and at what is no list. */
bool cpu_list_range(const char **list, int *first, int *last);

/* Is number in it? */
bool cpu_list_has(const char *list, int number);

/* How many there are in it. */
int cpu_list_count(const char *list);

/* How many of it are in the other one, too. */
int cpu_list_common(const char *list, const char *other);

#endif
