#!/usr/bin/env bash
# A change never leaves a VM that cannot start: right after libvirt's start, when it has not tried QEMU yet, a
# waits for its answer, and what was applied is undone once the VM is off; on a host without Hyper-V emulation
# the same remedy is refused; and a definition that cannot start is found, whoever wrote it.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove

# As after an upgrade of QEMU: libvirt has to try it anew, which takes long here.
forget_capabilities() {
  local old
  old=$(cat /run/libvirtd.pid)
  kill "$old"
  within "$deadline_s" is_gone "$old" || return 1
  rm -rf /var/cache/libvirt/qemu/capabilities
  libvirtd -d
}

# Defines the domain anew, changed by a command of sed: redefine SED-COMMAND
redefine() {
  definition | sed -e "$1" >"$work/new.xml"
  virsh define "$work/new.xml"
}

check "a domain is defined" domain_define win10 "hz=90 rtc=12 idle-if-timer=1"
check "without any enlightenment" redefine '/<hyperv/,/<\/hyperv/d'
check "it starts" virsh start win10
definition >"$work/before.xml"
check "libvirt starts with an empty cache" forget_capabilities

terminal_open 120 80 "exec '$kvmtop' $no_budget"
remedy_opens "empty cache" "win10: RTC polling"
sees "empty cache: the window has the diff" "+      <stimer state='on'>"
keys a
tells "empty cache: a waits for libvirt, or has its answer" \
  "Asking libvirt what this host can start|Apply this to win10's definition\?"
tells "empty cache: the answer comes, and then the question" "Apply this to win10's definition\? y applies"
check "empty cache: nothing is changed so far" cmp "$work/before.xml" <(definition)
keys y
tells "empty cache: y changes the definition" "Done\. win10's definition is changed"
tells "empty cache: it says what to do when the guest does not boot" "kvmtop --undo win10"
check "empty cache: libvirt has stimer" grep -qF "<stimer state='on'>" <(definition)
check "empty cache: which this host can start" domain_power_cycle win10
keys Escape q q
check "empty cache: q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
terminal_close

check "off: the domain is shut off" virsh destroy win10
check "off: --undo finds it" "$kvmtop" --undo win10 --yes
check "off: its definition is byte for byte what it was" cmp "$work/before.xml" <(definition)
check "off: it starts" virsh start win10

# The same QEMU, for which this KVM has no Hyper-V emulation.
cat >/usr/bin/qemu-without-hyperv <<SCRIPT
#!/bin/sh
export LD_PRELOAD=$LAB_OUT/nohyperv.so
exec /usr/bin/qemu-system-x86_64 "\$@"
SCRIPT
chmod 755 /usr/bin/qemu-without-hyperv
cleanup_add 'rm -f /usr/bin/qemu-without-hyperv'
check "lacking: the domain gets another QEMU" \
  redefine 's,/usr/bin/qemu-system-x86_64,/usr/bin/qemu-without-hyperv,'
check "lacking: it is power-cycled" domain_power_cycle win10
virsh domcapabilities --emulatorbin /usr/bin/qemu-without-hyperv --virttype kvm |
  sed -n '/<hyperv/,/<\/hyperv/p' >"$work/hyperv"
check "lacking: libvirt lists no stimer" bash -c "! grep -q stimer '$work/hyperv'"
definition >"$work/lacking.xml"
terminal_open 120 80 "exec '$kvmtop' $no_budget"
remedy_opens "lacking" "win10: RTC polling"
sees "lacking: the fallback leads" "Give the guest an HPET (fallback)"
keys Right
tells "lacking: the remedy says why not" "not possible here: .virsh domcapabilities. lists no vpindex, synic"
keys a
tells "lacking: a is refused with the reason" "Refused\. Nothing was changed: not possible here"
check "lacking: nothing is changed" cmp "$work/lacking.xml" <(definition)
keys Escape Escape

check "cannot start: somebody adds vpindex" redefine "s,<apic/>,<apic/><hyperv><vpindex state='on'/></hyperv>,"
tells "cannot start: it is found, whoever wrote it" "cannot start again: this host has no Hyper-V features vpindex"
virsh destroy win10 >"$work/virsh" 2>&1
virsh start win10 >"$work/virsh" 2>&1
is "cannot start: so it is" $? 1
say "$(cat "$work/virsh")"
keys q
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
finish
