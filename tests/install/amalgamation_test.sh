#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# amalgamation_test.sh - the library as two files: `cc -c plog.c` is all of its build
#
# In a folder with nothing else, without a flag; programs that carry it log and read,
# as with the library. The long run has the compilers for other machines, too.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
unset PLOG_WINDOW PLOG_LEVEL
PATH=$BUILD:$PATH

[ -x "$BUILD/logdump" ] || skip "amalgamation: $BUILD/logdump is not built"
scratch amalgamation
finish() {
	window_remove "$dir/w"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

made() {
	make_quiet amalgamation &&
		[ "$(cd "$BUILD/amalgamation" && echo *)" = "plog.c plog.h" ] &&
		cp "$BUILD"/amalgamation/plog.[ch] "$dir" &&
		cp "$root/docs/examples/reader.c" "$root/docs/examples/hello.c" "$dir"
}

# compiles COMPILER FLAG...: without a warning
compiles() {
	(cd "$dir" && "$@" -c plog.c) >"$dir/said" 2>&1 && [ ! -s "$dir/said" ] || {
		head -n 10 "$dir/said" | sed 's/^/# /'
		return 1
	}
}

# links COMPILER FLAG...: programs as they are, but that the reader's header is plog.h as well.
links() {
	compiler=$1
	shift
	sed 's/plog_reader\.h/plog.h/' "$root/docs/examples/reader.c" >"$dir/reader.c"
	(cd "$dir" && "$compiler" -Wall -Werror "$@" -o hello -I. hello.c plog.o -lpthread &&
		"$compiler" -Wall -Werror "$@" -o reader -I. reader.c plog.o -lpthread) 2>"$dir/said" || {
		head -n 10 "$dir/said" | sed 's/^/# /'
		return 1
	}
}

logs_and_reads() {
	window_remove "$dir/w"
	plogctl init --size 64K "$dir/w" >/dev/null &&
		(PLOG_WINDOW=$dir/w && export PLOG_WINDOW &&
			"$@" "$dir/hello" >"$dir/said" && plog -t other -p err "of the library" &&
			"$@" "$dir/reader" "$dir/w" >"$dir/read") &&
		grep -q "^logging to $dir/w" "$dir/said" &&
		logdump -b 0 -o cat -t hello "$dir/w" | grep -qx 'hello, world 1' &&
		grep -q 'other\[[0-9]*\]: of the library' "$dir/read"
}

# What is not the library's interface begins with its name, too: no clash with a
# program's own names.
names() {
	nm -g --defined-only "$dir/plog.o" | awk '$3 !~ /^(plog|PLOG)_/ { print "# " $3; bad = 1 }
		END { exit bad || !NR }'
}

header_is_cplusplus() {
	printf '#include "plog.h"\nint main() { plog_info("%%d", 1); return plog_sync(); }\n' >"$dir/x.cc"
	g++ -std=c++11 -Wall -Wextra -Werror -fsyntax-only -I"$dir" "$dir/x.cc"
}

must "two files" made
must "cc -c plog.c" compiles "${CC:-cc}"
check "no name but plog's own" names
must "programs link with it" links "${CC:-cc}"
check "they log and read" logs_and_reads env
check "all warnings, optimized" compiles "${CC:-cc}" -std=gnu11 -Wall -Wextra -Werror -O2
check "linked" links "${CC:-cc}"
check "optimized, they log and read" logs_and_reads env
! command -v g++ >/dev/null || check "its header is C++, too" header_is_cplusplus
if command -v clang >/dev/null; then
	check "clang" compiles clang -fno-strict-aliasing -O2
fi
[ -n "${PLOG_LONG:-}" ] || exit "$failed"
for machine in musl aarch64 arm riscv64; do
	emulator=qemu-$machine
	case $machine in
	musl) compiler=musl-gcc emulator=env ;;
	arm) compiler=arm-linux-gnueabihf-gcc ;;
	*) compiler=$machine-linux-gnu-gcc ;;
	esac
	command -v "$compiler" >/dev/null || {
		echo "skip amalgamation: no $compiler"
		continue
	}
	check "$compiler -c plog.c" compiles "$compiler" -O2 || continue
	command -v "$emulator" >/dev/null || continue
	check "$machine: linked statically" links "$compiler" -static &&
		check "$machine: they log and read" logs_and_reads "$emulator"
done
exit "$failed"
