#!/usr/bin/env bash
# The VMs' threads: by the kernel's program and by files of /proc they are the same, thread by thread (the unit test that is
# skipped without privilege); a crowd of VMs is read by the program, and a single VM is not.
. "$(dirname "$0")/../lib.sh"
crowd=60
fakevm=$(dirname "$kvmtop")/tools/fakevm

KVMTOP_NEEDS_BPF=1 CMOCKA_MESSAGE_OUTPUT=TAP "$(dirname "$kvmtop")/tests/test_threads_bpf" >"$work/unit" 2>&1
status=$?
is "both ways tell the same of each thread" "$status" 0
say "$(cat "$work/unit")"

# Whether kvmtop has the program that lists threads: "link_type:	iter"
lists_by_bpf() {
  grep -qs '^link_type:[[:space:]]*iter' "/proc/$watch/fdinfo/"*
}

vms=()
add_vm() {
  mkfifo "$work/ready$1"
  "$fakevm" -name "guest=crowd$1" >"$work/ready$1" 2>&1 &
  vms+=($!)
  read -r ready <"$work/ready$1"
  [ "$ready" = ready ]
}
# shellcheck disable=SC2016 # for later
cleanup_add 'kill "${vms[@]}" 2>/dev/null'

add_vm 1 || { fail "a VM starts" "$ready"; finish; }
watch_start "$work/one" -d 0.5
# Once libvirt's library is loaded, which takes a while here.
tick_sees "kvmtop sees it" "$work/one" \
  '(.vms | length == 1) and any(.sources[]; .name == "libvirt" and (.ok or (.why | test("not running"))))'
check "one VM is read by files" eval '! lists_by_bpf'
watch_stop

for ((i = 2; i <= crowd; i++)); do
  add_vm "$i" || fail "VM $i starts" "$ready"
done
# Those that know no BPF, or were built without it, read files.
watch_start "$work/crowd" -d 0.5
tick_sees "kvmtop sees the crowd" "$work/crowd" ".vms | length == $crowd and all(.[]; .cpu_pct != null)"
check "a crowd is read by BPF" lists_by_bpf || say "$(cat "/proc/$watch/fdinfo/"* 2>&1 | grep link)"
is "each VM has its name and its threads' names" \
  "$(asks "$tick" '[.vms[] | .name, (.threads[].name | sub("[0-9]*$"; ""))] | unique | tojson')" \
  "$(asks "$tick" "[range(1; $crowd + 1) | \"crowd\(.)\"] + [$( # those in /proc; kvmtop calls a first thread what it is
    for vm in "${vms[@]}"; do
      cat "/proc/$vm/task/"*/comm
      sed -n 's/^[0-9]* (\(kvm-[^)]*\)).*/\1/p' /proc/[0-9]*/stat 2>/dev/null | grep -- "-$vm\$"
    done | sed 's/[0-9]*$//; s/^fakevm$/emulator/' | sort -u | jq -R . | paste -sd,)] | unique | tojson")"
kill "${vms[@]:0:crowd/2}"
tick_sees "kvmtop sees half of it end" "$work/crowd" ".vms | length == $((crowd - crowd / 2))"
watch_stop
finish
