#!/usr/bin/env bash
# Each kind of trouble raises its own rule and no other: guests that read the PM timer, the HPET or
# Hyper-V's clock by MSR, one whose short halts the host polls through, one with an HPET that nobody
# uses, one that asks for an MSR that KVM has not; and a quiet guest raises none. One at a time, so that
# there are CPUs enough, of plain QEMU, whose command line is its configuration. One kvmtop sees them all.
. "$(dirname "$0")/../lib.sh"
json=$work/json
# All that Windows asks for: such a guest has a better tick than the HPET.
enlightened=qemu64,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,hv-vpindex=on,hv-synic=on,hv-time=on
enlightened+=,hv-stimer=on,hv-stimer-direct=on
windows=(-rtc base=localtime -cpu "$enlightened")

# What the rules look at.
figures() {
  tail -n 1 "$json" | jq -c "$1 | {cpu_pct, guest_pct, found: [.findings[] | .rule + \": \" + .summary],
    counters: (.counters | map_values(select(. != 0 and . != null))),
    exits: [.exits[] | {reason, per_s, avg_us}], irq_lines,
    threads: [.threads[] | select(.cpu_pct > 0.5) | {name, cpu_pct, wait_pct}]}"
}

# In each of three ticks from the one on in which its rule is found, a guest raises that one and those of
# the host, and no other: raises NAME RULE ORDERS [OPTION OF QEMU ...], where RULE "" is none.
raises() {
  local name=$1 rules found
  rules=$(jq -nc "[\"$2\" | select(. != \"\")] + $host_rules | sort")
  shift 2
  probe_start "$name" "$@" || finish
  found=$(jq -cn --unbuffered "[limit(3; foreach (inputs | .vms[] | select(.pid == $vm)) as \$it (false;
      . or (\$it.exits_per_s > 0 and ([\$it.findings[].rule] | contains($rules)));
      select(.) | \$it.findings | map(.rule) | sort))] | unique[]" \
    < <(exec timeout "$deadline_s" tail -n 1 -s 0.5 --pid="$watch" -f -- "$json"))
  is "$name" "$found" "$rules"
  say "$(figures ".vms[] | select(.pid == $vm)")"
}

# The same by --advise, for the guest alone, which ends with 1 where something is found: advises NAME RULE
advises() {
  local rules status wanted=1
  rules=$(jq -nc "[\"$2\" | select(. != \"\")] + $host_rules | sort")
  [ "$rules" != '[]' ] || wanted=0
  # shellcheck disable=SC2086 # two words
  timeout "$deadline_s" "$kvmtop" --advise "$1" -d 4 --format json $no_budget \
    >"$work/advice" 2>"$work/advice.err"
  status=$?
  is "$1: --advise finds the same, and ends with $wanted" \
    "$status $(jq -c '.vms[] | [.name], (.findings | map(.rule) | sort)' "$work/advice" | xargs -d '\n')" \
    "$wanted [\"$1\"] $rules"
  is "$1: --advise has no errors" "$(cat "$work/advice.err")" ""
}

# With a limit of 100 ms the host polls through the 10 ms between two ticks of the guest, as far as nothing
# else wants the CPU. kvmtop reads the limit when it starts.
kvm_parameter_set halt_poll_ns 100000000
watch_start "$json" -d 2
raises halt-polling R08 "hz=95" -machine hpet=off
probe_stop
kvm_parameter_set halt_poll_ns 200000

raises quiet "" "hz=20" -machine hpet=off
advises quiet ""
probe_stop
raises pm-timer R02 "hz=50 pm=80" -machine hpet=off
advises pm-timer R02
probe_stop
raises hpet-clock R03 "hz=50 hpet=80" -machine hpet=on
probe_stop
raises hyperv-clock R04 "hz=50 rdmsr=0x40000020:80" -machine hpet=off "${windows[@]}"
probe_stop
raises hpet-left-on R06 "hz=20 hpet-tick=750" -machine hpet=on "${windows[@]}"
probe_stop
# The kernel logs what it is told to ignore.
kvm_parameter_set ignore_msrs 1
raises unhandled-msr R18 "hz=20 rdmsr=0x1c9:1" -machine hpet=off
probe_stop

watch_stop
is "no errors" "$(cat "$json.err")" ""
finish
