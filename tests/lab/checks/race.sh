#!/usr/bin/env bash
# Two processes that change one domain at the same moment, with one state folder as one user's two kvmtops, and with
# one each as two users': what is called done is there, and nobody blames libvirt.
. "$(dirname "$0")/../lib.sh"
cleanup_add domains_remove
race=$(dirname "$kvmtop")/tools/race
uuid=6c1f8d7e-2b7a-4d6f-9a53-3f0d1c5b7a10
rounds=${RACE_ROUNDS:-25}

races() { # NAME FOLDER FOLDER
  local result
  result=$(timeout 900 "$race" "$LIBVIRT_DEFAULT_URI" "$uuid" "$rounds" "$2" "$3" 2>&1)
  say "$1: $result"
  is "$1: each round was one" "${result%% *}" "rounds=$rounds"
  is "$1: nothing is lost, blamed or kept" "${result#* * }" "lost=0 blamed=0 kept=0"
}

check "a domain is defined" domain_define win10 "hz=20"
definition >"$work/before.xml"
races "one user" "$work/one" "$work/one"
races "two users" "$work/two" "$work/three"
check "the definition is given back" cmp "$work/before.xml" <(definition)
is "no lock is left" "$(find "$work" -name 'lock-*')" ""
finish
