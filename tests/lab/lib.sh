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
poll_s=1
export LIBVIRT_DEFAULT_URI=qemu:///system

# -- probe guests

# Makes a probe guest's ROM with these orders (tests/lab/guest/probe.c): probe_make ROM ORDERS
probe_make() {
  cp "$LAB_OUT/probe.rom" "$1"
  printf '%s' "$2" | dd of="$1" conv=notrunc status=none
}

# Makes a VM of plain QEMU with these orders, in which nothing runs yet. Its pid is in $vm, what the
# guest will write in $serial, the orders in $orders. Its PIT ticks whether or not the tick before was
# taken: should the emulated host lose one, the guest goes on. probe_hold NAME ORDERS [OPTION OF QEMU ...]
probe_hold() {
  local name=$1
  orders=$2
  shift 2
  serial=$work/$name.serial
  probe_make "$work/$name.rom" "$orders"
  mkfifo "$work/$name.monitor"
  exec {monitor}<>"$work/$name.monitor"
  qemu-system-x86_64 -name "guest=$name,debug-threads=on" -machine pc -accel kvm -m 64 "$@" \
    -global kvm-pit.lost_tick_policy=discard \
    -bios "$work/$name.rom" -nodefaults -display none -monitor stdio -serial "file:$serial" \
    -no-reboot -S <&"$monitor" >"$work/$name.qemu" 2>&1 &
  vm=$!
  cleanup_add "kill $vm 2>/dev/null"
  # The prompt of its monitor: "(qemu) "
  if ! within "$deadline_s" file_has "$work/$name.qemu" "(qemu)"; then
    fail "the VM $name is made" "$(cat "$work/$name.qemu" 2>&1)"
    return 1
  fi
}

# Lets the guest run, from its first instruction on: those who are to watch it do by now.
probe_go() {
  echo cont >&"$monitor"
}

# The same in one: a guest that says START already.
probe_start() {
  probe_hold "$@" || return
  probe_go
  if ! within "$deadline_s" file_has "$serial" START; then
    fail "the guest $1 starts" "$(cat "$work/$1.qemu" "$serial" 2>&1)"
    return 1
  fi
}

# The whole line is there, with its end.
probe_done() {
  grep -q '^DONE.*cpuid=' "$serial" && [ -z "$(tail -c 1 "$serial")" ]
}

# Waits for a guest's work to be done; where it is not, says what its vCPU does: probe_ends NAME
probe_ends() {
  check "$1" within "$deadline_s" probe_done && return
  echo "info registers" >&"$monitor"
  within 5 file_has "$work"/*.qemu EFER=
  say "$(cat "$serial")"
  say "$(grep -h -A 12 -E '^[RE]AX=' "$work"/*.qemu)"
  return 1
}

# How often the guest says it did something: probe_count rtc. From "DONE rounds=100 ticks=110
# rtc=500 ...".
probe_count() {
  sed -n "s/^DONE.* $1=\([0-9]*\).*/\1/p" "$serial"
}

# All exits that the guest made from its first instruction on, by what they were about, as far as the
# orders and its program say it (tests/lab/guest): lines "REASON KIND NUMBER DIRECTION COUNT". An RTC
# reading is an OUT and an IN, an MSR that is written was read before, and each character is an OUT to
# the serial port. The rest is how it sets up PIC, PIT, local APIC, PM timer and long mode.
probe_details() {
  local rtc pm pit hpet rdmsr wrmsr rtc_setup=0
  [[ $orders != *rtc-irq=1* ]] || rtc_setup=2
  rtc=$(probe_count rtc) pm=$(probe_count pm) pit=$(probe_count pit) hpet=$(probe_count hpet)
  rdmsr=$(probe_count rdmsr) wrmsr=$(probe_count wrmsr)
  cat <<TABLE | awk '$5 > 0'
io port 32 out 1
io port 33 out 5
io port 64 in $pit
io port 64 out 2
io port 67 out 1
io port 112 out $((rtc + rtc_setup))
io port 113 in $rtc
io port 113 out $rtc_setup
io port 1016 out $(wc -c <"$serial")
io port 1544 in $pm
io port 3320 out 2
io port 3324 out 2
msr msr 27 read $((rdmsr + wrmsr))
msr msr 27 write $wrmsr
msr msr 3221225600 read 1
msr msr 3221225600 write 1
npf mmio 4275044592 read $hpet
npf mmio 4276093168 write 1
npf mmio 4276093776 write 1
TABLE
}

probe_stop() {
  kill "$vm"
  wait "$vm" 2>/dev/null || true
  exec {monitor}>&-
}

# -- kvmtop's JSON, a line for each tick

# The rules that every guest of this host raises, whatever it does, as JSON: an emulated host keeps time
# by its HPET, and R25 says so.
# shellcheck disable=SC2034 # for the checks
host_rules=$(grep -qxE 'hpet|acpi_pm' /sys/devices/system/clocksource/clocksource0/current_clocksource &&
  echo '["R25"]' || echo '[]')

# KVM's parameters, given back at the end: kvm_parameter_set NAME VALUE
kvm_parameters=/sys/module/kvm/parameters
kvm_parameter_set() {
  cleanup_add "echo $(cat $kvm_parameters/"$1") >$kvm_parameters/$1"
  echo "$2" >$kvm_parameters/"$1"
}

# So slow a host is over kvmtop's budget with every storm, and then less is traced.
no_budget="--budget 100,1000000000 --tracer ${TRACER:-auto}"

# Starts kvmtop in the background, writing to a file: watch_start FILE [OPTION ...]. Its pid is in
# $watch.
watch_start() {
  local file=$1
  shift
  : >"$file"
  # shellcheck disable=SC2086 # two words
  "$kvmtop" --batch --format json $no_budget "$@" >"$file" 2>"$file.err" &
  watch=$!
  cleanup_add "kill $watch 2>/dev/null"
}

# Ends it. 143 is the status of a shell or su around it.
watch_stop() {
  local status=0
  kill -TERM "$watch"
  wait "$watch" || status=$?
  [[ $status = 0 || $status = 143 ]] || fail "kvmtop ends with status 0" "it ended with $status"
}

# Waits for a tick that holds a condition, and leaves it in $tick: tick_sees NAME FILE JQ-CONDITION.
# It looks at the last tick that is there and at all that come. One jq reads them as they come; tail
# ends when it writes to nobody, or with kvmtop.
tick_sees() {
  tick=$(jq -cn --unbuffered "first(inputs | select(any($3; .)))" 2>"$work/jq.err" \
    < <(exec timeout "$deadline_s" tail -n 1 -s 0.2 --pid="${watch:-$$}" -f -- "$2"))
  if [ -n "$tick" ]; then
    pass "$1"
    return
  fi
  tick=$(tail -n 2 "$2" | head -n 1)
  fail "$1" "no tick with $3 within $deadline_s s, or before kvmtop ended; $(cat "$work/jq.err" "$2.err" 2>&1)"$'\n'"the last: ${tick:0:3000}"
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

# The same by what the exits were about, as probe_details says it; of one vCPU's own table, with its
# number: watch_details FILE PID [VCPU]
watch_details() {
  jq -rs --argjson pid "$2" --argjson vcpu "${3:-null}" '[.[].vms[] | select(.pid == $pid) |
    (if $vcpu == null then . else .threads[] | select(.vcpu == $vcpu) end) | .exits[]? |
    .reason as $reason | .details[] | {key: "\($reason) \(.kind) \(.number) \(.direction)", samples}] |
    group_by(.key)[] | {key: .[0].key, samples: map(.samples) | add} | select(.samples > 0) |
    "\(.key) \(.samples)"' "$1" | sort
}

# How often a line was raised in all ticks: watch_line FILE PID GSI
watch_line() {
  jq -s --argjson pid "$2" --argjson gsi "$3" '[.[].vms[] | select(.pid == $pid) | .irq_lines[]? |
    select(.gsi == $gsi) | .raised] | add // 0' "$1"
}

# Neither lost events nor errors: watch_is_whole NAME FILE
watch_is_whole() {
  is "$1: no event was lost" "$(jq -c '.host | .lost, .lost_unknown' "$2" | sort -u | xargs)" "0 false"
  is "$1: no errors" "$(cat "$2.err")" ""
}

# The lines of probe_details with the names of this host's exits. They have AMD's; tests/lab/vmx has its own.
exits_named() {
  cat
}

# What a guest with a known end did, beside what kvmtop says it did, from the first exit to the last:
# counts_are_exact NAME FILE
counts_are_exact() {
  local details
  details=$(probe_details | exits_named | sort)
  say "$1: $(tail -n 1 "$serial"); kvmtop: $(watch_exits "$2" "$vm" | tr '\n' ';')"
  is "$1: CPUID exits" "$(watch_exits "$2" "$vm" | sed -n 's/^cpuid //pI')" "$(probe_count cpuid)"
  is "$1: every port, MSR and address" "$(watch_details "$2" "$vm")" "$details"
  is "$1: no other I/O and MSR exits" "$(watch_exits "$2" "$vm" | grep -iE '^(io|msr)[ _]')" \
    "$(awk '$2 != "mmio" {n[$1] += $5} END {for (i in n) print i, n[i]}' <<<"$details" | sort)"
  watch_is_whole "$1" "$2"
}

# -- kernels

# What a recording of trace-cmd's has in kvm_exit: each that a kvm_entry of the same thread follows, as
# "REASON COUNT" lines in alphabetical order. Without its plugins, which have names of their own, trace-cmd
# report prints what the kernel's format says. Lines, on x86 and on arm64:
#   ref: CPU 0/KVM-136 [001] 23.4: kvm_entry: vcpu 0, rip 0xfff0
#   ref: CPU 0/KVM-136 [001] 23.5: kvm_exit: vcpu 0 reason DE excp rip 0xfff0 info1 0x0 ...
#   ref: CPU 0/KVM-136 [001] 23.5: kvm_exit: TRAP: HSR_EC: 0x0024 (DABT_LOW), PC: 0x0000000040200260
#   ref: CPU 0/KVM-136 [001] 23.5: kvm_exit: IRQ: HSR_EC: 0x0000 (UNKNOWN), PC: 0x0000000040200260
reference_counts() { # RECORDING
  trace-cmd report -N "$1" 2>"$work/report.err" | tee "$work/report" | awk '
    {thread = $0; sub(/ *\[[0-9]+\].*/, "", thread)}
    / kvm_exit: / {
      reason = $0
      if (sub(/.* reason /, "", reason)) sub(/ rip 0x.*/, "", reason)
      else if (sub(/.* kvm_exit: +TRAP: [^(]*\(/, "", reason)) sub(/\).*/, "", reason)
      else { sub(/.* kvm_exit: +/, "", reason); sub(/:.*/, "", reason) }
      open[thread] = reason
    }
    / kvm_entry: / && thread in open {n[open[thread]]++; delete open[thread]}
    END {for (reason in n) print reason, n[reason]}' | sort
}

# The programs need atomic operations that came with Linux 5.12.
counts_by_bpf() { # RELEASE
  [ "$(printf '%s\n' 5.12 "$1" | sort -V | head -n 1)" = 5.12 ]
}

# What kvmtop printed with --tracer bpf on that kernel: judge_bpf NAME RELEASE FILE
judge_bpf() {
  if counts_by_bpf "$2"; then
    check "$1: BPF is not refused" awk '/tracing is off/ {exit 1}' "$3" || say "$(cat "$3")"
  else
    check "$1: without BPF kvmtop says what it needs" \
      grep -E "tracing is off: .*Linux ${2%%-*} lacks BPF .*\(5\.12 or newer needed\)" "$3" || say "$(cat "$3")"
  fi
}

# -- what the screen tells

# Does the text of the screen, or of the window on it, match as one line: without borders, and as if
# nothing had been wrapped? By the shell alone, for each process is work that the guests feel.
screen_matches() { # EXTENDED-REGEX
  local text words
  text=$(screen)
  read -r -d '' -a words <<<"${text//[│┌┐└┘─]/ }"
  [[ ${words[*]} =~ $1 ]]
}

# The screen tells something, however it is wrapped: tells NAME EXTENDED-REGEX
tells() {
  if within "$deadline_s" screen_matches "$2"; then
    pass "$1"
  else
    fail "$1" "\"$2\" did not come within $deadline_s s:"$'\n'"$(screen)"
    return 1
  fi
}

# What libvirt has of win10 for its next start.
definition() {
  virsh dumpxml --inactive --security-info win10
}

# The definitions that kvmtop saved before it changed them, the newest last.
saved_folder=$XDG_STATE_HOME/kvmtop
saved() {
  find "$saved_folder" -name 'win10-*Z.xml' 2>/dev/null | sort
}

# Opens the remedy's window on a VM's finding. It may not be the first one: remedy_opens NAME TITLE
remedy_opens() {
  sees "$1: the finding is on the screen" "! ${2#*: }"
  keys r
  for _ in 1 2 3; do
    within 3 screen_has "$2" && break
    keys ']'
  done
  sees "$1: r shows it" "$2"
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
