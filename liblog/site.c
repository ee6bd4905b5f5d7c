// SPDX-License-Identifier: BSD-2-Clause
/*
 * Sites: in the dictionary when there is room and nobody else is inserting, in
 * the record otherwise. A killed inserter leaves at worst an entry that nobody
 * refers to (core/dict.c), so a lock whose owner died needs no repair.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <string.h>

#include "args.h"
#include "lock.h"
#include "site.h"
#include "thread.h"

/* Longest strings of an entry: together they stay below PLOG_DICT_MAX. */
#define ENTRY_FORMAT	1400u
#define ENTRY_TAG	64u
#define ENTRY_FILE	255u
#define ENTRY_FUNC	127u

static const char *tag_of(const struct plog_site *site)
{
	return site->tag ? site->tag : program_invocation_short_name;
}

/* Of a path that is too long the end says more. */
static const char *tail_of(const char *text, u32 max)
{
	size_t n = text ? strlen(text) : 0;

	return n > max ? text + n - max : text;
}

void plog_dict_text(struct plog_dict *entry, const char *text, u32 max)
{
	u32 len = plog_get16(entry->len);
	u32 n = text ? (u32)strnlen(text, max) : 0;

	if (n)
		memcpy((u8 *)entry + len, text, n);
	((u8 *)entry)[len + n] = 0;
	entry->len = plog_set16((u16)(len + n + 1));
}

int plog_dict_insert(struct plog_instance *in, struct plog_dict *entry, u32 *id)
{
	struct plog_window *win = &in->map.win;
	int ret = plog_lock_try(&win->ctl->dict_lock);

	if (ret < 0)
		return ret;
	ret = plog_dict_put(win, entry, id);
	plog_lock_release(&win->ctl->dict_lock);
	if (ret == -ENOSPC)
		plog_count(&win->ctl->dict_full, 1);
	return ret;
}

/* Threads that come at the same time all store the same. */
u32 plog_site_parse(struct plog_site *site)
{
	u32 parsed = plog_load_acquire(&site->parsed);
	u64 plan;

	if (parsed != PLOG_SITE_NEW)
		return parsed;
	parsed = PLOG_SITE_TEXT;
	if (site->format && strlen(site->format) <= ENTRY_FORMAT) {
		plan = plog_args_plan(site->format);
		plog_store(&site->plan, plan);
		if (plan != PLOG_PLAN_TEXT)
			parsed = PLOG_SITE_RAW;
	}
	plog_store_release(&site->parsed, parsed);
	return parsed;
}

static void types_put(struct plog_dict *entry, struct plog_site *site)
{
	u32 n = 0;

	if (plog_site_parse(site) == PLOG_SITE_RAW)
		n = plog_args_types(plog_load(&site->plan), (u8 *)(entry + 1));
	entry->pid = plog_set32(n);
	entry->len = plog_set16((u16)(sizeof(*entry) + n));
}

__attribute__((noinline)) u32 plog_site_insert(struct plog_instance *in, struct plog_site *site)
{
	u64 room[PLOG_DICT_MAX / sizeof(u64)];
	struct plog_dict *entry = (struct plog_dict *)room;
	u32 id = 0;
	int ret;

	if (!site->format)
		return 0;
	memset(room, 0, sizeof(room));
	entry->type = PLOG_DICT_SITE;
	/* A site of any level has no level of its own: each record says. */
	entry->level = site->level & ~7 ? PLOG_DEBUG : (u8)site->level;
	entry->line = plog_set32((u32)site->line);
	types_put(entry, site);
	plog_dict_text(entry, site->format, ENTRY_FORMAT);
	plog_dict_text(entry, tag_of(site), ENTRY_TAG);
	plog_dict_text(entry, tail_of(site->file, ENTRY_FILE), ENTRY_FILE);
	plog_dict_text(entry, site->func, ENTRY_FUNC);
	ret = plog_dict_insert(in, entry, &id);
	if (ret == -EBUSY)
		return 0;
	/* A dictionary that is full stays so: 0 is remembered as well. */
	if (ret)
		id = 0;
	plog_store(&site->cache, (u64)in->number << 32 | id);
	return id;
}

static u32 inline_text(u8 *dst, const char *text, u32 max)
{
	u32 n = text ? (u32)strnlen(text, max) : 0;

	dst[0] = (u8)n;
	if (n)
		memcpy(dst + 1, text, n);
	return n + 1;
}

u32 plog_site_inline(u8 *dst, const struct plog_site *site)
{
	u32 line = plog_set32((u32)site->line), n = sizeof(line);

	memcpy(dst, &line, sizeof(line));
	n += inline_text(dst + n, tag_of(site), PLOG_INLINE_TAG);
	n += inline_text(dst + n, tail_of(site->file, PLOG_INLINE_FILE), PLOG_INLINE_FILE);
	n += inline_text(dst + n, site->func, PLOG_INLINE_FUNC);
	return n;
}

u32 plog_ctx_inline(u8 *dst)
{
	u32 ids[2] = { plog_set32(plog_thread.pid), plog_set32(plog_thread.tid) };

	memcpy(dst, ids, sizeof(ids));
	return (u32)sizeof(ids) + inline_text(dst + sizeof(ids), plog_thread.comm, PLOG_COMM_MAX);
}
