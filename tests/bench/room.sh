#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# room.sh CMD... - run CMD in a room of its own: private /dev, /dev/shm and /run, no
# network, and every process that it leaves behind ends with it.
#
# So syslog(3) can be given a /dev/log, LTTng a session daemon, and plog windows in
# memory, on any machine, and nothing is left there. Needs root or user namespaces;
# without either CMD runs as it is, and what would disturb the machine is skipped:
# BENCH_ROOM tells CMD: inside or none.

set -eu

enter() {
	set -- "$0" "$@"
	flags="--mount --pid --fork --kill-child --mount-proc --net"
	[ "$(id -u)" -eq 0 ] || flags="--map-root-user $flags"
	# Unquoted: a list of options.
	# shellcheck disable=SC2086
	if unshare $flags true 2>/dev/null; then
		BENCH_ROOM=inside exec unshare $flags "$@"
	fi
	echo "room.sh: no namespaces here, so LTTng and syslog are skipped" >&2
	shift
	BENCH_ROOM=none exec "$@"
}

furnish() {
	mount -t tmpfs run /run
	mount -t tmpfs dev /mnt
	for node in null zero full random urandom; do
		: >"/mnt/$node"
		mount --bind "/dev/$node" "/mnt/$node"
	done
	mkdir /mnt/shm
	mount -t tmpfs -o mode=1777 shm /mnt/shm
	ln -s /proc/self/fd /mnt/fd
	mount --move /mnt /dev
	ip link set lo up 2>/dev/null || :
}

[ $# -gt 0 ] || {
	echo "usage: room.sh CMD..." >&2
	exit 2
}
[ "${BENCH_ROOM:-}" = inside ] || enter "$@"
furnish
exec "$@"
