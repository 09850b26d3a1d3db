#!/usr/bin/env bash
# From the storm to the remedy: a libvirt domain that polls the RTC as an idle Windows 10 does, what
# kvmtop says about it, each of the two remedies applied as kvmtop words it, and the quiet after a
# power cycle. All of it on kvmtop's own screen, too, which stays open throughout.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove

json=$work/json
win10='.vms[] | select(.name == "win10")'

# The screen as it is, in both sizes: capture NAME TEXT, where TEXT is what the picture is of. On
# the smaller one it may be further down in a popup.
capture() {
  sees "screen: $1 at 120x30" "$2"
  screen_save "$LAB_OUT/$1-120x30.ansi"
  terminal_resize 80 24
  within 10 screen_has "$2" || keys PageDown
  sees "screen: $1 at 80x24" "$2"
  screen_save "$LAB_OUT/$1-80x24.ansi"
  terminal_resize 120 30
}

# The storm's exits are gone when a whole tick has no I/O at all, while the guest goes on halting.
# A guest that was given an HPET still has remarks on its configuration: they are information.
is_quiet() {
  last_tick "$json" "$win10 | ([.findings[] | select(.severity != \"info\")] == []) and
    ([.exits[] | select(.reason == \"io\" and .samples > 0)] == []) and
    ([.exits[] | select(.reason == \"hlt\" and .samples > 0)] != [])"
}

is_storm() {
  last_tick "$json" "$win10 | .findings[] |
    select(.rule == \"R01\" and (.remedies[1].xml_diff // \"\") != \"\")"
}

# Everything kvmtop says about a domain's storm: storm NAME
storm() {
  check "$1: R01 is raised" within "$deadline_s" is_storm || say "$(tick "$json")"
  tick "$json" | jq "$win10" >"$work/vm"
  jq '.findings[0]' "$work/vm" >"$work/finding"
}

check "a domain like the user's is defined" domain_define win10 "hz=100 rtc=20 idle-if-timer=1"
check "and a quiet one" domain_define web1 "hz=64"
check "the quiet one starts" virsh start web1
check "it starts" virsh start win10
terminal_open 120 30 "exec '$kvmtop'"
watch_start "$json" -d 2

storm storm
is "json: the UUID" "$(jq -r .uuid "$work/vm")" "$(virsh domuuid win10 | head -n 1)"
is "json: the clock's offset" "$(jq -r .clock.offset "$work/vm")" localtime
is "json: its timers" \
  "$(jq -c '[.clock.timers[] | {(.name): (.tickpolicy // .present)}] | add' "$work/vm")" \
  '{"rtc":"catchup","pit":"delay","hpet":false,"hypervclock":true}'
is "json: its enlightenments" "$(jq -c '[.hyperv.features | keys[]]' "$work/vm")" '["relaxed","spinlocks","vapic"]'
is "json: its spinlocks' retries" "$(jq -c '.hyperv.features.spinlocks.retries' "$work/vm")" 8191
check "json: evidence with figures" jq -e '.evidence[0] | test("[0-9].*0x70")' "$work/finding"
is "json: two remedies in order" "$(jq -c '[.remedies[].id]' "$work/finding")" '["hyperv-timers","hpet-on"]'
is "json: nothing about the quiet guest" \
  "$(tick "$json" | jq -c '[.vms[] | select(.name == "web1") | .findings] | add')" '[]'
is "json: its vCPUs" "$(jq -c '[.threads[] | select(.kind == "vcpu") | .vcpu]' "$work/vm")" '[0,1]'

keys Home
capture storm "RTC polling"
keys r
capture remedy-hyperv "+      <stimer state='on'>"
keys Right
capture remedy-hpet "+    <timer name='hpet' present='yes'/>"
keys Escape
sees_no "screen: Esc closes the remedy" "present='yes'/>"

virsh dumpxml --inactive win10 >"$work/original.xml"
for remedy in 0 1; do
  id=$(jq -r ".remedies[$remedy].id" "$work/finding")
  virsh dumpxml --inactive win10 >"$work/changed.xml"
  jq -r ".remedies[$remedy].xml_diff" "$work/finding" >"$work/$id.diff"
  check "$id: the diff applies to the domain's XML" patch "$work/changed.xml" "$work/$id.diff"
  check "$id: libvirt takes the result" virsh define --validate "$work/changed.xml"
  check "$id: kvmtop sees that a power cycle is due" within "$deadline_s" last_tick "$json" "$win10 | .pending == true"
  [ "$remedy" = 1 ] || capture pending "pending"
  check "$id: the domain is power-cycled" domain_power_cycle win10
  check "$id: the storm is over" within "$deadline_s" is_quiet || say "$(tick "$json")"
  check "$id: nothing is pending" within "$deadline_s" last_tick "$json" "$win10 | .pending == false"
  sees_no "$id: the screen is quiet" "RTC polling"
  [ "$remedy" = 1 ] || capture quiet "win10"

  virsh define "$work/original.xml" >"$work/virsh"
  if [ "$remedy" = 0 ]; then
    check "the configuration of before, power-cycled" domain_power_cycle win10
    storm "the storm is back"
  fi
done

# The command of the first remedy, pasted into a shell, does the same.
command=$(jq -r '.remedies[0].command' "$work/finding")
check "the remedy's command runs" bash -ec "cd '$work'; $command"
check "and defines the domain anew" within "$deadline_s" last_tick "$json" "$win10 | .pending == true"
keys q
check "screen: q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
watch_stop
is "no errors" "$(cat "$json.err")" ""
finish
