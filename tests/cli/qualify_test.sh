#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# qualify_test.sh - plogctl qualify on a file: each kind of damage that a reset may do
# is done to a copy of an armed window, and has to be named. tests/qemu/qualify_test.sh
# does the same with real resets.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
plogctl=$BUILD/plogctl
plog=$BUILD/plog
logdump=$BUILD/logdump
for tool in "$plogctl" "$plog" "$logdump"; do
	[ -x "$tool" ] || skip "qualify: no $tool"
done
command -v python3 >/dev/null || skip "qualify: no python3"
scratch qualify
control() {
	echo "/dev/shm/plog-ctl-$(stat -c %D "$1")-$(printf '%x' "$(stat -c %i "$1")")"
}
finish() {
	for _w in "$dir/w" "$dir/full" "$dir/new"; do
		[ ! -e "$_w" ] || rm -f "$(control "$_w")"
	done
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# harmed HARM...: a copy of the armed window with that harm, checked; $dir/out
harmed() {
	cp "$dir/w" "$dir/image"
	cp "$dir/armed" "$dir/state"
	[ $# -eq 0 ] || "$root/tests/cli/qualify_harm.py" "$dir/image" "$dir/state" 0 "$@" || return 1
	"$plogctl" qualify check --state "$dir/state" --reset "${1:-none}" "$dir/image" \
		>"$dir/out" 2>&1
}

# out PATTERN...: for each a line that fits; one that begins with ! must not be there
out() {
	for _pattern; do
		case $_pattern in
		!*) ! grep -qE -- "${_pattern#!}" "$dir/out" ;;
		*) grep -qE -- "$_pattern" "$dir/out" ;;
		esac || {
			echo "# not so: $_pattern"
			sed 's/^/#   /' "$dir/out"
			return 1
		}
	done
}

# names WHAT PATTERN... -- HARM...
names() {
	_what=$1
	_patterns=
	shift
	while [ "$1" != -- ]; do
		_patterns="$_patterns
$1"
		shift
	done
	shift
	harmed "$@" || echo "# check failed" >>"$dir/out"
	_ifs=$IFS
	IFS='
'
	set -f
	# shellcheck disable=SC2086 # a pattern a line
	set -- $_patterns
	set +f
	IFS=$_ifs
	check "$_what" out "$@"
}

must "a window" "$plogctl" init --size 1M "$dir/w" >/dev/null
arm() {
	"$plogctl" qualify arm --state "$dir/armed" "$dir/w" >"$dir/out" 2>&1 &&
		out '^armed: [0-9]+ KiB of the 1024 KiB' 'qualify check$'
}
must "a pattern is armed" arm
check "the window is a whole one all the same" eval \
	'"$logdump" --verify "$dir/w" >"$dir/out"; out "^bits +0 wrong" "^pages .* 0 bad$" "^heads .* 0 repaired, 0 lost"'

names "nothing was lost" '^kept: every line' '^cache=wb: as it is' '!^window:' \
	'fenced +100 % of .* 0 stale, 0 lost' ' not cleaned +100 %' '^bits +0 wrong' \
	'^none +wb +1 +100 % +100 % +100 % +0 +0/[0-9]+ +kept$' --
names "pages of zeros, where" '^zeroed: 3 of 158 pages' '^pages .*, 3 lost,' '^pages cleared: .*another' \
	'^window: the longest stretch .* at offset 0x' '!^overwritten' '!^caches' -- zero 3
names "everything is zeros" '^cleared: firmware' 'MemoryOverwriteRequestControl' \
	'^window: elsewhere' '!^cache=' -- zeros
names "everything is noise" '^noise: memory encryption' '!^cleared' -- noise
names "everything is noise, and formatted since" '^noise: memory encryption' '!^overwritten' -- headless
names "everything decayed" '^power lost: ' '!^noise' -- decay
names "a kernel image" 'gzip' '^overwritten: a boot loader' '^window: the longest stretch' \
	'^pages .*, 12 lost,' -- kernel 12
names "flipped bits, how many" '^bits flipped: about 1 bit in (999|100[0-9]) is wrong' \
	'^cache=wb: as it is' '!^overwritten' '!^stray' -- flip 1000
names "lines that were not cleaned" '^caches dropped: [0-9]+ of [0-9]+ lines' '^cache=wb: as it is' \
	' not cleaned +0 % of' ', fenced +100 %' '!^cleaning fails' -- stale 2
names "lines that were cleaned and not fenced" '^cleaning fails: ' '^cache=wc: ' \
	' cleaned +0 % of' ', fenced +100 %' -- stale 1
names "lines that were fenced" '^cleaning fails: ' '^cache=wc: ' ', fenced +0 % of' -- stale 0
names "single lines" '^stray writes: 5 lines' '^pages .* 0 lost' '!^overwritten' -- lines 5
names "a pattern that is elsewhere" '^moved: the pattern is 8192 bytes from its place' \
	'!^overwritten' -- shift 2

# The state grows, and a kind of reset is a line.
grown() {
	cp "$dir/state" "$dir/grown" &&
		grep '^result' "$dir/state" >>"$dir/grown" &&
		sed -n 's/^result \(.*\)reset=[a-z]*\(.*\)/result \1reset=button\2/p' "$dir/state" \
			>>"$dir/grown" &&
		"$plogctl" qualify show --state "$dir/grown" >"$dir/out" &&
		out '^RESET ' '^shift +wb +2 ' '^button +wb +1 ' && [ "$(wc -l <"$dir/out")" -eq 3 ]
}
check "results of several resets" grown

# The next boot's log comes to the pattern's chunks: not the reset's doing.
log_on() {
	rm -f "$(control "$dir/w")"
	i=0
	while [ "$i" -lt 3000 ]; do
		echo "line $i: the log goes on, over the free chunks and those of the pattern"
		i=$((i + 1))
	done | PLOG_WINDOW=$dir/w "$plog" -t on
	harmed && out '[1-9][0-9]* in use by plog again' '^pages .* 0 lost' '^kept' &&
		"$logdump" -b 0 -o cat "$dir/w" | tail -n 1 | grep -q '^line 2999'
}
check "chunks that plog has used again are left out" log_on

# cancel takes it out; what was logged stays.
cancelled() {
	"$plogctl" qualify cancel --state "$dir/armed" "$dir/w" &&
		! grep -q '^armed' "$dir/armed" &&
		"$logdump" -b 0 -o cat "$dir/w" | tail -n 1 | grep -q '^line 2999' &&
		"$logdump" --verify "$dir/w" | grep -qE '^pages .* 0 bad$'
}
check "cancel" cancelled
zeros_behind_heads() {
	"$plogctl" init --size 1M "$dir/new" >/dev/null &&
		"$plogctl" qualify arm --state "$dir/s" "$dir/new" >/dev/null &&
		"$plogctl" qualify cancel --state "$dir/s" "$dir/new" || return 1
	# Of the 53 chunks in front of the middle nothing is there but heads.
	python3 - "$dir/new" <<-'END'
		import sys
		data = open(sys.argv[1], "rb").read()[0x14000:0x7e000]
		sys.exit(sum(any(data[i:i + 64]) for i in range(0, len(data), 64)) > 53)
	END
}
check "cancel leaves nothing of the pattern" zeros_behind_heads
check "nothing to cancel" prints "nothing is armed" \
	"$plogctl" qualify cancel --state "$dir/armed" "$dir/w"
check "armed twice: one line" eval \
	'arm && says "armed already; .*check.*cancel" "$plogctl" qualify arm --state "$dir/armed" "$dir/w"'

full() {
	"$plogctl" init --size 64K "$dir/full" >/dev/null &&
		i=0 && while [ "$i" -lt 1500 ]; do
		echo "a log that nobody has read, line $i"
		i=$((i + 1))
	done | PLOG_WINDOW=$dir/full "$plog" -t full
}
must "a window that is full of a log" full
cp "$dir/full" "$dir/before"
check "is not touched: one line" says 'holds a log that nobody has read; save it .*--force' \
	"$plogctl" qualify arm --state "$dir/s" "$dir/full"
check "not a byte of it" cmp "$dir/full" "$dir/before"
check "unless it is said" returns 0 "$plogctl" qualify arm --force --state "$dir/s" "$dir/full"

check "nothing is armed: one line" says 'nothing is armed; .*arm. comes first' \
	"$plogctl" qualify check --state "$dir/none" "$dir/w"
check "no result yet" prints "no result yet" "$plogctl" qualify show --state "$dir/none"
check "no window: one line" says 'no such window' "$plogctl" qualify arm --state "$dir/x" "$dir/no"
[ -e /dev/plog0 ] || check "nothing but the file of last resort: what to do" \
	says 'survives no reset; load the module: .*doctor' env -u PLOG_WINDOW \
	"$plogctl" qualify arm --state "$dir/x"
check "no device: what to load" says 'load the module' \
	"$plogctl" qualify arm --state "$dir/x" /dev/plog7
cp "$dir/full" "$dir/before"
check "a state file that cannot be: what to do" says 'name with --state' \
	"$plogctl" qualify arm --force --state /proc/none/state "$dir/full"
check "and the window is as it was" cmp "$dir/full" "$dir/before"
echo "something else" >"$dir/odd"
check "a file that is something else: one line" says 'not a state of plogctl qualify' \
	"$plogctl" qualify show --state "$dir/odd"
for line in "armed" "armed boot=00 chunks=1,2,3,4,5 gens=1-2" \
	"armed size=1 boot=00112233445566778899aabbccddeeff chunks=4096,11,5,8192,36864 gens=5-4" \
	"armed size=1 boot=00112233445566778899aabbccddeeff chunks=4096,11,5,8192,36864 gens=5-99999" \
	"armed size=1 boot=00112233445566778899aabbccddeeff chunks=0,11,5,8192,36864 gens=5-6" \
	"result fenced=1" "nonsense"; do
	printf 'plog-qualify 1\n%s\n' "$line" >"$dir/odd"
	check "a state file that is damaged: $line" says 'not a state' \
		"$plogctl" qualify show --state "$dir/odd"
done
printf 'plog-qualify 1\narmed size=99999999999 boot=00112233445566778899aabbccddeeff %s\n' \
	"chunks=65536,99999,5,18446744073709547520,4096 gens=5-30000" >"$dir/odd"
check "places outside of the window" returns 0 \
	"$plogctl" qualify check --state "$dir/odd" "$dir/before"
check "a label of two words" returns 2 "$plogctl" qualify arm --reset "a b" "$dir/w"
check "no step" returns 2 "$plogctl" qualify
check "no such step" returns 2 "$plogctl" qualify again
exit "$failed"
