#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# abi_test.sh - does the library still fit what was linked with it, and would we see
# it if it did not? The long run's, and lint's: between releases a baseline may wait.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
export BUILD

[ -n "${PLOG_LONG:-}" ] || skip "abi: in the long run and in lint only"
scratch abi
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM
baseline=$root/packaging/abi/libplog.so.1.$(uname -m).abi

fits() {
	"$root/scripts/abi.sh" check "$1" >"$dir/said"
	code=$?
	[ "$code" -ne 77 ] || skip "abi: $(cat "$dir/said")"
	[ "$code" -eq 0 ] || sed 's/^/# /' "$dir/said"
	return $code
}

# changed EXPRESSION: the baseline as if the library had changed; is that seen?
changed() {
	sed "$1" "$baseline" >"$dir/other.abi"
	! cmp -s "$dir/other.abi" "$baseline" && ! fits "$dir/other.abi" >"$dir/why"
}

added() {
	sed "/<elf-symbol name='plog_sync'/d; /mangled-name='plog_sync'/,/<\/function-decl>/d" \
		"$baseline" >"$dir/other.abi"
	! cmp -s "$dir/other.abi" "$baseline" && fits "$dir/other.abi"
}

check "the library fits its baseline" fits "$baseline"
check "a function that is gone would be seen" changed "s/'plog_open'/'plog_opened'/"
check "a field that moved would be seen" changed \
	"/name='plog_reader_record'/,/<\/class-decl>/s/layout-offset-in-bits='64'/layout-offset-in-bits='128'/"
check "an argument of another type would be seen" changed \
	"/function-decl name='plog_level_set'/,/<\/function-decl>/s/<parameter type-id='[0-9a-f]*'/<parameter type-id='$(
		sed -n "s/.*<type-decl name='unsigned long int'.* id='\([0-9a-f]*\)'.*/\1/p" "$baseline")'/"
check "a function that is new is fine" added
exit "$failed"
