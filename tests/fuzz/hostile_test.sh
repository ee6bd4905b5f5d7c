#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Windows that were made to take long: four times the bytes take at most eight times
# the time, and none takes for ever. Processor time, the best of three.

# shellcheck disable=SC2317 # functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
hostile=$BUILD/fuzz/hostile
[ -x "$hostile" ] || skip "hostile: $hostile is not built"

small=$((1 << 20))
large=$((4 << 20))
runs=3
[ -z "${PLOG_LONG:-}" ] || large=$((8 << 20)) small=$((2 << 20)) runs=5
most=30 # seconds for the large one, everything together
floor=40000 # us: below that a factor says nothing

# SHAPE: prints "OPEN READ ATTACH" of both sizes in one line.
both_sizes() {
	"$hostile" "$1" "$small" "$runs" && "$hostile" "$1" "$large" "$runs"
}

judge() {
	awk -v floor="$floor" -v most="$most" -v what="$1" '
		NR == 1 { size = $2; for (i = 3; i <= 5; i++) t[i] = $i; next }
		{
			name[3] = "open"; name[4] = "read"; name[5] = "attach"
			line = ""
			for (i = 3; i <= 5; i++) {
				sum += $i
				line = line sprintf(", %s %.1f ms (%.2f ns a byte)", name[i],
						    $i / 1000, $i * 1000 / $2)
				if ($i > floor && $i > 8 * t[i]) {
					printf "# %s: %s takes %d us, but %d of a quarter\n",
						what, name[i], $i, t[i]
					bad = 1
				}
			}
			printf "# %s, %d KiB, %d records%s\n", what, $2 / 1024, $6, line
			if (sum > most * 1000000) bad = 1
		}
		END { exit bad || NR != 2 }'
}

linear() {
	both_sizes "$1" | judge "$1"
}

for shape in $("$hostile" list); do
	check "hostile $shape: linear" linear "$shape"
done
exit $failed
