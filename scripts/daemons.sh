#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# daemons.sh - fetch the daemons that logs are delivered to in tests, install nothing:
# an installed package would start its daemon.
#
# Debian's rsyslog, systemd-journald and systemd-journal-remote end up, unpacked, in
# $BUILD/daemons/root. What is there already costs nothing. Needs apt, no root.
# Exit: 0 all there, 1 one line has said why not.

set -u
export LC_ALL=C
cd "$(dirname "$0")/.." || exit 1
mkdir -p "${BUILD:=build}/daemons"
cd "$BUILD/daemons" || exit 1
packages="rsyslog libestr0 libfastjson4 systemd libsystemd-shared systemd-journal-remote
	libmicrohttpd12"

[ ! -e complete ] || exit 0

# Lists of packages that are old name files that the mirror has no more.
download() {
	# shellcheck disable=SC2086 # a list
	apt-get -qq download $packages >log 2>&1 && return
	[ "$(id -u)" -ne 0 ] || apt-get -qq update >log 2>&1
	# shellcheck disable=SC2086
	apt-get -qq download $packages >log 2>&1
}

rm -rf root ./*.deb
command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null && download || {
	echo "daemons.sh: could not download: $(grep -m 1 '^E: ' log 2>/dev/null)" >&2
	exit 1
}
for package in ./*.deb; do
	dpkg-deb -x "$package" root || exit 1
done
rm -f ./*.deb
: >complete
