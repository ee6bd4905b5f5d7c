#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# report_test.sh - --report and --summary: what they say is what -o json and --verify
# say; the page in a browser, where there is one; hostile text gets into neither.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
here=$root/tests/report
PATH=$BUILD:$PATH
export TZ=UTC
unset PLOG_WINDOW PLOG_LEVEL

if ! [ -x "$BUILD/logdump" ] || ! [ -x "$BUILD/make_report" ]; then
	skip "report: logdump and make_report are not built"
fi
scratch report
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

# --- files and exit codes ---

# as_before FILE: it holds what keep wrote, and nothing lies beside it
as_before() {
	prints kept cat "$1" && prints "$1" sh -c "echo '$1'*"
}

full_disk() {
	says '^logdump: /dev/full: No space left on device; no report' \
		logdump --report=/dev/full "$dir/window" &&
		returns 4 logdump --report=/dev/full "$dir/window"
}

# A file that cannot be made, in a folder that is none.
no_folder() {
	says '^logdump: .*/none/r.html: No such file or directory; no report' \
		logdump --report="$dir/none/r.html" "$dir/window" &&
		returns 4 logdump --report="$dir/none/r.html" "$dir/window"
}

# Cut short by a limit on sizes, it leaves what was there.
cut_short() {
	echo kept >"$dir/limited"
	# shellcheck disable=SC3045 # dash has it
	(ulimit -f 8 && trap '' XFSZ && returns 4 logdump --report="$dir/limited" "$dir/window") &&
		as_before "$dir/limited"
}

mode() {
	(umask 027 && logdump --report="$dir/mode.html" "$dir/window") &&
		prints 640 stat -c %a "$dir/mode.html"
}

# A window in which the running boot has said nothing.
nothing_said() {
	cp "$dir/window" "$dir/quiet"
	returns 1 logdump -t nobody --report="$dir/none.html" "$dir/window" &&
		grep -q 'Kernel panic' "$dir/none.html" && rm "$dir/none.html"
}

files() {
	check "standard output gets the page, too" \
		sh -c "logdump --report=- '$dir/window' | sed 's/Made [^.]*from//' >'$dir/out' &&
			sed 's/Made [^.]*from//' '$dir/page.html' | cmp - '$dir/out'"
	check "its mode is what the umask says" mode
	check "a full disk: exit 4, one line" full_disk
	check "no such folder: exit 4, one line" no_folder
	check "cut short: exit 4, and the older page stays" cut_short
	check "no record: exit 1, and a page that says how it ended" nothing_said
	check "no such boot: exit 1" says '^logdump: no boot -9' logdump -b -9 --report="$dir/x" \
		"$dir/window"
	check "all boots: exit 2" returns 2 logdump -b all --report="$dir/x" "$dir/window"
	check "and no page then" returns 1 test -e "$dir/x"
	check "no window: exit 3" returns 3 logdump --report="$dir/x" "$BUILD/logdump"
}

# --- the page ---

# page_of LINES OPTIONS...: the bytes of a page made with them
page_of() {
	most=$1
	shift
	logdump "$@" --report="$dir/page.html" "$dir/window" &&
		logdump "$@" -n all -o json "$dir/window" >"$dir/json" || return 1
	python3 "$here/report_page.py" "$dir/page.html" "$dir/json" "$most" >"$dir/said" 2>&1 || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

# Every image of the golden ones has its page, damaged or not, for each boot of it.
golden_pages() {
	for image in "$root"/tests/golden/1.0/*.img.zst; do
		zstd -dqfo "$dir/golden" "$image" || return 1
		for boot in $(logdump --list-boots -o json "$dir/golden" 2>/dev/null |
			sed 's/{"boot":\(-*[0-9]*\).*/\1/'); do
			code=0
			logdump -b "$boot" --report="$dir/golden.html" "$dir/golden" 2>/dev/null || code=$?
			[ "$code" -le 1 ] || return 1
			logdump -b "$boot" -o json "$dir/golden" >"$dir/json" 2>/dev/null
			python3 "$here/report_page.py" "$dir/golden.html" "$dir/json" 2000 >"$dir/said" 2>&1 || {
				echo "# $image, boot $boot"
				sed 's/^/# /' "$dir/said"
				return 1
			}
		done
	done
}

pages() {
	check "a page of all records: its parts" page_of 2000
	check "-n 100: the last hundred, and it says so" page_of 100 -n 100
	check "-p err: what matches" page_of 2000 -p err
	check "-n 0: none" page_of 0 -n 0
	if command -v zstd >/dev/null; then
		check "a page of each boot of the golden images" golden_pages
	else
		echo "skip pages of the golden images: no zstd"
	fi
	must "a page of all records" page_of 2000
}

in_a_browser() {
	python3 - "$here" <<-'END' || { echo "skip the page in a browser: no chromium"; return; }
		import sys
		sys.path.insert(0, sys.argv[1])
		import browser
		sys.exit(browser.program() is None)
	END
	timeout 600 python3 "$here/report_browser.py" "$dir/page.html" || failed=1
}

# --- the summary ---

summary_is() {
	LC_ALL=$1 logdump --summary "$dir/window" >"$dir/said" && cmp -s "$dir/expected" "$dir/said" || {
		diff "$dir/expected" "$dir/said" | sed 's/^/# /'
		return 1
	}
}

# expect BARS: what is known of make_report's window
expect() {
	cat >"$dir/expected" <<-END
		Kernel panic: </title></script><script>window.pwned=1</script><img src=x onerror=window.pwned=1>
		boot        -1, c0c1c2c3c4c5c6c7c8c9cacbcccdcecf, Linux 6.1.0-</script><script>window.pwned=1</script>
		last alive  2023-11-14 22:31:02 UTC, up for 1 min 7 s; last record 2.0 s before
		rates       $1  604 of 624 records in the last 1 min, at most 16/s
		talkers     pump[1234] 600, "><img src=x onerror=window.pwned=1>[666] 11, valve (2 processes) 10, kernel 3
		losses      complete since its start
		worst, the last of it
		  err     Nov 14 22:31:00.000000 kernel: usb 1-1: device descriptor read/64, error -71
		  err     Nov 14 22:31:00.000000 kernel: usb 1-1: device descriptor read/64, error -71
		  err     Nov 14 22:31:00.000000 kernel: usb 1-1: device descriptor read/64, error -71
	END
}

summaries() {
	expect '++++++++++++++++++++++++++++++++++++++# '
	check "the summary, in letters" summary_is C
	expect '▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅▅█ '
	check "the summary, in bars" summary_is C.UTF-8
	check "all boots: one behind the other" prints 2 sh -c \
		"logdump --summary -b all '$dir/window' | grep -c '^last alive'"
	check "it filters" prints 'valve (2 processes) 10' sh -c \
		"logdump --summary -t valve '$dir/window' | sed -n 's/^talkers *//p'"
	check "no such boot: exit 1" returns 1 logdump --summary -b -9 "$dir/window"
	check "a full disk: exit 4" returns 4 sh -c "logdump --summary '$dir/window' >/dev/full"
}

must "a window with a minute of a boot" "$BUILD/make_report" "$dir/window"
summaries
if command -v python3 >/dev/null; then
	pages
	files
	in_a_browser
else
	echo "skip the page: no python3"
fi
exit "$failed"
