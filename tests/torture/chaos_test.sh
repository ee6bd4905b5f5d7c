#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# chaos_test.sh - writers that are killed, stopped, moved, interrupted and forked
# at random lose nothing, and wedge nobody; chaos.c says how.
#
# shellcheck disable=SC2317 # most functions are called through check
#
# KILL_SEED=N repeats the blows of a run; PLOG_LONG=1 makes 10^5 kills of it.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
chaos=$BUILD/guest/chaos
seed=${KILL_SEED:-$(date +%s)}
times=1
patience=300
[ -z "${PLOG_LONG:-}" ] || times=20 patience=3000
unset PLOG_WINDOW PLOG_LEVEL PLOG_LANES

if [ ! -x "$chaos" ] || [ ! -x "$BUILD/plogctl" ]; then
	skip "chaos: $chaos is not built"
fi
scratch chaos
# Windows are overwritten at full speed: not on a disk.
[ "$(df -k /dev/shm | awk 'END { print $4 }')" -ge 60000 ] || skip "chaos: no room in /dev/shm"
mem=$(mktemp -d /dev/shm/plog-chaos.XXXXXX) || skip "chaos: /dev/shm is not for us"
finish() {
	if [ -e "$mem/w" ]; then
		key=$(stat -c %D "$mem/w")-$(printf '%x' "$(stat -c %i "$mem/w")")
		rm -f "/dev/shm/plog-ctl-$key"
		[ "$failed" -eq 0 ] || cp "$mem/w" "$dir/window"
	fi
	rm -rf "$mem"
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

# chaos_run LANES SIZE KILLS ARGUMENTS...; LANES is cpu or shared
chaos_run() {
	lanes=$1
	size=$2
	kills=$3
	shift 3
	PLOG_LANES=$lanes timeout -k 5 "$patience" "$chaos" --window "$mem/w" --size "$size" \
		--kills $((kills * times)) --seed "$seed" --plogctl "$BUILD/plogctl" "$@" >"$dir/out" 2>&1
	code=$?
	sed 's/^# /# '"$lanes"': /' "$dir/out"
	if [ "$lanes" = cpu ] && grep -q '; 0 lanes of CPUs' "$dir/out"; then
		echo "skip chaos: no restartable sequences here, all went through shared lanes"
	fi
	[ "$code" -eq 0 ]
}

echo "# KILL_SEED=$seed"
for lanes in cpu shared; do
	check "chaos, $lanes lanes: nothing is overwritten, nothing is missing" \
		chaos_run "$lanes" 33554432 500 --wide
	check "chaos, $lanes lanes: a window that is overwritten in a second" \
		chaos_run "$lanes" 2097152 1000
	check "chaos, $lanes lanes: a window that is overwritten all the time" \
		chaos_run "$lanes" 262144 1100
done
exit "$failed"
