#!/usr/bin/env bash
# The first frame comes whether libvirt answers or not, and a libvirt that hangs keeps nobody from quitting. How soon
# that is, make bench says: here a deadline that only says when to give up.
. "$(dirname "$0")/lib.sh"

firstframe=$(dirname "$kvmtop")/tools/firstframe

comes() { # NAME ARG ... of firstframe
  local name=$1 milliseconds
  shift
  if milliseconds=$("$firstframe" -n 1 "$@" 2>&1); then
    pass "$name ($milliseconds ms)"
  else
    fail "$name" "$milliseconds"
  fi
}

comes "the first frame comes" kvmtop "$kvmtop"
comes "and with a libvirt that never answers" -l "$work/silent" \
  kvmtop "$kvmtop" -c "qemu+unix:///system?socket=$work/silent"
comes "and with a libvirt that is not there" kvmtop "$kvmtop" -c "qemu+unix:///system?socket=$work/nothing"
finish
