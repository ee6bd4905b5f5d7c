# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# boards.sh - to be sourced: trees of files that say what a machine is, for
# plogctl's --root.
#
#   put PATH LINE...   a file of those lines below $tree
#   drop PATH...       removes them
#   cells PATH N...    a device-tree property of 32-bit cells
#   board_pc           a PC with BIOS, set up for plog as it should be
#   board_efi          the same with EFI, and nothing set up
#   board_arm64        an arm64 board with a device tree, with a node of plog's
#   board_small        a 32-bit Arm board with 32 MiB and a device tree, nothing set up

# shellcheck disable=SC2154 # tree is set by who sources this

own_group=$(id -g)

put() {
	_file=$tree$1
	shift
	[ -d "${_file%/*}" ] || mkdir -p "${_file%/*}"
	printf '%s\n' "$@" >"$_file"
}

drop() {
	for _file; do
		rm -rf "${tree:?}$_file"
	done
}

cells() {
	_file=$tree$1
	shift
	mkdir -p "${_file%/*}"
	for _cell; do
		printf '%08x' "$((_cell))"
	done | sed 's/../\\x&/g' | xargs -0 printf '%b' >"$_file" 2>/dev/null
}

board_common() {
	rm -rf "${tree:?}"
	put /proc/meminfo "MemTotal:         245760 kB" "MemFree: 1 kB"
	put /proc/sys/kernel/panic 10
	put /sys/kernel/reboot/mode warm
	put /sys/kernel/security/lockdown "[none] integrity confidentiality"
	put /sys/kernel/kexec_crash_loaded 0
	put /etc/group "root:x:0:" "plog:x:$own_group:operator"
	put /lib/udev/rules.d/60-plog.rules "# rules"
	put /lib/systemd/system/plog-harvest@.service "[Service]"
	put /etc/modules-load.d/plog.conf plog
}

board_device() {
	mkdir -p "$tree/sys/module/plog"
	put /dev/plog0 ""
	chmod 0660 "$tree/dev/plog0"
}

board_pc_bare() {
	board_common
	put /proc/cmdline "BOOT_IMAGE=/boot/vmlinuz root=/dev/sda1 quiet"
	put /proc/sys/kernel/osrelease 6.1.0-40-amd64
	put /proc/cpuinfo "processor	: 0" "vendor_id	: GenuineIntel" \
		"flags		: fpu tsc msr clflushopt"
	put /sys/devices/system/clocksource/clocksource0/current_clocksource tsc
	put /proc/iomem "00000000-00000fff : Reserved" "00001000-0009fbff : System RAM" \
		"000f0000-000fffff : Reserved" "00100000-0ffdffff : System RAM" \
		"  01000000-02ffffff : Kernel code" "  03000000-03ffffff : Kernel data" \
		"0ffe0000-0fffffff : Reserved" "b0000000-bfffffff : PCI MMCONFIG"
	drop /etc/modules-load.d
}

board_pc() {
	board_pc_bare
	put /etc/modules-load.d/plog.conf plog
	put /proc/cmdline "root=/dev/sda1 quiet memmap=1M\$0x8000000"
	put /etc/default/grub 'GRUB_CMDLINE_LINUX_DEFAULT="quiet memmap=1M\\\$0x8000000"'
	put /etc/modprobe.d/plog.conf "options plog mem_address=0x8000000 mem_size=1M"
	put /proc/iomem "00000000-00000fff : Reserved" "00001000-0009fbff : System RAM" \
		"00100000-07ffffff : System RAM" "  01000000-02ffffff : Kernel code" \
		"08000000-080fffff : Reserved" "  08000000-080fffff : plog0" \
		"08100000-0ffdffff : System RAM"
	board_device
}

board_efi() {
	board_pc_bare
	mkdir -p "$tree/sys/firmware/efi/efivars"
	put /etc/default/grub 'GRUB_CMDLINE_LINUX_DEFAULT="quiet"'
	put /proc/iomem "00001000-0009ffff : System RAM" "00100000-3e7fffff : System RAM" \
		"  2d000000-2effffff : Kernel code" "  2f000000-2fffffff : Kernel data" \
		"3e800000-3effffff : Reserved" "3f000000-3fffffff : ACPI Tables"
}

board_arm() {
	board_common
	put /proc/cpuinfo "processor	: 0" "CPU implementer	: 0x41"
	put /sys/devices/system/clocksource/clocksource0/current_clocksource arch_sys_counter
	drop /etc/modules-load.d
}

board_arm64_bare() {
	board_arm
	put /proc/cmdline "console=ttyAMA0 root=/dev/mmcblk0p2"
	put /proc/sys/kernel/osrelease 6.1.0-40-arm64
	put /proc/iomem "09000000-09000fff : pl011@9000000" "40000000-5fffffff : System RAM" \
		"  40200000-41ffffff : Kernel code" "  42000000-42ffffff : Kernel data" \
		"  5c000000-5fffffff : reserved"
	cells /proc/device-tree/#address-cells 2
	cells /proc/device-tree/#size-cells 2
}

board_arm64() {
	board_arm64_bare
	put /proc/iomem "40000000-57ffffff : System RAM" "58000000-580fffff : reserved" \
		"58100000-5fffffff : System RAM"
	cells /proc/device-tree/reserved-memory/#address-cells 2
	cells /proc/device-tree/reserved-memory/#size-cells 2
	cells /proc/device-tree/reserved-memory/plog@58000000/reg 0 0x58000000 0 0x100000
	cells /proc/device-tree/reserved-memory/plog@58000000/phandle 7
	: >"$tree/proc/device-tree/reserved-memory/plog@58000000/no-map"
	put /proc/device-tree/plog/compatible plog,window
	cells /proc/device-tree/plog/memory-region 7
	board_device
}

board_small() {
	board_arm
	put /proc/meminfo "MemTotal:         28672 kB"
	put /proc/cmdline "console=ttyS0 root=/dev/mtdblock3"
	put /proc/sys/kernel/osrelease 5.10.0-armmp
	put /proc/iomem "80000000-81ffffff : System RAM" "  80008000-807fffff : Kernel code" \
		"  80900000-80a0ffff : Kernel data"
	cells /proc/device-tree/#address-cells 1
	cells /proc/device-tree/#size-cells 1
}
