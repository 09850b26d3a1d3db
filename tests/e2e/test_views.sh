#!/usr/bin/env bash
# Going about with the keys: views, menus, filter, function keys; windows that shrink below a popup; types of terminals;
# what libraries say; and a terminal that goes away.
. "$(dirname "$0")/lib.sh"
shopt -s extglob

recording=$root/tests/fixtures/recordings/vmx.dat

start() { # COMMAND BEFORE
  terminal_open 100 40 "${1-}exec '$kvmtop' --read '$recording'"
  sees "${2:-it starts}" "[Overview]"
}

# -- views

start
vm=$(screen | sed -n 's/^ *!* *▾ *\([^ ]*\) .*/\1/p' | head -n 1)
check "a VM is open" [ -n "$vm" ]
for view in Threads Exits Clock Findings Host Events Symbols Halts Log Overview; do
  keys Tab
  sees "Tab turns to $view" "[$view]"
done
keys BTab
sees "Shift-Tab turns back" "[Log]"
keys v
sees "v opens the menu of the views" "┌─ View"
keys Home Enter
sees "Enter chooses the first" "[Overview]"
sees_no "and closes the menu" "┌─ View"

# -- the filter

keys /
sees "/ asks for a text" "Filter:"
keys z z z
sees "it applies while it is typed" "The filter leaves no VM"
keys BSpace BSpace BSpace
sees_no "and is taken back" "The filter leaves no VM"
keys z Enter
sees "Enter keeps it" "/z 0 of"
keys Escape
sees "Esc shows everything again" "▾ $vm"

# -- function keys and letters, as top and htop have them

while read -r key what; do
  keys "$key"
  sees "$key: $what" "$what"
  keys Escape
  sees_no "Esc closes it" "$what"
done <<'KEYS'
F1 kvmtop help
F2 Time between two looks
F3 Filter:
F4 Filter:
F6 ┌─ Sort
F7 ┌─ View
F8 ┌─ Exits of
F9 ┌─ 
e ┌─ Messages
KEYS
keys F5
check "F5 keeps the VM's panel open" screen_has "▾ $vm"
keys 1
sees "1 shows each CPU" "busy%"
keys 1
sees_no "and hides them again" "busy%"

# -- a window that shrinks to nothing below a popup, and grows back

for key in F1 F2 r d v; do
  keys "$key"
  sees "$key opens a window" "┌─ "
  before=$(screen)
  for size in "1 1" "30 3" "60 15" "2 40"; do
    # shellcheck disable=SC2086
    terminal_resize $size
  done
  terminal_resize 100 40
  same() { [ "$(screen)" = "$before" ]; }
  check "$key: the screen is the same after the terminal was tiny" within "$deadline_s" same
  keys Escape
  sees_no "Esc closes it" "┌─ "
done
keys F10
check "F10 ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1

# -- types of terminals

for type in linux vt100 xterm; do
  start "TERM=$type; export TERM; " "TERM=$type"
  keys Tab
  sees "TERM=$type: Tab turns to the threads" "[Threads]"
  keys q
  check "TERM=$type: q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
done
for type in dumb unknown no-such-terminal ''; do
  terminal_open 160 24 "TERM=$type; export TERM; '$kvmtop' --read '$recording'; exec cat"
  sees "TERM=$type: one sentence names --batch" "kvmtop --batch"
done
terminal_open 160 24 "unset TERM; '$kvmtop' --read '$recording'; exec cat"
sees "without TERM likewise" "kvmtop --batch"

# Inside screen, which knows fewer sequences, and puts its own terminal between.
if type -P screen >/dev/null; then
  mkdir -m 700 "$work/screens"
  terminal_open 100 40 "SCREENDIR='$work/screens' exec screen -c /dev/null '$kvmtop' --read '$recording'"
  sees "it starts inside screen" "[Overview]"
  keys Tab
  sees "Tab turns to the threads there" "[Threads]"
  keys q
  check "q ends it there" within "$deadline_s" terminal_is '#{pane_dead}' 1
else
  skip "inside screen" "screen is not installed"
fi

# -- what libraries say

terminal_open 100 30 "exec bash --norc --noprofile"
keys "PS1='prompt> '" Enter
keys "clear; '$kvmtop' -p $$ --connect 'nobody+nowhere:///system'; echo status=\$?" Enter
sees "it starts though libvirt is not to be had" "No running VMs found"
check "what libvirt prints is not on the screen" screen_lacks "libvirt:"
keys e
sees "e opens the messages" "┌─ Messages"
said=$(screen | grep -c "libvirt:")
keys Escape
sees_no "Esc closes them" "┌─ Messages"
keys q
sees "it ends in good order" "status=0"
[ "$said" -eq 0 ] || sees "what was said is printed at the end" "libvirt:"

# -- the terminal goes away

start
pid=$(terminal_pid)
terminal kill-server
check "without its terminal it is gone" within "$deadline_s" is_gone "$pid"
finish
