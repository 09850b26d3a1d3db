#!/usr/bin/env bash
# However kvmtop ends, the terminal is usable again and no process is left.
. "$(dirname "$0")/lib.sh"

# The processes of the terminal kvmtop runs in, by what they were started as; its guard has a session of its own.
kvmtop_pids() {
  pgrep -f "^$kvmtop -p $$( |\$)"
}

none_left() {
  ! kvmtop_pids
}

start() {
  terminal_open 80 24 "exec bash --norc --noprofile"
  keys "PS1='prompt> '" Enter
  keys "'$kvmtop' -p $$; echo status=\$?" Enter
  within "$deadline_s" screen_has "No VM" || fail "kvmtop starts" "$(screen)"
  pid=$(kvmtop_pids | head -n 1)
}

for signal in TERM HUP INT QUIT SEGV ABRT KILL; do
  start
  kill -s "$signal" "$pid"
  sees "SIG$signal ends it with the status that shells expect" "status=$((128 + $(kill -l "$signal")))"
  check "SIG$signal: the alternate screen is left" within "$deadline_s" terminal_is '#{alternate_on}' 0
  keys "echo back-again" Enter
  sees "SIG$signal: the terminal echoes" "prompt> echo back-again"
  check "SIG$signal: no process is left" within "$deadline_s" none_left
done

start
terminal kill-server
check "no process is left when its terminal is gone" within "$deadline_s" none_left

start
terminal send-keys C-c
sees "Ctrl-C ends it" "status="
check "Ctrl-C: no process is left" within "$deadline_s" none_left
finish
