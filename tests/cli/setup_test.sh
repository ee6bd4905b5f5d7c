#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# setup_test.sh - plogctl setup on machines that are trees of files: the range that it
# chooses is free, its lines are what doctor is content with, and it writes what it
# says. tests/qemu/setup_test.sh boots with them.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
plogctl=$BUILD/plogctl
[ -x "$plogctl" ] || skip "setup: no $plogctl"
scratch setup
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM
tree=$dir/tree
# shellcheck source=tests/cli/boards.sh
. "$root/tests/cli/boards.sh"

dry() {
	"$plogctl" setup --dry-run --root "$tree" "$@" >"$dir/out" 2>&1
}

has() {
	for _pattern; do
		grep -qE -- "$_pattern" "$dir/out" || {
			echo "# no line like: $_pattern"
			sed 's/^/#   /' "$dir/out"
			return 1
		}
	done
}

# The range of the first line lies between these addresses, and is aligned to its size.
range() {
	# shellcheck disable=SC2046 # two numbers
	set -- "$1" "$2" $(sed -n '1s/[^0-9]*\(0x[0-9a-f]*\)-\(0x[0-9a-f]*\).*/\1 \2/p' "$dir/out")
	[ $# -eq 4 ] && [ $(($3)) -ge $(($1)) ] && [ $(($4)) -lt $(($2)) ] &&
		[ $(($3 % ($4 - $3 + 1))) -eq 0 ] || {
		sed -n '1s/^/# /p' "$dir/out"
		return 1
	}
}

# What it says is put into effect: as update-grub and a reboot would.
in_effect() {
	_words=$(sed -n '/^memmap=/p' "$dir/out")
	_window=$(sed -n 's/^options plog mem_address=\(0x[0-9a-f]*\) .*/\1/p' "$dir/out")
	put /proc/cmdline "quiet $_words"
	put /etc/default/grub "$(grep '^GRUB_CMDLINE_LINUX_DEFAULT=' "$dir/out")"
	"$plogctl" doctor --root "$tree" >"$dir/doctor"
	grep -E ' (reservation|grub|kaslr) ' "$dir/doctor" | grep -v '^OK' | sed 's/^/# /'
	[ "$(grep -cE '^OK +(reservation|grub|kaslr) ' "$dir/doctor")" -eq 3 ]
}

board_pc_bare
check "a PC with BIOS: its lines" dry
check "kernel's command line, GRUB's, the module's" has '^memmap=1M\$0x[0-9a-f]+$' \
	'^GRUB_CMDLINE_LINUX_DEFAULT="quiet memmap=1M\\\\\\\$0x[0-9a-f]+"$' \
	'^options plog mem_address=0x[0-9a-f]+ mem_size=1M$' '^plog$' '^# /etc/modules-load\.d/plog\.conf$'
check "away from kernel and top" range 0x4000000 0xf000000
check "nothing was written" [ ! -e "$tree/etc/modprobe.d" ]
written() {
	mkdir -p "$tree/etc/modprobe.d" "$tree/etc/modules-load.d"
	"$plogctl" setup --root "$tree" >"$dir/out" 2>&1 &&
		has '^wrote .*/etc/modprobe\.d/plog\.conf$' "boot loader's part is yours" &&
		grep -q '^options plog mem_address=0x[0-9a-f]* mem_size=1M$' "$tree/etc/modprobe.d/plog.conf" &&
		[ "$(cat "$tree/etc/modules-load.d/plog.conf")" = plog ]
}
check "without --dry-run it writes the module's files" written
check "and nothing of the boot loader's" [ ! -e "$tree/etc/default" ]
check "in effect, doctor is content" in_effect
again() {
	_old=$(cat "$tree/etc/modprobe.d/plog.conf")
	"$plogctl" setup --root "$tree" >"$dir/out" 2>&1 && has 'is reserved already' &&
		[ "$(cat "$tree/etc/modprobe.d/plog.conf")" = "$_old" ]
}
check "once more, it keeps to what is there" again
put /etc/modprobe.d/plog.conf "options plog mem_address=0x1000000 mem_size=64K"
check "a file that says something else is left alone" says 'is there and says something else' \
	sh -c '"$1" setup --root "$2" 2>&1 >/dev/null' sh "$plogctl" "$tree"
drop /etc/modprobe.d
check "no folder to write to: one line" says 'No such file' \
	sh -c '"$1" setup --root "$2" 2>&1 >/dev/null' sh "$plogctl" "$tree"

board_efi
put /etc/default/grub "GRUB_CMDLINE_LINUX_DEFAULT='quiet splash'"
dry
check "a PC with EFI: below the kernel, in its own quotes" has \
	"^GRUB_CMDLINE_LINUX_DEFAULT='quiet splash memmap=1M\\\\\\\$0x[0-9a-f]+ nokaslr'$" \
	'^memmap=1M\$0x[0-9a-f]+ nokaslr$'
check "in the larger of two stretches" range 0x4000000 0x2d000000
put /etc/modprobe.d/plog.conf "$(grep '^options' "$dir/out")"
check "in effect, doctor is content with that, too" in_effect

board_arm64_bare
dry
check "arm64: a node, with two cells" has 'reg = <0x0 0x[0-9a-f]+ 0x0 0x100000>;' 'no-map;' \
	'compatible = "plog,window"' 'memory-region = <&plog_ram>;' '#address-cells = <2>'
check "arm64: away from the kernel and what is reserved" range 0x43000000 0x5b000000
check "arm64: no parameters are needed" eval '! grep -q "^options" "$dir/out"'
if command -v dtc >/dev/null; then
	compiles() {
		{ echo '/dts-v1/;'; cat "$dir/out"; } | dtc -q -I dts -O dtb -o "$dir/out.dtb" -
	}
	check "arm64: the device tree compiler takes it" compiles
else
	echo "skip setup: no dtc"
fi

board_small
dry
check "a small board: less, and one cell" has 'reg = <0x[0-9a-f]+ 0x40000>;' '#size-cells = <1>'
check "a small board: away from kernel and top" range 0x80b00000 0x81f00000
dry --size 64K
check "a small board: as asked for" has 'reg = <0x[0-9a-f]+ 0x10000>;'

board_pc_bare
put /sys/kernel/security/lockdown "none [integrity]"
check "locked down, and an old kernel: one line" says 'neither memmap= .* nor reserve_mem=' \
	"$plogctl" setup --dry-run --root "$tree"
put /proc/sys/kernel/osrelease 6.12.9
dry
check "locked down, and a newer one" has '^reserve_mem=1M:4096:plog nokaslr$' \
	'^options plog mem_name=plog$'

board_pc_bare
put /proc/iomem "00000000-00000000 : System RAM"
check "addresses are hidden: one line" says 'run as root' "$plogctl" setup --dry-run --root "$tree"
put /proc/iomem "00001000-0009fbff : System RAM" "00100000-001fffff : System RAM"
check "no room: one line" says 'ask for less' "$plogctl" setup --dry-run --root "$tree"
drop /proc/iomem
check "no /proc: one line" says 'mount /proc' "$plogctl" setup --dry-run --root "$tree"
for size in lots 63K 3M 2G; do
	check "size $size" returns 2 "$plogctl" setup --dry-run --size $size
done
check "usage" returns 2 "$plogctl" setup surplus
exit "$failed"
