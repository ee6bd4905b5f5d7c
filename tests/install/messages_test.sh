#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# messages_test.sh - what is missing or wrong is said in one line, with what to do
#
# Building: headers that are missing, not configured, of another machine, too old; no
# compiler. Running: no permission, no window. What the module itself says of
# parameters and reservations is tested in guests (tests/qemu).
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
unset PLOG_WINDOW PLOG_LEVEL

[ -x "$BUILD/logdump" ] || skip "messages: $BUILD/logdump is not built"
scratch messages
finish() {
	window_remove "$dir/w"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# build_says PATTERN ARGUMENT...: make fails, and its line but make's own is this one
build_says() {
	want=$1
	shift
	! env -u MAKEFLAGS -u MAKELEVEL make -s BUILD="$BUILD/none" "$@" >"$dir/said" 2>&1 || return 1
	grep -vE '^ *make|^  KMOD|No such file or directory$' "$dir/said" >"$dir/line"
	[ "$(wc -l <"$dir/line")" -eq 1 ] && grep -qE -- "$want" "$dir/line" || {
		echo "# not one line like: $want"
		sed 's/^/#   /' "$dir/said"
		return 1
	}
}

# headers OPTION VERSION PATCHLEVEL: a folder like that of a kernel's headers
headers() {
	rm -rf "$dir/headers"
	mkdir -p "$dir/headers/include/config"
	echo "$1=y" >"$dir/headers/include/config/auto.conf"
	# As Kbuild goes about it: its version is known, src is the module's folder.
	printf 'VERSION = %s\nPATCHLEVEL = %s\nsrc := $(M)\ninclude $(M)/Kbuild\nmodules:\n\t@:\n' "$2" "$3" \
		>"$dir/headers/Makefile"
}

case $(uname -m) in
x86_64) here=CONFIG_X86 ;;
aarch64) here=CONFIG_ARM64 ;;
*) here= ;;
esac
for place in "-C $root" "-C $root/kmod"; do
	where=${place##*/}
	goal=$([ "$where" = kmod ] && echo modules || echo kmod)
	# shellcheck disable=SC2086 # words
	check "$where: no headers" build_says "^plog: no kernel headers in /none: install linux-headers-.*KDIR=" \
		$place KDIR=/none "$goal"
	mkdir -p "$dir/plain" && : >"$dir/plain/Makefile"
	# shellcheck disable=SC2086 # words
	check "$where: headers that are not configured" build_says "^plog: .* not configured: run make modules_prepare" \
		$place KDIR="$dir/plain" "$goal"
	headers CONFIG_ARM64 6 1
	# shellcheck disable=SC2086 # words
	check "$where: headers of another machine" build_says \
		"^plog: .* not for x86: .* ARCH=arm64 CROSS_COMPILE=aarch64-linux-gnu-" \
		$place KDIR="$dir/headers" ARCH=x86 "$goal"
	[ -n "$here" ] || continue
	headers "$here" 5 9
	# shellcheck disable=SC2086 # words
	check "$where: a kernel before 5.10" build_says "plog: the module needs Linux 5.10 or later, .* of 5\.9: use" \
		$place KDIR="$dir/headers" "$goal"
	headers "$here" 4 19
	# shellcheck disable=SC2086 # words
	check "$where: a kernel of 4.19" build_says "plog: the module needs Linux 5.10 or later, .* of 4\.19: use" \
		$place KDIR="$dir/headers" "$goal"
	for version in "5 10" "6 1" "7 2"; do
		# shellcheck disable=SC2086 # words
		headers "$here" $version
		# shellcheck disable=SC2086 # words
		check "$where: version $version is fine" make -s BUILD="$BUILD/none" $place KDIR="$dir/headers" "$goal"
	done
done
check "no compiler" build_says "^plog: no compiler sparc-none-gcc: install it, or give CROSS_COMPILE= or CC=" \
	-C "$root" CROSS_COMPILE=sparc-none- lib

# --- tools ---

as_nobody() {
	setpriv --reuid 65534 --regid 65534 --clear-groups "$@"
}

for tool in logdump plog plogctl; do
	cp "$BUILD/$tool" "$dir/"
done
chmod 755 "$dir"
"$BUILD/plogctl" init --size 64K "$dir/w" >/dev/null
chmod 600 "$dir/w"
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null && as_nobody test -x "$dir/logdump"; then
	check "logdump: no permission" says "^logdump: .*/w: permission denied; reading needs read permission" \
		as_nobody "$dir/logdump" "$dir/w"
	check "plog: no permission" says "/w: .*[Pp]ermission" as_nobody "$dir/plog" -w "$dir/w" text
else
	echo "skip messages: nobody else to be here"
fi
check "logdump: no module" says "/dev/plog9: .*load the module" "$dir/logdump" /dev/plog9
check "logdump: no such file" says "/none: .*no such" "$dir/logdump" "$dir/none"
check "logdump: mem: that is no range" says "mem:nowhere: .*mem:ADDR" "$dir/logdump" mem:nowhere
exit "$failed"
