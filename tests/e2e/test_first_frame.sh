#!/usr/bin/env bash
# The first frame comes within 100 ms of exec, whether libvirt answers or not; and a libvirt that
# hangs keeps nobody from quitting.
. "$(dirname "$0")/lib.sh"

firstframe=$(dirname "$kvmtop")/tools/firstframe
limit_ms=100
# The sanitizers' own start takes longer than that.
if grep -q __asan_init "$kvmtop"; then
  limit_ms=1000
fi

quick() { # NAME ARG ... of firstframe
  local name=$1 milliseconds
  shift
  if ! milliseconds=$("$firstframe" "$@" 2>&1); then
    fail "$name" "$milliseconds"
  elif awk "BEGIN { exit !($milliseconds <= $limit_ms) }"; then
    pass "$name ($milliseconds ms)"
  else
    fail "$name" "it took $milliseconds ms; the limit is $limit_ms ms"
  fi
}

quick "the first frame comes at once" kvmtop "$kvmtop"
quick "and with a libvirt that never answers" -l "$work/silent" \
  kvmtop "$kvmtop" -c "qemu+unix:///system?socket=$work/silent"
quick "and with a libvirt that is not there" kvmtop "$kvmtop" -c "qemu+unix:///system?socket=$work/nothing"
finish
