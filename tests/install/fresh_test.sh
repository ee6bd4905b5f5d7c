#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fresh_test.sh - the README's commands, as a new user gives them: on a fresh Debian
# with git and make only
#
# The tree is cloned there. `make demo` has to install what it needs and to end well;
# so do the commands for a window in a file. Of `make check` the installation of what
# it needs and a part of the tests: all of it is what runs around this one. The long
# run's; needs root, and a network.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/system.sh
. "$(dirname "$0")/system.sh"

[ -n "${PLOG_LONG:-}" ] || skip "fresh: in the long run only"
[ "$(id -u)" -eq 0 ] || skip "fresh: a system of its own takes root"
command -v debootstrap >/dev/null || skip "fresh: no debootstrap"
scratch fresh
finish() {
	system_close "$dir/root"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

inside() {
	system_run "$dir/root" sh -euc "cd /plog && $1" >"$dir/said" 2>&1 || {
		tail -n 30 "$dir/said" | sed 's/^/# /'
		return 1
	}
}

# What is committed, or what is there where nothing is.
cloned() {
	mkdir -p "$dir/root/plog"
	if git -C "$root" rev-parse HEAD >/dev/null 2>&1; then
		git -C "$root" archive HEAD | tar -x -C "$dir/root/plog"
	else
		(cd "$root" && tar -c --exclude=./build .) | tar -x -C "$dir/root/plog"
	fi
}

# The block of the README that begins with make lib, without its prompts.
readme_file_window() {
	sed -n '/^    \$ make lib tools SKIP_KMOD=1/,/^$/s/^    \$ //p' "$root/README.md" >"$dir/commands"
	[ "$(wc -l <"$dir/commands")" -ge 4 ] &&
		inside "$(cat "$dir/commands")" && grep -q 'pump\[[0-9]*\]: pressure rising: 8731 mbar' "$dir/said"
}

demo() {
	inside "make demo" && grep -q 'Kernel panic - not syncing' "$dir/said" &&
		grep -q 'panic: sysrq triggered crash' "$dir/said"
}

check_needs() {
	inside 'scripts/deps.sh build check qemu && make -j2 lib tools unit-tests &&
		BUILD=build tests/run.sh build/unit/test_* tests/cli/logdump_test.sh tests/cli/plogctl_test.sh \
			tests/cli/readme_test.sh tests/install/stage_test.sh tests/install/examples_test.sh' &&
		grep -q ' 0 failed' "$dir/said"
}

system_make "$dir/root" git,make || skip "fresh: no system could be made: $(tail -n 1 "$dir/root.log")"
must "cloned" cloned
check "make demo installs what it needs, and recovers a crash" demo
check "the README's window in a file" readme_file_window
check "what make check needs is installed, and its tests pass" check_needs
check "make install, ldconfig, uninstall" inside 'make -s lib tools && make -s install SKIP_KMOD=1 && ldconfig &&
	logdump --version && make -s uninstall SKIP_KMOD=1 && ! find /usr/local -type f | grep .'
exit "$failed"
