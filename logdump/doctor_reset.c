// SPDX-License-Identifier: BSD-2-Clause
/* plogctl doctor: what a panic and a reset do on this machine. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define EFIVARS "/sys/firmware/efi/efivars/"
#define OVERWRITE EFIVARS "MemoryOverwriteRequestControl-e20939be-32d4-41be-a150-897f85d49829"

void doctor_panic(const struct doctor_machine *m, struct doctor_finding *f)
{
	char text[32];
	long seconds;

	if (board_read(&m->board, "/proc/sys/kernel/panic", text, sizeof(text)) < 1) {
		doctor_say(f, DOCTOR_UNKNOWN, "/proc/sys/kernel/panic cannot be read");
		return;
	}
	seconds = strtol(text, NULL, 10);
	if (!seconds)
		doctor_say(f, DOCTOR_WARN,
			   "kernel.panic=0: a panicked machine hangs for ever; put "
			   "kernel.panic=10 into /etc/sysctl.d/plog.conf");
	else if (seconds < 0)
		doctor_say(f, DOCTOR_OK, "a panic reboots at once");
	else
		doctor_say(f, DOCTOR_OK, "a panic reboots after %ld s", seconds);
}

static void mode_judge(const struct doctor_machine *m, const char *mode, const char *type,
		       struct doctor_finding *f)
{
	bool warm = !strcmp(mode, "warm") || !strcmp(mode, "soft");

	if (!warm && m->x86 && !strcmp(type, "pci"))
		doctor_say(f, DOCTOR_WARN,
			   "reboot=pci without warm is a power cycle, and RAM "
			   "forgets; use reboot=warm,pci");
	else if (!warm && m->x86 && !strcmp(type, "efi"))
		doctor_say(f, DOCTOR_WARN,
			   "EFI is asked for a cold reset, which may clear RAM; add "
			   "reboot=warm if `plogctl qualify` finds it cleared");
	else if (!strcmp(mode, "hard"))
		doctor_say(f, DOCTOR_WARN,
			   "reboot mode hard; add reboot=warm if `plogctl qualify` "
			   "finds RAM cleared");
	else
		doctor_say(f, DOCTOR_OK, "mode %s%s%s", mode, *type ? ", by " : "", type);
}

/* reboot=warm,pci: the first letter of each word counts, as in the kernel. */
static void mode_asked(const char *value, char *mode, char *type)
{
	for (; *value; value += strcspn(value, ","), value += *value == ',') {
		if (*value == 'w' || *value == 'c' || *value == 's' || *value == 'h')
			strcpy(mode, *value == 'w'   ? "warm"
				     : *value == 'c' ? "cold"
				     : *value == 's' ? "soft"
						     : "hard");
		if (*value == 'p' || *value == 'e' || *value == 'a' || *value == 'k' ||
		    *value == 't' || *value == 'b')
			strcpy(type, *value == 'p'   ? "pci"
				     : *value == 'e' ? "efi"
				     : *value == 'a' ? "acpi"
				     : *value == 'k' ? "kbd"
				     : *value == 't' ? "triple"
						     : "bios");
	}
}

void doctor_reboot(const struct doctor_machine *m, struct doctor_finding *f)
{
	char mode[32] = "", type[32] = "", value[64];

	board_read(&m->board, "/sys/kernel/reboot/mode", mode, sizeof(mode));
	board_read(&m->board, "/sys/kernel/reboot/type", type, sizeof(type));
	if (!mode[0] && board_word(m->cmdline, "reboot", 0, value, sizeof(value)))
		mode_asked(value, mode, type);
	if (mode[0])
		mode_judge(m, mode, type, f);
	else
		doctor_say(f, DOCTOR_UNKNOWN,
			   "this kernel does not say (/sys/kernel/reboot, from "
			   "5.11); `plogctl qualify` tells what a reboot does");
}

void doctor_overwrite(const struct doctor_machine *m, struct doctor_finding *f)
{
	char path[BOARD_PATH];
	unsigned char text[8];
	size_t n;
	FILE *file;

	if (!board_has(&m->board, "/sys/firmware/efi")) {
		doctor_say(f, DOCTOR_OK, "no EFI, so nobody to ask for a wipe");
		return;
	}
	/* Four bytes of attributes, then the value, whose lowest bit asks for the wipe. */
	file = fopen(board_path(&m->board, OVERWRITE, path, sizeof(path)), "re");
	n = file ? fread(text, 1, sizeof(text), file) : 0;
	if (file)
		fclose(file);
	if (!file && errno == EACCES)
		doctor_say(f, DOCTOR_UNKNOWN,
			   "the firmware's variable cannot be read; run as root");
	else if (!file && !board_has(&m->board, EFIVARS "."))
		doctor_say(f, DOCTOR_UNKNOWN, "mount efivarfs at /sys/firmware/efi/efivars to see");
	else if (!file)
		doctor_say(f, DOCTOR_OK, "the firmware has no MemoryOverwriteRequestControl");
	else if (n < 5)
		doctor_say(f, DOCTOR_UNKNOWN, "MemoryOverwriteRequestControl has %zu bytes, not 5",
			   n);
	else if (text[4] & 1)
		doctor_say(
			f, DOCTOR_FAIL,
			"the firmware will wipe RAM at the next reset; write 07 "
			"00 00 00 00 to MemoryOverwriteRequestControl in efivars at each boot, or "
			"take a kernel without CONFIG_RESET_ATTACK_MITIGATION");
	else
		doctor_say(f, DOCTOR_OK, "MemoryOverwriteRequestControl is clear");
}

struct flags {
	bool sme;
	bool guest;
	bool tme;
};

static bool flags_line(char *text, void *arg)
{
	struct flags *flags = arg;
	char value[8];

	if (strncmp(text, "flags", 5) != 0)
		return false;
	flags->sme = board_word(text, "sme", 0, value, sizeof(value));
	flags->guest = board_word(text, "tdx_guest", 0, value, sizeof(value)) ||
		       (board_word(text, "sev", 0, value, sizeof(value)) &&
			board_word(text, "hypervisor", 0, value, sizeof(value)));
	flags->tme = board_word(text, "tme", 0, value, sizeof(value));
	return true;
}

void doctor_encryption(const struct doctor_machine *m, struct doctor_finding *f)
{
	struct flags flags = { false, false, false };
	char value[16];
	bool asked = board_word(m->cmdline, "mem_encrypt", 0, value, sizeof(value)) &&
		     !strcmp(value, "on");

	board_each_line(&m->board, "/proc/cpuinfo", "", flags_line, &flags);
	if (flags.guest)
		doctor_say(f, DOCTOR_FAIL,
			   "a confidential guest (TDX or SEV): its memory has "
			   "another key after a reset; nothing survives");
	else if (flags.sme && asked)
		doctor_say(f, DOCTOR_FAIL,
			   "mem_encrypt=on: AMD SME takes a new key at each reset, "
			   "what is left is noise; boot with mem_encrypt=off");
	else if (flags.tme)
		doctor_say(f, DOCTOR_WARN,
			   "the CPU has Intel TME; if the firmware turns it on, the "
			   "key is new at each reset: see its setup, and `plogctl qualify`");
	else
		doctor_say(f, DOCTOR_OK, "%s",
			   flags.sme ? "AMD SME is there and not asked for" : "the CPU names none");
}

void doctor_kdump(const struct doctor_machine *m, struct doctor_finding *f)
{
	char text[16], post[16], value[8];
	bool notify;

	board_read(&m->board, "/sys/kernel/kexec_crash_loaded", text, sizeof(text));
	if (text[0] != '1') {
		doctor_say(f, DOCTOR_OK, "no crash kernel is loaded");
		return;
	}
	board_read(&m->board, "/sys/module/kernel/parameters/crash_kexec_post_notifiers", post,
		   sizeof(post));
	notify = post[0] == 'Y' || (!post[0] && board_word(m->cmdline, "crash_kexec_post_notifiers",
							   0, value, sizeof(value)));
	if (notify)
		doctor_say(f, DOCTOR_OK, "a crash kernel is loaded, panic hooks come first");
	else
		doctor_say(f, DOCTOR_WARN,
			   "a crash kernel is loaded, so a panic skips plog's hook: "
			   "add crash_kexec_post_notifiers to the kernel's command line");
}
