#!/usr/bin/env bash
# What kvmtop does while libvirt hangs, is restarted, or tracing is not its to read: it goes on, and
# says what is missing.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove
json=$work/json

libvirt_pid() {
  cat /run/libvirtd.pid
}

libvirt_is() { # true or false
  last_tick "$json" ".sources[] | select(.name == \"libvirt\") | .ok == $1"
}

check "a domain is defined" domain_define web1 "hz=64"
check "it starts" virsh start web1
watch_start "$json" -d 1
terminal_open 120 40 "exec '$kvmtop'"
check "libvirt answers" within "$deadline_s" libvirt_is true
check "the domain has its clock" \
  within "$deadline_s" last_tick "$json" '.vms[] | select(.name == "web1") | .clock.offset == "utc"'
sees "screen: the domain is there" web1

kill -STOP "$(libvirt_pid)"
cleanup_add 'kill -CONT $(libvirt_pid)'
check "libvirtd hangs: kvmtop says so" within "$deadline_s" libvirt_is false
is "libvirtd hangs: with the fix" \
  "$(tick "$json" | jq -r '.sources[] | select(.name == "libvirt") | .why |
    test("systemctl restart")')" true
sees "libvirtd hangs: so does the screen" "systemctl restart"
screen_save "$LAB_OUT/libvirt-hangs-120x40.ansi"
before=$(ticks "$json")
check "libvirtd hangs: ticks go on" within "$deadline_s" more_ticks_than "$json" $((before + 3))
check "libvirtd hangs: the clock of before is still there" \
  last_tick "$json" '.vms[] | select(.name == "web1") | .clock.offset == "utc"'
check "libvirtd hangs: a new kvmtop starts and ends" timeout 60 "$kvmtop" --batch -n 1 -d 0.5
kill -CONT "$(libvirt_pid)"
check "libvirtd goes on: so does kvmtop" within "$deadline_s" libvirt_is true
sees_no "libvirtd goes on: the screen is clear again" "systemctl restart"

old=$(libvirt_pid)
kill "$old"
check "libvirtd ends" within "$deadline_s" is_gone "$old"
check "libvirtd is gone: kvmtop says so" within "$deadline_s" libvirt_is false
check "libvirtd is gone: the VM stays" last_tick "$json" '.vms | length == 1'
libvirtd -d
check "libvirtd is back: so is kvmtop" within "$deadline_s" libvirt_is true

terminal_close
watch_stop
is "no errors" "$(cat "$json.err")" ""

# An ordinary user may read neither tracefs nor others' descriptors.
install -m 755 "$kvmtop" /tmp/kvmtop-nobody
cleanup_add 'rm -f /tmp/kvmtop-nobody'
timeout 60 setpriv --reuid=nobody --regid=nogroup --clear-groups \
  /tmp/kvmtop-nobody --batch --format json -n 2 -d 1 >"$work/nobody" 2>"$work/nobody.err"
is "not root: status 0" $? 0
is "not root: no errors" "$(cat "$work/nobody.err")" ""
check "not root: the VM is there by its name" last_tick "$work/nobody" '.vms[] | select(.name == "web1")'
check "not root: with its CPU time" last_tick "$work/nobody" '.vms[0].cpu_pct | type == "number"'
check "not root: exits are unknown, not 0" last_tick "$work/nobody" '.vms[0].exits_per_s == null'
check "not root: tracing is off, with the fix" \
  last_tick "$work/nobody" '.sources[] | select(.name == "tracing") |
    .ok == false and (.why | test("sudo kvmtop"))'
finish
