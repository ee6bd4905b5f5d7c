#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kill_test.sh - writers that are SIGKILLed lose nothing and wedge nobody.
#
# A storm of four processes with two threads each logs numbered records to a file
# window, and each thread notes the number of its last finished call. At random
# times some are killed while the others go on, or all at once. Then every
# finished call has to be in the log, once, in order, bit for bit; and another
# storm on the same window has to find room and lanes.
#
# KILL_SEED=N repeats the times of a run; PLOG_LONG=1 makes more rounds.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
storm=$BUILD/guest/plogstorm
check_py=$root/tests/torture/storm_check.py
seed=${KILL_SEED:-$(date +%s)}
rounds=6
[ -z "${PLOG_LONG:-}" ] || rounds=60

command -v python3 >/dev/null || skip "kill: no python3"
[ -x "$storm" ] || skip "kill: $storm is not built"
scratch kill
pid=
finish() {
	storm_stop
	key=$(stat -c %D "$dir/w")-$(printf '%x' "$(stat -c %i "$dir/w")")
	rm -f "/dev/shm/plog-ctl-$key"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# A random number below N: the same sequence for the same seed.
draw() {
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	echo $((seed / 65536 % $1))
}

pause_ms() {
	sleep "$(printf '0.%03d' "$1")"
}

# What a failed round left behind.
storm_stop() {
	[ -n "$pid" ] || return 0
	kill -9 "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=
}

# storm_start BASE ARGUMENTS...
storm_start() {
	base=$1
	shift
	storm_stop
	rm -f "$dir/notes"
	head -c 4096 /dev/zero >"$dir/notes"
	"$storm" --window "$dir/w" --processes 4 --threads 2 --base "$base" \
		--progress "$dir/notes,0" "$@" >"$dir/storm" 2>&1 &
	pid=$!
}

storm_wait() {
	wait "$pid"
	ret=$?
	pid=
	return "$ret"
}

# On a busy machine it takes a while until all four are there and all threads have logged.
children_wait() {
	tries=0
	while [ "$tries" -lt 100 ]; do
		children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
		if [ "$(echo "$children" | wc -w)" -eq 4 ] && notes_full; then
			return 0
		fi
		pause_ms 100
		tries=$((tries + 1))
	done
	echo "# only processes $children came up"
	return 1
}

# Eight notes of 64 bytes, each with its number at 8.
notes_full() {
	[ "$(od -An -v -t u8 -w64 -N 512 "$dir/notes" | awk '$2 > 0' | wc -l)" -eq 8 ]
}

# Kills two of the four, one after the other.
kill_some() {
	pause_ms $((100 + $(draw 200)))
	children_wait || return 1
	# shellcheck disable=SC2086 # numbers
	set -- $children
	shift "$(draw 3)"
	kill -9 "$1"
	pause_ms "$(draw 100)"
	kill -9 "$2"
	pause_ms $((50 + $(draw 100)))
}

alive() {
	grep -qs '^State:.[^ZX]' "/proc/$1/status"
}

# kill_all whole|rest: the parent's death kills them all, within the same instant.
kill_all() {
	if [ "$1" = whole ]; then
		children_wait || return 1
	fi
	pause_ms $((100 + $(draw 300)))
	children=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
	kill -9 "$pid"
	storm_wait 2>/dev/null
	for child in $children; do
		while alive "$child"; do
			pause_ms 10
		done
	done
}

# log_take BASE: the log of BASE's storm
log_take() {
	logdump -b 0 -o json "$dir/w" 2>/dev/null |
		grep -E "\"msg\":\"storm p=($1|$(($1 + 1))|$(($1 + 2))|$(($1 + 3))) " >"$dir/log"
	logdump --list-boots -o json "$dir/w" >"$dir/boots" 2>/dev/null
}

# log_check ARGUMENTS...: is what the storm noted in it?
log_check() {
	python3 "$check_py" --boots "$dir/boots" --boot 0 --progress "$dir/notes" "$@" \
		<"$dir/log" >"$dir/verdict" 2>&1 || {
		sed 's/^/# /' "$dir/verdict"
		return 1
	}
}

# recovered BASE ARGUMENTS...: both, and all eight threads
recovered() {
	log_take "$1"
	shift
	log_check --streams 8 "$@"
}

# Slow enough that nothing is overwritten: who died early must be there, too.
round_some() {
	storm_start "$1" --rate 2000 || return 1
	kill_some && kill_all rest && recovered "$1"
}

# Leaves out threads that have no record since the log is complete: on a busy machine
# one may not run while the others overwrite the window. Prints how many are left.
stalled_drop() {
	python3 - "$dir" "$1" <<-'END'
		import json, struct, sys
		folder, first = sys.argv[1], int(sys.argv[2])
		boot = json.loads(open(folder + "/boots").readline())
		lines = open(folder + "/log").readlines()
		key = lambda line: line.split("storm ", 1)[1].split(" n=")[0]
		alive = {key(l) for l in lines if json.loads(l)["time"] > boot["complete_since"]}
		with open(folder + "/log", "w") as log:
		    log.writelines(l for l in lines if key(l) in alive)
		notes = bytearray(open(folder + "/notes", "rb").read())
		for at in range(0, 512, 64):
		    if "p=%d t=%d" % struct.unpack_from("<II", notes, at) not in alive:
		        notes[at:at + 64] = bytes(64)
		open(folder + "/notes", "wb").write(notes)
		print(len(alive))
	END
}

# The window is overwritten several times.
round_lapped() {
	storm_start "$1" --rate 3000 --fill 200 || return 1
	kill_all whole && log_take "$1" || return 1
	left=$(stalled_drop "$1") && [ "$left" -ge 2 ] && log_check --streams "$left"
}

# Without the note of times: all 8 x 300 have to be there.
round_after() {
	storm_start "$1" --rate 5000 --count 300 && storm_wait && recovered "$1" --count 300
}

fresh() {
	rm -f "$dir/w"
	plogctl init --size "$1" "$dir/w" >/dev/null
}

echo "# KILL_SEED=$seed"
round=1
while [ $round -le $rounds ]; do
	must "round $round: a window" fresh 4M
	check "round $round: killed one by one, nothing is lost" round_some 100
	check "round $round: the next ones log all" round_after 200
	must "round $round: a small window" fresh 256K
	check "round $round: killed at once, overwriting, nothing is lost" round_lapped 300
	check "round $round: the next ones log all" round_after 400
	round=$((round + 1))
done
exit "$failed"
