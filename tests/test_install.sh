#!/usr/bin/env bash
# Tests the installing of what is missing, tests/install-packages and the Makefile's deps-*, with an apt that only says
# what it is asked for.
set -uo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0 failed=0
unset MAKEFLAGS MAKELEVEL

fake() { # PROGRAM LINES
  printf '#!/bin/sh\n%s\n' "$2" >"$work/$1"
  chmod +x "$work/$1"
}

expect() { # NAME WANTED GOT
  number=$((number + 1))
  if [ "$2" = "$3" ]; then
    echo "ok $number - $1"
  else
    failed=$((failed + 1))
    echo "not ok $number - $1"
    printf 'wanted "%s", got "%s"\n' "$2" "$3" | sed 's/^/# /'
  fi
}

# What apt-get is to install by a command, where apt-cache knows the packages of $there and clang is of $clang.
installs() { # COMMAND...
  PATH=$work:$PATH there=$there clang=$clang "$@" 2>&1 | sed -n 's/^apt-get install.*--no-install-recommends //p'
}

# shellcheck disable=SC2016 # expanded there
{
  fake id 'echo 0'
  fake flock :
  fake apt-get 'echo "apt-get $*"'
  fake apt-cache 'case " $there " in *" $2 "*) ;; *) exit 100 ;; esac'
  fake clang 'if [ "$1" = -dumpversion ]; then echo "$clang"; else echo /nowhere/fuzzer.a; fi'
}
clang=14.0.6

there='a b c'
expect "of two packages the first is installed" "a c" "$(installs "$here/install-packages" fuzz 'a|b' c)"
there='b c'
expect "where it is not known, the second" "c b" "$(installs "$here/install-packages" fuzz c 'a|b')"

there='libclang-rt-14-dev libclang-common-14-dev'
expect "the fuzzer is that of clang's version" libclang-rt-14-dev "$(installs make -s -C "$here/.." deps-fuzz)"
clang=19.1.7 there='libclang-rt-19-dev libclang-common-19-dev'
expect "of a newer clang, too" libclang-rt-19-dev "$(installs make -s -C "$here/.." deps-fuzz)"
clang=11.0.1 there=libclang-common-11-dev
expect "an older clang has it in another package" libclang-common-11-dev "$(installs make -s -C "$here/.." deps-fuzz)"

# What the tests of other Debian systems stop without is looked for; the rest each Debian has.
looked_for=$(make -s -n -C "$here/.." deps-distros)
programs=$(sed -n 's/^ *for program in \(.*\); do$/\1/p' "$here/distros/run")
missing=
for program in $programs; do
  case $program in
  chroot | tar | apt-get) ;;
  *) grep -q "command -v $program " <<<"$looked_for" || missing+=" $program" ;;
  esac
done
[ -n "$programs" ] || missing=all
expect "what test-distros needs is looked for" "" "$missing"

# A release needs no clang: it has the BPF programs compiled.
if command -v clang >/dev/null && pkg-config --exists 'libbpf >= 1.0' && git -C "$here/.." rev-parse HEAD >/dev/null 2>&1; then
  rm "$work/clang"
  if ! make -s -C "$here/.." BUILD="$work/build" dist >"$work/dist" 2>&1 || ! tar -xzf "$work"/build/*.tar.gz -C "$work"; then
    cat "$work/dist"
  fi
  expect "a release has the BPF programs compiled" "$(cd "$here/.." && echo src/bpf/*.bpf.c)" \
    "$(cd "$work"/kvmtop-*/ && echo src/bpf/*.bpf.o | sed 's/\.o\>/.c/g')"
  make -s -C "$work"/kvmtop-*/ BUILD="$work/build" BPF_CLANG=no-clang "$work/build/bpf/exits.bpf.o" >"$work/dist" 2>&1 || cat "$work/dist"
  expect "which a build without clang takes" "" \
    "$(cmp "$work"/kvmtop-*/src/bpf/exits.bpf.o "$work/build/bpf/exits.bpf.o" 2>&1)"
fi

echo "1..$number"
[ "$failed" = 0 ]
