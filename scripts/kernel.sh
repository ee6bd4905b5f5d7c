#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# kernel.sh SPEC... - fetch Debian kernels and their headers, install nothing.
#
# SPEC is VERSION or VERSION-ARCH, such as 6.1 or 6.1-amd64. Each one ends up in
# $BUILD/kernels/VERSION-ARCH:
#
#   vmlinuz   what a virtual machine boots
#   modules   the modules of that kernel (a folder)
#   kdir      the headers, for: make -C kdir M=...
#   release   what uname -r says there
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

# SPEC -> "SUITE ARCH METAPACKAGE": the metapackage depends on the newest image.
spec_lookup() {
	case $1 in
	6.1-amd64) echo "bookworm amd64 linux-image-cloud-amd64" ;;
	*) die "unknown kernel $1; known: 6.1-amd64" ;;
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
		-o "Dir::State=$apt/state" -o "Dir::State::status=$apt/status" \
		-o "Dir::Cache=$apt/cache" -o APT::Sandbox::User=root \
		-o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

private_apt_setup() {
	mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial"
	: >"$apt/status"
	trust=
	[ ! -e "$keyring" ] || trust="[signed-by=$keyring]"
	{
		echo "deb $trust $(mirror debian) $suite main"
		echo "deb $trust $(mirror debian-security) $suite-security main"
	} >"$apt/sources.list"
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

download() {
	headers=linux-headers-$release
	common=$(depends_on "$headers" 'linux-headers-.*-common')
	kbuild=$(depends_on "$headers" 'linux-kbuild-.*')
	(cd "$new" && private_apt apt-get download "linux-image-$release" \
		"$headers" "$common" "$kbuild")
}

# shellcheck disable=SC2016 # make expands the functions
unpack() {
	for deb in "$new"/*.deb; do
		dpkg -x "$deb" "$new"
		rm "$deb"
	done
	# The headers' Makefile names the common ones by an absolute path. The
	# replacement is relative to itself, so the folder may be moved.
	sed -i 's#/usr/src/#$(dir $(lastword $(MAKEFILE_LIST)))../#' \
		"$new/usr/src/linux-headers-$release/Makefile"
	ln -s "boot/vmlinuz-$release" "$new/vmlinuz"
	ln -s "lib/modules/$release" "$new/modules"
	ln -s "usr/src/linux-headers-$release" "$new/kdir"
	echo "$release" >"$new/release"
	# The image comes with dangling links to the places of an installation.
	rm -f "$new/lib/modules/$release/build" "$new/lib/modules/$release/source"
}

# Subshell: its trap and variables are its own.
kernel() (
	spec=$1
	place=$build/kernels/$spec
	[ ! -e "$place/release" ] || exit 0
	command -v apt-get >/dev/null ||
		die "fetching kernels needs apt and dpkg"
	known=$(spec_lookup "$spec")
	read -r suite arch meta <<-END
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
	release=$(newest_release "$meta")
	[ -n "$release" ] || die "$meta depends on no kernel image"
	echo "kernel.sh: fetching $release"
	download
	unpack
	mv -T "$new" "$place"
)

[ $# -gt 0 ] || {
	echo "usage: kernel.sh VERSION[-ARCH]..." >&2
	exit 2
}
for spec; do
	case $spec in *-*) ;; *) spec=$spec-amd64 ;; esac
	kernel "$spec"
done
