#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# biterr_test.sh - random damage to windows, and what the reader makes of it.
#
# Bits that flip, decay one way or hang, lines and pages that are overwritten, lost
# superblocks and heads, and each pair of parts of a record. What comes back is held
# against all that was ever logged. A few windows again under the sanitizers.
#
# BITERR_SEED=N takes other windows and other damage; PLOG_LONG=1 takes many.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
effort=quick
[ -z "${PLOG_LONG:-}" ] || effort=long
seed=${BITERR_SEED:-1}

[ -x "$BUILD/biterr" ] || skip "biterr: not built"
echo "# seed $seed"
"$BUILD/biterr" "$effort" "$seed" || failed=1
if [ -x "$BUILD/asan/biterr" ]; then
	scratch biterr
	trap scratch_done EXIT
	brief() {
		"$BUILD/asan/biterr" brief "$seed" >"$dir/out" 2>&1
		ret=$?
		# A verdict of few windows is none; that it came to an end is one.
		[ $ret -le 1 ] && grep -q 'all heads: ' "$dir/out" || {
			sed 's/^/# /' "$dir/out"
			return 1
		}
	}
	check "biterr under the sanitizers" brief
fi
exit "$failed"
