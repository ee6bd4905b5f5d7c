# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# show.sh - to be sourced: what logdump says of a golden image.
#
#   golden_show IMAGE.img.zst DIR   makes DIR/NAME.json, .short and .boots
#   golden_formats IMAGE.img.zst DIR   makes DIR/NAME.KIND for each of $golden_kinds
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

# The formats beyond these are compared on one image, that of all kinds of records.
golden_kinds="short-iso short-monotonic cat export raw color utc ctf"

# A zone with summer time, given in full: what the machine knows of zones does not matter.
golden_format() {
	case $1 in
	color) set -- short --color=always ;;
	utc) set -- short-iso --utc ;;
	export) set -- export --hostname=golden --machine-id=0123456789abcdef0123456789abcdef ;;
	esac
	(cd "$_work" && TZ=CET-1CEST,M3.5.0,M10.5.0/3 LC_ALL=C "${logdump:?}" -b all -o "$@" \
		window.img) 2>/dev/null
}

# What is described, and the bytes; but for the version of plog that wrote it.
golden_ctf() {
	rm -rf "$_work/trace"
	golden_format "ctf=$_work/trace"
	for _trace in "$_work"/trace/*; do
		echo "== $(basename "$_trace")"
		grep -v 'tracer_version = ' "$_trace/metadata"
		od -A d -t x1 -v "$_trace/stream"
	done
}

golden_formats() {
	_work=$2/work
	_name=$(basename "$1" .img.zst)
	mkdir -p "$_work"
	zstd -dqf "$1" -o "$_work/window.img" || return 1
	for _kind in $golden_kinds; do
		case $_kind in
		ctf) golden_ctf ;;
		*) golden_format "$_kind" ;;
		esac >"$2/$_name.$_kind"
	done
}
