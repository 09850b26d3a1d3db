#!/usr/bin/env bash
# A VM shows within two seconds of its start and goes when it ends; where this machine can run one.
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

terminal_open 100 30 "exec '$kvmtop'"
sees "kvmtop runs" "kvmtop "
# -S: nothing of the guest runs, which is all that is needed.
qemu-system-x86_64 -accel kvm -display none -monitor none -serial none -nodefaults -S -m 32 \
  -name guest=e2e-$$,debug-threads=on </dev/null >"$work/qemu" 2>&1 &
vm=$!
cleanup_add "kill $vm 2>/dev/null"
if ! within "$deadline_s" vm_is_up; then
  skip "a VM shows within two seconds" "QEMU does not start here: $(head -n 1 "$work/qemu")"
  finish
fi
deadline_s=2
sees "a VM shows within two seconds" "e2e-$$"
deadline_s=10
sees "with its vCPU thread" "CPU 0/KVM"
keys d
sees "d drills down into its exits" "Exits of e2e-$$ - all vCPUs"
keys Right
sees "to those of a vCPU" "Exits of e2e-$$ - vCPU 0"
keys d
sees_no "and back" "Exits of e2e-"
"$kvmtop" -b -p "$vm" -d 0.2 --format json >"$work/report" 2>"$work/report.err" &
report=$!
cleanup_add "kill $report 2>/dev/null"
check "it is reported" within "$deadline_s" test -s "$work/report"
kill "$vm"
wait "$vm" 2>/dev/null
sees_no "it goes when it ends" "e2e-$$"

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
qemu-system-x86_64 -accel kvm -display none -monitor none -serial none -nodefaults -S -m 32 \
  -name "guest=evil"$'\033'"[31m"$'\a'"日本,debug-threads=on" </dev/null >"$work/qemu" 2>&1 &
vm=$!
cleanup_add "kill $vm 2>/dev/null"
sees "a hostile name is shown cleaned" "evil"
kill "$vm"
wait "$vm" 2>/dev/null
finish
