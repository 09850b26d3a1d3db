#!/usr/bin/env bash
# What watching costs, in the lab: live.sh KVMTOP [ROUNDS]. The same fixed work of a guest again and
# again, with one tool at a time beside it, in turn:
#   none
#   live    perf kvm --host stat live; it leaves out what does not fit into its rounds (25 events of
#           each CPU), so its CPU time is given for each exit that it counts
#   record  perf kvm --host stat record, and report afterwards: every exit
#   screen  kvmtop
#   batch   kvmtop --batch
#   count   the same, held still while the guest works: what counting alone costs the guest, which shares
#           the only CPU with kvmtop else
# Prints the tool's CPU time and how much longer the guest took than unwatched (medians), and then what
# each loses at the highest rate that the lab makes.
#
# tests/bench/lab.sh boots the lab for it.
export KVMTOP=$1
rounds=${2:-1}
. "$(dirname "$0")/lib.sh"

# CPU time in ms of processes and of what they have started. A thread's: "123456789 2345 678", ns on a
# CPU first.
cpu_ms() {
  local pid list=$* children=$*
  while children=$(pgrep -d ' ' -P "${children// /,}"); do
    list+=" $children"
  done
  for pid in $list; do
    cat /proc/"$pid"/task/*/schedstat 2>/dev/null
  done | awk '{ns += $1} END {printf "%.1f", ns / 1e6}'
}

# Starts a tool and waits until it watches: its first process is in $tool.
tool_start() {
  case $1 in
  live)
    script -qfc 'exec perf kvm --host stat live' "$work/live" </dev/null >"$work/script" 2>&1 &
    tool=$!
    within "$deadline_s" file_has "$work/live" "VM-EXIT"
    ;;
  record)
    rm -f "$work/ready" "$work/stop"
    perf kvm --host stat record -o "$work/perf.data" -a \
      bash -c "touch '$work/ready'; until [ -e '$work/stop' ]; do sleep 0.2; done" >"$work/record" 2>&1 &
    tool=$!
    within "$deadline_s" test -e "$work/ready"
    ;;
  screen)
    terminal_open 120 40 "exec '$kvmtop' $no_budget"
    tool=$(terminal_pid)
    within "$deadline_s" screen_has " 0 lost"
    ;;
  batch | count)
    watch_start "$work/batch"
    tool=$watch
    within "$deadline_s" has_more_lines "$work/batch" 0
    [ "$1" = batch ] || kill -STOP "$tool"
    ;;
  esac
}

# Ends it; what it counted is in $counted then.
tool_stop() {
  case $1 in
  live)
    kill "$tool"
    wait "$tool" 2>/dev/null
    counted=$(grep -a -o 'Total Samples:[0-9]*' "$work/live" | awk -F: '{n += $2} END {print n + 0}')
    ;;
  record)
    touch "$work/stop"
    wait "$tool"
    counted=$(perf kvm --host -i "$work/perf.data" stat report 2>&1 |
      sed -n 's/^Total Samples:\([0-9]*\).*/\1/p')
    ;;
  screen)
    # It is as the other, but for what it prints.
    screen_has " 0 lost" && counted=$work_exits || counted=0
    terminal_close
    ;;
  batch | count)
    kill -CONT "$tool"
    watch_stop
    counted=$(jq -s '[.[].vms[].exits[]?.samples] | add // 0' "$work/batch")
    ;;
  esac
}

# User and system time of a command, in ms.
command_ms() {
  local TIMEFORMAT='%U %S'
  { time "$@" >/dev/null 2>&1; } 2>&1 | awk '{print 1000 * ($1 + $2)}'
}

# One run: a line "TOOL GUEST-MS TOOL-CPU-MS COUNTED" in $work/runs. The tool's time is that from before
# the guest's start until the tool, which looks once a second, has seen the end of its work.
measure() {
  local before=0 after=0
  counted=0
  if [ "$1" != none ]; then
    tool_start "$1"
    before=$(cpu_ms "$tool")
  fi
  guest_run "$work_orders"
  if [ "$1" != none ]; then
    sleep 2.2
    after=$(cpu_ms "$tool")
    tool_stop "$1"
    [ "$1" != record ] ||
      after=$(calculate "$after + $(command_ms perf kvm --host -i "$work/perf.data" stat report)")
  fi
  echo "$1 $took $(calculate "$after - $before") $counted" | tee -a "$work/runs"
}

# Two guests that do nothing else make exits; how many of them a tool counts: losses TOOL
losses() {
  local made first
  probe_hold "$1-a" "hz=1000 cpuid=10000" || return
  first=$vm
  probe_hold "$1-b" "hz=1000 cpuid=10000" || return
  tool_start "$1"
  echo cont >"$work/$1-a.monitor"
  probe_go
  within "$deadline_s" file_has "$serial" START
  sleep 5
  kill -STOP "$first" "$vm"
  sleep 2
  made=$(cat /sys/kernel/debug/kvm/{"$first","$vm"}-*/exits | awk '{n += $1} END {print n}')
  tool_stop "$1"
  echo "live: $1 counts $counted of $made exits of two guests at the highest rate" \
    "($(calculate "100 * $counted / $made") %)"
  [ "$1" != batch ] || echo "live: $1 says that it lost $(tail -n 1 "$work/batch" | jq .host.lost) events"
  kill -KILL "$first" "$vm"
}

echo "live: clock of this host: $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
guest_run "hz=1000 ticks=10 cpuid=10" # the first one is no measure
for _ in $(seq "$rounds"); do
  for name in none live record screen batch count; do
    measure "$name"
  done
done
none=$(median none 2)
echo "live: guest alone: $none ms for $work_exits exits"
for name in live record screen batch; do
  echo "live: $name: $(median $name 3) ms of CPU," \
    "$(calculate "1000 * $(median $name 3) / ($(median $name 4) + 1e-9)") us for each of the" \
    "$(median $name 4) exits it counts, guest $(calculate "100 * ($(median $name 2) - $none) / $none") % longer"
done
# What an exit may cost the guest and kvmtop, in parts of the guest's time alone and in us.
case $(uname -r) in
6.1.*) penalty=0.2 ;;
6.12.*) penalty=0.18 ;;
*) penalty=0.3 ;;
esac
bar "Linux $(uname -r): how much longer the guest takes while its exits are counted" \
  "$(calculate "($(median count 2) - $none) / $none")" $penalty
bar "screen: us of CPU time an exit" "$(calculate "1000 * $(median screen 3) / $work_exits")" 0.8
bar "batch: us of CPU time an exit" "$(calculate "1000 * $(median batch 3) / $work_exits")" 0.5
for name in screen batch; do
  bar "$name: CPU time an exit, part of perf live's" \
    "$(calculate "$(median $name 3) / $work_exits * $(median live 4) / $(median live 3)")" 0.1
  bar "$name: CPU time, part of perf record and report's" \
    "$(calculate "$(median $name 3) / $(median record 3)")" 0.1
  bar "$name: the guest's penalty, part of perf live's" \
    "$(calculate "($(median $name 2) - $none) / ($(median live 2) - $none)")" 0.5
  bar "$name: the guest's penalty, part of perf record's" \
    "$(calculate "($(median $name 2) - $none) / ($(median record 2) - $none)")" 0.5
done
losses live
losses batch
