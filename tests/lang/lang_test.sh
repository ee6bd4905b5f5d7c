#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lang_test.sh - plog.h in the compilers and languages that it is for
#
# The calls of calls.inc, compiled without a warning by each compiler and for each
# standard, say in the window what printf says. Wrong formats are warned of; %n
# is refused; more arguments than a site may have become text.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
here=$root/tests/lang
logdump=${LOGDUMP:-$BUILD/logdump}

[ -x "$logdump" ] && [ -e "$BUILD/libplog.a" ] || skip "languages: no library in $BUILD"
scratch lang
trap scratch_done EXIT

strict="-Wall -Wextra -Wconversion -Wsign-conversion -Wformat=2 -Wundef
	-Wcast-qual -Wpointer-arith -Werror"

# compiles COMPILER STANDARD FLAGS...: calls.c, to $dir/calls
compiles() {
	compiler=$1
	standard=$2
	shift 2
	case $compiler in
	*++*) language=c++ ;;
	*) language=c && set -- -Wshadow "$@" ;;
	esac
	# shellcheck disable=SC2086 # flags
	"$compiler" -x $language -std="$standard" $strict "$@" -I"$root/liblog" \
		"$here/calls.c" -x none "$BUILD/libplog.a" -lpthread -o "$dir/calls"
}

says_the_same() {
	rm -f "$dir/window"
	"$BUILD/plogctl" init --size 1M "$dir/window" >/dev/null &&
		PLOG_WINDOW=$dir/window "$dir/calls" >"$dir/wanted" &&
		"$logdump" -b 0 -o cat "$dir/window" >"$dir/got" && cmp "$dir/wanted" "$dir/got"
}

# Compiles lines of a function's body. $cc and $std are set.
body() {
	case $cc in
	*++*) language=c++ ;;
	*) language=c ;;
	esac
	printf '#include <plog.h>\nint main(void)\n{\n%s\nreturn 0;\n}\n' "$1" >"$dir/body.c"
	shift
	"$cc" -x $language -std="$std" "$@" -I"$root/liblog" -c -o "$dir/body.o" "$dir/body.c" \
		2>"$dir/said"
}

accepts() {
	body "$@" && [ ! -s "$dir/said" ]
}

warns() {
	body "$@" && grep -q 'warning: .*Wformat' "$dir/said"
}

refuses() {
	! body "$@" && grep -q '%n in a format' "$dir/said"
}

wrong_formats() {
	for cc in gcc clang g++ clang++; do
		command -v $cc >/dev/null || continue
		case $cc in
		*++*) std=c++11 ;;
		*) std=c11 ;;
		esac
		check "$cc: a wrong type is a warning" warns 'plog_info("%d", "text");' -Wall
		check "$cc: a missing argument is a warning" warns 'plog_info("%d %d", 1);' -Wall
		check "$cc: a superfluous argument is a warning" warns 'plog_info("%d", 1, 2);' -Wall
		check "$cc: twenty arguments are none" accepts 'plog_info("%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d",
			1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20);' -Wall
		case $cc in
		g*) check "$cc: optimized, %n is refused" refuses \
			'int n; plog_info("a %n", &n); return n;' -O2 ;;
		esac
		check "$cc: %%n is not %n" accepts 'plog_info("100%%n %d", 1);' -O2 -Wall
	done
}

for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	for std in c99 c11 gnu17; do
		must "$cc -std=$std compiles" compiles $cc $std -O2
		check "$cc -std=$std says the same as printf" says_the_same
	done
	check "$cc -O0 -pedantic compiles" compiles $cc c11 -O0 -pedantic
	check "$cc -O0 says the same" says_the_same
	check "$cc -O3 with fortified functions" compiles $cc gnu17 -O3 -D_FORTIFY_SOURCE=2
	check "$cc -O3 says the same" says_the_same
done
for cc in g++ clang++; do
	command -v $cc >/dev/null || continue
	for std in c++11 c++17 gnu++20; do
		must "$cc -std=$std compiles" compiles $cc $std -O2
		check "$cc -std=$std says the same as printf" says_the_same
	done
done
wrong_formats
exit "$failed"
