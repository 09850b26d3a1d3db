#!/usr/bin/env bash
# What kvmtop does while libvirt hangs, is restarted, or tracing is not its to read: it goes on, and
# says what is missing. And whose a domain is: a tenant's processes have its name and UUID, before it
# starts and after.
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

# A tenant: an ordinary user who may use KVM. The pid is in $fake: fake_start NAME [ARGUMENT ...]
install -m 755 "$(dirname "$kvmtop")/tools/fakevm" /tmp/fakevm-nobody
cleanup_add 'rm -f /tmp/fakevm-nobody'
chmod 666 /dev/kvm
fake_start() {
  local out=$work/fake-$1
  shift
  : >"$out"
  setpriv --reuid=nobody --regid=nogroup --clear-groups /tmp/fakevm-nobody "$@" >"$out" 2>&1 &
  fake=$!
  cleanup_add "kill $fake 2>/dev/null"
  within "$deadline_s" file_has "$out" ready || fail "a tenant's VM starts" "$(cat "$out")"
}

# Each process and what it is: "PID NAME UUID CLOCK CLAIM-PID". Without root, a QEMU that libvirt asks for its
# capabilities is a VM by its name.
who_is_who='.vms | map(select(.name | endswith("web1"))) | sort_by(.pid) |
  map("\(.pid) \(.name) \(.uuid) \(.clock.offset) \(.domain_claim.pid)")'

check "a domain is defined" domain_define web1 "hz=20"
uuid=$(virsh domuuid web1 | head -n 1)
fake_start before -name guest=web1,debug-threads=on -uuid "$uuid"
before=$fake
watch_start "$json" -d 0.5
tick_sees "a VM with the UUID of a domain that is off is marked" "$json" \
  ".vms[] | select(.pid == $before) | .name == \"?web1\" and .domain_claim == {domain: \"web1\", pid: null}"
is "and has nothing of the domain's" "$(asks "$tick" '.vms[] | select(.domain_claim) | .uuid, .state, .clock, .machine' | xargs)" \
  "null null null null"
check "it starts" virsh start web1
real=$(cat /run/libvirt/qemu/web1.pid)
fake_start after -name guest=web1 -uuid "$uuid"
after=$fake
tick_sees "the domain starts: it is the process that libvirt started" "$json" \
  ".vms | length == 3 and any(.[]; .pid == $real and .name == \"web1\" and .clock.offset == \"utc\")"
marked() { # PID
  echo "$1 ?web1 null null $real"
}
wanted=$(printf '%s\n' "$(marked "$before")" "$real web1 $uuid utc null" "$(marked "$after")" |
  sort -n | jq -R . | jq -sc .)
is "those with its UUID are marked, whenever they started" "$(asks "$tick" "$who_is_who")" "$wanted"
# What of the domain's they had, and where it was marked itself; from libvirt's first answer on, for until then their
# UUID is all that there is. libvirt itself starts a QEMU now and then, to ask what it can do.
wrong='.[(map(any(.vms[]; .domain_claim)) | index(true)):][].vms[] |
  if .pid == $real then {domain_claim} elif .pid == $before or .pid == $after then {uuid, state, clock} else {} end |
  to_entries[] | select(.value) | .key'
is "in no tick was one of them the domain, or the domain marked" \
  "$(head -n -1 "$json" |
    jq -rs --argjson real "$real" --argjson before "$before" --argjson after "$after" "$wrong" |
    sort | uniq -c | xargs)" ""

once() { # FILE COMMAND ... : a tick of a kvmtop of its own in which libvirt has answered, as it does in its own time
  local file=$1 own
  shift
  : >"$file"
  "$@" --batch --format json -d 0.5 >"$file" 2>"$file.err" &
  own=$!
  tick=$(jq -cn --unbuffered 'first(inputs | select(any(.vms[]; .domain_claim or .state)))' \
    < <(exec timeout "$deadline_s" tail -n +1 -s 0.2 --pid="$own" -f -- "$file"))
  # Where a function started it, it is a child of that.
  pkill -P "$own"
  kill "$own" 2>/dev/null
  wait "$own" 2>/dev/null
}
# Only a kernel with unix_diag says where a socket's path leads: "<-> ino:13 dev:0/40".
has_sock_diag() {
  ss -xle | grep -q 'monitor.sock.* ino:'
}
mv /run/libvirt/qemu/web1.pid "$work/web1.pid"
once "$work/socket" "$kvmtop"
if has_sock_diag; then
  is "without its pid file: the monitor's socket says who it is" "$(asks "$tick" "$who_is_who")" "$wanted"
else
  is "without its pid file, and a kernel without unix_diag: nobody is taken for the domain" \
    "$(asks "$tick" '.vms | map(select(.name | endswith("web1")) | "\(.name) \(.uuid) \(.state) \(.domain_claim.pid)") | join(", ")')" \
    "?web1 null null null, ?web1 null null null, ?web1 null null null"
fi
mv "$work/web1.pid" /run/libvirt/qemu/web1.pid
check "libvirt still has its monitor" virsh qemu-monitor-command web1 --hmp info status

install -m 755 "$kvmtop" /tmp/kvmtop-nobody
cleanup_add 'rm -f /tmp/kvmtop-nobody'
once "$work/tenant" env XDG_STATE_HOME=/tmp/nobodys-state \
  setpriv --reuid=nobody --regid=nogroup --clear-groups /tmp/kvmtop-nobody
is "not root: the same" "$(asks "$tick" "$who_is_who")" "$wanted"

kill "$before" "$after"
tick_sees "they end" "$json" "[.vms[].pid] == [$real]"
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

# The domain is off: who has its UUID does not come into its place.
fake_start last -name guest=web1 -uuid "$uuid"
check "the domain is switched off" virsh destroy web1
tick_sees "a VM with its UUID stays what it is" "$json" \
  ".vms | length == 1 and .[0].pid == $fake and .[0].name == \"?web1\" and .[0].uuid == null"
kill "$fake"
check "the domain starts again" virsh start web1
tick_sees "and is known again" "$json" "$web1 | .clock.offset == \"utc\""

terminal_close
watch_stop
is "no errors" "$(cat "$json.err")" ""

# An ordinary user may read neither tracefs nor others' descriptors.
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

# An ordinary user's own daemon has its own run folder.
session=/tmp/nobodys-session
mkdir -m 700 $session $session/run
chown -R nobody:nogroup $session
cleanup_add "rm -rf $session"
as_nobody() {
  HOME=$session XDG_RUNTIME_DIR=$session/run XDG_STATE_HOME=$session/state XDG_CONFIG_HOME=$session/config \
    setpriv --reuid=nobody --regid=nogroup --clear-groups "$@"
}
cat >"$session/own.xml" <<'XML'
<domain type='kvm'>
  <name>own</name>
  <memory unit='MiB'>32</memory>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <clock offset='localtime'/>
  <devices><emulator>/usr/bin/qemu-system-x86_64</emulator></devices>
</domain>
XML
# virsh would start the daemon, but does not wait as long as it takes here.
as_nobody libvirtd -d
cleanup_add "kill \$(cat $session/run/libvirt/libvirtd.pid)"
within "$deadline_s" as_nobody virsh -c qemu:///session list
check "a session's domain starts" as_nobody virsh -c qemu:///session create "$session/own.xml"
cleanup_add 'as_nobody virsh -c qemu:///session destroy own >/dev/null 2>&1'
own='[.vms[] | select(.name == "own") | .clock.offset, .domain_claim] | @csv'
once "$work/session" as_nobody /tmp/kvmtop-nobody -c qemu:///session
is "the session's pid file says who it is" "$(asks "$tick" "$own")" '"localtime",'
as_nobody rm "$session/run/libvirt/qemu/run/own.pid"
once "$work/session" as_nobody /tmp/kvmtop-nobody -c qemu:///session
if has_sock_diag; then
  is "so does the monitor's socket" "$(asks "$tick" "$own")" '"localtime",'
else
  is "without it and without unix_diag nobody is taken for the domain" \
    "$(asks "$tick" '[.vms[] | select(.domain_claim == {domain: "own", pid: null}) | .name, .uuid] | @csv')" '"?own",'
fi
finish
