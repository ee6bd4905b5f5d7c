#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# module_test.sh [KERNEL...] - the module beyond its main job: attributes, the line-in,
# what it refuses, memory types, several windows, hostile calls, panics in a row.
#
# A short run has one kernel; PLOG_LONG=1 has all, more panics and more hostile calls.
# 6.1-debug is one that looks for bugs in what the module does meanwhile.

# shellcheck disable=SC2317,SC2034,SC2154 # functions are called through check; matrix.sh sets variables

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/qemu/matrix.sh
. "$root/tests/qemu/matrix.sh"

scratch module
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM

if [ -n "${PLOG_LONG:-}" ]; then
	kernels=${*:-6.1-amd64 5.10-amd64 6.12-amd64 sid-amd64 6.1-arm64 6.1-armhf 6.1-debug}
	fuzz_seconds=60
	panics=8
else
	kernels=${*:-6.1-amd64}
	fuzz_seconds=10
	panics=3
fi
ko=/lib/modules/plog.ko

# json FIELD [LOGDUMP-OPTIONS]: that field of each record, one a line.
json() {
	_field=$1
	shift
	guest_run "logdump -o json $*" | python3 -c '
import json, sys
for line in sys.stdin:
    print(json.loads(line).get(sys.argv[1]))' "$_field"
}

attribute() {
	guest_run "cat /sys/class/misc/${2:-plog0}/$1"
}

# refused PATTERN COMMAND: it fails, and the kernel says why in one line, twice at most:
# busybox tries each module by either system call.
refused() {
	guest_run 'dmesg -c >/dev/null'
	guest_run "$2" >/dev/null 2>&1 && return 1
	# The kernel's own complaint, once a boot, begins as ours do.
	guest_run 'dmesg | sed -n "/taint/d; s/^\[[^]]*\] plog: /plog: /p" | uniq' >"$dir/said"
	[ "$(grep -c . "$dir/said")" -eq 1 ] && grep -qE "$1" "$dir/said" || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

# ---- attributes

# As many as logdump finds; the kernel may say something in between.
records_counted() {
	_was=$(attribute records)
	_there=$(guest_run 'logdump -b 0 -o cat | wc -l')
	_is=$(attribute records)
	[ "$_was" -ge 4 ] && [ "$_was" -le "$_there" ] && [ "$_there" -le "$_is" ] || {
		echo "# records $_was, then $_is; logdump finds $_there"
		return 1
	}
}

attributes() {
	check "$kernel: address" prints $address attribute address
	check "$kernel: size" prints 1048576 attribute size
	case $GUEST_ARCH in
	armhf) _cache="wc" ;;
	*) _cache="wb" ;;
	esac
	check "$kernel: memory type" prints $_cache attribute cache
	check "$kernel: found, when there was nothing" prints empty attribute found
	check "$kernel: no earlier boots" prints 0 attribute boots
	check "$kernel: not moved" prints 0x0 attribute moved_from
	guest_run 'echo "<4>attributes" >/dev/kmsg; for i in 1 2 3; do echo $i >/dev/plogmsg0; done'
	check "$kernel: the module's records are counted" guest_run \
		'await "[ \$(cat /sys/class/misc/plog0/records_kernel) -ge 4 ]"'
	check "$kernel: records are counted" records_counted
	check "$kernel: none of them was dropped" prints 0 attribute dropped_kernel
	check "$kernel: chunks are leased" [ "$(attribute chunks_leased)" -ge 1 ]
	check "$kernel: all can be read, none written" guest_run 'cd /sys/class/misc/plog0 &&
		cat address size cache found moved_from boots records_found chunks_damaged \
			chunks_protected records records_kernel dropped_kernel dropped_msg \
			dropped_busy dropped_full cut dict_full chunks_leased >/tmp/all &&
		[ $(wc -l </tmp/all) -eq 18 ] &&
		[ -z "$(find . -maxdepth 1 -type f -perm -200 ! -name uevent)" ]'
}

# ---- the line-in

identity() {
	guest_run 'devtest as 1234 sh -c "echo \$\$ >/tmp/pid; echo who am i >/dev/plogmsg0"'
	_pid=$(guest_run 'cat /tmp/pid')
	guest_run 'logdump -b 0 -o json | grep "who am i"' >"$dir/who"
	python3 -c '
import json, sys
who = json.load(sys.stdin)
want = {"source": "msg", "level": "info", "tag": "sh", "comm": "sh",
        "msg": "uid=1234 who am i", "pid": int(sys.argv[1]), "tid": int(sys.argv[1])}
wrong = {key: who.get(key) for key in want if who.get(key) != want[key]}
print("#", wrong) if wrong else 0
sys.exit(bool(wrong))' "$_pid" <"$dir/who"
}

not_for_all() {
	guest_run 'chmod 222 /dev/plogmsg0 && mkdir -p /tmp/any && chmod 777 /tmp /tmp/any'
	returns 1 guest_run 'devtest as 1234 sh -c ": <>/dev/plog0" 2>/dev/null' &&
		returns 1 guest_run 'devtest as 1234 sh -c ": </dev/plogmsg0" 2>/dev/null'
}

# What is not there was counted, and the other way round.
limited() {
	_before=$(attribute dropped_msg)
	guest_run 'devtest as 1234 sh -c "i=0; while [ \$i -lt 2000 ]; do
		echo flood; i=\$((i + 1)); done >/dev/plogmsg0" 2>/dev/null'
	_there=$(guest_run 'logdump -b 0 -o cat | grep -cx "uid=1234 flood"')
	_dropped=$(($(attribute dropped_msg) - _before))
	echo "# of 2000 writes at once $_there were taken, $_dropped refused"
	[ "$_there" -ge 490 ] && [ "$_dropped" -ge 100 ] && [ $((_there + _dropped)) -eq 2000 ] &&
		guest_run 'echo "another user" >/dev/plogmsg0'
}

levels() {
	guest_run 'for l in 0 3 7 8 12; do echo "<$l>level $l" >/dev/plogmsg0; done'
	guest_run 'logdump -b 0 -o json | grep -E "\"msg\":\"uid=0 (<[0-9]*>)?level "' | python3 -c '
import json, sys
for r in map(json.loads, sys.stdin):
    print(r["level"], r["msg"].removeprefix("uid=0 "))' >"$dir/levels"
	printf '%s\n' "emerg level 0" "err level 3" "debug level 7" "info <8>level 8" \
		"info <12>level 12" | diff - "$dir/levels" | sed 's/^/# /' >"$dir/differs"
	cat "$dir/differs"
	[ ! -s "$dir/differs" ]
}

is_cut() {
	guest_run 'head -c 5000 /dev/zero | tr "\0" y | dd of=/dev/plogmsg0 bs=8192 \
		iflag=fullblock 2>/dev/null; head -c 1024 /dev/zero | tr "\0" z |
		dd of=/dev/plogmsg0 bs=8192 2>/dev/null'
	guest_run 'logdump -b 0 -o json | grep -E "yyyyyyyy|zzzzzzzz"' | python3 -c '
import json, sys
cut, whole = map(json.loads, sys.stdin)
sys.exit(not (cut["msg"] == "uid=0 " + "y" * 1024 and cut.get("cut")
              and whole["msg"] == "uid=0 " + "z" * 1024 and "cut" not in whole))'
}

hostile_bytes() {
	guest_run 'printf "<2>\033[2Jhost\000ile\001\377\302\237 %%s%%n\n" >/dev/plogmsg0'
	guest_run 'logdump -b 0 -p crit..crit -o cat' >"$dir/hostile"
	# Escaped, and what looks like a format is none.
	grep -q 'host.*ile' "$dir/hostile" && grep -qF '%s%n' "$dir/hostile" &&
		! LC_ALL=C grep -qP '[\x00-\x08\x0b-\x1f\x7f-\xff]' "$dir/hostile" || {
		od -c "$dir/hostile" | sed 's/^/# /'
		return 1
	}
}

line_in() {
	check "$kernel: line-in: neither it nor the window for reading by others" not_for_all
	check "$kernel: line-in: the kernel says who wrote" identity
	check "$kernel: line-in: levels" levels
	check "$kernel: line-in: what is too long is cut, and says so" is_cut
	check "$kernel: line-in: hostile bytes" hostile_bytes
	check "$kernel: line-in: the rate of a user is limited, and counted" limited
}

# ---- loading and unloading

held() {
	guest_run 'devtest hold >/tmp/hold 2>&1 & await "grep -q holding /tmp/hold"' &&
		returns 1 guest_run 'rmmod plog 2>/dev/null' &&
		guest_run 'kill $(pidof devtest) && await "rmmod plog 2>/dev/null" &&
			! test -e /dev/plog0'
}

another_driver() {
	guest_run "insmod /lib/modules/harm.ko claim=$address,4096" &&
		refused 'is claimed by another driver' "insmod $ko $parameters" &&
		guest_run 'rmmod harm'
}

# As after hours without power.
noise() {
	guest_run 'dd if=/dev/urandom of=/dev/mem bs=4k seek=$((0xf000000 / 4096)) count=256 \
		conv=notrunc 2>/dev/null' && load && found ': foreign, formatted' &&
		says 'no earlier boot in /dev/plog0: the memory held no log but .* the power was off' \
			guest_run 'logdump; true' && guest_run 'rmmod plog'
}

two_on_one() {
	refused 'plog: mem_address=0xf080000 is claimed by another driver' \
		"insmod $ko mem_address=0xf000000,0xf080000 mem_size=1M,512K" &&
		guest_run '! grep -q plog /proc/iomem && ! test -e /dev/plog0'
}

cache_type() {
	guest_run "insmod $ko $parameters cache=$1" && prints "$1" attribute cache &&
		guest_run "plog -t cache 'by $1' && logdump -b 0 -t cache -o cat | tail -n 1" |
		grep -qx "by $1" && guest_run 'rmmod plog'
}

# What is wrong with parameters, and with the memory that they name.
bad_parameters() {
	while IFS='|' read -r _why _parameters; do
		check "$kernel: refused: $_parameters" refused "$_why" "insmod $ko $_parameters"
	done <<-END
		mem_address= is missing; name|mem_size=1M
		mem_size= is missing; name|mem_address=$address
		mem_size= is missing; name|mem_address=$address,0xf100000 mem_size=1M
		mem_address=0xf00000x is no number of bytes|mem_address=0xf00000x mem_size=1M
		mem_address=-4096 is no number of bytes|mem_address=-4096 mem_size=1M
		mem_size=1T is no number of bytes|mem_address=$address mem_size=1T
		mem_address=0x1000000000f000000 is no number of bytes|mem_address=0x1000000000f000000 mem_size=1M
		mem_size=17179869184G is no number of bytes|mem_address=$address mem_size=17179869184G
		cache=wt is unknown; use|$parameters cache=wt
		protect=91 is no percentage|$parameters protect=91
		protect=much is no percentage|$parameters protect=much
		mem_name=x .* with reserve_mem=|mem_name=x
		mem_name=x already says where|mem_name=x $parameters
	END
}

# Where the machine has no RAM, though nothing else is there.
no_memory() {
	guest_run 'dmesg -c >/dev/null'
	guest_run "insmod $ko mem_address=0x7f00000000 mem_size=1M" >/dev/null 2>&1 && return 1
	guest_run 'dmesg | sed "s/^\[[^]]*\] //" | grep "^plog0: " | sort -u' >"$dir/said"
	[ "$(grep -c . "$dir/said")" -eq 1 ] &&
		grep -q 'mem_address=0x7f00000000 does not keep what is written to it; name RAM' \
			"$dir/said" || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

# ---- the sweep

sweep_pid() {
	guest_run 'for p in /proc/[0-9]*; do
		[ "$(cat $p/comm)" != plog0 ] || echo ${p#/proc/}; done 2>/dev/null'
}

# Nanoseconds on a CPU, ns waiting for one, how often; and how often it went to sleep.
sweep_used() {
	guest_run "cat /proc/$1/schedstat; grep -h ctxt /proc/$1/status"
}

# However slow the machine is: once it has stopped it does not run at all, for seconds,
# with the module's heartbeat and the kernel's log going on.
sweep_idles() {
	_pid=$(sweep_pid)
	_n=0 _was=
	while _is=$(sweep_used "$_pid"); [ "$_is" != "$_was" ]; do
		_n=$((_n + 1))
		[ $_n -lt 10 ] || {
			echo "# the sweep has not stopped in 20 s"
			return 1
		}
		_was=$_is
		guest_run 'sleep 2'
	done
	guest_run 'echo "<4>nobody writes" >/dev/kmsg; sleep 6'
	_is=$(sweep_used "$_pid")
	[ -n "$_is" ] && [ "$_is" = "$_was" ] || {
		echo "# it ran: $_was; then $_is" | tr '\n' ' '
		return 1
	}
}

# What it costs while many write: of the time that the writers had.
sweep_works() {
	_pid=$(sweep_pid)
	_was=$(sweep_used "$_pid")
	guest_run 'plogstorm --processes 2 --count 20000 >/dev/null 2>&1'
	_is=$(sweep_used "$_pid")
	echo "# sweep while two processes write: ns, waited, times: $(echo "$_was" | head -n 1)," \
		"then $(echo "$_is" | head -n 1)"
	[ "$_is" != "$_was" ]
}

# ---- several windows, over a panic

several() {
	guest_run "insmod $ko mem_address=0xf000000,0xf100000 mem_size=1M,512K &&
		plog -w /dev/plog1 -t second 'in the second' && plog -t first 'in the first' &&
		test -c /dev/plogmsg1 && echo 'through the second' >/dev/plogmsg1" &&
		prints 524288 attribute size plog1 &&
		guest_crash 'echo c >/proc/sysrq-trigger' &&
		guest_run "insmod $ko mem_address=0xf000000,0xf100000 mem_size=1M,512K" &&
		prints "in the second" guest_run 'logdump -t second -o cat /dev/plog1' &&
		prints "uid=0 through the second" guest_run 'logdump -t sh -o cat /dev/plog1' &&
		prints "in the first" guest_run 'logdump -t first -o cat /dev/plog0' &&
		returns 1 guest_run 'logdump -k /dev/plog1' && guest_run 'rmmod plog'
}

# ---- hostile calls

# A warning would end the boot, and that would be noticed.
hostile() {
	guest_run 'echo 1 >/proc/sys/kernel/panic_on_warn; echo 1 >/proc/sys/kernel/panic_on_oops
		echo 1 >/proc/sys/kernel/panic; echo 3 >/proc/sys/kernel/printk'
	_boot=$(guest_boot_id)
	guest_run "(plogstorm --processes 2 --rate 200 >/dev/null 2>&1 &)"
	guest_run -t $((fuzz_seconds + 60)) "devfuzz $fuzz_seconds $(date +%s)" >"$dir/fuzz"
	_ret=$?
	sed 's/^/# /' "$dir/fuzz"
	# What it wrote over had no way out: the writers may be anywhere.
	guest_run 'killall -9 plogstorm 2>/dev/null; await "! pidof plogstorm >/dev/null"' &&
		[ $_ret -eq 0 ] && [ "$_boot" = "$(guest_boot_id)" ] && healthy
}

after_hostile() {
	guest_run 'rmmod plog' && load && found ': (valid|damaged|foreign)' &&
		guest_run 'plog -t hostile "in order again" && echo "<1>the line" >/dev/plogmsg0 &&
			echo "<2>the kernel" >/dev/kmsg' &&
		prints "in order again" guest_run 'logdump -b 0 -t hostile -o cat 2>/dev/null' &&
		guest_run 'await "logdump -b 0 -o cat | grep -c -e \"^uid=0 the line\" -e \"^the kernel\" |
			grep -qx 2"' && healthy
}

# A kernel that looks for bugs finds one that was made for it, and did look until now.
finds_bugs() {
	guest_run 'grep -q "debug_locks: *1" /proc/lockdep_stats &&
		echo 0 >/proc/sys/kernel/panic_on_warn &&
		insmod /lib/modules/harm.ko overrun=1 && rmmod harm &&
		dmesg | grep -q "KASAN: slab-out-of-bounds in .*\[harm\]" &&
		insmod /lib/modules/harm.ko shift=99 && rmmod harm &&
		dmesg | grep -q "UBSAN: shift-out-of-bounds" &&
		insmod /lib/modules/harm.ko nap=1 && rmmod harm &&
		dmesg | grep -q "sleeping function called from invalid context"'
}

# ---- panics in a row, before anybody looks

# More than a share of the window each time, so that something has to give way.
panic_once() {
	load && guest_run "seq 1 3000 | sed 's/^/row $1 line /' | plog -t row && echo '<3>row $1' \
		>/dev/kmsg" && guest_crash 'echo c >/proc/sysrq-trigger'
}

panics_in_a_row() {
	_n=0
	while [ $_n -lt "$panics" ]; do
		_n=$((_n + 1))
		panic_once $_n || return
	done
	load
}

rows() {
	guest_run "logdump -b $1 -t row -o cat"
}

row_newest() {
	[ "$(rows -1 | sort -u | wc -l)" -eq 3000 ] &&
		guest_run 'logdump -k -o cat' | grep -q 'Kernel panic - not syncing: sysrq'
}

# The first crash is the one to understand: its last lines are kept, and when room is
# scarce more of them than of the crashes behind it.
row_first() {
	guest_run 'logdump --list-boots -o json' >"$dir/boots.json"
	guest_run 'logdump -b all -t row -o cat | sed "s/^row \([0-9]*\) line.*/\1/" | sort -n |
		uniq -c' >"$dir/rows"
	echo "# lines kept after $panics panics, by crash:$(awk '{ printf " %s: %s", $2, $1 }' \
		"$dir/rows")"
	_first=$(awk '$2 == 1 { print $1 }' "$dir/rows")
	_second=$(awk '$2 == 2 { print $1 }' "$dir/rows")
	guest_run 'logdump -b all -t row -o cat' | grep -qx 'row 1 line 3000' &&
		guest_run 'logdump -b all -k -o cat' | grep -qx 'row 1' &&
		[ "$(grep -c '"verdict":"panic"' "$dir/boots.json")" -ge "$((panics < 5 ? panics : 5))" ] &&
		[ "$(wc -l <"$dir/rows")" -ge "$((panics < 5 ? panics : 5))" ] &&
		{ [ "$panics" -lt 8 ] || [ "$_first" -gt "$((_second * 3 / 2))" ]; }
}

# ---- what has been fetched makes room, and only that

# More than the window holds.
flood() {
	guest_run "seq 1 6000 | sed 's/^/flood $(printf %0220d 0) /' | plog -t flood"
}

rows_now() {
	guest_run 'logdump -b all -t row -o cat 2>/dev/null | wc -l'
}

harvested() {
	guest_run 'logdump --list-boots -o json' | grep -c '"harvested":true'
}

# The first flood takes what is not protected; from then on all stays.
unfetched_stay() {
	flood && _kept=$(rows_now) && flood && [ "$(rows_now)" -eq "$_kept" ] &&
		guest_run 'logdump -b all -t row -o cat' >"$dir/kept" &&
		echo "# $_kept lines of $(sed 's/ line.*//' "$dir/kept" | sort -u | wc -l) crashes stay" &&
		grep -qx 'row 1 line 3000' "$dir/kept" && grep -qx "row $panics line 3000" "$dir/kept" &&
		[ "$(sed 's/ line.*//' "$dir/kept" | sort -u | wc -l)" -ge "$((panics < 4 ? panics : 4))" ]
}

# A loop that nobody looked at until now is in the archive of the next boot that works:
# the first crash, the newest, and others. Saved only, so that they stay unfetched.
saved() {
	guest_run 'mkdir -p /etc/plog /tmp/archive && printf "%s\n" Archive=/tmp/archive \
		Deliver=--syslog=/dev/log KeepFree=0% MaxUse=100% >/etc/plog/harvest.conf &&
		plog-harvest --early && logdump -b all -t row -o cat /tmp/archive/plog-*' \
		>"$dir/archived"
	echo "# $(grep -o '^row [0-9]*' "$dir/archived" | sort -u | wc -l) crashes are in the archive"
	grep -qx 'row 1 line 3000' "$dir/archived" &&
		grep -qx "row $panics line 3000" "$dir/archived" &&
		[ "$(grep -o '^row [0-9]*' "$dir/archived" | sort -u | wc -l)" \
			-ge "$((panics < 4 ? panics : 4))" ]
}

# Reading is no delivery, and one that failed is none.
not_delivered() {
	guest_run 'logdump -b all >/dev/null' && prints 0 harvested &&
		! guest_run 'logdump -b all --ack >/dev/full 2>/dev/null' && prints 0 harvested
}

delivered() {
	_earlier=$(guest_run 'logdump --list-boots -o json' | grep -vc '"boot":0,')
	guest_run 'logdump -b all --ack >/tmp/fetched && grep -c "row 1 line 3000" /tmp/fetched' |
		grep -qx 1 && prints "$_earlier" harvested
}

# They were protected until a moment ago, in this boot.
makes_room() {
	flood && prints 0 rows_now
}

# ---- reserve_mem=

named() {
	guest_run 'dmesg -c >/dev/null; insmod /lib/modules/plog.ko mem_name=plog' &&
		guest_run 'dmesg | grep plog0:' >"$dir/found"
}

reserved_by_name() {
	guest_stop
	GUEST_CMDLINE="console=ttyS0 quiet panic=1 nokaslr reserve_mem=1M:4096:plog"
	must "$kernel: reserve_mem=: it boots" guest_start "$dir"
	check "$kernel: mem_name= of nothing is refused" refused 'mem_name=other is not reserved' \
		"insmod $ko mem_name=other"
	check "$kernel: mem_name= with cache=wc is refused" refused 'System RAM' \
		"insmod $ko mem_name=plog cache=wc"
	must "$kernel: mem_name=: it loads" named
	guest_run 'plog -t named "by its name"'
	must "$kernel: mem_name=: a panic" guest_crash 'echo c >/proc/sysrq-trigger'
	must "$kernel: mem_name=: it loads again" named
	check "$kernel: mem_name=: the window is valid" found ': valid,'
	check "$kernel: mem_name=: the log is there" prints "by its name" \
		guest_run 'logdump -t named -o cat'
	check "$kernel: mem_name=: with nokaslr there is nothing to warn of" \
		guest_run '! dmesg | grep "plog0: KASLR"'
	guest_run 'rmmod plog'
	guest_stop
	GUEST_CMDLINE="console=ttyS0 quiet panic=1 reserve_mem=1M:4096:plog"
	must "$kernel: mem_name=: it boots with KASLR" guest_start "$dir"
	must "$kernel: mem_name=: it loads there" named
	check "$kernel: mem_name=: the module warns of KASLR" \
		guest_run 'dmesg | grep -q "plog0: KASLR may unpack .* add nokaslr"'
	guest_run 'rmmod plog'
}

# ---- all of it

by_address() {
	check "$kernel: another driver's memory is refused" another_driver
	bad_parameters
	check "$kernel: an address without memory is refused" no_memory
	check "$kernel: two windows in one place are refused" two_on_one
	check "$kernel: where there was no log but noise, logdump says so" noise
	for _cache in uc wc wb; do
		check "$kernel: cache=$_cache" cache_type $_cache
	done
	check "$kernel: several windows, over a panic" several
}

kernel_run() {
	must "$kernel: kernel, modules, tools, initramfs" machine "$kernel" \
		"$root/packaging/harvest/plog-harvest"
	must "$kernel: it boots" guest_start "$dir"
	must "$kernel: the module loads" load
	attributes
	guest_run 'devtest' >"$dir/devtest"
	grep '^not ok' "$dir/devtest" | sed 's/^/# /'
	check "$kernel: the device is what it promises, in $(grep -c '^ok' "$dir/devtest") ways" \
		[ "$(grep -c '^ok' "$dir/devtest") $(grep -c '^not ok' "$dir/devtest")" = "$(grep -c . "$dir/devtest") 0" ]
	line_in
	if [ "$(attribute cache)" = wb ]; then
		check "$kernel: the sweep runs while somebody writes" sweep_works
		check "$kernel: the sweep takes nothing when nobody does" sweep_idles
	fi
	check "$kernel: an open mapping keeps the module" held
	case $GUEST_ARCH in
	arm*) ;;
	*) by_address ;;
	esac
	must "$kernel: the module loads again" load
	check "$kernel: $fuzz_seconds s of hostile calls" hostile
	check "$kernel: behind them all works" after_hostile
	guest_run "rmmod plog"
	case $kernel in
	*-debug) check "$kernel: it looked for bugs all the time, and knows one" finds_bugs ;;
	esac
	# Not what devfuzz left.
	guest_stop
	must "$kernel: it boots anew" guest_start "$dir"
	must "$kernel: $panics panics in a row" panics_in_a_row
	check "$kernel: the newest is complete" row_newest
	check "$kernel: the first crash is kept, and others are" row_first
	check "$kernel: what nobody fetched stays, whatever is logged" unfetched_stay
	check "$kernel: plog-harvest saves the loop: the first crash, and others" saved
	check "$kernel: no boot counts as fetched before all of it was delivered" not_delivered
	check "$kernel: then each does" delivered
	check "$kernel: and its memory is free" makes_room
	case $kernel in
	6.12-* | sid-*) reserved_by_name ;;
	esac
	guest_stop
}

for kernel in $kernels; do
	# A shell for each: its guest, and its variables.
	(
		trap 'guest_stop; exit $failed' EXIT
		kernel_run
	) || failed=1
done
exit $failed
