#!/usr/bin/env bash
# VMs that are shut off, with the real libvirtd: one whose definition kvmtop has changed is listed without a request, and
# its change is undone while it is off; another one is listed on request alone. One with a saved image says so.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove

# The VMs of one tick: vms OPTION ...
vms() {
  timeout "$deadline_s" "$kvmtop" -b -n 1 -d 0.5 --format json "$@" 2>>"$work/batch.err" |
    jq -c '[.vms[] | [.name, .running, .state]] | sort'
}

check "a domain like the user's is defined" domain_define win10 "hz=90 rtc=12 idle-if-timer=1"
check "and another one" domain_define web1 "hz=20"
check "it starts" virsh start win10
definition >"$work/before.xml"
terminal_open 120 40 "exec '$kvmtop' $no_budget"
sees "the one that runs is there" win10
sees_no "the one that is shut off is not" web1

remedy_opens hyperv-timers "win10: RTC polling"
sees "the window has a diff" "+      <stimer state='on'>"
keys a
tells "a asks" "win10's definition"
keys y
tells "y changes the definition" "Done\."
keys Escape Escape
sees "the change is pending" "! change pending"

check "it is shut off" virsh destroy win10
tells "it stays, with its state and the reason" "win10 shut off .* changed by kvmtop, not proven yet"
tells "its panel says how to undo it" "! changed by kvmtop [0-9: -]+, not proven yet: u undoes it"
sees "it is counted apart" "0 VMs +1 off"
sees_no "the other one is still not there" web1
screen_save "$LAB_OUT/off-120x40.ansi"
keys A
tells "A shows it" "web1 shut off"
keys A
sees_no "and hides it" web1

is "without a request the changed one is listed" "$(vms)" '[["win10",false,"shutoff"]]'
is "--all lists both" "$(vms --all)" '[["web1",false,"shutoff"],["win10",false,"shutoff"]]'
is "--vm takes one by its name" "$(vms --vm web1)" '[["web1",false,"shutoff"]]'
is "-p none" "$(vms -p 1)" '[]'
is "no errors but that no process 1 is a VM" "$(grep -v 'process' "$work/batch.err")" ""
timeout "$deadline_s" "$kvmtop" --advise web1 -d 0.5 >"$work/advice" 2>&1
check "--advise tells the state of one that is shut off" file_has "$work/advice" "web1: shut off"

keys u
tells "u asks" "win10's definition"
keys y
tells "y undoes it" "Done\."
check "the definition is byte for byte what it was" cmp "$work/before.xml" <(definition)
keys Escape
sees_no "it is listed no more" win10
is "nor by --batch" "$(vms)" '[]'

keys A
tells "on request it is" "win10 shut off"
check "it starts" virsh start win10
sees "it runs: it is counted with the others" "1 VM +1 off"
check "its memory is saved" virsh managedsave win10
tells "a saved one says so" "win10 saved"
is "and JSON" "$(timeout "$deadline_s" "$kvmtop" -b -n 1 -d 0.5 --format json --all |
  jq -c '.vms[] | select(.name == "win10") | [.running, .state, .managed_save]')" '[false,"shutoff",true]'
check "the image is removed" virsh managedsave-remove win10
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
finish
