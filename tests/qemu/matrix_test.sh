#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# matrix_test.sh [KERNEL...] - kernels by resets: what a boot logged, and how it
# ended, is known in the next one.
#
# A short run has one kernel and the resets that no other test has; PLOG_LONG=1 has
# all; PLOG_RESETS="nmi kexec" just these. KERNEL+efi is started by EFI firmware, which
# goes over the RAM before the kernel does. At the end, a table: ok and seconds, FAIL,
# "-" with the reason, where a machine has no such reset, or nothing, where it is not
# tried. It is in $BUILD/matrix.md, too.

# shellcheck disable=SC2317,SC2034 # functions are called through check; guest.sh reads variables

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/qemu/matrix.sh
. "$root/tests/qemu/matrix.sh"

scratch matrix
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM

if [ -n "${PLOG_LONG:-}" ]; then
	kernels=${*:-6.1-amd64 5.10-amd64 6.12-amd64 sid-amd64 6.1-arm64 6.1-armhf 6.1-debug \
		6.1-amd64+efi 6.12-amd64+efi 6.1-arm64+efi}
	resets="panic reboot sysrq-b system_reset oops oops-reset nmi watchdog kexec kdump"
	resets="$resets kdump-notifiers poweroff power-cut"
else
	kernels=${*:-6.1-amd64}
	resets="oops sysrq-b nmi"
fi
resets=${PLOG_RESETS:-$resets}

# Firmware knows no more of these than whether it runs at all, and what looks for bugs
# in the module wants its code to run.
resets_of() {
	case $1,${PLOG_RESETS:-} in
	*+efi,) echo "panic reboot system_reset" ;;
	*-debug,) echo "panic reboot sysrq-b oops oops-reset nmi watchdog" ;;
	*) echo "$resets" ;;
	esac
}

# ---- why a kernel has no such reset; nothing: it has

has_driver() {
	[ -n "$(find -L "$GUEST_KERNEL/modules" -name "$1.ko*" | head -n 1)" ]
}

# A guest's module files, if that kernel has them.
driver_files() {
	for _name; do
		find -L "$GUEST_KERNEL/modules" -name "$_name.ko*" | head -n 1
	done
}

config_has() {
	grep -qx "CONFIG_$1=y" "$GUEST_KERNEL"/boot/config-* 2>/dev/null ||
		grep -qx "CONFIG_$1=y" "$GUEST_KERNEL/config" 2>/dev/null
}

impossible() {
	case $GUEST_ARCH,$1 in
	arm*,kexec) config_has KEXEC || echo "no kexec in this kernel" ;;
	arm*,nmi) echo "no NMI in this machine" ;;
	arm*,watchdog) echo "no watchdog in this machine" ;;
	*,watchdog) has_driver i6300esb || echo "no driver in this kernel" ;;
	arm*,kdump*) echo "not tried: no crash kernel is loaded without kexec_file_load" ;;
	*,kexec | *,kdump*) config_has KEXEC_FILE || echo "no kexec_file_load in this kernel" ;;
	esac
}

# ---- each reset: brings it about, and says what has to be found behind it

end_and_boot() {
	check "$what: it boots again" "$@" && check "$what: the module attaches" load &&
		check "$what: the window is valid" found ': valid,'
}

# In a panic the kernel prints, and waits a second, before it resets.
reset_panic() {
	end_and_boot guest_crash 'echo c >/proc/sysrq-trigger' &&
		left_behind "$what" panic '^sysrq triggered crash$' --end 5 'matrix: last words' \
			'sysrq: Trigger a crash' \
			'Kernel panic - not syncing: sysrq triggered crash'
}

reset_reboot() {
	end_and_boot guest_crash 'reboot -f' &&
		left_behind "$what" reboot '^by reboot\[[0-9]+\]$' 'matrix: last words' \
			'reboot: Restarting system'
}

reset_sysrq_b() {
	end_and_boot guest_crash 'echo b >/proc/sysrq-trigger' &&
		left_behind "$what" reset '^emergency restart in sh\[[0-9]+\]$' \
			'matrix: last words' 'sysrq: Resetting'
}

from_outside() {
	guest_monitor "$1" && guest_wait_boot
}

reset_system_reset() {
	end_and_boot from_outside system_reset &&
		left_behind "$what" reset '' 'matrix: last words'
}

# The storm goes on, and so does the module. It writes over the window within seconds.
have_oops() {
	guest_run '{ insmod /lib/modules/harm.ko oops=1; } 2>/dev/null; [ $? -gt 128 ]' &&
		prints "behind the oops" guest_run 'plog -t harm -p err "behind the oops" &&
			logdump -b 0 -t harm -o cat' &&
		guest_run 'dmesg | grep -q "end trace"'
}

reset_oops() {
	check "$what: the boot goes on" have_oops &&
		end_and_boot guest_crash 'reboot -f' &&
		left_behind "$what" reboot '^by reboot\[[0-9]+\]$' --bugs 'matrix: last words' \
			'Oops|Internal error' 'end trace' 'reboot: Restarting system'
}

reset_oops_reset() {
	check "$what: the boot goes on" have_oops &&
		end_and_boot from_outside system_reset &&
		left_behind "$what" oops '^oops in insmod\[[0-9]+\]$' --bugs 'matrix: last words' \
			'Oops|Internal error' 'end trace'
}

nmi() {
	guest_run 'echo 1 >/proc/sys/kernel/unknown_nmi_panic
		echo 1 >/proc/sys/kernel/panic_on_unrecovered_nmi' && from_outside nmi
}

# panic() unblanks the console, and lockdep has its opinion of that in an NMI.
reset_nmi() {
	end_and_boot nmi &&
		left_behind "$what" panic '^NMI: Not continuing$' --end 5 \
			--known 'inconsistent lock state' '[(]console_sem[)][.]lock' \
			'matrix: last words' \
			'Kernel panic - not syncing: NMI: Not continuing'
}

watchdog_bites() {
	guest_run 'insmod /lib/modules/watchdog.ko 2>/dev/null
		insmod /lib/modules/i6300esb.ko heartbeat=2 && test -e /dev/watchdog0' &&
		guest_crash 'exec 3>/dev/watchdog0; sleep 600'
}

reset_watchdog() {
	end_and_boot watchdog_bites && left_behind "$what" reset '' 'matrix: last words'
}

# The running kernel's tree, with the place where kload.c puts the initrd.
tree_push() {
	_initrd=$((0x4c000000))
	guest_pull /sys/firmware/fdt "$dir/tree" &&
		fdtput -t x "$dir/tree" /chosen linux,initrd-start "$(printf %x "$_initrd")" &&
		fdtput -t x "$dir/tree" /chosen linux,initrd-end \
			"$(printf %x $((_initrd + $(wc -c <"$dir/next/initrd"))))" &&
		guest_run -i "$dir/tree" 'cat >/tmp/tree'
}

# What is to be started by kexec, as files of the host's.
next_make() {
	mkdir -p "$dir/next" && cp "$dir/initrd" "$dir/next/initrd" &&
		cp -L "$GUEST_KERNEL/vmlinuz" "$dir/next/vmlinuz" && chmod 644 "$dir/next"/*
}

# A guest without a disk has been given it with its initrd.
next_push() {
	next=/share
	[ -n "$GUEST_DISK" ] || return 0
	next=/tmp
	guest_push "$dir/next/vmlinuz" /tmp/vmlinuz && guest_push "$dir/next/initrd" /tmp/initrd
}

kexec() {
	next_push || return
	_tree=
	case $GUEST_ARCH in
	arm*) tree_push && _tree='-t /tmp/tree' || return ;;
	esac
	guest_crash "kload $_tree $next/vmlinuz $next/initrd"
}

# 5.10 says less, and to nobody but the ring buffer.
reset_kexec() {
	end_and_boot kexec || return
	case $kernel in
	5.*)
		left_behind "$what" reboot '^by kload\[[0-9]+\]$' 'too late for the console'
		;;
	*)
		left_behind "$what" reboot '^by kload\[[0-9]+\]: kexec reboot$' \
			'too late for the console' 'Starting new kernel'
		;;
	esac
}

# The crash kernel starts at once: no notifier and no dumper of the dying one runs.
crash_kernel_panics() {
	next_push && guest_run "kload -p $next/vmlinuz $next/initrd" &&
		guest_run "echo $1 >/sys/module/kernel/parameters/crash_kexec_post_notifiers" &&
		guest_crash 'echo c >/proc/sysrq-trigger' &&
		guest_run 'test -s /proc/vmcore'
}

# It reads the log, for it is no boot of the firmware's: the RAM is there.
crash_kernel() {
	end_and_boot crash_kernel_panics "$1" &&
		left_behind "$what" "$2" "$3" --end 5 'matrix: last words' \
			'sysrq: Trigger a crash' \
			'Kernel panic - not syncing: sysrq triggered crash'
	_ret=$?
	check "$what: it boots as usual" guest_crash 'reboot -f' && load && return $_ret
}

# What was cleaned line by line: the kernel's lines, and the programs' from warning on.
reset_kdump() {
	crash_kernel N reset ''
}

reset_kdump_notifiers() {
	crash_kernel Y panic '^sysrq triggered crash$'
}

power_off() {
	guest_send 'poweroff -f' && guest_wait_off && guest_start "$dir"
}

# Off and on so quickly that the RAM keeps its content.
reset_poweroff() {
	end_and_boot power_off &&
		left_behind "$what" poweroff '^by poweroff\[[0-9]+\]$' 'matrix: last words' \
			'reboot: Power down'
}

power_cut() {
	guest_stop
	rm "$GUEST_RAM_FILE"
	guest_start "$dir"
}

nothing_left() {
	guest_run 'logdump' >"$dir/said"
	[ $? -eq 1 ] && [ "$(wc -l <"$dir/said")" -eq 1 ] &&
		grep -q 'no earlier boot in /dev/plog0: the memory was empty, .* the power was off' "$dir/said" || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

reset_power_cut() {
	check "$what: it boots again" power_cut && check "$what: the module attaches" load &&
		check "$what: the window is found empty" found ': empty, formatted, 0 earlier' &&
		check "$what: logdump says that nothing is left, and why" nothing_left
}

# ---- the table

note() {
	printf '%s|%s|%s\n' "$kernel" "$1" "$2" >>"$dir/table"
}

# What a kernel made of a reset; "-" where it has none.
cell() {
	sed -n "s/^$1|$2|//p" "$dir/table" | sed 's/^not possible.*/-/' | head -n 1
}

row() {
	printf '|'
	printf ' %s |' "$@"
	echo
}

# For docs/testing.md.
table_make() {
	# Unquoted: lists of words.
	# shellcheck disable=SC2086
	row reset $kernels
	printf '|'
	for _kernel in $kernels; do printf -- '---|'; done
	echo '---|'
	for _reset in $(for _kernel in $kernels; do resets_of "$_kernel"; done | tr ' ' '\n' |
		awk '!seen[$0]++'); do
		set -- "$_reset"
		for _kernel in $kernels; do
			set -- "$@" "$(cell "$_kernel" "$_reset")"
		done
		row "$@"
	done
	echo
	sed 's/^/- /' "$dir/releases"
	sed -n 's/^\(.*\)|\(.*\)|not possible (\(.*\))/- \1, \2: \3/p' "$dir/table"
}

one_reset() {
	what="$kernel $reset"
	_why=$(impossible "$reset")
	if [ -n "$_why" ]; then
		note "$reset" "not possible ($_why)"
		return
	fi
	_before=$(date +%s)
	if check "$what: a storm runs" storm_start && check "$what: no bug so far" healthy &&
		"reset_$(echo "$reset" | tr - _)"; then
		note "$reset" "ok ($(($(date +%s) - _before)) s)"
	else
		note "$reset" FAIL
		# Whatever it was, the next one begins with a machine that works.
		guest_stop
		rm -f "$GUEST_RAM_FILE"
		guest_start "$dir" && load
	fi
}

# Each line about a node, and nothing but one line about each.
bad_nodes() {
	guest_run 'dmesg | sed -n "s/^\[[^]]*\] plog[0-9]*: //p"' >"$dir/nodes"
	for _pattern in 'plog-bad-region: memory-region names no' 'cache=wt is unknown' \
		'plog-bad-protect: protect = <91>' 'mem_address=0x58000000 is claimed' \
		'mem_address=0x58400000 lies in System RAM'; do
		[ "$(grep -c "$_pattern" "$dir/nodes")" -eq 1 ] || {
			echo "# not one line like: $_pattern"
			sed 's/^/# /' "$dir/nodes"
			return 1
		}
	done
}

kernel_run() {
	must "$kernel: kernel, modules, tools, initramfs" machine "$kernel"
	if ! impossible watchdog | grep -q .; then
		# Unquoted: names without blanks.
		# shellcheck disable=SC2046
		must "$kernel: the watchdog's driver" machine "$kernel" \
			$(driver_files watchdog i6300esb)
		GUEST_QEMU="$GUEST_QEMU -device i6300esb"
	fi
	must "$kernel: what kexec starts" next_make
	[ -n "$GUEST_DISK" ] ||
		must "$kernel: a file system with that" machine "$kernel" "$dir/next/vmlinuz" "$dir/next/initrd"
	check "$kernel: the module builds without a warning" built_silently
	GUEST_RAM_FILE=$dir/ram-$kernel
	must "$kernel: it boots" guest_start "$dir"
	must "$kernel: the module loads" load
	check "$kernel: an empty window is formatted" found 'empty'
	case $GUEST_ARCH in
	arm*) check "$kernel: bad nodes get one line each" bad_nodes ;;
	esac
	case $kernel in
	*+efi) check "$kernel: it was booted by EFI" guest_run 'test -d /sys/firmware/efi' ;;
	esac
	for reset in $(resets_of "$kernel"); do
		one_reset
	done
	guest_stop
	rm -f "$GUEST_RAM_FILE"
}

: >"$dir/table"
: >"$dir/releases"
for kernel in $kernels; do
	# A shell for each: its guest, and its variables.
	(
		trap 'guest_stop; exit $failed' EXIT
		kernel_run
	) || failed=1
	[ ! -e "$BUILD/kernels/${kernel%+efi}/release" ] ||
		echo "$kernel is $(cat "$BUILD/kernels/${kernel%+efi}/release")" >>"$dir/releases"
done
table_make | tee "$BUILD/matrix.md" | sed 's/^/# /'
check "the table has every reset of every kernel" \
	[ "$(wc -l <"$dir/table")" -eq "$(for kernel in $kernels; do resets_of "$kernel"; done | wc -w)" ]
exit $failed
