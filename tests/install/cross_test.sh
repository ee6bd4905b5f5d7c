#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# cross_test.sh - make and make install for other machines and another C library
#
# With CROSS_COMPILE= or CC=, into a DESTDIR of their own: all is of that machine, a
# program links with it, and what the installed tools and that program log in an
# emulator is recovered. All of them in the long run; what is missing is skipped.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
unset PLOG_WINDOW PLOG_LEVEL

scratch cross
finish() {
	window_remove "$dir/w"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# NAME VARIABLE=...: the build folder is that of lanes_test.sh, which compiles the same
install_for() {
	name=$1
	shift
	mine=$BUILD
	BUILD=$mine/cross-$name
	rm -rf "${dir:?}/$name"
	env -u CC make -s -C "$root" -j "$(nproc)" BUILD="$BUILD" CFLAGS='-O2 -g' SKIP_KMOD=1 \
		DESTDIR="$dir/$name" PREFIX=/usr "$@" install >"$dir/make" 2>&1
	code=$?
	BUILD=$mine
	[ "$code" -eq 0 ] || tail -n 20 "$dir/make" | sed 's/^/# /'
	return "$code"
}

# NAME MACHINE: as readelf says it
all_of() {
	for file in "$dir/$1"/usr/bin/* "$dir/$1/usr/lib/libplog.so.1"; do
		readelf -h "$file" | grep -q "Machine: *$2" || {
			echo "# $file is not for $2"
			return 1
		}
	done
}

program_links() {
	name=$1
	"$2" -O2 -Wall -Werror -I"$dir/$name/usr/include" -o "$dir/$name/usr/bin/hello" \
		"$root/docs/examples/hello.c" -L"$dir/$name/usr/lib" -lplog
}

# NAME COMMAND...: with the command that runs a program of that machine
round_trip() {
	bin=$dir/$1/usr/bin
	shift
	window_remove "$dir/w"
	"$@" "$bin/plogctl" init --size 64K "$dir/w" >/dev/null &&
		(export PLOG_WINDOW="$dir/w" && "$@" "$bin/plog" -t shell -p err "of a shell" &&
			"$@" "$bin/hello" >/dev/null) &&
		"$@" "$bin/logdump" -b 0 -o cat "$dir/w" >"$dir/got" &&
		printf 'of a shell\nhello, world 1\n' | diff - "$dir/got"
}

# NAME MACHINE COMPILER LOADER-ROOT EMULATOR MAKE-VARIABLE
lane() {
	for tool in "$3" "$5"; do
		command -v "$tool" >/dev/null || {
			echo "skip cross: no $tool"
			return 0
		}
	done
	check "$1: make install $6" install_for "$1" "$6" || return 0
	check "$1: all of it is $2" all_of "$1" "$2"
	check "$1: a program links with the shared library" program_links "$1" "$3" || return 0
	if [ "$5" = env ]; then
		check "$1: it logs, and the tools recover" round_trip "$1" env \
			LD_LIBRARY_PATH="$dir/$1/usr/lib"
	else
		check "$1: it logs, and the tools recover, emulated" round_trip "$1" "$5" -L "$4" \
			-E LD_LIBRARY_PATH="$dir/$1/usr/lib:$4/lib"
	fi
}

# The one of 32 bits, which differs most, in a short run, too.
lane armhf ARM arm-linux-gnueabihf-gcc /usr/arm-linux-gnueabihf qemu-arm \
	CROSS_COMPILE=arm-linux-gnueabihf-
[ -n "${PLOG_LONG:-}" ] || exit "$failed"
lane aarch64 AArch64 aarch64-linux-gnu-gcc /usr/aarch64-linux-gnu qemu-aarch64 \
	CROSS_COMPILE=aarch64-linux-gnu-
lane riscv64 RISC-V riscv64-linux-gnu-gcc /usr/riscv64-linux-gnu qemu-riscv64 \
	CROSS_COMPILE=riscv64-linux-gnu-
lane musl "Advanced Micro Devices .*86-64" musl-gcc / env CC=musl-gcc
exit "$failed"
