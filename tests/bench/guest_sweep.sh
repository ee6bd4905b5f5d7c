#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest_sweep.sh - what the module's sweep takes of a CPU, in a guest that executes
# one instruction a nanosecond, of whatever kind (QEMU's -icount), and has one CPU. So
# it counts instructions, and says nothing of what cleaning waits for: sweep_cost does.
# Times are the guest's own, the same in every run but for some thousandths.
#
#   thread     what the kernel counts of the sweep's thread
#   all        by what the writer got less than in a window without a sweep (cache=wc):
#              the timer's interrupt, too, and the writer's look at whether there is a sweep
#
# The table also goes to $BUILD/bench/sweep.txt.

# shellcheck disable=SC2034 # guest.sh reads variables

set -eu
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
: "${GUEST_KERNEL:=$BUILD/kernels/6.1-amd64}"
GUEST_SMP=1
GUEST_QEMU="-icount shift=0"
GUEST_CMDLINE="console=ttyS0 quiet panic=1 tsc=reliable memmap=4M\$0xf000000"
# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"

# The first costs nothing, and keeps the sweep going.
idle_rate=1000
rates="$idle_rate 100000 1000000"

# load CACHE RATE: the line of sweep_load
load() {
	# shellcheck disable=SC2016 # the guest's shell
	guest_run 'for p in /proc/[0-9]*; do
			[ "$(cat $p/comm)" != plog0 ] || pid=${p#/proc/}
		done 2>/dev/null
		sweep_load '"$2"' ${pid:-0}' | sed "s/^records/$1 $2 &/"
}

measure() {
	for cache in wc wb; do
		guest_run "insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=2M cache=$cache"
		for rate in $rates; do
			load "$cache" "$rate"
		done
		guest_run 'rmmod plog'
	done
}

# stdin: CACHE RATE records N looks N thread NS wall NS
table() {
	awk '$1 == "wc" { without[$2] = $6 / $10 }
	$1 == "wb" {
		taken = (without[$2] - $6 / $10) / without['"$idle_rate"']
		printf "  %-40.0f %8.2f %8.2f\n", $4 * 1e9 / $10, 100 * $8 / $10, 100 * taken
	}'
}

scratch guest_sweep
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM
make -s -C "$root" BUILD="$BUILD" KDIR="$GUEST_KERNEL/kdir" KBUILD_DIR="$BUILD/kmod-bench" \
	kmod >"$dir/kmod.log" 2>&1 || {
	cat "$dir/kmod.log" >&2
	exit 1
}
"$root/tests/qemu/initramfs.sh" "$dir/initrd" "$BUILD/kmod-bench/plog.ko" "$BUILD/bench/guest/sweep_load"
guest_start "$dir"
measure >"$dir/lines"
mkdir -p "$BUILD/bench"
{
	echo "the module's sweep, kernel $(guest_run 'uname -r'), per cent of a CPU of 1 instruction a ns"
	printf '  %-40s %8s %8s\n' 'records a second' thread all
	table <"$dir/lines"
} | tee "$BUILD/bench/sweep.txt"
