#!/usr/bin/env bash
# The mouse: clicks and the wheel, as a terminal reports them; and that it can be left to the terminal.
. "$(dirname "$0")/lib.sh"

recording=$root/tests/fixtures/recordings/vmx.dat

# A report as xterm sends it (SGR 1006): report BUTTON ROW COLUMN, from 1
report() {
  terminal send-keys -l "$(printf '\033[<%d;%d;%dM\033[<%d;%d;%dm' "$1" "$3" "$2" "$1" "$3" "$2")"
}

# Presses the left button on the first text of that kind: click TEXT
click() {
  local row line
  row=$(screen | grep -nF -- "$1" | head -n 1 | cut -d: -f1)
  line=$(screen | sed -n "${row}p")
  line=${line%%"$1"*}
  report 0 "$row" $((${#line} + 1))
}

wheel_down() {
  report 65 20 20
}

has_mouse() {
  terminal_is '#{mouse_any_flag}' 1
}

terminal_open 130 40 "exec bash --norc --noprofile"
keys "PS1='prompt> '" Enter
keys "'$kvmtop' --read '$recording'; echo status=\$?" Enter
sees "it starts" "[Overview]"
check "it asks for the mouse" within "$deadline_s" has_mouse

click "Findings"
sees "a click on a tab turns to the view" "[Findings]"
click " Threads "
sees "and to another" "[Threads]"
click "thread"
sees "a click on a title sorts by it" "Threads by thread"
click "thread"
sees "once more turns it round" "turned round"
click " Overview "
sees "back to the overview" "[Overview]"
click "Help"
sees "a click on a key of the bottom bar is that key" "kvmtop help"
wheel_down
sees "the wheel scrolls the window" " 4-"
report 0 1 1
sees_no "a click beside it closes it" "kvmtop help"

keys C-z
sees "Ctrl-Z gives the terminal back" "Stopped"
check "and its mouse" within "$deadline_s" terminal_is '#{mouse_any_flag}' 0
keys "fg; echo status=\$?" Enter
sees "fg takes it again" "[Overview]"
check "with the mouse" within "$deadline_s" has_mouse

keys m
sees "m leaves the mouse to the terminal" "The mouse is the terminal's"
check "which is told so" within "$deadline_s" terminal_is '#{mouse_any_flag}' 0
keys m
check "m takes it again" within "$deadline_s" has_mouse
keys q
sees "q ends it" "status=0"
check "the mouse is the shell's" within "$deadline_s" terminal_is '#{mouse_any_flag}' 0

keys "clear; '$kvmtop' --read '$recording'" Enter
sees "it starts again" "[Overview]"
check "with the mouse, as m was pressed twice" within "$deadline_s" has_mouse
tty=$(terminal display-message -p '#{pane_tty}')
kill -9 "$(pgrep -t "${tty#/dev/}" -f "^$kvmtop --read" | head -n 1)"
check "after a kill -9 the mouse is the shell's, too" \
  within "$deadline_s" terminal_is '#{mouse_any_flag}' 0
finish
