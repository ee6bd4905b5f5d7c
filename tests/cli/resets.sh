# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# resets.sh - to be sourced by test scripts instead of lib.sh: a file window, and boots of
# it that are told from each other by a boot_id that is laid over the kernel's.
#
#   fresh [SIZE]   an empty window, an empty folder of archives, and the first boot
#   said N         this boot logs N lines
#   reboot         a reset: another boot_id, and no control plane
#   boots_json     --list-boots
#   archives       how many there are
#
# shellcheck disable=SC2317 # functions are called by those who source it

set -u
# A mount namespace of our own, and a user namespace for who is not root.
if [ -z "${RESETS_INSIDE:-}" ]; then
	root_only=r
	[ "$(id -u)" -ne 0 ] || root_only=
	unshare -m$root_only true 2>/dev/null || {
		echo "skip resets: no mount namespace can be made here"
		exit 0
	}
	RESETS_INSIDE=1 exec unshare -m$root_only sh "$0" "$@"
fi
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$root/packaging/harvest:$PATH
export TZ=UTC PLOG_STATE PLOG_WINDOW
unset PLOG_LEVEL

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "resets: $BUILD/$tool is not built"
done
scratch resets
PLOG_WINDOW=$dir/window.plog
PLOG_STATE=$dir/state

control() {
	echo "/dev/shm/plog-ctl-$(stat -c %D "$1")-$(printf '%x' "$(stat -c %i "$1")")"
}

listener=
finish() {
	[ -z "$listener" ] || kill "$listener" 2>/dev/null
	umount "$dir/small" 2>/dev/null
	for file in "$dir"/*.plog; do
		[ ! -e "$file" ] || rm -f "$(control "$file")"
	done
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

echo 00000000-0000-4000-8000-000000000000 >"$dir/boot_id"
mount --bind "$dir/boot_id" /proc/sys/kernel/random/boot_id 2>/dev/null ||
	skip "resets: nothing can be mounted over the kernel's boot_id here"

boots=0
reboot() {
	boots=$((boots + 1))
	printf '%08x-0000-4000-8000-000000000000\n' $((0xb0070000 + boots)) >"$dir/boot_id"
	[ ! -e "$PLOG_WINDOW" ] || rm -f "$(control "$PLOG_WINDOW")"
}

fresh() {
	[ ! -e "$PLOG_WINDOW" ] || rm -f "$(control "$PLOG_WINDOW")" "$PLOG_WINDOW"
	rm -rf "$dir/archive"
	mkdir "$dir/archive"
	boots=0
	reboot
	plogctl init --size "${1:-256K}" "$PLOG_WINDOW" >/dev/null
}

said() {
	seq -f "line %g of boot $boots" "$1" | plog -t pump
}

boots_json() {
	logdump --list-boots -o json
}

archives() {
	find "$dir/archive" -name 'plog-*' | wc -l
}
