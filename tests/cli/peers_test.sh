#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# peers_test.sh - what other people's programs read of logdump's formats: -o ctf by
# babeltrace2, -o export by systemd-journal-remote and journalctl. Each field of each
# record is compared with -o json.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC0
unset PLOG_WINDOW PLOG_LEVEL
here=$root/tests/cli
daemons=$BUILD/daemons/root

[ -x "$BUILD/logdump" ] || skip "peers: $BUILD/logdump is not built"
command -v python3 >/dev/null || skip "peers: no python3"
command -v zstd >/dev/null || skip "peers: no zstd"
scratch peers
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

image() {
	zstd -dqf "$root/tests/golden/1.0/$1.img.zst" -o "$dir/$1" &&
		logdump -b all -o json "$dir/$1" >"$dir/$1.json" 2>/dev/null &&
		logdump --list-boots -o json "$dir/$1" >"$dir/$1.boots" 2>/dev/null
}

# --- babeltrace2 ---

trace() {
	rm -rf "$dir/trace"
	logdump -b "$2" -o "ctf=$dir/trace" "$dir/$1" 2>/dev/null
}

# All fields of all events, the clock as nanoseconds since 1970, and what was discarded.
ctf_agrees() {
	trace "$1" all || return 1
	babeltrace2 --clock-gmt --clock-date --fields=all --names=all "$dir/trace" \
		>"$dir/events" 2>"$dir/warnings" || {
		head -n 5 "$dir/warnings" | sed 's/^/# /'
		return 1
	}
	python3 "$here/peers_ctf.py" "$dir/$1" "$dir/events" "$dir/warnings"
}

# One boot: the folder is the trace.
ctf_single() {
	trace wrapped -1 && [ -s "$dir/trace/metadata" ] && [ -s "$dir/trace/stream" ] &&
		babeltrace2 "$dir/trace" >"$dir/events" 2>"$dir/warnings" &&
		[ "$(grep -c 'plog:' "$dir/events")" -eq "$(logdump -o json "$dir/wrapped" | wc -l)" ] &&
		! grep -q . "$dir/warnings"
}

# What filters leave is a trace, too.
ctf_filtered() {
	rm -rf "$dir/trace"
	logdump -b all -p err -o "ctf=$dir/trace" "$dir/wrapped" 2>/dev/null &&
		[ "$(babeltrace2 "$dir/trace" 2>/dev/null | grep -c 'plog:')" -eq \
			"$(logdump -b all -p err -o json "$dir/wrapped" 2>/dev/null | wc -l)" ]
}

ctf_exists() {
	trace wrapped -1 && cp -r "$dir/trace" "$dir/before" || return 1
	says "^logdump: .*trace/metadata: File exists" logdump -o "ctf=$dir/trace" "$dir/wrapped" &&
		returns 4 logdump -o "ctf=$dir/trace" "$dir/wrapped" &&
		diff -r "$dir/trace" "$dir/before"
}

ctf_default() {
	(cd "$dir" && logdump -o ctf wrapped) && babeltrace2 "$dir/plog-ctf" >/dev/null 2>&1
}

ctf_nothing() {
	returns 1 logdump -o "ctf=$dir/none" -g 'no such thing' "$dir/wrapped" && [ ! -e "$dir/none" ]
}

# Many packets, in bounded memory, through a limit of it.
ctf_large() {
	plogctl init --size 16M "$dir/large" >/dev/null &&
		seq -f 'a line of some length, number %.0f, so that there are many packets' 150000 |
		plog -w "$dir/large" -t many || return 1
	rm -rf "$dir/trace"
	# shellcheck disable=SC3045 # dash and bash have it
	(ulimit -v 200000 && exec logdump -b 0 -o "ctf=$dir/trace" "$dir/large") || return 1
	[ "$(babeltrace2 "$dir/trace" 2>"$dir/warnings" | grep -c 'a line of some')" -eq \
		"$(logdump -b 0 -o cat "$dir/large" | wc -l)" ] && ! grep -q . "$dir/warnings"
}

# Nothing but whole packets are written: a cut stream is read up to there.
ctf_cut() {
	size=$(stat -c %s "$dir/trace/stream")
	python3 - "$dir/trace/stream" <<-'END' || return 1
		import struct, sys
		data, at, n = open(sys.argv[1], "rb").read(), 0, 0
		while at < len(data):
		    magic, bits = struct.unpack_from("<I36xQ", data, at)[0], struct.unpack_from("<Q", data, at + 48)[0]
		    assert magic == 0xC1FC1FC1 and bits % 8 == 0, at
		    at, n = at + bits // 8, n + 1
		assert at == len(data) and n > 50, n
	END
	[ "$size" -gt 0 ]
}

# --- systemd-journal-remote ---

libraries() {
	for _dir in "$daemons"/usr/lib/*-linux-gnu/systemd "$daemons"/usr/lib/*-linux-gnu; do
		printf '%s:' "$_dir"
	done
}

journal_run() {
	_program=$1
	shift
	LD_LIBRARY_PATH=$(libraries) "$daemons/$_program" "$@"
}

journal_agrees() {
	rm -f "$dir/out.journal"
	logdump -b all -o export --hostname=board7 \
		--machine-id=42424242424242424242424242424242 "$dir/$1" 2>/dev/null |
		journal_run lib/systemd/systemd-journal-remote -o "$dir/out.journal" - 2>"$dir/stderr" &&
		journal_run bin/journalctl --file "$dir/out.journal" -o export >"$dir/back" || {
		sed 's/^/# /' "$dir/stderr"
		return 1
	}
	python3 "$here/peers_journal.py" "$dir/$1" "$dir/back"
}

# journalctl -b with the dead boot's id shows that boot, and no other.
journal_boot() {
	id=$(sed -n 's/.*"boot":-1,"boot_id":"\([0-9a-f]*\)".*/\1/p' "$dir/clean.boots")
	journal_run bin/journalctl --file "$dir/out.journal" -b "$id" -o json 2>/dev/null |
		sed 's/.*"PLOG_SEQ":"\([0-9]*\)".*/\1/' | sort >"$dir/shown"
	logdump -b -1 -o json "$dir/clean" | sed 's/.*"seq":\([0-9]*\),.*/\1/' | sort >"$dir/wanted"
	diff "$dir/shown" "$dir/wanted" && [ -s "$dir/shown" ]
}

must "golden windows" image clean
for name in wrapped bits_few no_heads; do
	must "golden window $name" image "$name"
done
if command -v babeltrace2 >/dev/null; then
	for name in clean wrapped bits_few no_heads; do
		check "babeltrace2: each field of $name" ctf_agrees "$name"
	done
	check "babeltrace2: one boot" ctf_single
	check "babeltrace2: what filters leave" ctf_filtered
	check "a trace is not written over" ctf_exists
	check "-o ctf has a folder by itself" ctf_default
	check "no record: no trace, exit 1" ctf_nothing
	check "babeltrace2: many packets, little memory" ctf_large
	check "whole packets" ctf_cut
else
	echo "skip babeltrace2: not installed"
fi
if journal_run lib/systemd/systemd-journal-remote --version >/dev/null 2>&1; then
	for name in wrapped bits_few no_heads clean; do
		check "systemd-journal-remote: each field of $name" journal_agrees "$name"
	done
	check "journalctl -b ID: that boot" journal_boot
else
	echo "skip systemd-journal-remote: not in $daemons"
fi
exit "$failed"
