#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# packages_test.sh - the Debian packages: built, checked by lintian, installed in a
# system of their own, used there, and removed
#
# A program is compiled in that system with what pkg-config says of the installed
# library, logs to a file window, and the installed logdump recovers it. The module's
# package is installed there and on the other releases of Debian in the matrix, where DKMS builds
# it for each one's own kernel with its own compiler. The long run's; needs root, and a
# network.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
# shellcheck source=tests/install/system.sh
. "$(dirname "$0")/system.sh"
export BUILD

[ -n "${PLOG_LONG:-}" ] || skip "packages: in the long run only"
[ "$(id -u)" -eq 0 ] || skip "packages: a system of its own takes root"
for tool in dpkg-buildpackage dh_dkms debootstrap; do
	command -v $tool >/dev/null || skip "packages: no $tool"
done
scratch packages
finish() {
	system_close "$dir/root"
	system_close "$dir/other"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

built() {
	"$root/scripts/deb.sh" >"$dir/said" 2>&1 || {
		sed 's/^/# /' "$dir/said"
		return 1
	}
	for name in libplog1 libplog-dev plog-tools plog-dkms; do
		ls "$BUILD/deb/${name}_"*.deb >/dev/null || return 1
	done
}

no_errors() {
	lintian --allow-root --fail-on error "$BUILD"/deb/*.changes >"$dir/lintian" 2>&1 || {
		sed 's/^/# /' "$dir/lintian"
		return 1
	}
}

system=$dir/root
inside() {
	system_run "$system" "$@" >"$dir/said" 2>&1 || {
		tail -n 20 "$dir/said" | sed 's/^/# /'
		return 1
	}
}

# Not plog-dkms: without headers there is nothing that it could build yet.
installed() {
	mkdir -p "$dir/root/debs" && cp "$BUILD"/deb/*.deb "$dir/root/debs/" &&
		rm "$dir"/root/debs/*dbgsym* &&
		inside sh -c 'apt-get -qq install -y --no-install-recommends /debs/libplog* /debs/plog-tools*' &&
		inside sh -c 'ldconfig -p | grep -q libplog.so.1 && getent group plog'
}

example() {
	inside sh -eu -c '
		cp /usr/share/doc/libplog-dev/examples/hello.c /tmp
		cc -Wall -Werror -o /tmp/hello /tmp/hello.c $(pkg-config --cflags --libs plog)
		cc -static -o /tmp/hello-static /tmp/hello.c $(pkg-config --static --cflags --libs plog)
		plogctl init --size 64K /tmp/w
		export PLOG_WINDOW=/tmp/w
		/tmp/hello && /tmp/hello-static && plog -t shell "of a shell"
		logdump -b 0 -o cat >/tmp/got
		printf "hello, world 1\nhello, world 1\nof a shell\n" | diff - /tmp/got'
}

# For the kernel of which Debian has headers, not the one that runs.
module() {
	inside sh -eu -c '
		apt-get -qq install -y --no-install-recommends linux-headers-cloud-amd64 dkms
		apt-get -qq install -y --no-install-recommends /debs/plog-dkms*
		release=$(ls /lib/modules | head -n 1)
		dkms status -k "$release"
		dkms status -k "$release" | grep -q "^plog[/,].*: installed"
		modinfo "$(find "/lib/modules/$release/" -name "plog.ko*")" | grep -q "^license: *GPL"'
}

# The same on another Debian: SUITE RELEASE, the latter a pattern
module_on() {
	system=$dir/other
	system_make "$system" gcc,make "$1" && mkdir -p "$system/debs" &&
		cp "$BUILD"/deb/plog-dkms_*.deb "$system/debs/" && module &&
		grep -q "^plog[/,].* $2" "$dir/said"
	code=$?
	[ "$code" -eq 0 ] || tail -n 5 "$system.log" | sed 's/^/# /'
	sed -n 's/^\(plog[/,].*\)/# \1/p' "$dir/said"
	system_close "$system"
	system=$dir/root
	return "$code"
}

removed() {
	inside sh -eu -c '
		apt-get -qq purge -y "plog-*" "libplog*"
		! find /usr /lib /etc -name "*plog*" ! -path "*/debs/*" | grep .'
}

must "the packages are built" built
if command -v lintian >/dev/null; then
	check "lintian finds no error" no_errors
else
	echo "skip packages: no lintian"
fi
if system_make "$dir/root" gcc,libc6-dev,pkg-config; then
	must "they install" installed
	check "a program is built with pkg-config, logs, and is recovered" example
	if [ "$(dpkg --print-architecture)" = amd64 ]; then
		check "DKMS builds the module" module
	fi
	check "they go without a trace" removed
	if [ "$(dpkg --print-architecture)" = amd64 ]; then
		check "DKMS builds the module on Debian 11" module_on bullseye '5\.10\.'
		check "on Debian 13" module_on trixie '6\.12\.'
		check "on Debian unstable" module_on sid '[0-9]'
	fi
else
	echo "skip packages: no system could be made: $(tail -n 1 "$dir/root.log")"
fi
exit "$failed"
