# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# daemon.sh - to be sourced behind lib.sh: Debian's rsyslogd in the foreground, on
# loopback, with a configuration, folders and a port of its own. It is the one that
# scripts/daemons.sh unpacked.
#
#   rsyslog_begin          finds a port, writes $dir/rsyslog.conf
#   rsyslog_start          starts it, waits until it listens; $rsyslog is its pid
#   rsyslog_stop [SIGNAL]  ends it (TERM)
#   until_true N COMMAND.. tries for N seconds
#   arrived_check ARRIVED HOW WANTED...   what arrived.py says

# shellcheck disable=SC2154 # dir, root: lib.sh's

daemons=$BUILD/daemons/root
rsyslog=
port=

libraries() {
	for _dir in "$daemons"/usr/lib/*-linux-gnu "$daemons"/usr/lib/*-linux-gnu/systemd; do
		printf '%s:' "$_dir"
	done
}

# Runs an unpacked daemon with the libraries that came along, in this shell's place.
daemon_exec() {
	LD_LIBRARY_PATH=$(libraries)
	export LD_LIBRARY_PATH
	exec "$@"
}

# Do they start here at all?
rsyslog_works() {
	[ -x "$daemons/usr/sbin/rsyslogd" ] &&
		(daemon_exec "$daemons/usr/sbin/rsyslogd" -v) >/dev/null 2>&1
}

until_true() {
	_tries=$(($1 * 20))
	shift
	while ! "$@"; do
		_tries=$((_tries - 1))
		[ "$_tries" -gt 0 ] || return 1
		sleep 0.05
	done
}

port_free() {
	python3 -c '
import socket
with socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
    tcp.bind(("127.0.0.1", 0))
    udp.bind(tcp.getsockname())
    print(tcp.getsockname()[1])'
}

# Each record that arrives is an object a line. Direct queues: what is in the file
# is what was read, whatever ends the daemon.
rsyslog_begin() {
	port=$(port_free) || return 1
	cat >"$dir/rsyslog.conf" <<-END
		global(workDirectory="$dir" maxMessageSize="16k")
		module(load="imudp")
		module(load="imtcp")
		module(load="imuxsock" sysSock.use="off")
		module(load="mmpstrucdata")
		template(name="all" type="list" option.jsonf="on") {
			property(outname="by" name="inputname" format="jsonf")
			property(outname="time" name="timereported" dateformat="rfc3339" format="jsonf")
			property(outname="host" name="hostname" format="jsonf")
			property(outname="app" name="app-name" format="jsonf")
			property(outname="pid" name="procid" format="jsonf")
			property(outname="msgid" name="msgid" format="jsonf")
			property(outname="severity" name="syslogseverity" format="jsonf")
			property(outname="facility" name="syslogfacility-text" format="jsonf")
			property(outname="boot_id" name="\$!rfc5424-sd!plog@32473!boot_id" format="jsonf")
			property(outname="machine_id" name="\$!rfc5424-sd!plog@32473!machine_id" format="jsonf")
			property(outname="seq" name="\$!rfc5424-sd!plog@32473!seq" format="jsonf")
			property(outname="verdict" name="\$!rfc5424-sd!plog@32473!verdict" format="jsonf")
			property(outname="end" name="\$!rfc5424-sd!plog@32473!end" format="jsonf")
			property(outname="crash" name="\$!rfc5424-sd!plog@32473!crash" format="jsonf")
			property(outname="tag" name="\$!rfc5424-sd!plog@32473!tag" format="jsonf")
			property(outname="file" name="\$!rfc5424-sd!plog@32473!file" format="jsonf")
			property(outname="line" name="\$!rfc5424-sd!plog@32473!line" format="jsonf")
			property(outname="func" name="\$!rfc5424-sd!plog@32473!func" format="jsonf")
			property(outname="last" name="\$!rfc5424-sd!plog@32473!last" format="jsonf")
			property(outname="msg" name="msg" format="jsonf")
		}
		ruleset(name="all" queue.type="Direct") {
			action(type="mmpstrucdata")
			action(type="omfile" file="$dir/arrived.json" template="all")
		}
		input(type="imudp" address="127.0.0.1" port="$port" rcvbufSize="4m" ruleset="all")
		input(type="imtcp" address="127.0.0.1" port="$port" ruleset="all")
		input(type="imuxsock" socket="$dir/log" ruleset="all" ratelimit.interval="0")
	END
}

# Bash and dash have no sockets: what the kernel says of the port.
listens() {
	grep -qi "^ *[0-9]*: 0100007F:$(printf '%04X' "$port") 00000000:0000 0A " /proc/net/tcp &&
		[ -S "$dir/log" ]
}

rsyslog_start() {
	"$root/tests/deliver/rsyslogd.sh" "$dir" >>"$dir/rsyslog.log" 2>&1 &
	rsyslog=$!
	until_true 30 listens || {
		sed 's/^/# /' "$dir/rsyslog.log"
		return 1
	}
}

rsyslog_stop() {
	[ -z "$rsyslog" ] || kill "-${1:-TERM}" "$rsyslog" 2>/dev/null
	[ -z "$rsyslog" ] || wait "$rsyslog" 2>/dev/null
	rsyslog=
}

arrived_check() {
	python3 "$root/tests/deliver/arrived.py" "$@"
}
