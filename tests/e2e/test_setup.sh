#!/usr/bin/env bash
# The setup: what is changed there shows at once, is still so at the next start, and a file that is not kvmtop's stays as
# it is.
. "$(dirname "$0")/lib.sh"

file=$XDG_CONFIG_HOME/kvmtop/settings.json
recording=$root/tests/fixtures/recordings/vmx.dat

start() { # [COMMAND BEFORE]
  terminal_open 100 50 "${1-}exec '$kvmtop' --read '$recording'"
  sees "${2:-it starts}" "RTC polling"
}

leave() {
  keys q
  check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
}

# The value of a line of the setup: setting NAME
setting() {
  screen | sed -n "s/^.*│[▸ ] *$1   *\([^│]*[^│ ]\) *│.*$/\1/p" | head -n 1
}

setting_is() { # NAME VALUE
  [ "$(setting "$1")" = "$2" ]
}

# Goes down to a line, key by key: select_line NAME
select_line() {
  local i
  for ((i = 0; i < 60; i++)); do
    ! screen | grep -q "▸ *$1  " || return 0
    moved_from=$(screen | grep -n '│▸')
    keys Down
    within "$deadline_s" moved || return 1
  done
  return 1
}

moved() {
  [ "$(screen | grep -n '│▸')" != "$moved_from" ]
}

# -- chosen, kept, and still so

start
check "the list has a column of process ids" screen_has "   PID"
leave
check "what nobody changed is not written" test ! -e "$XDG_CONFIG_HOME"

start
keys F2
sees "F2 opens the setup" "Time between two looks"
keys Escape
sees_no "Esc closes it" "Time between two looks"
keys F2
sees "it opens again" "VMs: columns"
check "the theme's line is found" select_line "Theme"
is "the theme is dark at first" "$(setting Theme)" dark
keys Right
check "Right changes it" within "$deadline_s" setting_is Theme light
check "the column's line is found" select_line "PID"
keys Space
check "Space switches the column off" within "$deadline_s" setting_is PID off
keys Escape
sees_no "Esc closes the setup" "Time between two looks"
sees_no "the column is gone" "   PID"
check "the file is there once the setup is closed" within "$deadline_s" test -s "$file"
is "it has the theme" "$(jq -r .theme "$file")" light
is "and the column" "$(jq -c .hidden.vms "$file")" '["pid"]'
is "for its owner alone" "$(stat -c %a "$file")" 600
is "with nothing left beside it" "$(ls -A "$XDG_CONFIG_HOME/kvmtop")" settings.json
keys I
sees "I counts of all CPUs" "CPUs of the host together"
leave
is "what a key changed is kept at the end" "$(jq -r .percent_of "$file")" host

start "" "the next start"
sees "is of all CPUs" "%HOST"
check "and has no column of process ids" screen_lacks "   PID"
keys F2
sees "the setup opens" "VMs: columns"
is "the theme is still light" "$(setting Theme)" light
is "the column is still off" "$(setting PID)" off
is "shares are still of the host" "$(setting '100 % is')" "all CPUs of the host"
keys Escape
sees_no "Esc closes it without a change" "VMs: columns"
cp "$file" "$work/before"
leave
check "and the file is as it was" cmp "$file" "$work/before"

# -- a report is the same for everyone

"$kvmtop" --batch --read "$recording" >"$work/mine"
XDG_CONFIG_HOME=$work/nowhere "$kvmtop" --batch --read "$recording" >"$work/anyones"
check "--batch does not look at the settings" cmp "$work/mine" "$work/anyones"

# -- --delay is for one start

terminal_open 130 50 "exec '$kvmtop' -p $$ -d 7"
sees "-d is stronger than the setup" "every 7.0s"
keys 1
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
is "another change is kept" "$(jq -r .cpus "$file")" true
is "the interval of -d is not" "$(jq '.interval_s == 1' "$file")" true

terminal_open 130 50 "exec '$kvmtop' -p $$"
sees "it starts as the setup has it" "every 1.0s"
keys -
sees "- looks less often" "every 2.0s"
kill -TERM "$(terminal_pid)"
check "a signal ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
is "and what was chosen is kept" "$(jq '.interval_s == 2' "$file")" true

# -- files that are not to be touched

for text in '{"version": 1, "theme": "li' '{"editor.fontSize": 12}' '{"version": 9}'; do
  printf '%s' "$text" >"$file"
  cp "$file" "$work/before"
  start "" "it starts with $text"
  sees "says what is wrong, and what to do" "correct or remove it in"
  keys F2
  sees "the setup opens" "VMs: columns"
  is "with what is so at first" "$(setting Theme)" dark
  keys Right
  sees "a change is not kept, it says" "Not kept: settings.json: "
  keys Escape
  sees_no "Esc closes it" "VMs: columns"
  leave
  check "the file is the same, byte for byte" cmp "$file" "$work/before"
done

# -- a folder in which nothing can be written

rm -r "$XDG_CONFIG_HOME"
echo mine >"$XDG_CONFIG_HOME"
start
keys F2
sees "the setup opens where there is no folder" "VMs: columns"
keys Right
keys Escape
sees "it says that nothing was kept" "Not kept: "
leave
is "what was there is as it was" "$(cat "$XDG_CONFIG_HOME")" mine
finish
