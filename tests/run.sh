#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Runs test programs and scripts, adds up what they counted, and ends with
# "N passed, N failed, N skipped". A program of the Check framework counts by its
# summary line; a script by its lines "ok ...", "not ok ..." and "skip ...".
# A program that ends badly without having counted a failure counts as one. What failed
# is said again above the last line, where the end of a long output shows it.
set -u

passed=0
failed=0
skipped=0
log=$(mktemp)
failures=$(mktemp)
trap 'rm -f "$log" "$failures"' EXIT

count() {
	awk -v status="$2" '
		/^[0-9]+%: Checks: / {
			gsub(",", "")
			bad = $5 + $7; p += $3 - bad; f += bad
		}
		/^ok / { p++ }
		/^not ok / { f++ }
		/^skip / { s++ }
		END {
			if (status != 0 && !f) f++
			if (status == 0 && !p && !f && !s) f++
			print p + 0, f + 0, s + 0
		}' "$1"
}

for test in "$@"; do
	start=$(date +%s)
	"$test" >"$log" 2>&1
	status=$?
	# shellcheck disable=SC2046 # three numbers
	set -- $(count "$log" "$status")
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))
	printf '  %-40s %4d passed %3d failed %3d skipped %4d s\n' "$test" "$1" "$2" "$3" \
		$(($(date +%s) - start))
	if [ "$2" -gt 0 ]; then
		sed 's/^/    /' "$log"
		{
			echo "failed: $test"
			grep -E '^not ok |^[^ ]*:[0-9]+:[FE]:' "$log" | head -n 5 | sed 's/^/    /'
		} >>"$failures"
	else
		grep -E '^(skip|#) ' "$log" | sed 's/^/    /'
	fi
done
cat "$failures"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
