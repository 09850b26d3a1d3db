#!/usr/bin/env bash
# --changes and --undo: what was changed is listed and undone without the screen, on a state folder that is made
# here and VMs of libvirt's test driver, one that runs and one that is shut off. Each process of the test driver
# has VMs of its own, so each kvmtop finds them as they were.
. "$(dirname "$0")/lib.sh"

folder=$XDG_STATE_HOME/kvmtop
running=6c1f8d7e-2b7a-4d6f-9a53-3f0d1c5b7a10
off=5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3
gone=00000000-0000-4000-8000-00000000000

domain() { # NAME UUID STATE OF THE TEST DRIVER: 1 runs, 5 is shut off
  cat <<XML
<domain type='test' xmlns:test='http://libvirt.org/schemas/domain/test/1.0'><name>$1</name><uuid>$2</uuid>
<memory>1024</memory><os><type>hvm</type></os><clock offset='localtime'><timer name='hpet' present='yes'/></clock>
<devices><graphics type='vnc' port='-1' passwd='s3cret'/></devices><test:runstate>$3</test:runstate></domain>
XML
}
{
  echo "<node>"
  domain win10 $running 1
  domain office $off 5
  domain fresh ${gone}9 5
  echo "</node>"
} >"$work/node.xml"
uri=test://$work/node.xml
nowhere="qemu+unix:///system?socket=$work/nowhere"

# What libvirt would have told kvmtop: without the newline that virsh ends with.
definition() {
  virsh -c "$uri" dumpxml --inactive --security-info "$1" | head -c -1
}

# A change that switched the HPET on: changed NAME UUID TIME [VERSION]
changed() {
  local stem=$folder/$1-$2-$3
  definition "$1" >"$stem.after.xml"
  sed "s/ present='yes'/ present='no'/" "$stem.after.xml" >"$stem.xml"
  printf 'kvmtop 0.1.0\nname %s\nremedy hpet-on\ntitle Give the guest an HPET\n' "$1" >"$stem.change"
  chmod 600 "$stem".*
}

run() { # OPTION ...: what it writes is in $work/out and $work/err, its status in $status
  timeout 60 "$kvmtop" "$@" >"$work/out" 2>"$work/err" </dev/null
  status=$?
  out=$(cat "$work/out") err=$(cat "$work/err")
}

# It is refused with one sentence that has these words: refused NAME WORDS OPTION ...
refused() {
  local name=$1 words=$2
  shift 2
  run "$@"
  is "$name: status 1" "$status" 1
  check "$name: says why" grep -qF -- "$words" "$work/err"
  is "$name: in one sentence" "$(grep -c . "$work/err")" 1
}

if ! command -v virsh >/dev/null; then
  skip "--changes and --undo" "virsh is not there"
  finish
fi
if ! has_test_driver; then
  skip_test_driver "--changes and --undo"
  finish
fi

dot=$([ "$(id -u)" -ne 0 ] || echo .) # another user is told of root's
run --changes
is "no folder yet: no changes" "$status${out%% (*}$err" "0No changes in $folder$dot"
check "it is not made for that" test ! -e "$folder"
run --changes --format json
is "as JSON" "$(jq -c '.changes' "$work/out")" "[]"
mkdir -p "$folder"
chmod 700 "$folder"
run --changes
is "an empty folder: no changes" "$status${out%% (*}$err" "0No changes in $folder$dot"
refused "nothing was changed" "no change of this VM by kvmtop is saved in $folder" --undo win10 -c "$uri" --yes

changed win10 $running 20180902T140731.250Z
changed office $off 20180903T140731.250Z
run --changes -c "$uri"
is "two changes: status 0, no errors" "$status$err" 0
is "the newest comes first" "$(grep -E '^20' "$work/out" | cut -d ' ' -f 4-)" \
  "office  hpet-on  pending: takes effect at the next start
win10  hpet-on  in effect: the guest runs with it"
check "with the title" grep -qx "  Give the guest an HPET" "$work/out"
check "and the backup" grep -qx "  old definition: $folder/win10-$running-20180902T140731.250Z.xml" "$work/out"
run --changes -c "$uri" --format json
is "as JSON" "$(jq -c '[.libvirt, (.changes[] | .name, .state)]' "$work/out")" \
  '[null,"office","pending","win10","in effect"]'
if "$root/tests/e2e/validate" --there; then
  check "as the schema has it" "$root/tests/e2e/validate" "$root/share/kvmtop.schema.json" <"$work/out"
fi
run --changes -c "$nowhere"
is "without libvirt: status 0" "$status" 0
is "without libvirt: both are there" "$(grep -c "applied: whether it is in effect is not known" "$work/out")" 2
check "without libvirt: says why" grep -q "state of the changes unknown: libvirt" "$work/err"

refused "no terminal" "use --yes to skip the question" --undo office -c "$uri"
check "no terminal: the diff is shown" grep -qx -- "-    <timer name='hpet' present='yes'/>" "$work/out"
check "no terminal: nothing is undone" test "$(grep -c undone "$folder"/*.change | grep -c ':0')" = 2

terminal_open 120 60 "'$kvmtop' --undo office -c '$uri'; echo status \$?; exec sleep 60"
sees "a terminal: the title" "office, changed"
sees "the diff" "+    <timer name='hpet' present='no'/>"
sees "it asks" "Undo this change of office? [y/N]"
keys Enter
sees "Enter is no" "Nothing was undone."
sees "status 1" "status 1"
terminal_open 200 60 "'$kvmtop' --undo $running -c '$uri'; echo status \$?; exec sleep 60"
sees "by UUID: it asks" "Undo this change of win10? [y/N]"
screen >"$work/screen"
check "passwords are not shown" sh -c "! grep -q s3cret '$work/screen'"
keys y Enter
sees "y undoes it" "win10's definition is again what it was before the change."
sees "a VM that runs: when it takes effect" "shut the guest down and start it"
sees "status 0" "status 0"
check "the log has it" grep -q "^undone 20" "$folder/win10-$running-20180902T140731.250Z.change"
run --changes -c "$uri"
check "so has the list" grep -q "win10  hpet-on  undone: the old definition was restored (20" "$work/out"

run --undo office --yes -c "$uri"
is "--yes does not ask: status 0" "$status$err" 0
is "a VM that is shut off" "$(tail -n 1 "$work/out")" \
  "office's definition is again what it was before the change. It takes effect at the next start."

refused "never changed" "no change of this VM by kvmtop is saved in $folder" --undo fresh --yes -c "$uri"
refused "unknown" "has no VM called nobody: \`virsh -c $uri list --all\`" --undo nobody --yes -c "$uri"
refused "libvirt is away" "nothing was undone: libvirt" --undo win10 --yes -c "$nowhere"
for n in 1 2; do
  stem=$folder/old-$gone$n-2018090${n}T140731.250Z
  echo "<domain/>" >"$stem.xml"
  echo "<domain/>" >"$stem.after.xml"
  chmod 600 "$stem".*
done
refused "undefined since, two of that name" "more than one VM called old was changed" --undo old --yes -c "$uri"
refused "undefined since" "\`virsh -c $uri define '$folder/old-${gone}1-20180901T140731.250Z.xml'\`" --undo ${gone}1 --yes -c "$uri"
# It was undone, and somebody has made the same change by hand: the VM is as it was before --undo.
refused "undone before" "every change of this VM by kvmtop that is saved in $folder was undone before" \
  --undo office --yes -c "$uri"
sed -i "/^undone /d" "$folder/office-$off-20180903T140731.250Z.change"
sed -i "s/ present='yes'/ present='no'/" "$folder/office-$off-20180903T140731.250Z.after.xml"
sed -i "s/localtime/utc/" "$folder/office-$off-20180903T140731.250Z.xml"
refused "changed since" "changed outside kvmtop since; what it was before that change is in $folder/office-$off" \
  --undo office --yes -c "$uri"

# kvmtop was killed before it had saved what its change made of the VM.
rm "$folder/office-$off-20180903T140731.250Z.after.xml"
run --changes -c "$uri"
check "not finished: the list says so" grep -q "office  hpet-on  unfinished: whether it was made is not known" "$work/out"
run --undo office --yes -c "$uri"
is "not finished: it is undone: status 0" "$status$err" 0
check "not finished: says so" grep -q "It is not known whether this change was made" "$work/out"
check "not finished: the diff is of all that differs" grep -q "^+.*utc" "$work/out"
check "not finished: but for passwords" sh -c "! grep -q passwd '$work/out'"
sed -i "/^undone /d" "$folder/office-$off-20180903T140731.250Z.change"
definition office >"$folder/office-$off-20180903T140731.250Z.xml"
run --changes -c "$uri"
check "not made: the list says so" grep -q "office  hpet-on  absent: the definition is what it was before" "$work/out"
refused "not made" "there is nothing to undo: the definition is what it was before" --undo office --yes -c "$uri"

run --changes -c "$uri"
check "changed by hand and undefined since: the list says so" \
  grep -q "old  unknown change  gone: the VM no longer has a definition" "$work/out"

# Who reads changes made with sudo as another user learns where they are.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
  install -m 755 "$kvmtop" /tmp/kvmtop-undo-$$
  install -m 644 "$work/node.xml" /tmp/kvmtop-undo-$$.xml
  cleanup_add "rm -f /tmp/kvmtop-undo-$$ /tmp/kvmtop-undo-$$.xml"
  is "another user: where it looked, and where else" \
    "$(cd / && XDG_STATE_HOME=/tmp/nobodys-state setpriv --reuid=nobody --regid=nogroup --clear-groups \
      /tmp/kvmtop-undo-$$ --undo win10 --yes -c "test:///tmp/kvmtop-undo-$$.xml" 2>&1 | cut -d : -f 3-)" \
    " there is nothing to undo: no change of this VM by kvmtop is saved in /tmp/nobodys-state/kvmtop; if it was changed \
with sudo, run this with sudo"
fi

chmod 777 "$folder"
refused "a folder of all: undo" "others may write in $folder" --undo win10 --yes -c "$uri"
refused "a folder of all: list" "others may write in $folder" --changes
chmod 700 "$folder"

run --undo win10 --batch
is "two things at once: status 2" "$status" 2
is "with the reason" "$err" \
  "kvmtop: --batch cannot be combined with --undo; only --yes and --connect can"
finish
