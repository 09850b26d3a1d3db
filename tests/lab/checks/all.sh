#!/usr/bin/env bash
# Runs in the lab: all checks one after the other, or those named; those of exact counts once more with
# exits counted by BPF, and those of the program's memory with a binary that has sanitizers:
# all.sh KVMTOP SANITIZED-KVMTOP [CHECK ...], where either may be ""; a CHECK that is "all" is all of
# them, with either binary. Each check is a program of its own,
# with a plan of its own.
plain=$1 sanitized=$2
shift 2
status=0

run() { # KVMTOP HOW CHECK ...
  local how=$2 name begin
  export KVMTOP=$1
  shift 2
  for name; do
    begin=$SECONDS
    echo "# $name$how, $(cut -d ' ' -f 1 /proc/uptime) s after the lab's boot"
    bash "tests/lab/checks/$name.sh" || status=1
    echo "# $name$how took $((SECONDS - begin)) s"
  done
}

all=(counts namespace threads ended cpus loss budget perf symbols events remedy apply caps off race rules halts libvirtd traces ring host remote)
bpf=(counts cpus perf)
memory=(counts traces ring)
[ "$*" != all ] || set -- "${all[@]}"
if [ $# -gt 0 ]; then
  all=("$@") bpf=() memory=("$@")
fi
[ -z "$plain" ] || run "$plain" "" "${all[@]}"
# This host's clock is a device, so without being told kvmtop takes a ring.
[ -z "$plain" ] || TRACER=bpf run "$plain" " with BPF" "${bpf[@]}"
[ -z "$sanitized" ] || run "$sanitized" " under the sanitizers" "${memory[@]}"
exit $status
