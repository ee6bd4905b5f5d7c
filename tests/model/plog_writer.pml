/* SPDX-License-Identifier: BSD-2-Clause */
/* --- writers --- */

/*
 * In front of each step: the machine may have been reset, the writer may be killed
 * here. Not between steps that only the writer itself can see.
 */
#define ALIVE \
	if \
	:: boot != my -> goto reset \
	:: boot == my && kills -> kills--; goto killed \
	:: boot == my \
	fi

#define NAMED(gen) (pending[word_lane] == (gen) || cursor_gen[word_lane] == (gen))

#ifdef COARSE
#define BEGIN	atomic { ALIVE; skip;
#define STEP	skip; {
#define LOAD	skip; {
#define END	}
#else
#define BEGIN	{ skip;
#define STEP	atomic { ALIVE;
#define LOAD	atomic { if :: boot != my -> goto reset :: else fi;
#define END	}
#endif

/* The window's chunk c is the lane's from here on. */
inline lease_check(c)
{
	d_step {
		assert(!slot_protected[c]);
		assert(gen > leased[c] || (again && gen == leased[c]));
		for (i : 0 .. L - 1) {
			assert(!cursor_gen[i] || AT(cursor_gen[i]) != c);
			assert(i == lane || !pending[i] || AT(pending[i]) != c ||
			       lease_gen[c] != pending[i] || lease_lane[c] != i);
		}
		leased[c] = gen;
		i = 0
	}
}

inline head_make(c)
{
	d_step {
#if LATE
		if
		:: HEAD(c) ->
			old_gen[c] = head_gen[c]; old_boot[c] = head_boot[c];
			old_base[c] = head_base[c]; old_until[c] = head_until[c];
			old_other[c] = head_other[c]; old_whose[c] = head_whose[c]
		:: else
		fi;
#endif
		/* The other fields stay for since_read(), which else would not look at them. */
		head_gen[c] = BAD
	}
}

inline head_finish(c)
{
	d_step {
		head_gen[c] = gen; head_boot[c] = my; head_base[c] = instant; head_until[c] = 0;
		head_other[c] = 0; head_whose[c] = 0;
		if
		:: slot_boot[c] == my ->
#ifndef MUTANT_LOST_UNTIL
			head_until[c] = slot_end[c];
#endif
#ifndef MUTANT_NOT_CARRIED
			head_whose[c] = slot_whose[c]; head_other[c] = slot_other[c];
#endif
			skip
		:: slot_boot[c] != my && slot_boot[c] ->
#ifndef MUTANT_LOST_OTHER
			head_whose[c] = slot_boot[c]; head_other[c] = slot_end[c];
#endif
			skip
		:: else
		fi
	}
}

proctype writer(byte t, fixed)
{
	byte my, r, id, lane, cur_gen, cur_off, seed, gen, word_gen, word_lane, instant, tries;
	bit again, longer, cpu, inside;

#ifdef SERIAL
	fixed < NONE || done == t;
#endif
begin:
	atomic {
		my = boot;
next:		id = 0; lane = 0; cur_gen = 0; cur_off = 0; seed = 0; gen = 0; word_gen = 0;
		word_lane = 0; instant = 0; tries = 0; again = 0; longer = 0; cpu = 0; inside = 0;
		if
		:: r >= QUOTA -> goto finished
		:: fixed < NONE && r -> goto finished
		:: else
		fi;
		if
		:: fixed == NONE -> id = ID(t, r)
		:: else -> id = ID(W, fixed)
		fi;
		longer = LONG && (id & 1)
	};
choose:
	atomic {
		cur_gen = 0; cur_off = 0; seed = 0; gen = 0;
		if
		:: fixed < NONE -> lane = fixed
#ifdef PINNED
		:: fixed == NONE -> lane = t % L
#else
		:: fixed == NONE && LC > 0 -> lane = 0
		:: fixed == NONE && LC > 1 -> lane = 1
		:: fixed == NONE && LC == 0 -> goto shared
#endif
		fi;
		if
		:: lane < LC -> cpu = 1
		:: else -> goto shared_this
		fi
	};

	/* plog_lane_cpu_put() */
	LOAD
#ifdef MUTANT_SLOT_BEFORE_CURSOR
		/* LMM(lane_cpu_put:A) broken: a slot that was read ahead of the cursor */
		gen = AT(cursor_gen[lane] + 1); seed = slot_seed[gen]
	END;
	LOAD
#endif
		cur_gen = cursor_gen[lane]; cur_off = cursor_off[lane]	/* LMM(lane_cpu_put:A) */
	END;
	if
	:: !cur_gen || cur_off + 1 + longer > K -> goto lock_cpu
	:: else
	fi;
	STEP
#ifdef MUTANT_SLOT_BEFORE_CURSOR
		if :: gen == AT(cur_gen) -> skip :: else -> seed = slot_seed[AT(cur_gen)] fi;
		gen = 0;
#else
		seed = slot_seed[AT(cur_gen)];
#endif
		now++; rec_time[id] = now; rec_boot[id] = my; instant = 0
	END;
	/* The restartable sequence */
	atomic {
		!busy[lane] || boot != my;
		ALIVE;
		if
#ifdef MUTANT_CURSOR_WITHOUT_GEN
		:: cursor_off[lane] == cur_off && cursor_gen[lane] -> busy[lane] = 1; inside = 1
#else
		:: cursor_gen[lane] == cur_gen && cursor_off[lane] == cur_off ->
			busy[lane] = 1; inside = 1
#endif
		:: else -> goto choose
		fi
	};
	goto put;

lock_cpu:	/* cpu_lease() */
	atomic {
		lock[lane] == 0 || lock[lane] == DIED || boot != my;
		ALIVE;
		lock[lane] = t + 1;
	};
	LOAD
		if
		:: cursor_gen[lane] == cur_gen && cursor_off[lane] == cur_off -> skip
		:: else -> goto unlock_cpu
		fi
	END;
	LOAD
		now++; instant = now
	END;
	goto lease;

unlock_cpu:
	STEP
		lock[lane] = 0; instant = 0; tries = 0; word_gen = 0; word_lane = 0;
		goto choose
	END;

shared:		/* plog_lane_shared_put(): any lane that is free */
	atomic {
		if
#ifdef MUTANT_NO_LOCK
		:: lane = LC
#endif
		:: lock[LC] == 0 || lock[LC] == DIED -> lane = LC
		:: LS > 1 && (lock[L - 1] == 0 || lock[L - 1] == DIED) -> lane = L - 1
		:: boot != my -> goto reset
		fi;
		ALIVE;
		lock[lane] = t + 1	/* LMM(lane_take:A) */
	};
	goto append;
shared_this:
	atomic {
		lock[lane] == 0 || lock[lane] == DIED || boot != my;
		ALIVE;
		lock[lane] = t + 1
	};
append:		/* lane_append(); nobody else changes this cursor */
	cpu = 0;
	cur_gen = cursor_gen[lane]; cur_off = cursor_off[lane];
	if
	:: !cur_gen || cur_off + 1 + longer > K -> now++; instant = now; goto lease
	:: else
	fi;
	STEP
		seed = slot_seed[AT(cur_gen)];
		now++; rec_time[id] = now; rec_boot[id] = my; instant = 0
	END;

put:		/* plog_put(), in the sequence or under the lock */
#ifdef MUTANT_COMMIT_BEFORE_PUT
	/* LMM(rseq_commit:A), LMM(lane_append:A) broken */
	STEP
		cursor_off[lane] = cur_off + 1 + longer
	END;
#endif
#ifdef MUTANT_UNLOCK_BEFORE_COMMIT
	/* LMM(plog_lane_shared_put:A) broken */
	STEP
		if :: !cpu -> lock[lane] = 0 :: else fi
	END;
#endif
	atomic {
		ALIVE;
		if
		:: cpu && aborts -> aborts--; goto aborted
		:: true
		fi;
		word0[AT(cur_gen) * K + cur_off] = id; gen0[AT(cur_gen) * K + cur_off] = seed;
		logged[id] = 1;
		check()
	};
	atomic {
		ALIVE;
		if
		:: cpu && aborts -> aborts--; goto aborted
		:: true
		fi;
		word1[AT(cur_gen) * K + cur_off] = id; gen1[AT(cur_gen) * K + cur_off] = seed;
		check()
	};
	atomic {
		ALIVE;
		if
		:: cpu && aborts -> aborts--; goto aborted
		:: true
		fi;
		cursor_off[lane] = cur_off + 1 + longer;
		logged[id] = 2; rec_gen[id] = cur_gen;
		busy[lane] = 0; inside = 0;
		check();
		r++;
		if
		:: cpu -> goto next
		:: else
		fi
	};
	STEP
#ifndef MUTANT_UNLOCK_BEFORE_COMMIT
		lock[lane] = 0;		/* LMM(plog_lane_shared_put:A) */
#endif
		goto next
	END;

aborted:
	atomic {
		busy[lane] = 0; inside = 0;
		if
		:: goto choose
		:: LS && fixed == NONE -> goto shared
		fi
	};

lease:		/* plog_lease(); cur_gen is the generation that the lane holds */
	BEGIN
	do
	:: tries < 2 * N + L ->
		tries++;
		STEP
			gen = pending[lane];
			again = gen && gen != cur_gen;
			if
			:: again -> skip
			:: else -> gen = next_gen; next_gen++	/* gen_next() */
			fi
		END;
		if
		:: again
		:: else ->
			LOAD
				word_gen = lease_gen[AT(gen)]; word_lane = lease_lane[AT(gen)];
#ifndef MUTANT_PROTECTION_IGNORED
				if
				:: slot_protected[AT(gen)] -> word_gen = NONE
				:: else
				fi
#endif
			END;
			/* chunk_in_use(): a chunk that is busy now is passed by */
#ifdef MUTANT_IN_USE_IGNORED
			if :: word_gen < NONE -> word_gen = 0 :: else fi;
#endif
			if
			:: word_gen == NONE -> goto lease
			:: word_gen && word_gen < NONE ->
				LOAD
					if
					:: pending[word_lane] == word_gen -> goto lease
					:: else
					fi
				END;
				LOAD
					if
					:: cursor_gen[word_lane] == word_gen -> goto lease
					:: else
					fi
				END
			:: else
			fi;
#ifndef MUTANT_INTENT_AFTER_LEASE
			STEP
				pending[lane] = gen	/* LMM(plog_lease:A) */
			END
#endif
		fi;
take:		/* chunk_take() */
		LOAD
			word_gen = lease_gen[AT(gen)]; word_lane = lease_lane[AT(gen)]
		END;
		if
		:: word_gen == gen && word_lane == lane -> goto open
		:: word_gen > gen -> goto give_up
		:: else
		fi;
#ifndef MUTANT_IN_USE_IGNORED
		if
		:: word_gen ->
			LOAD
				if
				:: pending[word_lane] == word_gen -> goto give_up
				:: else
				fi
			END;
			LOAD
				if
				:: cursor_gen[word_lane] == word_gen -> goto give_up
				:: else
				fi
			END
		:: else
		fi;
#endif
		STEP
			if
			:: lease_gen[AT(gen)] == word_gen && lease_lane[AT(gen)] == word_lane ->
				lease_check(AT(gen));
				lease_gen[AT(gen)] = gen; lease_lane[AT(gen)] = lane;
				goto open	/* LMM(plog_lease:B) */
			:: else -> goto take
			fi
		END;
give_up:
		STEP
			pending[lane] = cur_gen
		END
	:: else -> assert(false)	/* -ENOSPC */
	od;

open:		/* chunk_open() */
	word_gen = 0; word_lane = 0; tries = 0;
#ifdef MUTANT_INTENT_AFTER_LEASE
	STEP
		pending[lane] = gen	/* LMM(plog_lease:A) broken */
	END;
#endif
#ifdef MUTANT_PUBLISH_FIRST
	/* LMM(plog_lease:C) broken */
	STEP
		cursor_gen[lane] = gen; cursor_off[lane] = 0
	END;
#endif
	if
#ifndef MUTANT_HEAD_MADE_AGAIN
	:: again && head_gen[AT(gen)] == gen && head_boot[AT(gen)] == my
#endif
	:: else ->
		STEP
			head_make(AT(gen))
		END;
		STEP
			head_finish(AT(gen));
			check()
		END
	fi;
	STEP	/* slot_fill() */
		slot_seed[AT(gen)] = gen; slot_until[AT(gen)] = head_until[AT(gen)]
	END;
	STEP
		slot_other[AT(gen)] = head_other[AT(gen)]; slot_whose[AT(gen)] = head_whose[AT(gen)];
		slot_boot[AT(gen)] = my
	END;
	STEP
		slot_end[AT(gen)] = 0
	END;
	STEP	/* chunk_close() */
		if
		:: cur_gen -> slot_end[AT(cur_gen)] = instant
		:: else
		fi
	END;
	END;
	/* cursor_publish(): on a CPU's lane a sequence; else LMM(plog_lease:C) */
	atomic {
		!cpu || !busy[lane] || boot != my;
		ALIVE;
		if
#ifdef MUTANT_PUBLISH_BLINDLY
		:: false
#else
		:: cpu && (cursor_gen[lane] != cur_gen || cursor_off[lane] != cur_off) ->
			goto unlock_cpu
#endif
		:: else
		fi;
		if
		:: cpu && aborts -> aborts--; goto unlock_cpu
		:: true
		fi;
		cursor_gen[lane] = gen; cursor_off[lane] = 0;
		gen = 0; again = 0; instant = 0;
		check();
		if
		:: cpu -> goto unlock_cpu
		:: else -> goto append
		fi
	};

reset:
	atomic {
		/* The record under way is lost, as far as nobody finds it. */
		if :: r < QUOTA && fixed == NONE -> r++ :: else fi;
		goto begin
	};

killed:
	atomic {
#ifndef MUTANT_LOCK_NOT_ROBUST
		for (i : 0 .. L - 1) {
			if
			:: lock[i] == t + 1 -> lock[i] = DIED
			:: else
			fi
		}
		i = 0;
#endif
		if
		:: inside -> busy[lane] = 0
		:: else
		fi
	};
finished:
	atomic {
		id = 0; lane = 0; cur_gen = 0; cur_off = 0; seed = 0; gen = 0; word_gen = 0; r = 0;
		word_lane = 0; instant = 0; tries = 0; again = 0; longer = 0; cpu = 0; inside = 0;
		my = 0;
		done++
	}
}
