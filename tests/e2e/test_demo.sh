#!/usr/bin/env bash
# The demo: on any machine the case is told from the storm over the remedy to the quiet, and one can go about in
# it. Where no VM runs, make run opens it, and this host where one does.
. "$(dirname "$0")/lib.sh"

go_to() { # TEXT: types it as the time to go to
  keys g
  sees "g asks for a time" "Go to:"
  keys -l "$1"
  keys Enter
}

terminal_open 120 32 "exec bash --norc --noprofile"
keys "PS1='prompt> '" Enter
keys "'$kvmtop' --demo; echo status=\$?" Enter
sees "it says what is to be seen" "win10 polls its real-time clock"
sees "and that it is a recording" "REPLAY "
keys Space
sees "Space stops it" "[STOPPED]"
go_to '#22'
sees "the storm" "RTC polling"
sees "its port, by name" "RTC 0x70/0x71"
before=$(screen | grep -o 'REPLAY [-0-9]* [0-9:]*')
keys Right
sees_no "Right goes a tick on" "$before"
keys Left
sees "Left a tick back" "$before"
keys r
sees "the remedy" "Remedy 1 of"
sees "of the VM's own definition" "synthetic timers"
keys Escape
keys b
sees "b keeps what it is like now" "Baseline taken"
go_to '+1000'
sees "to the end" ", end,"
sees "the proof: before and after" "/s -> 0/s; host CPU "
sees "and the verdict" "solved"
sees "the definition has it" "stimer"
keys '['
sees "[ goes a minute back" "missing: vpindex synic stimer"
keys g
keys -l 'tomorrow'
keys Enter
sees "what is no time is said to be none" "\"tomorrow\" is no time"
keys +
sees "+ plays faster" "2 times as fast"
keys Space
sees "Space lets it go on" "speed 2x"
keys q
sees "q ends it with status 0" "status=0"

if [ "$kvmtop" != "$root/build/kvmtop" ]; then
  skip "make run opens kvmtop" "this is another build"
else
  deadline_s=$run_s # it may build first
  keys "clear; cd '$root' && make run; echo run=\$?" Enter
  if vm_runs; then
    sees "make run opens this host where a VM runs" "[Overview]"
    # The VM may be another user's, and have ended meanwhile.
    screen_lacks "REPLAY" || ! vm_runs
    is "and not the demo" $? 0
  else
    sees "make run opens the demo where no VM runs" "win10 polls its real-time clock"
  fi
  keys q
  sees "and comes back" "run=0"
fi
finish
