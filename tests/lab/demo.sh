#!/usr/bin/env bash
# Records the case in the lab, into build/lab/case.jsonl.zst. What make record-demo runs. Time there is
# instructions executed, so that nothing of this machine's own load is in it; and its clock is the TSC.
LAB_OPTIONS="-i 0" exec "$(dirname "$0")/test.sh" demo
