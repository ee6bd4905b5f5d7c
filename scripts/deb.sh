#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# deb.sh - the Debian packages, into $BUILD/deb
#
# dpkg-buildpackage wants debian/ at the top: it works in a copy of the tree.
# `scripts/deps.sh package` installs what it needs.

set -eu
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${BUILD:=$root/build}"
BUILD=$(cd "$BUILD" && pwd)

command -v dpkg-buildpackage >/dev/null && command -v dh_dkms >/dev/null || {
	echo "deb.sh: no dpkg-buildpackage or dh_dkms: run scripts/deps.sh package" >&2
	exit 1
}
version=$(sed -n 's/^VERSION := //p' "$root/Makefile")
place=$BUILD/deb/plog-$version
rm -rf "$BUILD/deb"
mkdir -p "$place"
for name in "$root"/*; do
	case $(cd "$name" 2>/dev/null && pwd) in
	"$BUILD" | "$root/build") ;;
	*) cp -R "$name" "$place/" ;;
	esac
done
mv "$place/packaging/debian" "$place/debian"
cd "$place"
# Not what a make around us was told.
env -u MAKEFLAGS -u MAKELEVEL -u BUILD -u CC -u CFLAGS -u LDFLAGS DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" \
	dpkg-buildpackage -us -uc >../log 2>&1 || {
	tail -n 30 ../log >&2
	exit 1
}
ls "$BUILD"/deb/*.deb
