#!/usr/bin/env bash
# However kvmtop ends, the terminal is usable again and no process is left.
. "$(dirname "$0")/lib.sh"

# The processes of the terminal kvmtop runs in, by what they were started as; its guard has a
# session of its own.
kvmtop_pids() {
  pgrep -f "^$kvmtop -p ${$}\$"
}

none_left() {
  ! kvmtop_pids
}

start() {
  terminal_open 80 24 "exec bash --norc --noprofile"
  keys "PS1='prompt> '" Enter
  keys "'$kvmtop' -p $$" Enter
  within "$deadline_s" screen_has "No running VMs found" || fail "kvmtop starts" "$(screen)"
  pid=$(kvmtop_pids | head -n 1)
}

# A crash: the guard puts the terminal right, while the shell may be writing to it already. Hence a
# new prompt.
for signal in TERM HUP INT QUIT SEGV ABRT KILL; do
  start
  kill -s "$signal" "$pid"
  check "SIG$signal: no process is left" within "$deadline_s" none_left
  check "SIG$signal: the alternate screen is left" within "$deadline_s" terminal_is '#{alternate_on}' 0
  check "SIG$signal: the cursor is back" within "$deadline_s" terminal_is '#{cursor_flag}' 1
  keys Enter
  keys 'echo status=$?' Enter
  sees "SIG$signal: the terminal echoes" 'prompt> echo status=$?'
  sees "SIG$signal: the status that shells expect" "status=$((128 + $(kill -l "$signal")))"
done

start
terminal kill-server
check "no process is left when its terminal is gone" within "$deadline_s" none_left

start
terminal send-keys C-c
check "Ctrl-C ends it, and no process is left" within "$deadline_s" none_left
finish
