#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# journal_test.sh - a real systemd-journald, in namespaces of its own for mounts and
# processes, is given a log by its native protocol, and journalctl reads it back.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$(dirname "$0")/daemon.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL TZ

[ -x "$BUILD/logdump" ] && [ -x "$BUILD/journal_large" ] ||
	skip "journal: not built"
command -v python3 >/dev/null || skip "journal: no python3"
[ -x "$daemons/bin/journalctl" ] || skip "journal: no journald (scripts/daemons.sh)"
unshare -mpf --mount-proc true 2>/dev/null || skip "journal: no namespaces (not root?)"
scratch journal
export PLOG_STATE="$dir/state"
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

# In the namespaces: the daemon, COMMAND, and what the journal has then.
room() {
	cat >"$dir/room.sh" <<-'END'
		daemons=$1 libraries=$2 dir=$3
		shift 3
		mount -t tmpfs tmpfs /run && mkdir -p /run/log/journal /run/systemd/journal || exit 77
		printf '%s\n' '[Journal]' Storage=volatile ReadKMsg=no Audit=no RateLimitBurst=0 \
			ForwardToSyslog=no ForwardToWall=no >"$dir/journald.conf"
		[ ! -e /etc/systemd/journald.conf ] ||
			mount --bind "$dir/journald.conf" /etc/systemd/journald.conf
		LD_LIBRARY_PATH=$libraries "$daemons/lib/systemd/systemd-journald" 2>"$dir/journald.log" &
		journald=$!
		tries=0
		until [ -S /run/systemd/journal/socket ]; do
			tries=$((tries + 1))
			[ "$tries" -lt 400 ] || exit 77
			sleep 0.05
		done
		"$@"
		code=$?
		LD_LIBRARY_PATH=$libraries "$daemons/bin/journalctl" -D /run/log/journal --sync \
			2>/dev/null
		LD_LIBRARY_PATH=$libraries "$daemons/bin/journalctl" -D /run/log/journal -o json --all \
			_TRANSPORT=journal >"$dir/entries.json" 2>/dev/null
		kill "$journald"
		wait "$journald"
		exit "$code"
	END
	unshare -mpf --mount-proc --propagation private sh "$dir/room.sh" "$daemons" \
		"$(libraries)" "$dir" "$@"
}

fields_right() {
	python3 - "$dir/entries.json" "$dir/want.json" <<-'END'
		import json, sys
		LEVELS = "emerg alert crit err warning notice info debug".split()
		def shown(text):
		    return "".join(c if c >= " " else "\\x%02x" % ord(c) for c in text)
		got = [json.loads(line) for line in open(sys.argv[1])]
		want = [json.loads(line) for line in open(sys.argv[2])]
		assert len(got) == len(want), (len(got), len(want))
		for g, w in zip(got, want):
		    fields = {"MESSAGE": shown(w["msg"]), "PRIORITY": LEVELS.index(w["level"]),
		              "PLOG_SEQ": w["seq"], "PLOG_BOOT_ID": w["boot_id"],
		              "PLOG_TIME": w["time"], "PLOG_VERDICT": w["verdict"],
		              "PLOG_SOURCE": w["source"], "PLOG_MONOTONIC_NS": w["monotonic_ns"],
		              "SYSLOG_PID": w["pid"], "SYSLOG_IDENTIFIER": w["tag"] or "kernel",
		              "PLOG_END": "panic", "CODE_FILE": w["file"], "CODE_LINE": w["line"],
		              "CODE_FUNC": w["func"]}
		    for name, value in fields.items():
		        assert g.get(name) == (None if value is None else str(value)), (name, g, w)
		    assert len(g["PLOG_CRASH"]) == 16, g
		assert got[-1]["PLOG_LAST"] == "1" and "PLOG_LAST" not in got[0], got[-1]
	END
}

# An entry that is too large for a datagram goes as a memfd; the others do not wait for it.
large_arrives() {
	room "$BUILD/journal_large" /run/systemd/journal/socket && python3 - "$dir/entries.json" <<-'END'
		import json, sys
		got = [json.loads(line) for line in open(sys.argv[1])]
		assert sorted((g["PLOG_SEQ"], g["MESSAGE"]) for g in got) == [
		    ("0", 10 * "x"), ("1", 300000 * "x"), ("2", 10 * "x")], len(got)
	END
}

twice() {
	# shellcheck disable=SC2016 # expanded over there
	room sh -c 'logdump --journal "$1/1.img" && logdump --journal "$1/1.img" 2>"$1/said" &&
		grep -q "nothing left to deliver" "$1/said"' sh "$dir"
}

nobody_there() {
	says "no-journal: No such file or directory; 0 of 502 records" \
		logdump --journal="$dir/no-journal" "$dir/1.img" &&
		returns 4 logdump --journal="$dir/no-journal" "$dir/1.img"
}

must "an image of a crash" boards "$dir" 1 1 500
logdump -o json "$dir/1.img" >"$dir/want.json"
check "nobody listens: exit 4, one line" nobody_there
room true || skip "journal: journald does not start in namespaces here: $(tail -n 1 "$dir/journald.log")"
must "delivered to journald, and by a second run nothing" twice
check "every record once, with all its fields" fields_right
check "an entry that is larger than a datagram" large_arrives
exit "$failed"
