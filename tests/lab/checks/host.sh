#!/usr/bin/env bash
# A libvirt domain whose vCPU is pinned and has a quota: kvmtop tells where it may run, whose quota that is, as the
# kernel has it, and that it is held back; and it tells nothing of it where nobody asks.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove
json=$work/json
pinned='.vms[] | select(.name == "pinned")'
vcpu="$pinned | .threads[] | select(.vcpu == 0) | .placement"
# Of the vCPU's own group: the main loop's has no quota.
group="$pinned | (.threads[] | select(.vcpu == 0) | .placement.group) as \$group | .cgroup.groups[\$group]"

check "a domain is defined" domain_define pinned "hz=100 spin=1000000"
check "it starts" virsh start pinned
watch_start "$json" -d 1 --with host
tick_sees "its vCPU may run on the second CPU alone" "$json" "$vcpu | .pinned and .cpus == \"1\" and .last_cpu == 1"
tick_sees "it has a fifth of a CPU" "$json" "$group | .quota_cpus == 0.2"
path=$(asks "$tick" "$group | .limit_path")
is "by the group of libvirt's that the kernel has it for" "$(cat "/sys/fs/cgroup$path/cpu.max")" "20000 100000"
is "which is the vCPU's own" "${path##*/}" vcpu0
is "what its cpuset allows" "$(asks "$tick" "$group | .cpus")" "$(cat "/sys/fs/cgroup$path/cpuset.cpus.effective")"
is "the weight" "$(asks "$tick" "$group | .weight")" "$(cat "/sys/fs/cgroup$path/cpu.weight")"
is "the main loop has no quota, and may run on all" "$(asks "$tick" "$pinned |
  (.threads[] | select(.kind == \"emulator\") | .placement) as \$p | \$p.cpus, .cgroup.groups[\$p.group].quota_cpus" |
  xargs)" "all max"
tick_sees "it is held back, and the tick says so" "$json" \
  "$group | .throttled_pct > 0 and .throttled_periods_pct > 0"
is "in a word, too" "$(asks "$tick" "$vcpu | .remark")" throttled
is "what the guest is promised" "$(asks "$tick" "($pinned | .machine.memory_kib),
  (.host.details.overcommit | .memory_kib, .vcpus)" | xargs)" "65536 65536 1"
is "the host's huge pages are off, and that is marked" "$(asks "$tick" '.host.details |
  .thp, (.facts[] | select(.name == "pages") | .why | test("THP off"))' | xargs)" "never true"
is "its CPUs are those of the kernel" "$(asks "$tick" .host.details.cpus_online)" "$(cat /sys/devices/system/cpu/online)"
check "virsh takes the quota away" virsh schedinfo pinned --live vcpu_quota=-1
tick_sees "then there is none" "$json" "$group | .quota_cpus == \"max\" and .throttled_pct == 0"
watch_stop
is "no errors" "$(cat "$json.err")" ""

terminal_open 120 40 "exec '$kvmtop' $no_budget"
sees "screen: the domain is there" pinned
keys Tab Tab Tab Tab Tab
sees "screen: the view of the host" "promised to guests"
sees "screen: where its threads may run" "CPU 0/KVM"
screen_save "$LAB_OUT/host-120x40.ansi"
terminal_close
watch_start "$json" -d 0.5
tick_sees "where nobody asks, nothing is told" "$json" \
  "(.host.details == null) and ($pinned | .cgroup == null and .threads[0].placement == null)"
watch_stop
finish
