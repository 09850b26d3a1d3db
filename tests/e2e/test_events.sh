#!/usr/bin/env bash
# KVM's events cost nothing while nobody looks at them: no counter is open before the view is shown and after, and as many
# descriptors as before.
. "$(dirname "$0")/lib.sh"

descriptors() {
  find "/proc/$pid/fd" -type l 2>/dev/null | wc -l
}

counters() {
  find "/proc/$pid/fd" -type l -lname '*perf_event*' 2>/dev/null | wc -l
}

has_counters() {
  [ "$(counters)" -gt 0 ]
}

# "own 0.4% cpu", or where exits are traced "tracing 0.4% cpu": from the second look on.
shows_own_cpu() {
  screen | grep -qE '(own|tracing) [0-9.]+% cpu'
}

is_as_before() {
  [ "$(counters)" = 0 ] && [ "$(descriptors)" = "$before" ]
}

# Exits that are counted in the kernel have counters of their own.
run="$kvmtop -d 0.5 --tracer ring -p $$"
terminal_open 100 40 "exec $run"
sees "it starts" "No running VMs found"
pid=$(pgrep -f "^$run\$" | head -n 1)
check "it is a process" [ -n "$pid" ]
is "no counter is open at first" "$(counters)" 0
# What other sources open at their first ticks is open by now.
check "it has looked twice" within "$deadline_s" shows_own_cpu
# In a look some more are open for a moment.
before=$(for _ in {1..20}; do descriptors; done | sort -n | head -n 1)
list=$(ls -l "/proc/$pid/fd")
limit=$(grep 'open files' "/proc/$pid/limits")
for round in first second; do
  keys v
  sees "the $round time: the menu" "┌─ View"
  keys Home Down Down Down Down Down Down Enter
  sees "the $round time: the view of the events" "[Events]"
  if [ -r /sys/kernel/tracing/events/kvm/kvm_exit/id ] && [ "$(id -u)" = 0 ]; then
    check "the $round time: they are counted" within "$deadline_s" has_counters
  fi
  keys v
  sees "the $round time: the menu again" "┌─ View"
  keys Home Enter
  sees "the $round time: another view" "[Overview]"
  check "the $round time: all is closed" within "$deadline_s" is_as_before ||
    say "$before before: $list"$'\n'"$(descriptors) now: $(ls -l "/proc/$pid/fd")"
done
is "the limit of open files is as it was" "$(grep 'open files' "/proc/$pid/limits")" "$limit"
keys q
finish
