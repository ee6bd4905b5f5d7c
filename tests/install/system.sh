# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# system.sh - to be sourced by tests that need a Debian of their own, below $BUILD
#
#   system_make FOLDER PACKAGES [SUITE]
#                                 a minimal bookworm with these; why not is in FOLDER.log
#   system_run FOLDER COMMAND...  in it, as root, with /proc, /dev and a network
#   system_close FOLDER           removes it; what a test kept mounted is let go
#
# Each command has a mount name space of its own: nothing stays mounted, not even
# when it is killed.

# The mirror that the host uses, so that a mirror nearby is used here, too; nothing when
# it has none: debootstrap has one of its own. A proxy of apt's is debootstrap's as well.
# shellcheck disable=SC2016 # apt expands the fields
system_mirror() {
	apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 2>/dev/null |
		sed -n 's#^Debian \(.*/debian\)/*$#\1#p' | head -n 1
}

system_proxy() {
	sh -c 'eval "$(apt-config shell proxy Acquire::http::Proxy)"; echo "${proxy:-}"'
}

system_make() {
	_proxy=$(system_proxy)
	# shellcheck disable=SC2046 # a word, or none
	env ${_proxy:+"http_proxy=$_proxy"} debootstrap --variant=minbase --include="$2" "${3:-bookworm}" \
		"$1" $(system_mirror) >"$1.log" 2>&1 || return 1
	cp /etc/resolv.conf "$1/etc/" 2>/dev/null
	# A mirror may be a snapshot, which is not renewed.
	echo 'Acquire::Check-Valid-Until "false";' >"$1/etc/apt/apt.conf.d/snapshot"
	printf '#!/bin/sh\nexit 101\n' >"$1/usr/sbin/policy-rc.d"
	chmod 755 "$1/usr/sbin/policy-rc.d"
	system_run "$1" apt-get -qq update >>"$1.log" 2>&1
}

system_run() {
	_root=$1
	shift
	# shellcheck disable=SC2016 # the inner shell expands
	env -u MAKEFLAGS -u BUILD -u PLOG_WINDOW DEBIAN_FRONTEND=noninteractive \
		PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin unshare --mount --fork sh -c '
		mount -t proc proc "$0/proc" && mount --rbind /dev "$0/dev" &&
			mount -t tmpfs tmpfs "$0/dev/shm" && exec chroot "$0" "$@"' "$_root" "$@"
}

system_close() {
	rm -rf --one-file-system "$1"
}
