#!/usr/bin/env bash
# Exact counts: a guest makes a known number of exits, and kvmtop reports exactly that many, by
# port, MSR, address and interrupt line.
#
# kvmtop is there before the guest's first instruction, and stays until a tick shows that all is
# over: afterwards the guest makes no exit at all.
. "$(dirname "$0")/../lib.sh"

probe_hold counts "hz=100 ticks=200 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7 \
rtc-irq=1" || finish
watch_start "$work/counts" -p "$vm" -d 0.5
tick_sees "kvmtop watches the VM" "$work/counts" '.vms[0].exits == []'
probe_go
probe_ends "the guest does its work"
tick_sees "kvmtop sees it end" "$work/counts" '.vms[0].exits == []'
watch_stop

counts_are_exact counts "$work/counts"
# This host's clock is a device: what is not asked for goes by records.
is "exits are counted the right way" "$(jq -r .host.tracing.tracer "$work/counts" | sort -u)" "${TRACER:-ring}"
is "the guest was there all the time" "$(jq -c '.vms | length' "$work/counts" | sort -u)" 1
is "its vCPU's own table says the same" "$(watch_details "$work/counts" "$vm" 0)" \
  "$(watch_details "$work/counts" "$vm")"
is "the ports, MSRs and addresses have names" \
  "$(jq -rs '[.[].vms[].exits[].details[] | select(.name == null) | .number] | unique | tojson' \
    "$work/counts")" '[]'

# Each tick that the guest took was one of the PIT's. There may be more: while it worked, and when it
# had been switched off.
ticks=$(sed -n 's/^DONE.* ticks=\([0-9]*\) .*/\1/p' "$serial")
raised=$(watch_line "$work/counts" "$vm" 0)
seconds=$(jq -s 'map(.interval_s // 0) | add' "$work/counts")
check "line 0 was raised for each tick of the guest's timer ($ticks, $raised in $seconds s)" \
  awk "BEGIN { exit !($raised >= $ticks && $raised <= 110 * $seconds) }"
is "line 0 is the PIT's" "$(jq -rs '[.[].vms[].irq_lines[]? | select(.gsi == 0) | .name] | unique[0]' \
  "$work/counts")" "PIT/HPET"
# The RTC's own, masked: 128 ticks a second, each of which QEMU tells the PIC and the IOAPIC in turn.
# Its timer may be late, and then make up for it.
rtc=$(watch_line "$work/counts" "$vm" 8)
check "line 8 was raised, masked as it is ($rtc times in $seconds s)" [ "$rtc" -gt 32 ]
check "and not more than twice for each of the RTC's ticks" \
  awk "BEGIN { exit !($rtc < 2 * 140 * $seconds) }"
probe_stop
finish
