#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden_update.sh - what logdump says of the golden images becomes what is expected.
#
# Shows each difference. Look at it before it is committed: an old image that is read
# in another way than before is a change that its owner will notice.

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/golden
BUILD=$(cd "${BUILD:-$root/build}" && pwd)
logdump=$BUILD/logdump
# shellcheck source=tests/golden/show.sh
. "$here/show.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for file in "$here"/[0-9]*.[0-9]*/*.img.zst; do
	name=$(basename "$file" .img.zst)
	golden_show "$file" "$work"
	for kind in json short boots; do
		to=${file%.img.zst}.$kind
		[ -e "$to" ] || : >"$to"
		diff -u "$to" "$work/$name.$kind" || cp "$work/$name.$kind" "$to"
	done
done

file=$here/1.0/clean.img.zst
golden_formats "$file" "$work"
for kind in $golden_kinds; do
	to=${file%.img.zst}.$kind
	[ -e "$to" ] || : >"$to"
	diff -au "$to" "$work/clean.$kind" || cp "$work/clean.$kind" "$to"
done
