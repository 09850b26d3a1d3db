#include "view/bindings.h"

#include <stdio.h>

#include "view/term/term.h"

#define CTRL(letter) ((letter)&0x1f)

/* The order is that of the bottom bar, which shows as many as fit, and of the help. */
/* clang-format off */
const struct binding bindings[] = {
	{ ACTION_PAUSE, CONTEXT_REPLAY, { ' ', 'p' }, "Stop",
	  "Stop the recording, and let it go on" },
	{ ACTION_TICK_BACK, CONTEXT_REPLAY, { TERM_KEY_LEFT }, "Tick",
	  "Stop, and go a tick back" },
	{ ACTION_TICK_ON, CONTEXT_REPLAY, { TERM_KEY_RIGHT }, "Tick",
	  "Stop, and go a tick on" },
	{ ACTION_MINUTE_BACK, CONTEXT_REPLAY, { '[' }, "Minute",
	  "A minute back" },
	{ ACTION_MINUTE_ON, CONTEXT_REPLAY, { ']' }, "Minute",
	  "A minute on" },
	{ ACTION_GO_TO, CONTEXT_REPLAY, { 'g' }, "Go to",
	  "Go to a time: 14:07, 14:07:31, +90 or -30 (seconds), #40 (tick)" },
	{ ACTION_PLAY_FASTER, CONTEXT_REPLAY, { '+' }, "Speed",
	  "Play twice as fast" },
	{ ACTION_PLAY_SLOWER, CONTEXT_REPLAY, { '-' }, "Speed",
	  "Play half as fast" },

	{ ACTION_HELP, CONTEXT_MAIN, { TERM_KEY_F1, 'h', '?' }, "Help",
	  "This help" },
	{ ACTION_UP, CONTEXT_MAIN, { TERM_KEY_UP, 'k' }, "VM",
	  "Select the row above" },
	{ ACTION_DOWN, CONTEXT_MAIN, { TERM_KEY_DOWN, 'j' }, "VM",
	  "Select the row below" },
	{ ACTION_REMEDY, CONTEXT_MAIN, { 'r', TERM_KEY_F1 + 8 }, "Remedy",
	  "Show what to change about the selected VM, and why" },
	{ ACTION_DRILL_DOWN, CONTEXT_MAIN, { 'd', TERM_KEY_F1 + 7 }, "Drill-down",
	  "Show all exits of the selected VM by port, MSR and address, per vCPU too" },
	{ ACTION_SORT_EXITS, CONTEXT_OVERVIEW, { 's' }, "Sort",
	  "Sort the exit table by its next column" },
	{ ACTION_SORT_ROWS, CONTEXT_LIST, { 's', 'S', '>', TERM_KEY_RIGHT }, "Sort",
	  "Sort by the next column" },
	{ ACTION_NEXT_VIEW, CONTEXT_MAIN, { TERM_KEY_TAB }, "Views",
	  "Turn to the next view; v lists them all" },
	{ ACTION_QUIT, CONTEXT_MAIN, { 'q', TERM_KEY_F1 + 9 }, "Quit",
	  "Leave kvmtop" },
	{ ACTION_FILTER, CONTEXT_MAIN, { '/', TERM_KEY_F1 + 3, '\\', TERM_KEY_F1 + 2 }, "Filter",
	  "Show only what has a text in its name; applies while you type" },
	{ ACTION_SETUP, CONTEXT_MAIN, { TERM_KEY_F1 + 1, 'C' }, "Setup",
	  "Columns, interval, colours and other settings, which are kept" },
	{ ACTION_BASELINE, CONTEXT_MAIN, { 'b' }, "Baseline",
	  "Keep the selected VM's figures, to show from now on what became of them" },
	{ ACTION_DROP_BASELINE, CONTEXT_MAIN, { 'B' }, NULL,
	  "Forget the selected VM's baseline" },
	{ ACTION_INTERVAL_MODE, CONTEXT_MAIN, { 'i' }, "Interval",
	  "Exit table of the last interval, or cumulative since the start or z" },
	{ ACTION_ZERO, CONTEXT_MAIN, { 'z' }, "Zero",
	  "Start the cumulative exit tables anew" },
	{ ACTION_FOLD, CONTEXT_OVERVIEW, { ' ' }, "Fold",
	  "Fold the open panel, for a plain list of VMs; open it again" },
	{ ACTION_OPEN_ALL, CONTEXT_OVERVIEW, { '*', TERM_KEY_F1 + 4 }, "All",
	  "Open the panels of all VMs, or only that of the selected one" },
	{ ACTION_OFF, CONTEXT_MAIN, { 'A' }, NULL,
	  "Show or hide shut-off and saved VMs" },
	{ ACTION_CPUS, CONTEXT_MAIN, { '1' }, "CPUs",
	  "Show each CPU of the host, or only all together" },
	{ ACTION_LATENCY, CONTEXT_MAIN, { 'l' }, "Latency",
	  "Show the drill-down with a histogram of how long exits took" },
	{ ACTION_HALTS, CONTEXT_MAIN, { 'H' }, "Halts",
	  "Leave halts, in which the guest is idle, out of the shares of time, or count them" },
	{ ACTION_PAUSE, CONTEXT_MAIN, { 'p' }, "Pause",
	  "Hold the figures still, and let them go on" },
	{ ACTION_FASTER, CONTEXT_MAIN, { '+' }, "Speed",
	  "Look more often" },
	{ ACTION_SLOWER, CONTEXT_MAIN, { '-' }, "Speed",
	  "Look less often" },
	{ ACTION_UNDO, CONTEXT_MAIN, { 'u' }, NULL,
	  "Undo last change of the selected VM" },
	{ ACTION_SORT_MENU, CONTEXT_MAIN, { TERM_KEY_F1 + 5, 'o' }, "Sort by",
	  "Choose the column the list is sorted by; the same again turns it round" },
	{ ACTION_SORT_ROWS, CONTEXT_OVERVIEW, { 'S' }, "Sort VMs",
	  "Sort the VMs by their next column" },
	{ ACTION_SORT_CPU, CONTEXT_MAIN, { 'P' }, NULL,
	  "Sort by CPU time, as in top" },
	{ ACTION_SORT_NAME, CONTEXT_MAIN, { 'N' }, NULL,
	  "Sort by name" },
	{ ACTION_SORT_LEFT, CONTEXT_OVERVIEW, { '<', TERM_KEY_LEFT }, "Column",
	  "Sort the exit table by the column to the left" },
	{ ACTION_SORT_EXITS, CONTEXT_OVERVIEW, { '>', TERM_KEY_RIGHT }, "Column",
	  "Sort the exit table by the column to the right" },
	{ ACTION_SORT_ROWS_LEFT, CONTEXT_LIST, { '<', TERM_KEY_LEFT }, NULL,
	  "Sort by the column to the left" },
	{ ACTION_REVERSE, CONTEXT_OVERVIEW, { 'R' }, "Reverse",
	  "Turn the order of the exit table round" },
	{ ACTION_REVERSE_ROWS, CONTEXT_LIST, { 'R' }, "Reverse",
	  "Turn the order round" },
	{ ACTION_FOLLOW, CONTEXT_MAIN, { 'F' }, "Follow",
	  "Let the selection follow its VM, or stay in its row" },
	{ ACTION_OF_HOST, CONTEXT_MAIN, { 'I' }, NULL,
	  "Percent of one CPU, or of all CPUs of the host, as in top" },
	{ ACTION_MESSAGES, CONTEXT_MAIN, { 'e' }, NULL,
	  "Show what libraries had to say; it stays off the screen" },
	{ ACTION_MOUSE, CONTEXT_MAIN, { 'm' }, NULL,
	  "Take clicks and the wheel, or leave the mouse to the terminal" },
	{ ACTION_ENTER, CONTEXT_MAIN, { TERM_KEY_ENTER }, NULL,
	  "Open what is selected: the remedy of a finding, a vCPU's exits, a VM's panel" },
	{ ACTION_VIEW_MENU, CONTEXT_MAIN, { 'v', TERM_KEY_F1 + 6 }, NULL,
	  "Choose a view from a menu" },
	{ ACTION_PREVIOUS_VIEW, CONTEXT_MAIN, { TERM_KEY_BACKTAB }, NULL,
	  "Turn to the view before this one" },
	{ ACTION_PAGE_UP, CONTEXT_MAIN, { TERM_KEY_PAGE_UP, CTRL('B') }, NULL,
	  "A page up" },
	{ ACTION_PAGE_DOWN, CONTEXT_MAIN, { TERM_KEY_PAGE_DOWN, CTRL('F') }, NULL,
	  "A page down" },
	{ ACTION_FIRST, CONTEXT_MAIN, { TERM_KEY_HOME, 'g' }, NULL,
	  "Select the first row" },
	{ ACTION_LAST, CONTEXT_MAIN, { TERM_KEY_END, 'G' }, NULL,
	  "Select the last row" },
	{ ACTION_FILTER_CLEAR, CONTEXT_MAIN, { TERM_KEY_ESCAPE }, NULL,
	  "Show everything again that the filter left out" },
	{ ACTION_REDRAW, CONTEXT_MAIN | CONTEXT_POPUP | CONTEXT_EXITS | CONTEXT_CHANGE | CONTEXT_ANSWER | CONTEXT_MENU, { CTRL('L') }, NULL,
	  "Paint the whole screen again" },

	{ ACTION_FILTER_KEEP, CONTEXT_FILTER, { TERM_KEY_ENTER }, "Keep",
	  "Keep the filter and go on" },
	{ ACTION_FILTER_CLEAR, CONTEXT_FILTER, { TERM_KEY_ESCAPE }, "Clear",
	  "Show everything again" },
	{ ACTION_FILTER_ERASE, CONTEXT_FILTER, { TERM_KEY_BACKSPACE }, NULL,
	  "Take the last character back" },
	{ ACTION_UP, CONTEXT_FILTER, { TERM_KEY_UP }, NULL,
	  "Select the row above" },
	{ ACTION_DOWN, CONTEXT_FILTER, { TERM_KEY_DOWN }, NULL,
	  "Select the row below" },

	{ ACTION_GO, CONTEXT_GO_TO, { TERM_KEY_ENTER }, "Go",
	  "Go to the time that was typed" },
	{ ACTION_GO_NOWHERE, CONTEXT_GO_TO, { TERM_KEY_ESCAPE }, "Stay",
	  "Stay where it is" },
	{ ACTION_GO_ERASE, CONTEXT_GO_TO, { TERM_KEY_BACKSPACE }, NULL,
	  "Take the last character back" },

	{ ACTION_UP, CONTEXT_MENU, { TERM_KEY_UP, 'k' }, "Line",
	  "Select the line above" },
	{ ACTION_DOWN, CONTEXT_MENU, { TERM_KEY_DOWN, 'j' }, "Line",
	  "Select the line below" },
	{ ACTION_ENTER, CONTEXT_MENU, { TERM_KEY_ENTER, ' ' }, "Choose",
	  "Choose the line, or switch it on and off" },
	{ ACTION_PREVIOUS, CONTEXT_SETUP, { TERM_KEY_LEFT, '-' }, "Change",
	  "The value before this one" },
	{ ACTION_NEXT, CONTEXT_SETUP, { TERM_KEY_RIGHT, '+' }, "Change",
	  "The next value" },
	{ ACTION_CLOSE, CONTEXT_MENU, { TERM_KEY_ESCAPE, 'q', TERM_KEY_F1 + 9 }, "Close",
	  "Close the menu" },
	{ ACTION_HELP, CONTEXT_MENU, { TERM_KEY_F1, '?' }, NULL,
	  "Show the help instead" },
	{ ACTION_PAGE_UP, CONTEXT_MENU, { TERM_KEY_PAGE_UP, CTRL('B') }, NULL,
	  "A page up" },
	{ ACTION_PAGE_DOWN, CONTEXT_MENU, { TERM_KEY_PAGE_DOWN, CTRL('F') }, NULL,
	  "A page down" },
	{ ACTION_FIRST, CONTEXT_MENU, { TERM_KEY_HOME, 'g' }, NULL,
	  "Select the first line" },
	{ ACTION_LAST, CONTEXT_MENU, { TERM_KEY_END, 'G' }, NULL,
	  "Select the last line" },

	{ ACTION_UP, CONTEXT_POPUP, { TERM_KEY_UP, 'k' }, "Scroll",
	  "Scroll up" },
	{ ACTION_DOWN, CONTEXT_POPUP, { TERM_KEY_DOWN, 'j' }, "Scroll",
	  "Scroll down" },
	{ ACTION_PREVIOUS_FINDING, CONTEXT_REMEDY, { '[', TERM_KEY_BACKTAB }, "Finding",
	  "Show the VM's finding before this one" },
	{ ACTION_NEXT_FINDING, CONTEXT_REMEDY, { ']', TERM_KEY_TAB }, "Finding",
	  "Show the VM's next finding; what is only for information comes last" },
	{ ACTION_PREVIOUS, CONTEXT_REMEDY, { TERM_KEY_LEFT, '<' }, "Remedy",
	  "Show the remedy before this one" },
	{ ACTION_NEXT, CONTEXT_REMEDY, { TERM_KEY_RIGHT, '>' }, "Remedy",
	  "Show the finding's next remedy" },
	{ ACTION_COPY, CONTEXT_REMEDY, { 'c' }, "Copy",
	  "Copy the remedy's commands to your terminal's clipboard (OSC 52), over SSH too" },
	{ ACTION_WRITE_PATCH, CONTEXT_REMEDY, { 'w' }, "Patch",
	  "Write the remedy's diff to VM.REMEDY.patch in the folder kvmtop was started in" },
	{ ACTION_APPLY, CONTEXT_REMEDY, { 'a' }, "Apply",
	  "Apply the remedy to the VM's definition: shows the exact change and asks" },
	{ ACTION_UNDO, CONTEXT_REMEDY, { 'u' }, "Undo",
	  "Take kvmtop's last change of the VM's definition back: shows it and asks" },
	{ ACTION_CLOSE, CONTEXT_POPUP, { TERM_KEY_ESCAPE, 'q', TERM_KEY_ENTER, TERM_KEY_F1 + 9 }, "Close",
	  "Close the window" },
	{ ACTION_HELP, CONTEXT_POPUP, { TERM_KEY_F1, 'h', '?' }, NULL,
	  "Show the help, or close it" },
	{ ACTION_REMEDY, CONTEXT_POPUP, { 'r' }, NULL,
	  "Show the remedy, or close it" },
	{ ACTION_DRILL_DOWN, CONTEXT_POPUP, { 'd' }, NULL,
	  "Show the drill-down instead" },
	{ ACTION_PAGE_UP, CONTEXT_POPUP, { TERM_KEY_PAGE_UP, CTRL('B') }, NULL,
	  "A page up" },
	{ ACTION_PAGE_DOWN, CONTEXT_POPUP, { TERM_KEY_PAGE_DOWN, CTRL('F'), ' ' }, NULL,
	  "A page down" },
	{ ACTION_FIRST, CONTEXT_POPUP, { TERM_KEY_HOME, 'g' }, NULL,
	  "Go to the top" },
	{ ACTION_LAST, CONTEXT_POPUP, { TERM_KEY_END, 'G' }, NULL,
	  "Go to the end" },

	{ ACTION_CONFIRM, CONTEXT_CHANGE, { 'y' }, "Yes",
	  "Do what is asked; any other key leaves the definition alone" },
	{ ACTION_UP, CONTEXT_CHANGE, { TERM_KEY_UP }, "Scroll",
	  "Scroll up" },
	{ ACTION_DOWN, CONTEXT_CHANGE, { TERM_KEY_DOWN }, "Scroll",
	  "Scroll down" },
	{ ACTION_UNDO, CONTEXT_CHANGE, { 'u' }, "Undo",
	  "Take the change back that was just made" },
	{ ACTION_CLOSE, CONTEXT_CHANGE, { TERM_KEY_ESCAPE, 'q', TERM_KEY_ENTER, TERM_KEY_F1 + 9 }, "Close",
	  "Close; a running change continues" },
	{ ACTION_PAGE_UP, CONTEXT_CHANGE, { TERM_KEY_PAGE_UP, CTRL('B') }, NULL,
	  "A page up" },
	{ ACTION_PAGE_DOWN, CONTEXT_CHANGE, { TERM_KEY_PAGE_DOWN, CTRL('F') }, NULL,
	  "A page down" },
	{ ACTION_FIRST, CONTEXT_CHANGE, { TERM_KEY_HOME }, NULL,
	  "Go to the top" },
	{ ACTION_LAST, CONTEXT_CHANGE, { TERM_KEY_END }, NULL,
	  "Go to the end" },

	{ ACTION_COPY, CONTEXT_CHANGE, { 'c' }, "Copy",
	  "Copy the commands for this change" },

	{ ACTION_CONFIRM, CONTEXT_ANSWER, { TERM_KEY_ENTER }, "Apply",
	  "Apply the change (after typing yes)" },
	{ ACTION_CLOSE, CONTEXT_ANSWER, { TERM_KEY_ESCAPE }, "Cancel",
	  "Cancel, change nothing" },
	{ ACTION_UP, CONTEXT_ANSWER, { TERM_KEY_UP }, "Scroll",
	  "Scroll up" },
	{ ACTION_DOWN, CONTEXT_ANSWER, { TERM_KEY_DOWN }, "Scroll",
	  "Scroll down" },
	{ ACTION_ANSWER_ERASE, CONTEXT_ANSWER, { TERM_KEY_BACKSPACE }, NULL,
	  "Delete the last character" },
	{ ACTION_PAGE_UP, CONTEXT_ANSWER, { TERM_KEY_PAGE_UP, CTRL('B') }, NULL,
	  "Page up" },
	{ ACTION_PAGE_DOWN, CONTEXT_ANSWER, { TERM_KEY_PAGE_DOWN, CTRL('F') }, NULL,
	  "Page down" },
	{ ACTION_FIRST, CONTEXT_ANSWER, { TERM_KEY_HOME }, NULL,
	  "Go to the top" },
	{ ACTION_LAST, CONTEXT_ANSWER, { TERM_KEY_END }, NULL,
	  "Go to the end" },

	{ ACTION_UP, CONTEXT_EXITS, { TERM_KEY_UP, 'k' }, "Row",
	  "Select the row above" },
	{ ACTION_DOWN, CONTEXT_EXITS, { TERM_KEY_DOWN, 'j' }, "Row",
	  "Select the row below" },
	{ ACTION_PREVIOUS, CONTEXT_EXITS, { TERM_KEY_LEFT }, "vCPU",
	  "Show the exits of the vCPU before this one, or of all" },
	{ ACTION_NEXT, CONTEXT_EXITS, { TERM_KEY_RIGHT, TERM_KEY_TAB }, "vCPU",
	  "Show the exits of the next vCPU, or of all" },
	{ ACTION_LATENCY, CONTEXT_EXITS, { 'l', TERM_KEY_ENTER }, "Latency",
	  "Show how long the exits of the selected row took, or hide it" },
	{ ACTION_CLOSE, CONTEXT_EXITS, { TERM_KEY_ESCAPE, 'q', 'd', TERM_KEY_F1 + 9 }, "Close",
	  "Close the drill-down" },
	{ ACTION_SORT_EXITS, CONTEXT_EXITS, { 's' }, "Sort",
	  "Sort by the next column" },
	{ ACTION_INTERVAL_MODE, CONTEXT_EXITS, { 'i' }, "Interval",
	  "Exits of the last interval, or cumulative since the start or z" },
	{ ACTION_HALTS, CONTEXT_EXITS, { 'H' }, "Halts",
	  "Leave halts out of the shares of time, or count them" },
	{ ACTION_ZERO, CONTEXT_EXITS, { 'z' }, "Zero",
	  "Start the cumulative exit tables anew" },
	{ ACTION_SORT_LEFT, CONTEXT_EXITS, { '<' }, "Column",
	  "Sort by the column to the left" },
	{ ACTION_SORT_EXITS, CONTEXT_EXITS, { '>' }, "Column",
	  "Sort by the column to the right" },
	{ ACTION_REVERSE, CONTEXT_EXITS, { 'R' }, "Reverse",
	  "Turn the order round" },
	{ ACTION_PAUSE, CONTEXT_EXITS, { 'p' }, "Pause",
	  "Hold the figures still, and let them go on" },
	{ ACTION_FASTER, CONTEXT_EXITS, { '+' }, "Speed",
	  "Look more often" },
	{ ACTION_SLOWER, CONTEXT_EXITS, { '-' }, "Speed",
	  "Look less often" },
	{ ACTION_REMEDY, CONTEXT_EXITS, { 'r' }, "Remedy",
	  "Show what to change about the VM instead" },
	{ ACTION_BASELINE, CONTEXT_EXITS, { 'b' }, "Baseline",
	  "Keep the VM's figures, to show from now on what became of them" },
	{ ACTION_DROP_BASELINE, CONTEXT_EXITS, { 'B' }, NULL,
	  "Forget the VM's baseline" },
	{ ACTION_HELP, CONTEXT_EXITS, { TERM_KEY_F1, 'h', '?' }, "Help",
	  "Show the help instead" },
	{ ACTION_PAGE_UP, CONTEXT_EXITS, { TERM_KEY_PAGE_UP, CTRL('B') }, NULL,
	  "A page up" },
	{ ACTION_PAGE_DOWN, CONTEXT_EXITS, { TERM_KEY_PAGE_DOWN, CTRL('F'), ' ' }, NULL,
	  "A page down" },
	{ ACTION_FIRST, CONTEXT_EXITS, { TERM_KEY_HOME, 'g' }, NULL,
	  "Select the first row" },
	{ ACTION_LAST, CONTEXT_EXITS, { TERM_KEY_END, 'G' }, NULL,
	  "Select the last row" },
};
/* clang-format on */

const size_t binding_count = sizeof bindings / sizeof *bindings;

static enum action find_in(int key, unsigned context)
{
	for (size_t i = 0; i < binding_count; i++)
		for (size_t k = 0; k < BINDING_KEYS_MAX; k++)
			if ((bindings[i].contexts & context) && bindings[i].keys[k] == key)
				return bindings[i].action;
	return ACTION_NONE;
}

enum action binding_find(int key, unsigned context)
{
	enum action action;

	if (key <= 0)
		return ACTION_NONE;
	action = find_in(key, context & CONTEXT_REPLAY);
	return action != ACTION_NONE ? action : find_in(key, context);
}

const char *binding_context_name(unsigned context)
{
	static const struct {
		unsigned context;
		const char *name;
	} names[] = {
		{ CONTEXT_MAIN, "Keys" },
		{ CONTEXT_OVERVIEW, "Keys in the overview" },
		{ CONTEXT_LIST, "Keys in the other views" },
		{ CONTEXT_POPUP, "Keys in a window of text" },
		{ CONTEXT_REMEDY, "Keys in the remedy" },
		{ CONTEXT_CHANGE, "Keys while a definition is changed" },
		{ CONTEXT_EXITS, "Keys in the drill-down" },
		{ CONTEXT_MENU, "Keys in a menu" },
		{ CONTEXT_SETUP, "Keys in the setup" },
		{ CONTEXT_FILTER, "Keys while a filter is typed" },
		{ CONTEXT_REPLAY, "Keys while a recording is played" },
		{ CONTEXT_GO_TO, "Keys while a time is typed" },
		{ CONTEXT_ANSWER, "Keys while typing yes" },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].context == context)
			return names[i].name;
	return "";
}

struct key_name {
	int key;
	const char *name, *ascii; /* ascii NULL: the same */
};

const char *binding_key_name(int key, bool ascii, char *out, size_t size)
{
	static const struct key_name names[] = {
		{ TERM_KEY_UP, "↑", "Up" },
		{ TERM_KEY_DOWN, "↓", "Down" },
		{ TERM_KEY_LEFT, "←", "Left" },
		{ TERM_KEY_RIGHT, "→", "Right" },
		{ TERM_KEY_PAGE_UP, "PgUp", NULL },
		{ TERM_KEY_PAGE_DOWN, "PgDn", NULL },
		{ TERM_KEY_HOME, "Home", NULL },
		{ TERM_KEY_END, "End", NULL },
		{ TERM_KEY_ENTER, "Enter", NULL },
		{ TERM_KEY_ESCAPE, "Esc", NULL },
		{ TERM_KEY_BACKSPACE, "Backspace", NULL },
		{ TERM_KEY_TAB, "Tab", NULL },
		{ TERM_KEY_BACKTAB, "Shift-Tab", NULL },
		{ ' ', "Space", NULL },
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (names[i].key != key)
			continue;
		snprintf(out, size, "%s", ascii && names[i].ascii ? names[i].ascii : names[i].name);
		return out;
	}
	if (key >= TERM_KEY_F1 && key <= TERM_KEY_F12)
		snprintf(out, size, "F%d", key - TERM_KEY_F1 + 1);
	else if (key > 0 && key < ' ')
		snprintf(out, size, "Ctrl-%c", key + '@');
	else
		snprintf(out, size, "%c", key);
	return out;
}
