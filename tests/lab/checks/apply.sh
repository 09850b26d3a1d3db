#!/usr/bin/env bash
# From the storm to the proof with kvmtop's keys alone: a libvirt domain that polls the RTC as an idle
# Windows 10 does. Each of the two remedies is applied, shows its effect after a power cycle, and is
# undone. And all that must change nothing: somebody else's edit meanwhile, a domain that goes, one
# that is transient.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove

asks_to_apply() {
  keys a
  tells "$1: a asks" "Apply this to win10's definition\?"
}

power_cycle() {
  check "$1: the domain is power-cycled" domain_power_cycle win10
}

# The list of changes has one of win10 with these words, at the top: changes_list NAME WORDS
changes_list() {
  "$kvmtop" --changes >"$work/changes" 2>&1
  check "$1" grep -qE "^20[-0-9: ]+ win10  $2" <(head -n 1 "$work/changes") || say "$(cat "$work/changes")"
}

# Applies the remedy that the window shows, and undoes it: applied_and_undone NAME LINE-OF-ITS-DIFF
applied_and_undone() {
  local backup
  definition >"$work/before.xml"
  sees "$1: the window has its diff" "$2"
  asks_to_apply "$1"
  sees "$1: the question has the diff, too" "$2"
  keys y
  tells "$1: y changes the definition" "Done\. win10's definition is changed\. It takes effect at the\
 next start: shut the guest down and start it, a reboot inside is not enough\. The old definition is\
 saved in $saved_folder/win10-"
  backup=$(saved | tail -n 1)
  is "$1: the old one is saved, for its owner alone" "$(stat -c %a "$backup")" 600
  # virsh ends what it prints with a newline of its own.
  check "$1: byte for byte" cmp "$work/before.xml" <(cat "$backup" && echo)
  definition >"$work/after.xml"
  check "$1: libvirt has the new one" grep -qF -- "${2#+}" "$work/after.xml"
  changes_list "$1: --changes has it" "$1  pending: takes effect at the next start"
  keys Escape
  tells "$1: the remedy waits for a power cycle" "change pending: the definition has it already"
  keys Escape
  sees "$1: so does the panel" "! change pending: power-cycle the guest"

  keys r
  power_cycle "$1"
  # It is the same VM, shut off in between; libvirt may be a moment behind, and then the window has closed.
  keys Escape
  tells "$1: the panel shows the CPU and the exits, before and after" \
    "since [0-9:]+: CPU [0-9.]+ -> [0-9.]+ %, exits [0-9.k]+ -> [0-9.k]+/s, io [0-9.k]+ -> 0/s"
  tells "$1: and the proof" "RTC polling [0-9,]+/s -> 0/s; host CPU [0-9.]+ % -> [0-9.]+ %: solved"
  keys r
  tells "$1: r shows the whole table" "Since the baseline of .* - RTC polling .*: solved.* CPU % .* io .* RTC "
  screen_save "$LAB_OUT/proof-$1.ansi"
  changes_list "$1: --changes has it in effect" "$1  (in effect|proven): "
  # What was proven is noted once the guest has been up for a while.
  check "$1: it is noted" within "$deadline_s" grep -q "^proven 20" "${backup%.xml}.change"

  keys u
  tells "$1: u asks" "Undo this change of win10's definition\?"
  sees "$1: with the way back" "-${2#+}"
  keys y
  tells "$1: y undoes it" "Done\. win10's definition is again what it was before the change\. It takes\
 effect at the next start"
  check "$1: the definition is byte for byte what it was" cmp "$work/before.xml" <(definition)
  changes_list "$1: --changes has it undone" "$1  undone: "
  keys Escape
  sees "$1: Esc goes back to the remedy's window" "Since the baseline of"
  keys Escape
  sees_no "$1: and closes it" "Since the baseline of"
}

check "a domain like the user's is defined" domain_define win10 "hz=90 rtc=12 idle-if-timer=1"
check "it starts" virsh start win10
terminal_open 120 80 "exec '$kvmtop' $no_budget"

remedy_opens "another's edit" "win10: RTC polling"
asks_to_apply "another's edit"
check "another's edit: it is made" env EDITOR="sed -i s/8191/8190/" virsh edit win10 --skip-validate
definition >"$work/edited.xml"
keys y
tells "another's edit: y is refused" \
  "Refused\. Nothing was changed: win10's definition is not the one that was shown"
check "another's edit: it stays" cmp "$work/edited.xml" <(definition)
is "another's edit: there is nothing to save" "$(saved)" ""
keys Escape

check "a transient domain: its definition goes" virsh undefine win10
tells "a transient domain: the window says so" "the domain is transient: change the XML"
keys a
tells "a transient domain: there is nothing to define" \
  "Refused\. There is nothing to change: the VM is transient, it has no definition"
keys Escape
check "a transient domain: it has its definition back" virsh define "$work/edited.xml"

applied_and_undone hyperv-timers "+      <stimer state='on'>"
power_cycle "the storm again"
remedy_opens hpet-on "win10: RTC polling"
keys Right
applied_and_undone hpet-on "+    <timer name='hpet' present='yes'/>"
is "either was saved" "$(saved | wc -l)" 2

# Applied while it runs, undone when it is off: what a VM needs that does not start any more.
definition >"$work/before.xml"
remedy_opens "undone when off" "win10: its stack leaves out"
asks_to_apply "undone when off"
keys y
tells "undone when off: y changes the definition" "Done\. win10's definition is changed\."
keys Escape
keys Escape
check "undone when off: the definition is another one" bash -c "! cmp -s '$work/before.xml' <(virsh dumpxml --inactive --security-info win10)"
check "undone when off: the domain is switched off" virsh destroy win10
changes_list "undone when off: --changes has it" "hyperv-timers  pending: "
check "undone when off: --undo" bash -c "'$kvmtop' --undo win10 --yes >'$work/undo' 2>&1"
is "undone when off: says so" "$(tail -n 1 "$work/undo")" \
  "win10's definition is again what it was before the change. It takes effect at the next start."
check "undone when off: with the diff" grep -q "^-      <stimer state='on'>" "$work/undo"
check "undone when off: byte for byte" cmp "$work/before.xml" <(definition)
changes_list "undone when off: --changes has it undone" "hyperv-timers  undone: "
check "undone when off: twice is once" bash -c "'$kvmtop' --undo win10 --yes 2>&1 | grep -q 'what it was before'"
check "undone when off: it starts" virsh start win10

remedy_opens "a domain that goes" "win10: RTC polling"
sees "a domain that goes: the window has a diff" "+      <stimer state='on'>"
asks_to_apply "a domain that goes"
check "a domain that goes: it goes" bash -ec "virsh destroy win10; virsh undefine win10"
keys y
tells "a domain that goes: y is refused" "Refused\. Nothing was changed"
is "a domain that goes: it is not made anew" "$(virsh list --all --name | xargs)" ""
is "a domain that goes: there is nothing to save" "$(saved | wc -l)" 3
keys Escape q q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
finish
