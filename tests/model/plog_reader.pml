/* SPDX-License-Identifier: BSD-2-Clause */
/* --- the reader --- */

/* The generation to read chunk j in: its head's, else its records' newest. */
inline chunk_gen()
{
	g = head_gen[j];
	if
	:: !HEAD(j) ->
		g = 0;
		for (i : 0 .. K - 1) {
			u = j * K + i;
			if
			:: gen0[u] > g && gen0[u] < BAD && VALID(u, gen0[u]) -> g = gen0[u]
			:: else
			fi
		}
	:: else
	fi
}

inline since_read()
{
	for (j : 0 .. BOOTS - 1) {
		since[j] = state_until[j];
		MAX(since[j], excused[j])
	}
	for (j : 0 .. N - 1) {
		if
		:: HEAD(j) || (head_gen[j] == BAD && !STRICT) ->
			MAX(since[head_boot[j]], head_until[j]);
			MAX(since[head_whose[j]], head_other[j])
		:: else
		fi
	}
}

inline records_read()
{
	for (i : 0 .. IDS - 1) {
		found[i] = 0;
	}
	for (j : 0 .. N - 1) {
		chunk_gen();
		for (i : 0 .. K - 1) {
			u = j * K + i;
			if
			:: g && VALID(u, g) ->
				assert(logged[word0[u]]);	/* no phantom */
				assert(!HEAD(j) || rec_boot[word0[u]] == head_boot[j]);
				found[word0[u]] = 1
			:: else
			fi
		}
	}
}

inline cursors_check()
{
	for (j : 0 .. L - 1) {
		if
		:: cursor_gen[j] ->
			x = 0;
			do
			:: x < cursor_off[j] ->
				u = AT(cursor_gen[j]) * K + x;
				assert(VALID(u, cursor_gen[j]));	/* whole */
				x = x + 1 + (LONG && (word0[u] & 1))
			:: else -> break
			od
		:: else
		fi
	}
}

inline check()
{
	d_step {
		since_read();
		records_read();
		for (i : 0 .. IDS - 1) {
			if
			:: logged[i] == 2 && !found[i] ->
				assert(leased[AT(rec_gen[i])] > rec_gen[i]);	/* not lost */
				assert(rec_time[i] <= since[rec_boot[i]])	/* and told */
			:: else
			fi
		}
		cursors_check();
		i = 0; j = 0; g = 0; u = 0; x = 0
	}
}
