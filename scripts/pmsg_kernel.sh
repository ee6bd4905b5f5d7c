#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# pmsg_kernel.sh - build a small kernel that has /dev/pmsg0 and trace_marker.
#
# For `make bench-guest`: Debian's own kernels are built without PSTORE_PMSG, so
# the peer has to be compiled. Takes the source from the package linux-source-6.1,
# tinyconfig and what tests/bench/pmsg_kernel.config adds; some minutes on two
# CPUs. The result is in $BUILD/kernels/6.1-pmsg, laid out as kernel.sh does it:
#
#   vmlinuz   what a virtual machine boots
#   kdir      the tree it was built in, for: make -C kdir M=...
#   release   what uname -r says there
#
# A kernel that is there already is kept; remove its folder to build it anew.
# JOBS: how many compilers at once (as many as there are CPUs).

set -eu
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${BUILD:-$root/build}/kernels"
build=$(cd "${BUILD:-$root/build}" && pwd)
place=$build/kernels/6.1-pmsg
tarball=/usr/src/linux-source-6.1.tar.xz
wanted=$root/tests/bench/pmsg_kernel.config
jobs=${JOBS:-$(nproc)}

die() {
	echo "pmsg_kernel.sh: $*" >&2
	exit 1
}

unpack() {
	[ -r "$tarball" ] || die "$tarball is missing; run scripts/deps.sh bench-guest"
	# The half of the tree that is one driver's register names.
	tar -C "$1" --strip-components=1 --exclude='*/drivers/gpu/drm/amd/include/*' \
		-xJf "$tarball"
}

# olddefconfig drops without a word what has an unmet dependency.
config_check() {
	grep '^CONFIG_' "$wanted" | while read -r line; do
		grep -qxF "$line" "$1/.config" || die "the kernel did not take $line"
	done
}

configure() {
	make -s -C "$1" tinyconfig >/dev/null
	(cd "$1" && scripts/kconfig/merge_config.sh -m .config "$wanted" >/dev/null)
	make -s -C "$1" olddefconfig >/dev/null
	config_check "$1"
}

[ ! -e "$place/release" ] || exit 0
# Two runs at once: the second waits, and finds the work done.
exec 3>"$build/kernels/pmsg.lock"
flock 3
[ ! -e "$place/release" ] || exit 0

# Not with a temporary name: the tree knows its own path, and stays usable there.
tree=$place/kdir
log=$build/kernels/6.1-pmsg.log
echo "pmsg_kernel.sh: unpacking and building; the log is $log"
# What was interrupted is taken up again: make knows what is done.
if [ ! -e "$place/unpacked" ]; then
	rm -rf "$place"
	mkdir -p "$tree"
	unpack "$tree"
	: >"$place/unpacked"
fi
configure "$tree"
nice -n 19 make -s -C "$tree" -j"$jobs" bzImage modules >"$log" 2>&1 || {
	tail -n 20 "$log" >&2
	die "the kernel did not build; see $log"
}
ln -sf kdir/arch/x86/boot/bzImage "$place/vmlinuz"
make -s -C "$tree" kernelrelease >"$place/release.tmp" 2>/dev/null
mv "$place/release.tmp" "$place/release"
echo "pmsg_kernel.sh: built $(cat "$place/release")"
