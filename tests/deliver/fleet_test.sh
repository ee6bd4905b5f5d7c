#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fleet_test.sh - crashes of many boards come to one collector at once: 200 images, some
# deliveries killed and run again, rsyslogd with the configuration of packaging/fleet.
# Every record is there, in a file for each machine and boot, and crashes are grouped by
# their fingerprint.
#
# BOARDS=N: how many. The configuration is used as it is, but for folder and port.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$(dirname "$0")/daemon.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL TZ

[ -x "$BUILD/logdump" ] && [ -x "$BUILD/boards" ] || skip "fleet: not built"
command -v python3 >/dev/null || skip "fleet: no python3"
rsyslog_works || skip "fleet: no rsyslogd (scripts/daemons.sh)"
scratch fleet
export PLOG_STATE="$dir/state"
boards=${BOARDS:-200}
records=300

finish() {
	rsyslog_stop KILL
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

collector_conf() {
	port=$(port_free) || return 1
	{
		echo "global(workDirectory=\"$dir\")"
		echo "module(load=\"imuxsock\" sysSock.use=\"off\")"
		echo "input(type=\"imuxsock\" socket=\"$dir/log\")"
		sed "s|/var/log/plog|$dir/plog|; s|port=\"514\"|address=\"127.0.0.1\" port=\"$port\"|" \
			"$root/packaging/fleet/plog-rsyslog.conf"
	} >"$dir/rsyslog.conf"
}

conf_valid() {
	(daemon_exec "$daemons/usr/sbin/rsyslogd" -N 1 -f "$dir/rsyslog.conf" \
		-M "$(echo "$daemons"/usr/lib/*-linux-gnu/rsyslog)") >"$dir/said" 2>&1 || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
}

all_delivered() {
	python3 "$root/tests/deliver/fleet.py" deliver "$dir" "$boards" "tcp://127.0.0.1:$port"
}

look() {
	python3 "$root/tests/deliver/fleet.py" "$1" "$dir" "$boards" "$records"
}

# What comes without plog's data is kept apart; what would leave the folder does not.
strangers() {
	python3 - "$port" <<-'END'
		import socket, sys
		sd = '[plog@32473 machine_id="../../../evil" boot_id="../x" seq="1"]'
		with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as s:
		    for text in ("<13>1 - h a - - - a stranger", "<13>1 - h a - - " + sd + " evil"):
		        s.sendall(b"%d %s" % (len(text), text.encode()))
		    s.shutdown(socket.SHUT_WR)
		    assert s.recv(1) == b""
	END
	grep -q 'a stranger' "$dir/plog/other.log" && [ ! -e "$dir/../evil" ] &&
		[ ! -e "$dir/evil" ] && [ "$(find "$dir/plog" -name '*x.log' | wc -l)" -eq 1 ]
}

must "images of $boards boards" boards "$dir" 1 "$boards" "$records"
must "the collector's configuration" collector_conf
must "rsyslogd takes it" conf_valid
must "the collector starts" rsyslog_start
check "$boards boards deliver at once, some are killed and do it again" all_delivered
check "every record is in the file of its machine and boot" look records
check "each boot's end is in the list of crashes" look crashes
check "crashes of one cause have one fingerprint, others another" look groups
check "--list-boots -o json has the same fingerprint" look boots
check "strangers and hostile names" strangers
exit "$failed"
