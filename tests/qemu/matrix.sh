# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# matrix.sh - to be sourced behind lib.sh: the guest of a kernel, with the module
# loaded, a storm of records and the checks of what a boot left behind.
#
#   machine KERNEL[+efi] [FILE...]
#                              builds what it needs, and $dir/initrd; sets GUEST_*;
#                              +efi: it is booted by EFI firmware
#   load [PARAMETERS]          loads the module; $dir/found: its line
#   storm_start                programs log from now on
#   left_behind NAME VERDICT REASON PATTERN...
#                              the boot before this one is all there: every finished
#                              call, the verdict, the reason (a pattern), kernel
#                              lines that match the other patterns
#   healthy                    nothing in the running kernel's log looks like a bug

# shellcheck disable=SC2034,SC2154 # guest.sh reads variables; the caller sets dir, BUILD, root

# shellcheck source=tests/qemu/guest.sh
. "$root/tests/qemu/guest.sh"

# What a kernel prints when it is not well. RCU stalls are a slow host's fault, and a
# clock that is unstable, too.
bugs='BUG:|WARNING: CPU|Oops|Internal error|general protection|KASAN|UBSAN|INFO: (lockdep|trying to register|task)|sleeping function|WARNING: [a-z]'

machine_arm() {
	address=0x58000000
	progress=0x58100000
	parameters=
	GUEST_CMDLINE="console=ttyAMA0 quiet panic=1"
	GUEST_MEM=512
	GUEST_OVERLAY=$root/tests/qemu/window.dtso
	BUSYBOX=$GUEST_KERNEL/busybox
	export BUSYBOX
	cross=aarch64-linux-gnu-
	if [ "$GUEST_ARCH" = armhf ]; then
		cross=arm-linux-gnueabihf-
		GUEST_DISK=
	fi
	tools=$BUILD/$GUEST_ARCH/guest
	make -s -C "$root" BUILD="$BUILD/$GUEST_ARCH" CROSS_COMPILE=$cross guest-tools
}

machine_x86() {
	address=0xf000000
	progress=0xf200000
	parameters="mem_address=$address mem_size=1M"
	GUEST_CMDLINE="console=ttyS0 quiet panic=1 memmap=3M\$$address crashkernel=192M"
	GUEST_MEM=1024 # reboots are quicker than with 256
	tools=$BUILD/guest
	make -s -C "$root" BUILD="$BUILD" guest-tools
}

# The firmware, and a place of its own for the variables that it keeps.
machine_efi() {
	case $1 in
	*-arm64)
		_firmware=/usr/share/AAVMF/AAVMF
		_suffix=.fd
		GUEST_QEMU="-machine acpi=off" # or the kernel is given no device tree
		# Nobody who loads a kernel looks at what the tree reserves. They take RAM from
		# the top downwards, or anywhere: let the window lie far below.
		GUEST_MEM=2048
		GUEST_CMDLINE="$GUEST_CMDLINE nokaslr"
		;;
	*)
		_firmware=/usr/share/OVMF/OVMF
		_suffix=_4M.fd
		;;
	esac
	cp "${_firmware}_VARS$_suffix" "$dir/efi-variables" || return
	GUEST_QEMU="${GUEST_QEMU:-} -drive if=pflash,format=raw,readonly=on,file=${_firmware}_CODE$_suffix"
	GUEST_QEMU="$GUEST_QEMU -drive if=pflash,format=raw,file=$dir/efi-variables"
	GUEST_BOOT_TIMEOUT=900
}

machine() {
	kernel=$1
	_base=${1%+efi}
	shift
	GUEST_KERNEL=$BUILD/kernels/$_base
	GUEST_ARCH=${_base##*-}
	GUEST_QEMU=
	"$root/scripts/kernel.sh" "$_base" || return
	case $GUEST_ARCH in
	arm*) machine_arm ;;
	*) machine_x86 ;;
	esac || return
	case $kernel in *+efi) machine_efi "$_base" || return ;; esac
	for module in kmod tests/qemu/harm; do
		BUILD=$BUILD "$root/scripts/kmod.sh" "$_base" $module >"$dir/kmod.log" 2>&1 || {
			sed 's/^/# /' "$dir/kmod.log"
			return 1
		}
	done
	"$root/tests/qemu/initramfs.sh" "$dir/initrd" "$BUILD/kmod-$_base/plog.ko" \
		"$BUILD/harm-$_base/harm.ko" "$tools"/logdump "$tools"/plog "$tools"/plogctl \
		"$tools"/plogstorm "$tools"/devtest "$tools"/devfuzz "$tools"/kload "$@"
}

# Silent headers, or else.
built_silently() {
	grep -v 'Skipping BTF generation' "$dir/kmod.log" | sed 's/^/# /' >"$dir/warnings"
	cat "$dir/warnings"
	[ ! -s "$dir/warnings" ]
}

# shellcheck disable=SC2120 # parameters may be given
load() {
	guest_run "insmod /lib/modules/plog.ko ${*:-$parameters}" &&
		guest_run 'dmesg | grep "plog0:" | tail -n 1' >"$dir/found"
}

found() {
	grep -qE "$1" "$dir/found" || {
		sed 's/^/# /' "$dir/found"
		return 1
	}
}

# So slow that it takes half a minute to go round the window: what a test logs beside it
# is still there when it looks, on a busy host, too.
storm_start() {
	_rate=40
	case $kernel in *-debug) _rate=10 ;; esac # it is that much slower
	guest_run "plogstorm --processes 4 --threads 2 --rate $_rate \
		--progress /dev/mem,$progress >/tmp/storm.out 2>&1 & sleep 2
		echo '<4>matrix: last words' >/dev/kmsg
		pidof plogstorm >/dev/null || cat /tmp/storm.out"
}

# Its taints tell even when the ring buffer has forgotten: a machine check, a bad page,
# an oops, a warning, a lockup.
healthy() {
	guest_run 'dmesg' >"$dir/dmesg"
	_taint=$(guest_run 'cat /proc/sys/kernel/tainted')
	[ $((_taint & 0x42b0)) -eq 0 ] || echo "BUG: tainted: $_taint" >>"$dir/dmesg"
	guest_run '! grep "debug_locks: *0" /proc/lockdep_stats 2>/dev/null' >>"$dir/dmesg" ||
		echo "BUG: lockdep has given up" >>"$dir/dmesg"
	# A program that trips over a control plane full of noise is no bug of the kernel.
	grep -v 'traps: ' "$dir/dmesg" | grep -E "$bugs" | sed 's/^/# /' >"$dir/bugs"
	cat "$dir/bugs"
	[ ! -s "$dir/bugs" ]
}

storm_complete() {
	guest_memory $progress 4096 "$dir/progress" &&
		guest_run 'logdump -o json -b -1 >/tmp/log.json' &&
		guest_pull /tmp/log.json "$dir/log.json" &&
		guest_run 'logdump --list-boots -o json' >"$dir/boots.json" &&
		python3 "$root/tests/torture/storm_check.py" --boots "$dir/boots.json" \
			--streams 8 --progress "$dir/progress" <"$dir/log.json" \
			>"$dir/storm.out" 2>&1
	ret=$?
	sed 's/^/# /' "$dir/storm.out"
	return $ret
}

status_says() {
	guest_run 'plogctl status' | grep -qE -- "-1: $1, [0-9]+ records"
}

boot_is() {
	python3 "$root/tests/qemu/matrix_check.py" --kernel "$(cat "$GUEST_KERNEL/release")" \
		--bug-pattern "$bugs" --boots "$dir/boots.json" --log "$dir/log.json" "$@"
}

left_behind() {
	_name=$1 _verdict=$2 _reason=$3
	shift 3
	check "$_name: all finished calls are recovered, in order, none twice" storm_complete &&
		check "$_name: $_verdict, why, by which kernel, when, its last lines" \
			boot_is --verdict "$_verdict" --reason "$_reason" "$@" &&
		check "$_name: plogctl status says so" status_says "$_verdict"
}
