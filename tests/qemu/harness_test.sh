#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# harness_test.sh [KERNEL] - does the test bed itself hold? KERNEL as fetched by
# scripts/kernel.sh, default 6.1-amd64.
#
# Boots it, and checks the conversation with the guest, that the reserved window
# keeps its bytes over every kind of reset, and that a module built against the
# unpacked headers loads. Exit: 0 passed, 1 failed.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
kernel=${1:-6.1-amd64}
GUEST_KERNEL=$BUILD/kernels/$kernel
window=0xf000000
size=0x100000

# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"

scratch harness

cleanup() {
	guest_stop
	scratch_done
}
trap cleanup EXIT
trap 'failed=1; exit 1' HUP INT TERM

# ---- what the guest is given

make_hello() {
	mkdir -p "$dir/hello"
	echo 'obj-m := hello.o' >"$dir/hello/Makefile"
	cat >"$dir/hello/hello.c" <<-'END'
		#include <linux/module.h>
		static int answer = 42;
		module_param(answer, int, 0444);
		static int __init hello_init(void) { return 0; }
		static void __exit hello_exit(void) { }
		module_init(hello_init);
		module_exit(hello_exit);
		MODULE_LICENSE("Dual BSD/GPL");
		MODULE_DESCRIPTION("proves that the headers build modules");
	END
	make -s -C "$GUEST_KERNEL/kdir" M="$dir/hello" modules \
		>"$dir/hello/log" 2>&1 || {
		cat "$dir/hello/log"
		return 1
	}
}

# ---- the window, from inside the guest and from outside

write_window() {
	head -c $((size)) /dev/urandom >"$dir/pattern"
	guest_push "$dir/pattern" /tmp/pattern &&
		guest_run "dd if=/tmp/pattern of=/dev/mem bs=64k \
			seek=$((window / 65536)) conv=notrunc status=none"
}

read_window() {
	guest_run "dd if=/dev/mem of=/tmp/window bs=64k status=none \
		skip=$((window / 65536)) count=$((size / 65536))" &&
		guest_pull /tmp/window "$dir/window"
}

window_kept() {
	guest_memory "$window" "$size" "$dir/outside" && read_window &&
		cmp "$dir/pattern" "$dir/outside" &&
		cmp "$dir/pattern" "$dir/window"
}

window_reserved() {
	guest_run 'cat /proc/iomem' >"$dir/iomem" &&
		grep -qi '^0f000000-0f0fffff : reserved' "$dir/iomem"
}

# ---- the tests

conversation() {
	check "output and exit code" prints "a b" guest_run 'echo a b; true'
	check "exit code of a failure" returns 7 guest_run 'exit 7'
	check "a command of several lines" prints "1
2" guest_run 'echo 1
echo 2'
	check "no output" prints "" guest_run true
	check "quotes" prints "it's \"\$x\"" guest_run "echo \"it's \\\"\\\$x\\\"\""
	head -c 3000 /dev/urandom >"$dir/bytes"
	guest_run -i "$dir/bytes" cat >"$dir/bytes.back"
	check "any byte, both ways" cmp "$dir/bytes" "$dir/bytes.back"
	check "what takes too long" returns 124 guest_run -t 2 'sleep 99'
	check "the next command after it" prints hi guest_run 'echo hi'
	head -c 300001 /dev/urandom >"$dir/bytes"
	guest_push "$dir/bytes" /tmp/bytes && guest_pull /tmp/bytes "$dir/bytes.back"
	check "a file, both ways" cmp "$dir/bytes" "$dir/bytes.back"
	check "a file that is not there" returns 125 guest_pull /none "$dir/none"
	check "the monitor" prints "VM status: running" guest_monitor 'info status'
}

module() {
	check "the module loads" guest_run 'insmod /lib/modules/hello.ko answer=43'
	check "its parameter" prints 43 guest_run \
		'cat /sys/module/hello/parameters/answer'
	check "it unloads" guest_run 'rmmod hello'
}

# survives WHAT COMMAND...: the window is the same after it, in another boot.
survives() {
	reset=$1
	shift
	before=$(guest_boot_id)
	must "$reset: window written" write_window
	began=$(date +%s%3N)
	must "$reset: boots again" "$@"
	echo "# $(($(date +%s%3N) - began)) ms from the command to the agent"
	check "$reset: another boot" [ "$before" != "$(guest_boot_id)" ]
	check "$reset: window kept" window_kept
}

system_reset() {
	guest_monitor system_reset && guest_wait_boot
}

power_cut() {
	guest_stop
	guest_start "$dir"
}

reboot_unexpected() {
	returns 125 guest_run 'echo b >/proc/sysrq-trigger; sleep 50' &&
		prints fine guest_run 'echo fine'
}

must "the kernel is there" "$root/scripts/kernel.sh" "$kernel"
must "a module builds" make_hello
must "the initramfs" "$root/tests/qemu/initramfs.sh" "$dir/initrd" \
	"$dir/hello/hello.ko"
began=$(date +%s%3N)
must "the guest boots" guest_start "$dir"
echo "# $(($(date +%s%3N) - began)) ms from QEMU's start to the agent"
check "its kernel" prints "$(cat "$GUEST_KERNEL/release")" guest_run 'uname -r'
check "the window is reserved" window_reserved
conversation
module
survives "panic" guest_crash 'echo c >/proc/sysrq-trigger'
survives "reboot -f" guest_crash 'reboot -f'
survives "system_reset" system_reset
check "a reboot during a command is noticed" reboot_unexpected
guest_stop

GUEST_RAM_FILE=$dir/ram
must "RAM in a file: boots" guest_start "$dir"
survives "RAM in a file: QEMU killed" power_cut
guest_stop

exit $failed
