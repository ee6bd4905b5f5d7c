#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# resume_test.sh - delivery that is cut: logdump killed at random instants, the daemon
# killed, stopped and started again, connections refused. Run again until it succeeds:
# every record is there, and what came twice lies within the batch that was under way.
#
# PLOG_LONG=1: ten times as much. SEED=N: which instants.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$(dirname "$0")/daemon.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL TZ

[ -x "$BUILD/logdump" ] && [ -x "$BUILD/boards" ] || skip "resume: not built"
command -v python3 >/dev/null || skip "resume: no python3"
rsyslog_works || skip "resume: no rsyslogd (scripts/daemons.sh)"
scratch resume
export PLOG_STATE="$dir/state"
more=1
[ -z "${PLOG_LONG:-}" ] || more=10
records=$((4000 * more))
all=$((records + 2))

finish() {
	rsyslog_stop KILL
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

forget() {
	rm -rf "$PLOG_STATE"
	: >"$dir/arrived.json"
}

# all_arrived HOW: a datagram may be read long after logdump has ended. Whatever comes
# behind the last that is missing is looked at, too.
all_arrived() {
	until_true 60 arrived_quietly "$1"
	sleep 0.3
	arrived_check "$dir/arrived.json" "$1" "$dir/want.json"
}

arrived_quietly() {
	arrived_check "$dir/arrived.json" "$1" "$dir/want.json" >/dev/null 2>&1
}

# cut WHO CUTS ADDR HOW
cut() {
	forget
	python3 "$root/tests/deliver/cut.py" "$1" "$3" "$dir/1.img" "$dir/arrived.json" \
		$(($2 * more)) -- "$root/tests/deliver/rsyslogd.sh" "$dir" || return 1
	all_arrived "$4"
}

daemon_cut() {
	rsyslog_stop KILL
	cut daemon "$@"
	code=$?
	kill -KILL "$(cat "$dir/rsyslog.pid")"
	return $code
}

# refused_first ADDR SAYS HOW
refused_first() {
	forget
	rsyslog_stop
	code=0
	logdump --syslog="$1" "$dir/1.img" 2>"$dir/said" || code=$?
	[ "$code" -eq 4 ] && [ "$(wc -l <"$dir/said")" -eq 1 ] &&
		grep -qE "$2" "$dir/said" || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
	rsyslog_start && logdump --syslog="$1" "$dir/1.img" || return 1
	all_arrived "$3"
}

# The file of what was delivered is no longer what was written: better twice than never.
note_damaged() {
	forget
	logdump --syslog="tcp://127.0.0.1:$port" "$dir/1.img" || return 1
	for file in "$PLOG_STATE"/delivered/*; do
		sed -i 's/^records.*/records 99999/' "$file"
	done
	: >"$dir/arrived.json"
	says 'damaged; delivering from the beginning' \
		logdump --syslog="tcp://127.0.0.1:$port" "$dir/1.img" &&
		arrived_check "$dir/arrived.json" once "$dir/want.json"
}

# Nothing can be noted: it is said, and all is delivered.
nothing_noted() {
	forget
	: >"$dir/file"
	says 'not noted, another run would begin anew' env PLOG_STATE="$dir/file" \
		logdump --syslog="tcp://127.0.0.1:$port" "$dir/1.img" &&
		arrived_check "$dir/arrived.json" once "$dir/want.json"
}

one_at_a_time() {
	forget
	kill -STOP "$rsyslog"
	logdump --syslog="tcp://127.0.0.1:$port" "$dir/1.img" 2>/dev/null &
	run=$!
	until_true 20 lock_held
	code=0
	logdump --syslog="tcp://127.0.0.1:$port" "$dir/1.img" 2>"$dir/said" || code=$?
	kill -CONT "$rsyslog"
	wait "$run" && [ "$code" -eq 4 ] && grep -q 'another logdump' "$dir/said" &&
		arrived_check "$dir/arrived.json" once "$dir/want.json"
}

lock_held() {
	for file in "$PLOG_STATE"/delivered/*; do
		[ -e "$file" ] && ! flock -n "$file" true && return
	done
	return 1
}

must "an image of a crash" boards "$dir" 1 1 "$records"
logdump -o json "$dir/1.img" >"$dir/want.json"
must "a configuration" rsyslog_begin
must "rsyslogd starts" rsyslog_start
check "tcp: logdump killed" cut logdump 6 "tcp://127.0.0.1:$port" again=2048
check "udp: logdump killed" cut logdump 3 "udp://127.0.0.1:$port" again=128
check "a socket: logdump killed" cut logdump 6 "$dir/log" again=512,socket
check "what is noted is damaged: all of it again, one line" note_damaged
check "nothing can be noted: one line, and delivered" nothing_noted
check "one delivery of a boot to one place at a time" one_at_a_time
check "tcp: refused, and then not" \
	refused_first "tcp://127.0.0.1:$port" "Connection refused; 0 of $all" once
check "udp: refused, and then not" \
	refused_first "udp://127.0.0.1:$port" "Connection refused; 0 of $all" once
check "a socket: nobody there, and then somebody" refused_first "$dir/log" \
	"(Connection refused|No such file.*); 0 of $all" once,socket
check "tcp: the daemon killed, stopped and started" \
	daemon_cut 4 "tcp://127.0.0.1:$port" again=2048
check "a socket: the daemon killed, stopped and started" \
	daemon_cut 4 "$dir/log" again=512,socket
exit "$failed"
