#!/usr/bin/env bash
# What vCPUs do in their halts, and what the kernel's log says: a guest with a known tick wakes up as often as it ticks,
# by KVM's sums and by libvirt's counters of each vCPU, and is polled for as long as it may be; and one that asks for an
# MSR that KVM has not is in the log's list.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove
json=$work/json
hz=40

# A figure is the tick's rate, or nearly so: the host is slow.
near="def near(\$x): . != null and . > \$x * 0.75 and . < \$x * 1.25"

# Without polling each tick is a sleep and a wake-up.
kvm_parameter_set halt_poll_ns 0
watch_start "$json" -d 2 --with halts
probe_start ticking "hz=$hz" -machine hpet=off || finish
all=".vms[] | select(.pid == $vm) | .halts"
tick_sees "a plain VM: its sums tell its wake-ups" "$json" \
  "$near; $all | (.wakes_per_s | near($hz)) and .polls_per_s == 0 and .success_pct == null and .poll_pct == 0 and
    .wait_pct > 20 and .wait_pct < 100.5"
say "$(asks "$tick" "$all")"
is "a plain VM: nobody tells each vCPU" \
  "$(asks "$tick" ".vms[] | select(.pid == $vm) | .threads[] | select(.kind == \"vcpu\") | .halts")" null
is "KVM's parameters" "$(asks "$tick" '.host.platform | .halt_poll_ns, .halt_poll_ns_grow, .halt_poll_ns_grow_start,
  .halt_poll_ns_shrink' | xargs)" \
  "0 $(cat $kvm_parameters/halt_poll_ns_grow $kvm_parameters/halt_poll_ns_grow_start $kvm_parameters/halt_poll_ns_shrink | xargs)"
probe_stop

# The same in a domain: libvirt tells each vCPU, and the two agree.
check "a domain is defined" domain_define web1 "hz=$hz"
check "it starts" virsh start web1
web1='.vms[] | select(.name == "web1")'
tick_sees "a domain: its vCPU's wake-ups are its ticks, and the sum says the same" "$json" \
  "$near; $web1 | (.halts.wakes_per_s | near($hz)) and
    (first(.threads[] | select(.vcpu == 0)) | .halts | (.wakes_per_s | near($hz)) and .polls_per_s == 0)"
say "$(asks "$tick" "$web1 | .halts, (.threads[] | select(.vcpu == 0) | .halts)")"
say "$(virsh domstats --vcpu web1 | grep halt_)"
watch_stop
is "no errors" "$(cat "$json.err")" ""
# shellcheck disable=SC2086 # two words
is "the text has a table of them" \
  "$("$kvmtop" --batch -n 3 -d 2 $no_budget --with halts --vm web1 | grep -o 'of%sys' | sort -u)" "of%sys"
# shellcheck disable=SC2086
is "and has none where nobody asked for it" \
  "$("$kvmtop" --batch -n 2 -d 1 $no_budget --vm web1 | grep -o 'of%sys')" ""
virsh destroy web1 >"$work/virsh"

# Polling for as long as it may: system time, and hits. kvmtop reads the limit when it starts.
kvm_parameter_set halt_poll_ns 100000000
watch_start "$json" -d 2 --with halts
probe_start polling "hz=95" -machine hpet=off || finish
tick_sees "polling: it is most of the vCPU's system time, and R08 says so" "$json" \
  ".vms[] | select(.pid == $vm) | .halts.poll_pct > 5 and .halts.poll_of_system_pct > 40 and .halts.polls_per_s > 20 and
    .halts.poll_success_pct > 0 and .halts.success_pct <= 100 and ([.findings[].rule] | contains([\"R08\"]))"
say "$(asks "$tick" ".vms[] | select(.pid == $vm) | .halts")"
terminal_open 120 40 "exec '$kvmtop' $no_budget"
sees "screen: the VM is there" polling
keys BTab BTab
tells "screen: the view says how long KVM polls" "halt_poll_ns=100000000"
tells "screen: and where it is too much" "R08 says of polling"
screen_save "$LAB_OUT/halts-120x40.ansi"
keys q
terminal_close
probe_stop

# The kernel logs what it is told to ignore. Whoever may write to the log cannot speak for it.
kvm_parameter_set ignore_msrs 1
probe_start asking "hz=20 rdmsr=0x610:1" -machine hpet=off || finish
echo "kvm [$vm]: vcpu0 unhandled rdmsr: 0x1234" >/dev/kmsg
lines=".kernel_log.entries[] | select(.pid == $vm)"
tick_sees "the log's lines are the VM's, with MSR and answer" "$json" \
  "$lines | .vm == \"asking\" and .kind == \"msr-ignored\" and .direction == \"read\" and .msr == 1552 and
    (.msr_name | test(\"PKG_POWER_LIMIT\")) and .lines > 0 and (.text | test(\"ignored rdmsr: 0x610\")) and (.answer | length > 10)"
say "$(asks "$tick" ".kernel_log")"
is "nothing that the kernel did not say" "$(asks "$tick" "[.kernel_log.entries[] | select(.msr == 4660)] | length")" 0
is "all of the log was read" "$(asks "$tick" '.kernel_log | .known, .why, .lost' | xargs)" "true null 0"
is "the kernel's own count" "$(asks "$tick" "[$lines | .lines] | add")" \
  "$(asks "$tick" ".vms[] | select(.pid == $vm) | .counters.unhandled_msrs")"
watch_stop
is "no errors" "$(cat "$json.err")" ""
terminal_open 120 40 "exec '$kvmtop' $no_budget"
sees "screen: the VM is there" asking
keys BTab
tells "screen: the log has its line" "asking +ignored MSR read +0x610 RAPL"
tells "screen: and the whole of the last one" "ignored rdmsr: 0x610"
screen_save "$LAB_OUT/log-120x40.ansi"
keys q
terminal_close
probe_stop

# An ordinary user: libvirt tells each vCPU, and the log says why it is not read.
install -m 755 "$kvmtop" /tmp/kvmtop-nobody
cleanup_add 'rm -f /tmp/kvmtop-nobody'
chmod o-r /dev/kmsg
cleanup_add 'chmod o+r /dev/kmsg'
kvm_parameter_set halt_poll_ns 0
check "the domain starts again" virsh start web1
: >"$work/nobody"
XDG_STATE_HOME=/tmp/nobodys-state setpriv --reuid=nobody --regid=nogroup --clear-groups \
  /tmp/kvmtop-nobody --batch --format json -d 2 --with halts >"$work/nobody" 2>"$work/nobody.err" &
watch=$!
cleanup_add "kill $watch 2>/dev/null"
tick_sees "not root: libvirt tells the vCPU's wake-ups" "$work/nobody" \
  "$near; $web1 | first(.threads[] | select(.vcpu == 0)) | .halts | .wakes_per_s | near($hz)"
is "not root: why there is no log" "$(asks "$tick" '.kernel_log | .known, (.why | test("sudo kvmtop"))' | xargs)" "false true"
watch_stop
is "not root: no errors" "$(cat "$work/nobody.err")" ""
finish
