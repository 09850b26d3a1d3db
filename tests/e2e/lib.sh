# What the test scripts share: results in TAP, waiting with a deadline, and a terminal (tmux) to run
# kvmtop in.
# shellcheck shell=bash
#
#   . tests/e2e/lib.sh
#   terminal_open 80 24 "$kvmtop"
#   sees "the title is there" kvmtop
#   finish
#
# $kvmtop is the program under test, $work a folder that is gone at the end, as are the terminal and
# what runs in it.

set -uo pipefail
export LC_ALL=C.UTF-8
unset LINES COLUMNS TMUX NO_COLOR
# A sanitizer's own handler would turn a crash into an ordinary end.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}handle_segv=0

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
kvmtop=${KVMTOP:-build/kvmtop}
[ "${kvmtop#/}" != "$kvmtop" ] || kvmtop=$root/$kvmtop
work=$(mktemp -d)
# What kvmtop keeps belongs to whoever runs the tests, and so does how he likes his screen.
export XDG_STATE_HOME=$work/state XDG_CONFIG_HOME=$work/config
test_count=0
test_failures=0
deadline_s=60 # of whatever is waited for: says when to give up, not how fast it has to be
# shellcheck disable=SC2034 # for those who include this
run_s=300   # the same of a whole run that ends by itself
poll_s=0.05 # between two looks

# Commands of the script's own, run before $work goes: cleanup_add 'kill 123'.
cleanup_commands=
cleanup_add() {
  cleanup_commands="$1; $cleanup_commands"
}

cleanup() {
  trap - EXIT
  eval "$cleanup_commands"
  terminal_close
  rm -rf "$work"
}
trap cleanup EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

# -- results

# Lines of text as diagnostics: say TEXT
say() {
  printf '# %s\n' "${1//$'\n'/$'\n# '}"
}

pass() {
  test_count=$((test_count + 1))
  echo "ok $test_count - $1"
}

fail() { # NAME [DIAGNOSTICS]
  test_count=$((test_count + 1))
  test_failures=$((test_failures + 1))
  echo "not ok $test_count - $1"
  [ $# -lt 2 ] || say "$2"
}

skip() { # NAME REASON
  test_count=$((test_count + 1))
  echo "ok $test_count - $1 # SKIP $2"
}

# libvirt's test driver knows statistics of its domains, without which kvmtop does not list them: not that of 7.0.
has_test_driver() {
  local answer
  answer=$(virsh -r -c test:///default domstats 2>&1)
  [[ $answer != *"not supported by the connection driver"* ]]
}
skip_test_driver() { # NAME
  skip "$1" "libvirt's test driver is too old: it has no domstats"
}

# The command succeeds: check NAME COMMAND [ARG ...]
check() {
  local name=$1 output
  shift
  if output=$("$@" 2>&1); then
    pass "$name"
  else
    fail "$name" "$* failed: $output"
    return 1
  fi
}

is() { # NAME GOT WANTED
  if [ "$2" = "$3" ]; then
    pass "$1"
  else
    fail "$1" "got:    $2"$'\n'"wanted: $3"
    return 1
  fi
}

# The plan: how many results there are. The last call of every script.
finish() {
  echo "1..$test_count"
  [ "$test_failures" -eq 0 ]
  exit
}

# -- waiting

# Waits until the command succeeds, for at most so many seconds: within SECONDS COMMAND [ARG ...]
within() {
  local end=$((SECONDS + $1 + 1))
  shift
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || return 1
    sleep "$poll_s"
  done
}

is_gone() { # PID
  ! kill -0 "$1" 2>/dev/null
}

file_has() { # FILE TEXT
  grep -qF -- "$2" "$1" 2>/dev/null
}

# A VM runs on this machine, of whomever. Processes that end meanwhile fail find, and a reader that has seen enough
# would: what counts is what it printed.
vm_runs() {
  [ -n "$(find /proc/[0-9]*/fd -lname anon_inode:kvm-vm 2>/dev/null)" ]
}

# -- the terminal

# Each has a server of its own: one that was told to end may still be there for a moment.
terminal_number=0
terminal() {
  TMUX_TMPDIR=$work tmux -L "test$terminal_number" -f "$work/tmux.conf" "$@"
}

# Runs a shell command in a terminal of that size: terminal_open COLUMNS ROWS COMMAND
terminal_open() {
  terminal_close
  terminal_number=$((terminal_number + 1))
  cat >"$work/tmux.conf" <<'CONF'
set -g status off
set -g remain-on-exit on
set -g escape-time 0
set -g default-terminal tmux-256color
CONF
  if ! terminal new-session -d -x "$1" -y "$2" "$3"; then
    fail "tmux opens a terminal"
    finish
  fi
}

terminal_close() {
  terminal kill-server 2>/dev/null
}

terminal_resize() { # COLUMNS ROWS
  terminal resize-window -x "$1" -y "$2"
}

# Types keys, as tmux names them: keys r Escape C-l
keys() {
  terminal send-keys "$@"
}

# The text on the screen.
screen() {
  terminal capture-pane -p
}

# The same with its colours, into a file.
screen_save() {
  terminal capture-pane -e -p -N >"$1"
}

terminal_is() { # FORMAT VALUE, of tmux: terminal_is '#{alternate_on}' 0
  [ "$(terminal display-message -p "$1")" = "$2" ]
}

screen_has() {
  screen | grep -qF -- "$1"
}

screen_lacks() {
  ! screen_has "$1"
}

# The screen shows a text, at the latest at the deadline: sees NAME TEXT
sees() {
  if within "$deadline_s" screen_has "$2"; then
    pass "$1"
  else
    fail "$1" "\"$2\" did not come within $deadline_s s:"$'\n'"$(screen)"
    return 1
  fi
}

# A text goes from the screen: sees_no NAME TEXT
sees_no() {
  if within "$deadline_s" screen_lacks "$2"; then
    pass "$1"
  else
    fail "$1" "\"$2\" was still there after $deadline_s s:"$'\n'"$(screen)"
    return 1
  fi
}

# The pid of the program in the terminal, when the command was an exec.
terminal_pid() {
  terminal display-message -p '#{pane_pid}'
}
