#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# man_test.sh - do the man pages, the tools and the library say the same?
#
#   - mandoc has nothing to complain of
#   - every option of --help is in the page, and every option of the page in --help
#   - every subcommand of plogctl is in its page with its options, and the other way
#     round; so are the settings of plog-harvest
#   - environment variables, exit codes, fields of JSON, checks of doctor, and what is
#     installed for the system: all that there is, is in a page
#   - every public symbol and constant is in plog(3) or plog_reader(3), and every one of
#     their names is declared
#   - every tool that is installed has a page, and so has every header
#   - the module's parameters are those of plog(4)
#   - the programs in the pages compile
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=tests/install/install.sh
. "$(dirname "$0")/../install/install.sh"
PATH=$BUILD:$PATH
man=$root/docs/man

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "man: $BUILD/$tool is not built"
done
scratch man
finish() {
	window_remove "$dir/w"
	scratch_done
}
trap finish EXIT
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
		     flag == 1 && /^-?[a-zA-Z][a-z-]*$/ { print "-" $0; flag = 2; next }
		     { flag = flag && $0 == "," }' | sort -u
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

# The item of plogctl's page that is about a subcommand.
page_item() {
	awk -v name="$1" '
		/^\.It Cm [a-z]+ ?/ && !deep { on = $3 == name }
		on && /^\.Bl/ { deep++ }
		on && /^\.El/ && !deep-- { exit }
		on' "$man/plogctl.1"
}

plogctl_options() {
	plogctl "$1" --completion | cut -d '|' -f 1 | grep '^-' | grep -vxE -- '-h|--help' |
		sort -u >"$dir/help"
	page_item "$1" >"$dir/item"
	page_options "$dir/item" >"$dir/page"
	diff "$dir/help" "$dir/page" && [ -s "$dir/item" ]
}

# words_of PAGE: all that it says in its own words and arguments
words_of() {
	tr -c 'A-Za-z0-9_@./-' '\n' <"$man/$1" | grep . | sort -u
}

# all_in PAGE: is each line of the input a word of it?
all_in() {
	sort -u >"$dir/wanted"
	words_of "$1" >"$dir/words"
	[ -s "$dir/wanted" ] && comm -23 "$dir/wanted" "$dir/words" >"$dir/absent"
	sed "s/.*/# $1 does not say &/" "$dir/absent"
	[ ! -s "$dir/absent" ]
}

# read_by FOLDER...: the variables that its code asks for
read_by() {
	grep -ohE '(getenv|variable)\("[A-Z_]+"\)' "$@" | sed 's/.*("\(.*\)")/\1/' | sort -u
}

page_variables() {
	sed -n 's/^\.It Ev //p' "$man/$1" | tr -d ',' | tr -s ' ' '\n' | sort -u
}

# What the tools read, with what the library reads for them; and nothing else.
variables_agree() {
	for page in logdump.1 plog.3 libplog-preload.1; do
		page_variables "$page" >"$dir/page"
		case $page in
		logdump.1) read_by "$root"/logdump/*.c && printf '%s\n' PLOG_WINDOW TZ ;;
		plog.3) read_by "$root"/liblog/*.c ;;
		*) grep -ohE 'PLOG_PRELOAD_[A-Z]+' "$root"/preload/*.c && printf '%s\n' PLOG_WINDOW PLOG_LEVEL ;;
		esac | sort -u >"$dir/read"
		same "$dir/read" "$dir/page" || return 1
	done
}

# A setting is in the program, in the configuration and in the page.
settings_agree() {
	sed -n 's/^\t\t\([A-Z][A-Za-z]*\)) [a-z_]*=\$value.*/\1/p' \
		"$root/packaging/harvest/plog-harvest" | sort >"$dir/read"
	sed -n 's/^#\([A-Z][A-Za-z]*\)=.*/\1/p' "$root/packaging/harvest/harvest.conf" | sort -u >"$dir/conf"
	sed -n 's/^\.It Cm \([A-Za-z]*\) Ns = .*/\1/p' "$man/plog-harvest.8" | sort >"$dir/page"
	same "$dir/read" "$dir/page" && same "$dir/conf" "$dir/page" &&
		grep -oE -- '^	--[a-z]+\)' "$root/packaging/harvest/plog-harvest" |
		tr -d '\t)' | sort >"$dir/help" &&
		page_options "$man/plog-harvest.8" | grep -xE -- '--early' >"$dir/page" &&
		same "$dir/help" "$dir/page"
}

# Exit codes of the tools, as their enumerations have them.
codes_agree() {
	for tool in logdump:LOGDUMP:logdump_options.h plog:EXIT:plog_main.c plogctl:PLOGCTL:plogctl.h; do
		prefix=${tool#*:} file=${tool##*:} tool=${tool%%:*}
		# 0 of plog is no name of its own.
		{
			echo 0
			grep -oE "\b${prefix%%:*}_[A-Z_]+ = [0-9]+" "$root/logdump/$file" | sed 's/.* //'
		} | sort -nu >"$dir/codes"
		sed -n '/^\.Sh EXIT STATUS/,/^\.El/s/^\.It //p' "$man/$tool.1" | tr -s ', ' '\n' |
			sort -nu >"$dir/page"
		same "$dir/codes" "$dir/page" || return 1
	done
}

json_keys() {
	grep -oE '"[a-z_]+":' | tr -d '":'
}

# Of a window that is in use, too.
status_keys() {
	plogctl status -o json "$dir/w" | json_keys
	mkfifo "$dir/fifo" || return 1
	plog -w "$dir/w" <"$dir/fifo" &
	writer=$!
	tries=0
	exec 3>"$dir/fifo"
	until plogctl status -o json "$dir/w" >"$dir/status" && grep -q '"lanes"' "$dir/status"; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || break
		echo "a message" >&3
		sleep 0.1
	done
	exec 3>&-
	wait "$writer"
	json_keys <"$dir/status"
}

# Each field of each JSON that a tool prints.
fields_documented() {
	plogctl init --size 64K "$dir/w" >/dev/null && plog -w "$dir/w" -t pump "a message" || return 1
	for what in "-b 0" --list-boots --verify; do
		# shellcheck disable=SC2086 # two words
		logdump $what -o json "$dir/w" | json_keys | all_in logdump.1 || return 1
	done
	status_keys >"$dir/keys"
	grep -qx dropped_busy "$dir/keys" && all_in plogctl.1 <"$dir/keys"
}

doctor_documented() {
	plogctl doctor | awk '{ print $2 }' | all_in plogctl.1
}

# What is put into folders of the system, by its name in the page that is about it.
system_documented() {
	for file in "$root"/packaging/systemd/*.in; do
		basename "$file" .in
	done | sed 's/@/@plog0/' | all_in plog-harvest.8 || return 1
	for file in udev/60-plog.rules sysusers.d/plog.conf tmpfiles.d/plog.conf sysctl.d/plog.conf \
		modprobe.d/plog.conf modules-load.d/plog.conf; do
		[ -e "$root/packaging/$file" ] && grep -qF "${file#udev/}" "$man"/*.[1-8] || {
			echo "# $file is in no page"
			return 1
		}
	done
}

# Every program, header and preloaded library has its page; plog_args.h is a part of plog.h.
pages_there() {
	for tool in logdump plog plogctl libplog-preload; do
		[ -e "$man/$tool.1" ] || return 1
	done
	[ -e "$man/plog-harvest.8" ] && [ -e "$man/plog_format.5" ] &&
		sed -n 's/^HEADERS := //p' "$root/packaging/install.mk" | tr ' ' '\n' |
		sed 's#.*/##' | grep -vx plog_args.h >"$dir/headers" && [ -s "$dir/headers" ] &&
		while read -r header; do
			grep -qE "^\\.(In|Pa) $header" "$man"/*.[1-8] || {
				echo "# $header is in no page"
				return 1
			}
		done <"$dir/headers"
}

# The constants of the reader's interface; those of the writer's are levels.
constants_documented() {
	grep -oE '^	PLOG_[A-Z_]+' "$root/liblog/plog_reader.h" | tr -d '\t' | all_in plog_reader.3 &&
		grep -oE '^(#define |	)PLOG_(EMERG|ALERT|CRIT|ERR|WARNING|NOTICE|INFO|DEBUG)\b' \
		"$root/liblog/plog.h" | sed 's/.*PLOG/PLOG/' | all_in plog.3
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
for tool in $(plogctl --completion | grep '^[a-z]' | cut -d '|' -f 1); do
	check "plogctl $tool: options" plogctl_options "$tool"
done
check "environment variables" variables_agree
check "exit codes" codes_agree
check "options and settings of plog-harvest" settings_agree
check "every field of JSON" fields_documented
check "every check of doctor" doctor_documented
check "files of the system" system_documented
check "every tool and header has a page" pages_there
check "every constant has a page" constants_documented
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
