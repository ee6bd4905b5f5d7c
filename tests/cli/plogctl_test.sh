#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# plogctl_test.sh - what plogctl says of a file window: idle, written to, and not there;
# levels that it sets are those that writers go by.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
plogctl=$BUILD/plogctl
plog=$BUILD/plog
logdump=$BUILD/logdump
unset PLOG_LEVEL

for tool in "$plogctl" "$plog" "$logdump"; do
	[ -x "$tool" ] || skip "plogctl: no $tool"
done
scratch plogctl
writer=
finish() {
	[ -z "$writer" ] || kill "$writer" 2>/dev/null
	rm -f "/dev/shm/plog-ctl-$(stat -c %D "$dir/w")-$(printf '%x' "$(stat -c %i "$dir/w")")"
	scratch_done
}
trap finish EXIT
export PLOG_WINDOW="$dir/w"

# status CODE PATTERN...: exit code, and for each pattern a line that fits
status() {
	_want=$1
	shift
	_code=0
	"$plogctl" status >"$dir/out" 2>&1 || _code=$?
	[ "$_code" -eq "$_want" ] || {
		echo "# exit $_code, not $_want"
		return 1
	}
	for pattern; do
		grep -qE -- "$pattern" "$dir/out" || {
			echo "# no line like: $pattern"
			sed 's/^/#   /' "$dir/out"
			return 1
		}
	done
}

# Lines go to its standard input, one record each, until it is closed.
writer_start() {
	mkfifo "$dir/lines" || return 1
	"$plog" -t held <"$dir/lines" &
	writer=$!
	exec 3>"$dir/lines"
	say "first" && wait_for first
}

say() {
	echo "$1" >&3
}

logged() {
	"$logdump" -b 0 -o cat 2>/dev/null | grep -qx "$1"
}

wait_for() {
	tries=0
	until logged "$1"; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || return 1
		sleep 0.05
	done
}

writer_stop() {
	exec 3>&-
	wait "$writer"
	writer=
}

# level SET RECORD'S-LEVEL TEXT: is the record taken?
taken() {
	"$plogctl" level "$1" && "$plog" -t levels -p "$2" "$3" && logged "$3"
}

left_out() {
	! taken "$@"
}

tag_taken() {
	"$plogctl" level levels=debug && taken err info "$1"
}

tag_taken_back() {
	"$plogctl" level levels= && left_out err info "$1"
}

must "a window" "$plogctl" init --size 64K "$dir/w" >/dev/null
check "idle: what it is, and that nobody writes" status 0 \
	'^window .*/w, 64 KiB, 11 chunks of 4 KiB, 3 of 3 superblocks good$' \
	'^boots +0: .* 0 records, 0 repaired, 0 damaged, kernel ' \
	'^writing +no process has it open'
must "a writer stays" writer_start
check "in use: lanes, clock, level, counts" status 0 '^state +well$' \
	'^rate +[0-9]+ records/s, [0-9]+ KiB/s at present$' \
	'^lanes .*; [1-9][0-9]* have been used, [0-9]+ just now$' \
	'^boots +0: .* 1 records, 0 repaired, 0 damaged' '^writing +yes$' '^lanes +[0-9]+ of CPUs' \
	'^clock ' '^to memory +none: a file' '^level +debug$' \
	'^history +(about [0-9]+ s|more than [0-9]+ min)' \
	'^dropped +0 with all lanes busy, 0 without' '^cut +0 records; 0 entries'
fill() {
	i=0
	while [ "$i" -lt 1500 ]; do
		say "line $i, of many that fill the window more than once in a minute"
		i=$((i + 1))
	done
	wait_for "line 1499, of many that fill the window more than once in a minute"
}
check "a window's fill of lines" fill
check "in use: how far back it reaches" status 0 '^history +about [0-9]+ s at the rate'

# Somebody writes all the time while it is measured.
busy_rate() {
	(while echo "busy"; do sleep 0.01; done >&3) &
	_busy=$!
	_tries=0
	until "$plogctl" status -o json >"$dir/json" &&
		[ "$(json_get records_per_s)" -gt 0 ] && [ "$(json_get lanes.now)" -gt 0 ]; do
		_tries=$((_tries + 1))
		[ "$_tries" -lt 50 ] || break
	done
	kill "$_busy" && wait "$_busy" 2>/dev/null
	[ "$_tries" -lt 50 ]
}
json_get() {
	python3 -c '
import functools, json, sys
s = json.load(open(sys.argv[2]))
print(int(functools.reduce(lambda v, k: v[k], sys.argv[1].split("."), s)))' "$1" "$dir/json"
}
json_whole() {
	"$plogctl" status -o json >"$dir/json" && python3 -c '
import json, sys
s = json.load(open(sys.argv[1]))
assert s["state"] in ("well", "wrong") and (s["state"] == "well") == (s["wrong"] == [])
assert s["writing"] == "yes" and s["size"] == 65536 and s["chunks"] == 11
assert s["boots"][-1]["index"] == 0 and s["boots"][-1]["records"] > 0
assert s["lanes"]["used"] >= 1 and s["dropped_busy"] == 0 and s["history_s"] > 0' "$dir/json"
}
if command -v python3 >/dev/null; then
	check "in use: the rate at present" busy_rate
	check "in use: as JSON" json_whole
fi
check "no such output" returns 2 "$plogctl" status -o xml
check "level: what it is" prints debug "$plogctl" level
check "level: less severe ones are left out" left_out warning notice "not this"
check "level: what it is by now" prints warning "$plogctl" level
check "status says it" status 0 '^level +warning$'
check "level: as severe ones are taken" taken warning warning "but this"
check "level: of a tag" tag_taken "of this tag"
check "level: of a tag, taken back" tag_taken_back "not of this tag"
check "level: of another window" prints err "$plogctl" level -w "$dir/w"
check "level: no such window: one line" says '^plogctl: .*no such window' \
	"$plogctl" level -w "$dir/none"
check "level: no such level" returns 2 "$plogctl" level loud
check "level: too many" returns 2 "$plogctl" level err info
writer_stop
check "idle again" status 0 '^writing +no process has it open'

# Chunks apart from each other: of some it is certain that they were in use.
for page in 3 5 10 12; do
	dd if=/dev/zero of="$dir/w" bs=4096 seek=$page count=1 conv=notrunc 2>/dev/null
done
check "damaged: still a window, and what is wrong comes first" status 0 \
	'^window .* 3 of 3 superblocks good' '^wrong +zeroed: [1-4] of '
check "it does" eval 'head -n 1 "$dir/out" | grep -q "^wrong"'
PLOG_WINDOW=$dir/none
check "not there" status 3 '^window .*/none$' '^writing +no: .*no such window'
PLOG_WINDOW=/dev/plog7
check "no such device" status 3 '^writing +no: .*load the module'
PLOG_WINDOW=$dir/w
check "init: in use by nobody, again" returns 0 "$plogctl" init --size 64K "$dir/w"
check "init: a size that is none" returns 2 "$plogctl" init --size lots "$dir/w"
check "init: a folder that is not there" returns 3 "$plogctl" init --size 64K "$dir/no/w"
exit "$failed"
