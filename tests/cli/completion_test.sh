#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# completion_test.sh - what the tools tell a shell, and what bash and zsh make of it
#
#   - the options that a tool offers are those of its --help
#   - every word that is offered is taken
#   - bash completes; zsh gets a specification for each name, and completes
#
# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
unset PLOG_WINDOW PLOG_LEVEL

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "completion: $BUILD/$tool is not built"
done
scratch completion
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

subcommands() {
	plogctl --completion | grep '^[a-z]' | cut -d '|' -f 1
}

# names COMMAND...: the options that it offers, and its subcommands
names() {
	"$@" --completion | cut -d '|' -f 1 | grep . | sort -u
}

options() {
	names "$@" | grep '^-'
}

# The help says which subcommand takes what, but not --help itself of each.
offered_is_helped() {
	options "$@" >"$dir/offered"
	"$@" --help | grep -oE -- '(^|[ ,[|(])--?[a-zA-Z][a-z-]*' | sed 's/^[^-]*//' |
		grep -vE '^-[a-z]{2}' | sort -u >"$dir/help"
	[ $# -eq 1 ] || printf '%s\n' -h --help | sort -u - "$dir/help" -o "$dir/help"
	diff "$dir/offered" "$dir/help" >"$dir/diff" && [ -s "$dir/help" ] || {
		sed 's/^/# /' "$dir/diff"
		return 1
	}
}

subcommands_helped() {
	subcommands | sort >"$dir/offered"
	plogctl --help | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p' | sort | diff "$dir/offered" - &&
		[ "$(wc -l <"$dir/offered")" -gt 5 ]
}

# taken NAME WORD COMMAND...: is it anything but a wrong use? No window has that name.
taken() {
	option=$1 word=$2 code=0
	shift 2
	if [ -n "$option" ]; then
		"$@" "$option=$word" -- "$dir/none/w" </dev/null >/dev/null 2>&1 || code=$?
	else
		PLOG_WINDOW=$dir/none/w "$@" "$word" </dev/null >/dev/null 2>&1 || code=$?
	fi
	[ "$code" -ne 2 ] || {
		echo "# $*: $option $word is not taken"
		return 1
	}
}

words_taken() {
	"$@" --completion | grep -E '^(--|\|)' >"$dir/rows"
	while IFS='|' read -r option _ _ words _; do
		for word in $words; do
			taken "$option" "$word" "$@" || return 1
		done
	done <"$dir/rows"
}

# completed LINE: what bash offers at the end of LINE, sorted, in one line
completed() {
	(cd "$dir/files" && bash --norc -c '
		. "$1"
		COMP_LINE=$2
		COMP_POINT=${#COMP_LINE}
		# As readline splits it: words, and "=" by itself.
		read -ra parts <<<"${COMP_LINE//=/ = }"
		COMP_WORDS=("${parts[@]}")
		case $COMP_LINE in *" ") COMP_WORDS+=("") ;; esac
		COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
		_plog "${COMP_WORDS[0]}"
		printf "%s\n" "${COMPREPLY[@]}" | sort -u | tr "\n" " "
	' bash "$root/packaging/completion/bash/${1%% *}" "$1") | sed 's/ $//'
}

line_of() {
	LC_ALL=C sort | tr '\n' ' ' | sed 's/ $//'
}

bash_logdump() {
	check "bash: an option" prints "--list-boots" completed "logdump --list-b"
	check "bash: several" prints "--save --since --stats --summary --syslog" completed "logdump --s"
	check "bash: formats" prints "short short-iso short-monotonic" completed "logdump -o sh"
	check "bash: behind '='" prints "short short-iso short-monotonic" \
		completed "logdump --output=sh"
	check "bash: levels" prints "emerg err" completed "logdump -b -1 -p e"
	check "bash: an optional operand, behind '=' only" prints "always auto never" \
		completed "logdump --color="
	check "bash: a file" prints "image.plog" completed "logdump -r im"
	check "bash: a file behind an option without operand" prints "folder image.plog" \
		completed "logdump --verify "
	check "bash: all names" prints "$(options logdump | line_of)" completed "logdump -"
}

bash_plogctl() {
	check "bash: subcommands" prints "$(subcommands | line_of)" completed "plogctl "
	check "bash: one of them" prints "setup status" completed "plogctl s"
	check "bash: plogctl's own options" prints "--help --version -V -h" completed "plogctl -"
	for tool in $(subcommands); do
		check "bash: options of $tool" prints "$(options plogctl "$tool" | line_of)" \
			completed "plogctl $tool -"
	done
	check "bash: a window" prints "folder image.plog" completed "plogctl status "
	check "bash: a step, or a window" prints "arm cancel check folder image.plog show" \
		completed "plogctl qualify "
	check "bash: a folder" prints "folder" completed "plogctl doctor --root="
	check "bash: formats of status" prints "json text" completed "plogctl status image.plog -o "
	check "bash: levels of the window" prints "emerg err" completed "plogctl level e"
	check "bash: nothing where nothing is taken" prints "" completed "plogctl doctor "
}

bash_plog() {
	check "bash: plog's options" prints "$(options plog | line_of)" completed "plog -"
	check "bash: its levels" prints "warning" completed "plog -t pump -p w"
	check "bash: its window" prints "image.plog" completed "plog --window=im"
	check "bash: a program behind --exec" prints "mkfifo" completed "plog --exec mkfif"
	check "bash: no words for a message" prints "" completed "plog "
}

# zsh_specs COMMAND...: the specifications that _arguments would be given, and what
# would be described
zsh_specs() {
	zsh -f -c '
		_call_program() { shift; "$@"; }
		_arguments() { print -rl -- "$@"; state=subcommand; }
		_describe() { print -rl -- ${(P)4}; }
		file=$1
		shift
		words=("$@" "")
		CURRENT=$#words
		. $file
	' zsh "$root/packaging/completion/zsh/_plog" "$@"
}

# Each name begins a specification.
zsh_all() {
	zsh_specs "$@" | sed -n 's/^\(-[A-Za-z-]*\)[[+=].*/\1/p' | sort -u >"$dir/specs"
	options "$@" | diff - "$dir/specs"
}

zsh_checks() {
	check "zsh: the syntax is right" zsh -n "$root/packaging/completion/zsh/_plog"
	zsh_specs logdump >"$dir/logdump"
	check "zsh: an option with words" grep -qx -- \
		'-o+\[.*\]:value:(short short-iso .* raw)' "$dir/logdump"
	check "zsh: one with an optional operand" grep -qx -- \
		'--color=-\[.*\]::value:(auto never always)' "$dir/logdump"
	check "zsh: one without" grep -q '^--reverse\[newest first\]$' "$dir/logdump"
	check "zsh: a specification for each of logdump's names" zsh_all logdump
	check "zsh: of plog's" zsh_all plog
	for tool in $(subcommands); do
		check "zsh: of those of plogctl $tool" zsh_all plogctl "$tool"
	done
	zsh_specs plogctl >"$dir/plogctl"
	check "zsh: subcommands are described" [ "$(grep -c '^[a-z]*:[a-z]' "$dir/plogctl")" -eq \
		"$(subcommands | wc -l)" ]
}

# typed LINE: what zsh has on its line after a tab behind LINE; its completion system
# on a terminal. It prints the line anew as it changes it, with control sequences.
typed() {
	timeout 60 zsh -f -c '
		zmodload zsh/zpty || exit 9
		zpty z "TERM=dumb zsh -f -i"
		zpty -w z "PS1= PS2= RPS1=; unset zle_bracketed_paste; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D; echo rea\"\"dy"
		zpty -r -m z said "*ready*"
		zpty -w -n z "$2"$'"'\\t'"'
		zpty -r -m z said "*$3*" && print there
		zpty -d z
	' zsh "$root/packaging/completion/zsh" "$1" "$2" 2>/dev/null
}

mkdir -p "$dir/files/folder" && : >"$dir/files/image.plog"
for tool in logdump plog; do
	check "$tool: the options of --help are offered" offered_is_helped "$tool"
	check "$tool: the words that are offered are taken" words_taken "$tool"
done
check "plogctl: the subcommands of --help are offered" subcommands_helped
for tool in $(subcommands); do
	check "plogctl $tool: the options of --help are offered" offered_is_helped plogctl "$tool"
	check "plogctl $tool: the words that are offered are taken" words_taken plogctl "$tool"
done
if command -v bash >/dev/null; then
	bash_logdump
	bash_plogctl
	bash_plog
else
	echo "skip bash: not installed"
fi
if command -v zsh >/dev/null; then
	zsh_checks
	cd "$dir/files" || exit 1
	check "zsh, on a terminal: a subcommand" prints there typed "plogctl qual" "qualify"
	check "zsh, on a terminal: its option" prints there typed "plogctl init --si" "--size="
	check "zsh, on a terminal: logdump's" prints there typed "logdump --list-b" "--list-boots"
else
	echo "skip zsh: not installed"
fi
exit "$failed"
