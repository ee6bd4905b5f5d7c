#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# syslog_test.sh - what Debian's rsyslogd receives by TCP, UDP and its socket is what was
# logged: each record once, with its own time, level, tag, pid and structured data.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$(dirname "$0")/daemon.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL TZ

[ -x "$BUILD/logdump" ] && [ -x "$BUILD/boards" ] || skip "syslog: not built"
command -v python3 >/dev/null || skip "syslog: no python3"
rsyslog_works || skip "syslog: no rsyslogd (scripts/daemons.sh)"
scratch syslog
export PLOG_STATE="$dir/state"

finish() {
	rsyslog_stop KILL
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# deliver HOW ADDR [OPTION...]: all of the image, to a file that begins anew
deliver() {
	how=$1
	addr=$2
	shift 2
	: >"$dir/arrived.json"
	logdump --syslog="$addr" "$@" "$dir/1.img" || return 1
	until_true 20 all_arrived
	arrived_check "$dir/arrived.json" "$how" "$dir/want.json"
}

# UDP and the socket are read a little later than logdump ends.
all_arrived() {
	[ "$(wc -l <"$dir/arrived.json")" -ge "$(wc -l <"$dir/want.json")" ]
}

about_machine() {
	: >"$dir/arrived.json"
	logdump --syslog="tcp://127.0.0.1:$port" --hostname=board1 \
		--machine-id=01234567-89ab-cdef-0123-456789abcdef -p err "$dir/1.img" &&
		python3 - "$dir/arrived.json" <<-'END'
			import json, sys
			got = [json.loads(line) for line in open(sys.argv[1])]
			assert len(got) == 2, got
			for g in got:
			    assert g["host"] == "board1", g
			    assert g["machine_id"] == "0123456789abcdef0123456789abcdef", g
			    assert g["end"] == "panic" and len(g["crash"]) == 16, g
			assert [g["last"] for g in got] == ["", "1"], got
		END
}

this_machine() {
	: >"$dir/arrived.json"
	# By name, where the system knows it: a bare one has no /etc/hosts.
	_host=localhost
	getent hosts "$_host" >/dev/null || _host=127.0.0.1
	logdump --syslog="tcp://$_host:$port" -n 1 "$dir/1.img" || return 1
	prints "$(uname -n)" python3 -c '
import json, sys
print(json.loads(open(sys.argv[1]).readline())["host"])' "$dir/arrived.json"
}

second_run() {
	: >"$dir/arrived.json"
	says 'nothing left to deliver.* --redeliver' \
		logdump --syslog="tcp://127.0.0.1:$port" "$dir/1.img" && [ ! -s "$dir/arrived.json" ]
}

# Another selection has not been delivered, and does not count for all.
selections() {
	: >"$dir/arrived.json"
	logdump --syslog="tcp://127.0.0.1:$port" -p info "$dir/1.img" &&
		[ "$(wc -l <"$dir/arrived.json")" -eq "$(wc -l <"$dir/want.json")" ]
}

# A long record, all of its bytes escaped to four, is cut at 8192 bytes and marked.
long_record() {
	plogctl init --size 1M "$dir/long" >/dev/null &&
		head -c 3000 /dev/zero | tr '\0' '\1' | plog -w "$dir/long" -t long || return 1
	key=$(printf '%x' "$(stat -c %i "$dir/long")")
	rm -f "/dev/shm/plog-ctl-$(stat -c %D "$dir/long")-$key"
	: >"$dir/arrived.json"
	for addr in "tcp://127.0.0.1:$port" "udp://127.0.0.1:$port" "$dir/log"; do
		logdump -b 0 --syslog="$addr" "$dir/long" || return 1
	done
	until_true 20 three_arrived && python3 - "$dir/arrived.json" <<-'END'
		import json, sys
		for line in open(sys.argv[1]):
		    text = json.loads(line)["msg"]
		    assert 7000 < len(text) < 8192 and text.endswith(" [cut]"), (len(text), text[-20:])
		    assert "\\x01\\x01" in text, text[:40]
	END
}

three_arrived() {
	[ "$(wc -l <"$dir/arrived.json")" -ge 3 ]
}

must "an image of a crash" boards "$dir" 1 1 2000
logdump -o json "$dir/1.img" >"$dir/want.json"
must "a configuration" rsyslog_begin
must "rsyslogd starts" rsyslog_start
check "tcp: each record once, with all it has" deliver once "tcp://127.0.0.1:$port"
check "udp: the same" deliver once "udp://127.0.0.1:$port"
check "a socket: time and ids in the text" deliver once,socket "$dir/log"
check "tcp: delivered before: nothing, exit 0, one line" second_run
check "--redeliver: all of it again" deliver once "tcp://127.0.0.1:$port" --redeliver
check "another selection is delivered" selections
check "--hostname, --machine-id, end, crash, last" about_machine
check "the host's name is this one's by default" this_machine
check "messages are cut at their limit, and marked" long_record
exit "$failed"
