#!/usr/bin/env bash
# What the user takes along from the remedy popup: c to the terminal's clipboard, w to a file. Of a
# recording, and of a VM that has a definition: QEMU runs it, and libvirt's test driver defines it.
. "$(dirname "$0")/lib.sh"

here=$(cd "$(dirname "$0")" && pwd)
recordings=$here/../fixtures/recordings
folder=$work/folder
mkdir "$folder"

# Lets programs set the terminal's clipboard, and keeps all that the program in it writes.
watch_terminal() {
  : >"$work/raw" # the program behind the pipe may begin late
  terminal set-option -s set-clipboard on
  terminal pipe-pane "cat >>'$work/raw'"
}

# The clipboard holds a text: clipboard_has TEXT
clipboard_has() {
  terminal show-buffer 2>/dev/null | grep -qF -- "$1"
}

# What the last OSC 52 sequence carries: ESC ] 52 ; c ; BASE64 BEL
sent() {
  tr '\033\007' '\n' <"$work/raw" | sed -n 's/^]52;c;//p' | tail -n 1 | base64 -d
}

# The clipboard has that and nothing else; the pipe may bring it later than tmux takes it.
clipboard_is_what_was_sent() {
  [ "$(sent)" = "$(terminal show-buffer)" ]
}

# -- of a recording: there is no definition, only QEMU's arguments

# Not in tmux' eyes: TMUX is for programs that shall wrap what they send.
run="cd '$folder' && exec env -u TMUX '$kvmtop'"
terminal_open 80 24 "$run --read '$recordings/vmx.dat'"
watch_terminal
sees "a recording is shown" "RTC polling"
keys r
sees "r opens the remedy" "What was seen (R01)"
sees "with its confidence" "confidence: high"
keys c
sees "c says how much it sent" "bytes to your clipboard"
check "the clipboard has it" within "$deadline_s" clipboard_has "hv-stimer=on"
check "and it is what was sent" within "$deadline_s" clipboard_is_what_was_sent || say "$(sent)"
keys Right
keys Right
keys c
check "another remedy's in its place" within "$deadline_s" clipboard_has "hpet=on"
keys w
sees "w has nothing to write" "There is no patch to write"
is "and writes nothing" "$(ls -A "$folder")" ""
keys q
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1

# tmux takes a wrapped sequence for the terminal around it.
: >"$work/raw"
terminal_open 80 24 "cd '$folder' && exec '$kvmtop' --read '$recordings/vmx.dat'"
watch_terminal
sees "in tmux" "RTC polling"
keys r
sees "r opens the remedy" "What was seen"
keys c
sees "in tmux it says what tmux needs, within 80 columns" "set -g allow-passthrough on"
keys q
keys q

# -- of a VM with a definition

if ! [ -w /dev/kvm ] || ! command -v qemu-system-x86_64 >/dev/null; then
  skip "a VM with a definition" "needs /dev/kvm and qemu-system-x86_64"
  finish
fi

name=e2e-remedy-$$
uuid=$(cat /proc/sys/kernel/random/uuid)
# A Windows guest without any enlightenment: R05 has a word about it, whatever the guest does.
cat >"$work/node.xml" <<XML
<node>
  <domain type='test'>
    <name>$name</name>
    <uuid>$uuid</uuid>
    <metadata>
      <libosinfo:libosinfo xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>
        <libosinfo:os id='http://microsoft.com/win/10'/>
      </libosinfo:libosinfo>
    </metadata>
    <memory>32768</memory>
    <os><type>hvm</type></os>
    <clock offset='localtime'/>
  </domain>
</node>
XML
qemu-system-x86_64 -accel kvm -display none -monitor none -serial none -nodefaults -S -m 32 \
  -name "guest=$name,debug-threads=on" -uuid "$uuid" </dev/null >"$work/qemu" 2>&1 &
vm=$!
cleanup_add "kill $vm 2>/dev/null"
vm_is_up() {
  [ -n "$(find "/proc/$vm/fd" -lname 'anon_inode:kvm-vm' 2>/dev/null)" ]
}
# As libvirt's daemons do: this is the process that the domain is.
(umask 022 && echo "$vm" >"$work/$name.pid")
if ! within "$deadline_s" vm_is_up; then
  skip "a VM with a definition" "QEMU does not start here: $(head -n 1 "$work/qemu")"
  finish
fi

if ! has_test_driver; then
  skip_test_driver "a VM with a definition"
  finish
fi
patch_name=$name.hyperv-full.patch
: >"$work/raw"
terminal_open 80 24 "$run -p $vm -c 'test://$work/node.xml'"
watch_terminal
sees "the VM's configuration is known" "configuration:"
keys r
sees "r opens the remedy" "What was seen (R05)"
keys c
check "the clipboard has the commands" within "$deadline_s" clipboard_has "virsh define $name.after-"
check "and it is what was sent" within "$deadline_s" clipboard_is_what_was_sent || say "$(sent)"

keys w
sees "w says what it wrote" "Wrote ./$patch_name"
is "for its owner alone" "$(stat -c %a "$folder/$patch_name")" 600
check "it is the diff" grep -q "^+.*<stimer state='on'" "$folder/$patch_name"
echo mine >"$folder/$patch_name"
cp "$folder/$patch_name" "$work/mine"
keys w
sees "a second one has another name" "Wrote ./$name.hyperv-full.1.patch"
check "the first is left as it is" cmp "$folder/$patch_name" "$work/mine"
second=$folder/$name.hyperv-full.1.patch
if command -v virsh >/dev/null; then
  virsh -c "test://$work/node.xml" dumpxml --inactive "$name" >"$work/before.xml" 2>/dev/null
  check "patch takes it for what virsh prints" \
    patch -s -F 0 -r - -o "$work/after.xml" "$work/before.xml" "$second"
  check "and the result is what was meant" grep -q "<stimer state='on'" "$work/after.xml"
else
  skip "patch takes it for what virsh prints" "needs virsh"
fi

# The folder goes while it is open.
rm -r "$folder"
keys w
sees "a folder that is gone: a sentence, within 80 columns" \
  "Not written (No such file or directory): start kvmtop in another folder"
keys q
keys q
check "q ends it" within "$deadline_s" terminal_is '#{pane_dead}' 1
terminal_close

# -- where no file may grow, as on a full disk

mkdir "$folder"
terminal_open 80 24 "ulimit -f 0 && trap '' XFSZ && $run -p $vm -c 'test://$work/node.xml'"
sees "kvmtop runs without room for a file" "configuration:"
keys r
sees "the remedy opens" "What was seen (R05)"
keys w
sees "w says why it was not written" "Not written (File too large)"
is "and leaves no half of it" "$(ls -A "$folder")" ""
keys q
keys q
kill "$vm"
wait "$vm" 2>/dev/null
finish
