#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# crash_test.sh [KERNEL] - the main job on a real kernel: four processes of two
# threads log numbered records, the boot ends by panic, by reboot and by a reset
# from outside, and the next boot must recover what was logged.
#
# What was logged is known from elsewhere: each thread notes the number of its
# last finished call in a page of its own behind the window, which survives too.
# QEMU keeps what its caches held, so every finished call must be there, not just
# those of 10 ms ago.

# shellcheck disable=SC2317,SC2034 # functions are called through check; guest.sh reads variables

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
kernel=${1:-6.1-amd64}
GUEST_KERNEL=$BUILD/kernels/$kernel
GUEST_CMDLINE="console=ttyS0 quiet panic=1 oops=panic memmap=2M\$0xf000000"
GUEST_MEM=1024 # reboots are quicker than with 256
# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"

scratch crash
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM

load() {
	guest_run 'insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=1M' &&
		guest_run 'dmesg | grep "plog0:" | tail -n 1' >"$dir/found"
}

build_module() {
	make -s -C "$root" BUILD="$BUILD" KDIR="$GUEST_KERNEL/kdir" \
		KBUILD_DIR="$BUILD/kmod-$kernel" KCFLAGS=-Werror W=1 kmod >"$dir/kmod.log" 2>&1 ||
		{ cat "$dir/kmod.log"; return 1; }
}

# refused WHY PARAMETERS: insmod fails, and the kernel's log has one line that says
# why; busybox tries each module twice, by either system call.
refused() {
	guest_run 'dmesg -c >/dev/null'
	guest_run "insmod /lib/modules/plog.ko $2" >/dev/null && return 1
	guest_run 'dmesg | grep "plog: mem" | sed "s/^\[[^]]*\] //" | uniq' >"$dir/said"
	[ "$(wc -l <"$dir/said")" -eq 1 ] && grep -qE "$1" "$dir/said" || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

refusals() {
	check "refused: address not page aligned" refused 'aligned' \
		'mem_address=0xf000800 mem_size=1M'
	check "refused: size not page aligned" refused 'aligned|multiple' \
		'mem_address=0xf000000 mem_size=1000000'
	check "refused: too small" refused '64' 'mem_address=0xf000000 mem_size=32K'
	check "refused: System RAM" refused 'System RAM' 'mem_address=0x5f00000 mem_size=1M'
	check "refused: partly System RAM" refused 'System RAM' 'mem_address=0xef80000 mem_size=1M'
	check "refused: another driver's" refused 'claimed|busy|in use' \
		'mem_address=0xfee00000 mem_size=64K'
	check "refused: no address" refused 'mem_address' ''
	check "refused: wraps around" refused 'mem_' \
		'mem_address=0xfffffffffffff000 mem_size=1M'
}

storm_start() {
	guest_run 'dd if=/dev/zero of=/dev/mem bs=4k seek=$((0xf100000 / 4096)) count=1 \
		conv=notrunc 2>/dev/null'
	guest_run 'plogstorm --processes 4 --threads 2 --rate 1500 \
		--progress /dev/mem,0xf100000 >/tmp/storm.out 2>&1 & sleep 3; cat /tmp/storm.out'
}

# The storm of the boot before: every finished call is there.
storm_check() {
	guest_memory 0xf100000 4096 "$dir/progress" &&
		guest_run "logdump -o json -b $1 >/tmp/log.json" &&
		guest_pull /tmp/log.json "$dir/log.json" &&
		guest_run 'logdump --list-boots -o json' >"$dir/boots.json" &&
		python3 "$root/tests/torture/storm_check.py" --boots "$dir/boots.json" --boot "$1" \
			--streams 8 --progress "$dir/progress" <"$dir/log.json" >"$dir/verdict"
	ret=$?
	sed 's/^/# /' "$dir/verdict"
	return $ret
}

found() {
	grep -qE "$1" "$dir/found" || {
		sed 's/^/# /' "$dir/found"
		return 1
	}
}

boot_ended() {
	guest_run "logdump --list-boots -o json" | python3 -c '
import json, sys
boots = {b["boot"]: b for b in map(json.loads, sys.stdin)}
last = sorted(boots)[-2]
print(boots[last]["verdict"])'
}

# ends_by VERDICT COMMAND...: a storm, the end of the boot, and what comes back.
ends_by() {
	verdict=$1
	shift
	must "$verdict: a storm runs" storm_start
	must "$verdict: it boots again" "$@"
	must "$verdict: the module attaches" load
	check "$verdict: the window is valid" found ': valid,'
	check "$verdict: all finished calls are recovered, in order, none twice" storm_check -1
	check "$verdict: the verdict" prints "$verdict" boot_ended
}

reset_from_outside() {
	guest_monitor system_reset && guest_wait_boot
}

earlier_boot_kept() {
	guest_run 'logdump -b -2 -o json' >"$dir/older.json" &&
		grep -q '"tag":"plogstorm"' "$dir/older.json"
}

# A wrong mem_size must not cost the log; the line's own advice erases it.
smaller_size() {
	guest_run 'rmmod plog; dmesg -c >/dev/null'
	guest_run 'insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=512K' && return 1
	guest_run 'dmesg | grep -c "made with mem_size=1024K"' >/dev/null || return 1
	guest_run 'insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=1M &&
		logdump -o cat | grep -q storm && rmmod plog &&
		$(dmesg | sed -n "s/.*erase it: //p" | tail -n 1) &&
		insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=512K'
}

# Physical memory by /dev/mem, at any byte address and of any length.
mem=mem:0xf120003,300001
mem_writes() {
	guest_run "plog -w $mem -t devmem written through /dev/mem && logdump -b 0 -o cat $mem" |
		grep -qx 'written through /dev/mem'
}

mem_recovers() {
	guest_run "logdump -o cat $mem" | grep -qx 'written through /dev/mem'
}

mem_refuses() {
	guest_run 'plog -w mem:0x1000000,1M x' >"$dir/said"
	[ $? -eq 3 ] && [ "$(wc -l <"$dir/said")" -eq 1 ] && grep -q 'System RAM' "$dir/said"
}

syslog_delivers() {
	guest_run 'syslogd -O /tmp/messages && await "test -S /dev/log" && plog -p err "for syslog" &&
		logdump -b 0 --syslog && await "grep -q \"user.err plog.*for syslog\" /tmp/messages"'
}

must "the kernel is there" "$root/scripts/kernel.sh" "$kernel"
must "the module builds without a warning" build_module
must "the initramfs" "$root/tests/qemu/initramfs.sh" "$dir/initrd" \
	"$BUILD/kmod-$kernel/plog.ko" "$BUILD"/guest/logdump "$BUILD"/guest/plog \
	"$BUILD"/guest/plogctl "$BUILD"/guest/plogstorm "$BUILD"/guest/devtest
must "the guest boots" guest_start "$dir"
check "no window: logdump says so" returns 3 guest_run 'logdump /dev/plog0'
refusals
must "the module loads" load
check "an empty window is formatted" found 'empty'
check "the device is there by itself" guest_run 'test -c /dev/plog0'
check "no earlier boot: exit 1" returns 1 guest_run 'logdump'
guest_run 'devtest /dev/plog0' >"$dir/devtest"
grep -E '^(ok|not ok) ' "$dir/devtest"
grep -q '^not ok' "$dir/devtest" && failed=1
check "the device test counted" grep -q '^ok ' "$dir/devtest"
check "mem: a record is written and read" mem_writes
check "mem: System RAM is refused in one line" mem_refuses
ends_by panic guest_crash 'echo c >/proc/sysrq-trigger'
check "mem: the record survived the panic" mem_recovers
ends_by reboot guest_crash 'reboot -f'
check "the boot before that one is still there" earlier_boot_kept
ends_by reset reset_from_outside
check "a reloaded module continues the boot" guest_run 'plog -w /dev/plog0 before &&
	rmmod plog && insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=1M &&
	plog -w /dev/plog0 after && logdump -b 0 -o cat | grep -c -e before -e after | grep -qx 2'
check "delivery to /dev/log" syslog_delivers
check "a smaller mem_size leaves the log alone, and says how to erase it" smaller_size
exit $failed
