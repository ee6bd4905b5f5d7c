// SPDX-License-Identifier: BSD-2-Clause
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "origin.h"

bool origin_id_parse(char id[33], const char *text)
{
	size_t n = 0;

	for (; *text && n < 32; text++) {
		if (*text == '-')
			continue;
		if (!isxdigit((unsigned char)*text))
			break;
		id[n++] = (char)tolower((unsigned char)*text);
	}
	if (n != 32 || *text)
		n = 0;
	id[n] = 0;
	return n;
}

bool origin_host_valid(const char *text)
{
	size_t n = strlen(text);

	if (!n || n > 255)
		return false;
	for (; *text; text++)
		if (*text < '!' || *text > '~')
			return false;
	return true;
}

/* Boards without systemd may have the id of D-Bus, or none. */
static void machine_id_read(char id[33])
{
	static const char *const path[] = { "/etc/machine-id", "/var/lib/dbus/machine-id" };
	char line[64];
	size_t i;

	id[0] = 0;
	for (i = 0; i < sizeof(path) / sizeof(path[0]) && !id[0]; i++) {
		FILE *f = fopen(path[i], "re");

		if (!f)
			continue;
		if (fgets(line, sizeof(line), f)) {
			line[strcspn(line, "\n")] = 0;
			origin_id_parse(id, line);
		}
		fclose(f);
	}
}

void origin_get(struct origin *origin, const char *machine_id, const char *hostname)
{
	memset(origin, 0, sizeof(*origin));
	if (machine_id)
		origin_id_parse(origin->machine_id, machine_id);
	else
		machine_id_read(origin->machine_id);
	if (hostname)
		snprintf(origin->hostname, sizeof(origin->hostname), "%s", hostname);
	else if (gethostname(origin->hostname, sizeof(origin->hostname) - 1))
		origin->hostname[0] = 0;
	if (!origin_host_valid(origin->hostname))
		origin->hostname[0] = 0;
}
