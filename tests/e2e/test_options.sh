#!/usr/bin/env bash
# Options, batch output, and what happens without a terminal that can show the screen.
. "$(dirname "$0")/lib.sh"

# Runs kvmtop with these options; its status, output and errors are in $status, $out and $err.
run() {
  timeout "$run_s" "$kvmtop" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  out=$(cat "$work/out")
  err=$(cat "$work/err")
}

wrong() { # NAME OPTION ...
  local name=$1
  shift
  run "$@"
  is "$name: status 2" "$status" 2
  is "$name: one line of errors" "$(wc -l <"$work/err")" 1
  is "$name: nothing on standard output" "$out" ""
  case $err in
  "kvmtop: "*) pass "$name: it begins with the program's name" ;;
  *) fail "$name: it begins with the program's name" "$err" ;;
  esac
}

wrong "an unknown option" --nonsense
wrong "an unknown letter" -Q
wrong "a word that is no option" nonsense
wrong "a missing argument" --batch -n
wrong "no number" --batch -n three
wrong "no ticks" --batch -n 0
wrong "a delay that is none" --batch -d now
wrong "too short a delay" --batch -d 0
wrong "an unknown form" --batch --format yaml
wrong "a pid that is none" -p init
wrong "no budget" --budget much
wrong "a budget without events" --budget 5,
wrong "what nobody reads" --batch --with wishes
wrong "what nobody reads, behind a comma" --batch --with host,
wrong "processes of this host on another one" -p 1 -c qemu+ssh://host/system

run --help
is "--help: status 0" "$status" 0
is "--help: no errors" "$err" ""
for option in --batch --delay --format --pid --budget --connect --help --version; do
  check "--help names $option" grep -qe "$option" "$work/out"
done

run --version
is "--version: status 0" "$status" 0
check "--version: a name and a number" grep -qxE 'kvmtop [0-9]+\.[0-9]+\.[0-9]+' "$work/out"

# libvirt's test driver has a VM that is no process here, as those of another host are not.
run --batch --format json -n 2 -d 0.2 -c test:///default
is "elsewhere: status 0" "$status" 0
if has_test_driver; then
  is "elsewhere: its VM, which has no process" "$(tail -n 1 "$work/out" | jq -c '[.vms[] | [.name, .pid]]')" '[["test",null]]'
else
  skip_test_driver "elsewhere: its VM, which has no process"
fi
is "elsewhere: the header says so" "$(tail -n 1 "$work/out" | jq -c '.host.remote')" true
is "elsewhere: exits are not traced, and it says where they are" \
  "$(tail -n 1 "$work/out" | jq -r '.sources[] | select(.name == "tracing") | .why' | grep -c "through libvirt")" 1

run --batch --format json -n 3 -d 0.2
is "batch: status 0" "$status" 0
is "batch: no errors" "$err" ""
is "batch: -n ticks" "$(wc -l <"$work/out")" 3
is "batch: each line is one object" "$(jq -c type "$work/out" | sort -u)" '"object"'
is "batch: with its members" "$(jq -r '[has("version", "time", "host", "vms", "sources")] | all' "$work/out" | sort -u)" true
is "batch: time goes on" "$(jq -r .time "$work/out" | sort -u | wc -l)" 3
is "batch: the three sources" "$(jq -c '[.sources[].name] | length' "$work/out" | sort -u)" 3
is "batch: a source that is off says why" \
  "$(jq -c '[.sources[] | select(.ok == false and (.why | not))] | length' "$work/out" | sort -u)" 0
is "batch: shares of the host are numbers" "$(jq -r '.host.idle_pct | type' "$work/out" | tail -n 1)" number

run -b -n 1 -d 0.2 -p $$
is "batch text: status 0" "$status" 0
check "batch text: it says something" test -s "$work/out"
is "batch text: no control characters" "$(tr -d '[:cntrl:]' <"$work/out" | wc -c)" "$(tr -d '\n' <"$work/out" | wc -c)"

# A reader that has had enough.
timeout "$run_s" bash -o pipefail -c '"$0" --batch -d 0.2 | head -n 1' "$kvmtop" \
  >"$work/out" 2>"$work/err"
status=$?
check "batch | head ends" test "$status" -lt 124
is "batch | head: no errors" "$(cat "$work/err")" ""
timeout "$run_s" "$kvmtop" --batch -n 1 -d 0.2 >/dev/full 2>"$work/err"
is "output that cannot be written: status 1" $? 1
is "output that cannot be written: one sentence" "$(wc -l <"$work/err")" 1

# A batch run that is told to stop ends with whole lines.
"$kvmtop" --batch --format json -d 0.2 >"$work/going" 2>"$work/err" &
pid=$!
check "batch without -n goes on" within "$deadline_s" test -s "$work/going"
kill -TERM "$pid"
wait "$pid"
is "batch: SIGTERM's status" $? 143
check "batch: SIGTERM leaves whole lines" jq -e type "$work/going"

run -p $$
is "no terminal: status 1" "$status" 1
check "no terminal: it names --batch" grep -q -e --batch "$work/err"
terminal_open 80 24 "TERM=dumb '$kvmtop'; echo status=\$?; exec sleep 60"
sees "a dumb terminal: it names --batch" "--batch"
sees "a dumb terminal: status 1" "status=1"
terminal_open 80 24 "TERM=no-such-terminal '$kvmtop'; echo status=\$?; exec sleep 60"
sees "an unknown terminal: it names --batch" "--batch"
sees "an unknown terminal: status 1" "status=1"
finish
