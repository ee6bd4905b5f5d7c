#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# golden_test.sh - windows of each version of the format are read as ever.
#
# One folder for each version holds images and, beside each, what logdump says of it:
# all records as JSON and as lines, boots, exit codes.
# A change of the reader that changes any of this has to be meant: make golden-update
# shows it and writes it down. Images themselves are never made again.
#
# Those of the writers' present version are compared, too, with what the code makes now.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
here=$root/tests/golden
logdump=${LOGDUMP:-$BUILD/logdump}
# shellcheck source=tests/golden/show.sh
. "$here/show.sh"
present=1.0

command -v zstd >/dev/null || skip "golden: no zstd"
[ -x "$logdump" ] || skip "golden: no $logdump"
scratch golden
trap scratch_done EXIT

# The first lines of a difference are enough to see what it is about.
same() {
	diff -u "$1" "$2" >"$dir/diff" && return 0
	head -n 12 "$dir/diff" | cut -c1-150 | sed 's/^/# /'
	return 1
}

image() {
	golden_show "$1" "$2" || return 1
	_bad=0
	for kind in json short boots; do
		same "${1%.img.zst}.$kind" "$2/$(basename "$1" .img.zst).$kind" || _bad=1
	done
	return "$_bad"
}

made() {
	zstd -dqc "$here/$present/$1.img.zst" | cmp - "$dir/made/$1.img"
}

formats() {
	golden_formats "$here/1.0/clean.img.zst" "$dir/1.0"
}

records=0
images=0
for version in "$here"/[0-9]*.[0-9]*; do
	number=$(basename "$version")
	mkdir -p "$dir/$number"
	for file in "$version"/*.img.zst; do
		name=$(basename "$file" .img.zst)
		check "golden $number $name: as ever" image "$file" "$dir/$number"
		records=$((records + $(wc -l <"$dir/$number/$name.json")))
		images=$((images + 1))
	done
done
echo "# $images images, $records records"
check "golden: images of each kind are there" [ "$images" -ge 16 ]

must "golden: formats are made" formats
for kind in $golden_kinds; do
	check "golden 1.0 clean: as ever in $kind" same "$here/1.0/clean.$kind" "$dir/1.0/clean.$kind"
done

mkdir "$dir/made"
must "golden: images are made" "$BUILD/make_golden" "$dir/made"
for name in clean wrapped; do
	check "golden $present $name: made by today's writer, byte for byte" made "$name"
done
exit "$failed"
