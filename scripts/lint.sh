#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lint.sh [CHECK...] - static checks, as far as their tools are installed.
#
# Without CHECK, all of them:
#
#   spdx        a licence line in every file
#   includes    nobody includes upwards (include_law.sh)
#   labels      ordering labels that are cited exist (labels.sh)
#   headers     public headers compile alone, in C and C++, with gcc and clang
#   scripts     with shellcheck: warnings and errors
#   codespell   spelling
#   mandoc      man pages
#   cppcheck    C
#   clang-tidy  C
#   abi         the library's interface against its baseline, if the library is built
#   sparse      the module, with the headers in $BUILD/kernels if there are any
#   checkpatch  the module, by the kernel's own script, out of Debian's linux-source
#   kerneldoc   comments of public headers and of the core, likewise by the kernel's script
#   size        the module: so many lines at most (docs/design.md, section 11)
#   devicetree  the binding, and trees that it takes and refuses
#   analyzer    gcc -fanalyzer; slow, so only with PLOG_LONG=1 or when named
#
# `scripts/deps.sh lint` installs the tools. What is missing is said, and no
# failure. Exit: 0 nothing found, 1 something found, 2 usage.

set -u
export LC_ALL=C
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root" || exit 1
mkdir -p "${BUILD:=build}"
BUILD=$(cd "$BUILD" && pwd)
out=$BUILD/lint.out
all="spdx includes labels headers scripts codespell mandoc cppcheck clang-tidy abi sparse checkpatch kerneldoc size devicetree analyzer"
flags="-std=gnu11 -D_GNU_SOURCE -Ikmod -Iliblog -Ilogdump"

files() {
	find . -path "./.git" -prune -o -path './build' -prune -o -path "$BUILD" -prune -o \
		-name "$1" -type f -print | sed 's#^\./##' | sort
}

user_c() {
	find liblog logdump kmod/core tests docs/examples -name '*.c' | sort
}

need() {
	for tool; do
		command -v "$tool" >/dev/null || {
			why="no $tool"
			return 77
		}
	done
}

lint_spdx() {
	bad=0
	for file in $(files '*'); do
		case $file in
		LICENSES/* | *.md | *.gitignore | *.img | *.bin | *.png) continue ;;
		tests/golden/[0-9]*/*) continue ;;
		# Formats without comments; packaging/debian/copyright speaks for its folder.
		packaging/debian/* | packaging/buildroot/external.desc) continue ;;
		esac
		[ ! -s "$file" ] || head -n 4 "$file" | grep -q 'SPDX-License-Identifier: ' || {
			echo "$file: no SPDX line"
			bad=1
		}
	done
	return $bad
}

lint_includes() {
	scripts/include_law.sh
}

lint_labels() {
	scripts/labels.sh
}

# COMPILER LANGUAGE STANDARD
header_compiles() {
	for header in liblog/plog.h liblog/plog_reader.h kmod/plog_format.h kmod/plog_control.h; do
		# Twice: it must bear that.
		printf '#include "%s"\n#include "%s"\n' "$root/$header" "$root/$header" |
			"$1" -x "$2" "-std=$3" -Wall -Wextra -Wpedantic -Werror \
				-Wno-gnu-zero-variadic-macro-arguments -Wno-variadic-macros \
				-Wno-long-long -Ikmod -Iliblog -fsyntax-only - || {
			echo "$header: does not compile alone: $1 -std=$3"
			return 1
		}
	done
}

lint_headers() {
	bad=0 seen=
	for cc in gcc clang; do
		command -v "$cc" >/dev/null || continue
		seen=$seen$cc
		for std in c11 gnu11; do
			header_compiles "$cc" c "$std" || bad=1
		done
	done
	for cxx in g++ clang++; do
		command -v "$cxx" >/dev/null || continue
		seen=$seen$cxx
		for std in c++11 c++17; do
			header_compiles "$cxx" c++ "$std" || bad=1
		done
	done
	[ -n "$seen" ] || {
		why="no compiler"
		return 77
	}
	return $bad
}

lint_scripts() {
	need shellcheck || return
	{ files '*.sh'; grep -rlE '^#!/bin/(ba)?sh' .ci tests/qemu scripts packaging 2>/dev/null; } |
		sort -u | xargs shellcheck -x -S warning
}

lint_codespell() {
	need codespell || return
	# shellcheck disable=SC2046 # file names without spaces
	codespell --ignore-words-list=ot,ba,hel,inout,ake,te,ue,nd,fo \
		$(files '*' | grep -vE '^LICENSES/|^tests/golden/[0-9]|\.(img|bin|png)$')
}

lint_mandoc() {
	need mandoc || return
	pages=$(find docs/man -name '*.[1-8]' 2>/dev/null)
	[ -n "$pages" ] || {
		why="no man pages"
		return 77
	}
	# shellcheck disable=SC2086
	mandoc -T lint -W style $pages 2>/dev/null | grep -v 'referenced manual not found' >"$out.man"
	cat "$out.man"
	[ ! -s "$out.man" ]
}

lint_cppcheck() {
	need cppcheck || return
	# shellcheck disable=SC2046,SC2086 # lists
	cppcheck -q --std=c11 --language=c --enable=warning,portability,performance --inline-suppr \
		--error-exitcode=1 -j 2 --suppress=missingIncludeSystem \
		--suppress=normalCheckLevelMaxBranches --suppress=internalAstError --template=gcc -D__x86_64__ -D__linux__ \
		-D__GNUC__=12 -D__BYTE_ORDER__=1234 -D__ORDER_LITTLE_ENDIAN__=1234 -D_GNU_SOURCE \
		-Ikmod -Iliblog -Ilogdump liblog logdump kmod/core kmod/pure $(files '*.c' | grep ^docs/) 2>&1
}

lint_clang_tidy() {
	need clang-tidy || return
	checks='-*,clang-analyzer-*,bugprone-*,misc-redundant-expression,misc-misleading-*'
	checks=$checks,-bugprone-easily-swappable-parameters,-bugprone-assignment-in-if-condition
	checks=$checks,-bugprone-narrowing-conversions,-bugprone-reserved-identifier
	checks=$checks,-bugprone-macro-parentheses,-bugprone-branch-clone,-bugprone-signal-handler
	checks=$checks,-bugprone-implicit-widening-of-multiplication-result
	checks=$checks,-bugprone-multi-level-implicit-pointer-conversion
	checks=$checks,-bugprone-suspicious-include,-bugprone-suspicious-string-compare
	checks=$checks,-bugprone-suspicious-memory-comparison
	# It does not know that what returns plog_map_fail() has failed.
	checks=$checks,-clang-analyzer-core.CallAndMessage
	checks=$checks,-clang-analyzer-core.UndefinedBinaryOperatorResult
	checks=$checks,'-clang-analyzer-security.insecureAPI.*'
	# It takes a va_list that was copied and handed on for an uninitialized one.
	checks=$checks,-clang-analyzer-valist.Uninitialized
	echo '#define PLOG_VERSION "lint"' >"$out.h"
	find liblog logdump kmod/core -name '*.c' | sort |
		xargs -P 2 -n 8 sh -c 'clang-tidy --quiet --checks="$0" --warnings-as-errors="*" "$@" \
			-- '"$flags -include $out.h"' -Wno-unknown-warning-option' "$checks" >"$out.tidy" 2>/dev/null
	ret=$?
	grep -E ' (error|warning): ' "$out.tidy"
	return "$ret"
}

lint_abi() {
	why=$(BUILD=$BUILD scripts/abi.sh check)
	code=$?
	[ "$code" -eq 0 ] || [ "$code" -eq 77 ] || echo "$why"
	return "$code"
}

lint_sparse() {
	need sparse make || return
	kdir=$BUILD/kernels/6.1-amd64/kdir
	[ -e "$kdir/Makefile" ] || {
		why="no kernel headers in $BUILD/kernels; scripts/kernel.sh 6.1 fetches some"
		return 77
	}
	rm -rf "$BUILD/lint-kmod"
	cp -R kmod "$BUILD/lint-kmod"
	make -s -C "$kdir" M="$BUILD/lint-kmod" C=2 CF="-D__CHECK_ENDIAN__" modules \
		>"$out.sparse" 2>&1 || {
		cat "$out.sparse"
		return 1
	}
	# What the kernel's own headers are warned of is not ours.
	! grep -F "$BUILD/lint-kmod/" "$out.sparse" | grep -E '(warning|error):'
}

# The kernel's own scripts, into $place.
kernel_scripts() {
	need perl || return
	place=$BUILD/kernel-scripts
	[ ! -e "$place/kernel-doc" ] || return 0
	source=$(find /usr/src -maxdepth 1 -name 'linux-source-*.tar.xz' | sort | tail -n 1)
	[ -n "$source" ] || {
		why="no linux-source package in /usr/src; apt-get install linux-source"
		return 77
	}
	name=$(basename "$source" .tar.xz)/scripts
	mkdir -p "$place"
	tar -C "$place" --strip-components=2 --occurrence=1 -xJf "$source" "$name/kernel-doc" \
		"$name/checkpatch.pl" "$name/spelling.txt" "$name/const_structs.checkpatch"
}

# Every parameter, member and value is described, and nothing that is not there.
lint_kerneldoc() {
	kernel_scripts || return
	perl "$place/kernel-doc" -none kmod/*.h kmod/core/*.h kmod/pure/*.h liblog/plog*.h >"$out.said" 2>&1
	! grep -E '(warning|error):' "$out.said"
}

# Without what a module for several kernels has to do: ask for the version. The core
# and the public headers are user space's as well, and not in the kernel's style.
lint_checkpatch() {
	kernel_scripts || return
	perl "$place/checkpatch.pl" --no-tree --terse --strict --show-types --max-line-length=100 \
		--ignore LINUX_VERSION_CODE,CONSTANT_COMPARISON,NEW_TYPEDEFS,MACRO_ARG_REUSE \
		-f kmod/*.c kmod/compat.h kmod/plog_dev.h kmod/pure/*.[ch] >"$out.said"
	rm -f .checkpatch-camelcase*
	! grep -v '^total:' "$out.said"
}

# Lines that are neither blank nor comment nor anything but the module's own: the core
# and what else is pure is compiled, and tested, in user space.
lint_size() {
	need gcc || return
	lines=$(for file in kmod/*.c kmod/compat.h kmod/plog_dev.h; do
		gcc -fpreprocessed -dD -E -P "$file" 2>/dev/null
	done | grep -c '[^[:space:]]')
	[ "$lines" -le 1500 ] || echo "kmod: $lines lines of C, 1500 at most"
	[ "$lines" -le 1500 ]
}

lint_devicetree() {
	need dt-doc-validate dt-validate dtc || return
	BUILD=$BUILD tests/devicetree/binding_test.sh | grep -v '^ok '
	[ $? -eq 1 ]
}

lint_analyzer() {
	[ -n "${PLOG_LONG:-}" ] || [ "$named" -eq 1 ] || {
		why="slow; PLOG_LONG=1"
		return 77
	}
	need gcc || return
	bad=0
	echo '#define PLOG_VERSION "lint"' >"$out.h"
	for file in $(find liblog logdump kmod/core -name '*.c' | sort); do
		# shellcheck disable=SC2086
		gcc $flags -include "$out.h" -O1 -fanalyzer -Werror -c -o /dev/null "$file" || bad=1
	done
	return $bad
}

named=0
[ $# -eq 0 ] || named=1
# shellcheck disable=SC2086 # words
[ $# -gt 0 ] || set -- $all
failed=0
for check; do
	case " $all " in
	*" $check "*) ;;
	*)
		echo "lint.sh: no check $check; there are $all" >&2
		exit 2
		;;
	esac
	why=
	"lint_$(echo "$check" | tr - _)" >"$out" 2>&1
	case $? in
	0) printf '  %-11s ok\n' "$check" ;;
	77) printf '  %-11s skipped: %s\n' "$check" "$why" ;;
	*)
		printf '  %-11s FAILED\n' "$check"
		sed 's/^/    /' "$out"
		failed=1
		;;
	esac
done
rm -f "$out" "$out.said" "$out.man" "$out.sparse" "$out.tidy" "$out.h"
exit $failed
