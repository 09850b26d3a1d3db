#!/usr/bin/env bash
# Records the case in the lab, into build/lab/case.jsonl.zst. What make record-demo runs.
exec "$(dirname "$0")/test.sh" demo
