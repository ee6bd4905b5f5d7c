#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# systemd_test.sh - the Debian packages in a Debian that boots: systemd, udev and
# journald meet the units, the rules and the settings
#
# A minimal bookworm with the packages in it is the initramfs of a virtual machine.
# The module is loaded at boot as the README has it, one user may log and another may
# not, the kernel panics; in the next boot the dead one's log has been saved, is
# delivered to the journal, and then acknowledged, with nobody asking for it. The long
# run's; needs root, and a network.
#
# shellcheck disable=SC2317,SC2034 # functions are called through check; guest.sh reads variables

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/system.sh
. "$(dirname "$0")/system.sh"
# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"
export BUILD
kernel=6.1-amd64

[ -n "${PLOG_LONG:-}" ] || skip "systemd: in the long run only"
[ "$(id -u)" -eq 0 ] || skip "systemd: a system of its own takes root"
for tool in dpkg-buildpackage dh_dkms debootstrap qemu-system-x86_64; do
	command -v $tool >/dev/null || skip "systemd: no $tool"
done
scratch systemd
trap 'guest_stop; system_close "$dir/root"; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM

built() {
	"$root/scripts/deb.sh" >"$dir/said" 2>&1 &&
		"$root/scripts/kernel.sh" "$kernel" >>"$dir/said" 2>&1 &&
		"$root/scripts/kmod.sh" "$kernel" kmod >>"$dir/said" 2>&1 || {
		tail -n 20 "$dir/said" | sed 's/^/# /'
		return 1
	}
}

# The module is in the place where DKMS puts it.
installed() {
	mkdir -p "$dir/root/debs" && cp "$BUILD"/deb/libplog1_*.deb "$BUILD"/deb/plog-tools_*.deb \
		"$dir/root/debs/" &&
		system_run "$dir/root" sh -c 'apt-get -qq install -y --no-install-recommends /debs/*.deb' \
			>"$dir/said" 2>&1 || {
		tail -n 20 "$dir/said" | sed 's/^/# /'
		return 1
	}
	release=$(cat "$BUILD/kernels/$kernel/release")
	mkdir -p "$dir/root/lib/modules/$release/updates/dkms" &&
		cp -L "$BUILD/kernels/$kernel/modules"/modules.* "$dir/root/lib/modules/$release/" &&
		cp "$BUILD/kmod-$kernel/plog.ko" "$dir/root/lib/modules/$release/updates/dkms/" &&
		depmod -b "$dir/root" "$release"
}

# As the README and the files' own comments say; and a user in the group, one outside.
configured() {
	examples=$(find "$dir/root/usr/share/doc" -path '*modprobe.d/plog.conf') &&
		cp "$examples" "$dir/root/etc/modprobe.d/" &&
		echo plog >"$dir/root/etc/modules-load.d/plog.conf" &&
		mkdir -p "$dir/root/etc/plog" &&
		echo 'Deliver=--journal' >>"$dir/root/etc/plog/harvest.conf" &&
		system_run "$dir/root" useradd -G plog member && system_run "$dir/root" useradd outsider
}

# systemd, the agent as a service, and nothing that only costs an emulated CPU time.
bootable() {
	cp /bin/busybox "$root/tests/qemu/await" "$dir/root/usr/bin/" &&
		cp "$root/tests/qemu/init" "$dir/root/usr/sbin/agent" &&
		cat >"$dir/root/etc/systemd/system/agent.service" <<-END &&
			[Service]
			ExecStart=/usr/sbin/agent
			[Install]
			WantedBy=multi-user.target
		END
		system_run "$dir/root" systemctl -q enable agent.service &&
		echo 0123456789abcdef0123456789abcdef >"$dir/root/etc/machine-id" &&
		ln -sf sbin/init "$dir/root/init" &&
		rm -rf "$dir"/root/debs "$dir"/root/var/cache/apt/*.bin "$dir"/root/var/lib/apt/lists/* \
			"$dir"/root/usr/share/locale "$dir"/root/usr/share/man "$dir"/root/usr/lib/udev/hwdb.d &&
		(cd "$dir/root" && find . -xdev | cpio --quiet -o -H newc) >"$dir/initrd"
}

no_failure() {
	guest_run 'systemctl --failed --plain --no-legend' >"$dir/units"
	! grep plog "$dir/units"
}

# has OWNER MODE PATH
has() {
	prints "$1 $2" guest_run "stat -c '%U:%G %a' $3"
}

member_logs() {
	guest_run 'runuser -u member -- plog -t member "a member" && logdump -b 0 -t member -o cat' |
		grep -qx 'a member'
}

outsider_may_not() {
	says 'permission denied; add the user to group plog' guest_run 'runuser -u outsider -- plog -t outsider "an outsider"'
}

harvested() {
	guest_run 'await "logdump --list-boots -o json /dev/plog0 | grep -q \"\\\"harvested\\\":true\""'
}

archived() {
	guest_run 'runuser -u member -- sh -c "logdump -t member -o cat /var/lib/plog/plog-*"' |
		grep -qx 'a member'
}

in_journal() {
	guest_run 'journalctl -q -o cat PLOG_END=panic' >"$dir/journal"
	grep -qx 'a member' "$dir/journal" &&
		grep -q 'Kernel panic - not syncing: sysrq triggered crash' "$dir/journal"
}

# unit_succeeded NAME: it ran in this boot
unit_succeeded() {
	guest_run "systemctl show -p Result,ExecMainExitTimestampMonotonic $1" >"$dir/unit"
	grep -qx 'Result=success' "$dir/unit" && ! grep -q 'Monotonic=0$' "$dir/unit"
}

window_there() {
	check "$1: udev: the window is root's and the group's" has root:plog 660 /dev/plog0
	check "$1: udev: the line-in can be written" has root:plog 220 /dev/plogmsg0
	check "$1: tmpfiles: the archive is root's and the group's" has root:plog 2750 /var/lib/plog
	check "$1: no unit of ours failed" no_failure
}

must "packages, kernel, module" built
system_make "$dir/root" systemd-sysv,udev,kmod,passwd,util-linux ||
	skip "systemd: no system could be made: $(tail -n 1 "$dir/root.log")"
must "the packages install" installed
must "the module is configured as its files say" configured
must "a system that boots" bootable
GUEST_KERNEL=$BUILD/kernels/$kernel
GUEST_MEM=1536
GUEST_CMDLINE='console=ttyS0 quiet panic=1 memmap=1M$0xf000000'
GUEST_RAM_FILE=$dir/ram
must "it boots" guest_start "$dir"
check "the module was loaded" guest_run 'dmesg | grep -q "plog0: 1024 KiB at 0xf000000 (wb): empty"'
window_there "first boot"
check "who is in the group logs" member_logs
check "who is not may not, and is told" outsider_may_not
must "the kernel panics, and boots again" guest_crash 'echo c >/proc/sysrq-trigger'
check "the boot is saved, delivered and acknowledged" harvested
window_there "second boot"
check "plog-harvest@plog0 has run" unit_succeeded plog-harvest@plog0.service
check "plog-deliver@plog0 has run" unit_succeeded plog-deliver@plog0.service
check "a member of the group reads the archive" archived
check "the journal has programs' and kernel's lines" in_journal
check "plogctl doctor finds nothing that fails" guest_run '! plogctl doctor | grep "^FAIL"'
exit "$failed"
