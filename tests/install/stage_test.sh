#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# stage_test.sh - what `make install` puts into a DESTDIR, and takes out again
#
#   - every file of the contract is there, in the multiarch folder that was asked for
#   - pkg-config builds programs against it, shared and static, and they log
#   - symbols have a version, and only those of the map are seen
#   - uninstall leaves nothing of its own, and all that is others'
#   - who may not write there is told so
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
unset PLOG_WINDOW PLOG_LEVEL

[ -e "$BUILD/libplog.so.1" ] || skip "install: $BUILD/libplog.so.1 is not built"
scratch stage
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM
stage=$dir/root
libdir=/usr/lib/some-linux-gnu

has() {
	for file; do
		[ -s "$stage/usr/$file" ] || {
			echo "# /usr/$file is not there"
			return 1
		}
	done
}

headers_there() {
	has include/plog.h include/plog_args.h include/plog_reader.h include/plog_format.h
}

library_there() {
	has lib/some-linux-gnu/libplog.a lib/some-linux-gnu/libplog.so.1 &&
		[ "$(readlink "$stage$libdir/libplog.so")" = libplog.so.1 ]
}

# Each page of docs/man, in its section.
pages_there() {
	for page in "$root"/docs/man/*.[1-8]; do
		has "share/man/man${page##*.}/${page##*/}" || return 1
	done
}

system_there() {
	has lib/udev/rules.d/60-plog.rules lib/sysusers.d/plog.conf \
		share/doc/plog/examples/modules-load.d/plog.conf \
		share/doc/plog/examples/modprobe.d/plog.conf
}

# For each tool, under the name by which bash looks for it; one file of zsh's says whose it is.
completions_there() {
	has share/bash-completion/completions/logdump share/bash-completion/completions/plog \
		share/bash-completion/completions/plogctl share/zsh/site-functions/_plog &&
		[ -z "$(find "$stage/usr/share" -type l)" ] &&
		head -n 1 "$stage/usr/share/zsh/site-functions/_plog" | grep -qx '#compdef logdump plog plogctl'
}

modes_right() {
	find "$stage" -type f ! -path '*/bin/*' ! -path '*/sbin/*' ! -path '*/init.d/*' \
		-perm /111 >"$dir/executable"
	find "$stage/usr/bin" "$stage/usr/sbin" -type f ! -perm 755 >>"$dir/executable"
	[ ! -s "$dir/executable" ] || {
		sed 's/^/# mode of /' "$dir/executable"
		return 1
	}
}

# No path of the build in what is installed as text.
no_build_paths() {
	! grep -rIlE "(^|[^A-Za-z0-9_./-]|-[IL])($root|$dir)(/|\$)|@[A-Z_]+@" "$stage" \
		--include='*.pc' --include='*.service' --include='*.conf' --include='*.rules'
}

# An object is made anew when its flags have changed, as they do once a library is
# there that was missing, and not otherwise.
object() {
	_build=${dir#"$root/"}/flags # as the Makefile calls a folder below it
	env -u MAKEFLAGS -u MAKELEVEL make -C "$root" BUILD="$_build" CPPFLAGS="$1" \
		"$_build/obj/kmod/core/geometry.o"
}

follows_flags() {
	object -DONE=1 >"$dir/first" && object -DONE=1 >"$dir/again" && object -DONE=2 >"$dir/other" &&
		grep -q '^  CC' "$dir/first" && ! grep '^  CC' "$dir/again" && grep -q '^  CC' "$dir/other"
}

# As a cross build does: all that pkg-config prints is below the staged root.
pc() {
	PKG_CONFIG_SYSROOT_DIR=$stage PKG_CONFIG_LIBDIR=$stage$libdir/pkgconfig pkg-config "$@" plog
}

compile() {
	sed -n '/^```c$/,/^```$/{/^```/d;p}' "$root/README.md" >"$dir/pump.c"
	# shellcheck disable=SC2046 # flags
	"${CC:-cc}" -Wall -Werror $(pc --cflags) -o "$dir/shared" "$dir/pump.c" $(pc --libs) &&
		"${CC:-cc}" -static $(pc --cflags) -o "$dir/static" "$dir/pump.c" $(pc --static --libs)
}

below_the_root() {
	pc --cflags --libs | grep -q -- "-I$stage/usr/include .*-L$stage$libdir -lplog"
}

logs() {
	"$stage/usr/bin/plogctl" init --size 64K "$dir/w" >/dev/null &&
		LD_LIBRARY_PATH=$stage$libdir PLOG_WINDOW=$dir/w "$1" &&
		"$stage/usr/bin/logdump" -b 0 "$dir/w" | grep -q 'pump\[[0-9]*\]: pressure 8731 mbar'
	logged=$?
	window_remove "$dir/w"
	return "$logged"
}

# A name that the library needs of nobody else and gives is in the map, with its node.
symbols_versioned() {
	readelf -W --dyn-syms "$stage$libdir/libplog.so.1" |
		awk '$1 ~ /^[0-9]+:$/ && $7 != "UND" && $5 != "LOCAL" { print $8 }' | grep -v '^PLOG_[0-9.]*$' >"$dir/symbols"
	grep -q '^plog_open@@PLOG_1\.0$' "$dir/symbols" &&
		! grep -vE '^plog_[a-z_]+@@PLOG_[0-9]+\.[0-9]+$' "$dir/symbols"
}

soname_right() {
	readelf -d "$stage$libdir/libplog.so.1" | grep -q 'SONAME.*\[libplog.so.1\]' &&
		readelf -d "$stage$libdir/libplog.so.1" | grep -q 'NODELETE'
}

nothing_left() {
	make_quiet uninstall SKIP_KMOD=1 DESTDIR="$stage" PREFIX=/usr LIBDIR="$libdir" &&
		[ -z "$(find "$stage" -mindepth 1)" ] || {
		find "$stage" -mindepth 1 | sed 's/^/# left: /'
		return 1
	}
}

others_kept() {
	mkdir -p "$stage/usr/bin" "$stage/usr/share/doc/other"
	echo mine >"$stage/usr/bin/plog-of-others"
	make_quiet install SKIP_KMOD=1 DESTDIR="$stage" PREFIX=/usr LIBDIR="$libdir" &&
		make_quiet uninstall SKIP_KMOD=1 DESTDIR="$stage" PREFIX=/usr LIBDIR="$libdir" &&
		[ "$(find "$stage" -type f)" = "$stage/usr/bin/plog-of-others" ]
}

dkms_folder_builds_alone() {
	make_quiet install-dkms DESTDIR="$stage" PREFIX=/usr || return 1
	set -- "$stage"/usr/src/plog-*
	grep -q "^PACKAGE_VERSION=\"${1##*/plog-}\"" "$1/dkms.conf" &&
		[ -e "$1/Kbuild" ] && [ -e "$1/core/core.h" ] &&
		says 'no kernel headers in /none: install linux-headers-' \
			sh -c "make -s -C '$1' KDIR=/none 2>&1 | grep -v '^make'" &&
		make_quiet uninstall SKIP_KMOD=1 DESTDIR="$stage" PREFIX=/usr &&
		[ ! -e "$1" ]
}

nobody_is_told() {
	chmod 755 "$dir" && mkdir -p "$dir/mine" || return 1
	setpriv --reuid 65534 --regid 65534 --clear-groups sh -c \
		"make -s -C '$root' BUILD='$BUILD' install-files DESTDIR='$dir/mine'" >"$dir/out" 2>&1
	grep -q "^plog: $dir/mine cannot be written to: be root, or say where else with PREFIX= or DESTDIR=" \
		"$dir/out" && [ -z "$(find "$dir/mine" -type f)" ]
}

# The examples name parameters that the module has.
modprobe_example() {
	for name in $(sed -n 's/^#\{0,1\}options plog //p' "$root/packaging/modprobe.d/plog.conf" |
		tr ' ' '\n' | sed 's/=.*//'); do
		grep -qE "^module_param(_hw)?(_array)?\($name," "$root"/kmod/*.c || {
			echo "# the module has no parameter $name"
			return 1
		}
	done
}

must "it installs" make_quiet install SKIP_KMOD=1 DESTDIR="$stage" PREFIX=/usr LIBDIR="$libdir"
check "headers" headers_there
check "both libraries, in the folder asked for" library_there
check "man pages, each in its section" pages_there
check "udev rule, group, examples of configuration" system_there
check "completions for each tool" completions_there
check "modes" modes_right
check "objects follow their flags" follows_flags
check "no path of the build, nothing left to replace" no_build_paths
if command -v pkg-config >/dev/null; then
	check "pkg-config stays below a sysroot" below_the_root
	must "pkg-config builds a program, shared and static" compile
	check "the shared one logs" logs "$dir/shared"
	check "the static one logs" logs "$dir/static"
fi
check "symbols have a version, and are those of the map" symbols_versioned
check "soname, and never unloaded" soname_right
check "uninstall leaves nothing" nothing_left
check "and takes nothing of others" others_kept
check "the module's source for DKMS stands alone, and goes again" dkms_folder_builds_alone
if [ "$(id -u)" -eq 0 ] && command -v setpriv >/dev/null; then
	check "who may not write there is told what to do" nobody_is_told
fi
check "modprobe.d: parameters that there are" modprobe_example
exit "$failed"
