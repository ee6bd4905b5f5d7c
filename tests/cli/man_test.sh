#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# man_test.sh - do the man pages, the tools and the library say the same?
#
#   - mandoc has nothing to complain of
#   - every option of --help is in the page, and every option of the page in --help
#   - every subcommand of plogctl is in its page, and the other way round
#   - every public symbol is in plog(3) or plog_reader(3), and every one of their
#     names is declared
#   - the module's parameters are those of plog(4)
#   - the programs in the pages compile
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
man=$root/docs/man

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "man: $BUILD/$tool is not built"
done
scratch man
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

lint() {
	mandoc -T lint -W style "$man"/*.[1-8] 2>/dev/null | grep -v 'referenced manual not found' >"$dir/lint"
	sed 's/^/# /' "$dir/lint"
	[ ! -s "$dir/lint" ]
}

# same WHAT FILE FILE: two sorted lists
same() {
	diff "$1" "$2" >"$dir/diff" && [ -s "$1" ] || {
		sed 's/^/# /' "$dir/diff"
		return 1
	}
}

# Options as -x and --long, one a line.
options_of() {
	grep -oE -- '(^|[ ,[|(])--?[a-zA-Z][a-z-]*' | sed 's/^[^-]*//' | grep -vE '^-[a-z]{2}' | sort -u
}

# In mdoc, "Fl b" and "Fl \-boot", also after another macro and in lists of letters.
page_options() {
	sed 's/\\-/-/g' "$1" | grep -E '^\.(It|Op|Nm)? ?.*Fl ' | tr ' ' '\n' |
		awk '$0 == "Fl" || $0 == ".Fl" { flag = 1; next }
		     flag && /^-?[a-zA-Z][a-z-]*$/ { print "-" $0 }
		     $0 != "," { flag = 0 }' | sort -u
}

options_agree() {
	"$1" --help | options_of >"$dir/help"
	page_options "$man/$1.1" >"$dir/page"
	same "$dir/help" "$dir/page"
}

subcommands_agree() {
	plogctl --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | sort >"$dir/help"
	sed -n 's/^\.It Cm \([a-z]*\) .*/\1/p' "$man/plogctl.1" | sort >"$dir/page"
	same "$dir/help" "$dir/page"
}

plogctl_options() {
	plogctl --help | options_of | grep -v '^-[a-z]$' >"$dir/help"
	page_options "$man/plogctl.1" | grep -- '^--[a-z]' | grep -vE '^--(help|version)$' >"$dir/page"
	same "$dir/help" "$dir/page"
}

symbols() {
	sed -n '/global:/,/local:/s/^\t\(plog_[a-z_]*\);/\1/p' "$root/liblog/libplog.map"
	grep -oE '\bplog_reader_[a-z_]+\(' "$root/liblog/plog_reader.h" | tr -d '('
}

symbols_documented() {
	bad=0
	for name in $(symbols | sort -u); do
		grep -qE "\\.(Fn|Nm|Va|Fo) (.* )?$name\\b" "$man/plog.3" "$man/plog_reader.3" || {
			echo "# $name is in no page"
			bad=1
		}
	done
	return $bad
}

names_declared() {
	bad=0
	for name in $(sed -n 's/^\.Nm \([a-z_]*\).*/\1/p' "$man/plog.3" "$man/plog_reader.3"); do
		grep -qE "(#define |[ *])${name}[(;]" "$root"/liblog/plog*.h || {
			echo "# $name is in no header"
			bad=1
		}
	done
	return $bad
}

macros_documented() {
	bad=0
	for name in $(grep -oE '^#define plog_?[a-z]*\(' "$root/liblog/plog.h" |
		sed 's/#define \(.*\)(/\1/'); do
		grep -q "^\\.Fn $name " "$man/plog.3" || {
			echo "# $name is not in plog.3"
			bad=1
		}
	done
	return $bad
}

parameters_agree() {
	grep -ohE '^module_param(_hw)?(_array)?\([a-z_]+' "$root"/kmod/*.c | sed 's/.*(//' | sort >"$dir/module"
	sed -n 's/^\.It Cm \([a-z_]*\)= .*/\1/p' "$man/plog.4" | sort >"$dir/page"
	same "$dir/module" "$dir/page"
}

# Each file of the module's in sysfs is a word of the page's section about them.
attributes_documented() {
	sed -n 's/^ATTRIBUTE(\([a-z_]*\),.*/\1/p' "$root/kmod/attributes.c" | sort >"$dir/module"
	sed -n '/^\.Sh ATTRIBUTES/,/^\.Sh FILES/s/^\.It Cm //p' "$man/plog.4" |
		tr -d ',' | tr -s ' ' '\n' | sort >"$dir/page"
	same "$dir/module" "$dir/page"
}

ioctls_documented() {
	for name in $(sed -n 's/^#define \(PLOG_IOC_[A-Z]*\)[ \t].*/\1/p' "$root/kmod/plog_control.h"); do
		[ "$name" = PLOG_IOC_MAGIC ] || grep -q "^\\.It Dv $name" "$man/plog.4" || {
			echo "# $name is not in plog.4"
			return 1
		}
	done
}

example_compiles() {
	sed -n '/^\.Bd -literal/,/^\.Ed/{/^\./d;p}' "$man/$1" |
		sed 's/\\e/\\/g' | sed -n '/#include/,/^}/p' >"$dir/example.c"
	sed -n '/^#define/p' "$man/$1" >"$dir/first.c"
	grep -q main "$dir/example.c" &&
		"${CC:-cc}" -Wall -Wextra -Werror -I"$root/liblog" -fsyntax-only "$dir/example.c"
}

if command -v mandoc >/dev/null; then
	check "mandoc has nothing to complain of" lint
else
	echo "skip mandoc: not installed"
fi
for tool in logdump plog; do
	check "$tool: options of --help and of the page" options_agree "$tool"
done
check "plogctl: subcommands" subcommands_agree
check "plogctl: options" plogctl_options
check "every public symbol has a page" symbols_documented
check "every name of a page is declared" names_declared
check "every macro is in plog.3" macros_documented
check "the module's parameters are those of plog.4" parameters_agree
check "the module's attributes are those of plog.4" attributes_documented
check "the ioctls are in plog.4" ioctls_documented
for page in plog.3 plog_reader.3; do
	check "$page: the example compiles" example_compiles "$page"
done
exit "$failed"
