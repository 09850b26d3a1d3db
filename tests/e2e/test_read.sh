#!/usr/bin/env bash
# --read: every figure of a recording against an independent reading of the same file (trace-cmd report
# and report.awk), equal to the nanosecond; and what becomes of recordings that are none.
. "$(dirname "$0")/lib.sh"

build=${kvmtop%/*}
read_rows=$build/tools/readrecording
grow=$build/tools/growrecording
here=$(cd "$(dirname "$0")" && pwd)
recordings=$here/../fixtures/recordings

# trace-cmd mounts tracefs, as root, and leaves it so: not where the tests' machine sees it.
apart=()
unshare --mount true 2>/dev/null && apart=(unshare --mount)
trace_cmd() {
  "${apart[@]}" trace-cmd "$@"
}

if ! trace_cmd convert --file-version 6 -i "$recordings/vmx.dat" -o "$work/converted.dat" >/dev/null 2>&1; then
  echo "1..0 # SKIP needs trace-cmd 3.0, to read and convert these recordings independently"
  exit 0
fi

# What trace-cmd and awk make of a recording: independent FILE ISA
independent() {
  trace_cmd report -N -t -i "$1" 2>/dev/null | LC_ALL=C awk -v isa="$2" -f "$here/report.awk" | sort
}

# The same rows without details: tid reason count sum min max
by_reason() {
  awk '$2 != "irq" {
    k = $1 " " $2
    if (!(k in n) || $7 < least[k]) least[k] = $7
    if (!(k in n) || $8 > most[k]) most[k] = $8
    n[k] += $5; sum[k] += $6
  }
  END { for (k in n) printf "%s %d %.0f %.0f %.0f\n", k, n[k], sum[k], least[k], most[k] }' | sort
}

# The rows of by_reason as the JSON must have them: tid reason samples min_us max_us avg_us
in_micros() {
  awk '{ printf "%s %s %d %.3f %.3f %.9g\n", $1, $2, $3, $5 / 1000, $6 / 1000, $4 / $3 / 1000 }'
}

json_threads() {
  jq -r '.vms[0].threads[] | .tid as $t | (.exits // [])[] |
    [$t, .reason, .samples, .min_us, .max_us, .avg_us] | @tsv' "$1" |
    awk '{ printf "%s %s %d %.3f %.3f %.9g\n", $1, $2, $3, $4, $5, $6 }' | sort
}

# Compares everything that kvmtop says of a recording with the rows in $work/wanted.
compare() { # NAME FILE
  local name=$1 file=$2
  "$read_rows" "$file" >"$work/got" 2>"$work/err"
  sort -o "$work/got" "$work/got"
  check "$name: there is something to compare" test "$(wc -l <"$work/wanted")" -ge 9
  is "$name: count, sum, least and most of each thread and detail" \
    "$(cat "$work/got" "$work/err")" "$(cat "$work/wanted")"
  "$kvmtop" --batch --read "$file" --format json >"$work/json" 2>"$work/err"
  is "$name: status 0, nothing to complain of" "$?$(cat "$work/err")" 0
  is "$name: the JSON's samples, min, max and avg" "$(json_threads "$work/json")" \
    "$(by_reason <"$work/wanted" | in_micros)"
}

independent "$recordings/vmx.dat" 1 >"$work/wanted"
cp "$work/wanted" "$work/wanted-vmx"
compare "VMX" "$recordings/vmx.dat"
is "VMX: one tick" "$(wc -l <"$work/json")" 1
is "VMX: the VM is the file" "$(jq -c '[.vms[] | [.name, .pid, .vcpus]]' "$work/json")" '[["vmx.dat",120,1]]'
is "VMX: the vCPU has its recorded name" \
  "$(jq -c '[.vms[0].threads[] | select(.kind == "vcpu") | [.name, .tid, .vcpu]]' "$work/json")" '[["CPU 0/KVM",120,0]]'
is "VMX: shares of CPU are not known" "$(jq -c '.vms[0] | [.cpu_pct, .guest_pct]' "$work/json")" '[null,null]'
is "VMX: nothing was lost" "$(jq -c '[.host.lost, .host.lost_unknown]' "$work/json")" '[0,false]'
is "VMX: the interval is from the first to the last event" \
  "$(trace_cmd report -N -t -i "$recordings/vmx.dat" 2>/dev/null | awk '
    match($0, / [0-9]+\.[0-9]+: kvm/) { t = substr($0, RSTART + 1) + 0; if (!first) first = t; last = t }
    END { printf "%.6f", last - first }')" "$(jq .interval_s "$work/json" | awk '{ printf "%.6f", $1 }')"

# What the guest is known to have done, each but the last I/O of its life answered by an entry.
sum_of() { # REASON KIND NUMBER
  awk -v reason="$1" -v kind="$2" -v number="$3" \
    '$2 ~ reason && $3 == kind && $4 == number { n += $5 } END { print n + 0 }' "$work/got"
}
is "known guest: 4000 OUT to port 0x70" "$(sum_of IO_INSTRUCTION out 70)" 4000
is "known guest: 4000 IN from port 0x71" "$(sum_of IO_INSTRUCTION in 71)" 4000
is "known guest: 600 IN from port 0x608" "$(sum_of IO_INSTRUCTION in 608)" 600
is "known guest: 200 IN from port 0x40" "$(sum_of IO_INSTRUCTION in 40)" 200
is "known guest: its I/O exits, but the last, which nothing answers" \
  "$(awk '$2 == "IO_INSTRUCTION" { n += $5 } END { print n }' "$work/got")" 9125
is "known guest: the first read of the HPET" "$(sum_of EPT_VIOLATION mmio-read fed000f0)" 1
is "known guest: the 199 others" "$(sum_of EPT_MISCONFIG mmio-read fed000f0)" 199
is "known guest: 400 CPUID" "$(sum_of CPUID - 0)" 400
is "known guest: 220 HLT" "$(sum_of HLT - 0)" 220

independent "$recordings/svm.dat" 2 >"$work/wanted"
cp "$work/wanted" "$work/wanted-svm"
compare "SVM" "$recordings/svm.dat"
is "SVM: two CPUs" "$(jq .host.cpus "$work/json")" 2

for kernel in 6.1 6.12; do
  independent "$recordings/arm64-$kernel.dat" 3 >"$work/wanted"
  compare "arm64, Linux $kernel" "$recordings/arm64-$kernel.dat"
done

# The same events in the other forms that trace-cmd writes; not every trace-cmd knows zlib.
for name in vmx svm; do
  file=$recordings/$name.dat
  cp "$work/wanted-$name" "$work/wanted"
  trace_cmd convert --file-version 6 -i "$file" -o "$work/$name-6.dat" >/dev/null 2>&1
  compare "$name, version 6" "$work/$name-6.dat"
  trace_cmd convert --file-version 7 --compression none -i "$file" -o "$work/$name-none.dat" \
    >/dev/null 2>&1
  compare "$name, version 7, not packed" "$work/$name-none.dat"
  "$grow" -g "$file" "$work/$name-zlib.dat" >/dev/null
  compare "$name, version 7, packed with zlib" "$work/$name-zlib.dat"
done
"$grow" -n 100000 "$recordings/svm.dat" "$work/long.dat" >/dev/null
independent "$work/long.dat" 2 >"$work/wanted"
compare "a longer recording" "$work/long.dat"

# The text report has the same table, and says nothing about this host.
"$kvmtop" --batch --read "$recordings/vmx.dat" >"$work/text" 2>"$work/err"
is "text: status 0, no errors" "$?$(cat "$work/err")" 0
check "text: the reasons" grep -qE 'CPUID +400 ' "$work/text"
check "text: no source is off" test -z "$(grep -F ' is off: ' "$work/text")"

# Takes a part of a file: part FILE BYTES OUT
part() {
  head -c "$2" "$1" >"$3"
}

# kvmtop refuses a file with one sentence that holds a text: refuses NAME FILE TEXT
refuses() {
  timeout "$run_s" "$kvmtop" --batch --read "$2" >"$work/out" 2>"$work/err"
  is "$1: status 1" $? 1
  is "$1: one sentence and no more" "$(wc -l <"$work/err") $(wc -c <"$work/out")" "1 0"
  check "$1: it says \"$3\"" grep -qF -- "$3" "$work/err"
}

# Writes bytes over those at an offset: poke FILE OFFSET BYTES (as printf has them)
poke() {
  # shellcheck disable=SC2059 # the bytes are the format
  printf "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

# Puts one text of the same length for another: swap FILE OLD NEW
swap() {
  LC_ALL=C sed -i "s/$2/$3/" "$1"
}

v6=$work/vmx-6.dat
plain=$work/vmx-none.dat
: >"$work/empty"
refuses "an empty file" "$work/empty" "is empty"
refuses "no such file" "$work/none" "No such file"
refuses "a folder" "$work" "no regular file"
refuses "another file" "$here/test_read.sh" "no recording of trace-cmd"
mkfifo "$work/pipe"
refuses "a pipe" "$work/pipe" "no regular file"
cp "$v6" "$work/bad"
poke "$work/bad" 10 '8'
refuses "version 8" "$work/bad" "version"
cp "$v6" "$work/bad"
poke "$work/bad" 12 '\001'
refuses "a big-endian machine's" "$work/bad" "another architecture"
cp "$v6" "$work/bad"
swap "$work/bad" 'commit;\toffset:8;\tsize:8' 'commit;\toffset:8;\tsize:4'
refuses "a 32-bit machine's" "$work/bad" "another architecture"
part "$v6" 600 "$work/bad"
refuses "cut in its head" "$work/bad" "is cut"
part "$recordings/vmx.dat" 30000 "$work/bad"
refuses "version 7, cut" "$work/bad" "is cut"
cp "$v6" "$work/bad"
swap "$work/bad" '\[mono\]' '[monk]'
refuses "with no known clock" "$work/bad" "clock"
LC_ALL=C sed 's/name: kvm_exit/name: kvm_exip/' "$v6" >"$work/bad"
refuses "without kvm_exit" "$work/bad" "holds no events kvm_exit"
LC_ALL=C sed 's/name: kvm_entry/name: kvm_entrx/' "$v6" >"$work/bad"
refuses "without kvm_entry" "$work/bad" "kvm_entry"
LC_ALL=C sed 's/int exit_reason;/int exit_raison;/' "$v6" >"$work/bad"
refuses "without the field of the reason" "$work/bad" "fields"
"$grow" "$recordings/svm.dat" "$work/bad" >/dev/null
LC_ALL=C sed -i 's/\x00perf\x00/\x00loca\x00/; s/\[perf\]/[loca]/' "$work/bad"
refuses "with an unknown clock" "$work/bad" "the clock loca"

# Cut in its events: what is whole is shown, and that it is cut is said.
part "$v6" $(($(wc -c <"$v6") * 2 / 3)) "$work/cut.dat"
timeout "$run_s" "$kvmtop" --batch --read "$work/cut.dat" --format json >"$work/json" 2>"$work/err"
is "cut in its events: status 0" $? 0
is "cut in its events: a sentence" "$(cat "$work/err")" "kvmtop: cut.dat is cut: what is whole is shown"
is "cut in its events: the JSON says it" "$(jq -r .recording.note "$work/json")" "cut.dat is cut: what is whole is shown"
samples=$(jq '[.vms[0].exits[].samples] | add' "$work/json")
check "cut in its events: some are shown ($samples)" test "$samples" -gt 1000 -a "$samples" -lt 9959

# Wherever it is cut, and whichever byte is another: a table or a sentence, never a crash.
bad=''
size=$(wc -c <"$plain")
for i in $(seq 1 40); do
  part "$plain" $((size * i / 41)) "$work/bad"
  cp "$recordings/svm.dat" "$work/bad2"
  poke "$work/bad2" $((i * i * 31 % 9000)) '\377'
  for file in "$work/bad" "$work/bad2"; do
    timeout "$run_s" "$kvmtop" --batch --read "$file" >"$work/out" 2>"$work/err"
    status=$?
    if [ $status -gt 1 ] || [ "$(wc -l <"$work/err")" -gt 1 ] ||
      { [ $status -eq 1 ] && [ ! -s "$work/err" ]; }; then
      bad="$bad $i:$status"
    fi
  done
done
is "damaged at many places: status 0 or 1 and a sentence" "$bad" ""

# The screen stands still and its keys work.
terminal_open 120 30 "exec '$kvmtop' --read '$recordings/vmx.dat'"
sees "the screen names the file and its length" "READ vmx.dat, 2.2 s"
sees "the screen shows the VM" "IO_INSTRUCTION"
sees "the screen shows no trouble" "0 lost"
check "the screen has no notices" screen_lacks "this host"
keys s
keys d
sees "keys open the drill-down" "Exits of vmx.dat"
sees "with what the exits were about" "0x608"
keys Escape
sees_no "and close it" "Exits of vmx.dat"
keys '?'
sees "keys open the help" "kvmtop help"
keys Escape
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
terminal_open 100 30 "exec '$kvmtop' --read '$work/cut.dat'"
sees "the screen says that a recording is cut" "is cut: what is whole is shown"
keys q

# What goes with it and what does not.
for option in "-p 1" "-n 2" "-d 5" "-c test:///default"; do
  # shellcheck disable=SC2086 # an option and its argument
  "$kvmtop" --batch --read "$recordings/vmx.dat" $option >"$work/out" 2>"$work/err"
  is "$option does not go with it" "$? $(wc -l <"$work/err")" "2 1"
done
finish
