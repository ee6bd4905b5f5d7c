#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden_images.sh - add the golden images that are not there yet.
#
# One that is there stays: somebody may have such a window in a machine.

set -eu
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tests/golden
BUILD=$(cd "${BUILD:-$root/build}" && pwd)
to=$here/${1:-1.0}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$BUILD/make_golden" "$work"
mkdir -p "$to"
for image in "$work"/*.img; do
	file=$to/$(basename "$image").zst
	[ -e "$file" ] || {
		zstd -q -19 "$image" -o "$file"
		echo "$file"
	}
done
