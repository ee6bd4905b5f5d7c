#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# doctor_test.sh - each line of plogctl doctor, on machines that are trees of files:
# as it should be, and for each thing that can be wrong.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
plogctl=$BUILD/plogctl
[ -x "$plogctl" ] || skip "doctor: no $plogctl"
scratch doctor
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM
tree=$dir/tree
# shellcheck source=tests/cli/boards.sh
. "$root/tests/cli/boards.sh"

doctor() {
	code=0
	"$plogctl" doctor --root "$tree" >"$dir/out" 2>&1 || code=$?
}

# finds WHAT GRADE CHECK PATTERN: one line of that check, of that grade, that fits;
# and the exit code is 1 exactly when a line says FAIL
finds() {
	doctor
	_what=$1
	check "$_what" line "$2" "$3" "$4"
}

line() {
	# The pattern is not awk's: its backslashes mean what grep -E takes them for.
	got=$(awk -v c="$2" '/^FAIL/ { fail = 1 } $2 == c { print } END { print fail + 0 }' \
		"$dir/out")
	printf '%s\n' "$got" | head -n 1 | grep -qE -- "^$1 +$2 +.*$3" &&
		[ "$(printf '%s\n' "$got" | sed -n 2p)" = "$code" ] || {
		echo "# exit code $code; not $1 $2 $3:"
		printf '%s\n' "$got" | sed 's/^/#   /'
		return 1
	}
}

all_ok() {
	doctor
	grep -v '^OK ' "$dir/out" | sed 's/^/# /'
	[ "$code" -eq 0 ] && [ "$(grep -c '^OK ' "$dir/out")" -eq 17 ] &&
		[ "$(wc -l <"$dir/out")" -eq 17 ]
}

board_pc
check "a PC as it should be: all well" all_ok
board_arm64
drop /etc/modules-load.d
check "an arm64 board as it should be: all well" all_ok

board_pc
put /proc/sys/kernel/osrelease 4.19.0-27-amd64
finds "kernel: too old" FAIL kernel '4\.19.* needs 5\.10'
drop /proc/sys/kernel/osrelease
finds "kernel: nobody knows" unknown kernel 'mount /proc'

board_pc
put /proc/meminfo "MemTotal: 4096 kB"
finds "ram: little" WARN ram '4096 KiB only; .*64K'
put /proc/meminfo "MemTotal: 8192 kB"
put /etc/modprobe.d/plog.conf "options plog mem_address=0x8000000 mem_size=2M"
finds "ram: a large window" WARN ram 'windows of 2048 KiB beside 8 MiB'
drop /proc/meminfo
finds "ram: nobody knows" unknown ram 'meminfo'

board_pc_bare
finds "reservation: none" FAIL reservation 'plogctl setup --dry-run'
put /proc/cmdline "quiet memmap=1M\$0x8000000"
finds "reservation: the module is not told" FAIL reservation \
	'options plog mem_address=0x8000000 mem_size=1024K'
board_pc
finds "reservation: memmap=" OK reservation 'memmap=1M\$0x8000000'
put /proc/cmdline "memmap=64K\$0x4000000,2M\$0x8000000"
finds "reservation: the second of two, and larger" OK reservation 'memmap=2M\$0x8000000'
put /proc/cmdline quiet
finds "reservation: by nothing" WARN reservation '0x8000000 is kept free by nothing'
put /proc/cmdline "crashkernel=16M@0x7800000"
finds "reservation: crashkernel=" FAIL reservation 'crashkernel=, which is System RAM'
put /etc/modprobe.d/plog.conf "options plog mem_address=0x8000000"
finds "reservation: no size" FAIL reservation 'has no mem_size='
put /etc/modprobe.d/plog.conf "options plog mem_name=log"
finds "reservation: a name, and an old kernel" FAIL reservation 'needs Linux 6\.11'
put /proc/sys/kernel/osrelease 6.12.9
finds "reservation: a name, not reserved" FAIL reservation 'reserve_mem=1M:4096:log'
put /proc/cmdline "nokaslr reserve_mem=1M:4096:log"
finds "reservation: a name" OK reservation 'reserve_mem= of the name log'
board_pc
put /sys/module/plog/parameters/mem_address "0x8000000,0x9000000"
put /sys/module/plog/parameters/mem_size "1M,1M"
finds "reservation: the second of two windows" WARN reservation '0x9000000 is kept free by nothing'
finds "iomem: likewise" FAIL iomem '0x9000000-0x90fffff is System RAM'
board_arm64
finds "reservation: device tree" OK reservation 'plog@58000000, 1024 KiB at 0x58000000, no-map'
drop /proc/device-tree/reserved-memory/plog@58000000/no-map
finds "reservation: device tree without no-map" FAIL reservation 'has no no-map'
cells /proc/device-tree/plog/memory-region 99
finds "reservation: a node that leads nowhere" FAIL reservation 'memory-region = <&label>'
board_arm64
drop /proc/device-tree/plog
put /etc/modprobe.d/plog.conf "options plog mem_address=0x58000000 mem_size=1M"
finds "reservation: parameters into a no-map child" OK reservation 'plog@58000000'

board_pc
finds "grub: as it says" OK grub 'as /etc/default/grub says'
put /proc/cmdline "quiet memmap=1M"
finds "grub: the dollar was swallowed" FAIL grub 'memmap=1M limits the RAM.*memmap=1M\\\\\\\$ADDRESS'
board_pc
for bad in '"quiet memmap=1M$0x8000000"' '"quiet memmap=1M\$0x8000000"' \
	"'quiet memmap=1M\$0x8000000'"; do
	put /etc/default/grub "GRUB_CMDLINE_LINUX=$bad"
	finds "grub: will be swallowed: $bad" FAIL grub 'will lose its \$'
done
for good in '"quiet memmap=1M\\\$0x8000000"' "'quiet memmap=1M\\\$0x8000000'" \
	'"$GRUB_CMDLINE_LINUX memmap=1M\\\$0x8000000"'; do
	put /etc/default/grub "GRUB_CMDLINE_LINUX=$good"
	finds "grub: will not: $good" OK grub 'as /etc/default/grub says'
done
put /proc/cmdline quiet
finds "grub: not in effect" WARN grub 'memmap=1M\$0x8000000 of /etc/default/grub.*update-grub'
drop /etc/default/grub
finds "grub: none" OK grub 'no /etc/default/grub'

board_pc
finds "iomem: plog's" OK iomem "is plog0's"
put /proc/iomem "00100000-0ffdffff : System RAM"
finds "iomem: System RAM" FAIL iomem 'is System RAM'
put /proc/iomem "00100000-0800ffff : System RAM" "08010000-0fffffff : Reserved"
finds "iomem: System RAM in part" FAIL iomem 'is System RAM'
put /proc/iomem "08000000-08ffffff : PCI Bus 0000:00"
finds "iomem: somebody else's" FAIL iomem 'belongs to "PCI Bus 0000:00"'
put /proc/iomem "00100000-07ffffff : System RAM"
finds "iomem: nothing there" WARN iomem 'is there RAM'
put /proc/iomem "00000000-00000000 : System RAM" "00000000-00000000 : Reserved"
finds "iomem: hidden" unknown iomem 'run as root'
drop /proc/iomem
finds "iomem: nobody knows" unknown iomem 'mount /proc'

board_pc
mkdir -p "$tree/sys/firmware/efi"
finds "kaslr: EFI, and an old kernel" WARN kaslr 'add nokaslr, or take 6\.10'
put /proc/sys/kernel/osrelease 6.12.9
finds "kaslr: EFI, and a new kernel" OK kaslr 'avoids'
put /etc/modprobe.d/plog.conf "options plog mem_name=log"
put /proc/cmdline "reserve_mem=1M:4096:log"
finds "kaslr: reserve_mem=" WARN kaslr 'does not avoid reserve_mem='
put /proc/cmdline "reserve_mem=1M:4096:log nokaslr"
finds "kaslr: off" OK kaslr 'nokaslr'

board_pc
drop /sys/module/plog
finds "module: not installed" FAIL module 'not installed: .*linux-headers-6\.1\.0-40-amd64'
put /lib/modules/6.0.0/modules.dep "updates/dkms/plog.ko.xz:"
finds "module: for another kernel" FAIL module 'installed for Linux 6\.0\.0, and not for 6\.1\.0'
put /lib/modules/6.1.0-40-amd64/modules.dep "kernel/a.ko: kernel/b.ko" "extra/plog.ko:"
finds "module: not loaded" FAIL module 'extra/plog\.ko is there, and not loaded: modprobe'
drop /etc/modules-load.d
finds "autoload: nothing" WARN autoload 'echo plog >/etc/modules-load\.d'
put /etc/modules "# modules" plog
finds "autoload: /etc/modules" OK autoload '/etc/modules'

locked="none [integrity] confidentiality"
put /sys/kernel/security/lockdown "$locked"
finds "lockdown: parameters" FAIL lockdown 'refuses mem_address='
put /etc/modprobe.d/plog.conf "options plog mem_name=log"
put /lib/modules/6.1.0-40-amd64/extra/plog.ko "not signed at all, and long enough to look at"
finds "lockdown: not signed" FAIL lockdown 'plog\.ko is not: sign it'
printf 'code~Module signature appended~\n' >"$tree/lib/modules/6.1.0-40-amd64/extra/plog.ko"
finds "lockdown: signed" OK lockdown 'locked down, and the module is signed'
put /lib/modules/6.1.0-40-amd64/modules.dep "extra/plog.ko.xz:"
finds "lockdown: nobody can tell" unknown lockdown 'modinfo'
put /sys/kernel/security/lockdown "[none] integrity"
put /sys/module/module/parameters/sig_enforce Y
finds "lockdown: signatures alone" unknown lockdown 'only signed'
drop /sys/module/module /sys/kernel/security
finds "lockdown: a kernel without" OK lockdown 'has none'

board_pc
drop /dev/plog0
finds "device: none" FAIL device 'made no window; dmesg'
drop /sys/module/plog
finds "device: no module" FAIL device 'no /dev/plog0: the module is not loaded'
board_pc
chmod 0666 "$tree/dev/plog0"
finds "device: everybody's" WARN device 'mode 0666.*chmod 0660'
chmod 0600 "$tree/dev/plog0"
finds "device: root's" WARN device 'not the group plog.*udevadm trigger'
drop /lib/udev
finds "device: no rule" WARN device 'install 60-plog\.rules'
put /etc/group "root:x:0:"
finds "device: no group" WARN device 'systemd-sysusers'
board_pc
put /etc/group "plog:x:$own_group:"
finds "device: no members" OK device 'no members yet'

drop /lib/udev
finds "harvest: nobody starts it" WARN harvest 'no udev rule'
drop /lib/systemd
finds "harvest: none" WARN harvest 'nobody saves the logs'
board_pc
mkdir -p "$tree/etc/systemd/system"
ln -s /dev/null "$tree/etc/systemd/system/plog-harvest@.service"
finds "harvest: masked" WARN harvest 'is masked.*unmask'

put /sys/devices/system/clocksource/clocksource0/current_clocksource hpet
finds "clock: hpet" WARN clock 'by hpet, not by the TSC'
drop /sys/devices
finds "clock: nobody knows" unknown clock 'mount it'
put /proc/sys/kernel/panic 0
finds "panic: for ever" WARN panic 'kernel\.panic=0: .*sysctl\.d'
put /proc/sys/kernel/panic -1
finds "panic: at once" OK panic 'at once'
drop /proc/sys/kernel/panic
finds "panic: nobody knows" unknown panic 'cannot be read'

board_pc
put /sys/kernel/reboot/mode cold
put /sys/kernel/reboot/type acpi
finds "reboot: cold, by ACPI" OK reboot 'mode cold, by acpi'
put /sys/kernel/reboot/type pci
finds "reboot: a power cycle" WARN reboot 'power cycle.*reboot=warm,pci'
put /sys/kernel/reboot/type efi
finds "reboot: cold, by EFI" WARN reboot 'cold reset.*reboot=warm'
put /sys/kernel/reboot/mode hard
put /sys/kernel/reboot/type ""
finds "reboot: hard" WARN reboot 'mode hard'
drop /sys/kernel/reboot
finds "reboot: nobody knows" unknown reboot 'plogctl qualify'
put /proc/cmdline "reboot=cold,pci"
finds "reboot: as the command line says" WARN reboot 'power cycle'

board_pc
finds "overwrite: no EFI" OK overwrite 'no EFI'
mkdir -p "$tree/sys/firmware/efi"
finds "overwrite: not mounted" unknown overwrite 'mount efivarfs'
mkdir -p "$tree/sys/firmware/efi/efivars"
finds "overwrite: no variable" OK overwrite 'no MemoryOverwriteRequestControl'
variable=$tree/sys/firmware/efi/efivars/MemoryOverwriteRequestControl-e20939be-32d4-41be-a150-897f85d49829
printf '\007\000\000\000\001' >"$variable"
finds "overwrite: asked for" FAIL overwrite 'will wipe RAM.*RESET_ATTACK_MITIGATION'
printf '\007\000\000\000\000' >"$variable"
finds "overwrite: not asked for" OK overwrite 'is clear'
printf '\007' >"$variable"
finds "overwrite: odd" unknown overwrite '1 bytes'

board_pc
flags() {
	put /proc/cpuinfo "vendor_id	: AuthenticAMD" "flags		: fpu $1"
}
flags "sme sev"
finds "encryption: not asked for" OK encryption 'not asked for'
put /proc/cmdline "memmap=1M\$0x8000000 mem_encrypt=on"
finds "encryption: SME" FAIL encryption 'mem_encrypt=off'
flags "tdx_guest hypervisor"
finds "encryption: TDX" FAIL encryption 'confidential guest'
flags "sev hypervisor"
finds "encryption: SEV" FAIL encryption 'confidential guest'
flags "tme"
finds "encryption: TME" WARN encryption 'Intel TME'

put /sys/kernel/kexec_crash_loaded 1
put /sys/module/kernel/parameters/crash_kexec_post_notifiers N
finds "kdump: hooks are skipped" WARN kdump 'add crash_kexec_post_notifiers'
put /sys/module/kernel/parameters/crash_kexec_post_notifiers Y
finds "kdump: hooks come first" OK kdump 'hooks come first'
drop /sys/module/kernel
put /proc/cmdline "crash_kexec_post_notifiers"
finds "kdump: as the command line says" OK kdump 'hooks come first'

rm -rf "$tree"
mkdir "$tree"
finds "nothing at all is no crash" FAIL reservation 'no memory is reserved'
check "usage" returns 2 "$plogctl" doctor surplus
check "on this machine it has as many lines" eval \
	'"$plogctl" doctor >"$dir/out"; [ "$(wc -l <"$dir/out")" -eq 17 ]'
exit "$failed"
