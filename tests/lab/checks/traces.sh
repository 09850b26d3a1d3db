#!/usr/bin/env bash
# However kvmtop ends, no tracefs instance of its own is left, and the host's own tracing state is
# as it was.
. "$(dirname "$0")/../lib.sh"
tracefs=/sys/kernel/tracing

# Everything about the host's own tracing that a careless tool might change.
host_state() {
  grep -H '' "$tracefs"/{tracing_on,current_tracer,set_event,set_event_pid,trace_clock} \
    "$tracefs"/{buffer_size_kb,events/enable,events/kvm/enable} "$tracefs"/options/* 2>&1
}

instances() {
  find "$tracefs/instances" -mindepth 1 -maxdepth 1 -name 'kvmtop-*'
}

instances_are() { # COUNT
  [ "$(instances | wc -l)" -eq "$1" ]
}

# Another's instance, which is none of kvmtop's business.
mkdir "$tracefs/instances/kvmtop-not"
cleanup_add "rmdir $tracefs/instances/kvmtop-not"
before=$(host_state)

for signal in TERM INT HUP SEGV ABRT KILL; do
  watch_start "$work/json" -d 0.5
  check "SIG$signal: kvmtop has an instance" within "$deadline_s" instances_are 2
  kill -s "$signal" "$watch"
  wait "$watch" 2>/dev/null
  check "SIG$signal: it is gone" within "$deadline_s" instances_are 1 || say "$(instances)"
done

terminal_open 80 24 "exec '$kvmtop'"
check "q: kvmtop has an instance" within "$deadline_s" instances_are 2
keys q
check "q: it is gone" within "$deadline_s" instances_are 1 || say "$(instances)"
terminal_open 80 24 "exec '$kvmtop'"
check "lost terminal: kvmtop has an instance" within "$deadline_s" instances_are 2
terminal kill-server
check "lost terminal: it is gone" within "$deadline_s" instances_are 1 || say "$(instances)"

# With its guard killed as well, nobody is left to clean up: the next kvmtop does.
watch_start "$work/json" -d 0.5
check "kvmtop and its guard run" within "$deadline_s" instances_are 2
guard=$(pgrep -P "$watch" -x kvmtop-guard)
kill -KILL "$guard" "$watch"
wait "$watch" 2>/dev/null
check "both killed: they are gone" within "$deadline_s" is_gone "$guard"
check "both killed: the instance is left" instances_are 2
left=$(instances | grep -v kvmtop-not)
check "the next kvmtop runs" "$kvmtop" --batch -n 1 -d 0.2
check "and has removed it" test ! -e "$left"
check "another's instance stays" test -d "$tracefs/instances/kvmtop-not"
is "the host's own tracing is as it was" "$(host_state)" "$before"
finish
