#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# abi.sh check|update [BASELINE] - does the library still fit the programs that were
# linked with it?
#
# Compares $BUILD/libplog.so.1 with the interface that was noted in
# packaging/abi: functions, and the structures of the public headers. What was
# added is fine; what was removed or changed is printed. `update` notes the
# interface anew: for additions, and with a new SOVERSION for all else.
#
# Exit: 0 it fits, 1 it does not, 2 usage, 77 it could not be compared; why is said.

set -u
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
BUILD=$(cd "${BUILD:-$root/build}" && pwd)
library=$BUILD/libplog.so.1

skip() {
	echo "$*"
	exit 77
}

case ${1:-} in
check | update) ;;
*)
	echo "usage: abi.sh check|update [BASELINE]" >&2
	exit 2
	;;
esac
machine=$(uname -m)
baseline=${2:-$root/packaging/abi/libplog.so.1.$machine.abi}
command -v abidiff >/dev/null || skip "no abidiff"
[ -e "$library" ] || skip "no $library; make lib"
readelf -S "$library" | grep -q '\.debug_info' || skip "$library has no debug information; CFLAGS='-O2 -g'"

scratch=$(mktemp -d "$BUILD/abi.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
cp "$root"/liblog/plog.h "$root"/liblog/plog_args.h "$root"/liblog/plog_reader.h "$scratch"

if [ "$1" = update ]; then
	# Its first line has to be what it is: the licence is in the second.
	abidw --headers-dir "$scratch" --drop-private-types --no-show-locs --no-corpus-path \
		--no-comp-dir-path --no-elf-needed --type-id-style hash "$library" |
		sed '1a <!-- SPDX-License-Identifier: BSD-2-Clause -->' >"$baseline"
	exit
fi
[ -e "$baseline" ] || skip "no ${baseline##*/} to compare with"
abidiff --no-show-locs --no-added-syms "$baseline" "$library" >"$scratch/said" 2>&1
code=$?
# Bit 2: something changed; bit 3: incompatibly. Bits 0 and 1: it could not be compared.
[ $((code & 3)) -eq 0 ] || {
	cat "$scratch/said"
	exit 1
}
[ "$code" -ne 0 ] || exit 0
cat "$scratch/said"
exit 1
