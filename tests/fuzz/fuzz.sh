#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# fuzz.sh TARGET SECONDS [CORPUS] - one fuzz target for so long, then a line
# "ok fuzz TARGET: N executions, M features, 0 findings", or "not ok ..." with
# what libFuzzer said. CORPUS keeps what was found worth keeping; by default it is
# in the build folder, and goes on where the last run ended.
#
# FUZZ_SEED=N   same seed, same start (default: another one each time)
#
# An input that fails is left in $BUILD/fuzz/found; once its cause is gone it
# belongs in tests/fuzz/crashes/TARGET, named NAME.bin.

set -u
export LC_ALL=C
root=$(cd "$(dirname "$0")/../.." && pwd)
cd "$root" || exit 1
BUILD=${BUILD:-build}
target=${1:?TARGET} seconds=${2:?SECONDS}
program=$BUILD/fuzz/fuzz_$target
corpus=${3:-$BUILD/fuzz/corpus/$target}
seeds=$BUILD/fuzz/seeds.$target
found=$BUILD/fuzz/found

[ -x "$program" ] || {
	echo "fuzz.sh: no $program" >&2
	exit 2
}
mkdir -p "$corpus" "$seeds" "$found"
"$BUILD/fuzz/seeds" "$target" "$seeds" || exit 1
for file in tests/fuzz/crashes/"$target"/*.bin; do
	[ ! -e "$file" ] || cp "$file" "$seeds/"
done
# Windows of other makers, where there are any.
if [ "$target" = reader ]; then
	"$BUILD/fuzz/make_image" example "$seeds/example" || exit 1
	"$BUILD/fuzz/make_image" story "$seeds/story" || exit 1
	for image in tests/golden/*/*.img.zst; do
		[ ! -e "$image" ] || ! command -v zstd >/dev/null ||
			zstd -dqcf "$image" >"$seeds/$(basename "$image" .zst)"
	done
fi

# A window of 64 KiB and a little behind it; formats and options are short.
case $target in
reader | core | pure) options=-max_len=66624 ;;
options) options="-max_len=512 -dict=tests/fuzz/options.dict" ;;
*) options="-max_len=1024 -dict=tests/fuzz/format.dict" ;;
esac

log=$found/$target.log
status=0
# shellcheck disable=SC2086 # a list
"$program" $options -seed="${FUZZ_SEED:-0}" -max_total_time="$seconds" -timeout=20 \
	-rss_limit_mb=2048 -malloc_limit_mb=64 -print_final_stats=1 -reload=0 \
	-artifact_prefix="$found/$target-" "$corpus" "$seeds" >"$log" 2>&1 || status=$?

count() {
	sed -n "s/^stat::$1: *//p" "$log" | tail -n 1
}
runs=$(count number_of_executed_units)
features=$(sed -n 's/.* ft: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
if [ "$status" -eq 0 ] && [ "${runs:-0}" -gt 0 ] && [ "${features:-0}" -gt 0 ]; then
	echo "ok fuzz $target: $runs executions, $features features, 0 findings"
	sed -n "s/^slowest: /# $target: slowest input /p" "$log"
	exit 0
fi
echo "not ok fuzz $target: ${runs:-0} executions, ${features:-0} features, status $status"
telling='^(fuzz: |SUMMARY|artifact_prefix|INFO: Seed|==.*(ERROR|WARNING)|.*runtime error|ALARM)'
grep -aE "$telling" "$log" |
	sed 's/^/# /'
grep -aE '^ +#[0-9]+ ' "$log" | grep -v 'fuzzer::' | head -n 12 | sed 's/^/# /'
exit 1
