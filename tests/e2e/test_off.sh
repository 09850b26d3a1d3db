#!/usr/bin/env bash
# VMs that are shut off: on request they are listed, by a key, by --all, or by name; without a request those whose
# definition was changed by kvmtop. libvirt's test driver has one that runs and two that do not.
. "$(dirname "$0")/lib.sh"

uri=test://$root/tests/fixtures/libvirt/off.xml
schema=$root/share/kvmtop.schema.json
if ! has_test_driver; then
  skip_test_driver "VMs that are shut off"
  finish
fi

# What one tick of --batch says: batch OPTION ...
batch() {
  timeout 60 "$kvmtop" -c "$uri" -b -n 1 -d 0.2 "$@" 2>"$work/err" </dev/null
}

# -- reports

is "without a request those that run" "$(batch --format json | jq -c '[.vms[].name]')" '["runs"]'
batch --all --format json >"$work/all"
is "--all has the others, too" "$(jq -c '[.vms[] | [.name, .running, .state]]' "$work/all")" \
  '[["runs",true,"running"],["broken",false,"shutoff"],["resting",false,"shutoff"]]'
is "of them no figure is known" "$(jq -c '.vms[1:] | map([.pid, .cpu_pct, .exits_per_s, .exits, .threads])' "$work/all")" \
  '[[null,null,null,null,[]],[null,null,null,null,[]]]'
is "but what is defined" "$(jq -c '.vms[] | select(.name == "resting") | [.vcpus, .clock.offset, .pending]' "$work/all")" '[1,"timezone",null]'
if "$root/tests/e2e/validate" --there; then
  check "all that is as the schema says" "$root/tests/e2e/validate" "$schema" <"$work/all"
fi
batch --all >"$work/text"
check "in text, too" file_has "$work/text" "resting (shut off)"
check "those that run are counted apart" file_has "$work/text" "VMs 1 +2 off"
is "--vm takes one by its name, without --all" \
  "$(batch --vm resting --format json | jq -c '[.vms[] | [.name, .running]]')" '[["resting",false]]'
is "in CSV its figures are empty" "$(batch --all --format csv | grep -o ',resting,.*')" \
  ",resting,,1$(printf ',%.0s' {1..20})false"

timeout 60 "$kvmtop" -c "$uri" --advise resting -d 0.2 >"$work/out" 2>"$work/err" </dev/null
is "--advise knows one that is shut off: nothing found" $? 0
check "and says its state" file_has "$work/out" "resting: shut off, nothing found in its definition"
timeout 60 "$kvmtop" -c "$uri" --advise broken -d 0.2 >"$work/out" 2>"$work/err" </dev/null
is "a definition that does not fit together is found" $? 1
check "by what it says" file_has "$work/out" "<stimer> without <synic>"

# Recordings hold what libvirt says of all of them, so it can be asked for when they are played.
batch --record "$work/tape" >/dev/null
is "of a recording they are on request, too" \
  "$(for all in '' --all; do # shellcheck disable=SC2086
    timeout 60 "$kvmtop" -b -n 1 --format json --replay "$work/tape" $all 2>/dev/null | jq '.vms | length'
  done | xargs)" "1 3"

# -- the screen

screen_run() { # [OPTION ...]
  terminal_open 100 30 "exec '$kvmtop' -c '$uri' $*"
  sees "it runs" "runs"
}

screen_run
sees_no "those that are shut off are not there" "resting"
keys A
sees "A shows them" "resting"
sees "with their state" "shut off  1 vCPU"
sees "and counts them apart" "1 VM +2 off"
keys Down
keys Down
sees "the open one has its clock" "timezone Europe/Berlin"
keys u
sees "u looks for a change to undo" "Nothing was changed"
keys Escape
sees_no "Esc leads back" "Nothing was changed"
keys A
sees_no "A hides them" "resting"
keys A
sees "and shows them" "resting"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
screen_run
sees "what was shown is shown at the next start" "resting"
keys A
sees_no "until it is not wanted" "resting"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
screen_run --all
sees "--all shows them for one start" "resting"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
screen_run
sees_no "which is not kept" "resting"

# -- a change of one that is shut off: the test driver forgets it with the connection, the log does not

keys A
sees "there they are" "broken"
keys Down
sees "it has a finding" "r for the remedy"
keys r
sees "r shows it: it cannot start" "cannot start again"
keys ']'
sees "what else is found has a remedy" "+      <vpindex state='on'/>"
keys a
sees "a asks: of the test driver nothing is known" "Type yes and press Enter"
keys y e s Enter
sees "it is done" "Done"
keys Escape
keys Escape
keys A
sees_no "the other one is hidden" "resting"
sees "the changed one stays" "broken"
sees "and says why" "changed by kvmtop"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
screen_run
sees "another kvmtop shows it without a request" "changed by kvmtop"
sees_no "and no other" "resting"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
is "--batch, too" "$(batch --format json | jq -c '[.vms[].name]')" '["runs","broken"]'
check "-p does not: a process is not shut off" bash -c \
  "! timeout 60 '$kvmtop' -b -n 1 -d 0.2 -p 1 --format json </dev/null 2>/dev/null | grep -q broken"
finish
