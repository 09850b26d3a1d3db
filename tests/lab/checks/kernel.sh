#!/usr/bin/env bash
# What tests/lab/kernels.sh judges outside, where a process costs nothing: a guest with a known number of
# exits, as $LAB_OUT/orders has it, under both tracers and trace-cmd at the same time. In $LAB_OUT are then
#
#   ring, auto      kvmtop's JSON by --tracer ring and --tracer auto, and what each had to say (.err)
#   trace.dat       trace-cmd's recording of kvm_exit and kvm_entry, with the kernel's formats
#   serial          what the guest counted
#   bpf             what kvmtop prints with --tracer bpf
#   vm, release     the guest's pid, the kernel's version
. "$(dirname "$0")/../lib.sh"

clocksource=/sys/devices/system/clocksource/clocksource0/current_clocksource

probe_hold kernel "$(cat "$LAB_OUT/orders")" || finish
echo "$vm" >"$LAB_OUT/vm"
uname -r >"$LAB_OUT/release"
check "trace-cmd records" trace-cmd start -B ref -b 4096 -C mono -e kvm:kvm_exit -e kvm:kvm_entry
watch_start "$work/ring" -p "$vm" -d 1 --tracer ring
ring=$watch
tick_sees "kvmtop watches by the ring" "$work/ring" '.vms[0].exits == []'
# Where the clock is a device, auto takes the ring without trying BPF.
echo tsc >"$work/tsc"
check "the clock passes for a fast one" mount --bind "$work/tsc" "$clocksource"
cleanup_add "umount $clocksource 2>/dev/null"
watch_start "$work/auto" -p "$vm" -d 1 --tracer auto
tick_sees "kvmtop watches by what it chooses" "$work/auto" '.vms[0].exits == []'
probe_go
probe_ends "the guest does its work"
done_at=$(date -u +%FT%T.%3NZ)
for how in ring auto; do
  tick_sees "$how: kvmtop sees it end" "$work/$how" ".time > \"$done_at\" and .vms[0].exits == []"
done
watch_stop
watch=$ring
watch_stop

check "trace-cmd stops" trace-cmd stop -B ref
is "trace-cmd lost nothing" \
  "$(grep -hE '^(overrun|dropped events): [^0]' /sys/kernel/tracing/instances/ref/per_cpu/cpu*/stats)" ""
check "trace-cmd saves what it has" trace-cmd extract -B ref -o "$LAB_OUT/trace.dat"
cleanup_add "rmdir /sys/kernel/tracing/instances/ref 2>/dev/null"
"$kvmtop" --batch -n 1 -d 0.2 --tracer bpf >"$LAB_OUT/bpf" 2>&1
cp "$work"/{ring,auto}{,.err} "$LAB_OUT"
cp "$serial" "$LAB_OUT/serial"
probe_stop
finish
