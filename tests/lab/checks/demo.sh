#!/usr/bin/env bash
# The case as a recording (make record-demo): a guest that polls the RTC as an idle Windows 10 does beside a
# quiet one, the first remedy as kvmtop words it, a power cycle, the quiet. The probe guest stands in for
# Windows; as that one did, it reads an energy counter that KVM does not know. All that a view can ask for is
# recorded. Nothing in it is made up, so here is also held what makes it worth keeping.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove

json=$work/json
tape=$work/case.jsonl.zst
win10='.vms[] | select(.name == "win10")'

# Waits for so many ticks more.
ticks_pass() {
  check "$1 more ticks are recorded" within "$deadline_s" has_more_lines "$json" $(($(wc -l <"$json") + $1))
}

check "a domain like the user's is defined" domain_define win10 "hz=1000 rtc=9 idle-if-timer=1 first-rdmsr=0x64d"
check "and a quiet one" domain_define web1 "hz=20"
# Else it starts a QEMU without a guest to find out, and that one would be seen.
check "libvirt knows what its QEMUs can do" virsh capabilities
# As on hosts where Windows runs. Without it KVM refuses such an MSR, and newer kernels do not log that.
kvm_parameter_set ignore_msrs 1
check "it starts" virsh start win10
check "the quiet one starts" virsh start web1
watch_start "$json" -d 1 --record "$tape" --with host,events,symbols,halts,devices
tick_sees "the storm" "$json" "(.vms | length == 2) and
  ($win10 | .findings[] | .rule == \"R01\" and (.remedies[0].xml_diff // \"\") != \"\")"
tick_sees "all that views ask for" "$json" ".host.details != null and (.kvm_events.events | length > 10) and
  (.hot_symbols.symbols | length > 5) and (.kernel_log.entries | any(.msr == 1613)) and
  ($win10 | .halts != null and .devices.memory.current_kib > 0)"
ticks_pass 30
asks "$tick" "$win10 | .findings[] | select(.rule == \"R01\") | .remedies[0].xml_diff" >"$work/diff"
virsh dumpxml --inactive win10 >"$work/changed.xml"
check "the remedy's diff applies" patch "$work/changed.xml" "$work/diff"
check "libvirt takes the result" virsh define "$work/changed.xml"
tick_sees "the remedy: a power cycle is due" "$json" "$win10 | .pending"
ticks_pass 8
old=$(cat /run/libvirt/qemu/win10.pid)
check "the domain is power-cycled" domain_power_cycle win10
tick_sees "the quiet" "$json" "$win10 | .pid != $old and .pending == false and .hyperv.features.stimer and
  ([.exits[]? | select(.reason == \"io\" and .samples > 0)] == []) and
  ([.exits[]? | select(.reason == \"hlt\" and .samples > 0)] != [])"
ticks_pass 30
watch_stop
is "no errors" "$(cat "$json.err")" ""

"$kvmtop" --batch --format json --replay "$tape" >"$work/again" 2>"$work/again.err"
is "the recording plays without a remark" "$(cat "$work/again.err")" ""
# But for the lines around a change: of the XML no more is recorded than rules and remedies need.
figures='del(.recording, (.vms[].findings[].remedies[]? | (.xml_diff, .command)))'
check "and gives what was seen, tick by tick" cmp <(jq -c "$figures" "$json") <(jq -c "$figures" "$work/again")
size=$(stat -c %s "$tape")
say "$(wc -l <"$json") ticks, $size bytes"
check "it is small enough for the repository" test "$size" -lt 307200
cp "$tape" "$LAB_OUT/case.jsonl.zst"
finish
