// SPDX-License-Identifier: BSD-2-Clause
/* What a reset did to the pattern, what may have done it, and what follows for plog. */
#include <inttypes.h>

#include "qualify.h"

#define WINDOW_LEAST (64u << 10)

static const char *const names[QUALIFY_CAUSES] = {
	"moved",         "cleared",      "noise",          "power lost",     "overwritten",
	"pages cleared", "bits flipped", "caches dropped", "cleaning fails", "stray writes",
};

const char *qualify_cause_name(u32 bit)
{
	return names[bit];
}

static u64 blank_pages(const struct why_pages *pages)
{
	return pages->kind[WHY_ZEROS] + pages->kind[WHY_ONES];
}

/* Nothing is left: of what kind is nearly all that is there instead? */
static u32 cause_of_all(const struct why_pages *pages)
{
	u64 most = pages->bad - pages->bad / 20;

	if (blank_pages(pages) >= most)
		return QUALIFY_CLEARED;
	if (pages->kind[WHY_NOISE] >= most)
		return QUALIFY_NOISE;
	if (pages->kind[WHY_BIASED] + blank_pages(pages) >= most)
		return QUALIFY_POWER;
	return QUALIFY_OVERWRITTEN;
}

static u32 cause_of_pages(const struct why_pages *pages)
{
	u64 blank = blank_pages(pages);
	u32 causes = 0;

	if (!pages->bad)
		return 0;
	if (!pages->good)
		return cause_of_all(pages);
	if (blank)
		causes |= QUALIFY_WIPED;
	if (pages->bad > blank)
		causes |= QUALIFY_OVERWRITTEN;
	return causes;
}

u32 qualify_causes(const struct qualify_result *r)
{
	u32 causes = cause_of_pages(&r->pages);

	if (r->moved || r->shift)
		causes |= QUALIFY_MOVED;
	if (r->stray)
		causes |= QUALIFY_STRAY;
	if (r->count[QUALIFY_DIRTY].stale)
		causes |= QUALIFY_CACHE;
	if (r->count[QUALIFY_FENCED].stale || r->count[QUALIFY_CLEANED].stale)
		causes |= QUALIFY_CLEAN;
	if (r->bits.ones_lost || r->bits.zeros_lost)
		causes |= QUALIFY_FLIPPED;
	return causes;
}

static void explain_moved(const struct qualify_result *r, struct why_text *text)
{
	if (r->moved)
		plog_why_put(text,
			     "moved: the window was at 0x%" PRIx64 " when it was armed and is "
			     "at 0x%" PRIx64 " now%s\n",
			     r->phys, r->moved,
			     r->pages.good ? "; the pattern came along"
					   : "; use a fixed address, memmap= or a device tree, and "
					     "nokaslr with reserve_mem=");
	if (r->shift)
		plog_why_put(text,
			     "moved: the pattern is %" PRId64 " bytes from its place: memory "
			     "is mapped in another way after this reset\n",
			     r->shift);
}

static void explain_all(u32 causes, struct why_text *text)
{
	if (causes & QUALIFY_CLEARED)
		plog_why_put(
			text,
			"cleared: firmware or boot loader clear RAM at this reset; see "
			"\"memory test\", \"fast boot\", ECC and MemoryOverwriteRequestControl "
			"(plogctl doctor); nothing that software does helps otherwise\n");
	if (causes & QUALIFY_NOISE)
		plog_why_put(text, "noise: memory encryption or a scrambler with a new key after "
				   "this reset; turn it off (mem_encrypt=off, firmware setup)\n");
	if (causes & QUALIFY_POWER)
		plog_why_put(text, "power lost: RAM was without power or refresh; this reset is a "
				   "power cycle\n");
}

static void explain_cache(const struct qualify_result *r, u32 causes, struct why_text *text)
{
	const struct qualify_count *dirty = &r->count[QUALIFY_DIRTY];

	if (causes & QUALIFY_CLEAN)
		plog_why_put(text,
			     "cleaning fails: %" PRIu64 " lines that were cleaned are stale: "
			     "the clean does not reach memory on this board\n",
			     r->count[QUALIFY_FENCED].stale + r->count[QUALIFY_CLEANED].stale);
	else if (causes & QUALIFY_CACHE)
		plog_why_put(text,
			     "caches dropped: %" PRIu64 " of %" PRIu64 " lines that were not "
			     "cleaned are stale: this reset loses what is in the cache, up to 1 ms "
			     "of INFO and below\n",
			     dirty->stale, dirty->lines);
}

static void explain_kept(const struct qualify_result *r, u32 causes, struct why_text *text)
{
	if (!causes && r->pages.good)
		plog_why_put(text, "kept: every line is as it was last written\n");
	else if (!r->pages.good && !r->pages.bad)
		plog_why_put(text,
			     "nothing to judge: %" PRIu64 " pages of the pattern are in use by "
			     "plog again; check sooner after the reset\n",
			     r->reused);
}

static void advise_cache(const struct qualify_result *r, u32 causes, struct why_text *text)
{
	static const char *const caches[] = { "wb", "wc", "uc" };

	if (!r->pages.good)
		return;
	if (!(causes & QUALIFY_CLEAN))
		plog_why_put(text, "cache=%s: as it is\n", r->cache < 3 ? caches[r->cache] : "?");
	else if (r->cache == PLOG_CACHE_WB)
		plog_why_put(text, "cache=wc: what wb cleans is lost here\n");
	else
		plog_why_put(text, "cache=uc on x86; elsewhere another way to reserve, which maps "
				   "this memory uncached\n");
}

static void advise_window(const struct qualify_result *r, struct why_text *text)
{
	u64 from = r->best_off, len = r->best_len;

	if (!r->pages.bad)
		return;
	/* Whole 64 KiB, inside. */
	len -= len % PLOG_PAGE;
	if (len < WINDOW_LEAST)
		plog_why_put(text, "window: elsewhere; no 64 KiB of this one were left alone\n");
	else
		plog_why_put(text,
			     "window: the longest stretch that was left alone is %" PRIu64
			     " KiB at %s0x%" PRIx64 "\n",
			     len >> 10, r->phys ? "" : "offset ",
			     (r->moved ? r->moved : r->phys) + from);
}

void qualify_explain(const struct qualify_result *r, struct why_text *text)
{
	u32 causes = qualify_causes(r);

	explain_moved(r, text);
	explain_all(causes, text);
	if (causes & (QUALIFY_OVERWRITTEN | QUALIFY_WIPED))
		plog_why_say_pages(text, &r->pages);
	if (causes & QUALIFY_OVERWRITTEN)
		plog_why_put(text,
			     "overwritten: a boot loader, firmware or kernel uses this memory "
			     "while it starts; choose another range\n");
	else if (causes & QUALIFY_WIPED)
		plog_why_put(text, "pages cleared: somebody uses or clears a part of this range; "
				   "choose another one\n");
	if (causes & QUALIFY_STRAY)
		plog_why_put(text,
			     "stray writes: %" PRIu64 " lines are somebody else's: a device "
			     "that went on with DMA, or a boot loader's variables\n",
			     r->stray);
	explain_cache(r, causes, text);
	if (causes & QUALIFY_FLIPPED) {
		plog_why_put(text, "bits flipped: ");
		plog_why_say_rate(text, &r->bits, 0, 0, false);
		plog_why_put(text, "; plog repairs one or two in a record\n");
	}
	explain_kept(r, causes, text);
	advise_cache(r, causes, text);
	advise_window(r, text);
}
