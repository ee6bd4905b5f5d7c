# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# show.sh - to be sourced: what logdump says of a golden image.
#
#   golden_show IMAGE.img.zst DIR   makes DIR/NAME.json, .short and .boots
#
# .json and .short are standard output, of all boots. .boots is --list-boots and then
# the exit codes of all three. Nothing in them depends on where the image is, on the time
# zone, or on this machine. What is said on standard error is left out: its words may
# become better.

golden_run() {
	_status=0
	(cd "$_work" && TZ=UTC LC_ALL=C "${logdump:?}" "$@" window.img) 2>/dev/null || _status=$?
	echo "exit $_status: logdump $*" >>"$_work/ends"
}

golden_show() {
	_work=$2/work
	_name=$(basename "$1" .img.zst)
	mkdir -p "$_work"
	rm -f "$_work/ends"
	zstd -dqf "$1" -o "$_work/window.img" || return 1
	golden_run -b all -o json >"$2/$_name.json"
	golden_run -b all -o short >"$2/$_name.short"
	golden_run --list-boots >"$2/$_name.boots"
	cat "$_work/ends" >>"$2/$_name.boots"
}
