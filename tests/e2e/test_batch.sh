#!/usr/bin/env bash
# --batch: CSV and the choice of VMs, held against the JSON of the same ticks; readers that go, and how it ends.
. "$(dirname "$0")/lib.sh"

demo=$root/share/demo.jsonl.zst
recordings=$root/tests/fixtures/recordings

# Runs kvmtop with these options; its status, output and errors are in $status, $work/out and $err.
run() {
  timeout "$run_s" "$kvmtop" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  err=$(cat "$work/err")
}

# jq 1.7 prints a number as it was spelt, such as 100.0, until it is calculated with.
same_spelling='map(if type == "number" then . + 0 else . end)'

# CSV without quoted fields as one array of JSON a line: numbers, texts, true and false, and null for what is empty.
rows() {
  jq -R -c 'split(",") | map(if . == "" then null elif . == "true" then true elif . == "false" then false
    else (tonumber? // .) end) | '"$same_spelling"
}

# The same rows of the JSON report on standard input: rows_of FILTER, of one of .vms ($vm) in a tick ($t).
rows_of() {
  jq -c '. as $t | .vms[] as $vm | [$t.time, $t.host.name, $t.interval_s, $vm.uuid] as $start | '"($1) + [\$vm.ended] | $same_spelling"
}

# The values of an object in the order that it has them in are those of its columns.
figures='[.samples, .samples_pct, .time_pct, .min_us, .max_us, .avg_us, .stderr_pct, .p50_us, .p99_us, .per_s, .sampled, .coarse,
  .overlaps]'
shares='[.cpu_pct, .guest_pct, .user_pct, .system_pct, .wait_pct, .exits_per_s]'
vm_rows='$vm | $start + [.name, .pid, .vcpus] + '$shares' + [.top_exit, .rd_bytes_per_s, .rd_per_s, .wr_bytes_per_s, .wr_per_s,
  .rd_us, .wr_us, .rx_bytes_per_s, .tx_bytes_per_s, .rx_per_s, .tx_per_s, .memory_kib, .rss_kib]'
thread_rows='$vm.threads[] | $start + [$vm.pid, $vm.name, .name, .tid] + '$shares
# shellcheck disable=SC2016 # jq's variables
exit_rows='$vm.exits // [] | .[] | .reason as $reason | ., .details[] |
  $start + [$vm.pid, $vm.name, $reason, .kind, .number, .direction, .name] + '$figures

compare() { # NAME OPTION...: all rows of what these options show
  local name=$1 kind wanted
  shift
  "$kvmtop" -b --format json "$@" >"$work/json" 2>"$work/err"
  for kind in vms threads exits; do
    case $kind in
    vms) wanted=$vm_rows ;;
    threads) wanted=$thread_rows ;;
    exits) wanted=$exit_rows ;;
    esac
    run -b --format csv --rows "$kind" "$@"
    is "$name, $kind: status" "$status" 0
    tail -n +2 "$work/out" | rows >"$work/got"
    rows_of "$wanted" <"$work/json" >"$work/wanted"
    check "$name, $kind: there is something to compare" test -s "$work/wanted"
    check "$name, $kind: every figure is the JSON's" diff "$work/got" "$work/wanted"
    is "$name, $kind: one header, as many fields in every line" \
      "$(awk -F, '/^time,/ { heads++ } { fields[NF] } END { print heads, length(fields) }' "$work/out")" "1 1"
    case $kind in
    exits) is "$name, $kind: keys of the columns" "$(head -n 1 "$work/out" | cut -d, -f12-)" \
      "$(jq -r 'first(.vms[].exits[]?) | del(.reason, .latency, .details, .sampled, .coarse, .overlaps) | keys_unsorted | join(",")' \
        "$work/json" | head -n 1),sampled,coarse,overlaps,ended" ;;
    esac
  done
}

compare "the demo" --replay "$demo"
compare "the demo, two VMs" --replay "$demo" --vm web1 --vm 6C1F8D7E-2B7A-4D6F-9A53-3F0D1C5B7A10
compare "trace-cmd's" --read "$recordings/svm.dat"
run -b --format csv --replay "$demo"
cp "$work/out" "$work/default"
run -b --format csv --rows vms --replay "$demo"
check "rows are VMs when nothing else is said" cmp "$work/default" "$work/out"

# The choice of VMs.
run -b --format json -n 3 --replay "$demo" --vm win10
is "one VM: no other in the JSON" "$status $(jq -c '[.vms[].name]' "$work/out" | sort -u)" '0 ["win10"]'
run -b --format json -n 3 --replay "$demo"
is "all VMs: the host's figures are the same" "$(jq .host.exits_per_s "$work/out" | xargs)" \
  "$("$kvmtop" -b --format json -n 3 --replay "$demo" --vm win10 | jq .host.exits_per_s | xargs)"
pid=$("$kvmtop" -b --format json -n 1 --replay "$demo" --vm web1 | jq '.vms[].pid')
run -b -n 1 --replay "$demo" --vm "$pid"
is "by process id, as text: its panel alone" "$(grep -c '(pid ' "$work/out") $(grep -c "^web1 (pid $pid)" "$work/out")" "1 1"
run -b -n 3 --format csv --replay "$demo" --vm nobody --vm $'e\033vil' --vm win10
is "VMs that are not there: status 0" "$status" 0
is "VMs that are not there: a sentence for each, once, cleaned" "$err" \
  "kvmtop: no VM here is called nobody, nor is that its UUID or process id: waiting for it
kvmtop: no VM here is called e?vil, nor is that its UUID or process id: waiting for it"
is "VMs that are not there: the one that is" "$(cut -d, -f5 "$work/out" | sort -u | xargs)" "name win10"
run -b --replay "$demo" -n 1 --vm nobody
check "none of them: the text says so" grep -q "^None of the VMs that are asked for runs; 2 others do." "$work/out"
run -b --read "$recordings/vmx.dat" --format csv --vm nobody
is "a recording in which it is not: nothing to wait for" "$status $(wc -l <"$work/out") $err" \
  "0 1 kvmtop: no VM here is called nobody, nor is that its UUID or process id"

# What does not go together.
for options in "-b --rows exits" "-b --format csv --rows none" "--vm win10" "--advise --format csv"; do
  # shellcheck disable=SC2086 # words
  run $options
  is "$options: status 2, one sentence" "$status $(wc -l <"$work/err") $(wc -c <"$work/out")" "2 1 0"
done

# A reader that goes: as top, quietly, and with status 0.
for format in text csv json; do
  timeout "$run_s" "$kvmtop" -b --format "$format" -d 0.1 2>"$work/err" </dev/null | head -n 1 >"$work/out"
  is "$format: a reader that goes ends it quietly" "${PIPESTATUS[*]} $(cat "$work/err")" "0 0 "
  is "$format: it had its line" "$(wc -l <"$work/out")" 1
  timeout "$run_s" "$kvmtop" -b --format "$format" --replay "$demo" 2>"$work/err" </dev/null | head -n 1 >"$work/out"
  is "$format: and so of a recording" "${PIPESTATUS[*]} $(cat "$work/err")" "0 0 "
  timeout "$run_s" "$kvmtop" -b --format "$format" --replay "$demo" >/dev/full 2>"$work/err"
  is "$format: a full disk: status 1, one sentence" "$? $(wc -l <"$work/err")" "1 1"
done
timeout "$run_s" "$kvmtop" -b -d 600 2>"$work/err" </dev/null | true
is "a reader that goes while there is nothing to write" "${PIPESTATUS[0]} $(cat "$work/err")" "0 "

# Ctrl-C, in the middle of an interval. What is recorded is when the interval began.
has_lines() { # FILE COUNT
  [ "$(wc -l <"$1")" -ge "$2" ]
}
older_than() { # FILE MILLISECONDS
  [ $(($(date +%s%3N) - $(date -r "$1" +%s%3N))) -ge "$2" ]
}
interrupted() { # NAME SIGNAL STATUS
  rm -f "$work/tape.jsonl"
  # Not in the background of this shell, where SIGINT would be ignored from the start.
  (
    trap - INT
    exec "$kvmtop" -b --format json -d 600 --record "$work/tape.jsonl"
  ) >"$work/out" 2>"$work/err" </dev/null &
  pid=$!
  check "$1: it watches" within "$deadline_s" has_lines "$work/tape.jsonl" 2
  check "$1: for a while" within "$deadline_s" older_than "$work/tape.jsonl" 200
  kill -s "$2" "$pid"
  wait "$pid"
  is "$1: status" $? "$3"
  is "$1: the part of the interval until then" \
    "$(jq -c '.interval_s >= 0.1 and .interval_s < 60' "$work/out") $(cat "$work/err")" "true "
}
interrupted "Ctrl-C" INT 0
interrupted "SIGTERM" TERM 143
finish
