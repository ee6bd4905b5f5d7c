#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# demo.sh - the main job, shown: a real kernel with a reserved window runs an
# instrumented program, panics, reboots, and the dead boot's log comes back.
# `make demo` builds what it needs. KERNEL=6.1-amd64 picks the kernel.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
kernel=${KERNEL:-6.1-amd64}
GUEST_KERNEL=$BUILD/kernels/$kernel
# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"

scratch demo
trap 'guest_stop; scratch_done' EXIT
trap 'exit 1' HUP INT TERM

step() {
	printf '\n\033[1m== %s\033[0m\n' "$*"
}

# Shows a command and what it prints in the guest.
show() {
	printf '\033[36m# %s\033[0m\n' "$1"
	guest_run "$1" || { failed=1; exit 1; }
}

"$root/scripts/kernel.sh" "$kernel" || exit 1
step "module for Linux $(cat "$GUEST_KERNEL/release")"
make -s -C "$root" BUILD="$BUILD" KDIR="$GUEST_KERNEL/kdir" KBUILD_DIR="$BUILD/kmod-$kernel" kmod \
	>"$dir/kmod.log" 2>&1
built=$?
# Debian's headers have no vmlinux to make BTF from: nothing to worry about.
grep -v 'Skipping BTF generation' "$dir/kmod.log" >&2
[ "$built" -eq 0 ] || exit 1
"$root/tests/qemu/initramfs.sh" "$dir/initrd" "$BUILD/kmod-$kernel/plog.ko" \
	"$BUILD"/guest/logdump "$BUILD"/guest/plog "$BUILD"/guest/plogctl "$BUILD"/guest/pump ||
	exit 1

step "boot it in QEMU, 1 MiB reserved by memmap=1M\$0xf000000"
guest_start "$dir" || exit 1
show 'insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=1M && dmesg | grep plog0:'
show 'plogctl status'

step "run a program that logs"
show 'pump 2 && echo "pump ended"'
show 'echo "operator: shutting the main valve by hand" | plog -t console -p warning'

step "crash the kernel, with the log nowhere but in RAM"
printf '\033[36m# echo c >/proc/sysrq-trigger\033[0m\n'
guest_crash 'echo c >/proc/sysrq-trigger' || exit 1
grep -aE 'Kernel panic' "$dir/console.log" | tail -n 1
echo "... it rebooted"

step "the next boot"
show 'insmod /lib/modules/plog.ko mem_address=0xf000000 mem_size=1M && dmesg | grep plog0:'
show 'logdump --list-boots'
show 'logdump | grep -B 4 -A 3 "Kernel panic"'
show 'logdump -t pump -p warning -o short-iso'
show 'logdump --verify | head -n 11'

step "and to syslog"
guest_run 'syslogd -O /tmp/messages && sleep 1'
show 'logdump -t pump -t console -p warning --syslog; sleep 1; tail -n 3 /tmp/messages'
