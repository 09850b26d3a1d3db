#!/usr/bin/env bash
# Runs in the lab: all checks one after the other, or those named: all.sh KVMTOP [CHECK ...] Each is
# a program of its own, with a plan of its own.
export KVMTOP=$1
shift
[ $# -gt 0 ] || set -- counts perf remedy libvirtd traces ring
status=0
for name; do
  echo "# $name, $(cut -d ' ' -f 1 /proc/uptime) s after the lab's boot"
  bash "tests/lab/checks/$name.sh" || status=1
done
exit $status
