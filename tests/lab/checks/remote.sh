#!/usr/bin/env bash
# What is known of a VM without root, and from another host: KVM's counters as libvirt tells them, held against
# what the guest does. Each of its ticks is twelve readings of the RTC, of an OUT and an IN, and one halt: however
# slow the host is, there are 24 times as many exits for ports as for halts.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove
web1='.vms[] | select(.name == "web1")'
counted='(.exits // []) | length > 0 and all(.[]; .coarse and .samples == null and .avg_us == null) and
  ((map({(.reason): .per_s}) | add) as $of
    | $of["I/O ports"] > 100 and $of["halts"] > 0 and
      ($of["I/O ports"] / $of["halts"] | . > 20 and . < 26))'

check "a domain is defined" domain_define web1 "hz=20 rtc=12"
check "it starts" virsh start web1

# -- an ordinary user

install -m 755 "$kvmtop" /tmp/kvmtop-nobody
cleanup_add 'rm -rf /tmp/kvmtop-nobody /tmp/nobodys-state'
: >"$work/nobody"
XDG_STATE_HOME=/tmp/nobodys-state setpriv --reuid=nobody --regid=nogroup --clear-groups \
  /tmp/kvmtop-nobody --batch --format json -d 1 >"$work/nobody" 2>"$work/nobody.err" &
watch=$!
cleanup_add "kill $watch 2>/dev/null"
tick_sees "not root: exits are counted, 24 for ports on each halt" "$work/nobody" "$web1 | $counted"
is "not root: they are marked, their number is the VM's, tracing is off" \
  "$(asks "$tick" "($web1 | .exits_per_s > 100), ($web1 | .exits[0].reason),
    (.sources[] | select(.name == \"tracing\") | .ok)" | xargs)" "true I/O ports false"
tick_sees "not root: libvirt tells its memory" "$work/nobody" \
  "$web1 | .devices.memory.current_kib | type == \"number\""
watch_stop
is "not root: no errors" "$(cat "$work/nobody.err")" ""

# -- another host: what ssh would run there, and another name here

there=$(hostname)
cat >"$work/there" <<'SCRIPT'
#!/bin/sh
exec virt-ssh-helper qemu:///system
SCRIPT
chmod 755 "$work/there"
uri="qemu+ext://host9/system?command=$work/there"
: >"$work/remote"
unshare --uts sh -c "hostname here; exec '$kvmtop' --batch --format json -d 1 -c '$uri'" \
  >"$work/remote" 2>"$work/remote.err" &
watch=$!
cleanup_add "kill $watch 2>/dev/null"
tick_sees "another host: exits are counted as well" "$work/remote" "$web1 | $counted"
tick_sees "another host: it has CPU time, so has its VM, and its vCPUs have" "$work/remote" \
  "(.host.idle_pct | type == \"number\") and
    ($web1 | .cpu_pct > 0 and .system_pct > 0 and .threads[0].cpu_pct > 0)"
is "another host: by its own name; the VM is no process here" \
  "$(asks "$tick" ".host.name, .host.remote, (.host.idle_pct | type),
    ($web1 | .pid, .guest_pct, (.threads | length), .threads[0].tid, .threads[0].vcpu),
    (.sources[] | select(.name == \"tracing\") | .why | test(\"through libvirt\"))" | xargs)" \
  "$there true number null null 1 null 0 true"

libvirt_is() { # NAME true or false
  tick_sees "$1" "$work/remote" ".sources[] | select(.name == \"libvirt\") | .ok == $2"
}
libvirt_is "another host: libvirt answers" true
kill -STOP "$(cat /run/libvirtd.pid)"
cleanup_add 'kill -CONT $(cat /run/libvirtd.pid)'
libvirt_is "another host hangs: kvmtop says so" false
is "another host hangs: the VM stays" "$(asks "$tick" '.vms | length')" 1
kill -CONT "$(cat /run/libvirtd.pid)"
libvirt_is "another host goes on: so does kvmtop" true
tick_sees "another host goes on: with figures" "$work/remote" "$web1 | .cpu_pct > 0"
watch_stop
is "another host: no errors" "$(cat "$work/remote.err")" ""

# -- its definitions are changed over that connection, and changed back

cat >"$work/elsewhere" <<SCRIPT
#!/bin/sh
hostname here
exec '$kvmtop' -c '$uri'
SCRIPT
check "a domain like the user's is defined" domain_define win10 "hz=90 rtc=12 idle-if-timer=1"
check "it starts" virsh start win10
check "web1 ends" virsh destroy web1
definition >"$work/before.xml"
terminal_open 120 80 "exec unshare --uts sh '$work/elsewhere'"
remedy_opens "another host" "win10: "
tells "another host: the remedy has the definition's diff" "\+ *<stimer state='on'"
screen_save "$LAB_OUT/remote-120x80.ansi"
keys a
tells "another host: a asks" "Apply this to win10's definition\?"
keys y
tells "another host: y changes it" "Done\. win10's definition is changed\."
check "another host: the old one is saved here, byte for byte" cmp "$work/before.xml" <(cat "$(saved | tail -n 1)" && echo)
check "another host: libvirt there has the new one" grep -q "<stimer state='on'" <(definition)
keys Escape
tells "another host: it waits for a power cycle" "change pending"
keys u
tells "another host: u asks" "Undo this change of win10's definition\?"
keys y
tells "another host: y undoes it" "Done\. win10's definition is again what it was before the change"
check "another host: the definition is byte for byte what it was" cmp "$work/before.xml" <(definition)
terminal_close
finish
