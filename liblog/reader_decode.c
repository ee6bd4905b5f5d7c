// SPDX-License-Identifier: BSD-2-Clause
/* From a valid record to what it says. */
#include "reader.h"

/* What is left of a payload. */
struct rest {
	const u8 *p;
	size_t n;
};

static bool rest_u32(struct rest *rest, int64_t *out)
{
	if (rest->n < 4)
		return false;
	*out = scan_get32(rest->p);
	rest->p += 4;
	rest->n -= 4;
	return true;
}

static bool rest_text(struct rest *rest, struct plog_text *out)
{
	size_t len;

	if (!rest->n || rest->p[0] > rest->n - 1)
		return false;
	len = rest->p[0];
	if (len)
		*out = (struct plog_text){ (const char *)rest->p + 1, len };
	rest->p += len + 1;
	rest->n -= len + 1;
	return true;
}

static void ctx_inline(struct rest *rest, struct plog_reader_record *out)
{
	struct rest r = *rest;
	int64_t pid, tid;

	/* A payload that breaks the rules is shown whole instead. */
	if (!rest_u32(&r, &pid) || !rest_u32(&r, &tid) || !rest_text(&r, &out->comm))
		return;
	out->pid = pid;
	out->tid = tid;
	*rest = r;
}

static void site_inline(struct rest *rest, struct plog_reader_record *out)
{
	struct plog_text tag = { NULL, 0 }, file = tag, func = tag;
	struct rest r = *rest;
	int64_t line;

	if (!rest_u32(&r, &line) || !rest_text(&r, &tag) || !rest_text(&r, &file) ||
	    !rest_text(&r, &func))
		return;
	out->line = line ? line : PLOG_READER_UNKNOWN;
	out->tag = tag;
	out->file = file;
	out->func = func;
	*rest = r;
}

static struct plog_text entry_text(const struct scan_dict *entry, u32 n)
{
	if (!entry->text_len[n])
		return (struct plog_text){ NULL, 0 };
	return (struct plog_text){ entry->text[n], entry->text_len[n] };
}

static void ctx_known(const struct scan_dict *ctx, struct plog_reader_record *out)
{
	out->pid = ctx->pid;
	out->tid = ctx->tid;
	out->comm = entry_text(ctx, 0);
}

static void site_known(const struct scan_dict *site, struct plog_reader_record *out)
{
	if (site->line)
		out->line = site->line;
	out->tag = entry_text(site, 1);
	out->file = entry_text(site, 2);
	out->func = entry_text(site, 3);
}

static void message(struct plog_reader *reader, const struct scan_record *rec,
		    const struct scan_dict *site, const struct rest *rest,
		    struct plog_reader_record *out)
{
	size_t n;

	if (rec->attr & PLOG_ATTR_TEXT) {
		out->msg = (struct plog_text){ (const char *)rest->p, rest->n };
		return;
	}
	n = plog_format_args(site, rec->site, rest->p, rest->n, reader->text, READER_TEXT,
			     &out->cut);
	out->msg = (struct plog_text){ reader->text, n };
}

/* "plog itself" has no name of its own outside: it speaks as an application. */
static const char *const source_text[] = {
	[PLOG_SOURCE_APP] = "app",
	[PLOG_SOURCE_KERNEL] = "kernel",
	[PLOG_SOURCE_MSG] = "msg",
	[PLOG_SOURCE_SELF] = "app",
};

/* Every field but the message: a memset before would take longer than all of them. */
static void head_decode(const struct plog_reader *reader, const struct reader_chunk *chunk,
			const struct scan_record *rec, u8 verdict, struct plog_reader_record *out)
{
	u32 source = (rec->attr & PLOG_ATTR_SOURCE) >> PLOG_ATTR_SOURCE_SHIFT;
	const struct plog_text none = { NULL, 0 };

	out->boot = chunk->boot;
	out->boot_at = chunk->boot_at;
	out->seq = chunk->gen << 16 | rec->off;
	out->source = source_text[source];
	out->mono = plog_reader_mono(chunk, rec->dt);
	out->real = plog_reader_real(&reader->boots[chunk->boot_at], out->mono);
	out->level = rec->attr & PLOG_ATTR_LEVEL;
	out->verdict = verdict;
	out->cut = rec->attr & PLOG_ATTR_CUT;
	out->pid = PLOG_READER_UNKNOWN;
	out->tid = PLOG_READER_UNKNOWN;
	out->cpu = PLOG_READER_UNKNOWN;
	out->line = PLOG_READER_UNKNOWN;
	/* One by one: as a chain, each would wait to read back the one before. */
	out->tag = none;
	out->comm = none;
	out->file = none;
	out->func = none;
	if (source == PLOG_SOURCE_SELF)
		out->tag = (struct plog_text){ "plog", 4 };
}

void plog_reader_decode(struct plog_reader *reader, const struct reader_chunk *chunk,
			const struct scan_record *rec, u8 verdict, struct plog_reader_record *out)
{
	const struct scan_dict *ctx = NULL, *site = NULL;
	struct rest rest = { rec->payload, rec->payload_len };

	head_decode(reader, chunk, rec, verdict, out);
	if (rec->ctx == READER_RAW) {
		out->msg = (struct plog_text){ (const char *)rest.p, rest.n };
		return;
	}
	if (!rec->ctx)
		ctx_inline(&rest, out);
	else if ((ctx = plog_reader_lookup(reader, PLOG_DICT_CTX, rec->ctx)))
		ctx_known(ctx, out);
	if (!rec->site)
		site_inline(&rest, out);
	else if ((site = plog_reader_lookup(reader, PLOG_DICT_SITE, rec->site)))
		site_known(site, out);
	message(reader, rec, site, &rest, out);
}
