#!/usr/bin/env bash
# What kvmtop does while libvirt hangs, is restarted, or tracing is not its to read: it goes on, and
# says what is missing.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove
json=$work/json
web1='.vms[] | select(.name == "web1")'

libvirt_pid() {
  cat /run/libvirtd.pid
}

libvirt_is() { # NAME true or false
  tick_sees "$1" "$json" ".sources[] | select(.name == \"libvirt\") | .ok == $2"
}

check "a domain is defined" domain_define web1 "hz=20"
check "it starts" virsh start web1
watch_start "$json" -d 0.5
terminal_open 120 40 "exec '$kvmtop' $no_budget"
libvirt_is "libvirt answers" true
tick_sees "the domain has its clock" "$json" "$web1 | .clock.offset == \"utc\""
sees "screen: the domain is there" web1

kill -STOP "$(libvirt_pid)"
cleanup_add 'kill -CONT $(libvirt_pid)'
libvirt_is "libvirtd hangs: kvmtop says so" false
is "libvirtd hangs: with the fix; the clock of before is still there" \
  "$(asks "$tick" "(.sources[] | select(.name == \"libvirt\") | .why | test(\"systemctl restart\")),
    ($web1 | .clock.offset)" | xargs)" "true utc"
sees "libvirtd hangs: so does the screen" "systemctl restart"
screen_save "$LAB_OUT/libvirt-hangs-120x40.ansi"
before=$(wc -l <"$json")
check "libvirtd hangs: ticks go on" within "$deadline_s" has_more_lines "$json" $((before + 3))
check "libvirtd hangs: a new kvmtop starts and ends" \
  timeout "$deadline_s" "$kvmtop" --batch -n 1 -d 0.5
kill -CONT "$(libvirt_pid)"
libvirt_is "libvirtd goes on: so does kvmtop" true
sees_no "libvirtd goes on: the screen is clear again" "systemctl restart"

old=$(libvirt_pid)
kill "$old"
check "libvirtd ends" within "$deadline_s" is_gone "$old"
libvirt_is "libvirtd is gone: kvmtop says so" false
is "libvirtd is gone: the VM stays" "$(asks "$tick" '.vms | length')" 1
libvirtd -d
libvirt_is "libvirtd is back: so is kvmtop" true

terminal_close
watch_stop
is "no errors" "$(cat "$json.err")" ""

# An ordinary user may read neither tracefs nor others' descriptors.
install -m 755 "$kvmtop" /tmp/kvmtop-nobody
cleanup_add 'rm -f /tmp/kvmtop-nobody'
XDG_STATE_HOME=/tmp/nobodys-state timeout "$deadline_s" \
  setpriv --reuid=nobody --regid=nogroup --clear-groups \
  /tmp/kvmtop-nobody --batch --format json -n 2 -d 0.5 >"$work/nobody" 2>"$work/nobody.err"
is "not root: status 0" $? 0
is "not root: no errors" "$(cat "$work/nobody.err")" ""
tick_sees "not root: the VM is there by its name, with its CPU time" "$work/nobody" \
  "$web1 | .cpu_pct | type == \"number\""
is "not root: its exits are unknown, not 0; tracing is off, with the fix" \
  "$(asks "$tick" "($web1 | .exits_per_s),
    (.sources[] | select(.name == \"tracing\") | .ok, (.why | test(\"sudo kvmtop\")))" | xargs)" \
  "null false true"
finish
