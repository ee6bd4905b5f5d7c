#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kernel.sh SPEC... - fetch Debian kernels and their headers, install nothing.
#
# SPEC is VERSION or VERSION-ARCH, such as 6.1 or 6.1-amd64; "sid" is the newest.
# What source_kernel.sh builds can be had from here, too: 6.1-pmsg, 6.1-debug.
# Each one ends up in $BUILD/kernels/VERSION-ARCH:
#
#   vmlinuz   what a virtual machine boots
#   modules   the modules of that kernel (a folder)
#   kdir      the headers, for: make -C kdir M=...
#   config    how it was configured
#   release   what uname -r says there
#   busybox   static, for guests of another architecture
#   target    tools that only work as the architecture's own
#   root      a system with the compiler that the headers want, where the host's
#             is too old; then kdir is inside it. Making it takes root
#
# kmod.sh knows how to build a module with these.
#
# A kernel that is there already is kept and costs nothing; remove its folder
# to get the newest one. Needs apt, no root: the host's own package lists are
# neither used nor changed, so other suites and architectures can be fetched.

set -eu
export LC_ALL=C

root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "${BUILD:-$root/build}"
build=$(cd "${BUILD:-$root/build}" && pwd)
keyring=/usr/share/keyrings/debian-archive-keyring.gpg

die() {
	echo "kernel.sh: $*" >&2
	exit 1
}

# SPEC -> "SUITE ARCH FLAVOUR": linux-image-FLAVOUR depends on the newest image.
spec_lookup() {
	case $1 in
	5.10-amd64) echo "bullseye amd64 cloud-amd64" ;;
	6.1-amd64) echo "bookworm amd64 cloud-amd64" ;;
	6.1-arm64) echo "bookworm arm64 cloud-arm64" ;;
	6.1-armhf) echo "bookworm armhf armmp" ;;
	6.12-amd64) echo "trixie amd64 cloud-amd64" ;;
	sid-amd64) echo "sid amd64 cloud-amd64" ;;
	*) die "unknown kernel $1; known: 5.10-amd64 6.1-amd64 6.1-arm64 6.1-armhf" \
		"6.12-amd64 sid-amd64" ;;
	esac
}

# The mirror that the host uses for the archive named, so that what makes apt
# work here (a proxy, a mirror nearby) works for the private lists as well.
# shellcheck disable=SC2016 # apt expands the fields
mirror() {
	found=$(apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' \
		2>/dev/null | sed -n "s#^Debian \(.*/$1\)/*\$#\1#p" | head -n 1)
	echo "${found:-http://deb.debian.org/$1}"
}

# Any apt command, on the private lists of one suite and architecture.
private_apt() {
	tool=$1
	shift
	"$tool" -qq -o "APT::Architecture=$arch" -o "APT::Architectures::=$arch" \
		-o "Dir::Etc::SourceList=$apt/sources.list" \
		-o Dir::Etc::SourceParts=/dev/null \
		-o Acquire::Check-Valid-Until=false \
		-o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" \
		-o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root \
		-o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

private_apt_setup() {
	apt=$build/apt/$suite-$arch
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	trust=
	[ ! -e "$keyring" ] || trust="[signed-by=$keyring]"
	echo "deb $trust $(mirror debian) $suite main" >"$apt/sources.list"
	# The kernels of the last point release will do where this cannot be had.
	echo "deb $trust $(mirror debian-security) $suite-security main" \
		>"$apt/security.list"
	if [ "$suite" != sid ] && private_apt apt-get update \
		-o "Dir::Etc::SourceList=$apt/security.list" 2>"$apt/log"; then
		cat "$apt/security.list" >>"$apt/sources.list"
	fi
	private_apt apt-get update
}

# The dependencies of a package whose names match a pattern.
depends_on() {
	private_apt apt-cache depends --no-recommends --no-suggests "$1" |
		sed -n 's/^ *Depends: //p' | grep -x "$2"
}

# The release that the metapackage stands for: 6.1.0-56-cloud-amd64.
newest_release() {
	depends_on "$1" 'linux-image-[0-9].*' | head -n 1 |
		sed 's/^linux-image-//'
}

# Packages, unpacked into a folder.
unpack() {
	to=$1
	shift
	mkdir -p "$to"
	(cd "$to" && private_apt apt-get download "$@")
	for deb in "$to"/*.deb; do
		dpkg -x "$deb" "$to"
		rm "$deb"
	done
}

# What the headers are built with has to run here, but for modpost: on 64 bits it
# miscounts the device tables of 32.
fetch_tools() (
	unpack "$new/target" busybox-static "$kbuild"
	cp "$new/target/bin/busybox" "$new/busybox"
	[ "$arch" = armhf ] || rm -r "$new/target"
	arch=amd64
	private_apt_setup
	unpack "$new" "$kbuild"
)

# The image, which newer suites have in several packages.
fetch_image() {
	parts=$(depends_on "linux-image-$release" "linux-[a-z]*-$release" || :)
	# Unquoted: a list.
	# shellcheck disable=SC2086
	unpack "$new" "linux-image-$release" $parts
}

# The image, and headers that the host's compiler is good for.
fetch() {
	headers=linux-headers-$release
	common=$(depends_on "$headers" 'linux-headers-.*-common')
	kbuild=$(depends_on "$headers" 'linux-kbuild-.*')
	fetch_image
	unpack "$new" "$headers" "$common"
	if [ "$arch" = amd64 ]; then
		unpack "$new" "$kbuild"
	else
		fetch_tools
	fi
	mend_headers "$new"
	ln -s "usr/src/linux-headers-$release" "$new/kdir"
}

# The image, and headers in a small system of that suite.
fetch_with_root() {
	[ "$(id -u)" -eq 0 ] || die "$spec needs a system of its own; run it as root"
	fetch_image
	mmdebstrap --quiet --variant=essential --architectures="$arch" \
		--aptopt='Acquire::Check-Valid-Until "false"' \
		--include="make,perl,linux-headers-$release" \
		"$suite" "$new/root" "$apt/sources.list" >"$new/root.log" 2>&1 || {
		tail -n 5 "$new/root.log" >&2
		die "$spec: mmdebstrap failed"
	}
	ln -s "root/usr/src/linux-headers-$release" "$new/kdir"
}

# shellcheck disable=SC2016 # make expands the functions
mend_headers() {
	# The headers' Makefile names the common ones by an absolute path. The
	# replacement is relative to itself, so the folder may be moved.
	sed -i 's#/usr/src/#$(dir $(lastword $(MAKEFILE_LIST)))../#' \
		"$1/usr/src/linux-headers-$release/Makefile"
}

# The first of these files that is there.
first_of() {
	for name; do
		[ ! -e "$new/$name" ] || { echo "$name"; return; }
	done
	die "$spec: no ${1##*/}"
}

# Names that are the same for all, whatever a suite's places are.
finish() {
	modules=$(first_of "lib/modules/$release" "usr/lib/modules/$release")
	ln -s "$modules" "$new/modules"
	ln -s "$(first_of "boot/vmlinuz-$release" "$modules/vmlinuz")" "$new/vmlinuz"
	ln -s "$(first_of "boot/config-$release" "$modules/config")" "$new/config"
	echo "$release" >"$new/release"
	# The image comes with dangling links to the places of an installation.
	rm -f "$new/$modules/build" "$new/$modules/source"
}

# Subshell: its trap and variables are its own.
kernel() (
	spec=$1
	place=$build/kernels/$spec
	[ ! -e "$place/release" ] || exit 0
	command -v apt-get >/dev/null ||
		die "fetching kernels needs apt and dpkg"
	known=$(spec_lookup "$spec")
	read -r suite arch flavour <<-END
		$known
	END
	apt=$build/apt/$suite-$arch
	mkdir -p "$apt" "$build/kernels"
	# Two runs at once: the second waits, and finds the work done.
	exec 3>"$apt/lock"
	flock 3
	[ ! -e "$place/release" ] || exit 0
	new=$place.tmp$$
	mkdir "$new"
	trap 'rm -rf "$new"' EXIT
	trap 'exit 1' HUP INT TERM
	private_apt_setup
	release=$(newest_release "linux-image-$flavour")
	[ -n "$release" ] || die "linux-image-$flavour depends on no kernel image"
	echo "kernel.sh: fetching $release"
	case $suite in
	trixie | sid) fetch_with_root ;;
	*) fetch ;;
	esac
	finish
	mv -T "$new" "$place"
)

[ $# -gt 0 ] || {
	echo "usage: kernel.sh VERSION[-ARCH]..." >&2
	exit 2
}
for spec; do
	case $spec in
	*-pmsg | *-debug) "$root/scripts/source_kernel.sh" "$spec" ;;
	*-*) kernel "$spec" ;;
	*) kernel "$spec-amd64" ;;
	esac
done
