#!/usr/bin/env bash
# The trace source on real tracefs: the unit test that is skipped where tracefs is not mounted.
CMOCKA_MESSAGE_OUTPUT=TAP exec "$(dirname "$KVMTOP")/tests/test_trace_live"
