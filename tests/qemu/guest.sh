# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# guest.sh - to be sourced: lets a test on the host conduct a virtual machine,
# from the first line to the last in one script, through any number of crashes.
#
#   . "$root/tests/qemu/guest.sh"
#   trap guest_stop EXIT; trap 'exit 1' HUP INT TERM
#   guest_start DIR ["extra kernel arguments"]
#                          boots DIR/initrd and waits for the agent
#   guest_run [-t SECONDS] [-i FILE] CMD
#                          runs CMD with the guest's sh (stdin: FILE); prints its
#                          output (2>&1) and returns its exit code; 124: it took
#                          too long and was killed; 125: no answer, stderr says why
#   guest_send CMD         starts CMD and does not wait
#   guest_wait_boot [SECONDS]
#                          waits until the next boot's agent answers
#   guest_crash CMD        guest_send and guest_wait_boot
#   guest_boot_id          prints the boot_id of the running boot
#   guest_monitor CMD      QEMU's monitor (HMP), such as system_reset; prints
#   guest_push FILE TO     copies a file to the guest
#   guest_pull FROM FILE   copies a file, or what a device yields, from the guest
#   guest_memory ADDRESS SIZE FILE
#                          saves guest-physical memory, even of a wedged guest
#   guest_wait_off [SECONDS]   waits until QEMU has ended by itself
#   guest_stop             kills this QEMU, at once, as a power cut would
#
# All but guest_run return 0 or 125. guest_start is not for a subshell: QEMU dies
# with the shell that started it. The rest may be used in $(...) and with set -e.
#
# Variables, with their defaults:
#   GUEST_KERNEL    kernel folder made by scripts/kernel.sh   (6.1-amd64)
#   GUEST_INITRD    made by initramfs.sh                      (DIR/initrd)
#   GUEST_MEM, GUEST_SMP   MiB of RAM, CPUs                   (256, 2)
#   GUEST_CMDLINE   kernel arguments                          (see below)
#   GUEST_RAM_FILE  the guest's RAM is this file, which outlives QEMU; below
#                   4 GiB the file's offset is the guest's address   (none)
#   GUEST_QEMU      more options for QEMU, words              (none)
#   GUEST_DISK      scratch disk's name in the guest; nothing: files go over the
#                   agent's line, only from the guest, and guest_push fails
#                                                             (/dev/nvme0n1)
#   GUEST_ARCH      amd64, arm64 or armhf                     (from the folder)
#   GUEST_OVERLAY   arm64, armhf: device tree source, laid over the machine's own
#                   tree                                      (none)
#   GUEST_TIMEOUT, GUEST_BOOT_TIMEOUT   seconds               (180, 600)
#
# In DIR: console.log (what to read when a test fails, never what decides),
# qemu.log, and the state of the conversation, which is in files so that
# $(guest_run ...) works. DIR may be used again for another start; with
# GUEST_RAM_FILE the RAM is then what it was. One guest a shell; file descriptors
# 6 to 9 are taken.
#
# The conversation, on the guest's second serial line, 8 bits clean, is made of
# frames, whose sum tells the whole ones from the damaged ones:
#   \nframe SIZE MD5\n PAYLOAD
# Payloads from the host:
#   run BOOT_ID ID SECONDS COMMAND_SIZE\n COMMAND INPUT
# from the guest:
#   hello BOOT_ID\n                every 3 s until the boot's first request, and
#                                  when a request was meant for another boot
#   answer ID EXIT_CODE\n OUTPUT
# and, not worth a sum, the line \ngot ID\n when it has a whole request.
# Whatever gets lost, the host sends its request again: after 3 s without the
# "got", after 10 s without the answer, then ever later. The guest runs no ID
# twice, but sends the answer that it kept. What is not a whole frame is skipped
# by both, at the latest when the line has been silent for a second (guest) or
# when the frame should long be there (host), so it may well be what the guest
# was sending when it died.
# The line is slow (300 KB/s from the guest, 60 KB/s to it), hence a scratch disk
# for whole files, and the monitor for memory.

: "${GUEST_MEM:=256}" "${GUEST_SMP:=2}" "${GUEST_RAM_FILE:=}" "${GUEST_QEMU:=}"
: "${GUEST_TIMEOUT:=180}" "${GUEST_BOOT_TIMEOUT:=600}"
: "${GUEST_CMDLINE:=console=ttyS0 quiet panic=1 oops=panic memmap=1M\$0xf000000}"
: "${GUEST_DISK=/dev/nvme0n1}" "${GUEST_ARCH:=}" "${GUEST_OVERLAY:=}"
# A line discipline forgets what exceeds 64 KiB, so no request may be longer.
_guest_request_max=32768
_guest_disk_size=64M

_guest_complain() {
	echo "guest: $*" >&2
	if [ -s "$GUEST_DIR/qemu.log" ]; then
		tail -n 5 "$GUEST_DIR/qemu.log" >&2
	fi
	if [ -s "$GUEST_DIR/console.log" ]; then
		echo "guest: the console's last lines ($GUEST_DIR/console.log):" >&2
		tail -n 12 "$GUEST_DIR/console.log" >&2
	fi
}

# A number never used before in this DIR.
_guest_next_id() {
	read -r _guest_id <"$GUEST_DIR/last_id"
	_guest_id=$((_guest_id + 1))
	echo "$_guest_id" >"$GUEST_DIR/last_id"
	echo "$_guest_id"
}

# Prints the next line of stdin that begins with either word, and takes nothing
# behind it. Returns 124 after so many seconds, 1 at the end of file.
_guest_line() {
	# A shell's read takes byte by byte what cannot be put back.
	# shellcheck disable=SC2016
	timeout --foreground "$1" sh -c 'while IFS= read -r line; do
		case $line in "$1"* | "$2"*) printf "%s\n" "$line"; exit ;; esac
	done; exit 1' sh "$2" "$3"
}

# ---- starting and stopping

_guest_option_ram() {
	if [ -n "$GUEST_RAM_FILE" ]; then
		echo "-machine memory-backend=ram -object memory-backend-file,id=ram,size=${GUEST_MEM}M,mem-path=$GUEST_RAM_FILE,share=on"
	fi
}

# Runs QEMU in place of this (background) shell. It must not outlive the test,
# not even one that was killed by SIGKILL.
_guest_exec_qemu() {
	# Unquoted: lists of options.
	# shellcheck disable=SC2046,SC2086
	exec setpriv --pdeathsig KILL $(_guest_machine) \
		-accel tcg -m "$GUEST_MEM" -smp "$GUEST_SMP" \
		-nodefaults -no-user-config -display none \
		-chardev "file,id=console,path=$GUEST_DIR/console.log,append=on" \
		-serial chardev:console \
		-chardev stdio,id=agent,signal=off $(_guest_agent_line) \
		-chardev "pipe,id=monitor,path=$GUEST_DIR/monitor" \
		-mon chardev=monitor,mode=control \
		-drive "if=none,id=scratch,file=$GUEST_DIR/scratch,format=raw" \
		-device nvme,serial=scratch,drive=scratch \
		-kernel "$GUEST_KERNEL/vmlinuz" -initrd "$_guest_initrd" \
		-append "$GUEST_CMDLINE $(_guest_agent_word) $1" \
		$(_guest_option_ram) $(_guest_option_tree) $GUEST_QEMU
}

# QEMU's name and machine. The 32-bit kernel reaches no PCI bus beyond 4 GiB.
_guest_machine() {
	case $GUEST_ARCH in
	arm64) echo "qemu-system-aarch64 -M virt -cpu cortex-a57" ;;
	armhf) echo "qemu-system-arm -M virt,highmem=off -cpu cortex-a15" ;;
	*) echo "qemu-system-x86_64 -M q35 -cpu max" ;;
	esac
}

# Arm's machine has one serial line of its own, the console.
_guest_agent_line() {
	case $GUEST_ARCH in
	arm*) echo "-device pci-serial,chardev=agent" ;;
	*) echo "-serial chardev:agent" ;;
	esac
}

_guest_agent_word() {
	case $GUEST_ARCH in arm*) echo agent_tty=ttyS0 ;; esac
}

_guest_option_tree() {
	[ -z "$GUEST_OVERLAY" ] || echo "-dtb $GUEST_DIR/machine.dtb"
}

# The tree that QEMU would have made, with the overlay.
_guest_make_tree() {
	# Unquoted: options.
	# shellcheck disable=SC2046
	$(_guest_machine | sed "s#-M virt#&,dumpdtb=$GUEST_DIR/own.dtb#") -nodefaults \
		-display none -m "$GUEST_MEM" -smp "$GUEST_SMP" >"$GUEST_DIR/qemu.log" 2>&1 &&
		dtc -q -@ -I dts -O dtb -o "$GUEST_DIR/machine.dtbo" "$GUEST_OVERLAY" &&
		fdtoverlay -i "$GUEST_DIR/own.dtb" -o "$GUEST_DIR/machine.dtb" \
			"$GUEST_DIR/machine.dtbo"
}

_guest_prepare() {
	: "${GUEST_KERNEL:=${BUILD:-build}/kernels/6.1-amd64}"
	_guest_initrd=${GUEST_INITRD:-$GUEST_DIR/initrd}
	: "${GUEST_ARCH:=${GUEST_KERNEL##*-}}"
	[ -z "${GUEST_PID:-}" ] || {
		echo "guest: runs already; guest_stop comes first" >&2
		return 125
	}
	for _guest_file in "$GUEST_KERNEL/vmlinuz" "$_guest_initrd"; do
		[ -r "$_guest_file" ] || {
			echo "guest: $_guest_file is not there" >&2
			return 125
		}
	done
	[ -e "$GUEST_DIR/last_id" ] || echo 0 >"$GUEST_DIR/last_id"
	echo none >"$GUEST_DIR/boot_id"
	: >"$GUEST_DIR/request"
	echo 0 >"$GUEST_DIR/request_id"
	truncate -s "$_guest_disk_size" "$GUEST_DIR/scratch" || return 125
	[ -z "$GUEST_OVERLAY" ] || _guest_make_tree || return 125
	for _guest_file in agent.in agent.out monitor.in monitor.out; do
		rm -f "$GUEST_DIR/$_guest_file"
		mkfifo "$GUEST_DIR/$_guest_file" || return 125
	done
}

# shellcheck disable=SC2119 # not this function's argument
guest_start() {
	GUEST_DIR=$1
	_guest_prepare || return
	# Both ends of the monitor in one go, for QEMU opens it when it likes.
	exec 6<>"$GUEST_DIR/monitor.out" 9<>"$GUEST_DIR/monitor.in"
	_guest_exec_qemu "${2:-}" <"$GUEST_DIR/agent.in" \
		>"$GUEST_DIR/agent.out" 2>"$GUEST_DIR/qemu.log" \
		6<&- 9>&- &
	GUEST_PID=$!
	# In QEMU's order. It alone holds the far ends, so its end is end of file.
	exec 8>"$GUEST_DIR/agent.in" 7<"$GUEST_DIR/agent.out"
	# First what notices a QEMU that did not even start.
	guest_wait_boot && _guest_greet_monitor
}

_guest_close() {
	wait "$GUEST_PID" 2>/dev/null || :
	GUEST_PID=
	exec 6<&- 7<&- 8>&- 9>&-
}

guest_stop() {
	[ -n "${GUEST_PID:-}" ] || return 0
	kill -KILL "$GUEST_PID" 2>/dev/null || :
	_guest_close
}

guest_wait_off() {
	# The line to the agent reaches its end when QEMU does.
	timeout --foreground "${1:-$GUEST_TIMEOUT}" cat <&7 >/dev/null || {
		_guest_complain "still runs after ${1:-$GUEST_TIMEOUT} s"
		return 125
	}
	_guest_close
}

# ---- the agent

# Sends the request, as often as need be. A QEMU that is gone shows when
# reading; one whose guest does not listen must not hold up the host.
_guest_transmit() {
	timeout --foreground 10 cat "$GUEST_DIR/request" >&8 2>/dev/null || :
}

# Sends COMMAND and FILE as one request: ID SECONDS COMMAND FILE.
# shellcheck disable=SC2046 # words: size, sum
_guest_request() {
	{
		echo "run $(guest_boot_id) $1 $2 $(printf %s "$3" | wc -c)"
		printf %s "$3"
		cat "$4"
	} >"$GUEST_DIR/payload"
	{
		printf '\nframe %s %s\n' $(wc -c <"$GUEST_DIR/payload") \
			$(md5sum <"$GUEST_DIR/payload" | cut -d ' ' -f 1)
		cat "$GUEST_DIR/payload"
	} >"$GUEST_DIR/request"
	echo "$1" >"$GUEST_DIR/request_id"
	_guest_transmit
}

# Leaves the next frame's payload in DIR/frame, and its first line, or a line
# "got ID", in _guest_got.
# Returns 124 after so many seconds, 1 at the end of file, 2 if it is damaged.
_guest_frame() {
	_guest_got=$(_guest_line "$1" 'frame ' 'got ' <&7) || return
	case $_guest_got in "got "*) return ;; esac
	_guest_sum=${_guest_got##* }
	_guest_size=${_guest_got#frame }
	_guest_size=${_guest_size%% *}
	case $_guest_size in '' | *[!0-9]* | ??????????*) return 2 ;; esac
	timeout --foreground $((10 + _guest_size / 20000)) \
		head -c "$_guest_size" <&7 >"$GUEST_DIR/frame" || return 2
	[ "$(md5sum <"$GUEST_DIR/frame")" = "$_guest_sum  -" ] || return 2
	IFS= read -r _guest_got <"$GUEST_DIR/frame" || return 2
}

# Waits so many seconds for a frame that begins with the words given, or for the
# hello of a new boot (returns 3), whichever comes first; its first line is left
# in _guest_got. Sends the request again while it is not known to have arrived.
_guest_await() {
	_guest_end=$(($(date +%s) + $1))
	_guest_pause=3
	read -r _guest_open <"$GUEST_DIR/request_id"
	while _guest_left=$((_guest_end - $(date +%s))); [ $_guest_left -gt 0 ]; do
		[ $_guest_left -le $_guest_pause ] || _guest_left=$_guest_pause
		_guest_code=0
		_guest_frame "$_guest_left" || _guest_code=$?
		case $_guest_code,$_guest_got in
		0,"hello $(guest_boot_id)") continue ;;
		0,"hello "*)
			echo "${_guest_got#hello }" >"$GUEST_DIR/boot_id"
			: >"$GUEST_DIR/request"
			return 3
			;;
		0,"got $_guest_open") _guest_pause=10 ;;
		2,*) _guest_pause=3 ;;
		124,*)
			_guest_transmit
			# 3, 6, 12, 12...; once the guest has it: 10, 20, 40...
			[ $_guest_pause -eq 12 ] ||
				_guest_pause=$((_guest_pause * 2))
			;;
		1,*) return 1 ;;
		esac
		case $_guest_code,$_guest_got,$2 in
		0,"got $_guest_open",answer\ *) continue ;;
		0,"got $_guest_open",* | 0,"answer $_guest_open "*)
			: >"$GUEST_DIR/request"
			;;
		esac
		case $_guest_code,$_guest_got in
		0,"$2" | 0,"$2 "*) return 0 ;;
		esac
	done
	return 124
}

# What guest_send sent may not have arrived: then it comes first.
_guest_settle() {
	[ -s "$GUEST_DIR/request" ] || return 0
	_guest_await "$GUEST_TIMEOUT" "got $(cat "$GUEST_DIR/request_id")" ||
		_guest_no_answer $? "the command sent before"
}

_guest_no_answer() {
	case $1 in
	3) _guest_complain "rebooted during: $2" ;;
	124) _guest_complain "gives no answer to: $2" ;;
	*) _guest_complain "QEMU ended during: $2" ;;
	esac
	return 125
}

guest_run() {
	_guest_limit=$GUEST_TIMEOUT
	_guest_input=/dev/null
	while :; do
		case $1 in
		-t) _guest_limit=$2 ;;
		-i) _guest_input=$2 ;;
		*) break ;;
		esac
		shift 2
	done
	[ $((${#1} + $(wc -c <"$_guest_input"))) -le $_guest_request_max ] || {
		echo "guest: longer than $_guest_request_max bytes: command and" \
			"input; use guest_push" >&2
		return 125
	}
	_guest_settle || return
	_guest_id=$(_guest_next_id)
	_guest_request "$_guest_id" "$_guest_limit" "$1" "$_guest_input"
	# The guest itself ends what takes too long; this is for a dead guest.
	_guest_await $((_guest_limit + 20)) "answer $_guest_id" || {
		_guest_no_answer $? "$1"
		return
	}
	{
		read -r _ _ _guest_code
		cat
	} <"$GUEST_DIR/frame"
	if [ "$_guest_code" -eq 124 ]; then
		echo "guest: not done after $_guest_limit s: $1" >&2
	fi
	return "$_guest_code"
}

# Runs a command that has nothing to say unless it fails.
_guest_report() {
	_guest_said=$(guest_run "$1") || {
		echo "guest: $_guest_said" >&2
		return 125
	}
}

guest_send() {
	_guest_settle || return
	_guest_request "$(_guest_next_id)" 86400 "$1" /dev/null
}

guest_boot_id() {
	cat "$GUEST_DIR/boot_id"
}

# shellcheck disable=SC2120 # the argument is for the tests
guest_wait_boot() {
	_guest_code=0
	_guest_await "${1:-$GUEST_BOOT_TIMEOUT}" "no such frame" ||
		_guest_code=$?
	case $_guest_code in
	3) return 0 ;;
	124) _guest_complain "no new boot within ${1:-$GUEST_BOOT_TIMEOUT} s" ;;
	*) _guest_complain "QEMU ended where a boot was expected" ;;
	esac
	return 125
}

# shellcheck disable=SC2119 # not this function's argument
guest_crash() {
	guest_send "$1" && guest_wait_boot
}

# ---- files and memory

# Both sides go past their caches to the scratch disk: the guest by O_DIRECT,
# which wants whole sectors, and QEMU writes to the host's file at once.
guest_push() {
	[ -n "$GUEST_DISK" ] || {
		echo "guest: no disk to push $1 with; give it to initramfs.sh, or to guest_run -i" >&2
		return 125
	}
	dd if="$1" of="$GUEST_DIR/scratch" bs=64k conv=notrunc status=none ||
		return 125
	_guest_report "dd if=$GUEST_DISK iflag=direct bs=64k status=none |
		head -c $(wc -c <"$1") >'$2'"
}

guest_pull() {
	if [ -z "$GUEST_DISK" ]; then
		guest_run "gzip -c '$1'" >"$2.gz" && gunzip -f "$2.gz"
		return
	fi
	_guest_report "cat '$1' >/run/pull &&
		dd if=/run/pull of=$GUEST_DISK oflag=direct conv=sync bs=64k \\
			status=none" &&
		_guest_size=$(guest_run 'stat -c %s /run/pull; rm /run/pull') &&
		head -c "$_guest_size" "$GUEST_DIR/scratch" >"$2"
}

guest_memory() {
	_guest_said=$(guest_monitor "pmemsave $1 $2 \"$3\"") || return
	[ -z "$_guest_said" ] || {
		echo "guest: memory at $1: $_guest_said" >&2
		return 125
	}
}

# ---- the monitor (QMP: one JSON object a line)

# Sends a request without its last brace, prints the answer to it.
_guest_qmp() {
	_guest_id=$(_guest_next_id)
	printf '%s, "id": %s}\n' "$1" "$_guest_id" >&9
	while _guest_got=$(_guest_line 20 '{' '{' <&6); do
		case $_guest_got in
		*"\"id\": $_guest_id}"* | *"\"id\": $_guest_id,"*)
			printf '%s\n' "$_guest_got"
			return 0
			;;
		esac
	done
	_guest_complain "the monitor gives no answer to: $1"
	return 125
}

_guest_greet_monitor() {
	_guest_qmp '{"execute": "qmp_capabilities"' >/dev/null
}

guest_monitor() {
	_guest_text=$(printf %s "$1" | sed 's/[\\"]/\\&/g')
	_guest_said=$(_guest_qmp '{"execute": "human-monitor-command",
"arguments": {"command-line": "'"$_guest_text"'"}') || return
	case $_guest_said in
	*'"error": '*)
		echo "guest: monitor: $_guest_said" >&2
		return 125
		;;
	esac
	_guest_said=$(printf '%s\n' "$_guest_said" | tr -d '\r' |
		sed 's/^{"return": "//; s/", "id": [0-9]*}$//; s/\\r//g; s/\\"/"/g')
	printf %b "$_guest_said"
}
