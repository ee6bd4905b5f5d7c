#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# follow_test.sh - logdump --follow while writers write: every record once, over many
# laps of the window; what is said when it fell behind; how it ends.
#
# Nothing here depends on how fast the machine is: writers wait until what they wrote
# was shown, and the fall behind is made by stopping the reader.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC0
unset PLOG_WINDOW PLOG_LEVEL

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "follow: $BUILD/$tool is not built"
done
scratch follow
pid=
pad=$(printf '%0100d' 0) # so that the window is full soon
batches=16
[ -z "${PLOG_LONG:-}" ] || batches=150

control_forget() {
	for file in "$dir"/w*; do
		[ ! -e "$file" ] ||
			rm -f "/dev/shm/plog-ctl-$(stat -c %D "$file")-$(printf '%x' "$(stat -c %i "$file")")"
	done
}

finish() {
	[ -z "$pid" ] || kill -9 "$pid" 2>/dev/null
	control_forget
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# until_true COMMAND...: within two minutes
until_true() {
	_tries=1200
	while ! "$@"; do
		_tries=$((_tries - 1))
		[ "$_tries" -gt 0 ] || return 1
		sleep 0.1
	done
}

shown() {
	grep -qxF -- "$1" "$dir/out"
}

# Begins to follow $dir/$1; what is shown is in $dir/out.
follow() {
	_window=$dir/$1
	shift
	: >"$dir/out"
	logdump -f -o cat "$@" "$_window" >"$dir/out" 2>"$dir/err" &
	pid=$!
}

# ended SIGNAL WANTED: its exit code after a signal
ended() {
	code=0
	kill "-$1" "$pid"
	wait "$pid" || code=$?
	pid=
	[ "$code" -eq "$2" ] || {
		echo "# exit $code"
		return 1
	}
}

# Two writers at once, a batch each, of which the window holds a few; the next batch
# comes when the last line of both was shown.
batch() {
	seq -f "a $1 %.0f $pad" 100 | plog -w "$dir/w" -t a &
	seq -f "b $1 %.0f $pad" 100 | plog -w "$dir/w" -t b || return 1
	wait $! || return 1
	until_true shown "a $1 100 $pad" && until_true shown "b $1 100 $pad"
}

laps() {
	follow w -n all
	i=0
	while [ $i -lt $batches ]; do
		batch $i || return 1
		i=$((i + 1))
	done
	until_true shown "b $((batches - 1)) 100 $pad"
}

once_each() {
	i=0
	while [ $i -lt $batches ]; do
		seq -f "a $i %.0f $pad" 100
		seq -f "b $i %.0f $pad" 100
		i=$((i + 1))
	done | sort >"$dir/wanted"
	sort "$dir/out" | diff - "$dir/wanted" >"$dir/diff" || {
		head -n 5 "$dir/diff" | sed 's/^/# /'
		return 1
	}
}

# The window was overwritten several times: or this shows nothing.
lapped() {
	logdump -b 0 -o cat "$dir/w" >"$dir/left"
	[ "$(wc -l <"$dir/left")" -lt $((batches * 200 / 2)) ]
}

# Records of one writer are shown in their order.
in_order() {
	for tag in a b; do
		grep "^$tag " "$dir/out" | sort -c -s -k2,2n -k3,3n || return 1
	done
}

stopped_reader() {
	follow w
	until_true [ -s "$dir/out" ] || return 1
	kill -STOP "$pid"
	seq -f "flood %.0f ...................................................." 20000 |
		plog -w "$dir/w" -t c || return 1
	kill -CONT "$pid"
	until_true shown "flood 20000 ...................................................."
}

fell_behind() {
	[ "$(grep -c 'fell behind: records up to .* were overwritten unread' "$dir/err")" -ge 1 ] &&
		[ "$(grep -c . "$dir/err")" -eq "$(grep -c 'fell behind' "$dir/err")" ]
}

# What is still there is shown, all of it, and nothing twice.
rest_whole() {
	logdump -b 0 -o cat -t c "$dir/w" | sort >"$dir/left"
	sort "$dir/out" | uniq -d | grep -q . && return 1
	sort "$dir/out" | comm -13 - "$dir/left" | grep -q . && return 1
	[ "$(wc -l <"$dir/left")" -gt 100 ]
}

ten() {
	follow w2
	until_true shown "line 30" || return 1
	seq -f "line %.0f" 21 30 | cmp - "$dir/out"
}

# Logs until something is shown: before its first look it may not have looked yet.
said_until_shown() {
	plog -w "$dir/w2" -t other -p err "not this tag"
	plog -w "$dir/w2" -t wanted -p info "not this level"
	plog -w "$dir/w2" -t wanted -p err "$1"
	shown "$1"
}

later() {
	follow w2 -n 0
	until_true said_until_shown "a new one" && ! grep -q '^line' "$dir/out"
}

filtered() {
	follow w2 -n 0 -t wanted -p err
	until_true said_until_shown "this one" && ! grep -qv '^this one$' "$dir/out"
}

# It catches the signals, and is asleep between two looks.
started() {
	grep -q '^SigCgt:.*4003$' "/proc/$pid/status" && grep -q '^State:.*S' "/proc/$pid/status"
}

# A window in which this boot has not logged yet.
empty_at_first() {
	follow w3
	sleep 0.5
	[ ! -s "$dir/out" ] && plog -w "$dir/w3" "the first line" && until_true shown "the first line"
}

# Who reads a pipe goes: nothing has to be logged for that to be seen.
pipe_gone() {
	timeout 120 logdump -f -n all -o cat "$dir/w2" 2>"$dir/err" | head -n 1 >"$dir/head"
	[ "$(cat "$dir/head")" = "line 1" ] && ! grep -q . "$dir/err"
}

json_lines() {
	logdump -f -o json -n 3 "$dir/w2" >"$dir/out" &
	pid=$!
	until_true has_lines 3 && ended INT 0
}

has_lines() {
	[ "$(wc -l <"$dir/out")" -ge "$1" ]
}

full_disk() {
	code=0
	timeout 120 logdump -f -n all "$dir/w2" >/dev/full 2>"$dir/err" || code=$?
	[ "$code" -eq 4 ] && grep -q 'No space left' "$dir/err"
}

must "a small window" plogctl init --size 256K "$dir/w"
check "two writers, many laps" laps
check "the window was lapped" lapped
check "every record, once" once_each
check "each writer's in its order" in_order
check "nothing was said" [ ! -s "$dir/err" ]
check "SIGINT ends it: exit 0" ended INT 0
check "a reader that was stopped goes on" stopped_reader
check "and says that it fell behind" fell_behind
check "what is still there is shown once" rest_whole
check "SIGTERM ends it: exit 0" ended TERM 0

must "another window" plogctl init --size 256K "$dir/w2"
seq -f "line %.0f" 30 | plog -w "$dir/w2" -t x
check "ten lines at first" ten
check "exit 0" ended INT 0
check "-n 0: only what comes" later
check "exit 0" ended TERM 0
check "with a filter" filtered
check "exit 0" ended INT 0
check "-o json" json_lines
check "a pipe whose reader goes" pipe_gone
check "a full disk: exit 4" full_disk
must "a third window" plogctl init --size 256K "$dir/w3"
check "a boot that has not logged yet" empty_at_first
check "exit 0" ended HUP 0
follow w3 -t nobody
check "nothing to show so far" until_true started
check "then it is exit 1" ended INT 1
check "no such window: exit 3" returns 3 logdump -f "$dir/nothing"
exit "$failed"
