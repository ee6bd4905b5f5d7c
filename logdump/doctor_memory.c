// SPDX-License-Identifier: BSD-2-Clause
/* plogctl doctor: is the window's memory kept from Linux, and how? */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define MEMMAPS 16

void doctor_ram(const struct doctor_machine *m, struct doctor_finding *f)
{
	char text[256];
	uint64_t kib, window = 0;
	unsigned int i;

	if (board_read(&m->board, "/proc/meminfo", text, sizeof(text)) < 0 ||
	    sscanf(text, "MemTotal: %" SCNu64, &kib) != 1) {
		doctor_say(f, DOCTOR_UNKNOWN, "/proc/meminfo cannot be read; mount /proc");
		return;
	}
	for (i = 0; i < m->count; i++)
		window += m->windows[i].size >> 10;
	if (kib < 8192)
		doctor_say(f, DOCTOR_WARN,
			   "%" PRIu64 " KiB only; a window of 64K is enough for "
			   "some hundred lines",
			   kib);
	else if (window > kib / 8)
		doctor_say(f, DOCTOR_WARN,
			   "windows of %" PRIu64 " KiB beside %" PRIu64 " MiB of "
			   "RAM; 1 MiB holds ten thousand lines",
			   window, kib >> 10);
	else
		doctor_say(f, DOCTOR_OK, "%" PRIu64 " MiB, and %" PRIu64 " KiB for windows",
			   kib >> 10, window);
}

static const struct board_memmap *memmap_of(const struct board_memmap *list, unsigned int n,
					    const struct board_window *w)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (list[i].mark == '$' && list[i].address <= w->address &&
		    w->address + w->size <= list[i].address + list[i].size)
			return &list[i];
	return NULL;
}

/* reserve_mem=SIZE:ALIGN:NAME */
static bool reserve_mem_has(const char *cmdline, const char *name)
{
	char value[128], *colon;
	unsigned int nth;

	for (nth = 0; board_word(cmdline, "reserve_mem", nth, value, sizeof(value)); nth++) {
		colon = strrchr(value, ':');
		if (colon && !strcmp(colon + 1, name))
			return true;
	}
	return false;
}

static bool crashkernel_has(const char *cmdline, const struct board_window *w)
{
	char value[128];
	const char *at = value;
	uint64_t size, address;

	if (!board_word(cmdline, "crashkernel", 0, value, sizeof(value)))
		return false;
	size = board_memparse(&at);
	if (*at++ != '@')
		return false;
	address = board_memparse(&at);
	return address <= w->address && w->address + w->size <= address + size;
}

static bool tree_has(const struct doctor_machine *m, const struct board_window *w,
		     struct board_window *found)
{
	struct board_window list[32];
	unsigned int n = board_tree_reserved(&m->board, list, 32), i;

	for (i = 0; i < n; i++) {
		if (list[i].address <= w->address &&
		    w->address + w->size <= list[i].address + list[i].size) {
			*found = list[i];
			return true;
		}
	}
	return false;
}

static void node_judge(const struct board_window *w, struct doctor_finding *f)
{
	if (!w->size)
		doctor_say(f, DOCTOR_FAIL,
			   "the device tree's node %s names no child of "
			   "/reserved-memory; give it memory-region = <&label>",
			   w->name);
	else if (!w->no_map)
		doctor_say(f, DOCTOR_FAIL,
			   "device tree: %s has no no-map, so Linux uses that "
			   "memory; add no-map;",
			   w->name);
	else
		doctor_say(f, DOCTOR_OK,
			   "device tree: %s, %" PRIu64 " KiB at 0x%" PRIx64 ", no-map", w->name,
			   w->size >> 10, w->address);
}

static void name_judge(const struct doctor_machine *m, const struct board_window *w,
		       struct doctor_finding *f)
{
	if (m->version && m->version < 6011)
		doctor_say(f, DOCTOR_FAIL,
			   "mem_name=%s needs Linux 6.11, this is %s; reserve with "
			   "memmap= or the device tree",
			   w->name, m->release);
	else if (reserve_mem_has(m->cmdline, w->name))
		doctor_say(f, DOCTOR_OK, "reserve_mem= of the name %s", w->name);
	else
		doctor_say(f, DOCTOR_FAIL,
			   "mem_name=%s is not reserved; add reserve_mem=1M:4096:%s "
			   "to the kernel's command line",
			   w->name, w->name);
}

static void address_judge(const struct doctor_machine *m, const struct board_window *w,
			  const struct board_memmap *list, unsigned int n, struct doctor_finding *f)
{
	const struct board_memmap *map = memmap_of(list, n, w);
	struct board_window node;

	if (map)
		doctor_say(f, DOCTOR_OK, "memmap=%s", map->text);
	else if (tree_has(m, w, &node))
		node_judge(&node, f);
	else if (crashkernel_has(m->cmdline, w))
		doctor_say(f, DOCTOR_FAIL,
			   "0x%" PRIx64 " is in crashkernel=, which is System RAM: "
			   "the module refuses it; use memmap= or a no-map node",
			   w->address);
	else
		doctor_say(f, DOCTOR_WARN,
			   "0x%" PRIx64 " is kept free by nothing that the command "
			   "line or the device tree says; see `plogctl setup --dry-run`",
			   w->address);
}

static void nothing_judge(const struct board_memmap *list, unsigned int n, struct doctor_finding *f)
{
	unsigned int i;

	for (i = 0; i < n && list[i].mark != '$'; i++)
		;
	if (i < n)
		doctor_say(f, DOCTOR_FAIL,
			   "memmap=%s is there, but the module is not told; put "
			   "`options plog mem_address=0x%" PRIx64 " mem_size=%" PRIu64 "K` into "
			   "/etc/modprobe.d/plog.conf",
			   list[i].text, list[i].address, list[i].size >> 10);
	else
		doctor_say(f, DOCTOR_FAIL,
			   "no memory is reserved for a window; `plogctl setup "
			   "--dry-run` says how on this machine");
}

static void window_judge(const struct doctor_machine *m, const struct board_window *w,
			 const struct board_memmap *list, unsigned int n, struct doctor_finding *f)
{
	if (w->kind == BOARD_NODE)
		node_judge(w, f);
	else if (w->kind == BOARD_NAME)
		name_judge(m, w, f);
	else if (!w->size)
		doctor_say(f, DOCTOR_FAIL, "mem_address=0x%" PRIx64 " has no mem_size=; give both",
			   w->address);
	else
		address_judge(m, w, list, n, f);
}

/* The worst of all windows. */
void doctor_reservation(const struct doctor_machine *m, struct doctor_finding *f)
{
	struct board_memmap list[MEMMAPS];
	unsigned int n = board_memmaps(m->cmdline, list, MEMMAPS), i;

	if (!m->count) {
		nothing_judge(list, n, f);
		return;
	}
	for (i = 0; i < m->count; i++) {
		struct doctor_finding one = { DOCTOR_OK, "" };

		window_judge(m, &m->windows[i], list, n, &one);
		if (!i || one.grade > f->grade)
			*f = one;
	}
}

/* A reservation that GRUB is told and the kernel was not given. */
static bool pending(const struct doctor_machine *m, const char *words, char *text, size_t n)
{
	char value[256];
	const char *from;
	size_t at = 0;

	text[0] = 0;
	if (!board_word(words, "memmap", 0, value, sizeof(value)))
		return false;
	for (from = value; *from && at + 1 < n; from++)
		if (*from != '\\')
			text[at++] = *from;
	text[at] = 0;
	return !strstr(m->cmdline, text);
}

void doctor_grub(const struct doctor_machine *m, struct doctor_finding *f)
{
	struct board_memmap list[MEMMAPS];
	unsigned int n = board_memmaps(m->cmdline, list, MEMMAPS), i;
	char words[4096], value[256], text[128];
	bool swallowed, grub = !board_grub_words(&m->board, words, sizeof(words), &swallowed);

	for (i = 0; i < n; i++) {
		if (list[i].mark)
			continue;
		doctor_say(f, DOCTOR_FAIL,
			   "memmap=%s limits the RAM: the $ and what follows was "
			   "swallowed; in /etc/default/grub write memmap=%s\\\\\\$ADDRESS within "
			   "double quotes, then update-grub",
			   list[i].text, list[i].text);
		return;
	}
	if (!grub) {
		doctor_say(f, DOCTOR_OK, "no /etc/default/grub, nothing to swallow a $");
		return;
	}
	if (board_word(words, "memmap", 0, value, sizeof(value)))
		swallowed |= strchr(value, '$') && !strstr(value, "\\$");
	if (swallowed)
		doctor_say(f, DOCTOR_FAIL,
			   "/etc/default/grub: memmap= will lose its $ at the next "
			   "update-grub; within double quotes it takes three backslashes: "
			   "memmap=1M\\\\\\$ADDRESS");
	else if (pending(m, words, text, sizeof(text)))
		doctor_say(f, DOCTOR_WARN,
			   "memmap=%s of /etc/default/grub is not in /proc/cmdline; "
			   "update-grub, and reboot",
			   text);
	else
		doctor_say(f, DOCTOR_OK, "the command line is as /etc/default/grub says");
}

static void iomem_judge(const struct board_iomem *io, const struct board_window *w, bool x86,
			struct doctor_finding *f)
{
	uint64_t end = w->address + w->size - 1;
	const struct board_range *at = board_iomem_at(io, w->address, end);

	if (board_iomem_touches(io, "System RAM", w->address, end))
		doctor_say(f, DOCTOR_FAIL,
			   "0x%" PRIx64 "-0x%" PRIx64 " is System RAM, which Linux "
			   "uses; reserve it (`plogctl setup --dry-run`) and reboot",
			   w->address, end);
	else if (at && !strncmp(at->name, "plog", 4))
		doctor_say(f, DOCTOR_OK, "0x%" PRIx64 "-0x%" PRIx64 " is %s's", w->address, end,
			   at->name);
	else if (at && strcasecmp(at->name, "reserved") != 0)
		doctor_say(f, DOCTOR_FAIL,
			   "0x%" PRIx64 "-0x%" PRIx64 " belongs to \"%s\"; choose "
			   "another range",
			   w->address, end, at->name);
	else if (!at && x86)
		doctor_say(f, DOCTOR_WARN,
			   "0x%" PRIx64 "-0x%" PRIx64 " is no line of /proc/iomem: "
			   "is there RAM?",
			   w->address, end);
	else
		doctor_say(f, DOCTOR_OK, "0x%" PRIx64 "-0x%" PRIx64 " is not System RAM",
			   w->address, end);
}

void doctor_iomem(const struct doctor_machine *m, struct doctor_finding *f)
{
	struct board_iomem io;
	int err = board_iomem(&m->board, &io);
	unsigned int i;

	if (err) {
		doctor_say(f, DOCTOR_UNKNOWN,
			   err == -EACCES ? "/proc/iomem hides its addresses; run as root"
					  : "/proc/iomem cannot be read; mount /proc");
		return;
	}
	doctor_say(f, DOCTOR_OK, "no window has an address to look for");
	for (i = 0; i < m->count; i++) {
		struct doctor_finding one = { DOCTOR_OK, "" };

		if (m->windows[i].kind == BOARD_NAME || !m->windows[i].size)
			continue;
		iomem_judge(&io, &m->windows[i], m->x86, &one);
		if (!i || one.grade > f->grade)
			*f = one;
	}
	board_iomem_free(&io);
}

void doctor_kaslr(const struct doctor_machine *m, struct doctor_finding *f)
{
	bool efi = board_has(&m->board, "/sys/firmware/efi"), name = false, address = false;
	char value[8];
	unsigned int i;

	for (i = 0; i < m->count; i++) {
		name |= m->windows[i].kind == BOARD_NAME;
		address |= m->windows[i].kind == BOARD_PARAMETERS;
	}
	if (board_word(m->cmdline, "nokaslr", 0, value, sizeof(value)))
		doctor_say(f, DOCTOR_OK, "the kernel stays where it is (nokaslr)");
	else if (name)
		doctor_say(f, DOCTOR_WARN,
			   "KASLR does not avoid reserve_mem= and has unpacked "
			   "kernels over it; add nokaslr, or reserve with memmap=");
	else if (m->x86 && efi && address && m->version && m->version < 6010)
		doctor_say(f, DOCTOR_WARN,
			   "an EFI boot of Linux %s may place the kernel over "
			   "memmap=; add nokaslr, or take 6.10 or later",
			   m->release);
	else
		doctor_say(f, DOCTOR_OK,
			   "the kernel's random place avoids this kind of reservation");
}
