#!/usr/bin/env bash
# share/kvmtop.schema.json: all that the program writes as JSON is as it says, it says all of it, and what is not as it
# says is found.
. "$(dirname "$0")/lib.sh"

schema=$root/share/kvmtop.schema.json
recordings=$root/tests/fixtures/recordings
demo=$root/share/demo.jsonl.zst

valid() { # FILE
  "$root/tests/e2e/validate" "$schema" <"$1"
}

# What kvmtop writes with these options is valid: writes NAME OPTION ...
writes() {
  local name=$1
  shift
  timeout "$run_s" "$kvmtop" "$@" --format json >"$work/out" 2>"$work/err" </dev/null
  check "$name" valid "$work/out"
}

"$root/tests/e2e/validate" --there
there=$?
if [ "$there" -eq 2 ]; then
  echo "1..0 # SKIP needs python3-jsonschema 4.0"
  exit 0
elif [ "$there" -ne 0 ]; then
  fail "python3-jsonschema is there" "make deps-test installs it"
  finish
fi
writes "this host" -b -n 2 -d 0.2
writes "this host, with KVM's events" -b -n 2 -d 0.2 --with events
check "they are there, or why not" jq -e '.kvm_events | .why or (.events | length > 0)' "$work/out"
writes "this host in detail" -b -n 2 -d 0.2 --with host
writes "this host, with what is read only when it is wanted" -b -n 2 -d 0.2 --with halts
writes "this host, one VM that is not there" -b -n 1 -d 0.2 --vm nobody
writes "this host's advice" --advise -d 0.2
writes "the list of changes" --changes
writes "hot symbols of this host" -b -n 1 -d 0.2 --with symbols --record "$work/here"
check "they are there, or it is said why not" jq -e '.hot_symbols | .ok or (.why | length > 0)' "$work/out"
# Whatever runs here, a recording of it is made to be of a VM that is sampled.
jq -c 'if .sample then .sample.hot_symbols = [{pid: 7, opened_ns: 1, event: "cycles", hz: 99, samples: 4, threads: 2,
  notes: ["A note."], rest_samples: 1, rest_weight: 9, symbols: [
  {space: "kernel", kind: "emulator", module: "kernel", name: "poll_freewait", samples: 2, weight: 20},
  {space: "user", kind: "kvm-pit", module: "a", name: "a+0x10", samples: 1, weight: 10}]}] else . end' \
  "$work/here" >"$work/symbols"
writes "hot symbols" -b --replay "$work/symbols"
check "there are some" jq -e '.hot_symbols | .symbols[0].meaning and .symbols[1].meaning == null and .notes == ["A note."]' \
  "$work/out"
for name in vmx svm; do
  writes "$name.dat" -b --read "$recordings/$name.dat"
  writes "$name.dat's advice" --advise --read "$recordings/$name.dat"
done
head -c 20000 "$demo" >"$work/cut.zst"
writes "a recording that was cut" -b --replay "$work/cut.zst"
writes "the demo's advice, with remedies" --advise --replay "$demo" -n 10
check "there are some" jq -e '[.vms[].findings[].remedies[].xml_diff] | any' "$work/out"
writes "the demo" -b --replay "$demo"
check "all of it" test "$(wc -l <"$work/out")" -ge 10

# The whole demo was valid: what is changed in its first tick is what is wrong.
head -n 1 "$work/out" >"$work/tick"
finds() { # NAME CHANGE
  jq -c "$2" "$work/tick" >"$work/wrong"
  if cmp -s "$work/tick" "$work/wrong" || valid "$work/wrong" 2>"$work/err"; then
    fail "it finds $1" "$2 is valid"
  elif ! grep -q '^1: \$' "$work/err"; then
    fail "it finds $1" "$(cat "$work/err")"
  else
    pass "it finds $1"
  fi
}
jq -c . "$work/tick" >"$work/same"
check "the tick itself is valid" valid "$work/same"
finds "a member that is added" '.new = 1'
finds "one of the host" '.host.new = null'
finds "one of a VM" '.vms[0].new = 1'
finds "one of a detail" '.vms[0].exits[0].details[0].new = 1'
finds "one of a remedy" '.vms[0].findings[0].remedies[0].new = "x"'
finds "one of an enlightenment" '.vms[0].hyperv.features.relaxed.new = 1'
finds "a member that is gone" 'del(.vms)'
finds "one of a thread" 'del(.vms[0].threads[0].tid)'
finds "a column that is gone" 'del(.vms[0].cpu_pct)'
finds "a text for a number" '.vms[0].cpu_pct = "12"'
finds "a number for a text" '.vms[0].name = 12'
finds "a fraction for a whole number" '.vms[0].pid = 1.5'
finds "an object for an array" '.vms = {}'
finds "an unknown word" '.vms[0].state = "asleep"'
finds "a time that is none" '.time = "yesterday"'
finds "another version of the schema" '.schema = "0.9"'
: >"$work/nothing"
is "nothing is not valid" "$(valid "$work/nothing" && echo valid)" ""

# Versions: the report's, the schema's and its name's are one.
is "the version is that of its name" "$(jq -r '.["$id"] | sub(".*:"; "")' "$schema")" \
  "$(jq -r '.["$defs"].report.properties.schema.const' "$schema")"
is "and the report's" "$(jq -r .schema "$work/tick")" "$(jq -r '.["$id"] | sub(".*:"; "")' "$schema")"

# Objects have a description for each member, and no other members; all are always there, but those of enlightenments.
# shellcheck disable=SC2016 # jq's variables
objects='.["$defs"] | to_entries[] | select(.value.type == "object") | .key as $of | .value'
is "every member has a description" "$(jq -c "$objects"' | .properties | to_entries[] |
  select((.value.description // "") | length < 5) | [$of, .key]' "$schema")" ""
is "every definition has one" "$(jq -c '.["$defs"] | to_entries[] | select(.value.description | not) | .key' "$schema")" ""
is "no object has other members" "$(jq -c "$objects"' | select(.additionalProperties != false) | $of' "$schema")" ""
is "no member may be absent" "$(jq -c "$objects"' | select((.required | sort) != (.properties | keys)) | $of' "$schema")" \
  '"enlightenment"'
is "all definitions are used" "$(jq -r '.["$defs"] | keys[]' "$schema" | while read -r name; do
  grep -q "\"#/\$defs/$name\"" "$schema" || echo "$name"
done)" ""

# A member that is no row of a table and that no report above has is not forgotten, either. A baseline's file is another text than the report.
members=$(sed '/^char \*json_baseline_write/,/^}/d; /^static json_t \*rates_array/,/^}/d; /^static json_t \*findings_array(const struct baseline/,/^}/d' \
  "$root"/src/report/json*.c | tr -d '\n\t' |
  grep -oE '(json_object_set_new\( *[a-z]+, |\{ )"[a-z_]+", ' | grep -oE '"[a-z_]+"' | tr -d '"' | sort -u)
check "members are found in the source" test "$(wc -l <<<"$members")" -ge 100
is "the schema has all of them" "$(comm -23 <(echo "$members") \
  <(jq -r '.. | objects | .properties? // {} | keys[]' "$schema" | sort -u) | xargs)" ""
finish
