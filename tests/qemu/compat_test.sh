#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Which kernels the module warns of with memmap= and an EFI boot: just those that put
# themselves anywhere. No guest, for Debian has none of them any more.

# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$root" || exit 1

# CONFIG_X86 MAJOR.MINOR.PATCH: blind or sees, by the module's own lines.
stub() {
	{
		echo "#define KERNEL_VERSION(a, b, c) (((a) << 16) + ((b) << 8) + (c))"
		echo "#define LINUX_VERSION_CODE KERNEL_VERSION($(echo "$2" | tr . ,))"
		echo "#define CONFIG_X86 $1"
		echo "#define IS_ENABLED(option) option"
		sed -n '/^#define PLOG_SINCE_UNTIL/,/^$/p' kmod/compat.h
		printf '%s\n' "#if PLOG_STUB_IS_BLIND" blind "#else" sees "#endif"
	} | ${CC:-cc} -E -P - | grep .
}

for version in 6.1.81 6.1.92 6.6.0 6.6.32 6.7.0 6.8.12 6.9.0 6.9.3; do
	check "the EFI stub of $version is blind on x86" prints blind stub 1 $version
	check "and on no other machine" prints sees stub 0 $version
done
for version in 5.10.262 6.1.80 6.1.93 6.1.192 6.5.13 6.6.33 6.6.100 6.9.4 6.10.0 6.12.118 7.2.13; do
	check "the EFI stub of $version sees memmap=" prints sees stub 1 $version
done
exit $failed
