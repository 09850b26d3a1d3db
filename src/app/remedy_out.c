#include "app/remedy_out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice/remedy_stack.h"
#include "view/shown.h"
#include "view/term/osc52.h"

/* More patches of one remedy than anybody keeps. */
enum { PATCHES_MAX = 100 };

static int write_all(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left) {
		const ssize_t done = write(fd, text, left);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return done ? -errno : -EIO;
		text += done;
		left -= (size_t)done;
	}
	return 0;
}

int remedy_out_file(const char *stem, const char *text, char *name, size_t size)
{
	int fd = -1, error;

	for (int i = 0; i < PATCHES_MAX && fd < 0; i++) {
		char number[16] = "";

		if (i)
			snprintf(number, sizeof number, ".%d", i);
		snprintf(name, size, "%s%s.patch", stem, number);
		fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
		if (fd < 0 && errno != EEXIST)
			return -errno;
	}
	if (fd < 0)
		return -EEXIST;
	error = write_all(fd, text);
	/* Some file systems tell only now that they are full. */
	if (close(fd) != 0 && !error)
		error = -errno;
	if (error)
		unlink(name);
	return error;
}

/* The plan of what the popup shows, of a remedy or of its change; the VM is left in *vm. False, with a message, when it
 * shows none. */
static bool find_plan(struct remedy_plan *plan, const struct vm **vm, struct ui *ui,
	const struct model *m, const struct findings *f)
{
	struct shown shown = { .vm = change_vm(&ui->change, m), .remedy = ui->change.remedy };

	if (ui->popup != POPUP_CHANGE && !shown_take(&shown, ui, m, f))
		return false;
	if (shown.remedy == REMEDY_NONE || !shown.vm) {
		ui_say(ui, "There is no remedy here to take along");
		return false;
	}
	*vm = shown.vm;
	remedy_plan_init(plan, shown.remedy, shown.vm->domain);
	return true;
}

static void copy_text(struct ui *ui, struct term *term, const char *text)
{
	const char *tmux = getenv("TMUX");
	const bool in_tmux = tmux && *tmux;
	char *sequence = osc52_make(text, in_tmux);

	if (!sequence)
		ui_say(ui,
			"%zu bytes are too much for a clipboard (%d): w writes the patch to a file",
			strlen(text), OSC52_TEXT_MAX);
	else if (term_send(term, sequence))
		ui_say(ui,
			"The terminal does not take the clipboard's text: w writes the patch to a "
			"file");
	else if (in_tmux)
		ui_say(ui,
			"Sent %zu bytes through tmux: it needs `tmux set -g allow-passthrough on`",
			strlen(text));
	else
		ui_say(ui,
			"Sent %zu bytes to your clipboard: it has them if your terminal knows "
			"OSC 52",
			strlen(text));
	free(sequence);
}

/* The stack's own way, where a change of the definition would not last, or there is none to change. */
static char *find_way(const struct remedy_plan *plan, const struct vm *vm)
{
	if (vm->domain && !remedy_stack_overwrites(vm->config))
		return NULL;
	return remedy_stack_way(plan->remedy, vm->config);
}

void remedy_out_copy(
	struct ui *ui, struct term *term, const struct model *m, const struct findings *f)
{
	struct remedy_plan plan;
	const struct vm *vm;
	const char *text;
	char *way;

	if (!find_plan(&plan, &vm, ui, m, f))
		return;
	way = find_way(&plan, vm);
	text = way ? way : remedy_plan_text(&plan);
	if (text)
		copy_text(ui, term, text);
	else
		ui_say(ui, "There are no commands to copy: %.110s", plan.why);
	free(way);
	remedy_plan_fini(&plan);
}

void remedy_out_write(struct ui *ui, const struct model *m, const struct findings *f)
{
	struct remedy_plan plan;
	const struct vm *vm;
	char stem[128], name[160];
	int error;

	if (!find_plan(&plan, &vm, ui, m, f))
		return;
	snprintf(stem, sizeof stem, "./%s.%s", *plan.ref ? plan.ref : "vm", plan.remedy->id);
	if (!*plan.xml_diff)
		ui_say(ui, "There is no patch to write: %.120s",
			*plan.why ? plan.why : "this remedy does not change the VM's XML");
	else if ((error = remedy_out_file(stem, plan.xml_diff, name, sizeof name)))
		ui_say(ui, "Not written (%s): start kvmtop in another folder", strerror(-error));
	else
		ui_say(ui, "Wrote %s", name);
	remedy_plan_fini(&plan);
}
