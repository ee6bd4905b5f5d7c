#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest_bench.sh - plog beside /dev/pmsg0 and trace_marker, in one boot of one
# kernel: the one of scripts/source_kernel.sh 6.1-pmsg, or $GUEST_KERNEL (rows whose device it
# lacks are skipped). In turns, as bench.py does it; the table also goes to
# $BUILD/bench/guest.txt. QEMU interprets the guest's instructions, so only the
# ratios of this table mean anything, and no table's but this one's.
#
# BENCH_ROUNDS: how often each row is measured (3).

# shellcheck disable=SC2034 # guest.sh reads variables

set -eu
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
: "${GUEST_KERNEL:=$BUILD/kernels/6.1-pmsg}" "${BENCH_ROUNDS:=3}"
ramoops='ramoops.mem_address=0xf200000 ramoops.mem_size=0x100000'
ramoops="$ramoops ramoops.pmsg_size=0x80000 ramoops.record_size=0x10000"
# As on hardware: without it the kernel keeps time by a device that it has to ask.
GUEST_CMDLINE="console=ttyS0 quiet panic=1 tsc=reliable memmap=4M\$0xf000000 $ramoops"
# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"

# "program variant file label" a line; the file is what write_file writes to.
rows() {
	cat <<-'END'
		floor tsc - floor
		plog reference - plog
		plog text100 - plog, 100 bytes by %s
		write_file line /dev/shm/lines write(2) to tmpfs
		write_file line /dev/plogmsg0 write(2) to /dev/plogmsg0
		write_file line /dev/pmsg0 write(2) to /dev/pmsg0 on ramoops
		write_file line /sys/kernel/tracing/trace_marker write(2) to trace_marker
	END
}

module() {
	make -s -C "$root" BUILD="$BUILD" KDIR="$GUEST_KERNEL/kdir" \
		KBUILD_DIR="$BUILD/kmod-bench" kmod >"$dir/kmod.log" 2>&1 || {
		cat "$dir/kmod.log" >&2
		exit 1
	}
}

prepare() {
	"$root/tests/qemu/initramfs.sh" "$dir/initrd" "$BUILD/kmod-bench/plog.ko" \
		"$BUILD/bench/guest/floor" "$BUILD/bench/guest/plog" \
		"$BUILD/bench/guest/write_file"
	guest_start "$dir"
	guest_run 'insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=2M'
	guest_run ': >/dev/shm/lines; mount -t tracefs t /sys/kernel/tracing' || :
}

# One turn: "NS label" for each row that could be measured.
turn() {
	rows | while read -r program variant file label; do
		if said=$(guest_run "BENCH_FILE=$file $program -c -d 300 $variant" </dev/null 2>&1)
		then
			echo "$said" | sed -n "s#^ns \(.*\)#\1 $label#p"
		else
			echo "skip $label: $said" | head -n 1
		fi
	done
}

# Median and minimum of each row's rounds, and the ratio to the floor's median.
table() {
	rows | while read -r _ _ _ label; do
		ns=$(sed -n "s#^\([0-9.]*\) $label\$#\1#p" "$dir/turns" | sort -n)
		if [ -z "$ns" ]; then
			sed -n "s#^skip \($label: .*\)#  skipped: \1#p" "$dir/turns" | head -n 1
			continue
		fi
		middle=$(echo "$ns" | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
		: "${floor:=$middle}"
		: "${plog:=}"
		[ "$label" != plog ] || plog=$middle
		echo "$ns" | awk -v l="$label" -v m="$middle" -v f="$floor" -v p="${plog:-$middle}" \
			'NR == 1 { printf "  %-36s %10.1f %10.1f %9.2f %9.2f\n", l, m, $1, m / f, m / p }'
	done
}

scratch guest_bench
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM
module
prepare
n=0
while [ "$n" -lt "$BENCH_ROUNDS" ]; do
	turn
	n=$((n + 1))
done >"$dir/turns"
mkdir -p "$BUILD/bench"
{
	echo "in a guest: kernel $(guest_run 'uname -r'), $GUEST_SMP CPUs, QEMU without KVM, $(date -u +%F)"
	printf '  %-36s %10s %10s %9s %9s\n' '' 'median ns' 'min ns' 'x floor' 'x plog'
	table
} | tee "$BUILD/bench/guest.txt"
