#!/usr/bin/env bash
# libvirt and libdw are extras: kvmtop runs where they are not installed, or broken, and says so.
. "$(dirname "$0")/lib.sh"

build=$(dirname "$kvmtop")

# The report of PROGRAM [ARG ...] says TEXT, at the latest at the deadline: the library is loaded beside the first ticks.
reports() { # NAME TEXT PROGRAM [ARG ...]
  local pid
  "${@:3}" -b -d 0.2 >"$work/report" 2>"$work/errors" </dev/null &
  pid=$!
  if within "$deadline_s" file_has "$work/report" "$2"; then
    pass "$1"
  else
    fail "$1" "\"$2\" is not in:"$'\n'"$(tail -n 20 "$work/report" "$work/errors")"
  fi
  threads=$(cat /proc/$pid/task/*/comm)
  kill $pid
  wait $pid
}

# -- broken: the dynamic linker finds files that are no libraries

mkdir "$work/broken"
: >"$work/broken/libvirt.so.0"
: >"$work/broken/libdw.so.1"
broken=(env "LD_LIBRARY_PATH=$work/broken" "$kvmtop")

reports "a broken libvirt is told, with what to do" \
  "libvirt is off: libvirt's library cannot be used ($work/broken/libvirt.so.0: file too short): \`apt install --reinstall libvirt0\`" \
  "${broken[@]}" -p $$
is "nothing goes to standard error" "$(<"$work/errors")" ""
is "and it is not tried again: no thread is left for it" "$(grep libvirt <<<"$threads")" ""
terminal_open 120 30 "exec env LD_LIBRARY_PATH=$work/broken $kvmtop -p $$"
sees "on the screen, too" "! libvirt's library cannot be used"
sees "and in the header" ", libvirt off"
keys q

# -- absent: a folder with nothing but what the programs are linked with

jail=$work/jail
lack=
copy() { # PROGRAM FOLDER: with its libraries
  local file
  install -D -- "$1" "$jail$2/${1##*/}"
  for file in $(ldd -- "$1" | grep -o '/[^ :]*'); do
    [ -e "$jail$file" ] || install -D -- "$file" "$jail$file"
  done
}

# Works without root where the system lets users have namespaces of their own.
cat >"$work/enter" <<ENTER
#!/bin/sh
[ "\$(id -u)" = 0 ] && map= || map=-r
exec unshare \$map -m -- sh -c 'mount --rbind /proc "$jail/proc" && exec chroot "$jail" "\$@"' sh "\$@"
ENTER
chmod +x "$work/enter"

mkdir -p "$jail/proc" "$jail/tmp"
copy "$kvmtop" ""
copy "$build/tests/test_symbol_library" /tests
copy "$build/tests/test_samples" /tests
copy "$build/tools/spin" /tools
mkdir -p "$jail/usr/share/terminfo"
infocmp -x tmux-256color 2>/dev/null | tic -x -o "$jail/usr/share/terminfo" - 2>/dev/null
check "what kvmtop is linked with holds neither library" \
  test -z "$(find "$jail" -name 'libvirt*' -o -name 'libdw*')"
inside=("$work/enter" /kvmtop)

if ! lack=$("${inside[@]}" --version 2>&1 >/dev/null); then
  skip "kvmtop where libvirt and libdw are not installed" "no mount namespace: ${lack//$'\n'/ }"
  finish
fi

reports "without libvirt it reports all the same" \
  "libvirt is off: libvirt is not installed here; VMs are found in /proc" "${inside[@]}" -p $$
reports "who names a URI is told what to install" \
  "libvirt's library is not installed, and -c needs it: \`apt install libvirt0\`" \
  "${inside[@]}" -p $$ -c qemu:///system
deadline_s=30 # a first report of another host is waited for
reports "for another host, too" \
  "libvirt's library is not installed, and -c needs it: \`apt install libvirt0\`" \
  "${inside[@]}" -c test:///default
deadline_s=10

terminal_open 120 30 "exec $work/enter /kvmtop -p $$"
sees "the header says that there is no libvirt" ", no libvirt"
check "and nothing is wrong with that" screen_lacks "! libvirt"
keys q

mkdir -p "$jail/run/libvirt"
reports "where libvirt runs its library is asked for" \
  "libvirt is off: libvirt runs here, but its library is not installed: \`apt install libvirt0\` for names, clocks and changes" \
  "${inside[@]}" -p $$
terminal_open 120 30 "exec $work/enter /kvmtop -p $$"
sees "on the screen as well" "! libvirt runs here, but its library is not installed: \`apt install libvirt0\`"
keys q

check "without libdw functions are offsets" "$work/enter" /tests/test_symbol_library absent
said=$(CMOCKA_MESSAGE_OUTPUT=TAP "$work/enter" /tests/test_samples absent 2>&1)
name="and that is said, with what to install"
case $said in
*"# SKIP"*) skip "$name" "$(grep -m 1 skipped <<<"$said")" ;;
*"User functions show as file and offset: libdw is not installed; \`apt install libdw1\`."*) pass "$name" ;;
*) fail "$name" "$said" ;;
esac
finish
