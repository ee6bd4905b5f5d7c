#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# source_kernel.sh 6.1-pmsg|6.1-debug - build a small kernel, for what Debian's lack.
#
#   6.1-pmsg    has /dev/pmsg0 and trace_marker, plog's peers in `make bench-guest`
#   6.1-debug   looks for bugs in what runs on it: KASAN, UBSAN, lockdep
#
# Takes the source from the package linux-source-6.1, tinyconfig and the files that
# configs() names; some minutes on two CPUs. The result is in $BUILD/kernels/NAME, laid
# out as kernel.sh does it:
#
#   vmlinuz   what a virtual machine boots
#   modules   the modules of that kernel (a folder)
#   kdir      the tree it was built in, for: make -C kdir M=...
#   config    how it was configured
#   release   what uname -r says there
#
# A kernel that is there already is kept; remove its folder to build it anew.
# JOBS: how many compilers at once (as many as there are CPUs).

set -eu
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${BUILD:-$root/build}/kernels"
build=$(cd "${BUILD:-$root/build}" && pwd)
tarball=/usr/src/linux-source-6.1.tar.xz
jobs=${JOBS:-$(nproc)}

die() {
	echo "source_kernel.sh: $*" >&2
	exit 1
}

configs() {
	echo "$root/tests/qemu/small_kernel.config"
	case $1 in
	6.1-pmsg) echo "$root/tests/bench/pmsg_kernel.config" ;;
	6.1-debug) echo "$root/tests/qemu/debug_kernel.config" ;;
	*) die "unknown kernel $1; known: 6.1-pmsg 6.1-debug" ;;
	esac
}

unpack() {
	[ -r "$tarball" ] || die "$tarball is missing; run scripts/deps.sh source-kernel"
	# The half of the tree that is one driver's register names.
	tar -C "$1" --strip-components=1 --exclude='*/drivers/gpu/drm/amd/include/*' \
		-xJf "$tarball"
}

# olddefconfig drops without a word what has an unmet dependency.
# shellcheck disable=SC2086 # a list
config_check() {
	grep -h '^CONFIG_' $wanted | while read -r line; do
		grep -qxF "$line" "$1/.config" || die "the kernel did not take $line"
	done
}

# shellcheck disable=SC2086 # a list
configure() {
	make -s -C "$1" tinyconfig >/dev/null
	(cd "$1" && scripts/kconfig/merge_config.sh -m .config $wanted >/dev/null)
	make -s -C "$1" olddefconfig >/dev/null
	config_check "$1"
}

compile() {
	make -s -C "$tree" -j"$jobs" bzImage modules &&
		make -s -C "$tree" modules_install INSTALL_MOD_PATH="$place" DEPMOD=true
}

[ $# -eq 1 ] || {
	echo "usage: source_kernel.sh NAME" >&2
	exit 2
}
wanted=$(configs "$1")
place=$build/kernels/$1
[ ! -e "$place/release" ] || exit 0
# Two runs at once: the second waits, and finds the work done.
exec 3>"$place.lock"
flock 3
[ ! -e "$place/release" ] || exit 0

# Not with a temporary name: the tree knows its own path, and stays usable there.
tree=$place/kdir
log=$place.log
echo "source_kernel.sh: unpacking and building $1; the log is $log"
# What was interrupted is taken up again: make knows what is done.
if [ ! -e "$place/unpacked" ]; then
	rm -rf "$place"
	mkdir -p "$tree"
	unpack "$tree"
	: >"$place/unpacked"
fi
configure "$tree"
compile >"$log" 2>&1 || {
	tail -n 20 "$log" >&2
	die "the kernel did not build; see $log"
}
release=$(make -s -C "$tree" kernelrelease 2>/dev/null)
rm -f "$place/lib/modules/$release/build" "$place/lib/modules/$release/source"
ln -sfn "lib/modules/$release" "$place/modules"
ln -sf kdir/arch/x86/boot/bzImage "$place/vmlinuz"
ln -sf kdir/.config "$place/config"
echo "$release" >"$place/release.tmp"
mv "$place/release.tmp" "$place/release"
echo "source_kernel.sh: built $release"
