/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Call sites in the dictionary, and what a record carries in place of an id.
 */
#ifndef PLOG_LIBLOG_SITE_H
#define PLOG_LIBLOG_SITE_H

#include "open.h"
#include "plog.h"

/* Bytes of a string in an inline site, and in a dictionary entry */
#define PLOG_INLINE_TAG		64u
#define PLOG_INLINE_FILE	96u
#define PLOG_INLINE_FUNC	64u
#define PLOG_INLINE_SITE_MAX \
	(PLOG_INLINE_SITE_MIN + PLOG_INLINE_TAG + PLOG_INLINE_FILE + PLOG_INLINE_FUNC)
#define PLOG_INLINE_CTX_MAX	(PLOG_INLINE_CTX_MIN + 16u)

/* site->parsed */
#define PLOG_SITE_NEW	0u	/* nobody has looked at the format */
#define PLOG_SITE_RAW	1u	/* site->plan says what to store */
#define PLOG_SITE_TEXT	2u	/* text must be made at once */

/**
 * plog_site_parse() - find out what a site's format wants, once
 *
 * Any context. Return: PLOG_SITE_RAW or PLOG_SITE_TEXT.
 */
u32 plog_site_parse(struct plog_site *site);

/**
 * plog_site_insert() - the slow half of plog_site_id()
 */
u32 plog_site_insert(struct plog_instance *in, struct plog_site *site);

/**
 * plog_site_id() - id of a call site in the open window
 * @in: window
 * @site: call site
 *
 * Any context. Return: its id, or 0 when the record must carry the site.
 */
static inline u32 plog_site_id(struct plog_instance *in, struct plog_site *site)
{
	u64 cache = plog_load(&site->cache);

	if (__builtin_expect(cache >> 32 == in->number, 1))
		return (u32)cache;
	return plog_site_insert(in, site);
}

/**
 * plog_site_inline() - put a site into a record
 * @dst: room for PLOG_INLINE_SITE_MAX bytes
 * @site: call site
 *
 * Return: bytes.
 */
u32 plog_site_inline(u8 *dst, const struct plog_site *site);

/**
 * plog_ctx_inline() - put this thread's context into a record
 * @dst: room for PLOG_INLINE_CTX_MAX bytes
 *
 * Return: bytes.
 */
u32 plog_ctx_inline(u8 *dst);

/**
 * plog_dict_insert() - put an entry into the window's dictionary
 * @in: window
 * @entry: as for plog_dict_put()
 * @id: its id
 *
 * Any context. Return: 0; -EBUSY when somebody else inserts: try again with the
 * next record; -ENOSPC when it is full (counted).
 */
int plog_dict_insert(struct plog_instance *in, struct plog_dict *entry, u32 *id);

/**
 * plog_dict_text() - append a string and its NUL to an entry's body
 * @entry: entry whose len counts what is there
 * @text: string, NULL like ""
 * @max: cut to this many bytes
 */
void plog_dict_text(struct plog_dict *entry, const char *text, u32 max);

#endif
