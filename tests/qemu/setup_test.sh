#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# setup_test.sh [KERNEL] - what plogctl setup prints on a real machine is used for its
# next boot: the module takes the window, doctor is content, and a panic later the log
# is there.

# shellcheck disable=SC2317,SC2034,SC2154 # functions are called through check; matrix.sh sets variables

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/qemu/matrix.sh
. "$root/tests/qemu/matrix.sh"

scratch setup
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM
kernel=${1:-6.1-amd64}

proposed() {
	guest_run 'plogctl setup --dry-run' >"$dir/out" && words=$(grep '^memmap=' "$dir/out") &&
		parameters=$(sed -n 's/^options plog //p' "$dir/out") && [ -n "$words$parameters" ]
}

reserved() {
	guest_run 'plogctl doctor' >"$dir/doctor"
	grep -E ' (reservation|iomem|module) ' "$dir/doctor" | sed 's/^/# /'
	[ "$(grep -cE '^OK +(reservation|iomem|module) ' "$dir/doctor")" -eq 3 ]
}

must "$kernel: module and guest are built" machine "$kernel"
GUEST_CMDLINE="console=ttyS0 quiet panic=1 no_timer_check"
GUEST_MEM=256
must "$kernel: boots with nothing reserved" guest_start "$dir"
check "$kernel: doctor says what is missing" eval \
	'guest_run "plogctl doctor" | grep -q "^FAIL *reservation .*plogctl setup"'
must "$kernel: setup proposes a range" proposed
guest_stop
GUEST_CMDLINE="$GUEST_CMDLINE $words"
must "$kernel: boots with its line" guest_start "$dir"
must "$kernel: the module takes the window" load "$parameters"
check "$kernel: doctor is content with it" reserved
check "$kernel: something is logged" guest_run 'plog -t setup -p warning "before the panic"'
must "$kernel: panic, and the next boot" guest_crash 'echo c >/proc/sysrq-trigger'
must "$kernel: the module again" load "$parameters"
check "$kernel: the log is there" eval \
	'guest_run "logdump -o cat" | grep -qx "before the panic"'
check "$kernel: a healthy kernel" healthy
exit "$failed"
