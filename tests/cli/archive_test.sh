#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# archive_test.sh - boots that are in archives, listed beside those of the window, and read.
#
# shellcheck disable=SC2317,SC2119,SC2120 # functions are called through check, and prints

set -u
# shellcheck source=tests/cli/resets.sh
. "$(dirname "$0")/resets.sh"
export PLOG_ARCHIVE=$dir/archive

save() {
	logdump "$@" --save "$dir/archive" >/dev/null
}

# Number, place and records of each boot, as one line.
rows() {
	logdump --list-boots -o json "$@" 2>"$dir/err" |
		sed 's/^{"boot":\([-a-z0-9]*\),.*,"records":\([0-9]*\),.*"where":"\([a-z]*\)"}$/\1 \3 \2/' |
		paste -s -d '|' -
}

# count N ARG...: so many lines of a log, and nothing else said
count() {
	want=$1
	shift
	[ "$(logdump -o cat "$@" 2>"$dir/err" | grep -c '^line')" -eq "$want" ] && [ ! -s "$dir/err" ] || {
		sed 's/^/# /' "$dir/err"
		return 1
	}
}

erased() {
	logdump -b all --ack >/dev/null && plogctl erase >/dev/null
}

# Boots 1 and 2 in an archive only, 3 in both, 4 in the window.
four() {
	fresh && said 5 && reboot && said 7 && reboot && save && said 1 && erased &&
		said 3 && reboot && save && said 2
}

listed() {
	four && prints 'null archive 5|null archive 7|-1 both 4|0 ram 2' rows && [ ! -s "$dir/err" ]
}

# What the contract says comes first, as without archives.
json_kept() {
	logdump --list-boots -o json | tail -n 2 | sed 's/,"where":"[a-z]*"}$/}/' >"$dir/joint" &&
		PLOG_ARCHIVE='' logdump --list-boots -o json >"$dir/alone" && cmp "$dir/joint" "$dir/alone"
}

table() {
	logdump --list-boots | awk '!/^ *complete/ { print $1, $2 }; / WHERE +HOW$/ || / (RAM|archive|both)  / { n++ }
		END { print n }' | paste -s -d '|' - >"$dir/out"
	grep -qx 'IDX BOOT|- b0070001|- b0070002|-1 b0070003|0 b0070004|5' "$dir/out" || {
		sed 's/^/# /' "$dir/out"
		return 1
	}
}

read_by_id() {
	count 5 -b b0070001 && count 7 -b b0070002-0000-4000-8000-000000000000 && count 4 -b b0070003 &&
		count 4 && count 4 -b -1 && count 2 -b 0 && count 6 -b all || return 1
	says 'more than one boot' logdump -b b00700 -o cat && returns 1 logdump -b -2 &&
		returns 1 logdump -b beef && says 'no boot beef' logdump -b beef
}

views() {
	logdump -b b0070001 --summary | grep -q b0070001 &&
		logdump -b b0070001 --report="$dir/page.html" && grep -q b0070001 "$dir/page.html"
}

# What keeps means the window, which has it not.
kept_apart() {
	returns 1 logdump -b b0070001 --ack && returns 1 logdump -b b0070001 --save "$dir/archive" &&
		[ "$(archives)" -eq 2 ]
}

# No folder, none in it, none that is wanted: all as ever.
without() {
	mkdir -p "$dir/empty"
	PLOG_ARCHIVE='' logdump --list-boots >"$dir/alone" 2>&1 && ! grep -q 'WHERE\|archive' "$dir/alone" ||
		return 1
	for folder in "$dir/none" "$dir/empty"; do
		PLOG_ARCHIVE=$folder logdump --list-boots 2>&1 | cmp - "$dir/alone" || return 1
	done
	# An image is somebody else's, until a folder is named.
	logdump --list-boots "$PLOG_WINDOW" | cmp - "$dir/alone" &&
		prints 'null archive 5|null archive 7|-1 both 4|0 ram 2' \
			rows --archive="$dir/archive" "$PLOG_WINDOW" &&
		returns 3 logdump --list-boots --archive="$dir/none" &&
		says 'none: archives cannot be read: No such' logdump --list-boots --archive="$dir/none"
}

# The window's own place is taken by later ones.
overwritten() {
	fresh 64K && said 50 && reboot && save --ack && said 5000 || return 1
	prints "null archive 50|0 ram $(logdump -b 0 -o cat | wc -l)" rows && count 50 -b b0070001
}

# An archive that was made when the boot had said less is not the boot.
part() {
	fresh && said 5 && save -b 0 && said 1 && prints '0 ram 6' rows && save -b 0 &&
		prints '0 both 6' rows && reboot && said 1 && prints '-1 both 6|0 ram 1' rows
}

# The power was off: another window. Then none at all, then one that is not plog's.
power_cut() {
	four && rm -f "$(control "$PLOG_WINDOW")" "$PLOG_WINDOW" && boots=4 && reboot &&
		plogctl init --size 256K "$PLOG_WINDOW" >/dev/null && said 1 &&
		prints 'null archive 5|null archive 7|null archive 4|0 ram 1' rows &&
		count 4 -b b0070003 && returns 1 logdump || return 1
	head -c 65536 /dev/zero >"$PLOG_WINDOW"
	prints 'null archive 5|null archive 7|null archive 4' rows && returns 0 logdump --list-boots &&
		[ "$(wc -l <"$dir/err")" -eq 1 ] && [ "$(logdump -b b0070002 -o cat 2>/dev/null | wc -l)" -eq 7 ] ||
		return 1
	rm -f "$(control "$PLOG_WINDOW")" "$PLOG_WINDOW"
	prints 'null archive 5|null archive 7|null archive 4' rows && returns 3 logdump --list-boots &&
		[ "$(wc -l <"$dir/err")" -eq 1 ]
}

# Two windows of one machine: their boots have the same ids and numbers.
two_windows() {
	fresh && said 5 && plogctl init --size 256K "$dir/second.plog" >/dev/null &&
		seq -f 'line %g' 9 | plog -w "$dir/second.plog" && reboot &&
		rm -f "$(control "$dir/second.plog")" && save && save "$dir/second.plog" &&
		said 1 && prints 'null archive 9|-1 both 5|0 ram 1' rows && count 5 -b b0070001
}

# A line for each, and no boot less.
broken() {
	four || return 1
	good=$(rows)
	newest=$(find "$dir/archive" -name '*b0070003*')
	head -c 30000 /dev/urandom >"$dir/archive/plog-foreign.plog"
	head -c 65536 /dev/zero >"$dir/archive/plog-zeros.plog"
	: >"$dir/archive/plog-empty.plog.zst"
	head -c 20 "$newest" >"$dir/archive/plog-short.plog.zst"
	head -c 200000 "$PLOG_WINDOW" >"$dir/archive/plog-cut.plog"
	mkfifo "$dir/archive/plog-pipe.plog" && mkdir "$dir/archive/plog-folder.plog" &&
		ln -s nowhere "$dir/archive/plog-link.plog" || return 1
	echo x >"$dir/archive/$(printf 'plog-a\nlogdump: b.plog')"
	prints "${good%ram 2}both 2" rows && returns 0 logdump --list-boots || return 1
	for name in foreign.plog zeros.plog empty.plog.zst short.plog.zst; do
		[ "$(grep -c "^logdump: $dir/archive/plog-$name: " "$dir/err")" -eq 1 ] || {
			sed "s/^/# $name: /" "$dir/err"
			return 1
		}
	done
	[ "$(wc -l <"$dir/err")" -eq 4 ]
}

# Read one at a time: in all they are more than there may be.
bounded() {
	fresh 8M && said 5 && reboot && said 1 && save || return 1
	first=$(find "$dir/archive" -name 'plog-*')
	for i in 1 2 3 4 5 6 7 8 9 10 11 12; do
		cp "$first" "$dir/archive/plog-$i${first#"${first%.plog*}"}"
	done
	(
		# shellcheck disable=SC3045 # dash and bash have it
		ulimit -v 90000
		prints '-1 both 5|0 both 1' rows && [ ! -s "$dir/err" ]
	)
}

# What is in archives is harvested: there is nothing to do.
harvest_rests() {
	fresh && said 5 && reboot && save && erased && echo "Archive=$dir/archive" >"$dir/harvest.conf" &&
		prints 'null archive 5|0 ram 0' rows &&
		PLOG_HARVEST_CONF=$dir/harvest.conf plog-harvest "$PLOG_WINDOW" 2>"$dir/err" &&
		[ ! -s "$dir/err" ] && [ "$(archives)" -eq 1 ]
}

must "--list-boots: those of archives, too, each once, and where it is" listed
check "--list-boots -o json: what was there stays" json_kept
check "--list-boots: the table" table
check "-b ID reads an archive; numbers are the window's" read_by_id
check "--summary and --report of an archived boot" views
check "--ack and --save mean the window" kept_apart
check "no archives: all as ever" without
check "a boot that was overwritten is in its archive" overwritten
check "an archive of a part is not the boot" part
check "archives of the window before; and without a window" power_cut
check "two windows of one machine" two_windows
check "broken archives: a line each, and nothing lost" broken
check "one archive at a time in memory" bounded
check "plog-harvest leaves archived boots alone" harvest_rests
exit $failed
