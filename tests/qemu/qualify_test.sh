#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# qualify_test.sh [KERNEL...] - plogctl qualify on real kernels: a pattern is armed,
# the guest is reset, and between the two boots its RAM, which is a file, suffers
# what a bad board would do to it. That has to be named.
#
# QEMU has no cache to lose: stale lines are those of a copy that was taken while
# the guest kept them dirty. A short run has one pair of boots with several harms at
# once, and one of a window without the module; PLOG_LONG=1 has a pair for each harm and
# each kind of reset, on all kernels.

# shellcheck disable=SC2317,SC2034,SC2154 # functions are called through check; matrix.sh sets variables

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/qemu/matrix.sh
. "$root/tests/qemu/matrix.sh"

scratch qualify
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM

kernels=${*:-6.1-amd64}
[ -z "${PLOG_LONG:-}" ] || kernels=${*:-6.1-amd64 5.10-amd64 6.12-amd64 6.1-arm64 6.1-armhf}

# The window in the file of the guest's RAM; Arm's RAM begins at 1 GiB.
window_at() {
	case $GUEST_ARCH in
	arm*) echo $((${1:-$address} - 0x40000000)) ;;
	*) echo $((${1:-$address})) ;;
	esac
}

# A guest that gives up at once ends QEMU, and gets another chance: on a slow host
# kernels miss their timer.
boot_bare() {
	_tries=0
	until guest_start "$dir"; do
		guest_stop
		_tries=$((_tries + 1))
		[ "$_tries" -lt 3 ] || return 1
	done
}

boot() {
	boot_bare && load ${1:+"$1"}
}

# The guest has no disk that keeps files; the host does.
state_out() {
	guest_run 'cat /tmp/state' >"$dir/state"
}

state_in() {
	[ ! -s "$dir/state" ] || guest_run -i "$dir/state" 'cat >/tmp/state'
}

# out PATTERN...: for each a line of $dir/out that fits; with ! in front: none does
out() {
	for _pattern; do
		case $_pattern in
		!*) ! grep -qE -- "${_pattern#!}" "$dir/out" ;;
		*) grep -qE -- "$_pattern" "$dir/out" ;;
		esac || {
			echo "# not so: $_pattern"
			sed 's/^/#   /' "$dir/out"
			return 1
		}
	done
}

# arm [OPTIONS]
arm() {
	guest_run "plogctl qualify arm --state /tmp/state $*" >"$dir/out" 2>&1 &&
		out '^armed: [0-9]+ KiB of the 1024 KiB of /dev/plog0' && state_out
}

# A copy of RAM while the lines are kept dirty, and some rounds later.
copy_rounds() {
	dd if="$GUEST_RAM_FILE" of="$dir/earlier" bs=64K iflag=skip_bytes,count_bytes \
		skip="$(window_at)" count=1M status=none
	guest_run 'sleep 2'
}

harm() {
	"$root/tests/cli/qualify_harm.py" "$GUEST_RAM_FILE" "$dir/state" "$(window_at)" "$@"
}

# The copy is a window alone, so its place in its file is another one.
harm_stale() {
	truncate -s 0 "$dir/old" && truncate -s "$(window_at)" "$dir/old" &&
		cat "$dir/earlier" >>"$dir/old" && harm restore 2 "$dir/old"
}

# reset KIND: brings it about; QEMU ends where the machine would start again
reset() {
	case $1 in
	panic) guest_send 'echo c >/proc/sysrq-trigger' ;;
	reboot) guest_send 'reboot -f' ;;
	sysrq-b) guest_send 'echo b >/proc/sysrq-trigger' ;;
	button) guest_monitor system_reset >/dev/null ;;
	esac
	guest_wait_off 120
}

checked() {
	guest_run -t 120 "plogctl qualify check --state /tmp/state" >"$dir/out" 2>&1 && state_out
}

# The log beside the pattern is all there, and nothing is left of the pattern.
restored() {
	guest_run 'logdump --verify; logdump -b -1 -o cat' >"$dir/out" 2>&1
	out '^superblocks 3 of 3 good' '^before the reset$' &&
		guest_run 'cat /dev/plog0' | python3 -c '
import sys
data = sys.stdin.buffer.read()
magic = (0x9d7733c05ea8164b ^ 0xa5c396e17b2d4f88).to_bytes(8, "little")
sys.exit(magic in data)'
}

log_line() {
	guest_run 'plog -t qualify -p warning "before the reset"'
}

# ---- one pair of boots, several harms

refusals() {
	guest_run 'plogctl qualify check --state /tmp/state /dev/plog0' >"$dir/out" 2>&1
	out 'not reset since it was armed; reset the machine' || return 1
	guest_run 'plogctl qualify arm --state /tmp/state' >"$dir/out" 2>&1
	out 'armed already'
}

# Arm's tree has nodes that are wrong (window.dtso); it names the first it comes upon.
doctor_sees() {
	guest_run 'plogctl doctor' >"$dir/out" 2>&1
	case $GUEST_ARCH in
	arm*) set -- '^FAIL +reservation +.*(plog@58400000 has no no-map|plog-bad-region names no child)' '^FAIL +iomem +0x58400000-' ;;
	*) set -- '^OK +reservation ' '^OK +iomem ' ;;
	esac
	out '^OK +kernel ' '^OK +module +loaded' '^OK +panic +a panic reboots after 1' \
		'^[A-Za-z]+ +clock ' '^[A-Za-z]+ +encryption ' "$@"
}

pair() {
	check "$kernel: plogctl doctor sees this machine as it is" doctor_sees
	check "$kernel: a pattern is armed" arm || return
	check "$kernel: neither checked nor armed again without a reset" refusals
	must "$kernel: a record beside it" log_line
	must "$kernel: a copy, and some rounds more" copy_rounds
	must "$kernel: panic" reset panic
	must "$kernel: cleared pages" harm zero 2
	must "$kernel: stale lines" harm_stale
	must "$kernel: flipped bits" harm flip 20000
	must "$kernel: the next boot" boot
	state_in
	check "$kernel: check" checked
	# As the window of 32-bit Arm is mapped.
	_cache=wb
	[ "$GUEST_ARCH" != armhf ] || _cache="wc"
	check "$kernel: names the kind of reset" out '^reset +panic$' "^panic +$_cache +1 "
	check "$kernel: names the cleared pages" out '^zeroed: 2 of ' '^pages cleared' '^pages .* 2 lost'
	check "$kernel: names the flipped bits" out '^bits flipped: about 1 bit in (19[0-9]{3}|20[0-9]{3}) '
	check "$kernel: names the stale lines" out '^caches dropped: [1-9][0-9]* of' \
		'fenced .* 0 stale' ' cleaned .* 0 stale' "^cache=$_cache"
	check "$kernel: does not name what was not" out '!^moved' '!^overwritten' '!^cleaning fails' '!^stray'
	check "$kernel: the log is there, and the window as before" restored
	check "$kernel: armed again after it" arm
	guest_run 'plogctl qualify cancel --state /tmp/state'
	check "$kernel: a healthy kernel" healthy
}

# ---- the same memory through /dev/mem, where x86 has it uncached: nothing is stale there

mem_armed() {
	guest_run "rmmod plog && plogctl qualify arm --state /tmp/state $mem" >"$dir/out" 2>&1
	out "^armed: [0-9]+ KiB of the 1024 KiB of $mem" && state_out &&
		guest_run "plog -w $mem -t qualify -p warning 'before the reset'"
}

mem_checked() {
	guest_run -t 120 "plogctl qualify check --state /tmp/state $mem" >"$dir/out" 2>&1 && state_out
}

mem_restored() {
	guest_run "logdump --verify $mem; logdump -b -1 -o cat $mem" >"$dir/out" 2>&1
	out '^superblocks 3 of 3 good' '^before the reset$'
}

# Without the module nobody notes a panic.
mem_pair() {
	mem=mem:$address,1M
	check "$kernel: without the module: a pattern is armed" mem_armed || return
	must "$kernel: without the module: panic" reset panic
	must "$kernel: without the module: cleared pages" harm zero 2
	must "$kernel: without the module: flipped bits" harm flip 20000
	must "$kernel: without the module: the next boot" boot_bare
	state_in
	check "$kernel: without the module: check" mem_checked
	check "$kernel: without the module: names what was done" out '^reset +reset$' '^reset +uc +1 ' \
		'^zeroed: 2 of ' '^bits flipped: about 1 bit in (19[0-9]{3}|20[0-9]{3}) ' \
		'!^caches dropped' '!^cleaning fails' '!^stray'
	check "$kernel: without the module: the log is there, and the window as before" mem_restored
}

# ---- a pair for each harm and kind of reset

# after RESET LABEL HARM... -- PATTERN...
after() {
	_name="$kernel: $1"
	_reset=$1 _parameters=$2
	shift 2
	arm ${label:+--reset $label} && log_line && copy_rounds && reset "$_reset" || return 1
	while [ "$1" != -- ]; do
		# shellcheck disable=SC2086 # a harm's words
		case $1 in
		stale) harm_stale ;;
		moved) move ;;
		none) ;;
		*) harm $1 ;;
		esac || return 1
		shift
	done
	shift
	boot "$_parameters" && state_in && checked && out "$@"
	_ret=$?
	guest_run 'plogctl qualify cancel --state /tmp/state' >/dev/null
	return "$_ret"
}

# The window's bytes at another address, and nothing where they were.
move() {
	dd if="$GUEST_RAM_FILE" of="$GUEST_RAM_FILE" bs=1M conv=notrunc status=none count=1 \
		skip="$(window_at)" seek="$(window_at $((address + 0x100000)))" \
		iflag=skip_bytes oflag=seek_bytes &&
		dd if=/dev/zero of="$GUEST_RAM_FILE" bs=1M conv=notrunc status=none count=1 \
			seek="$(window_at)" oflag=seek_bytes
}

long_pairs() {
	label=
	for kind in panic reboot; do
		check "$kernel: $kind keeps all" after $kind "" none -- "^reset +$kind\$" '^kept' \
			' not cleaned +100 %' '^cache='
	done
	check "$kernel: sysrq-b" after sysrq-b "" none -- '^reset +reset$' '^kept'
	label=button
	check "$kernel: the reset button" after button "" none -- '^reset +button;.* reset$' '^kept'
	label=
	check "$kernel: cleared pages" after panic "" "zero 3" -- '^zeroed: 3 of' '^pages cleared' '!^bits flipped'
	check "$kernel: flipped bits" after panic "" "flip 5000" -- '^bits flipped: about 1 bit in [45][0-9]{3} ' '!^stray'
	check "$kernel: stale lines" after panic "" stale -- '^caches dropped' '!^cleaning fails' '!^bits flipped'
	check "$kernel: cleaning that does not reach memory" after panic "" "stale 0" -- '^cleaning fails' '^cache=(wc|uc)'
	check "$kernel: a kernel image" after panic "" "kernel 16" -- '^overwritten' 'gzip' '^window: the longest'
	label=cleared
	check "$kernel: all of it cleared" after panic "" zeros -- '^cleared: firmware' '^reset +cleared'
	check "$kernel: noise" after panic "" noise -- '^noise: memory encryption' '!^overwritten'
	check "$kernel: the results so far" eval 'guest_run "plogctl qualify show --state /tmp/state" \
		>"$dir/out"; out "^panic +w[bc] +[6-9] " "^reboot +w[bc] +1 " "^button +w[bc] +1 .*kept"'
}

for kernel in $kernels; do
	must "$kernel: module and guest are built" machine "$kernel"
	GUEST_RAM_FILE=$dir/ram
	GUEST_MEM=512 # with 256, QEMU puts the initrd over the window
	GUEST_QEMU="-action reboot=shutdown"
	case $GUEST_ARCH in amd64) GUEST_CMDLINE="$GUEST_CMDLINE no_timer_check" ;; esac
	rm -f "$GUEST_RAM_FILE" "$dir/state"
	must "$kernel: boots" boot
	pair
	if [ -n "${PLOG_LONG:-}" ]; then
		long_pairs
		case $GUEST_ARCH in
		amd64)
			label=
			check "$kernel: another address" after panic \
				"mem_address=0xf100000 mem_size=1M" moved -- \
				'^moved: the window was at 0xf000000 .* at 0xf100000 now; the pattern' \
				' fenced +100 %|, fenced +100 %'
			;;
		esac
	fi
	case $GUEST_ARCH in amd64) mem_pair ;; esac
	guest_stop
done
exit "$failed"
