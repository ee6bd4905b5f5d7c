#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# model_test.sh - Spin looks at all interleavings of lanes, leases and resets.
#
# With PLOG_LONG=1 all instances of plog.pml are searched, completely, and each mutant
# has to be found; a mutant breaks one check or one order of the code. Without, the
# smallest instance and one mutant. What the model is, and what it is not, is in its
# head. Spin's own counts of states are printed.

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"

command -v spin >/dev/null || skip "model: no spin; scripts/deps.sh model installs it"
scratch model
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

# An instance: chunks, units, lanes of CPUs, shared lanes, writers, records, kills,
# aborts, resets, and what else.
instance() {
	set -- "$@" '' '' ''
	echo "-DN=$1 -DK=$2 -DLC=$3 -DLS=$4 -DW=$5 -DR=$6 -DKILLS=$7 -DABORTS=$8 -DRESETS=$9" \
		"${10} ${11} ${12}"
}
shared=$(instance 4 1 0 2 2 2 1 0 0 -DR1=1)	# two shared lanes, one writer killed
locks=$(instance 4 2 0 2 2 2 1 0 0 -DR1=1)	# the same, two records to a chunk
lapped=$(instance 4 1 0 2 2 5 0 0 0 -DR1=1 -DPINNED)	# one overtakes the other
cpu=$(instance 3 2 1 0 2 2 0 1 0 -DLONG)	# two threads on one CPU, one abort
cpus=$(instance 4 1 2 0 2 1 1 1 0)		# on two CPUs, one killed, one abort
mixed=$(instance 4 1 1 1 2 1 1 1 0)		# a CPU's lane and a shared one
reset=$(instance 3 1 0 1 2 2 1 0 1)		# a reset at any instant
torn=$(instance 5 2 0 1 2 1 1 0 1 -DFULL -DTORN)	# an old log, protected; a record lost
kept=$(instance 5 1 0 1 2 3 0 0 1 -DFULL)	# an old log, overwritten by two boots
late=$(instance 3 1 0 1 3 3 2 0 1 -DLATE -DSERIAL)	# heads that had not reached memory

effort=-O2

# searched FOLDER DEFINITIONS...: makes and runs the search; its report is FOLDER/report
searched() {
	at=$dir/$1
	shift
	mkdir -p "$at"
	(
		cd "$at" || exit 1
		spin -a "$@" "$root/tests/model/plog.pml" >spin.out 2>&1 &&
			${CC:-gcc} "$effort" -DSAFETY -w -o pan pan.c 2>cc.out || exit 1
		nice timeout -s INT "${PATIENCE:-300}" ./pan -m100000 -w24 >report 2>&1
	)
	[ -s "$at/report" ] || {
		sed 's/^/# /' "$at"/*.out
		return 1
	}
}

# All of it was looked at, and nothing found.
whole() {
	! grep -qE 'not completed|too small|out of memory|[Bb]it statespace|assertion violated' "$1" &&
		grep -q 'errors: 0' "$1" && grep -q 'Full statespace search' "$1"
}

# verified NAME DEFINITIONS...
verified() {
	name=$1
	shift
	if searched "$name" "$@" && whole "$at/report"; then
		echo "ok model: $name: $(awk '/states, stored/ { print $1 }' "$at/report") states, 0 errors"
		rm -rf "$at"
	else
		[ ! -e "$at/report" ] || grep -E 'pan:|errors|Warning' "$at/report" | sed 's/^/# /'
		check "model: $name: all of it is searched, without an error" false
	fi
}

# mutant NAME DEFINITIONS...: an assertion fails, or somebody waits for ever
mutant() {
	name=$1
	shift
	effort=-O0	# they are found within seconds
	check "mutant $name is found" found "$name" "$@"
	rm -rf "$at"
}

found() {
	name=$1
	shift
	searched "$name" "$@" "-DMUTANT_$name" &&
		grep -qE 'pan:1: (assertion violated|invalid end state)' "$at/report"
}

# The points of ordering that the model names are those of the code.
labels_exist() {
	labels=$(grep -ohE '(LMM|PMO)\([a-z0-9_]+:[A-Z]\)' "$root"/tests/model/*.pml | sort -u)
	[ -n "$labels" ] || return 1
	for label in $labels; do
		grep -rqF "$label" "$root/kmod" "$root/liblog" || {
			echo "# $label is not in the sources"
			return 1
		}
	done
}

check "the model's labels are those of the sources" labels_exist
# shellcheck disable=SC2046,SC2086 # definitions are words
if [ -z "${PLOG_LONG:-}" ]; then
	effort=-O0
	verified quick $(instance 4 1 0 2 2 1 1 0 0)
	mutant PUBLISH_FIRST $shared
	exit $failed
fi

# shellcheck disable=SC2086
all_verified() {
	verified shared $shared
	verified locks $locks
	verified lapped $lapped
	verified cpu $cpu
	verified cpus $cpus
	verified mixed $mixed
	verified reset $reset
	verified torn $torn
	verified kept $kept
	verified late $late
}

# shellcheck disable=SC2086
all_found() {
	mutant PUBLISH_FIRST $shared
	mutant LOCK_NOT_ROBUST $shared
	mutant IN_USE_IGNORED $shared
	mutant INTENT_AFTER_LEASE $lapped
	mutant NO_LOCK $locks
	mutant UNLOCK_BEFORE_COMMIT $locks
	mutant COMMIT_BEFORE_PUT $cpu
	mutant CURSOR_WITHOUT_GEN $cpu
	mutant SLOT_BEFORE_CURSOR $cpu
	mutant PUBLISH_BLINDLY $cpu
	mutant PROTECTION_IGNORED $kept
	mutant LOST_UNTIL $reset
	mutant HEAD_MADE_AGAIN $reset
	mutant LOST_OTHER $torn
	mutant NOT_CARRIED $kept
	mutant WALK_STOPS $torn
	mutant JUMP_ONE_LAP $late
}

all_verified
all_found
exit $failed
