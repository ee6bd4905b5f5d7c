/* SPDX-License-Identifier: BSD-2-Clause */
/* --- attach --- */

/* Of boot x, the chunks with the latest ends, at most @want. */
inline protect_newest()
{
	do
	:: x && want && budget ->
		best = NONE;
		for (i : 0 .. N - 1) {
			if
			:: slot_boot[i] == x && !slot_protected[i] &&
			   (best == NONE || slot_end[i] > slot_end[best]) -> best = i
			:: else
			fi
		}
		if
		:: best == NONE -> break
		:: else -> slot_protected[best] = 1; want--; budget--
		fi
	:: else -> break
	od
}

/* Boots 1 and 2 at most came before, both by a crash. */
inline protect()
{
	budget = 0;
	if
	:: N > NEEDED -> budget = N - NEEDED; if :: budget > N / 2 -> budget = N / 2 :: else fi
	:: else
	fi;
	most = budget;
	if
	:: boot == 3 -> x = 1; want = (most + 3) / 4; protect_newest()
	:: else
	fi;
	x = boot - 1; want = budget; protect_newest();
	x = 1; want = budget; protect_newest()
}

/*
 * The time of the last record that can be read, behind damage too, or else of the
 * lease. The mutant ends at the first that is not valid, as plog_chunk_walk() does.
 */
inline end_survey()
{
	slot_end[j] = head_base[j];
	for (i : 0 .. K - 1) {
		u = j * K + i;
		if
		:: VALID(u, head_gen[j]) -> MAX(slot_end[j], rec_time[word0[u]])
#ifdef MUTANT_WALK_STOPS
		:: else -> break
#else
		:: else
#endif
		fi
	}
}

/* What the exceptions cost: the notes in the head, and the chunk's records. */
inline excuse()
{
	if
	:: head_gen[j] == BAD && !STRICT ->
		MAX(excused[head_boot[j]], head_until[j]);
		MAX(excused[head_whose[j]], head_other[j])
	:: else
	fi;
	head_gen[j] = 0;
	for (i : 0 .. IDS - 1) {
		if
		:: logged[i] == 2 && AT(rec_gen[i]) == j -> logged[i] = 1
		:: else
		fi
	}
}

inline survey()
{
	for (j : 0 .. N - 1) {
		slot_boot[j] = 0; slot_end[j] = 0; slot_until[j] = 0; slot_other[j] = 0;
		slot_whose[j] = 0; slot_seed[j] = 0; slot_protected[j] = 0;
		lease_gen[j] = 0; lease_lane[j] = 0;
		if
		:: HEAD(j) ->
			slot_boot[j] = head_boot[j]; slot_until[j] = head_until[j];
			slot_other[j] = head_other[j]; slot_whose[j] = head_whose[j];
			end_survey();
			MAX(most, head_gen[j])
		:: else ->
			best = LAPS_UNSEEN * (boot > 1);
			excuse()
		fi
	}
}

inline losses_note()
{
	for (j : 0 .. N - 1) {
		MAX(state_until[slot_boot[j]], slot_until[j]);
		MAX(state_until[slot_whose[j]], slot_other[j])
	}
	state_until[0] = 0
}

inline attach()
{
	boot++;
	best = 0;
	most = first_gen;
	survey();
	next_gen = most + 1 + (LAPS + best) * N;
	assert(next_gen < BAD - 3 * N);
	first_gen = next_gen;
	losses_note();
	for (j : 0 .. L - 1) {
		cursor_gen[j] = 0; cursor_off[j] = 0; pending[j] = 0; lock[j] = 0; busy[j] = 0;
	}
	protect();
	i = 0; j = 0; g = 0; u = 0; x = 0; best = 0; most = 0; budget = 0; want = 0
}

/* Chunk j as boot 1 left it, complete and full. */
inline fill()
{
	for (j : 0 .. N - 1) {
		now++;
		head_gen[j] = j + N; head_boot[j] = 1; head_base[j] = now; leased[j] = j + N;
		for (i : 0 .. K - 1) {
			u = j * K + i;
			now++;
			word0[u] = u; word1[u] = u; gen0[u] = j + N; gen1[u] = j + N;
			logged[u] = 2; rec_time[u] = now; rec_boot[u] = 1; rec_gen[u] = j + N;
		}
	}
	/* Two lanes were slow. */
	rec_time[K - 1] = now + 1; rec_time[2 * K - 1] = now + 2;
	now = now + 2;
	boot = 1
}
