#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# initramfs.sh OUT [FILE...] - build the guest's file system.
#
# It holds a static busybox, the agent (init, beside this script), await, and the
# files given, each in the place its kind belongs to:
#
#   *.ko, *.ko.xz   /lib/modules, unpacked
#   executable      /bin
#   anything else   /share
#
# Programs have to be linked statically; there are no libraries in the guest.
# BUSYBOX names another busybox, for a guest of another architecture.

set -eu
export LC_ALL=C

here=$(cd "$(dirname "$0")" && pwd)
busybox=${BUSYBOX:-/bin/busybox}

die() {
	echo "initramfs.sh: $*" >&2
	exit 1
}

# A script has no program headers, and a static program no interpreter.
is_static() {
	! readelf -l "$1" 2>/dev/null | grep -q INTERP
}

add() {
	[ -f "$1" ] || die "$1 is not there, or no file"
	case $1 in
	*.ko | *.ko.xz) to=lib/modules ;;
	*) if [ -x "$1" ]; then to=bin; else to=share; fi ;;
	esac
	[ "$to" != bin ] || is_static "$1" ||
		die "$1 needs shared libraries; link it with -static"
	[ ! -e "$tree/$to/${1##*/}" ] || die "two files want to be /$to/${1##*/}"
	cp "$1" "$tree/$to/"
	case $1 in *.xz) xz -d "$tree/$to/${1##*/}" ;; esac
}

[ $# -gt 0 ] || {
	echo "usage: initramfs.sh OUT [FILE...]" >&2
	exit 2
}
out=$1
shift
[ -x "$busybox" ] || die "$busybox is missing; run scripts/deps.sh qemu"
is_static "$busybox" ||
	die "$busybox is not static; install the package busybox-static"

tree=$(mktemp -d)
trap 'rm -rf "$tree" "$out.tmp$$"' EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$tree/bin" "$tree/lib/modules" "$tree/share"
cp "$busybox" "$tree/bin/busybox"
cp "$here/init" "$tree/init"
cp "$here/await" "$tree/bin/await"
chmod 755 "$tree" "$tree/init" "$tree/bin/busybox" "$tree/bin/await"
for file; do
	add "$file"
done
# Not compressed: unpacking costs an emulated guest more than loading does.
(cd "$tree" && find . | sort | cpio --quiet -R 0:0 -o -H newc) >"$out.tmp$$"
mv "$out.tmp$$" "$out"
