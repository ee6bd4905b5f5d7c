#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# coverage.sh - run what reads and writes windows on this machine, and count lines.
#
# BUILD is a build folder with --coverage in its flags; TESTS names the unit tests.
# Writes BUILD/uncovered.txt: the lines that nothing reached. Fails when the reader or
# the writer is covered by less than 95 percent. Tests that fail are said, and it goes on:
# code that counts is longer and slower than what they are made for, and make check
# is their judge.

set -u
export LC_ALL=C
root=$(cd "$(dirname "$0")/../.." && pwd)
BUILD=$(cd "$BUILD" && pwd)
export BUILD
cd "$root" || exit 1

find "$BUILD" -name '*.gcda' -exec rm -f {} +
set --
for test in $TESTS; do
	set -- "$@" "$BUILD/unit/$test"
done
# No virtual machines; and no writers that are killed, for they count nothing.
for script in tests/cli/*_test.sh tests/format/*_test.sh tests/golden/*_test.sh \
	tests/biterr/*_test.sh; do
	set -- "$@" "$script"
done
# What they link with the library needs what counts in there.
printf '#!/bin/sh\nexec %s "$@" -lgcov\n' "${CC:-gcc}" >"$BUILD/cc"
chmod +x "$BUILD/cc"
CC=$BUILD/cc tests/run.sh "$@" >"$BUILD/coverage.out"
cat "$BUILD/coverage.out"
tail -n 1 "$BUILD/coverage.out" | grep -q ' 0 failed' ||
	echo "coverage.sh: what follows is of tests some of which failed" >&2
PYTHONDONTWRITEBYTECODE=1 python3 tests/coverage/coverage.py "$root" "$BUILD"
