// SPDX-License-Identifier: BSD-2-Clause
/* Texts as parameters, the kernel's log and the line-in have them; rates. */
#include <errno.h>
#include <string.h>

#include "fuzz.h"
#include "fuzz_pure.h"
#include "pure/rate.h"
#include "pure/text.h"

#define UNTOUCHED 0x77u

static void bytes_check(const char *text)
{
	u64 got = UNTOUCHED;
	uint64_t want = 0;
	int ret = fuzz_bytes_wanted(text, &want);

	FUZZ_CHECK(plog_text_bytes(text, &got) == ret);
	FUZZ_CHECK(got == (ret ? UNTOUCHED : want));
}

/* Digits at the beginning, by the C library; false for none, or too many. */
static bool digits_read(const char *p, size_t *n, uint64_t *v)
{
	*n = strspn(p, "0123456789");
	errno = 0;
	*v = strtoull(p, NULL, 10);
	return *n && !errno;
}

static void level_check(const char *line, u32 most)
{
	u32 level = UNTOUCHED;
	const char *got = plog_text_level(line, most, &level);
	uint64_t v;
	size_t n;

	if (line[0] == '<' && digits_read(line + 1, &n, &v) && line[1 + n] == '>' && v <= most)
		FUZZ_CHECK(got == line + n + 2 && level == v % 8);
	else
		FUZZ_CHECK(got == line && level == UNTOUCHED);
}

/* Where the text behind a time begins; NULL when there is none. */
static const char *time_wanted(const char *line, uint64_t *ns)
{
	uint64_t second, micro;
	size_t n;

	if (*line++ != '[')
		return NULL;
	line += strspn(line, " ");
	if (!digits_read(line, &n, &second) || line[n] != '.' || second > 1ULL << 33)
		return NULL;
	line += n + 1;
	if (!digits_read(line, &n, &micro) || n != 6 || line[6] != ']')
		return NULL;
	*ns = 1000 * (second * 1000000 + micro);
	return line + 7 + (line[7] == ' ');
}

static void time_check(const char *line)
{
	u64 ns = UNTOUCHED;
	uint64_t want = UNTOUCHED;
	const char *behind = time_wanted(line, &want);

	FUZZ_CHECK(plog_text_time(line, &ns) == (behind ? behind : line));
	FUZZ_CHECK(ns == want);
}

/* The other way round: each place where it stands, and what is around that. */
static bool word_wanted(const char *line, const char *word)
{
	size_t n = strlen(word);
	const char *at = line;

	if (!n || strpbrk(word, " \n"))
		return false;
	for (; (at = strstr(at, word)) != NULL; at++)
		if ((at == line || at[-1] == ' ' || at[-1] == '\n') &&
		    (!at[n] || at[n] == ' ' || at[n] == '\n'))
			return true;
	return false;
}

void fuzz_pure_text(const u8 *data, size_t n)
{
	/* Just so long that a byte too much is seen; the first line is a word, too. */
	char *text = malloc(n + 1), *word;
	size_t len;

	FUZZ_CHECK(text);
	memcpy(text, data, n);
	text[n] = 0;
	len = strcspn(text, "\n");
	word = strndup(text, len);
	FUZZ_CHECK(word);
	bytes_check(text);
	bytes_check(word);
	level_check(text, 7);
	level_check(text, UINT32_MAX);
	time_check(text);
	FUZZ_CHECK(plog_text_word(text + len, word) == word_wanted(text + len, word));
	FUZZ_CHECK(plog_text_word(text, "nokaslr") == word_wanted(text, "nokaslr"));
	free(word);
	free(text);
}

/* Each eight bytes: a user, and what time has gone by. */
void fuzz_pure_rate(const u8 *data, size_t n, u64 seed)
{
	u64 step = 1 + seed % 1000000, start = seed >> 24, now = start;
	u32 burst = 1 + (u32)(seed >> 20) % 200, done[256] = { 0 }, user, ago;
	struct plog_rate rate = { { 0 } }, was;

	for (; n >= 8; n -= 8, data += 8) {
		memcpy(&user, data, 4);
		memcpy(&ago, data + 4, 4);
		now += ago >> (user & 31);
		user >>= 24;
		was = rate;
		if (plog_rate_allows(&rate, user, now, step, burst))
			done[user]++;
		else
			FUZZ_CHECK(!memcmp(&was, &rate, sizeof(was)));
		/* So many at once, and so many since; where others share, it is less. */
		FUZZ_CHECK(done[user] <= burst + (now - start) / step);
	}
	/* Whoever waited until all is paid for may do all at once, and no more. */
	now += (u64)burst * step;
	for (ago = 0; plog_rate_allows(&rate, 7, now, step, burst) && ago <= burst; ago++)
		;
	FUZZ_CHECK(ago == burst);
}
