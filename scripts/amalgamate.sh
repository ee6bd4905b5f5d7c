#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# amalgamate.sh FOLDER VERSION - the library as two files: plog.c and plog.h
#
# For programs that carry it along instead of linking it: `cc -c plog.c` is all of its
# build. plog.h is the public headers one after the other; plog.c is every other
# header where it is needed first, and every source. Names that two sources have for
# themselves get their file's name in front while that file lasts.

set -eu
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
[ $# -eq 2 ] || {
	echo "usage: amalgamate.sh FOLDER VERSION" >&2
	exit 2
}
mkdir -p "$1"
out=$(cd "$1" && pwd)
version=$2
cd "$root"
sources=$(find liblog kmod/core -name '*.c' | sort)

licence() {
	echo "// SPDX-License-Identifier: BSD-2-Clause"
	echo "/*"
	echo " * $1, version $version. Made of many files: change those, not this one."
	echo " *"
	sed 's|^| * |; s| *$||' LICENSES/BSD-2-Clause.txt
	echo " */"
}

# Every #include "..." is replaced by what it names, the first time, but for the
# public headers when $public is 0: they are plog.h.
# shellcheck disable=SC2016 # awk's own
expand='
function room(from, name,    n, i, dirs, path) {
	sub(/[^\/]*$/, "", from)
	n = split(from " liblog/ kmod/ kmod/core/", dirs, " ")
	for (i = 1; i <= n; i++) {
		path = dirs[i] name
		while (sub(/[^\/]+\/\.\.\//, "", path)) ;
		if ((getline line < path) >= 0) {
			close(path)
			return path
		}
	}
	print "amalgamate.sh: " from ": no file " name | "cat >&2"
	exit 1
}

# What is included under a condition may be wanted without it further on: it is not
# noted as done, and the guards of headers see to the rest.
function emit(path, conditional,    text, name, own, depth, guard) {
	guard = path ~ /\.h$/
	while ((getline text < path) > 0) {
		if (text ~ /^#[ \t]*if/) depth++
		if (text ~ /^#[ \t]*endif/) depth--
		if (text ~ /^#[ \t]*if __has_include\("/) text = "#if 1"
		if (text !~ /^[ \t]*#[ \t]*include[ \t]*"/) {
			if (text !~ /SPDX-License-Identifier/) print text
			continue
		}
		name = text
		gsub(/^[^"]*"|"[^"]*$/, "", name)
		own = room(path, name)
		if (!public && own ~ /^liblog\/plog(_args|_reader)?\.h$/) own = "plog.h"
		if (own in done) continue
		if (!public && !conditional && depth <= guard) done[own] = 1
		if (own == "plog.h") print "#include \"plog.h\""
		else emit(own, conditional || depth > guard)
	}
	close(path)
}

# Names that belong to one source only: static functions and variables, and types.
function locals(path,    text, name) {
	while ((getline text < path) > 0) {
		name = text
		sub(/^__attribute__\(\(constructor\)\) /, "", name)
		if (name ~ /^#define [a-zA-Z][a-zA-Z_0-9]*/) {
			name = word(name, 2)
			sub(/\(.*/, "", name)
			macro[path] = macro[path] " " name
			continue
		} else if (name ~ /^(struct|enum|union) [a-z_0-9]+ \{/) {
			name = word(name, 2)
		} else if (name ~ /^static |^\} [a-z_0-9]+;/) {
			sub(/__attribute__.*/, "", name)
			sub(/[ \t]*[\[(=;].*/, "", name)
			sub(/.*[ \t*]/, "", name)
		} else {
			continue
		}
		if (name ~ /^[a-z_0-9]+$/ && !((path, name) in seen)) {
			seen[path, name] = 1
			count[name]++
			local[path] = local[path] " " name
		}
	}
	close(path)
}

function word(text, n,    parts) {
	split(text, parts, /[ \t]+/)
	return parts[n]
}

function stem(path) {
	sub(/.*\//, "", path)
	sub(/\..*/, "", path)
	return path
}
'

{
	licence "plog.h, the interface of the plog library"
	awk -v public=1 "$expand"'BEGIN { emit("liblog/plog.h", 0) }'
} >"$out/plog.h"

{
	licence "plog.c, the plog library"
	cat <<-'END'
		#ifndef _GNU_SOURCE
		#define _GNU_SOURCE
		#endif
		#define _FILE_OFFSET_BITS 64
		#ifndef _TIME_BITS
		#define _TIME_BITS 64
		#endif
		/* With clang: -fno-strict-aliasing. Its restartable sequences are A32 on 32-bit Arm. */
		#if defined(__GNUC__) && !defined(__clang__)
		#pragma GCC optimize("no-strict-aliasing")
		#if defined(__thumb__)
		#pragma GCC target("arm")
		#endif
		#endif
	END
	# shellcheck disable=SC2086 # names without spaces
	awk -v public=0 "$expand"'
	BEGIN {
		for (i = 1; i < ARGC; i++) locals(ARGV[i])
		for (i = 1; i < ARGC; i++) {
			path = ARGV[i]
			print "\n/* --- " path " --- */\n"
			n = split(local[path], name, " ")
			for (k = 1; k <= n; k++)
				if (count[name[k]] > 1)
					print "#define " name[k] " " stem(path) "__" name[k]
			emit(path)
			for (k = 1; k <= n; k++)
				if (count[name[k]] > 1) print "#undef " name[k]
			n = split(macro[path], name, " ")
			for (k = 1; k <= n; k++) print "#undef " name[k]
		}
	}' $sources
} >"$out/plog.c"
