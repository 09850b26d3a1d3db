#!/usr/bin/env bash
# The screen in a terminal: keys, popups, sizes, suspending, and leaving it.
. "$(dirname "$0")/lib.sh"

# A pid that is no VM: whatever runs on this machine, the screen is the same.
terminal_open 130 30 "exec bash --norc --noprofile"
keys "PS1='prompt> '" Enter
keys "'$kvmtop' -p $$; echo status=\$?" Enter
sees "it starts" "kvmtop "
check "on the alternate screen" within "$deadline_s" terminal_is '#{alternate_on}' 1
sees "without a VM it says so" "No running VMs found"

for key in h '?' F1; do
  keys "$key"
  sees "$key opens the help" "This help"
  keys Escape
  sees_no "Esc closes it" "This help"
done
keys r
sees "r answers without a VM too" "No VM is selected."
keys a
sees "and a has nothing to apply" "There is nothing to apply"
keys u
sees "u has nothing to undo" "Refused."
keys y
check "y confirms nothing" screen_has "Refused."
keys Escape
sees_no "Esc leaves it" "Refused."
keys Escape
keys b
sees "b has nothing to keep" "No VM is selected"

keys p
sees "p holds the figures" "PAUSED"
keys p
sees_no "p lets them go on" "PAUSED"
keys +
sees "+ looks more often" "every 0.5s"
keys -
sees "- looks less often" "every 1.0s"

for size in "80 24" "160 50" "60 15"; do
  # shellcheck disable=SC2086
  terminal_resize $size
  sees "it fits into ${size/ /x}" "No running VMs found"
done
terminal_resize 40 10
sees "too small a terminal gets one sentence" "needs 60 columns"
sees_no "and nothing else" "No running VMs found"
terminal_resize 130 30
sees "it grows again" "No running VMs found"

keys C-z
sees "Ctrl-Z gives the terminal back" "Stopped"
check "with the alternate screen left" within "$deadline_s" terminal_is '#{alternate_on}' 0
keys "fg; echo status=\$?" Enter
sees "fg takes it again" "No running VMs found"
check "on the alternate screen again" within "$deadline_s" terminal_is '#{alternate_on}' 1

# What another program painted over the screen goes.
printf '\033[5;5Hgarbage' >"$(terminal display-message -p '#{pane_tty}')"
sees "something paints over the screen" "garbage"
keys C-l
sees_no "Ctrl-L paints it anew" "garbage"

keys q
sees "q ends it with status 0" "status=0"
check "the alternate screen is left" within "$deadline_s" terminal_is '#{alternate_on}' 0
check "the cursor is back" within "$deadline_s" terminal_is '#{cursor_flag}' 1
keys "echo back-again"
sees "the terminal echoes" "prompt> echo back-again"
finish
