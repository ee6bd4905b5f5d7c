#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kmod.sh SPEC [FOLDER] - build a module for a kernel that kernel.sh fetched.
#
# FOLDER has its sources, kmod by default. It is built in $BUILD/FOLDER-SPEC (for
# tests/qemu/x: $BUILD/x-SPEC). Warnings are errors. What differs from a plain
# `make kmod` is who compiles: a cross compiler for other architectures, the
# compiler in the kernel's own system where the host's is too old.

set -eu
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
build=$(cd "${BUILD:-$root/build}" && pwd)

# The host's compiler stands in for older ones, which are no longer packaged.
compiler() {
	case $1 in
	5.10-*) echo CC=gcc ;;
	esac
	case $1 in
	*-arm64) echo ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu- ;;
	*-armhf) echo ARCH=arm CROSS_COMPILE=arm-linux-gnueabihf- "MODPOST=$out.modpost" ;;
	esac
}

# The architecture's own modpost, emulated. Its plain name is a wrapper that looks at
# the file, and starts one of several.
modpost() {
	printf '#!/bin/sh\nexec qemu-arm -L /usr/arm-linux-gnueabihf %s "$@"\n' \
		"$(echo "$place"/target/usr/lib/linux-kbuild-*)/scripts/mod/modpost.real-lsb-32" >"$1"
	chmod 755 "$1"
}

build_here() {
	[ ! -d "$place/target" ] || modpost "$out.modpost"
	# Unquoted: variables for make.
	# shellcheck disable=SC2046
	make -s -C "$place/kdir" M="$out" KCFLAGS=-Werror W=1 $(compiler "$spec") modules
}

build_in_root() {
	inside=/build/${source##*/}
	headers=$(readlink "$place/kdir")
	mkdir -p "$place/root$inside"
	cp -Rpu "$root/$source/." "$place/root$inside/"
	# objtool looks up its stack limit in /proc, which only we shall see.
	# shellcheck disable=SC2016 # the inner shell expands
	unshare --mount sh -c 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"' \
		"$place/root" make -s -C "${headers#root}" M="$inside" KCFLAGS=-Werror W=1 \
		modules
	cp "$place/root$inside"/*.ko "$out/"
}

[ $# -eq 1 ] || [ $# -eq 2 ] || {
	echo "usage: kmod.sh VERSION-ARCH [FOLDER]" >&2
	exit 2
}
spec=$1
source=${2:-kmod}
place=$build/kernels/$spec
out=$build/${source##*/}-$spec
[ -e "$place/release" ] || {
	echo "kmod.sh: $spec is not there; run kernel.sh $spec" >&2
	exit 1
}
mkdir -p "$out"
cp -Rpu "$root/$source/." "$out/"
if [ -d "$place/root" ]; then
	build_in_root
else
	build_here
fi
