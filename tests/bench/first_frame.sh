#!/usr/bin/env bash
# How soon the first frame comes after exec: within 100 ms, whether libvirt answers or not.
. "$(dirname "$0")/../e2e/lib.sh"

firstframe=$(dirname "$kvmtop")/tools/firstframe
bar_ms=100
over=0

measure() { # NAME ARG ... of firstframe
  local name=$1 milliseconds
  shift
  if ! milliseconds=$("$firstframe" "$@" 2>&1); then
    echo "first frame, $name: $milliseconds"
    over=1
  elif awk "BEGIN { exit !($milliseconds <= $bar_ms) }"; then
    echo "first frame, $name: $milliseconds ms, bar $bar_ms ms: PASS"
  else
    echo "first frame, $name: $milliseconds ms, bar $bar_ms ms: over"
    over=1
  fi
}

measure "libvirt as it is here" kvmtop "$kvmtop"
measure "a libvirt that never answers" -l "$work/silent" kvmtop "$kvmtop" -c "qemu+unix:///system?socket=$work/silent"
measure "no libvirt" kvmtop "$kvmtop" -c "qemu+unix:///system?socket=$work/nothing"
exit "$over"
