#!/usr/bin/env bash
# A VM shows at the second refresh after its start at the latest and goes when it ends, whatever other VMs run here; where
# this machine can run one.
. "$(dirname "$0")/lib.sh"

if ! [ -w /dev/kvm ] || ! command -v qemu-system-x86_64 >/dev/null; then
  echo "1..0 # SKIP needs /dev/kvm and qemu-system-x86_64"
  trap - EXIT
  cleanup
  exit 0
fi

vm_is_up() {
  [ -n "$(find "/proc/$vm/fd" -lname 'anon_inode:kvm-vm' 2>/dev/null)" ]
}

# A VM of that name, of which nothing runs (-S), which is all that is needed. Its pid is in $vm: vm_start NAME
vm_start() {
  qemu-system-x86_64 -accel kvm -display none -monitor none -serial none -nodefaults -S -m 32 \
    -name "guest=$1,debug-threads=on" </dev/null >"$work/qemu" 2>&1 &
  vm=$!
  cleanup_add "kill $vm 2>/dev/null"
  within "$deadline_s" vm_is_up
}

ticks() { # how many reports are written
  wc -l <"$work/ticks"
}

has_ticks() { # COUNT
  [ "$(ticks)" -ge "$1" ]
}

# Only the VM of that name: others of this machine may be more, and busier.
filter_by() { # NAME
  keys /
  sees "/ asks for a text" "Filter:"
  keys -l "$1"
  keys Enter
}

name=e2e-$$
terminal_open 100 30 "exec '$kvmtop'"
sees "kvmtop runs" "kvmtop "
"$kvmtop" -b --format json -d 0.5 >"$work/ticks" 2>"$work/err" </dev/null &
reporter=$!
cleanup_add "kill $reporter 2>/dev/null"
check "reports are written" within "$deadline_s" has_ticks 1
if ! vm_start "$name"; then
  skip "a VM shows" "QEMU does not start here: $(head -n 1 "$work/qemu")"
  finish
fi
# The next report may have begun before the VM was there.
up=$(ticks)
check "two more reports are written" within "$deadline_s" has_ticks $((up + 2))
is "a VM shows at the second refresh at the latest" \
  "$(sed -n "$((up + 2))p" "$work/ticks" | jq -r --arg name "$name" '.vms[] | select(.name == $name).pid')" "$vm"
kill "$reporter"
wait "$reporter" 2>/dev/null

filter_by "$name"
sees "on the screen, too" "▾ $name"
sees "with its vCPU thread" "CPU 0/KVM"
keys d
sees "d drills down into its exits" "Exits of $name - all vCPUs"
keys Right
sees "to those of a vCPU" "Exits of $name - vCPU 0"
keys d
sees_no "and back" "Exits of e2e-"
"$kvmtop" -b -p "$vm" -d 0.2 --format json >"$work/report" 2>"$work/report.err" &
report=$!
cleanup_add "kill $report 2>/dev/null"
check "it is reported" within "$deadline_s" test -s "$work/report"
kill "$vm"
wait "$vm" 2>/dev/null
sees_no "it goes when it ends" "▾ $name"
sees "and leaves none of that name" "/$name 0 of"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1

report_has_ended() {
  ! kill -0 "$report" 2>/dev/null
}
check "a report of its process alone ends with it" within "$deadline_s" report_has_ended
wait "$report"
is "well" $? 0
is "and says why" "$(cat "$work/report.err")" "kvmtop: VM e2e-$$ (pid $vm) has ended"
is "it was there up to the last tick, which says so" \
  "$(jq -cs '[.[].vms | length] as $n | [.[].vms[].ended] | [($n | unique), (.[:-1] | any), .[-1]]' "$work/report")" \
  "[[1],false,true]"
is "what it used of CPUs at last is not known" "$(jq -c '.vms[] | select(.ended) | .cpu_pct' "$work/report")" null

# A name is the tenant's choice: no sequence of it reaches the terminal, and no row is shifted.
if ! vm_start "evil"$'\033'"[31m"$'\a'"日本"; then
  fail "another VM starts" "$(head -n 1 "$work/qemu")"
  finish
fi
terminal_open 100 30 "exec '$kvmtop' -p $vm"
sees "a hostile name is shown cleaned" "evil?[31m?日本"
kill "$vm"
wait "$vm" 2>/dev/null

# In a PID namespace of its own the numbers of threads and processes that the kernel tells are somebody else's: nothing of
# it is booked, and what is not known is not 0. Only BPF programs know the numbers that they have there.
cat >"$work/inside" <<'EOF'
qemu-system-x86_64 -accel kvm -display none -monitor none -serial none -nodefaults -m 32 \
  -name guest=inside,debug-threads=on </dev/null >/dev/null 2>&1 &
vm=$!
for tries in $(seq 600); do
  [ -z "$(find "/proc/$vm/fd" -lname "anon_inode:kvm-vcpu*" 2>/dev/null)" ] || break
  sleep 0.1
done
"$1" -b --format json -n 2 -d 0.3
kill $vm
EOF
if unshare --pid --fork --kill-child --mount-proc true 2>/dev/null; then
  timeout 300 unshare --pid --fork --kill-child --mount-proc sh "$work/inside" "$kvmtop" >"$work/report" 2>"$work/err" </dev/null
  is "in a PID namespace its own VM is shown, without exits" \
    "$(tail -n 1 "$work/report" | jq -c '(.host.tracing.tracer == "bpf") as $bpf |
      [.vms[] | [.name, if $bpf then null else .exits_per_s end, .counters.exits_per_s]]')" '[["inside",null,null]]'
  is "nor are those of the host known" "$(tail -n 1 "$work/report" |
    jq -c 'if .host.tracing.tracer == "bpf" then null else .host.exits_per_s end')" null
  check "and it says why" grep -q "a PID namespace of its own" "$work/report"
  unshare --pid --fork --kill-child --mount-proc "$kvmtop" --advise -d 0.3 >"$work/report" 2>"$work/err" </dev/null
  is "where no VM is seen there, that is no result" $? 2
  check "and that the host's are not" grep -q "the host's VMs are not seen" "$work/err"
else
  skip "in a PID namespace exits are unknown" "needs root"
fi
finish
