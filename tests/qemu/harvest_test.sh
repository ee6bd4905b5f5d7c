#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# harvest_test.sh [KERNEL] - what becomes of a boot that panicked: the next one's init
# script saves it, delivers it when a collector is there, and acknowledges it, then it is
# erased; beside a program that logs, and is followed.

# shellcheck disable=SC2317,SC2034,SC2154 # functions are called through check; matrix.sh sets variables
# shellcheck disable=SC2016 # the guest's shell expands

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/qemu/matrix.sh
. "$root/tests/qemu/matrix.sh"

scratch harvest
trap 'guest_stop; scratch_done' EXIT
trap 'failed=1; exit 1' HUP INT TERM
kernel=${1:-6.1-amd64}
lines=300

scripts() {
	sed 's|@SBINDIR@|/bin|' "$root/packaging/init/plog-harvest.in" >"$dir/plog-harvest-init" &&
		chmod 755 "$dir/plog-harvest-init"
}

dies() {
	guest_run "seq 1 $lines | sed 's/.*/app line & of the dead boot/' | plog -t app" &&
		guest_crash 'echo c >/proc/sysrq-trigger'
}

# The host compares what archive and collector got with this.
remember() {
	guest_run 'logdump -o json >/tmp/window.json' &&
		guest_pull /tmp/window.json "$dir/window.json" &&
		[ "$(grep -c 'app line [0-9]* of the dead boot' "$dir/window.json")" -eq "$lines" ] &&
		grep -q '"source":"kernel".*Kernel panic' "$dir/window.json"
}

# protected: how many chunks, of which the module and plogctl say the same
protected() {
	_chunks=$(guest_run 'cat /sys/class/misc/plog0/chunks_protected')
	guest_run 'plogctl status' | grep -qE "^attached .* $_chunks protected now\$" || {
		echo "# plogctl status does not say $_chunks protected"
		return 1
	}
	echo "$_chunks"
}

harvested() {
	guest_run 'logdump --list-boots -o json' | grep '"boot":-1,' | grep -q '"harvested":true'
}

# As it was when the boot began: neither marked nor free.
untouched() {
	! harvested && prints "$protected" protected
}

archives() {
	guest_run 'ls /var/lib/plog | grep -c "^plog-.*\.plog"'
}

# conf SETTING...
conf() {
	guest_run "mkdir -p /etc/plog && printf '%s\n' $* >/etc/plog/harvest.conf"
}

# Nothing is marked that was not saved.
not_saved() {
	conf && guest_run 'mkdir -p /var/lib/plog && mount -t tmpfs -o ro archive /var/lib/plog' &&
		returns 4 guest_run 'plog-harvest' && prints 0 archives && untouched &&
		guest_run 'mount -o remount,rw /var/lib/plog'
}

# Saved by the init script; then nobody listens: that is tried again, later.
refused() {
	guest_run 'ifconfig lo up' && conf Deliver=--syslog=tcp://127.0.0.1:601 &&
		guest_run 'plog-harvest-init start' && prints 1 archives && untouched &&
		returns 4 guest_run plog-harvest && prints 1 archives && untouched &&
		returns 2 guest_run 'plogctl erase'
}

# As soon as somebody does. The script's pause is cut short.
delivered() {
	guest_run 'printf "#!/bin/sh\nexec cat >>/tmp/delivered\n" >/tmp/collect &&
		chmod 755 /tmp/collect && : >/tmp/delivered
		nc -ll -p 601 -e /tmp/collect >/dev/null 2>&1 &
		await "netstat -ltn | grep -q :601"
		await "killall sleep 2>/dev/null
			logdump --list-boots -o json | grep \"boot.:-1,\" | grep -q harvested.:true"' &&
		guest_pull /tmp/delivered "$dir/delivered" &&
		[ "$(grep -ao 'app line [0-9]* of the dead boot' "$dir/delivered" | sort -u |
			wc -l)" -eq "$lines" ] &&
		grep -aq 'Kernel panic - not syncing' "$dir/delivered"
}

released() {
	[ "$protected" -gt 0 ] && prints 0 protected
}

# Read by the guest and by the host, where no boot of it runs: there it has another index.
archive_is_window() {
	prints 1 archives && guest_run 'logdump -o json /var/lib/plog/plog-* >/tmp/archive.json' &&
		guest_pull /tmp/archive.json "$dir/archive.json" &&
		cmp "$dir/window.json" "$dir/archive.json" &&
		guest_run 'cat /var/lib/plog/plog-* >/tmp/archive' &&
		guest_pull /tmp/archive "$dir/archive" &&
		_boot=$(sed -n '1s/.*"boot_id":"\([0-9a-f]*\)".*/\1/p' "$dir/window.json") &&
		"$BUILD/logdump" -b "$_boot" -o json "$dir/archive" |
		sed 's/^{"boot":-2,/{"boot":-1,/' >"$dir/archive.json" &&
		cmp "$dir/window.json" "$dir/archive.json"
}

once() {
	prints "" guest_run 'plog-harvest-init start; plog-harvest' && prints 1 archives
}

# Another process each, so that they come from several chunks; none twice, in order.
followed() {
	guest_run 'logdump -f -b 0 -t live -o cat >/tmp/followed 2>/tmp/follow.err &
		for i in $(seq 1 30); do plog -t live "live $i"; done
		await "grep -qx \"live 30\" /tmp/followed"; killall logdump; cat /tmp/follow.err' \
		>"$dir/err" && [ ! -s "$dir/err" ] && guest_run 'cat /tmp/followed' >"$dir/followed" &&
		seq 1 30 | sed 's/^/live /' | cmp - "$dir/followed"
}

# What the RAM has, past all tools and caches of the guest.
dead_text() {
	guest_memory "$address" 1048576 "$dir/memory" &&
		grep -ao 'of the dead boot' "$dir/memory" | wc -l
}

erased() {
	_before=$(dead_text) && [ "$_before" -ge "$lines" ] &&
		guest_run 'grep -q "of the dead boot" /dev/plog0' &&
		guest_run 'logdump -b 0 -t live -o cat >/tmp/live && plogctl erase' >"$dir/out" &&
		grep -q ': 1 earlier boot erased, .* chunks zeroed$' "$dir/out" &&
		prints 0 dead_text && grep -aq 'live 30' "$dir/memory" &&
		! guest_run 'grep -q "of the dead boot" /dev/plog0' &&
		guest_run 'logdump -b 0 -t live -o cat >/tmp/after && cmp /tmp/live /tmp/after &&
			grep -qx "live 30" /tmp/after && logdump --verify >/dev/null &&
			[ "$(PLOG_ARCHIVE= logdump --list-boots -o json | wc -l)" -eq 1 ]'
}

must "$kernel: kernel, module, tools, initramfs" eval 'scripts && machine "$kernel" \
	"$root/packaging/harvest/plog-harvest" "$dir/plog-harvest-init"'
must "$kernel: it boots" guest_start "$dir"
must "$kernel: the module loads" load
must "$kernel: programs log, then a panic" dies
must "$kernel: the module loads again" load
must "$kernel: the dead boot is there" remember
must "$kernel: its chunks are protected" eval 'protected=$(protected) && [ "$protected" -gt 0 ]'
check "$kernel: not saved, not harvested" not_saved
check "$kernel: the init script saves; not delivered, not harvested" refused
check "$kernel: delivered when a collector is there, and then harvested" delivered
check "$kernel: what was protected is free" released
check "$kernel: the archive has what the window has" archive_is_window
check "$kernel: harvested once" once
check "$kernel: a live program is followed" followed
check "$kernel: erased from the memory; the running boot stays" erased
check "$kernel: a healthy kernel" healthy
exit $failed
