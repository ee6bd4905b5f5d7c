#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# readme_test.sh - does the README tell the truth?
#
# Its program is extracted, compiled without a warning and run, and what it logs is
# recovered; its links lead somewhere; its options exist.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
unset PLOG_LEVEL
readme=$root/README.md

[ -e "$BUILD/libplog.a" ] || skip "readme: $BUILD/libplog.a is not built"
scratch readme
finish() {
	[ ! -e "$dir/w" ] ||
		rm -f "/dev/shm/plog-ctl-$(stat -c %D "$dir/w")-$(printf '%x' "$(stat -c %i "$dir/w")")"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

extract() {
	sed -n '/^```c$/,/^```$/{/^```/d;p}' "$readme" >"$dir/pump.c"
	grep -q 'plog(' "$dir/pump.c"
}

compile() {
	# shellcheck disable=SC2086 # flags
	"$@" -Wall -Wextra -Werror ${CFLAGS:-} -I"$root/liblog" -o "$dir/pump" "$dir/pump.c" \
		"$BUILD/libplog.a" -lpthread ${LDFLAGS:-}
}

logs() {
	plogctl init --size 64K "$dir/w" >/dev/null && PLOG_WINDOW=$dir/w "$dir/pump" &&
		prints 'pump: pressure 8731 mbar, limit 9000' sh -c \
			"logdump -b 0 '$dir/w' | sed 's/.* pump\[[0-9]*\]/pump/'"
}

# The name in front of () of each markdown link that is no address.
links_lead() {
	bad=0
	for link in $(grep -oE '\]\([^)#]+' "$1" | sed 's/^](//' | grep -v '^https*:' | sort -u); do
		[ -e "$(dirname "$1")/$link" ] || {
			echo "# $1: $link is not there"
			bad=1
		}
	done
	return $bad
}

# Options in lines that begin with "logdump " or "# logdump ": known to --help?
options_known() {
	logdump --help >"$dir/help"
	bad=0
	for option in $(grep -E '^ +([#$] )?logdump ' "$readme" | sed 's/   .*//' |
		sed 's/^ *[#$]* *//' | tr ' ' '\n' | grep -oE '^--?[a-z][a-z-]*' | sort -u); do
		grep -qE -- "(^|[ ,])$option([ ,=[]|\$)" "$dir/help" || {
			echo "# no such option: $option"
			bad=1
		}
	done
	return $bad
}

must "it has a program" extract
must "which compiles without a warning" compile "${CC:-cc}"
check "and logs" logs
if command -v g++ >/dev/null; then
	check "which compiles as C++, too" g++ -x c++ -std=c++11 -Wall -Wextra -Werror \
		-I"$root/liblog" -fsyntax-only "$dir/pump.c"
fi
for doc in README.md docs/design.md docs/testing.md docs/format.md docs/porting.md docs/troubleshooting.md; do
	check "links in $doc lead somewhere" links_lead "$root/$doc"
done
check "logdump's options exist" options_known
exit "$failed"
