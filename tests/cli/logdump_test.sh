#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# logdump_test.sh - the tools as a user meets them: good windows, and everything
# that is none.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC
unset PLOG_WINDOW PLOG_LEVEL

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "cli: $BUILD/$tool is not built"
done
scratch cli
export PLOG_STATE="$dir/state"
listener=

# A file window's control plane outlives its window.
control_forget() {
	for file in "$dir"/*; do
		key=$(printf '%x' "$(stat -c %i "$file")")
		rm -f "/dev/shm/plog-ctl-$(stat -c %D "$file")-$key"
	done
}

finish() {
	[ -z "$listener" ] || kill "$listener" 2>/dev/null
	control_forget
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# --- what is no window, or less than one ---

bytes() {
	head -c "$1" "$2"
}

# hopeless FILE: logdump recovers nothing: exit 1 or 3, nothing on stdout, one line on stderr
hopeless() {
	code=0
	timeout 20 logdump "$1" >"$dir/stdout" 2>"$dir/stderr" || code=$?
	if { [ "$code" -eq 1 ] || [ "$code" -eq 3 ]; } && [ ! -s "$dir/stdout" ] &&
		[ "$(wc -l <"$dir/stderr")" -eq 1 ]; then
		return 0
	fi
	echo "# $1: exit $code, $(wc -c <"$dir/stdout") bytes out, said:"
	sed 's/^/#   /' "$dir/stderr"
	return 1
}

# harmless FILE: something comes out, or a reason, and the exit code is one of its own
harmless() {
	code=0
	timeout 20 logdump -b all -o json "$1" >"$dir/stdout" 2>"$dir/stderr" || code=$?
	if [ "$code" -eq 0 ] && [ -s "$dir/stdout" ]; then
		return 0
	fi
	{ [ "$code" -eq 1 ] || [ "$code" -eq 3 ]; } && [ -s "$dir/stderr" ] || {
		echo "# $1: exit $code, said:"
		sed 's/^/#   /' "$dir/stderr"
		return 1
	}
}

make_bad() {
	: >"$dir/empty"
	bytes 1M /dev/zero >"$dir/zeros"
	bytes 1M /dev/zero | tr '\0' '\377' >"$dir/ones"
	bytes 1M /dev/urandom >"$dir/random"
	bytes 65536 /dev/urandom >"$dir/random64k"
	bytes 1M "$BUILD/logdump" >"$dir/foreign"
	bytes 100 /dev/zero >"$dir/short"
	yes 'not a log' | bytes 200000 - >"$dir/text"
}

bad_windows() {
	make_bad
	for name in empty zeros ones random random64k foreign short text; do
		check "$name: exit 1 or 3, one line" hopeless "$dir/$name"
	done
	check "a directory: exit 3" returns 3 logdump "$dir"
	check "nothing there: exit 3" returns 3 logdump "$dir/nothing"
	check "/dev/null: exit 3" returns 3 logdump /dev/null
	check "zeros: exit 1" returns 1 logdump "$dir/zeros"
	check "foreign: exit 3" returns 3 logdump "$dir/foreign"
	check "standard input, empty: exit 3" returns 3 logdump - </dev/null
	check "a window is not made of what is not zero" returns 3 plog -w "$dir/foreign" hello
	check "nor of text by init" returns 3 plogctl init --size 64K "$dir/text"
	check "unless told so" returns 0 plogctl init --size 64K --force "$dir/text"
}

# Whole windows, cut and damaged.
window_cut() {
	for size in 1 63 64 511 512 4096 8192 12288 65535 65536 131072 200000 262143; do
		bytes "$size" "$dir/story" >"$dir/cut"
		harmless "$dir/cut" || return 1
	done
}

# Of a window without superblocks and records, heads of chunks only are left.
window_heads() {
	python3 - "$dir/story" "$dir/heads" <<-'END' || return 1
		import sys
		data = open(sys.argv[1], "rb").read()
		heads = bytearray(len(data))
		magic = (0x5be8d7624c91a03f ^ 0xa5c396e17b2d4f88).to_bytes(8, "little")
		at = data.find(magic)
		while at >= 0:
		    heads[at:at + 64] = data[at:at + 64]
		    at = data.find(magic, at + 8)
		open(sys.argv[2], "wb").write(heads)
	END
	hopeless "$dir/heads"
}

window_torn() {
	seed=1
	while [ "$seed" -le 20 ]; do
		python3 - "$dir/story" "$dir/torn" "$seed" <<-'END' || return 1
			import random, sys
			data = bytearray(open(sys.argv[1], "rb").read())
			r = random.Random(int(sys.argv[3]))
			for _ in range(r.choice((1, 30, 3000))):
			    at, n = r.randrange(len(data)), r.randrange(1, 200)
			    data[at:at + n] = r.choice((bytes(n), b"\xff" * n, r.randbytes(n)))[:len(data) - at]
			open(sys.argv[2], "wb").write(data)
		END
		harmless "$dir/torn" || return 1
		seed=$((seed + 1))
	done
}

make_story() {
	# shellcheck disable=SC2086 # flags
	${CC:-cc} -std=gnu11 ${CFLAGS:--O1} -fno-strict-aliasing -D_GNU_SOURCE -I"$root/kmod" \
		-I"$root/liblog" -o "$dir/make_image" "$root/tests/format/make_image.c" \
		"$root"/kmod/core/*.c "$root/liblog/crc32c.c" "$root"/liblog/flush_*.c &&
		"$dir/make_image" story "$dir/story"
}

# --- exit codes ---

# undelivered COMMAND...: does it exit with 4 when stdout is full?
undelivered() {
	code=0
	"$@" >/dev/full 2>/dev/null || code=$?
	[ "$code" -eq 4 ]
}

exit_codes() {
	check "exit 0: records printed" returns 0 logdump -b 0 "$dir/w"
	check "exit 1: no earlier boot" says '^logdump: no earlier boot .*b 0' logdump "$dir/w"
	check "exit 1: no such boot" returns 1 logdump -b -7 "$dir/w"
	check "exit 1: nothing matches" returns 1 logdump -b 0 -t nobody "$dir/w"
	for args in '-x' '--frob' '-b soon' '-b-soon' '-o xml' '-p loud' '-n -3' '--pid x' 'a b' \
		'--syslog=relative' '--syslog=udp://' '--syslog=tcp://h:0' '--syslog=http://h' \
		'--syslog=udp://::1' '--journal=relative' '--journal --syslog' '--syslog -r' \
		'--machine-id=7' '--hostname='; do
		# shellcheck disable=SC2086 # several arguments
		check "exit 2: logdump $args" returns 2 logdump $args
	done
	check "exit 2 comes with one line" says '^logdump: ' logdump --frob
	check "exit 4: a full disk" undelivered logdump -b 0 "$dir/w"
	check "exit 4: no syslog" returns 4 logdump -b 0 --syslog="$dir/nobody" "$dir/w"
	check "exit 0: --help" returns 0 logdump --help
	check "exit 0: --version" returns 0 logdump --version
	check "formats are listed" says '^logdump: --output takes FORMAT .short, .*raw., not' logdump -o xml
	for tool in logdump plog plogctl 'plogctl status' 'plogctl init' 'plogctl level'; do
		# shellcheck disable=SC2086 # two words
		check "$tool --help" matches_some '^Usage: ' $tool --help
		# shellcheck disable=SC2086
		check "$tool -h" matches_some '^Usage: ' $tool -h
	done
	for tool in logdump plog plogctl; do
		check "$tool -V is --version" prints "$($tool --version)" $tool -V
	done
	check "plog: a wrong option: one line" says '^plog: --frob: no such option' plog --frob
	check "plog: an option without its word: one line" says '^plog: -t: .*missing' plog -t
	check "plogctl: a wrong option: one line" says '^plogctl: usage: ' plogctl status --frob
	check "plog: exit 2" returns 2 plog -p loud x
	check "plogctl: exit 2" returns 2 plogctl frob
	check "plogctl: exit 2 without a command" returns 2 plogctl
}

# --- outputs and filters ---

# lines N COMMAND...: prints that many lines
lines() {
	want=$1
	shift
	got=$("$@" 2>/dev/null | wc -l)
	[ "$got" -eq "$want" ] || {
		echo "# $got lines, not $want: $*"
		return 1
	}
}

# matches_some PATTERN COMMAND...: it succeeds, and a line of stdout matches
matches_some() {
	pattern=$1
	shift
	"$@" >"$dir/stdout" 2>"$dir/stderr" && grep -qE -- "$pattern" "$dir/stdout"
}

# matches PATTERN COMMAND...: all lines printed match
matches() {
	pattern=$1
	shift
	"$@" >"$dir/stdout" 2>"$dir/stderr" && [ -s "$dir/stdout" ] &&
		! grep -qvE -- "$pattern" "$dir/stdout" || {
		head -n 3 "$dir/stdout" "$dir/stderr" | sed 's/^/# /'
		return 1
	}
}

make_window() {
	plogctl init --size 1M "$dir/w" >/dev/null &&
		plog -w "$dir/w" -t alpha -p info one &&
		plog -w "$dir/w" -t beta -p warning two &&
		plog -w "$dir/w" -t alpha -p user.err three &&
		plog -w "$dir/w" -t gamma -p debug four
}

json_is_json() {
	logdump -b 0 -o json "$dir/w" | python3 -c '
import json, sys
keys = ("boot boot_id seq source time monotonic_ns level tag comm pid tid cpu file line func "
        "msg verdict").split()
for line in sys.stdin:
    record = json.loads(line)
    assert set(keys) <= set(record), list(record)
    assert record["boot"] == 0 and record["source"] == "app" and record["verdict"] == "intact"
'
}

boots_are_json() {
	logdump --list-boots -o json "$1" | python3 -c '
import json, sys
keys = ("boot boot_id start end complete_since verdict reason kernel records repaired damaged "
        "overwritten dropped harvested").split()
boots = [json.loads(line) for line in sys.stdin]
for boot in boots:
    assert set(keys) <= set(boot), sorted(boot)
assert len(boots) == int(sys.argv[1]), boots
' "$2"
}

one_pid() {
	pid=$(logdump -b 0 -o json -t beta "$dir/w" | sed 's/.*"pid":\([0-9]*\).*/\1/')
	prints two logdump -b 0 -o cat --pid "$pid" "$dir/w"
}

outputs() {
	date='[A-Z][a-z]{2} [0-9]{2} [0-9:]{8}\.[0-9]{6}'
	check "-o short" matches "^$date (alpha|beta|gamma)\[[0-9]+\]: [a-z]+\$" \
		logdump -b 0 -o short "$dir/w"
	check "-o short-iso" matches '^[0-9]{4}-[0-9-]{5}T[0-9:]{8}\.[0-9]{6}\+0000 [a-z]+\[' \
		logdump -b 0 -o short-iso "$dir/w"
	check "-o short-monotonic" matches '^\[ *[0-9]+\.[0-9]{6}\] [a-z]+\[' \
		logdump -b 0 -o short-monotonic "$dir/w"
	check "-o json: every key" json_is_json
	check "-o cat" prints "$(printf 'one\ntwo\nthree\nfour')" logdump -b 0 -o cat "$dir/w"
	check "-r" prints "$(printf 'four\nthree\ntwo\none')" logdump -b 0 -o cat -r "$dir/w"
	check "-n 2" prints "$(printf 'three\nfour')" logdump -b 0 -o cat -n 2 "$dir/w"
	check "-n 1 -r" prints four logdump -b 0 -o cat -r -n 1 "$dir/w"
	check "-p warning" prints "$(printf 'two\nthree')" logdump -b 0 -o cat -p warning "$dir/w"
	check "-p 3" prints three logdump -b 0 -o cat -p 3 "$dir/w"
	check "-p info..debug" prints "$(printf 'one\nfour')" \
		logdump -b 0 -o cat -p info..debug "$dir/w"
	check "-t" prints "$(printf 'one\nthree')" logdump -b 0 -o cat -t alpha "$dir/w"
	check "-t twice" prints "$(printf 'two\nfour')" \
		logdump -b 0 -o cat -t beta -t gamma "$dir/w"
	check "--pid" one_pid
	check "-k: the kernel's records only" lines 0 logdump -b 0 -k "$dir/w"
	check "--list-boots -o json" boots_are_json "$dir/w" 1
	check "--stats" returns 0 logdump --stats "$dir/w"
	check "standard input" lines 4 sh -c "logdump -b 0 - <'$dir/w'"
	check "\$PLOG_WINDOW" lines 4 env PLOG_WINDOW="$dir/w" logdump -b 0
}

# --- text ---

log_hostile() {
	plogctl init --size 1M "$dir/hostile" >/dev/null &&
		printf 'esc \033[31m bel \007 del \177 c1 \302\233 bad \377\n' |
		plog -w "$dir/hostile" -t "$(printf 't\033ag')"
}

no_controls() {
	logdump -b 0 -o "$1" "$dir/hostile" | tr -d '\n' >"$dir/stdout"
	! grep -aq '[[:cntrl:]]' "$dir/stdout" &&
		! grep -aq "$(printf '\302\233')" "$dir/stdout" &&
		grep -aq 'esc .*bel .*del .*bad ' "$dir/stdout"
}

log_long() {
	plogctl init --size 1M "$dir/long" >/dev/null &&
		{ yes 'abcdefghi' | tr -d '\n' | head -c 9000; echo; echo behind; } |
		plog -w "$dir/long"
}

long_is_cut() {
	logdump -b 0 "$dir/long" | head -n 1 >"$dir/stdout"
	grep -q ' \[cut\]$' "$dir/stdout" && [ "$(wc -c <"$dir/stdout")" -gt 3900 ] &&
		prints behind logdump -b 0 -o cat -n 1 "$dir/long"
}

texts() {
	must "hostile text is logged" log_hostile
	for format in short json cat; do
		check "control bytes are escaped: $format" no_controls "$format"
	done
	must "a long line is logged" log_long
	check "it is cut and marked, not lost" long_is_cut
}

# --- a window that is full ---

overfill() {
	plogctl init --size 64K "$dir/full" >/dev/null &&
		seq 1 5000 | plog -w "$dir/full" -t count
}

newest_kept() {
	prints 5000 logdump -b 0 -o cat -n 1 "$dir/full" &&
		! logdump -b 0 -o cat "$dir/full" | grep -qx 1 &&
		logdump -b 0 -o cat "$dir/full" | awk '
			NR > 1 && $1 != last + 1 { bad = 1 } { last = $1 } END { exit bad || NR < 200 }'
}

since_when() {
	logdump --list-boots -o json "$dir/full" | python3 -c '
import json, sys
boot = json.loads(sys.stdin.readline())
assert boot["complete_since"] > boot["start"], boot'
}

# --- no usable window ---

program_goes_on() {
	PLOG_WINDOW=$dir/none/w "$dir/pump" 0 >"$dir/stdout" 2>&1 && [ ! -s "$dir/stdout" ]
}

status_says() {
	code=0
	PLOG_WINDOW=$1 plogctl status >"$dir/stdout" 2>&1 || code=$?
	[ "$code" -eq 3 ] && grep -qE "$2" "$dir/stdout" || {
		sed 's/^/# /' "$dir/stdout"
		return 1
	}
}

make_pump() {
	# shellcheck disable=SC2086 # flags
	${CC:-cc} ${CFLAGS:-} -I"$root/liblog" -o "$dir/pump" "$root/docs/examples/pump.c" \
		"$BUILD/libplog.a" -lpthread ${LDFLAGS:-}
}

no_window() {
	must "a program that logs" make_pump
	check "no usable window: it goes on, and prints nothing" program_goes_on
	check "plogctl status says why: not there" status_says "$dir/none/w" 'no such window'
	check "plogctl status says why: not plog's" status_says "$dir/foreign" 'not a plog window'
	check "plogctl status says why: too small" status_says "$dir/short" 'too short|zeros'
	check "plogctl status says why: a device that is none" status_says /dev/null \
		'not a plog device'
	check "plogctl status says why: a malformed spec" status_says mem:5 'mem:ADDR,SIZE'
	check "plog: exit 3 and one line" says '^plog: ' plog -w "$dir/none/w" x
}

# --- levels ---

levels() {
	plogctl init --size 1M "$dir/levels" >/dev/null
	PLOG_LEVEL=warning plog -w "$dir/levels" -p info quiet
	PLOG_LEVEL=warning plog -w "$dir/levels" -p warning loud
	check "PLOG_LEVEL" prints loud logdump -b 0 -o cat "$dir/levels"
	check "plogctl level: says it" prints debug plogctl level -w "$dir/levels"
	check "plogctl level: sets it" returns 0 plogctl level -w "$dir/levels" err
	plog -w "$dir/levels" -p warning hushed
	plog -w "$dir/levels" -p err heard
	check "the window's level" prints "$(printf 'loud\nheard')" \
		logdump -b 0 -o cat "$dir/levels"
	check "plogctl level: exit 2" returns 2 plogctl level -w "$dir/levels" loud
}

# --- syslog ---

listen() {
	python3 - "$dir/socket" "$dir/received" <<-'END' &
		import os, socket, sys
		s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
		s.bind(sys.argv[1] + ".new")
		os.rename(sys.argv[1] + ".new", sys.argv[1])
		with open(sys.argv[2], "wb", buffering=0) as out:
		    while True:
		        out.write(s.recv(65536) + b"\n")
	END
	listener=$!
	tries=0
	while [ ! -S "$dir/socket" ] && [ "$tries" -lt 100 ]; do
		sleep 0.1
		tries=$((tries + 1))
	done
	[ -S "$dir/socket" ]
}

delivered() {
	logdump -b 0 --syslog="$dir/socket" "$dir/w" || return 1
	kill "$listener"
	listener=
	# shellcheck disable=SC2046 # four numbers
	set -- $(logdump -b 0 -o json "$dir/w" | sed 's/.*"pid":\([0-9]*\).*/\1/')
	sed 's/^<\([0-9]*\)>[A-Z][a-z][a-z] [ 0-9][0-9] [0-9:]* \([^:]*\): [0-9TZ:.-]* \[[0-9a-f]\{8\} [0-9]*\] /\1 \2 /' \
		"$dir/received" >"$dir/stdout"
	printf '%s\n' "14 alpha[$1] one" "12 beta[$2] two" "11 alpha[$3] three" \
		"15 gamma[$4] four" | cmp - "$dir/stdout"
}

# --- boots ---

# A line for each boot, a second one for what is to be told; all in about 80 columns.
table_is_table() {
	logdump --list-boots "$dir/boots" >"$dir/stdout" || return 1
	day='[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9:]{8}'
	[ "$(grep -cE "^ *(-[1-3]|0) [0-9a-f]{8} $day  ([0-9:]{8}|-       ) +[0-9]+  [a-z]" \
		"$dir/stdout")" -eq 4 ] &&
		grep -qx '  -2 c0c1c2c3 2023-11-14 22:30:00  22:30:00      464  panic: .*' "$dir/stdout" &&
		grep -qx '              complete since 22:30:00; kernel 6.1.0' "$dir/stdout" &&
		grep -qE '^   0 .*  -  .*  running$' "$dir/stdout" &&
		! grep -qE '.{85}' "$dir/stdout" || {
		sed 's/^/# /' "$dir/stdout"
		return 1
	}
}

boots() {
	check "three boots of another machine: the newest is -1" lines 5 logdump "$dir/story"
	cp "$dir/story" "$dir/boots"
	must "a fourth boot logs" plog -w "$dir/boots" -t now running
	check "the previous boot by default" prints "$(logdump -o cat "$dir/story")" \
		logdump -o cat "$dir/boots"
	check "-b -1 is it" prints "$(logdump -o cat "$dir/story")" logdump -b -1 -o cat "$dir/boots"
	check "-b 0" prints running logdump -b 0 -o cat "$dir/boots"
	check "-b 1: the oldest" matches '^first ' logdump -b 1 -o cat "$dir/boots"
	check "-b ID" prints running logdump -o cat "$dir/boots" -b \
		"$(cat /proc/sys/kernel/random/boot_id)"
	check "-b all has a line for each boot" lines 4 \
		sh -c "logdump -b all '$dir/boots' | grep '^-- Boot '"
	check "-b with the first digits of an ID" prints "$(logdump -b 2 -o cat "$dir/boots")" \
		logdump -b c0c1-C2 -o cat "$dir/boots"
	check "-b with an ID that is none" says '^logdump: no boot abcd in ' \
		logdump -b abcd "$dir/boots"
	check "--list-boots: four" boots_are_json "$dir/boots" 4
	check "--list-boots: the table" table_is_table
	check "-k: the kernel's record" prints 'usb 1-1: device descriptor read/64, error -71' \
		logdump -k -o cat "$dir/boots"
	check "the last boot's verdict" prints panic sh -c "logdump --list-boots -o json \
		'$dir/boots' | sed -n '2s/.*\"verdict\":\"\([a-z]*\)\".*/\1/p'"
}

bad_windows
must "an image of three boots" make_story
check "cut windows: records or a reason" window_cut
if command -v python3 >/dev/null; then
	check "torn windows: records or a reason" window_torn
	check "no superblock and no record: exit 1 or 3, one line" window_heads
else
	echo "skip torn windows: no python3"
fi
must "a window with four records" make_window
exit_codes
outputs
texts
must "5000 records into 64 KiB" overfill
check "the newest are there, the oldest not, none between missing" newest_kept
check "it says since when it is complete" since_when
no_window
levels
if command -v python3 >/dev/null; then
	must "somebody listens as syslog does" listen
	check "--syslog: level, tag, pid and text" delivered
else
	echo "skip --syslog: no python3"
fi
boots
exit "$failed"
