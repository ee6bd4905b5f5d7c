// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
#include "text.h"

static u32 digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return (u32)(c - '0');
	c |= 'a' - 'A';
	return c >= 'a' && c <= 'f' ? (u32)(c - 'a' + 10) : 16;
}

/* Digits at *@text, which is moved behind them; -EINVAL for none, -ERANGE for too many. */
static int number_take(const char **text, u32 radix, u64 *value)
{
	const char *p = *text;
	u64 n = 0;
	int ret = -EINVAL;

	for (; digit_of(*p) < radix; p++) {
		u32 digit = digit_of(*p);

		if (n > plog_div64(~0ULL - digit, radix))
			return -ERANGE;
		n = n * radix + digit;
		ret = 0;
	}
	*text = p;
	*value = n;
	return ret;
}

int plog_text_bytes(const char *text, u64 *value)
{
	static const char units[] = "kmg";
	bool hex = text[0] == '0' && (text[1] | 0x20) == 'x';
	const char *unit;
	u32 shift = 0;
	u64 n;
	int ret;

	text += hex ? 2 : 0;
	ret = number_take(&text, hex ? 16 : 10, &n);
	if (ret)
		return ret;
	unit = *text ? strchr(units, *text | 0x20) : NULL;
	if (unit) {
		shift = 10 * (u32)(unit - units + 1);
		text++;
	}
	if (*text)
		return -EINVAL;
	if (n << shift >> shift != n)
		return -ERANGE;
	*value = n << shift;
	return 0;
}

const char *plog_text_level(const char *line, u32 most, u32 *level)
{
	const char *p = line;
	u64 n;

	if (*p++ != '<' || number_take(&p, 10, &n) || *p != '>' || n > most)
		return line;
	*level = n & 7;
	return p + 1;
}

const char *plog_text_time(const char *line, u64 *ns)
{
	const char *p = line, *point;
	u64 second, micro;

	if (*p++ != '[')
		return line;
	while (*p == ' ')
		p++;
	if (number_take(&p, 10, &second) || *p != '.' || second > 1ULL << 33)
		return line;
	point = ++p;
	if (number_take(&p, 10, &micro) || *p != ']' || p - point != 6)
		return line;
	*ns = second * 1000000000 + micro * 1000;
	return p[1] == ' ' ? p + 2 : p + 1;
}

bool plog_text_word(const char *line, const char *word)
{
	static const char blanks[] = { ' ', '\n', 0 };
	size_t len;

	for (; *line; line += len) {
		line += strspn(line, blanks);
		len = strcspn(line, blanks);
		if (len && len == strlen(word) && !strncmp(line, word, len))
			return true;
	}
	return false;
}
