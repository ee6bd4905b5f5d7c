#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# rsyslogd.sh DIR - the unpacked rsyslogd in this process's place, as daemon.sh
# configured it in DIR.
set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/deliver/daemon.sh
. "$(dirname "$0")/daemon.sh"
rm -f "$1/rsyslog.pid"
daemon_exec "$daemons/usr/sbin/rsyslogd" -n -f "$1/rsyslog.conf" -i "$1/rsyslog.pid" \
	-M "$(echo "$daemons"/usr/lib/*-linux-gnu/rsyslog)"
