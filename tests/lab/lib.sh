# What the checks in the lab share, besides all of tests/e2e/lib.sh: probe guests with and without
# libvirt, and kvmtop's JSON over time.
#
# In the lab everything is 10 to 50 times slower than on hardware, and a slow or busy machine makes
# it slower still: checks hold whatever the speed. They hold a guest still until all who are to
# watch it do, judge the very tick that they waited for, and have deadlines that only say when to
# give up. A process costs up to a second there, so there is one jq for many questions.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
deadline_s=240
poll_s=0.25
export LIBVIRT_DEFAULT_URI=qemu:///system

# -- probe guests

# Makes a probe guest's ROM with these orders (tests/lab/guest/probe.c): probe_make ROM ORDERS
probe_make() {
  cp "$LAB_OUT/probe.rom" "$1"
  printf '%s' "$2" | dd of="$1" conv=notrunc status=none
}

# Starts a probe guest of plain QEMU with these orders, and waits until it says START. Its pid is in
# $vm, what it writes in $serial: probe_start NAME ORDERS
probe_start() {
  serial=$work/$1.serial
  probe_make "$work/$1.rom" "$2"
  qemu-system-x86_64 -name "guest=$1,debug-threads=on" -machine pc -accel kvm -m 64 \
    -bios "$work/$1.rom" -nodefaults -display none -monitor none -serial "file:$serial" -no-reboot \
    </dev/null >"$work/$1.qemu" 2>&1 &
  vm=$!
  cleanup_add "kill $vm 2>/dev/null"
  if ! within "$deadline_s" file_has "$serial" START; then
    fail "the guest $1 starts" "$(cat "$work/$1.qemu" "$serial" 2>&1)"
    return 1
  fi
}

# Stops a guest's process, vCPUs and all, until all who are to watch its work do: probe_hold. Its
# orders give it a delay, long enough for being held after START before the work begins. Timer ticks
# that come while it is held it gets in one go afterwards.
probe_hold() {
  kill -STOP "$vm"
}

probe_go() {
  kill -CONT "$vm"
}

# The whole line is there, with its end.
probe_done() {
  grep -q '^DONE.*cpuid=' "$serial" && [ -z "$(tail -c 1 "$serial")" ]
}

# How often the guest says it did something: probe_count rtc. From "DONE rounds=100 ticks=110
# rtc=500 ...".
probe_count() {
  sed -n "s/^DONE.* $1=\([0-9]*\).*/\1/p" "$serial"
}

# The exits of a reason that the guest's work and its DONE line made: probe_exits io. An RTC reading
# is two exits, a written MSR was read before, and each character is an OUT to the serial port.
probe_exits() {
  case $1 in
  io)
    echo $((2 * $(probe_count rtc) + $(probe_count pm) + $(probe_count pit) +
      $(grep '^DONE' "$serial" | wc -c)))
    ;;
  msr) echo $(($(probe_count rdmsr) + 2 * $(probe_count wrmsr))) ;;
  cpuid) probe_count cpuid ;;
  npf) probe_count hpet ;;
  esac
}

probe_stop() {
  kill "$vm"
  wait "$vm" 2>/dev/null || true
}

# -- kvmtop's JSON, a line for each tick

# Starts kvmtop in the background, writing to a file: watch_start FILE [OPTION ...]. Its pid is in
# $watch.
watch_start() {
  local file=$1
  shift
  : >"$file"
  "$kvmtop" --batch --format json "$@" >"$file" 2>"$file.err" &
  watch=$!
  cleanup_add "kill $watch 2>/dev/null"
}

watch_stop() {
  kill -TERM "$watch"
  wait "$watch"
}

# Waits for a tick that holds a condition, and leaves it in $tick: tick_sees NAME FILE JQ-CONDITION.
# It looks at the last tick that is there and at all that come. One jq reads them as they come; tail
# ends when it writes to nobody, or with the script.
tick_sees() {
  tick=$(jq -cn --unbuffered "first(inputs | select(any($3; .)))" 2>"$work/jq.err" \
    < <(exec timeout "$deadline_s" tail -n 1 -s 0.2 --pid=$$ -f -- "$2"))
  if [ -n "$tick" ]; then
    pass "$1"
    return
  fi
  tick=$(tail -n 2 "$2" | head -n 1)
  fail "$1" "no tick with $3 within $deadline_s s; $(cat "$work/jq.err")"$'\n'"the last: $tick"
  return 1
}

# What a program of jq says about a tick, a line for each output: asks TICK PROGRAM
asks() {
  jq -rc "$2" <<<"$1"
}

has_more_lines() { # FILE COUNT
  [ "$(wc -l <"$1")" -gt "$2" ]
}

# How often each kind of exit of a VM was counted in all ticks, as "REASON SAMPLES" lines in
# alphabetical order: watch_exits FILE PID
watch_exits() {
  jq -rs --argjson pid "$2" '[.[].vms[] | select(.pid == $pid) | .exits[]] | group_by(.reason)[] |
    {reason: .[0].reason, samples: map(.samples) | add} | select(.samples > 0) |
    "\(.reason) \(.samples)"' "$1"
}

# -- domains

# Defines one of tests/lab/checks/*.xml, to run with these orders: domain_define NAME ORDERS
domain_define() {
  probe_make "$work/$1.rom" "$2"
  sed "s|@ROM@|$work/$1.rom|" "$root/tests/lab/checks/$1.xml" >"$work/$1.xml"
  virsh define "$work/$1.xml"
}

# Switches a domain off, as far as it is on, and on again: what a changed configuration needs.
domain_power_cycle() {
  virsh destroy "$1" >"$work/virsh" 2>&1
  virsh start "$1"
}

domains_remove() {
  local name
  for name in $(virsh list --all --name); do
    virsh destroy "$name"
    virsh undefine "$name"
  done >/dev/null 2>&1
}
