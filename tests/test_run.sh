#!/usr/bin/env bash
# Tests the runner, tests/run: nothing that fails, crashes, hangs or says nothing may count as
# passed.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0

# Runs a program of the given lines under tests/run, and compares the status and the closing line.
expect() { # NAME STATUS CLOSING-LINE PROGRAM-LINES
  local got status closing
  printf '#!/bin/bash\n%s\n' "$4" >"$work/program"
  chmod +x "$work/program"
  got=$("$here/run" -t 1 "$work/program" 2>&1)
  status=$?
  closing=$(tail -n 1 <<<"$got")
  number=$((number + 1))
  if [ "$status" = "$2" ] && [ "$closing" = "$3" ]; then
    echo "ok $number - $1"
  else
    failed=$((failed + 1))
    echo "not ok $number - $1"
    printf 'status %s, wanted %s; closing line "%s", wanted "%s"; all of it:\n%s\n' \
      "$status" "$2" "$closing" "$3" "$got" | sed 's/^/# /'
  fi
}

expect "a good program passes" 0 "2 passed, 0 failed" 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"'
expect "the plan may come last" 0 "1 passed, 0 failed" 'echo "ok 1 - a"; echo 1..1'
expect "two groups have two plans" 0 "2 passed, 0 failed" 'echo 1..1; echo "ok 1 - a"; echo 1..1; echo "ok 1 - b"'
expect "a skipped test is told apart" 0 "1 passed, 0 failed, 1 skipped" \
  'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b # SKIP no KVM"'
expect "cmocka's way to say skipped" 0 "1 passed, 0 failed, 1 skipped" \
  'echo 1..2; echo "ok 1 - a"; echo "not ok 2 # SKIP b"'
expect "a program that skips everything" 0 "0 passed, 0 failed, 1 skipped" 'echo "1..0 # SKIP not root"'
expect "a failed test fails" 1 "1 passed, 1 failed" 'echo 1..2; echo "ok 1 - a"; echo "not ok 2 - b"; exit 1'
expect "a failed test fails whatever the status" 1 "1 passed, 1 failed" 'echo 1..2; echo "ok 1 - a"; echo "not ok 2 - b"'
expect "a group that cannot be set up fails" 1 "0 passed, 1 failed" \
  'echo 1..1; echo "not ok 0 - group [  FAILED  ] GROUP SETUP"; exit 1'
expect "a status alone fails" 1 "1 passed, 1 failed" 'echo 1..1; echo "ok 1 - a"; exit 23'
expect "a crash fails" 1 "1 passed, 1 failed" 'echo 1..2; echo "ok 1 - a"; kill -SEGV $$'
expect "a crash after the last test fails" 1 "1 passed, 1 failed" 'echo 1..1; echo "ok 1 - a"; kill -ABRT $$'
expect "a kill fails" 1 "1 passed, 1 failed" 'echo 1..1; echo "ok 1 - a"; kill -KILL $$'
expect "a hang fails" 1 "1 passed, 1 failed" 'echo 1..1; echo "ok 1 - a"; exec sleep 60'
expect "too few results fail" 1 "1 passed, 1 failed" 'echo 1..2; echo "ok 1 - a"'
expect "too many results fail" 1 "2 passed, 1 failed" 'echo 1..1; echo "ok 1 - a"; echo "ok 2 - b"'
expect "no plan fails" 1 "1 passed, 1 failed" 'echo "ok 1 - a"'
expect "silence fails" 1 "0 passed, 1 failed" 'exit 0'
expect "a plan of nothing fails" 1 "0 passed, 1 failed" 'echo 1..0'
expect "results on standard error do not count" 1 "0 passed, 1 failed" 'echo 1..1; echo "ok 1 - a" >&2'

got=$("$here/run" "$work/there-is-no-such-program" 2>&1 | tail -n 1)
number=$((number + 1))
if [ "$got" = "0 passed, 1 failed" ]; then
  echo "ok $number - a program that is not there fails"
else
  failed=$((failed + 1))
  echo "not ok $number - a program that is not there fails: $got"
fi

echo "1..$number"
[ "$failed" -eq 0 ]
