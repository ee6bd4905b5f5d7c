#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# deps.sh GROUP... - install what a group of make targets needs (Debian).
#
#   build   compiler and make: library and tools
#   check   unit tests
#   qemu    real kernels in a virtual machine, and modules built for them
#   matrix  the same for other kernels and architectures
#   cross   compilers for other machines and another C library, and emulators
#   package Debian packages, and a system to try them in
#   lint    the checkers
#   fuzz    clang with its libFuzzer
#   bench   the peers that plog is measured beside
#   model   the model checker
#   report  a browser for the page of logdump --report
#   source-kernel what a kernel is compiled from and with
#
# Silent and quick when nothing is missing. What is looked for is the tool or
# the header itself, so one that was installed by other means than dpkg counts.
# Exit: 0 all there, 1 something is missing and could not be installed, 2 usage.

set -u
export LC_ALL=C DEBIAN_FRONTEND=noninteractive

die() {
	echo "deps.sh: $*" >&2
	exit 1
}

usage() {
	echo "usage: deps.sh build|check|qemu|matrix|cross|package|lint|fuzz|bench|source-kernel|model|report ..." >&2
	exit 2
}

# One "PROBE PACKAGE" a line. A probe is a command, a /file (may be a pattern),
# or dpkg:NAME where only the package's state tells: a static busybox has the
# same path as a dynamic one.
needs_of() {
	case $1 in
	build) cat <<-'END' ;;
		gcc gcc
		ar binutils
		make make
		pkg-config pkg-config
		/usr/include/stdio.h libc6-dev
		/usr/include/linux/types.h linux-libc-dev
	END
	check) cat <<-'END' ;;
		pkg-config pkg-config
		/usr/include/check.h check
		/usr/include/zstd.h libzstd-dev
		zstd zstd
		/usr/lib/*/libsubunit.so libsubunit-dev
		python3 python3
		babeltrace2 babeltrace2
	END
	qemu) cat <<-'END' ;;
		qemu-system-x86_64 qemu-system-x86
		dpkg:busybox-static busybox-static
		cpio cpio
		gcc gcc
		gcc-12 gcc-12
		readelf binutils
		make make
		bc bc
		perl perl
		xz xz-utils
		setpriv util-linux
		zstd zstd
		/sbin/modinfo kmod
		/usr/include/stdio.h libc6-dev
		/usr/lib/*/libelf.so.1 libelf1
	END
	matrix) cat <<-'END' ;;
		qemu-system-aarch64 qemu-system-arm
		qemu-arm qemu-user
		aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
		aarch64-linux-gnu-gcc-12 gcc-12-aarch64-linux-gnu
		/usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
		arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
		arm-linux-gnueabihf-gcc-12 gcc-12-arm-linux-gnueabihf
		/usr/arm-linux-gnueabihf/include/stdio.h libc6-dev-armhf-cross
		dtc device-tree-compiler
		mmdebstrap mmdebstrap
		/usr/share/OVMF/OVMF_CODE_4M.fd ovmf
		/usr/share/AAVMF/AAVMF_CODE.fd qemu-efi-aarch64
	END
	cross) cat <<-'END' ;;
		aarch64-linux-gnu-gcc gcc-aarch64-linux-gnu
		/usr/aarch64-linux-gnu/include/stdio.h libc6-dev-arm64-cross
		arm-linux-gnueabihf-gcc gcc-arm-linux-gnueabihf
		/usr/arm-linux-gnueabihf/include/stdio.h libc6-dev-armhf-cross
		riscv64-linux-gnu-gcc gcc-riscv64-linux-gnu
		/usr/riscv64-linux-gnu/include/stdio.h libc6-dev-riscv64-cross
		musl-gcc musl-tools
		qemu-arm qemu-user
	END
	package) cat <<-'END' ;;
		dpkg-buildpackage dpkg-dev
		dh debhelper
		dh_dkms dh-dkms
		fakeroot fakeroot
		lintian lintian
		/usr/sbin/debootstrap debootstrap
	END
	lint) cat <<-'END' ;;
		clang-format clang-format
		clang-tidy clang-tidy
		cppcheck cppcheck
		sparse sparse
		shellcheck shellcheck
		codespell codespell
		mandoc mandoc
		dt-validate dt-schema
		dtc device-tree-compiler
		abidiff abigail-tools
	END
	fuzz) cat <<-'END' ;;
		/usr/lib/llvm-*/bin/clang clang-14
		/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer-*.a libclang-rt-14-dev
	END
	report) cat <<-'END' ;;
		chromium chromium
		zstd zstd
	END
	model) cat <<-'END' ;;
		spin spin
		gcc gcc
	END
	bench) cat <<-'END' ;;
		g++ g++
		pkg-config pkg-config
		python3 python3
		unshare util-linux
		/usr/include/*/lttng/tracef.h liblttng-ust-dev
		lttng lttng-tools
		lttng-crash lttng-tools
		babeltrace2 babeltrace2
		/usr/include/qb/qblog.h libqb-dev
		/usr/include/spdlog/spdlog.h libspdlog-dev
	END
	source-kernel) cat <<-'END' ;;
		/usr/src/linux-source-6.1.tar.xz linux-source-6.1
		flex flex
		bison bison
		bc bc
		xz xz-utils
		perl perl
		/usr/include/libelf.h libelf-dev
		/usr/include/openssl/evp.h libssl-dev
	END
	*) usage ;;
	esac
}

present() {
	case $1 in
	dpkg:*)
		[ "$(dpkg-query -W -f '${db:Status-Status}' "${1#dpkg:}" \
			2>/dev/null)" = installed ]
		;;
	/*)
		# Unquoted: the pattern has to expand.
		# shellcheck disable=SC2086
		set -- $1
		[ -e "$1" ]
		;;
	*) command -v "$1" >/dev/null ;;
	esac
}

# The packages that the given groups still lack, in one line.
missing() {
	for group; do
		needs_of "$group"
	done | sort -u | while read -r probe package; do
		present "$probe" || printf '%s\n' "$package"
	done | sort -u | tr '\n' ' '
}

# The prefix that makes a command privileged; fails when there is no way.
privilege() {
	if [ "$(id -u)" -eq 0 ]; then
		echo "env"
	elif command -v sudo >/dev/null; then
		echo "sudo env"
	else
		return 1
	fi
}

install_packages() {
	as=$1
	shift
	# A broken foreign source must not stop us: the install will tell.
	$as DEBIAN_FRONTEND=noninteractive apt-get -qq update ||
		echo "deps.sh: apt-get update failed, trying all the same" >&2
	$as DEBIAN_FRONTEND=noninteractive apt-get -qq install -y \
		--no-install-recommends -o DPkg::Lock::Timeout=300 \
		-o Dpkg::Use-Pty=0 "$@" >/dev/null
}

[ $# -gt 0 ] || usage
for group; do
	needs_of "$group" >/dev/null
done

lack=$(missing "$@")
[ -n "$lack" ] || exit 0

command -v apt-get >/dev/null ||
	die "this is no Debian; install what these packages hold: $lack"
as=$(privilege) ||
	die "neither root nor sudo; as root, run: apt-get install $lack"
echo "deps.sh: installing with ${as%env}apt-get: $lack"

# Unquoted: a list of words, and a command with its prefix.
# shellcheck disable=SC2086
install_packages "$as" $lack || die "apt-get could not install: $lack"
lack=$(missing "$@")
[ -z "$lack" ] || die "still missing after the installation: $lack"
