#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# trees_test.sh - the Buildroot tree and the Yocto layer, as far as can be told without
# Buildroot and Yocto
#
# Versions and licences are those of the tree; symbols, variables and functions fit
# each other; the make calls of both are replayed with their variables, and what they
# install goes into packages, each file into one.
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/install.sh"
buildroot=$root/packaging/buildroot
yocto=$root/packaging/yocto/meta-plog

[ -x "$BUILD/logdump" ] || skip "trees: $BUILD/logdump is not built"
command -v python3 >/dev/null || skip "trees: no python3"
scratch trees
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM
version=$(sed -n 's/^VERSION := //p' "$root/Makefile")

# The tree as Buildroot and Yocto copy it, with what is built already.
mkdir "$dir/tree"
for name in "$root"/*; do
	[ "$name" = "$root/build" ] || ln -s "$name" "$dir/tree/"
done
ln -sfn "$BUILD" "$dir/tree/build"

# --- versions and licences ---

versions() {
	[ -e "$yocto/recipes-support/plog/plog_$version.bb" ] &&
		[ -e "$yocto/recipes-kernel/plog-kmod/plog-kmod_$version.bb" ] &&
		grep -qx "PLOG_VERSION = $version" "$buildroot/package/plog/plog.mk" &&
		head -n 1 "$root/packaging/debian/changelog" | grep -q "^plog ($version) "
}

hashes() {
	(cd "$root" && sed '/^#/d; s/^sha256  //' "$buildroot/package/plog/plog.hash" | sha256sum -c --quiet) &&
		for file in $(sed -n 's/^PLOG_LICENSE_FILES = //p' "$buildroot/package/plog/plog.mk"); do
			grep -q "  $file\$" "$buildroot/package/plog/plog.hash" || return 1
		done
}

# "file://PATH;md5=SUM", from the S of its recipe
checksums() {
	grep -ho 'file://[^"]*;md5=[0-9a-f]*' "$yocto"/recipes-*/*/*.bb >"$dir/sums"
	[ "$(wc -l <"$dir/sums")" -eq 2 ] && sed 's|file://\(\.\./\)*\(.*\);md5=\(.*\)|\3  \2|' "$dir/sums" |
		(cd "$root" && md5sum -c --quiet)
}

# --- Buildroot ---

description() {
	grep -qx 'name: PLOG' "$buildroot/external.desc" && grep -q '^desc: ..' "$buildroot/external.desc"
}

# A parser for as much Kconfig as a package has.
kconfig() {
	python3 - "$buildroot" <<-'END'
		import re, sys
		top = sys.argv[1]
		source = re.search(r'^source "\$BR2_EXTERNAL_PLOG_PATH/(.*)"$', open(top + "/Config.in").read(), re.M)
		blocks, names, depth, kind = [], set(), 0, None
		for n, line in enumerate(open(top + "/" + source[1]), 1):
		    word = line.split("#")[0].split()
		    if not word:
		        continue
		    if kind == "help" and line.startswith(("\t", " ")):
		        if len(line.expandtabs(8).rstrip()) > 72 + 8: sys.exit("# line %d is too long for a help" % n)
		        continue
		    if not line[0].isspace():
		        kind = word[0]
		        depth += (kind == "if") - (kind == "endif")
		        if kind not in ("config", "comment", "if", "endif"): sys.exit("# line %d: %s" % (n, kind))
		        if kind == "config": names.add(word[1])
		    elif word[0] == "help":
		        kind = "help"
		    elif word[0] not in ("bool", "default", "depends", "select"):
		        sys.exit("# line %d: %s" % (n, word[0]))
		if depth or not names: sys.exit("# if without endif")
		used = set(re.findall(r"BR2_PACKAGE_PLOG\w*", open(top + "/package/plog/plog.mk").read()))
		sys.exit("# not in Config.in: %s" % (used - names) if used - names else 0)
	END
}

# Its own make, with the two macros of Buildroot that matter replaced.
buildroot_make() {
	cat >"$dir/br.mk" <<-END
		.RECIPEPREFIX := >
		BR2_EXTERNAL_PLOG_PATH := $buildroot
		BR2_PACKAGE_PLOG_KMOD := y
		kernel-module = MODULES := \$(PLOG_MODULE_SUBDIRS)
		generic-package = GENERIC := 1
		include $buildroot/external.mk
		TARGET_CC := ${CC:-cc}
		TARGET_AR := ar
		TARGET_CONFIGURE_OPTS = CC="\$(TARGET_CC)"
		STAGING_DIR := $dir/staging
		TARGET_DIR := $dir/target
		$dir/tree/all:
		>test "\$(GENERIC) \$(MODULES)" = "1 kmod"
		>test -e \$(PLOG_SITE)/Makefile
		>\$(PLOG_BUILD_CMDS)
		>\$(PLOG_INSTALL_STAGING_CMDS)
		>\$(PLOG_INSTALL_TARGET_CMDS)
	END
	env -u MAKEFLAGS -u MAKELEVEL make -s -f "$dir/br.mk" "$dir/tree/all" >"$dir/said" 2>&1 || {
		tail -n 20 "$dir/said" | sed 's/^/# /'
		return 1
	}
	[ -x "$dir/target/usr/bin/logdump" ] && [ -e "$dir/staging/usr/include/plog.h" ] &&
		[ -e "$dir/staging/usr/lib/pkgconfig/plog.pc" ]
}

kbuild_folder() {
	[ -e "$root/kmod/Kbuild" ] && grep -qx 'PLOG_MODULE_SUBDIRS = kmod' "$buildroot/package/plog/plog.mk"
}

# --- Yocto ---

# Recipes are read as bitbake does, as far as they go; prints what was asked for.
recipe() {
	python3 "$root/tests/install/recipe.py" "$@"
}

layer() {
	for name in BBFILE_COLLECTIONS BBFILE_PATTERN_plog BBFILE_PRIORITY_plog LAYERSERIES_COMPAT_plog; do
		[ -n "$(recipe "$yocto/conf/layer.conf" "$name")" ] || return 1
	done
}

recipe_complete() {
	for name in SUMMARY LICENSE LIC_FILES_CHKSUM SRC_URI? S; do
		recipe "$1" "${name%\?}" >"$dir/value" || return 1
		[ -s "$dir/value" ] || [ "$name" = "SRC_URI?" ] || {
			echo "# $1: no $name"
			return 1
		}
	done
}

# do_compile and do_install with the recipe's variables, and the packages they fill.
replay() {
	recipe "$yocto/recipes-support/plog/plog_$version.bb" do_compile do_install >"$dir/do" || return 1
	{
		echo "oe_runmake() { env -u MAKEFLAGS -u MAKELEVEL make -s -C '$dir/tree' $(
			recipe "$yocto/recipes-support/plog/plog_$version.bb" EXTRA_OEMAKE) \"\$@\"; }"
		cat "$dir/do"
	} | sed "s|\${D}|$dir/image|g; s|\${CC}|${CC:-cc}|g; s|\${AR}|ar|g" >"$dir/replay"
	sh -eu "$dir/replay" >"$dir/said" 2>&1 || {
		tail -n 20 "$dir/said" | sed 's/^/# /'
		return 1
	}
	recipe "$yocto/recipes-support/plog/plog_$version.bb" --packages "$dir/image" >"$dir/packages" &&
		grep -q '^libplog: /usr/lib/libplog.so.1$' "$dir/packages" &&
		grep -q '^plog: /usr/bin/logdump$' "$dir/packages" &&
		grep -q '^plog-dev: /usr/include/plog.h$' "$dir/packages" || {
		sed 's/^/# /' "$dir/packages"
		return 1
	}
}

# As module.bbclass calls make: kernel source and kernel build apart.
module_call() {
	mkdir -p "$dir/kernel" "$dir/kernel-build/include/config"
	printf 'modules modules_install:\n\t@echo "$@ M=$(M) O=$(O)"\n' >"$dir/kernel/Makefile"
	echo CONFIG_ARM64=y >"$dir/kernel-build/include/config/auto.conf"
	recipe "$yocto/recipes-kernel/plog-kmod/plog-kmod_$version.bb" EXTRA_OEMAKE MODULES_INSTALL_TARGET \
		>"$dir/call" && grep -qx install "$dir/call" || return 1
	for target in modules install; do
		# shellcheck disable=SC2046 # words
		env -u MAKEFLAGS ARCH=arm64 make -s -C "$root/kmod" $(sed -n "1s|\${STAGING_KERNEL_DIR}|$dir/kernel|p" \
			"$dir/call") O="$dir/kernel-build" "$target"
	done >"$dir/said" 2>&1
	printf 'modules M=%s O=%s\nmodules_install M=%s O=%s\n' "$root/kmod" "$dir/kernel-build" "$root/kmod" \
		"$dir/kernel-build" | diff - "$dir/said"
}

check "versions are those of the tree" versions
check "Buildroot: licences and their hashes" hashes
check "Buildroot: external.desc" description
check "Buildroot: Config.in" kconfig
check "Buildroot: its make calls, replayed" buildroot_make
check "Buildroot: the module's folder" kbuild_folder
check "Yocto: layer.conf" layer
for file in "$yocto"/recipes-*/*/*.bb; do
	check "Yocto: ${file##*/} is complete" recipe_complete "$file"
done
check "Yocto: licences and their checksums" checksums
check "Yocto: its make calls, replayed, and each file in one package" replay
check "Yocto: the module is built where module.bbclass wants it" module_call
exit "$failed"
