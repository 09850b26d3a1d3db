# What the checks in the lab share, besides all of tests/e2e/lib.sh: probe guests with and without
# libvirt, and kvmtop's JSON over time. In the lab everything is 10 to 50 times slower than on
# hardware: its deadlines are generous, and only say when to give up.
# shellcheck shell=bash

. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.sh"
deadline_s=90
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

probe_done() {
  file_has "$serial" DONE
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

# The last tick that is written whole.
tick() {
  tail -n 2 "$1" | jq -c . 2>/dev/null | tail -n 1
}

# The last tick holds: last_tick FILE JQ-CONDITION. jq itself is content with nothing at all.
last_tick() {
  local last
  last=$(tick "$1")
  [ -n "$last" ] && jq -e "$2" <<<"$last"
}

ticks() {
  wc -l <"$1"
}

more_ticks_than() { # FILE COUNT
  [ "$(ticks "$1")" -gt "$2" ]
}

# The exits of a reason that a VM made in all ticks: watch_exits FILE PID REASON
watch_exits() {
  jq -s --argjson pid "$2" --arg reason "$3" '[.[].vms[] | select(.pid == $pid) | .exits[] |
    select(.reason == $reason) | .samples] | add // 0' "$1"
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
