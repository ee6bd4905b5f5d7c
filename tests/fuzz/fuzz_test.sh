#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Everything that reads hostile bytes, under libFuzzer: inputs that failed once and
# the seeds first, then new ones for less than two minutes, two targets at a time.
#
# FUZZ_SECONDS=N   for each target (20; PLOG_LONG=1: 600; the reader gets twice that)
# FUZZ_SEED=N      where the new ones start (1: the same ones each time)

# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
cd "$root" || exit 1

[ -x "$BUILD/fuzz/fuzz_reader" ] ||
	skip "fuzz: clang and its libFuzzer are not there (scripts/deps.sh fuzz)"
scratch fuzz
trap scratch_done EXIT
export BUILD FUZZ_SEED="${FUZZ_SEED:-1}"
seconds=${FUZZ_SECONDS:-20}
[ -z "${PLOG_LONG:-}" ] || seconds=${FUZZ_SECONDS:-600}

# Each input by itself, as it is.
replay() {
	"$BUILD/fuzz/fuzz_$1" -timeout=20 -rss_limit_mb=2048 -malloc_limit_mb=64 \
		-artifact_prefix="$dir/" "$dir/seeds.$1"/* >"$dir/$1.replay" 2>&1 && return
	grep -aE '^(fuzz: |SUMMARY|Running: |.*runtime error)' "$dir/$1.replay" | tail -n 4 | sed 's/^/# /'
	return 1
}

for target in reader format writer options core pure; do
	mkdir -p "$dir/seeds.$target"
	"$BUILD/fuzz/seeds" "$target" "$dir/seeds.$target"
	for file in tests/fuzz/crashes/"$target"/*.bin; do
		[ ! -e "$file" ] || cp "$file" "$dir/seeds.$target/"
	done
	echo "# $target: $(find "$dir/seeds.$target" -type f | wc -l) inputs to begin with"
	check "fuzz $target: inputs to begin with" replay "$target"
done

# A queue of TARGET SECONDS; each leaves its verdict.
queue() {
	while [ $# -gt 0 ]; do
		tests/fuzz/fuzz.sh "$1" "$2" "$dir/corpus.$1" >"$dir/$1.verdict" 2>&1
		shift 2
	done
}

queue reader $((2 * seconds)) core "$seconds" &
first=$!
queue format "$seconds" writer "$seconds" options "$seconds" pure "$seconds" &
wait $first $!
for target in reader core format writer options pure; do
	grep -q '^ok ' "$dir/$target.verdict" || failed=1
	cat "$dir/$target.verdict"
done
exit $failed
