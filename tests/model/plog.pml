/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Lanes, leases and protection, for Spin.
 *
 * What is modelled, step by step: a shared access of the code is a step of the
 * model, and a writer may be killed, or the machine reset, between any two.
 *
 *   plog_lease()		core/lease.c: gen_next(), chunk_in_use(), chunk_take(),
 *				head_make(), slot_fill(), chunk_close(), cursor_publish()
 *   plog_lane_cpu_put()	lane_cpu.c: cursor, slot, restartable sequence (check,
 *				copy in two halves, commit), cpu_lease()
 *   plog_lane_shared_put()	lane_shared.c: lock, append, commit, unlock
 *   locks			taken at once or not; a dead holder's is taken over
 *				(lock.c as seen from outside)
 *   plog_attach()		in one step: survey of heads and records, losses noted,
 *				protection (core/protect.c), jump of the generation
 *   reader			format.md 7, 8, 10, 11: heads, chunks without a head,
 *				records, complete since
 *
 * A record is two words that a copy stores one after the other; each names the
 * record and the generation it was sealed for. Words that do not belong together,
 * or to another generation, are no record: that is what the CRC is for.
 *
 * Two losses may not be told, and are excused: of a chunk whose head cannot be read when
 * it is leased in a later boot (format.md 10), and what a head had noted that was being
 * rewritten at the very instant of the reset. STRICT=1 does not excuse the second.
 *
 * Three things stand for more than they are. A thread reads some CPU's cursor and
 * may enter a sequence on that CPU if nobody is in one there: where it runs is its
 * scheduler's choice, so any CPU, and an abort stands for preemption, migration and
 * signals. The order in which shared lanes are tried is left open. A writer that
 * finds no lane waits where the code drops the record, so that a lane that stays
 * locked for ever shows as a deadlock.
 *
 * What is checked at each store to the window, and at the end:
 *
 *   - a chunk is not leased while another lane has it, or its own lane is in it;
 *   - nor when it is protected, nor in a generation that it ever had;
 *   - what a reader finds was logged, and in the boot that its chunk says;
 *   - a committed record is found, unless its chunk was leased again;
 *   - one that is not found is not newer than "complete since" of its boot;
 *   - what is behind a cursor is whole, in that cursor's generation;
 *   - a lease finds a chunk; when all writers are done or dead each lane can be
 *     taken, and a record logged on it; nobody waits for ever.
 *
 * Not modelled: weak memory. Spin executes in program order, as far as stores go
 * x86's. Where the ordering table in liblog/lane.c says that Arm needs more, a
 * mutant does what would happen without: it stores or loads in the wrong order.
 * LMM(lane_after:A), which is about store buffers and the sweep, is not in it.
 * Nor: signals (a handler is another writer here, one more than what it
 * interrupts), pid namespaces of frail locks, the robust list itself, the
 * dictionary, a boot that attaches twice, bit errors. Spin looks at all
 * interleavings of the instances that model_test.sh names, and at no others.
 *
 * An instance is: N chunks of K units, LC lanes of CPUs, LS shared ones, W writers
 * of R records each (R1: all but the first), KILLS, ABORTS, RESETS; LONG: of each two
 * records one takes two units; FULL: boot 1 has filled the window; LATE: at the reset the head of any
 * chunk may be the one before; TORN: and any one record may be lost.
 */
#ifndef R1
#define R1 R
#endif
#ifndef LATE
#define LATE 0
#endif
#ifndef TORN
#define TORN 0
#endif
#ifndef FULL
#define FULL 0
#endif
#ifndef LONG
#define LONG 0
#endif
#ifndef STRICT
#define STRICT 0
#endif

#define L	(LC + LS)
#define IDS	(N * K * FULL + W * R + L)	/* records in all */
#define ID(t, r) (N * K * FULL + (t) * R + (r))
#define QUOTA	(t -> R1 : R)
#define NONE	255
#define BAD	254	/* the generation of a head or word that is being written */
#define DIED	200	/* FUTEX_OWNER_DIED */
#define AT(gen)	((gen) % N)
#define NEEDED	(2 * L + 2)
#define LAPS_UNSEEN 2	/* stands for 65536 */
#define BOOTS	4

#ifdef MUTANT_JUMP_ONE_LAP
#define LAPS 1
#else
#define LAPS 2
#endif

/* --- the control plane --- */
byte next_gen;
byte cursor_gen[L], cursor_off[L], pending[L], lock[L];
bit busy[L];			/* somebody is in a restartable sequence there */
byte lease_gen[N], lease_lane[N];
byte slot_seed[N], slot_boot[N], slot_end[N], slot_until[N], slot_other[N], slot_whose[N];
bit slot_protected[N];

/* --- the window --- */
byte head_gen[N], head_boot[N], head_base[N], head_until[N], head_other[N], head_whose[N];
byte word0[N * K], gen0[N * K], word1[N * K], gen1[N * K];
byte state_until[BOOTS], first_gen;
#if LATE
byte old_gen[N], old_boot[N], old_base[N], old_until[N], old_other[N], old_whose[N];
#endif

/* --- the machine, and what really happened --- */
byte boot, now = 1, kills = KILLS, aborts = ABORTS, resets = RESETS, done;
byte excused[BOOTS];		/* losses that a head noted which was being rewritten */
byte leased[N];			/* newest generation that the chunk ever had */
byte logged[IDS];		/* 1: sealed; 2: committed */
byte rec_time[IDS], rec_boot[IDS], rec_gen[IDS];

hidden byte i, j, g, u, x, best, most, budget, want, since[BOOTS];
hidden byte found[IDS];

#define VALID(u, g) (gen0[u] == (g) && gen1[u] == (g) && word0[u] == word1[u])
#define HEAD(c)	(head_gen[c] != 0 && head_gen[c] != BAD)
#define MAX(a, b) if :: (b) > (a) -> a = b :: else fi

#include "plog_reader.pml"
#include "plog_attach.pml"
#include "plog_writer.pml"

/* --- the machine --- */

#if LATE
/* The chunk's newest head had not reached memory; the one before is still there. */
inline head_revert()
{
	d_step {
		head_gen[w] = old_gen[w]; head_boot[w] = old_boot[w]; head_base[w] = old_base[w];
		head_until[w] = old_until[w]; head_other[w] = old_other[w];
		head_whose[w] = old_whose[w];
		/* What it held can be found or not; nothing is promised. */
		for (i : 0 .. IDS - 1) {
			if
			:: logged[i] == 2 && AT(rec_gen[i]) == w -> logged[i] = 1
			:: else
			fi
		}
		i = 0
	}
}
#endif

init
{
	byte w;

	atomic {
		d_step {
#if FULL
			fill();
#endif
			attach();
			check()
		};
		for (w : 0 .. W - 1) {
			run writer(w, NONE);
		}
		w = 0
	};
	do
	:: done == W -> break
#if RESETS
	:: atomic {
		resets -> resets--;
#if LATE
		w = 0;
		do
		:: w < N ->
			if
			:: old_gen[w] && head_boot[w] == boot -> head_revert()
			:: true
			fi;
			w++
		:: else -> break
		od;
#endif
#if TORN
		/* One record has not reached memory. */
		w = 0;
		do
		:: w < N * K ->
			if
			:: gen1[w] && HEAD(w / K) && VALID(w, head_gen[w / K]) ->
				logged[word1[w]] = 1; gen1[w] = BAD; break
			:: true
			fi;
			w++
		:: else -> break
		od;
#endif
		w = 0;
		d_step {
			attach();
			check();
			/* Spin counts generations in a byte; time, too. */
			assert(now < 200)
		}
	   }
#endif
	od;
	/* Nobody is left: each lane can be taken, and goes on. */
	atomic {
		kills = 0; aborts = 0; resets = 0; w = 0
	};
	do
	:: w < L ->
		assert(lock[w] == 0 || lock[w] == DIED);
		run writer(W + w, w);
		done == W + w + 1;
		w++
	:: else -> break
	od;
	d_step {
		check()
	}
}
