// SPDX-License-Identifier: BSD-2-Clause
/* plogctl doctor: module, device, and what is to start at boot. */
#define _FILE_OFFSET_BITS 64
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "doctor.h"

#define SIGNED "~Module signature appended~\n"

void doctor_kernel(const struct doctor_machine *m, struct doctor_finding *f)
{
	if (!m->version)
		doctor_say(f, DOCTOR_UNKNOWN,
			   "/proc/sys/kernel/osrelease cannot be read; mount "
			   "/proc");
	else if (m->version < 5010)
		doctor_say(f, DOCTOR_FAIL,
			   "Linux %s: the module needs 5.10; without it there is "
			   "mem:ADDRESS,SIZE",
			   m->release);
	else
		doctor_say(f, DOCTOR_OK, "Linux %s", m->release);
}

struct found {
	char *path;
	size_t n;
};

/* "updates/dkms/plog.ko.xz: DEPENDENCIES" */
static bool dep_line(char *text, void *arg)
{
	struct found *found = arg;
	size_t len = strcspn(text, ":");
	char *name;

	text[len] = 0;
	name = strrchr(text, '/');
	name = name ? name + 1 : text;
	if (strncmp(name, "plog.ko", 7) != 0)
		return false;
	snprintf(found->path, found->n, "%s", text);
	return true;
}

/* The module's file for a kernel, from its folder; false: it has none. */
static bool module_file(const struct doctor_machine *m, const char *release, char *path, size_t n)
{
	char deps[BOARD_PATH / 2], file[BOARD_PATH / 2];
	struct found found = { file, sizeof(file) };

	snprintf(deps, sizeof(deps), "/lib/modules/%.80s/modules.dep", release);
	if (!board_each_line(&m->board, deps, "", dep_line, &found))
		return false;
	snprintf(path, n, "/lib/modules/%.80s/%s", release, file);
	return true;
}

/* Another kernel that has the module. */
static bool other_kernel(const struct doctor_machine *m, char *release, size_t n)
{
	char path[BOARD_PATH], file[BOARD_PATH];
	DIR *dir = opendir(board_path(&m->board, "/lib/modules", path, sizeof(path)));
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir)) != NULL) {
		found = entry->d_name[0] != '.' &&
			module_file(m, entry->d_name, file, sizeof(file));
		if (found)
			snprintf(release, n, "%.100s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

void doctor_module(const struct doctor_machine *m, struct doctor_finding *f)
{
	char text[BOARD_PATH];

	if (board_has(&m->board, "/sys/module/plog"))
		doctor_say(f, DOCTOR_OK, "loaded");
	else if (module_file(m, m->release, text, sizeof(text)))
		doctor_say(f, DOCTOR_FAIL,
			   "%s is there, and not loaded: modprobe plog; if that "
			   "fails, dmesg | grep plog",
			   text);
	else if (other_kernel(m, text, 128))
		doctor_say(f, DOCTOR_FAIL,
			   "it is installed for Linux %.100s, and not for %s: dkms "
			   "autoinstall, or make kmod install-kmod && depmod",
			   text, m->release);
	else
		doctor_say(f, DOCTOR_FAIL,
			   "it is not installed: the package plog-dkms, or make kmod "
			   "install-kmod && depmod, with linux-headers-%s",
			   m->release);
}

static bool autoload_line(char *text, void *arg)
{
	size_t len = strcspn(text, " \t#");

	(void)arg;
	return len == 4 && !strncmp(text, "plog", 4);
}

void doctor_autoload(const struct doctor_machine *m, struct doctor_finding *f)
{
	static const char *const places[] = {
		"/etc/modules-load.d", "/run/modules-load.d",           "/usr/lib/modules-load.d",
		"/lib/modules-load.d", "/usr/local/lib/modules-load.d", "/etc/modules",
	};
	size_t i;

	for (i = 0; i < m->count; i++) {
		if (m->windows[i].kind == BOARD_NODE) {
			doctor_say(f, DOCTOR_OK, "the device tree's node loads it");
			return;
		}
	}
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (board_each_line(&m->board, places[i], ".conf", autoload_line, NULL)) {
			doctor_say(f, DOCTOR_OK, "%s has it loaded at boot", places[i]);
			return;
		}
	}
	doctor_say(f, DOCTOR_WARN,
		   "nothing loads the module at boot: echo plog "
		   ">/etc/modules-load.d/plog.conf");
}

/* 1 signed, 0 not, -1 nobody can tell: the file is compressed, or missing. */
static int module_signed(const struct doctor_machine *m)
{
	char path[BOARD_PATH], full[BOARD_PATH * 2], tail[sizeof(SIGNED)] = "";
	FILE *file;
	int ret = -1;

	if (!module_file(m, m->release, path, sizeof(path)) ||
	    strcmp(path + strlen(path) - 3, ".ko") != 0)
		return -1;
	file = fopen(board_path(&m->board, path, full, sizeof(full)), "re");
	if (!file)
		return -1;
	if (!fseek(file, -(long)(sizeof(SIGNED) - 1), SEEK_END) &&
	    fread(tail, 1, sizeof(SIGNED) - 1, file) == sizeof(SIGNED) - 1)
		ret = !strcmp(tail, SIGNED);
	fclose(file);
	return ret;
}

void doctor_lockdown(const struct doctor_machine *m, struct doctor_finding *f)
{
	char text[128], enforce[8];
	bool locked, parameters = false;
	unsigned int i;

	board_read(&m->board, "/sys/kernel/security/lockdown", text, sizeof(text));
	board_read(&m->board, "/sys/module/module/parameters/sig_enforce", enforce,
		   sizeof(enforce));
	locked = strstr(text, "[integrity]") || strstr(text, "[confidentiality]");
	for (i = 0; i < m->count; i++)
		parameters |= m->windows[i].kind == BOARD_PARAMETERS;
	if (!locked && enforce[0] != 'Y')
		doctor_say(f, DOCTOR_OK, "%s",
			   text[0] ? "not locked down" : "this kernel has none");
	else if (locked && parameters)
		doctor_say(f, DOCTOR_FAIL,
			   "the kernel is locked down and refuses mem_address=; name "
			   "the window by a device-tree node or mem_name=");
	else if (module_signed(m) == 0)
		doctor_say(f, DOCTOR_FAIL,
			   "only signed modules are loaded here, and plog.ko is not: "
			   "sign it with a key that is enrolled (mokutil --import; DKMS does it)");
	else if (module_signed(m) < 0 && !board_has(&m->board, "/sys/module/plog"))
		doctor_say(f, DOCTOR_UNKNOWN,
			   "only signed modules are loaded here; see `modinfo -F "
			   "signer plog`");
	else
		doctor_say(f, DOCTOR_OK, "%s, and the module is signed",
			   locked ? "locked down" : "signatures are enforced");
}

struct group {
	unsigned int gid;
	bool members;
};

/* "plog:x:998:ann,bob" */
static bool group_line(char *text, void *arg)
{
	struct group *group = arg;
	int at = 0;

	if (sscanf(text, "plog:%*[^:]:%u:%n", &group->gid, &at) != 1)
		return false;
	group->members = at && text[at];
	return true;
}

static bool rule_there(const struct doctor_machine *m)
{
	return board_has(&m->board, "/etc/udev/rules.d/60-plog.rules") ||
	       board_has(&m->board, "/lib/udev/rules.d/60-plog.rules") ||
	       board_has(&m->board, "/usr/lib/udev/rules.d/60-plog.rules") ||
	       board_has(&m->board, "/usr/local/lib/udev/rules.d/60-plog.rules");
}

void doctor_device(const struct doctor_machine *m, struct doctor_finding *f)
{
	struct group group = { 0, false };
	bool grouped = board_each_line(&m->board, "/etc/group", "", group_line, &group);
	struct stat st;

	if (board_stat(&m->board, "/dev/plog0", &st))
		doctor_say(f, DOCTOR_FAIL, "no /dev/plog0: %s",
			   board_has(&m->board, "/sys/module/plog")
				   ? "the module made no window; dmesg | grep plog says why"
				   : "the module is not loaded");
	else if (st.st_mode & 006)
		doctor_say(f, DOCTOR_WARN,
			   "/dev/plog0 is open to everybody (mode %04o); chmod 0660",
			   st.st_mode & 07777);
	else if (!grouped)
		doctor_say(f, DOCTOR_WARN,
			   "/dev/plog0 is root's alone; make the group: "
			   "systemd-sysusers, or groupadd -r plog; then reload the module");
	else if (st.st_gid != group.gid || (st.st_mode & 060) != 060)
		doctor_say(f, DOCTOR_WARN,
			   "/dev/plog0 is not the group plog's (group %u, mode "
			   "%04o)%s",
			   (unsigned int)st.st_gid, st.st_mode & 07777,
			   rule_there(m) ? "; udevadm trigger --subsystem-match=misc"
					 : "; install 60-plog.rules, then udevadm trigger");
	else if (!group.members)
		doctor_say(f, DOCTOR_OK,
			   "/dev/plog0 is the group plog's, which has no members yet");
	else
		doctor_say(f, DOCTOR_OK, "/dev/plog0 is the group plog's");
}

static bool masked(const struct doctor_machine *m, const char *unit)
{
	char path[BOARD_PATH / 2];
	struct stat st;

	snprintf(path, sizeof(path), "/etc/systemd/system/%s", unit);
	return !board_stat(&m->board, path, &st) && (S_ISCHR(st.st_mode) || !st.st_size);
}

void doctor_harvest(const struct doctor_machine *m, struct doctor_finding *f)
{
	static const char *const places[] = {
		"/etc/systemd/system",
		"/lib/systemd/system",
		"/usr/lib/systemd/system",
		"/usr/local/lib/systemd/system",
	};
	const char *unit = "plog-harvest@.service";
	char path[BOARD_PATH / 2];
	size_t i;

	if (masked(m, unit)) {
		doctor_say(f, DOCTOR_WARN,
			   "%s is masked: logs stay in the window; systemctl unmask "
			   "%s",
			   unit, unit);
		return;
	}
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", places[i], unit);
		if (!board_has(&m->board, path))
			continue;
		if (rule_there(m))
			doctor_say(f, DOCTOR_OK, "%s, started by udev", path);
		else
			doctor_say(f, DOCTOR_WARN,
				   "%s is there, and no udev rule to start it; "
				   "install 60-plog.rules",
				   path);
		return;
	}
	doctor_say(f, DOCTOR_WARN,
		   "no %s: nobody saves the logs of earlier boots; make install, or "
		   "the package plog-tools",
		   unit);
}

void doctor_clock(const struct doctor_machine *m, struct doctor_finding *f)
{
	char text[64];

	board_read(&m->board, "/sys/devices/system/clocksource/clocksource0/current_clocksource",
		   text, sizeof(text));
	if (!text[0])
		doctor_say(f, DOCTOR_UNKNOWN, "/sys does not say which one; mount it");
	else if (m->x86 && strcmp(text, "tsc") != 0)
		doctor_say(f, DOCTOR_WARN,
			   "the kernel keeps time by %.40s, not by the TSC, so each "
			   "record costs some 10 ns more; dmesg | grep -i tsc says why",
			   text);
	else
		doctor_say(f, DOCTOR_OK, "%.40s", text);
}
