// SPDX-License-Identifier: BSD-2-Clause
/* Dictionary entries. */
#include "scan.h"

static u32 entry_crc(const u8 *p, u32 len, u32 salt)
{
	u32 crc;

	/* Which boot used it last is rewritten in place and not covered. */
	crc = plog_crc32c(salt, p + offsetof(struct plog_dict, len),
			  offsetof(struct plog_dict, used) - offsetof(struct plog_dict, len));
	return plog_crc32c(crc, p + offsetof(struct plog_dict, pid),
			   len - offsetof(struct plog_dict, pid));
}

static bool body_parse(struct scan_dict *out, const u8 *p, u32 len)
{
	u32 i, strings = out->type == PLOG_DICT_SITE ? 4 : 2;
	const u8 *nul, *end = p + len;

	p += sizeof(struct plog_dict);
	if (out->nargs > end - p)
		return false;
	out->args = p;
	p += out->nargs;
	for (i = 0; i < strings; i++) {
		nul = p < end ? memchr(p, 0, (size_t)(end - p)) : NULL;
		if (!nul)
			return false;
		out->text[i] = (const char *)p;
		out->text_len[i] = (u16)(nul - p);
		p = nul + 1;
	}
	return true;
}

u32 plog_scan_dict(struct scan_dict *out, const u8 *p, u64 room, u32 salt)
{
	struct plog_dict head;
	u64 used;
	u32 len;

	if (room < sizeof(head))
		return 0;
	memcpy(&head, p, sizeof(head));
	len = plog_get16(head.len);
	if (len < sizeof(head) || len > PLOG_DICT_MAX || len > room ||
	    (head.type != PLOG_DICT_SITE && head.type != PLOG_DICT_CTX) || !plog_get32(head.id))
		return 0;
	if (entry_crc(p, len, salt) != plog_get32(head.crc))
		return 0;
	memset(out, 0, sizeof(*out));
	out->id = plog_get32(head.id);
	out->line = plog_get32(head.line);
	out->type = head.type;
	out->level = head.level & 7;
	used = plog_get64(head.used);
	out->used = (u32)used == ~(u32)(used >> 32) ? (u32)used : 0;
	if (head.type == PLOG_DICT_SITE) {
		out->nargs = plog_get32(head.pid) & 0xff;
	} else {
		out->pid = plog_get32(head.pid);
		out->tid = plog_get32(head.tid);
	}
	if (out->nargs > PLOG_ARGS_MAX || !body_parse(out, p, len))
		return 0;
	return (len + PLOG_DICT_SLOT - 1) / PLOG_DICT_SLOT;
}

u32 plog_scan_dict_end(const u8 *p, u64 room)
{
	u32 off = sizeof(struct plog_dict), texts = p[6] == PLOG_DICT_SITE ? 4 : 2;
	u32 max = room < PLOG_DICT_MAX ? (u32)room : PLOG_DICT_MAX;

	if (room < sizeof(struct plog_dict) || (p[6] != PLOG_DICT_SITE && p[6] != PLOG_DICT_CTX))
		return 0;
	if (p[6] == PLOG_DICT_SITE)
		off += p[offsetof(struct plog_dict, pid)];
	for (; off < max; off++)
		if (!p[off] && !--texts)
			return off + 1;
	return 0;
}
