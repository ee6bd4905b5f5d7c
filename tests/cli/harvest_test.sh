#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# harvest_test.sh - saving, acknowledging, erasing, archives; and what
# does so at boot.
#
# shellcheck disable=SC2317,SC2016 # functions are called through check; sh -c has its own $1

set -u
# shellcheck source=tests/cli/resets.sh
. "$(dirname "$0")/resets.sh"

# harvested INDEX: is that boot?
harvested() {
	boots_json | grep "\"boot\":$1," | grep -q '"harvested":true'
}

# --- what is marked, and what is not ---

acknowledged() {
	fresh && said 5 && reboot && said 3 && ! harvested -1 &&
		[ "$(logdump --ack -o cat | wc -l)" -eq 5 ] && harvested -1 && ! harvested 0 &&
		logdump --list-boots | grep -q '\[harvested\]$' && logdump --ack >/dev/null &&
		harvested -1
}

# Exit code N, one line, and nothing is marked by it.
not_marked() {
	want=$1
	shift
	code=0
	"$@" >"$dir/out" 2>"$dir/err" || code=$?
	[ "$code" -eq "$want" ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && ! harvested -1 || {
		echo "# exit $code: $*"
		sed 's/^/# /' "$dir/err"
		return 1
	}
}

refused() {
	fresh && said 5 && reboot && said 3 || return 1
	for filter in '-p err' '-t pump' '--pid 1' -k '-n 2'; do
		# shellcheck disable=SC2086 # words
		not_marked 2 logdump --ack $filter || return 1
	done
	for view in --list-boots --stats --verify; do
		not_marked 2 logdump --ack $view && not_marked 2 logdump --save "$dir/archive" $view ||
			return 1
	done
	not_marked 2 logdump --ack -b 0 && not_marked 2 logdump --ack -b b0070002
}

undelivered() {
	fresh && said 500 && reboot || return 1
	not_marked 4 logdump --ack --syslog="$dir/no-such-socket" || return 1
	[ ! -c /dev/full ] || not_marked 4 sh -c 'logdump --ack >/dev/full' || return 1
	logdump --ack -o json 2>"$dir/err" | head -n 1 >/dev/null
	! harvested -1
}

# Readers of copies have nothing to mark.
copies() {
	fresh && said 5 && reboot && said 1 && cat "$PLOG_WINDOW" >"$dir/image" &&
		not_marked 2 sh -c 'logdump --ack - <"$1" >/dev/null' sh "$dir/image" &&
		chmod 444 "$dir/image" && logdump --ack -b all "$dir/image" >/dev/null
	[ "$(id -u)" -ne 0 ] || logdump --list-boots -o json "$dir/image" | grep -q '"harvested":true'
}

# All but the running one; an image that nobody uses is marked, and gets no boot of ours.
all_at_once() {
	fresh && said 5 && reboot && said 4 && reboot && said 3 &&
		logdump --ack -b all >/dev/null && harvested -1 && harvested -2 && ! harvested 0 &&
		[ "$(boots_json | wc -l)" -eq 3 ]
}

untouched() {
	fresh && said 5 && reboot && logdump --ack >/dev/null 2>&1 &&
		[ "$(boots_json | wc -l)" -eq 1 ] && boots_json | grep -q '"harvested":true'
}

# While somebody logs: both see one control plane.
beside_writers() {
	fresh && said 5 && reboot || return 1
	(while seq 1000 2>/dev/null; do sleep 0.01; done) | plog -t busy &
	writer=$!
	until logdump -b 0 2>/dev/null | grep -q busy; do
		kill -0 $writer || return 1
	done
	logdump --ack >/dev/null && harvested -1
	ret=$?
	kill $writer
	wait $writer 2>/dev/null
	return $ret
}

many_at_once() {
	fresh && said 5 && reboot && said 1 || return 1
	pids=
	for _ in 1 2 3 4; do
		logdump --ack >/dev/null &
		pids="$pids $!"
	done
	for pid in $pids; do
		wait "$pid" || return 1
	done
	harvested -1 && logdump --verify >/dev/null
}

check "--ack marks the boot that was printed" acknowledged
check "--ack: what leaves records out, shows none, or runs is refused" refused
check "--ack: not delivered, not marked" undelivered
check "--ack: copies, and an image of another machine's" copies
check "--ack -b all marks all that ended" all_at_once
check "--ack opens no boot in a window that nobody uses" untouched
check "--ack beside writers" beside_writers
check "--ack by several at once" many_at_once

# --- archives ---

saves() {
	fresh && said 50 && reboot && said 2 || return 1
	path=$(logdump --save "$dir/archive") && [ -f "$path" ] &&
		[ "$(archives)" -eq 1 ] && ! harvested -1 || return 1
	logdump -o json >"$dir/window" && logdump -o json "$path" >"$dir/saved" &&
		cmp "$dir/window" "$dir/saved" && cp "$path" "$dir/first" || return 1
	# Again, and with more in the window since: the same file, untouched.
	said 3 && [ "$(logdump --save "$dir/archive")" = "$path" ] && [ "$(archives)" -eq 1 ] &&
		cmp "$path" "$dir/first" && [ "$(stat -c %a "$path")" = 640 ]
}

# The name is the window's, the boot's and its start's.
named() {
	path=$(echo "$dir"/archive/plog-*)
	uuid=$(logdump --stats | awk '/^uuid/ { print $2 }')
	start=$(boots_json | sed -n 's/^{"boot":-1,.*"start":"\([-0-9]*\)T\([0-9:]*\).*/\1T\2Z/p' |
		tr -d ':-')
	case ${path##*/} in
	"plog-$uuid-b0070001000040008000000000000000-$start.plog"*) ;;
	*)
		echo "# $path"
		return 1
		;;
	esac
}

# A boot that was saved while it ran is saved anew when it has ended.
grows() {
	fresh && said 5 && logdump -b 0 --save "$dir/archive" >"$dir/out" && said 7 && reboot &&
		path=$(logdump --save "$dir/archive") && [ "$(archives)" -eq 1 ] &&
		[ "$(logdump -o cat "$path" | wc -l)" -eq 12 ]
}

# One image has them all.
loop() {
	fresh && said 5 && reboot && said 5 && reboot && said 5 && reboot &&
		path=$(logdump --save "$dir/archive") &&
		[ "$(logdump -b -2 --save "$dir/archive")" = "$path" ] &&
		[ "$(logdump -b all --save "$dir/archive")" = "$path" ] && [ "$(archives)" -eq 1 ]
}

saves_and_marks() {
	fresh && said 5 && reboot && logdump --save "$dir/archive" --ack >/dev/null && harvested -1 &&
		[ "$(archives)" -eq 1 ]
}

zstd_reads() {
	zstd -qdc "$dir"/archive/plog-*.zst >"$dir/image" && cmp "$dir/image" "$PLOG_WINDOW" >"$dir/cmp"
	logdump -o cat "$dir/image" | grep -c line | grep -qx 5
}

cut() {
	fresh 1M && said 2000 && reboot || return 1
	path=$(logdump --save "$dir/archive")
	for part in 3 2; do
		size=$(($(wc -c <"$path") * part / 4))
		head -c $size "$path" >"$dir/part"
		logdump -o cat "$dir/part" >"$dir/out" 2>"$dir/err" || return 1
		[ "$(wc -l <"$dir/err")" -eq 1 ] && grep -q 'the archive is cut: .* are there' "$dir/err" &&
			[ -s "$dir/out" ] && [ "$(wc -l <"$dir/out")" -lt 2000 ] || {
			sed 's/^/# /' "$dir/err"
			return 1
		}
	done
	head -c 20 "$path" >"$dir/part"
	returns 3 logdump "$dir/part" && says 'the archive is cut: 0 of' logdump "$dir/part"
}

# A cut archive is no reason to leave a boot unsaved.
cut_is_replaced() {
	head -c 999 "$path" >"$dir/part" && cat "$dir/part" >"$path" &&
		[ "$(logdump --save "$dir/archive")" = "$path" ] && [ "$(archives)" -eq 1 ] &&
		[ "$(logdump -o cat "$path" | wc -l)" -eq 2000 ]
}

# Half of the memory, at most; nothing of this is a window.
bomb() {
	head -c 64M /dev/zero | zstd -qc >"$dir/bomb"
	(
		# shellcheck disable=SC3045 # dash and bash have it
		ulimit -v 60000
		timeout 60 logdump "$dir/bomb" >"$dir/out" 2>"$dir/err"
		echo $? >"$dir/code"
	)
	[ "$(cat "$dir/code")" -eq 3 ] && [ "$(wc -l <"$dir/err")" -eq 1 ] || {
		cat "$dir/code" "$dir/err" | sed 's/^/# /'
		return 1
	}
}

# Nothing is left behind, nothing is marked.
full_disk() {
	fresh 1M && head -c 700000 /dev/urandom | base64 | plog -t noise && reboot || return 1
	mkdir -p "$dir/small" && mount -t tmpfs -o size=64k tmpfs "$dir/small" || return 1
	not_marked 4 logdump --save "$dir/small" --ack && grep -q 'No space left' "$dir/err" &&
		[ -z "$(ls -A "$dir/small")" ] || return 1
	umount "$dir/small"
	(
		ulimit -f 64
		trap '' XFSZ
		not_marked 4 logdump --save "$dir/archive" --ack
	) && [ -z "$(ls -A "$dir/archive")" ]
}

read_only() {
	mount -t tmpfs tmpfs "$dir/small" && mount -o remount,ro "$dir/small" || return 1
	not_marked 4 logdump --save "$dir/small" --ack && grep -q 'Read-only' "$dir/err" &&
		not_marked 4 logdump --save "$dir/none" --ack && grep -q 'mkdir -p' "$dir/err" &&
		not_marked 4 logdump --save "$PLOG_WINDOW" --ack && umount "$dir/small"
}

check "--save: an archive; saving twice is saving once" saves
check "--save: the archive's name" named
check "--save: of a boot that ran, again when it has ended" grows
check "--save: one archive for a crash loop" loop
check "--save --ack" saves_and_marks
# --- erasing ---

gone() {
	! grep -aq "of boot $1" "$PLOG_WINDOW"
}

erases() {
	fresh && said 50 && reboot && said 50 && reboot && said 3 || return 1
	says 'nothing erased: 50 records of boot -1' plogctl erase && returns 2 plogctl erase &&
		returns 2 logdump --erase && ! gone 1 && ! gone 2 || return 1
	logdump -b all --ack >/dev/null && plogctl erase >"$dir/out" &&
		grep -q ': 2 earlier boots erased, .* chunks zeroed$' "$dir/out" && gone 1 && gone 2 &&
		[ "$(logdump -b 0 -o cat | wc -l)" -eq 3 ] && [ "$(boots_json | wc -l)" -eq 1 ] &&
		logdump --verify >/dev/null && plogctl erase >/dev/null && said 2 &&
		[ "$(logdump -b 0 -o cat | wc -l)" -eq 5 ]
}

# As dmesg -c: what was printed is gone, and only then.
erases_behind() {
	fresh && said 5 && reboot && said 3 || return 1
	[ ! -c /dev/full ] || { logdump --ack --erase >/dev/full 2>&1; [ $? -eq 4 ]; } || return 1
	! gone 1 && logdump --ack --erase -o cat >"$dir/out" && [ "$(grep -c line "$dir/out")" -eq 5 ] &&
		gone 1 && ! gone 2
}

# Nobody has it open: all of it. The next writer makes it a window again.
erases_all() {
	fresh && said 50 && reboot && said 3 && plogctl erase --force >"$dir/out" &&
		grep -q 'all of it' "$dir/out" && gone 1 && gone 2 &&
		! tr -d '\0' <"$PLOG_WINDOW" | grep -q . && returns 1 logdump &&
		said 4 && [ "$(logdump -b 0 -o cat | wc -l)" -eq 4 ]
}

# Writers go on in a small window, and lose nothing but their own oldest.
erases_beside() {
	fresh 64K && said 500 && reboot || return 1
	(n=0; while seq -f 'busy %g' $n $((n + 99)) 2>/dev/null; do n=$((n + 100)); done) | plog -t busy &
	writer=$!
	until logdump -b 0 2>/dev/null | grep -q busy; do
		kill -0 $writer || return 1
	done
	for _ in 1 2 3 4 5 6; do
		plogctl erase --force >"$dir/out" || return 1
		grep -q 'chunks zeroed' "$dir/out" && gone 1 || return 1
	done
	kill $writer
	wait $writer 2>/dev/null
	[ "$(boots_json | wc -l)" -eq 1 ] && logdump --verify >/dev/null || return 1
	# Each line that is there is whole, and in order.
	logdump -b 0 -o cat | awk '!/^busy [0-9]+$/ || $2 + 0 <= last { bad = 1 } { last = $2 }
		END { exit bad || NR < 50 }'
}

check "erase: refused, then done; the running boot stays" erases
check "--ack --erase behind what was printed" erases_behind
check "erase --force: all of a window that nobody has open" erases_all
check "erase beside a writer" erases_beside

# --- plog-harvest ---

conf() {
	{
		echo "Archive=$dir/archive"
		printf '%s\n' "$@"
	} >"$dir/harvest.conf"
}
export PLOG_HARVEST_CONF=$dir/harvest.conf

run_harvest() {
	plog-harvest "$@" "$PLOG_WINDOW" 2>"$dir/err" || {
		ret=$?
		sed 's/^/# /' "$dir/err"
		return $ret
	}
}

# A crash loop that nobody looked at; once is enough.
harvest_loop() {
	fresh && said 5 && reboot && said 5 && reboot && said 5 && reboot && said 1 && conf '' &&
		run_harvest && harvested -1 && harvested -2 && harvested -3 && ! harvested 0 &&
		[ "$(archives)" -eq 1 ] && run_harvest && [ ! -s "$dir/err" ] && [ "$(archives)" -eq 1 ]
}

# A boot says something that looks like the list it is picked from.
harvest_hostile() {
	fresh && plog -t x '{"boot":-7,"harvested":false}' && reboot && said 1 && run_harvest &&
		harvested -1
}

# Where records go that are delivered, until somebody says so.
listen() {
	python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
while True:
    line = s.recv(65536).decode()
    if line == "end":
        break
    print(line, flush=True)' "$dir/log" >"$dir/delivered" &
	listener=$!
	until [ -S "$dir/log" ]; do
		kill -0 "$listener" || return 1
	done
}

listen_end() {
	python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM).sendto(b"end", sys.argv[1])' "$dir/log" &&
		wait "$listener"
}

delivers() {
	fresh && said 5 && reboot && said 6 && reboot && said 1 && rm -f "$dir/log" &&
		conf "Deliver=--syslog=$dir/log" && run_harvest --early && [ "$(archives)" -eq 1 ] &&
		! harvested -1 || return 1
	plog-harvest "$PLOG_WINDOW" 2>/dev/null
	[ $? -eq 4 ] && ! harvested -1 && ! harvested -2 && [ "$(archives)" -eq 1 ] || return 1
	listen && run_harvest && listen_end && harvested -1 && harvested -2 &&
		[ "$(archives)" -eq 1 ] &&
		[ "$(grep -o 'line [1-6] of boot.*' "$dir/delivered" | sort -u | wc -l)" -eq 11 ] &&
		sed -n 1p "$dir/delivered" | grep -q 'line 1 of boot 1' # oldest first
}

limits() {
	fresh && conf MaxFiles=2 || return 1
	for _ in 1 2 3 4; do
		said 5 && reboot && said 1 && run_harvest || return 1
	done
	[ "$(archives)" -eq 2 ] && newest=$(logdump --save "$dir/archive") && [ "$(archives)" -eq 2 ] &&
		conf MaxUse=1 && said 1 && reboot && run_harvest && [ "$(archives)" -eq 1 ] &&
		[ ! -e "$newest" ] && conf KeepFree=100% && reboot && said 1 && reboot && said 1 &&
		run_harvest && [ "$(archives)" -eq 1 ]
}

# Names of other forms are nobody's archives; leftovers of the killed go.
leaves_others() {
	fresh && conf MaxFiles=0 && echo x >"$dir/archive/notes" && echo x >"$dir/archive/plog-x y.plog" &&
		echo x >"$dir/archive/.plog-999999999.tmp" && said 1 && reboot && run_harvest &&
		[ -e "$dir/archive/notes" ] && [ -e "$dir/archive/plog-x y.plog" ] &&
		[ ! -e "$dir/archive/.plog-999999999.tmp" ]
}

bad_conf() {
	conf MaxUse=many Nonsense=1 && fresh && said 1 && reboot && run_harvest
	grep -q 'MaxUse\|many' "$dir/err" && grep -q 'no such setting: Nonsense' "$dir/err"
}

no_disk() {
	fresh && said 5 && reboot && conf "Archive=$PLOG_WINDOW/x" || return 1
	plog-harvest "$PLOG_WINDOW" 2>/dev/null
	[ $? -eq 4 ] && ! harvested -1
}

units() {
	mkdir -p "$dir/units"
	for unit in plog-harvest plog-deliver; do
		sed "s|@SBINDIR@|$root/packaging/harvest|" "$root/packaging/systemd/$unit@.service.in" \
			>"$dir/units/$unit@.service"
	done
	for unit in plog-harvest plog-deliver; do
		systemd-analyze --man=no verify "$dir/units/$unit@plog0.service" >"$dir/out" 2>&1 ||
			{ sed 's/^/# /' "$dir/out"; return 1; }
	done
}

check "plog-harvest: a crash loop is saved and acknowledged, once" harvest_loop
check "plog-harvest: hostile text" harvest_hostile
if command -v python3 >/dev/null; then
	check "plog-harvest: saved early, acknowledged when delivered" delivers
fi
check "plog-harvest: limits; the oldest go, never the newest" limits
check "plog-harvest: what is not its own stays" leaves_others
check "plog-harvest: a setting that is none" bad_conf
check "plog-harvest: nowhere to save" no_disk
if command -v systemd-analyze >/dev/null; then
	check "systemd's units are valid" units
else
	echo "skip systemd's units: no systemd-analyze"
fi

fresh && said 5 && reboot && logdump --save "$dir/archive" >/dev/null
ls "$dir"/archive/*.zst >/dev/null 2>&1 || {
	echo "skip archives are not compressed: no libzstd"
	exit $failed
}
check "zstd unpacks an archive to the window" zstd_reads
check "an archive cut in the middle gives what is there" cut
check "a cut archive is replaced" cut_is_replaced
check "an archive of too much is bounded" bomb
if mkdir -p "$dir/small" && mount -t tmpfs tmpfs "$dir/small" 2>/dev/null; then
	umount "$dir/small"
	check "--save on a full disk" full_disk
	check "--save in a read-only folder, and in none" read_only
else
	echo "skip --save on a full disk: nothing can be mounted"
fi
exit $failed
