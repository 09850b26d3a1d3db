#!/usr/bin/env bash
# --record and --replay: what is played is what was seen, on the screen and without one; however recording
# ends, whole lines are left; and the case that the lab recorded is told from its start to its end.
. "$(dirname "$0")/lib.sh"

case=$root/share/demo.jsonl.zst

# Runs kvmtop with these options; its status, output and errors are in $status, $work/out and $err.
run() {
  timeout "$run_s" "$kvmtop" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  err=$(cat "$work/err")
}

# All that a report says but what it was read from.
figures() {
  jq -c 'del(.recording)' "$1"
}

for name in plain.jsonl packed.jsonl.zst; do
  run -b --format json -n 3 -d 0.2 --record "$work/$name"
  is "$name: recording changes nothing" "$status$err" 0
  cp "$work/out" "$work/live"
  is "$name: for its user alone" "$(stat -c %a "$work/$name")" 600
  run -b --format json --replay "$work/$name"
  is "$name: it plays" "$status$err" 0
  is "$name: with as many ticks" "$(wc -l <"$work/out")" 3
  check "$name: as they were" cmp <(figures "$work/live") <(figures "$work/out")
  is "$name: the report names the file" "$(jq -r .recording.file "$work/out" | sort -u)" "$name"
  run -b --format json -n 1 --replay "$work/$name"
  is "$name: -n ends it earlier" "$(figures "$work/out")" "$(figures "$work/live" | head -n 1)"
done
check "each line is one object of JSON" jq -e 'type == "object"' "$work/plain.jsonl"
if command -v zstdcat >/dev/null; then
  is "zstd's own program reads the packed one" "$(zstdcat "$work/packed.jsonl.zst" | wc -l)" 5
else
  skip "zstd's own program reads the packed one" "there is no zstdcat"
fi

run -b -n 1 -d 0.1 --record "$work/plain.jsonl"
is "a file that is there: status 1" "$status" 1
is "a file that is there: one sentence" "$(wc -l <"$work/err")" 1
is "a file that is there: it stays" "$(wc -l <"$work/plain.jsonl")" 5

has_lines() { # FILE COUNT
  [ "$(wc -l <"$1")" -ge "$2" ]
}

# Recording goes on under kill -9; what it leaves is whole.
for name in killed.jsonl killed.jsonl.zst; do
  going=$work/going.$name # not the one before, which has its lines already
  "$kvmtop" -b --format json -d 0.1 --record "$work/$name" >"$going" &
  pid=$!
  check "$name: it records" within "$deadline_s" has_lines "$going" 3
  kill -KILL "$pid"
  wait "$pid" 2>/dev/null
  run -b --format json --replay "$work/$name"
  is "$name: kill -9 leaves whole lines" "$status$err" 0
  check "$name: all that was reported" test "$(wc -l <"$work/out")" -ge "$(grep -c '}$' "$going")"
done

# The screen.
terminal_open 100 30 "exec '$kvmtop' -d 0.2 -n 4 --record '$work/screen.jsonl'"
check "the screen records" within "$deadline_s" terminal_is '#{pane_dead}' 1
check "each of its ticks, and the first look" test "$(wc -l <"$work/screen.jsonl")" -ge 6
terminal_open 120 40 "exec '$kvmtop' --replay '$case'"
sees "the case plays on the screen" "win10"
sees "with its finding" "RTC polling"
keys r
sees "and its remedy" "<stimer state='on'>"
keys Escape p
sees_no "the remedy closes" "<stimer state='on'>"
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1

# At the end it stands still, whatever is opened then.
terminal_open 120 40 "exec '$kvmtop' --replay '$case'"
sees "it begins" "win10"
keys g
sees "g asks for a time" "Go to:"
keys -l '#9999'
keys Enter
sees "and goes to the end" ", end,"
for key in d Escape r Escape + Escape; do
  keys "$key"
done
sees_no "at the end the windows close" "Esc"
sees "and the VMs stay" "kvmhost"
check "all of them" screen_has "web1"
keys q
check "it ends from there" within "$deadline_s" terminal_is '#{pane_dead}' 1
head -n 1 "$work/plain.jsonl" >"$work/empty.jsonl"
terminal_open 100 30 "'$kvmtop' --replay '$work/empty.jsonl'; echo status=\$?; exec sleep 60"
sees "one without ticks says so" "empty.jsonl holds no ticks: nothing was recorded"
keys Right ']' g
sees "and still takes keys" "Go to:"
keys -l 1
keys Enter
sees_no "and goes nowhere" "Go to:"
keys q
sees "and ends as it should" "status=0"

# The case: storm, remedy, power cycle, quiet.
run -b --format json --replay "$case"
is "the case: it plays without a remark" "$status$err" 0
is "the case: what becomes of win10" "$(jq -r '.vms[] | select(.name == "win10") |
    if ([.findings[].rule] | index("R01")) then (if .pending then "remedy" else "storm" end)
    elif .cpu_pct != null and .cpu_pct < 15 and .hyperv.features.stimer and .pending == false then "quiet"
    else empty end' "$work/out" | uniq | xargs)" "storm remedy quiet"
run --advise --replay "$case" -n 10
is "the case: advice at its tenth tick" "$status" 1
check "the case: with its remedy" grep -q "stimer state='on'" "$work/out"
run --advise win10 --format json --replay "$case"
is "the case: at its end RTC polling is over" "$(jq -c '[.vms[].findings[].rule] | index("R01")' "$work/out")" null

# What is no recording, or is cut.
head -c 20000 "$case" >"$work/cut.zst"
run -b --format json --replay "$work/cut.zst"
is "cut: status 0" "$status" 0
check "cut: what is whole is shown" test "$(wc -l <"$work/out")" -gt 10
head -n 3 "$work/plain.jsonl" | head -c -9 >"$work/cut.jsonl"
run -b --format json --replay "$work/cut.jsonl"
is "cut in a line: the sentence" "$err" "kvmtop: cut.jsonl is cut in line 3: what is whole is shown"
run -b --replay "$root/tests/fixtures/recordings/vmx.dat"
is "trace-cmd's: status 1" "$status" 1
check "trace-cmd's: it names --read" grep -q -e "--read" "$work/err"
run --replay "$work/plain.jsonl" -b -p 1
is "options of a live host: status 2" "$status" 2
run -b --max-size 2M
is "a size without a recording: status 2" "$status" 2
run -b --max-size 2K --record "$work/small.jsonl"
is "a size that holds nothing: status 2" "$status" 2
finish
