#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# labels.sh - are the labels of ordering points what they say?
#
# LMM(function:letter) names a point of memory ordering, PMO(function:letter) one
# of durability order. For each label cited anywhere:
#
#   - a function of that name, or one whose name ends in it, is defined in a file
#     that has the label: that is the point itself;
#   - an LMM has a partner: the label is in more than one place, or in the comment
#     that has it another label is named, or the other side in words ("pairs with",
#     "see", "orders", "before").
#
# Prints a line for each label that fails. Exit: 0 none, 1 some.

set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
sources=$(find kmod liblog logdump -name '*.[ch]' | sort)

complain() {
	echo "$*"
	bad=1
}

# Is NAME, or something_NAME, the name of a function or macro in one of FILES?
defined() {
	name=$1
	shift
	grep -qE "^(#define |[a-z_].*[ *])?([a-z0-9_]*_)?$name\(" "$@"
}

# shellcheck disable=SC2086 # file names without spaces
labels=$(grep -hoE '(LMM|PMO)\([a-z0-9_]+:[A-Z]\)' $sources | sort -u)
for label in $labels; do
	name=${label#????}
	name=${name%:*}
	letter=${label#*:}
	letter=${letter%?}
	# shellcheck disable=SC2086
	files=$(grep -lF "$label" $sources)
	# shellcheck disable=SC2086
	defined "$name" $files ||
		complain "$(echo "$files" | head -n 1): $label: no function $name beside it"
	case $label in
	LMM*)
		# shellcheck disable=SC2086
		count=$(grep -oE "$name:([A-Z], :)*$letter" $sources | wc -l)
		# shellcheck disable=SC2086
		[ "$count" -gt 1 ] ||
			grep -hF -B 4 -A 4 "$label" $sources |
			grep -qiE 'pairs with|see |order|before|behind' ||
			complain "$(echo "$files" | head -n 1): $label: names no partner"
		;;
	esac
done
[ -n "$labels" ] || complain "no label at all"
exit $bad
