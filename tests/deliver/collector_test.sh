#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# collector_test.sh - a real systemd-journal-remote, with the configuration of
# packaging/fleet, takes the exports of boards over HTTP, and journalctl tells their
# boots, machines and crashes apart.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$(dirname "$0")/daemon.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL TZ

remote=$daemons/lib/systemd/systemd-journal-remote
[ -x "$BUILD/logdump" ] && [ -x "$BUILD/boards" ] || skip "collector: not built"
command -v python3 >/dev/null || skip "collector: no python3"
(daemon_exec "$remote" --version) >/dev/null 2>&1 ||
	skip "collector: no systemd-journal-remote (scripts/daemons.sh)"
scratch collector
pid=

finish() {
	[ -z "$pid" ] || kill "$pid" 2>/dev/null
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# Options on the command line are what the file says: it is read from /etc only.
remote_start() {
	port=$(port_free) && mkdir "$dir/journal" &&
		split=$(sed -n 's/^SplitMode=//p' "$root/packaging/fleet/plog-journal-remote.conf") &&
		seal=$(sed -n 's/^Seal=//p' "$root/packaging/fleet/plog-journal-remote.conf") || return 1
	(daemon_exec "$remote" --listen-http="127.0.0.1:$port" -o "$dir/journal" \
		--split-mode="$split" --seal="$seal") 2>"$dir/remote.log" &
	pid=$!
	until_true 30 remote_listens || {
		sed 's/^/# /' "$dir/remote.log"
		return 1
	}
}

remote_listens() {
	grep -qi "^ *[0-9]*: 0100007F:$(printf '%04X' "$port") 00000000:0000 0A " /proc/net/tcp
}

upload() {
	logdump -o export --hostname="board$1" --machine-id="$(printf '%032x' "$1")" \
		"$dir/$1.img" >"$dir/export" && python3 - "$port" "$dir/export" <<-'END'
			import sys, urllib.request
			head = {"Content-Type": "application/vnd.fdo.journal"}
			url = "http://127.0.0.1:%s/upload" % sys.argv[1]
			body = open(sys.argv[2], "rb").read()
			urllib.request.urlopen(urllib.request.Request(url, body, head), timeout=60)
		END
}

journal() {
	(daemon_exec "$daemons/bin/journalctl" -D "$dir/journal" -q -o cat "$@")
}

same_log() {
	boot=$(logdump --list-boots -o json "$dir/$1.img" | sed 's/.*"boot_id":"\([0-9a-f]*\).*/\1/')
	logdump -o cat "$dir/$1.img" | grep -v '\\x' >"$dir/want"
	for match in "-b$boot" "_MACHINE_ID=$(printf '%032x' "$1")" "_HOSTNAME=board$1"; do
		journal "$match" >"$dir/got"
		grep -xF -f "$dir/want" "$dir/got" | cmp -s - "$dir/want" || {
			echo "# $match: $(wc -l <"$dir/got") lines, not $(wc -l <"$dir/want")"
			return 1
		}
	done
}

# Boards 1 and 5 crashed in one way, 2 in another.
crashes_apart() {
	crash=$(logdump --list-boots -o json "$dir/1.img" | sed 's/.*"crash":"\([0-9a-f]*\).*/\1/')
	prints "$(printf 'board1\nboard5')" crash_hosts "$crash"
}

crash_hosts() {
	journal --output-fields=_HOSTNAME "PLOG_CRASH=$1" | sort -u
}

must "images of five boards" boards "$dir" 1 5 300
must "systemd-journal-remote listens" remote_start
for board in 1 2 5; do
	check "board $board uploads" upload "$board"
done
kill "$pid"
wait "$pid"
pid=
for board in 1 2 5; do
	check "board $board: by boot, by machine, by name" same_log "$board"
done
check "crashes of one cause are found by their fingerprint" crashes_apart
exit "$failed"
