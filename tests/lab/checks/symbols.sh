#!/usr/bin/env bash
# Hot symbols of a guest that polls the RTC: the kernel's way into the guest, QEMU's answer to its ports, and the guest
# itself; and what is opened for it is closed with it.
. "$(dirname "$0")/../lib.sh"

probe_start symbols "hz=100 rtc=20" || finish
watch_start "$work/watch" -d 2 --with symbols
if tick_sees "functions of kernel and QEMU are hot" "$work/watch" \
  '.hot_symbols | .ok and .samples >= 100 and (.loading | not) and ([.symbols[].module] |
    any(startswith("kvm")) and any(startswith("qemu-system")))'; then
  say "$(asks "$tick" '.hot_symbols | {event, hz, samples, lost, threads, kernel_pct, user_pct, guest_pct, notes}')"
  say "$(asks "$tick" '.hot_symbols.symbols[:15][] | "\(.pct) \(.space) \(.symbol) \(.module) \(.threads) \(.meaning)"')"
  is "it is the VM's process" "$(asks "$tick" .hot_symbols.pid)" "$vm"
  is "no sample was lost" "$(asks "$tick" .hot_symbols.lost)" 0
  check "shares make a whole" [ "$(asks "$tick" \
    '.hot_symbols | .kernel_pct + .user_pct + .guest_pct + .rest_pct | . > 99.9 and . < 100.1')" = true ]
fi
# What holds of each tick with samples enough.
tick_sees "the kernel's part has names, those of KVM among them" "$work/watch" '[.hot_symbols.symbols[] |
  select(.space == "kernel" and (.module | startswith("kvm"))) | .symbol | test("^[a-zA-Z_]")] | length > 2 and all'
tick_sees "the vCPU is where most of it is" "$work/watch" '.hot_symbols.kinds | .vcpu_pct > .emulator_pct'
tick_sees "the way into the guest is explained" "$work/watch" \
  '[.hot_symbols.symbols[].meaning | strings | test("Entering and leaving the guest")] | any'
kill -KILL "$vm"
tick_sees "a VM that ends is said to have ended, and nothing breaks" "$work/watch" \
  '.hot_symbols | (.ok | not) and (.why | test("ended|No running"))'
watch_stop
is "no errors" "$(cat "$work/watch.err")" ""

# On the screen it is opened with the view and closed with it.
perf_events() {
  find "/proc/$(pgrep -n -x kvmtop)/fd" -lname 'anon_inode:\[perf_event\]' 2>/dev/null | wc -l
}
samples() { # MANY: "yes" or "no"
  if [ "$(perf_events)" -ge 2 ]; then [ "$1" = yes ]; else [ "$1" = no ] && [ "$(perf_events)" = 0 ]; fi
}
probe_start again "hz=100 rtc=20" || finish
terminal_open 100 30 "exec '$kvmtop' --tracer ring"
sees "the VM is there" again
check "nothing is sampled yet" samples no
for _ in 1 2 3 4 5 6 7; do keys Tab; done
tells "the view shows functions" "cpu-clock|cycles, [0-9]+ Hz +[0-9]+ samples"
check "threads are sampled" samples yes
keys Tab
check "and not any more when another view is shown" within "$deadline_s" samples no
keys q
finish
