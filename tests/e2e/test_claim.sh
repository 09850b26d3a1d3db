#!/usr/bin/env bash
# Who starts a process with a domain's UUID in its arguments gets nothing of the domain's: not its name unmarked, its
# configuration, its findings, a change of it. libvirt's test driver defines the domain; the pid file says which
# process it is.
. "$(dirname "$0")/lib.sh"

fakevm=$(dirname "$kvmtop")/tools/fakevm
name=claim-$$
uuid=$(cat /proc/sys/kernel/random/uuid)
# A Windows guest without any enlightenment: R05 has a word about it, whatever the guest does.
cat >"$work/node.xml" <<XML
<node>
  <domain type='test'>
    <name>$name</name>
    <uuid>$uuid</uuid>
    <metadata>
      <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
        <libosinfo:os id='http://microsoft.com/win/10'/>
      </libosinfo:libosinfo>
    </metadata>
    <memory>32768</memory>
    <os><type>hvm</type></os>
    <clock offset='localtime'/>
  </domain>
</node>
XML

# A VM with these arguments; its pid is in $started: start NAME [ARGUMENT ...]
start() {
  local out=$work/$1
  shift
  : >"$out"
  "$fakevm" "$@" >"$out" 2>&1 &
  started=$!
  cleanup_add "kill $started 2>/dev/null"
  within "$deadline_s" file_has "$out" ready
}

if ! has_test_driver; then
  skip_test_driver "two processes with one UUID"
  finish
fi
if ! [ -x "$fakevm" ] || ! start before -name "guest=$name" -uuid "$uuid"; then
  skip "two processes with one UUID" "needs build/tools/fakevm and /dev/kvm: $(cat "$work/before" 2>&1)"
  finish
fi
before=$started
start real -name "guest=$name" -uuid "$uuid"
real=$started
start after -uuid "$uuid"
after=$started
start namesake -name "$name"
namesake=$started
(umask 022 && echo "$real" >"$work/$name.pid")
all="$before,$real,$after,$namesake"
options=(-c "test://$work/node.xml" -p "$all" -d 0.3)

# Writes the last of the ticks: has_answered FILE
has_answered() {
  [ "$(tail -n 1 "$1" | jq '[.vms[] | select(.clock != null)] | length')" = 1 ]
}

"$kvmtop" --batch --format json "${options[@]}" >"$work/json" 2>"$work/err" &
watch=$!
cleanup_add "kill $watch 2>/dev/null"
check "libvirt answers: one VM has the domain's clock" within "$deadline_s" has_answered "$work/json"
kill "$watch"
wait "$watch" 2>/dev/null
grep -F '"offset":"localtime"' "$work/json" | tail -n 1 >"$work/tick"
vm() { # PID JQ-PROGRAM
  jq -c ".vms[] | select(.pid == $1) | $2" "$work/tick"
}
is "libvirt's own process is the domain" \
  "$(vm "$real" '[.name, .uuid, .state, .clock.offset, .machine.told_by, .domain_claim]')" \
  "[\"$name\",\"$uuid\",\"running\",\"localtime\",\"libvirt\",null]"
is "and has its findings" "$(vm "$real" '[.findings[].rule]')" '["R05"]'
nothing="null,null,null,null,[],{\"domain\":\"$name\",\"pid\":$real}]"
what='.uuid, .state, .clock, .machine, [.findings[].rule], .domain_claim]'
is "one that started before gets nothing" "$(vm "$before" "[.name, $what")" "[\"?$name\",$nothing"
is "one that started later gets nothing" "$(vm "$after" "[.name, $what")" "[\"?fakevm\",$nothing"
is "one with its name alone gets nothing" "$(vm "$namesake" "[.name, $what")" "[\"?$name\",$nothing"

timeout 60 "$kvmtop" --advise "$uuid" "${options[@]}" >"$work/advice" 2>&1
is "the UUID calls one VM, the domain" "$(grep -c 'pid ' "$work/advice") $(grep -o "pid $real" "$work/advice")" \
  "1 pid $real"
timeout 60 "$kvmtop" --advise "${options[@]}" >"$work/advice" 2>&1
is "advice says of each what it is not" \
  "$(grep -c "It is not domain $name, whose process is pid $real" "$work/advice")" 3

terminal_open 120 40 "exec '$kvmtop' -c 'test://$work/node.xml' -p $after,$real"
sees "screen: the domain is there" " $name"
sees "screen: the other is marked" "?fakevm"
keys / "fakevm" Enter
sees "screen: with what it is not" "not domain $name, whose process is pid $real"
keys r
keys u
sees "screen: nothing is changed in its place" "Nothing was changed: this VM is not domain $name"
keys q
keys q
terminal_close

# Nobody is vouched for any more: the domain is nobody.
rm "$work/$name.pid"
timeout 60 "$kvmtop" --advise "${options[@]}" >"$work/advice" 2>&1
is "without the pid file none of them is the domain" \
  "$(grep -c "It is not confirmed by libvirt as domain $name" "$work/advice")" 4
finish
