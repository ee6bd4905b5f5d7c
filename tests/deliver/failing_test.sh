#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# failing_test.sh - receivers that are none: what logdump says, in one line, and that it
# ends with exit code 4 and counts nothing as delivered. And its progress, on a terminal.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL TZ

[ -x "$BUILD/logdump" ] && [ -x "$BUILD/boards" ] || skip "failing: not built"
command -v python3 >/dev/null || skip "failing: no python3"
scratch failing
export PLOG_STATE="$dir/state"
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

# fails PATTERN OPTION...: exit 4, and one line like PATTERN that counts no record
fails() {
	pattern=$1
	shift
	code=0
	timeout 90 logdump "$@" "$dir/1.img" >"$dir/stdout" 2>"$dir/said" || code=$?
	[ "$code" -eq 4 ] && [ ! -s "$dir/stdout" ] && [ "$(wc -l <"$dir/said")" -eq 1 ] &&
		grep -qE "^logdump: $pattern; 0 of 3002 records are delivered, the same" \
			"$dir/said" || {
		echo "# exit $code"
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

# against KIND PATTERN: a receiver of that kind, which receives.py is
against() {
	python3 "$root/tests/deliver/receives.py" "$1" "$dir/socket" >"$dir/addr" &
	receiver=$!
	tries=0
	while [ ! -s "$dir/addr" ] && [ "$tries" -lt 400 ]; do
		sleep 0.05
		tries=$((tries + 1))
	done
	fails "$2" --syslog="$(cat "$dir/addr")"
	code=$?
	kill "$receiver" 2>/dev/null
	wait "$receiver" 2>/dev/null
	rm -f "$dir/socket" "$dir/addr"
	return $code
}

name_unknown() {
	fails "$1://plog.invalid:514: (Name or service|No address|Temporary failure).*" \
		--syslog="$1://plog.invalid:514"
}

# The tools of guests are static. They do without libc's resolver, which is not: so
# they are linked without a warning, take addresses, and say so.
static_addresses() (
	PATH=$BUILD/guest:$PATH
	! nm "$BUILD/guest/logdump" | grep -w getaddrinfo &&
		fails 'tcp://localhost:514: a static program looks up no names; give an address' \
			--syslog=tcp://localhost:514 &&
		fails 'tcp://127.0.0.1:1: Connection refused' --syslog=tcp://127.0.0.1:1 &&
		fails 'tcp://\[::1\]:1: (Connection refused|Cannot assign requested address|Network is unreachable)' \
			'--syslog=tcp://[::1]:1'
)

progress_shown() {
	python3 "$root/tests/deliver/receives.py" terminal "$dir/socket" logdump \
		"$dir/1.img" >"$dir/stdout" || {
		sed 's/^/# /' "$dir/stdout"
		return 1
	}
}

must "an image of a crash" boards "$dir" 1 1 3000
check "tcp: a name that nobody knows" name_unknown tcp
check "udp: a name that nobody knows" name_unknown udp
check "tcp: refused" fails 'tcp://127.0.0.1:1: Connection refused' --syslog=tcp://127.0.0.1:1
check "udp: refused" fails 'udp://127.0.0.1:1: Connection refused' --syslog=udp://127.0.0.1:1
if [ -x "$BUILD/guest/logdump" ]; then
	check "a static tool takes addresses, and says so" static_addresses
else
	echo "skip failing: no static logdump; make guest-tools"
fi
check "a socket in no folder" fails '/no/such/log: No such file or directory' \
	--syslog=/no/such/log
check "a socket that is a file" fails '/etc/passwd: Connection refused' --syslog=/etc/passwd
check "tcp: a receiver that hangs up" against slams 'tcp://.*: (Connection reset|Broken pipe).*'
check "tcp: one that reads nothing" against sleeps 'tcp://.*: the receiver did not read .*'
check "tcp: one that reads half, and hangs up" against half \
	'tcp://.*: (Connection reset|Broken pipe).*'
check "a socket whose queue is full" against full '/.*: the daemon does not read'
check "a stream whose buffer is full" against stream '/.*: the receiver d(oes|id) not read.*'
check "none of that counts as delivered" sh -c "! grep -l '^[0-9]' '$dir'/state/delivered/*"
check "progress on a terminal, and on nothing else" progress_shown
exit "$failed"
