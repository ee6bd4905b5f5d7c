#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lanes_test.sh - who logs through which lanes, and does every record come back?
#
# The lanes of CPUs are restartable sequences, which debuggers, valgrind and
# emulators break or do not have: there the shared lanes have to do. A storm on a
# file window, natively, under each of these tools, built for other C libraries
# and machines; then the records are counted, and the lanes they went through.
#
# What needs a tool that is missing is skipped. Cross builds stay in $BUILD.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL PLOG_LANES GLIBC_TUNABLES
static=$BUILD/guest/plogstorm
steps=1000
[ -z "${PLOG_LONG:-}" ] || steps=100000

command -v python3 >/dev/null || skip "lanes: no python3"
[ -x "$static" ] && [ -x "$BUILD/logdump" ] || skip "lanes: $static or logdump is not built"
scratch lanes
storm=$dir/plogstorm

control() {
	echo "/dev/shm/plog-ctl-$(stat -c %D "$1")-$(printf '%x' "$(stat -c %i "$1")")"
}

finish() {
	[ ! -e "$dir/w" ] || rm -f "$(control "$dir/w")"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

fresh() {
	[ ! -e "$dir/w" ] || rm -f "$(control "$dir/w")" "$dir/w"
	plogctl init --size 1M "$dir/w" >/dev/null
}

# all_back STREAMS COUNT: every record of every thread, once, in order, bit for bit
all_back() {
	logdump -b 0 -o json "$dir/w" 2>"$dir/said" | grep '"msg":"storm p=.\b' |
		python3 "$root/tests/torture/storm_check.py" --streams "$1" --count "$2" \
			>"$dir/verdict" 2>&1 || {
		sed 's/^/# /' "$dir/said" "$dir/verdict"
		return 1
	}
}

# lanes cpus|shared|both: through which lanes did the records go?
lanes() {
	use=$(python3 "$root/tests/cli/lanes_use.py" "$dir/w" "$(control "$dir/w")")
	cpus=${use#*CPUs: }
	cpus=${cpus%,*}
	shared=${use##* }
	case $1 in
	# Who is moved or interrupted eight times at one record takes a shared lane.
	cpus) [ "${cpus:-0}" -gt 0 ] && [ "$shared" -le $((cpus / 10)) ] ;;
	shared) [ "${cpus:-1}" -eq 0 ] && [ "$shared" -gt 0 ] ;;
	both) [ "${cpus:-0}" -gt 0 ] && [ "$shared" -gt 32 ] ;; # so many were there before
	esac || {
		echo "# $use; wanted: $1"
		return 1
	}
}

# storm_run PROCESSES THREADS COUNT COMMAND...: a storm by COMMAND, and all of it is there.
# Not at full speed: who is put off in the middle of a lease sends all others on the
# CPU to the shared lanes meanwhile, and a thread would be through in that time.
storm_run() {
	processes=$1 threads=$2 count=$3
	shift 3
	fresh || return 1
	timeout 60 "$@" --window "$dir/w" --processes "$processes" --threads "$threads" \
		--rate 3000 --count "$count" >"$dir/out" 2>&1 || {
		echo "# exit $?: $*"
		tail -n 20 "$dir/out" | sed 's/^/#   /'
		return 1
	}
	all_back $((processes * threads)) "$count"
}

build_storm() {
	"${CC:-cc}" -O2 -g -std=gnu11 -D_GNU_SOURCE -I"$root/liblog" -o "$storm" \
		"$root/tests/torture/plogstorm.c" -L"$BUILD" -Wl,-rpath,"$BUILD" -lplog -lpthread
}

# build_for NAME VARIABLE=...: a static plogstorm as make builds it, in a folder of its own
build_for() {
	name=$1
	shift
	env -u MAKEFLAGS -u MAKELEVEL -u CC make -s -C "$root" -j "$(nproc)" CFLAGS='-O2 -g' \
		BUILD="$BUILD/cross-$name" "$@" "${BUILD#"$root"/}/cross-$name/guest/plogstorm" \
		>"$dir/make" 2>&1 || {
		tail -n 20 "$dir/make" | sed 's/^/# /'
		return 1
	}
}

# missing TOOL...: says so, in one line
missing() {
	for tool; do
		command -v "$tool" >/dev/null || {
			echo "skip lanes: no $tool"
			return 0
		}
	done
	return 1
}

# --- natively ---

no_libc_rseq=glibc.pthread.rseq=0

must "a storm that is linked with the shared library" build_storm
check "all records come back" storm_run 4 2 300 "$storm"
# A sandbox may have no rseq(2) at all: then there is nothing to be seen below.
if python3 "$root/tests/cli/lanes_use.py" "$dir/w" "$(control "$dir/w")" | grep -q 'CPUs: 0,'; then
	echo "skip lanes: no restartable sequences here"
	native=shared
else
	check "and went through the lanes of CPUs" lanes cpus
	native=cpus
fi
check "static: all come back" storm_run 4 2 300 "$static"
check "static: through the lanes of CPUs" lanes "$native"
check "PLOG_LANES=shared: all come back" storm_run 4 2 300 env PLOG_LANES=shared "$storm"
check "PLOG_LANES=shared: through the shared lanes" lanes shared
check "without the C library's area: all come back" \
	storm_run 4 2 300 env "GLIBC_TUNABLES=$no_libc_rseq" "$storm"
check "without the C library's area: through the lanes of CPUs" lanes "$native"
check "static, without the C library's area: all come back" \
	storm_run 4 2 300 env "GLIBC_TUNABLES=$no_libc_rseq" "$static"
check "static, without the C library's area: through the lanes of CPUs" lanes "$native"

# --- valgrind: it has no rseq(2) ---

under_valgrind() {
	storm_run 2 2 200 valgrind -q --error-exitcode=9 --trace-children=yes "$storm"
}

if ! missing valgrind; then
	check "valgrind: no error, all come back" under_valgrind
	check "valgrind: through the shared lanes" lanes shared
fi

# --- gdb: a step is an interrupt, and so is a breakpoint; no sequence gets through ---

# The first instructions of the program's restartable sequences, as gdb takes addresses.
# A descriptor is four words of 64 bits: version and flags, start, length, abort.
sequences() {
	objcopy -O binary -j __rseq_cs "$1" "$dir/sequences" &&
		od -An -v -t x8 -w32 "$dir/sequences" | awk '{ print "*0x" $2 }'
}

# One call in single steps. They may lead nowhere, for who reads a clock in them starts
# over with each tick. Then breakpoints in all sequences, until a call that has given up
# stands at the door of the shared lanes: a lease there reads clocks, too, so each of
# them gets a chunk before, from one of 32 threads. Instructions are stepped where they
# stand: a copy of one that gdb lets run elsewhere is not in the sequence.
under_gdb() {
	fresh || return 1
	PLOG_LANES=shared "$1" --window "$dir/w" --processes 8 --threads 4 --base 50 --rate 0 \
		--count 1 >/dev/null || return 1
	# The call itself, whatever it becomes in the library.
	at=$(grep -n 'x=%08x", w->p' "$root/tests/torture/plogstorm.c" | cut -d: -f1)
	{
		printf '%s\n' 'set debuginfod enabled off' 'set follow-fork-mode child' \
			'set displaced-stepping off' \
			"break plogstorm.c:$at if n == 20" \
			"run --window $dir/w --processes 1 --threads 1 --rate 0 --count 100 >$dir/out" \
			'delete' "stepi $steps"
		[ "$native" = shared ] || for sequence in $(sequences "$1"); do
			printf "break %s\nignore \$bpnum 100\n" "$sequence"
		done
		printf '%s\n' 'tbreak plog_lane_shared_put' 'continue' 'delete' 'continue'
	} >"$dir/commands"
	timeout 300 gdb -q -batch -nx -x "$dir/commands" "$1" </dev/null >"$dir/gdb" 2>&1
	grep -q 'hit Breakpoint' "$dir/gdb" && grep -q 'hit Temporary breakpoint' "$dir/gdb" &&
		grep -q 'exited normally' "$dir/gdb" && all_back 1 100 || {
		tail -n 20 "$dir/gdb" | sed 's/^/# /'
		return 1
	}
}

if ! missing gdb; then
	check "gdb: $steps steps and breakpoints in the sequences, all come back" under_gdb "$static"
	if [ "$native" = cpus ]; then
		check "gdb: who is interrupted each time goes through a shared lane, the others do not" lanes both
	else
		check "gdb: through the shared lanes" lanes shared
	fi
fi

# --- other machines, emulated: no rseq(2), no robust list ---

foreign() {
	machine=$1 prefix=$2 emulator=$3
	! missing "${prefix}gcc" "$emulator" || return 0
	check "$machine: a storm is built" build_for "$machine" "CROSS_COMPILE=$prefix" || return 0
	check "$machine, emulated: all come back" storm_run 2 2 200 \
		"$emulator" "$BUILD/cross-$machine/guest/plogstorm"
	check "$machine, emulated: through the shared lanes" lanes shared
}

foreign aarch64 aarch64-linux-gnu- qemu-aarch64
foreign armhf arm-linux-gnueabihf- qemu-arm
foreign riscv64 riscv64-linux-gnu- qemu-riscv64

# --- musl: registers nothing, and has other robust lists ---

if ! missing musl-gcc; then
	check "musl: a storm is built" build_for musl CC=musl-gcc &&
		check "musl: all come back" storm_run 4 2 300 "$BUILD/cross-musl/guest/plogstorm" &&
		check "musl: through the lanes of CPUs" lanes "$native"
fi
exit "$failed"
