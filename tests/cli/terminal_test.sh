#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# terminal_test.sh - logdump on a terminal: pager, colours, progress; what it never
# sends to one; a terminal that goes away. The terminal is a pseudo terminal.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC0
unset PLOG_WINDOW PLOG_LEVEL NO_COLOR PLOG_PAGER PAGER

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "terminal: $BUILD/$tool is not built"
done
command -v python3 >/dev/null || skip "terminal: no python3"
scratch terminal

finish() {
	rm -f "/dev/shm/plog-ctl-$(stat -c %D "$dir/w")-$(printf '%x' "$(stat -c %i "$dir/w")")"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM
here=$root/tests/cli

# on_terminal NAME=VALUE... -- LOGDUMP-ARGUMENTS...: what the terminal got is in
# $dir/out, the exit code is the function's.
on_terminal() {
	python3 "$here/terminal.py" "$dir/out" "$@"
}

shows() {
	_pattern=$1
	shift
	on_terminal "$@" && grep -q -- "$_pattern" "$dir/out"
}

shows_not() {
	_pattern=$1
	shift
	on_terminal "$@" && ! grep -q -- "$_pattern" "$dir/out" && grep -q 'a warning' "$dir/out"
}

refused() {
	code=0
	on_terminal PLOG_PAGER= -- -b 0 -o "$1" "$dir/w" || code=$?
	[ "$code" -eq 2 ] && grep -q "^logdump: -o $1 has bytes that a terminal may obey" "$dir/out" &&
		! grep -q 'a warning' "$dir/out"
}

# In no format and by no option does a control byte of the log get there.
no_escape() {
	for format in short short-iso short-monotonic cat json; do
		on_terminal PLOG_PAGER= -- -b 0 --color=never -o $format "$dir/w" || return 1
		grep -q "$(printf '\033')" "$dir/out" && return 1
	done
	return 0
}

# A pager that is left at once: as if all had been read.
left_early() {
	on_terminal 'PLOG_PAGER=head -n 1' -- -b 0 -n all "$dir/big" && [ "$(wc -l <"$dir/out")" -eq 1 ]
}

no_such_pager() {
	code=0
	on_terminal PLOG_PAGER=/no/such/pager -- -b 0 "$dir/w" || code=$?
	[ "$code" -eq 4 ] && grep -q '/no/such/pager' "$dir/out"
}

# With less in its place: one screen needs no key, and shows the colours as they are.
less_itself() {
	on_terminal TERM=xterm -- -b 0 "$dir/w" && grep -q "$esc\\[1;33ma warning" "$dir/out"
}

exits() {
	_want=$1
	shift
	code=0
	on_terminal "$@" || code=$?
	[ "$code" -eq "$_want" ]
}

must "a window" plogctl init --size 256K "$dir/w"
plog -w "$dir/w" -t t -p warning "a warning"
plog -w "$dir/w" -t t -p err "$(printf 'an error, \033[2Jand an escape')"
plog -w "$dir/w" -t t -p info "a word"
must "a large one" plogctl init --size 1M "$dir/big"
seq -f 'line %.0f of many, which no screen has' 5000 | plog -w "$dir/big" -t t
rm -f "/dev/shm/plog-ctl-$(stat -c %D "$dir/big")-$(printf '%x' "$(stat -c %i "$dir/big")")"
esc=$(printf '\033')

check "\$PLOG_PAGER" shows '^paged: .*a warning' 'PLOG_PAGER=sed "s/^/paged: /"' PAGER=false -- -b 0 "$dir/w"
check "\$PAGER" shows '^paged: .*a warning' 'PAGER=sed "s/^/paged: /"' -- -b 0 "$dir/w"
check "less is told to quit on one screen" shows '^FRSXMK' "PLOG_PAGER=echo \$LESS" -- -b 0 "$dir/w"
check "--list-boots is paged" shows '^paged: ' 'PAGER=sed "s/^/paged: /"' -- --list-boots "$dir/w"
check "--no-pager" shows_not paged 'PAGER=sed "s/^/paged: /"' -- --no-pager -b 0 "$dir/w"
check "an empty PLOG_PAGER" shows_not paged PLOG_PAGER= 'PAGER=sed "s/^/paged: /"' -- -b 0 "$dir/w"
check "cat is none" shows 'a warning' PAGER=cat -- -b 0 "$dir/w"
check "messages go through it, too" shows '^paged: .*none of 3 records matches' \
	'PAGER=sed "s/^/paged: /"' STATUS=1 -- -b 0 -g nowhere "$dir/w"
check "no pager: the exit code is the tool's" exits 1 PLOG_PAGER= -- -b 0 -g nowhere "$dir/w"
check "a pager: likewise" exits 1 'PAGER=sed "s/^/paged: /"' -- -b 0 -g nowhere "$dir/w"
check "a pager that is left early: exit 0" left_early
check "no such pager: exit 4" no_such_pager
if command -v less >/dev/null; then
	check "less itself" less_itself
else
	echo "skip less: not installed"
fi

check "colours on a terminal" shows "$esc\\[1;33ma warning$esc\\[0m" PLOG_PAGER= -- -b 0 "$dir/w"
check "with a pager, too" shows "$esc\\[1;33ma warning$esc\\[0m" 'PAGER=cat -' -- -b 0 "$dir/w"
check "none with NO_COLOR" shows_not "$esc" PLOG_PAGER= NO_COLOR=1 -- -b 0 "$dir/w"
check "an empty one does not count" shows "$esc\\[1;33m" PLOG_PAGER= NO_COLOR= -- -b 0 "$dir/w"
check "none with --color=never" shows_not "$esc" PLOG_PAGER= -- --color=never -b 0 "$dir/w"
check "none on a dumb terminal" shows_not "$esc" PLOG_PAGER= TERM=dumb -- -b 0 "$dir/w"
check "control bytes of the log never get there" no_escape
check "-o raw is refused" refused raw
check "-o export is refused" refused export

check "a terminal that goes away: it ends, printing" exits 0 HANG=print -- --no-pager -b 0 "$dir/big"
check "and following" exits 0 HANG=follow -- -f -n all "$dir/w"
check "progress on a terminal only" shows 'looking for windows in' SCAN=1 -- -b all "$dir/scan"
exit "$failed"
