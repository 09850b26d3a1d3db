#!/usr/bin/env bash
# What makes a watched guest slow, in the lab: penalty.sh KVMTOP [ROUNDS [VARIANT ...]]. The same fixed work
# of a guest with its exits recorded, each way of tracing in turn; prints how much longer the guest took
# than untraced (medians). Nobody reads what is recorded, but for the variants that say so.
#
#   tests/bench/lab.sh penalty
export KVMTOP=$1
rounds=${2:-1}
shift $(($# < 2 ? $# : 2))
. "$(dirname "$0")/lib.sh"
tracefs=/sys/kernel/tracing
instance=$tracefs/instances/penalty

# An instance as kvmtop has it, which nobody reads; then what the variant says: VARIANT
tracing_start() {
  local event nice=0
  mkdir $instance
  echo mono >$instance/trace_clock
  echo 1 >$instance/options/overwrite
  echo 4096 >$instance/buffer_size_kb
  events="kvm_exit kvm_entry"
  case $1 in
  clock-*) echo "${1#clock-}" >$instance/trace_clock ;;
  buffer-128k) echo 128 >$instance/buffer_size_kb ;;
  exit-alone) events=kvm_exit ;;
  entry-alone) events=kvm_entry ;;
  with-details) events="kvm_exit kvm_entry kvm_msr kvm_mmio kvm_set_irq" ;;
  filter-rejects | filter-accepts)
    for event in $events; do
      echo "common_pid ${1/*rejects/==} 1" | sed 's/ filter-accepts / != /' >$instance/events/kvm/"$event"/filter
    done
    ;;
  pid-rejects) echo 1 >$instance/set_event_pid ;;
  hist)
    events=''
    echo 'hist:keys=common_pid,exit_reason' >$instance/events/kvm/kvm_exit/trigger
    ;;
  hist-latency)
    events=''
    echo 'hist:keys=common_pid,exit_reason:ts0=common_timestamp.usecs' >$instance/events/kvm/kvm_exit/trigger
    echo 'hist:keys=common_pid:lat=common_timestamp.usecs-$ts0:onmax($lat).save(common_pid)' >$instance/events/kvm/kvm_entry/trigger
    ;;
  esac
  for event in $events; do
    echo 1 >$instance/events/kvm/"$event"/enable
  done
  tracing_readers=
  case $1 in
  reader-nice) nice=19 ;;
  reader) ;;
  *) return ;;
  esac
  for event in "$instance"/per_cpu/cpu*/trace_pipe_raw; do
    nice -n $nice cat "$event" >/dev/null &
    tracing_readers+=" $!"
  done
}

tracing_stop() {
  echo 0 >$instance/events/enable
  # shellcheck disable=SC2086 # several
  [ -z "$tracing_readers" ] || { kill $tracing_readers && wait $tracing_readers 2>/dev/null; }
  within "$deadline_s" rmdir $instance
}
cleanup_add "rmdir $instance 2>/dev/null"

variants=${*:-clock-mono clock-mono_raw clock-perf clock-x86-tsc clock-global clock-local clock-boot buffer-128k
  exit-alone entry-alone with-details filter-rejects filter-accepts pid-rejects hist hist-latency reader
  reader-nice}
echo "penalty: clock of this host: $(cat /sys/devices/system/clocksource/clocksource0/current_clocksource)"
guest_run "hz=1000 ticks=10 cpuid=10"
for _ in $(seq "$rounds"); do
  guest_run "$work_orders"
  echo "none $took" | tee -a "$work/runs"
  for variant in $variants; do
    tracing_start "$variant"
    guest_run "$work_orders"
    tracing_stop
    echo "$variant $took" | tee -a "$work/runs"
  done
  guest_run "$work_orders"
  echo "none $took" | tee -a "$work/runs"
done
none=$(median none 2)
echo "penalty: none: $none ms"
for variant in $variants; do
  echo "penalty: $variant: $(calculate "100 * ($(median "$variant" 2) - $none) / $none") %"
done
