#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# examples_test.sh - the programs of docs/examples: compiled without a warning, run,
# and what they log is read back
#
# Each by the line that stands in it. The one for boot loaders is compiled
# freestanding, calls nothing, says what logdump says, and bears damaged windows.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
examples=$root/docs/examples
PATH=$BUILD:$PATH
unset PLOG_LEVEL

[ -e "$BUILD/libplog.a" ] && [ -x "$BUILD/logdump" ] || skip "examples: no library in $BUILD"
scratch examples
finish() {
	[ -z "${server:-}" ] || kill "$server" 2>/dev/null
	window_remove "$dir/w"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM
export PLOG_WINDOW="$dir/w"
strict="-Wall -Wextra -Wshadow -Werror -O2"

compiles() {
	case $1 in
	*.cc) compiler=g++ standard=c++11 ;;
	*) compiler=${CC:-cc} standard=gnu11 ;;
	esac
	# shellcheck disable=SC2086 # flags
	"$compiler" -std=$standard $strict -I"$root/liblog" -o "$dir/${1%.*}" "$examples/$1" \
		"$BUILD/libplog.a" -lpthread
}

# logged TAG PATTERN...: in this order, each in a line of that tag
logged() {
	logdump -b 0 -o cat -t "$1" >"$dir/log" 2>/dev/null
	shift
	from=1
	for pattern; do
		at=$(tail -n "+$from" "$dir/log" | grep -nEm 1 -- "$pattern" | cut -d: -f1)
		[ -n "$at" ] || {
			echo "# from line $from no: $pattern"
			sed 's/^/#   /' "$dir/log"
			return 1
		}
		from=$((from + at))
	done
}

hello() {
	"$dir/hello" | grep -q "^logging to $dir/w" && logged hello '^hello, world 1$'
}

hello_without_window() {
	PLOG_WINDOW=$dir/none/w says "^hello: not logged: .*none/w" "$dir/hello"
}

# Eight at once, ten lines each; all come back in capitals, all are logged.
server_port() {
	tries=0
	until [ -s "$dir/port" ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 600 ] || return 1
		sleep 0.05
	done
	port=$(cat "$dir/port")
}

server() {
	"$dir/server" 8 >"$dir/port" &
	server=$!
	server_port && python3 - "$port" <<-'END' || return 1
		import socket, sys, threading
		bad = []
		def client(i):
		    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 60) as s:
		        f = s.makefile("rwb", buffering=0)
		        for n in range(10):
		            f.write(b"client %d line %d %%n\n" % (i, n))
		            if f.readline() != b"CLIENT %d LINE %d %%N\n" % (i, n):
		                bad.append((i, n))
		all = [threading.Thread(target=client, args=(i,)) for i in range(8)]
		for t in all: t.start()
		for t in all: t.join()
		sys.exit(bool(bad))
	END
	wait "$server" || return 1
	server=
	logged server '^listening on port [0-9]+$' ': connected$' '^8 clients served$' &&
		[ "$(grep -c 'bytes: client [0-7] line [0-9] %n' "$dir/log")" -eq 80 ] &&
		[ "$(grep -c ': done$' "$dir/log")" -eq 8 ]
}

# Killed by the signal, as it would have been without a handler.
handler() {
	code=0
	sh -c 'ulimit -c 0; "$0"' "$dir/handler" 2>/dev/null || code=$?
	[ "$code" -eq 139 ] && logged handler '^started$' '^signal 10: still waiting for the pump$' \
		'^signal 11 at 0x10 while reading the pressure$'
}

# A file stands in for the device: what was written to it is what it was fed.
watchdog() {
	: >"$dir/dog"
	"$dir/watchdog" "$dir/dog" 5 && [ "$(tr '\n' . <"$dir/dog")" = .....V ] &&
		logged watchdog '^feeding ' '^round 4 took [0-9]+ ms$'
}

watchdog_starves() {
	: >"$dir/dog"
	STUCK_AT=2 returns 1 "$dir/watchdog" "$dir/dog" 5 && [ "$(tr '\n' . <"$dir/dog")" = .. ] &&
		logged watchdog '^round 2 took [0-9]+ ms: the watchdog is not fed any more$'
}

cplusplus() {
	"$dir/cplusplus" && logged cplusplus '^valve_set 40: begins$' '^valve_set 40: ends$' \
		'^valve at 40 percent$' '^valve_set 400: left by an exception$' \
		'^a valve opens to 100 percent$'
}

# The macro's record knows file and line; the callback's has its own tag.
wrapper() {
	# Not head: it would leave, and the program be killed by its second line.
	says '^.*info: 3 sensors found$' sh -c "'$dir/wrapper' 2>&1 | sed -n 1p" &&
		logged wrapper '^3 sensors found$' '^sensor inlet does not answer$' &&
		logged library '^retried 5 times$' &&
		logdump -b 0 -t wrapper -p err -o json | grep -q '"file":"[^"]*wrapper.c","line":[0-9]'
}

reader() {
	plog -t hostile -p err "$(printf 'bell \007 here')"
	"$dir/reader" "$dir/w" >"$dir/said" &&
		grep -q '^boot 0: running, [1-9][0-9]* records, 0 damaged stretches$' "$dir/said" &&
		grep -q 'handler\[[0-9]*\]: signal 11 at 0x10' "$dir/said" &&
		grep -q 'hostile\[[0-9]*\]: bell \\x07 here$' "$dir/said" &&
		! grep -q 'started' "$dir/said"
}

pump() {
	"$dir/pump" 1 && logged pump '^started, limit 9000 mbar$' '^cycle 99: ' 'valve does not answer$'
}

# --- the one for boot loaders ---

freestanding() {
	"$1" -std=gnu11 -Wall -Wextra -Werror -Os -ffreestanding -fno-builtin -nostdlib -fno-stack-protector \
		-I"$root/kmod" -c -o "$dir/peek.o" "$examples/bootloader/plog_peek.c" || return 1
	# What a compiler may call, freestanding or not, and 32-bit division.
	"${1%gcc}nm" -u "$dir/peek.o" |
		grep -vE ' (memcpy|memmove|memset|memcmp|__aeabi_(u?l|u)divmod|__aeabi_u?idiv(mod)?|__aeabi_mem.*)$' \
			>"$dir/calls"
	sed 's/^/# calls /' "$dir/calls"
	[ ! -s "$dir/calls" ]
}

freestanding_here() {
	command -v gcc >/dev/null || return 0
	freestanding gcc
}

peek_compiles() {
	# shellcheck disable=SC2086 # flags
	"${CC:-cc}" $strict -g -fsanitize=address,undefined -fno-sanitize-recover=undefined -I"$root/kmod" \
		-I"$examples/bootloader" -o "$dir/peek" "$examples/bootloader/plog_peek.c" \
		"$root/tests/install/peek_main.c"
}

# As logdump, but that it shows no control bytes.
peek_agrees() {
	logdump -b 0 -o short-monotonic -n 64 "$dir/w" | sed 's/\\x07/?/' >"$dir/wanted"
	"$dir/peek" "$dir/w" 64 >"$dir/got"
	sed 's/^\[[^]]*\]//' "$dir/wanted" >"$dir/wanted.text"
	sed 's/^\[[^]]*\]//' "$dir/got" | diff "$dir/wanted.text" - && [ "$(wc -l <"$dir/got")" -eq 64 ]
}

# Times are within a microsecond of logdump's.
peek_times() {
	sed 's/^\[ *\([0-9.]*\).*/\1/' "$dir/wanted" >"$dir/wanted.times"
	sed 's/^\[ *\([0-9.]*\).*/\1/' "$dir/got" | paste "$dir/wanted.times" - | awk '
		{ d = $1 - $2; if (d < -0.000002 || d > 0.000002) bad = 1 }
		END { exit bad || NR != 64 }'
}

peek_refuses() {
	head -c 65536 /dev/zero >"$dir/zeros"
	returns 1 "$dir/peek" "$dir/zeros" 10 && returns 1 "$dir/peek" /dev/null 10
}

# Bytes are changed at random, then truncated: it may show less, but never fails.
peek_bears_damage() {
	python3 - "$dir/w" "$dir/peek" "$dir/damaged" "${PLOG_LONG:+400}" <<-'END'
		import random, subprocess, sys
		whole = open(sys.argv[1], "rb").read()
		dice = random.Random(7)
		for turn in range(int(sys.argv[4] or 20)):
		    image = bytearray(whole)
		    for _ in range(dice.choice((1, 30, 3000))):
		        image[dice.randrange(len(image))] = dice.choice((0, 255, dice.randrange(256)))
		    if turn % 4 == 3:
		        del image[dice.randrange(len(image)):]
		    open(sys.argv[3], "wb").write(image)
		    run = subprocess.run([sys.argv[2], sys.argv[3], "64"], capture_output=True, timeout=120)
		    if run.returncode not in (0, 1) or b"Sanitizer" in run.stderr or b"runtime error" in run.stderr:
		        sys.exit("# turn %d: %s" % (turn, run.stderr.decode(errors="replace")[:400]))
		    if any(c != 10 and not 32 <= c < 127 for c in run.stdout):
		        sys.exit("# turn %d: control bytes" % turn)
	END
}

must "a window" plogctl init --size 256K "$dir/w" >/dev/null
for source in hello.c server.c handler.c watchdog.c wrapper.c reader.c pump.c cplusplus.cc; do
	case $source in
	*.cc) command -v g++ >/dev/null || {
		echo "skip $source: no g++"
		continue
	} ;;
	server.c) command -v python3 >/dev/null || {
		echo "skip $source: no python3"
		continue
	} ;;
	esac
	must "$source compiles without a warning" compiles $source
	check "$source: what it logs is read back" "${source%.*}"
	case $source in
	hello.c) check "hello: without a window it says why" hello_without_window ;;
	watchdog.c) check "watchdog: a round that takes too long is not fed, and says so" watchdog_starves ;;
	esac
done
check "bootloader: freestanding, calls nothing" freestanding_here
for cross in aarch64-linux-gnu- arm-linux-gnueabihf- riscv64-linux-gnu-; do
	! command -v "${cross}gcc" >/dev/null ||
		check "bootloader: ${cross%-linux*}, freestanding" freestanding "${cross}gcc"
done
must "bootloader: compiles for the test" peek_compiles
check "bootloader: says what logdump says" peek_agrees
check "bootloader: at the same times" peek_times
check "bootloader: no window, no lines" peek_refuses
check "bootloader: damaged windows" peek_bears_damage
exit "$failed"
