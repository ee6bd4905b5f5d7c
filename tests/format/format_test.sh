#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# format_test.sh - does the format's document tell the truth?
#
# Makes the windows of make_image.c, compares the example in docs/format.md with
# them byte by byte, and what an independent reader written from the document
# finds in them, whole and damaged, with what logdump finds.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
here=$root/tests/format
logdump=${LOGDUMP:-$BUILD/logdump}

command -v python3 >/dev/null || skip "format: no python3"
scratch format
trap scratch_done EXIT

build() {
	# shellcheck disable=SC2086 # flags
	${CC:-cc} -std=gnu11 -Wall -Wextra -Werror ${CFLAGS:--O1 -g} -fno-strict-aliasing \
		-D_GNU_SOURCE -I"$root/kmod" -I"$root/liblog" -o "$dir/make_image" \
		"$here/make_image.c" "$root"/kmod/core/*.c "$root/liblog/crc32c.c" \
		"$root"/liblog/flush_*.c
}

same() {
	"$dir/make_image" "$1" "$dir/again.img" && cmp "$dir/$1.img" "$dir/again.img"
}

count() {
	[ "$(python3 "$here/window_read.py" "$dir/$1.img" | wc -l)" -eq "$2" ]
}

must "make_image builds" build
for image in example story; do
	must "$image: made" "$dir/make_image" "$image" "$dir/$image.img"
	check "$image: made again is the same" same "$image"
done
check "the example in docs/format.md is the image" \
	python3 "$here/format_check.py" document "$root/docs/format.md" "$dir/example.img"
check "example: 3 records" count example 3
check "story: 844 records" count story 844
[ -x "$logdump" ] || skip "comparison with logdump: no $logdump"
for image in example story; do
	check "$image: two readers agree" \
		python3 "$here/format_check.py" readers "$logdump" "$dir/$image.img"
done
check "story: two readers agree on damaged versions" \
	python3 "$here/format_check.py" damage "$logdump" "$dir/story.img" 40
exit "$failed"
