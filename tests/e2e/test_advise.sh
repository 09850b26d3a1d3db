#!/usr/bin/env bash
# --advise: what it says of recordings and of a VM, and its exit status.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
recordings=$here/../fixtures/recordings

# Runs kvmtop with these options; its status, output and errors are in $status, $out and $err.
run() {
  timeout "$run_s" "$kvmtop" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}

# The guest of this recording reads the RTC 1,810 times a second.
run --advise --read "$recordings/vmx.dat"
is "a recording with a finding: status 1" "$status" 1
is "a recording with a finding: no errors" "$err" ""
check "it names the rule" grep -q "R01" "$work/out"
check "with evidence" grep -q -- "- 3,620 accesses/s to ports 0x70-0x71" "$work/out"
check "with remedies" grep -q "Remedy 1 of" "$work/out"
check "with QEMU arguments" grep -q -- "hv-stimer=on" "$work/out"
is "no control characters" "$(tr -d '[:cntrl:]' <"$work/out" | wc -c)" "$(tr -d '\n\t' <"$work/out" | wc -c)"

run --advise vmx.dat --read "$recordings/vmx.dat" --format json
is "by name, as JSON: status 1" "$status" 1
is "JSON: one line" "$(wc -l <"$work/out")" 1
is "JSON: the finding" "$(jq -r '.vms[] | [.name, .findings[0].rule] | join(" ")' "$work/out")" "vmx.dat R01"
is "JSON: its remedies can be read" "$(jq -r '[.vms[0].findings[].remedies[].id | type] | unique | join(" ")' "$work/out")" string
is "JSON: no baseline" "$(jq -c '.vms[0].baseline' "$work/out")" null
run --advise 120 --read "$recordings/vmx.dat"
is "by process id: status 1" "$status" 1

run --advise nobody --read "$recordings/vmx.dat"
is "no such VM: status 2" "$status" 2
is "no such VM: nothing on standard output" "$out" ""
is "no such VM: one sentence" "$(wc -l <"$work/err")" 1
check "no such VM: it is named" grep -q "nobody" "$work/err"
run --advise --read "$work/none.dat"
is "no such recording: status 2" "$status" 2
is "no such recording: one sentence" "$(wc -l <"$work/err")" 1
run --advise one two
is "two VMs: status 2" "$status" 2
run --advise --batch
is "two reports at once: status 2" "$status" 2
timeout "$run_s" "$kvmtop" --advise --read "$recordings/vmx.dat" >/dev/full 2>"$work/err"
is "output that cannot be written: status 2" $? 2
is "output that cannot be written: one sentence" "$(wc -l <"$work/err")" 1

# In a PID namespace the host's VMs are not seen: that none was found is no result.
none=0
[ "$(readlink /proc/self/ns/pid)" = "pid:[4026531836]" ] || none=2

# A damaged baseline is left out, and all else goes on.
run --advise -p $$ -d 0.2
is "no VM: status $none" "$status" "$none"
check "no VM: it says so" grep -q "No running VMs found" "$work/out"
(umask 077 && mkdir -p "$work/state/kvmtop")
echo '{' >"$work/state/kvmtop/baseline-x.json"
run --advise -p $$ -d 0.2
is "a damaged baseline: status $none" "$status" "$none"
is "a damaged baseline: a sentence" "$(head -n 1 "$work/err")" \
  "kvmtop: baseline-x.json is left out, it is damaged: remove it from $work/state/kvmtop"
rm "$work/state/kvmtop/baseline-x.json"

# A signal ends it before its time.
"$kvmtop" --advise -p $$ -d 600 >"$work/out" 2>"$work/err" &
pid=$!
catches() { # PID: it is kvmtop, no shell any more, reads signals by now and is not to be killed by one
  awk -v name="$(basename "$kvmtop")" '/^Name:/ {is = $2 == name} /^SigBlk:.*[1-9a-f]/ {blocks = 1} END {exit !(is && blocks)}' \
    "/proc/$1/status"
}
check "it watches" within "$deadline_s" catches "$pid"
kill -TERM "$pid"
wait "$pid"
is "SIGTERM's status" $? 143

# A real VM, which does nothing: nothing is found, or nothing can be seen.
if ! [ -w /dev/kvm ] || ! command -v qemu-system-x86_64 >/dev/null; then
  skip "a VM that runs" "needs /dev/kvm and qemu-system-x86_64"
  finish
fi
qemu-system-x86_64 -accel kvm -display none -monitor none -serial none -nodefaults -S -m 32 \
  -name guest=e2e-advise-$$,debug-threads=on </dev/null >"$work/qemu" 2>&1 &
vm=$!
cleanup_add "kill $vm 2>/dev/null"
vm_is_up() {
  [ -n "$(find "/proc/$vm/fd" -lname 'anon_inode:kvm-vm' 2>/dev/null)" ]
}
if ! within "$deadline_s" vm_is_up; then
  skip "a VM that runs" "QEMU does not start here: $(head -n 1 "$work/qemu")"
  finish
fi
run --advise "e2e-advise-$$" -d 1 --format json
is "a VM by its name: it is the one" "$(jq -r '.vms[].pid' "$work/out")" "$vm"
case $status in
0) is "a VM by its name: nothing was found" "$(jq -r '.vms[0].findings | length' "$work/out")$err" 0 ;;
2) check "a VM by its name: what could not be seen" grep -q "exits are not known" "$work/err" ;;
*) fail "a VM by its name: status 0 or 2" "$status: $out $err" ;;
esac
run --advise "$vm" -d 0.5
check "a VM by its process id" grep -q "e2e-advise-$$ (pid $vm)" "$work/out"
kill "$vm"
wait "$vm" 2>/dev/null
finish
