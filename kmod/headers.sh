#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
#
# headers.sh KDIR [ARCH [O]] - can a module be built with these kernel headers?
#
# One line on what is wrong and what to do, before Kbuild says it in fifty. ARCH is
# what make was told; without it, that of this machine. O is where the kernel was
# configured and built when that is not KDIR. The kernel's version is
# checked by Kbuild, which everybody goes through.

set -u
kdir=$1
arch=${2:-$(uname -m)}
conf=${3:-$1}/include/config/auto.conf

die() {
	echo "plog: $*" >&2
	exit 1
}

# ARCH, as make or uname say it -> the option that such a kernel is configured with
option_of() {
	case $1 in
	x86* | i?86) echo X86 ;;
	arm64 | aarch64) echo ARM64 ;;
	arm*) echo ARM ;;
	riscv*) echo RISCV ;;
	ppc* | powerpc*) echo PPC ;;
	mips*) echo MIPS ;;
	s390*) echo S390 ;;
	loong*) echo LOONGARCH ;;
	esac
}

# What to tell make for headers of another machine.
advice() {
	for one in X86=x86:x86_64-linux-gnu ARM64=arm64:aarch64-linux-gnu \
		ARM=arm:arm-linux-gnueabihf RISCV=riscv:riscv64-linux-gnu; do
		! grep -q "^CONFIG_${one%%=*}=y" "$conf" || {
			names=${one#*=}
			echo "ARCH=${names%:*} CROSS_COMPILE=${names#*:}-"
			return
		}
	done
	echo "ARCH= and CROSS_COMPILE= of theirs"
}

[ -e "$kdir/Makefile" ] ||
	die "no kernel headers in $kdir: install linux-headers-$(uname -r), give KDIR=," \
		"or build without the module: SKIP_KMOD=1"
[ -e "$conf" ] ||
	die "$kdir is the source of a kernel that was not configured:" \
		"run make modules_prepare there, or give another KDIR="
option=$(option_of "$arch")
[ -z "$option" ] || grep -q "^CONFIG_$option=y" "$conf" ||
	die "the kernel headers in $kdir are not for $arch: give the KDIR= of its headers," \
		"or, for the machine that these are for, $(advice)"
