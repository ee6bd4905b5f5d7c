# shellcheck shell=sh
# SPDX-License-Identifier: BSD-2-Clause
#
# lib.sh - to be sourced by test scripts: verdict lines that run.sh counts.
#
#   check WHAT COMMAND...   "ok WHAT" when COMMAND returns 0, else "not ok WHAT"
#   must WHAT COMMAND...    the same, and the script ends when it does not
#   returns N COMMAND...    does COMMAND exit with N? its output is dropped
#   prints TEXT COMMAND...  does COMMAND print exactly TEXT?
#   says PATTERN COMMAND... does COMMAND print, on stdout or stderr, exactly one
#                           line, and does it match the extended expression?
#   skip WHAT               "skip WHAT", and the script ends
#   scratch NAME            makes $dir under the build folder; the caller's
#                           trap calls scratch_done, which keeps it after a failure
#
# Sets root and BUILD (absolute).

export LC_ALL=C
export PLOG_PAGER=cat # one would wait for a key
export PLOG_ARCHIVE=  # those of this machine are no test's
root=$(cd "$(dirname "$0")/../.." && pwd)
mkdir -p "${BUILD:-$root/build}/tests"
BUILD=$(cd "${BUILD:-$root/build}" && pwd)
failed=0

check() {
	_what=$1
	shift
	if "$@"; then
		echo "ok $_what"
	else
		echo "not ok $_what"
		failed=1
		return 1
	fi
}

must() {
	check "$@" || exit 1
}

returns() {
	_want=$1
	shift
	_got=0
	"$@" >/dev/null 2>&1 || _got=$?
	[ "$_got" -eq "$_want" ] || {
		echo "# returned $_got, not $_want: $*"
		return 1
	}
}

prints() {
	_want=$1
	shift
	_text=$("$@")
	[ "$_text" = "$_want" ] || {
		echo "# printed '$_text', not '$_want': $*"
		return 1
	}
}

says() {
	_want=$1
	shift
	_text=$("$@" 2>&1)
	[ "$(printf '%s\n' "$_text" | wc -l)" -eq 1 ] &&
		printf '%s\n' "$_text" | grep -qE -- "$_want" || {
		echo "# said '$_text', not one line like '$_want': $*"
		return 1
	}
}

skip() {
	echo "skip $*"
	exit 0
}

scratch() {
	dir=$(mktemp -d "$BUILD/tests/$1.XXXXXX")
}

scratch_done() {
	if [ "$failed" -eq 0 ]; then
		rm -rf "$dir"
	else
		echo "# kept: $dir"
	fi
}
