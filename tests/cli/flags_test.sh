#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# flags_test.sh - logdump's flags: what each selects is compared with what the same
# window says as JSON without it; what they say when they are wrong.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC0
unset PLOG_WINDOW PLOG_LEVEL NO_COLOR

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "flags: $BUILD/$tool is not built"
done
command -v python3 >/dev/null || skip "flags: no python3"
command -v zstd >/dev/null || skip "flags: no zstd"
scratch flags

finish() {
	for file in "$dir"/w*; do
		[ -e "$file" ] && rm -f "/dev/shm/plog-ctl-$(stat -c %D "$file")-$(printf '%x' "$(stat -c %i "$file")")"
	done
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

golden=$root/tests/golden/1.0

# selected EXPRESSION FLAGS...: are the records of the golden window that FLAGS leave
# those, and in that order, for which the expression of r (a record), t (its time as
# seconds since 1970) and end (of its boot) holds? There must be some, and not all.
selected() {
	_expr=$1
	shift
	logdump -b all -o json "$dir/golden" >"$dir/all" 2>/dev/null &&
		logdump --list-boots -o json "$dir/golden" >"$dir/boots" 2>/dev/null || return 1
	logdump -b all -o json "$@" "$dir/golden" >"$dir/some" 2>"$dir/stderr" || return 1
	python3 - "$dir" "$_expr" <<-'END'
		import json, re, sys
		from datetime import datetime
		from decimal import Decimal
		def second(text):
		    if text is None: return None
		    whole, part = text.rstrip("Z").split(".")
		    return int(datetime.fromisoformat(whole + "+00:00").timestamp()) + Decimal("0." + part)
		def read(name):
		    return [json.loads(line) for line in open(sys.argv[1] + "/" + name)]
		ends = {b["boot"]: second(b["end"]) for b in read("boots")}
		every = read("all")
		want = [r for r in every
		        if eval(sys.argv[2], globals(), {"r": r, "t": second(r["time"]), "end": ends[r["boot"]]})]
		some = read("some")
		if some != want or not want or len(want) == len(every):
		    print(f"# {len(some)} records, not {len(want)} of {len(every)}")
		    sys.exit(1)
	END
}

instants() {
	check "-S: a date and a time" selected 't is not None and t >= Decimal("1700001000.05")' \
		-S '2023-11-14 22:30:00.05'
	check "-U: likewise" selected 't is not None and t <= Decimal("1700001000.05")' \
		--until='2023-11-14 22:30:00.05'
	check "both" selected 't is not None and 1700000900 <= t <= Decimal("1700001000.08")' \
		--since=@1700000900 --until='2023-11-14T22:30:00.08Z'
	check "-S in the local zone" zoned
	check "-S end-20ms: the last of each boot" selected \
		't is not None and t >= end - Decimal("0.02")' -S end-20ms
	check "-U end-20ms" selected 't is not None and t <= end - Decimal("0.02")' -U end-20ms
	check "a record of now is since yesterday" returns 0 logdump -b 0 -S yesterday "$dir/w"
	check "and since an hour ago" returns 0 logdump -b 0 -S -1h "$dir/w"
	check "and not since in an hour" returns 1 logdump -b 0 -S +1h "$dir/w"
	check "nor until an hour ago" returns 1 logdump -b 0 -U '1h ago' "$dir/w"
	check "but until now" returns 0 logdump -b 0 -U now "$dir/w"
	check "a time that is none: one line" says "^logdump: --since takes TIME, not 'soon'" \
		logdump -S soon "$dir/w"
	check "and exit 2" returns 2 logdump -U 2026-02-30 "$dir/w"
}

zoned() (
	TZ=CET-1CEST,M3.5.0,M10.5.0/3
	selected 't is not None and t >= Decimal("1700001000.05")' -S '2023-11-14 23:30:00.05'
)

patterns() {
	check "-g in lower case: any case" prints "Alpha BETA
beta gamma" logdump -b 0 -o cat -g beta "$dir/w"
	check "-g with a capital: as it is" prints "Alpha BETA" logdump -b 0 -o cat -g BETA "$dir/w"
	check "-g: an extended expression" prints "beta gamma
delta [x]" logdump -b 0 -o cat --grep='gam+a$|\[x\]' "$dir/w"
	check "-g with -n: the last of those that match" prints "beta gamma" \
		logdump -b 0 -o cat -n 1 -g beta "$dir/w"
	check "-g on all records" selected 'bool(re.search("pump [0-9]+ on", r["msg"]))' \
		-g 'pump [0-9]+ on'
	check "-g beyond a NUL in the message" selected '"inside" in r["msg"]' -g inside
	check "nothing matches: one line" says 'none of [0-9]+ records matches' \
		logdump -b 0 -g 'no such thing' "$dir/w"
	check "and exit 1" returns 1 logdump -b 0 -g 'no such thing' "$dir/w"
	check "a pattern that is none: one line that says why" \
		says "^logdump: --grep takes PATTERN, not 'a\\(': .*[Uu]nmatched" logdump -g 'a(' "$dir/w"
	check "and exit 2" returns 2 logdump -g '[' "$dir/w"
}

boots() {
	check "-b alone is the running boot" prints "$(logdump -b 0 "$dir/w")" logdump "$dir/w" -b
	check "-b in front of another option, too" prints "$(logdump -b 0 -p err "$dir/w")" \
		logdump -b -p err "$dir/w"
	check "-n all" prints "$(logdump -b 0 "$dir/w")" logdump -b 0 -n all "$dir/w"
	check "--utc: what TZ=UTC0 prints" utc_is_utc
}

utc_is_utc() {
	for format in short short-iso; do
		[ "$(TZ=XYZ-5 logdump --utc -b 0 -o $format "$dir/w")" = \
			"$(logdump -b 0 -o $format "$dir/w")" ] || return 1
		[ "$(TZ=XYZ-5 logdump -b 0 -o $format "$dir/w")" != \
			"$(logdump -b 0 -o $format "$dir/w")" ] || return 1
	done
	[ "$(TZ=XYZ-5 logdump --utc --list-boots "$dir/w")" = "$(logdump --list-boots "$dir/w")" ]
}

# The colour of each level's message, by the words of the messages.
colors() {
	esc=$(printf '\033')
	logdump -b 0 --color=always "$@" "$dir/w" >"$dir/colored" 2>/dev/null
	grep -q "$esc\\[1;31mAlpha BETA$esc\\[0m\$" "$dir/colored" &&
		grep -q "$esc\\[1;33mbeta gamma$esc\\[0m\$" "$dir/colored" &&
		grep -q "$esc\\[90mdelta \\[x\\]$esc\\[0m\$" "$dir/colored" &&
		grep -q '[ :]plain$\|^plain$' "$dir/colored"
}

colors_off() {
	! logdump -b 0 "$@" "$dir/w" 2>/dev/null | grep -q "$(printf '\033')"
}

color() {
	check "--color=always: by level" colors
	check "also in -o cat" colors -o cat
	check "--color=always although NO_COLOR" env NO_COLOR=1 sh -c \
		'logdump -b 0 --color=always "$1" | grep -q "\[1;31m"' sh "$dir/w"
	check "none in a pipe" colors_off
	check "nor with --color, nor auto" colors_off --color
	check "nor never" colors_off --color=never
	check "JSON has none" colors_off -o json --color=always
	check "--color=blue: exit 2" returns 2 logdump --color=blue "$dir/w"
}

clashes() {
	for args in '-f -r' '-f -b -1' '-f -b all' '-f --syslog' '-f -o ctf=x' '-f --damaged' \
		'-o ctf=' '-o json=x' '-o ctf=x -r' '-f -'; do
		# shellcheck disable=SC2086 # several arguments
		check "exit 2: logdump $args" returns 2 logdump $args </dev/null
		# shellcheck disable=SC2086
		check "and one line" says '^logdump: ' logdump $args </dev/null
	done
}

# full FLAGS...: exit 4 and one line, on a full disk
full() {
	code=0
	logdump -b all "$@" "$dir/golden" >/dev/full 2>"$dir/stderr" || code=$?
	[ "$code" -eq 4 ] && [ "$(wc -l <"$dir/stderr")" -eq 1 ] &&
		grep -q '^logdump: standard output: No space left' "$dir/stderr"
}

closed() {
	{
		code=0
		logdump -b all -o "$1" "$dir/wrapped" || code=$?
		echo "$code" >"$dir/code"
	} 2>"$dir/stderr" | head -c 10 >/dev/null
	[ "$(cat "$dir/code")" -eq 4 ] && ! grep -q . "$dir/stderr"
}

# Where the end of a pipe may be gone before anything is written.
outputs() {
	for format in short json export raw cat; do
		check "a full disk, -o $format: exit 4 and one line" full -o $format
	done
	check "--list-boots on a full disk" full --list-boots
	i=0
	while [ $i -lt 400 ]; do
		printf 'fill the pipe, record %d, %0200d\n' $i $i
		i=$((i + 1))
	done | plog -w "$dir/wrapped" -t filler
	for format in short export raw; do
		check "a pipe that is closed early, -o $format: exit 4, no word" closed $format
	done
}

must "the golden window" zstd -dqf "$golden/clean.img.zst" -o "$dir/golden"
must "another" plogctl init --size 256K "$dir/wrapped"
must "a window" plogctl init --size 256K "$dir/w"
plog -w "$dir/w" -t one -p err "Alpha BETA"
plog -w "$dir/w" -t two -p warning "beta gamma"
plog -w "$dir/w" -t two -p debug "delta [x]"
plog -w "$dir/w" -t two -p info "plain"
instants
patterns
boots
color
clashes
outputs
exit "$failed"
