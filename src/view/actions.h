/* actions: what the keys do, one function each; the table of them is ui_act()'s. */
#ifndef VIEW_ACTIONS_H
#define VIEW_ACTIONS_H

#include "advice/findings.h"
#include "model/model.h"
#include "view/ui.h"

/* What an action is carried out on. */
struct scope {
	struct ui *ui;
	struct model *m;
	const struct findings *f;
};

/* Sorting, filtering, going about in a recording, and settings (src/view/actions_choice.c). Each returns what is stale now. */
enum stale act_sort_exits(struct scope *s);
enum stale act_sort_left(struct scope *s);
enum stale act_reverse(struct scope *s);
enum stale act_sort_rows(struct scope *s);
enum stale act_sort_rows_left(struct scope *s);
enum stale act_reverse_rows(struct scope *s);
enum stale act_sort_cpu(struct scope *s);
enum stale act_sort_name(struct scope *s);
enum stale act_interval_mode(struct scope *s);
enum stale act_halts(struct scope *s);
enum stale act_faster(struct scope *s);
enum stale act_slower(struct scope *s);
enum stale act_filter(struct scope *s);
enum stale act_filter_keep(struct scope *s);
enum stale act_filter_clear(struct scope *s);
enum stale act_filter_erase(struct scope *s);
enum stale act_tick_back(struct scope *s);
enum stale act_tick_on(struct scope *s);
enum stale act_minute_back(struct scope *s);
enum stale act_minute_on(struct scope *s);
enum stale act_play_faster(struct scope *s);
enum stale act_play_slower(struct scope *s);
enum stale act_go_to(struct scope *s);
enum stale act_go(struct scope *s);
enum stale act_go_nowhere(struct scope *s);
enum stale act_go_erase(struct scope *s);
enum stale act_answer_erase(struct scope *s);
enum stale act_follow(struct scope *s);
enum stale act_off(struct scope *s);
enum stale act_cpus(struct scope *s);
enum stale act_of_host(struct scope *s);
enum stale act_mouse(struct scope *s);

#endif
