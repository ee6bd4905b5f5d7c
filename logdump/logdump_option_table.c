// SPDX-License-Identifier: BSD-2-Clause
/* The rows, in the order of the usage. */
#include "logdump_option.h"

#define FLAG(short_name, long_name, member, text)                                 \
	{                                                                         \
		.letter = short_name, .name = long_name, .arg = "", .help = text, \
		.flag = offsetof(struct logdump_options, member)                  \
	}

/* clang-format off */
const struct logdump_option logdump_option_table[] = {
	{ .letter = 'b', .name = "boot", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "N|ID|all",
	  .help = "boot: 0 or nothing the running one, -1 the one before (default);\n"
		  "1 the oldest; ID: the first digits of its boot id, 4 or more",
	  .value = logdump_value_boot, .set = logdump_set_boot, .absent = "0" },
	FLAG(0, "list-boots", list_boots, "list the boots in the window, and in archives"),
	{ .name = "archive", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "DIR",
	  .help = "folder of archives for --list-boots and -b ID; by default\n"
		  "$PLOG_ARCHIVE, /var/lib/plog",
	  .complete = LOGDUMP_COMPLETE_DIR, .set = logdump_set_archive },
	FLAG(0, "list-windows", list_windows, "list the windows in a dump of memory"),
	{ .name = "window", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "N",
	  .help = "the N-th of them", .set = logdump_set_window },
	{ .letter = 'o', .name = "output", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "FORMAT",
	  .help = "how records are shown; ctf=DIR writes a trace there:",
	  .value = out_format_name, .set = logdump_set_output },
	{ .letter = 'p', .name = "priority", .operand = LOGDUMP_OPERAND_NEEDED,
	  .arg = "LEVEL[..LEVEL]",
	  .help = "this level and worse, or a range; 0 to 7, or one of:",
	  .value = logdump_value_priority, .set = logdump_set_priority,
	  .selects = true },
	{ .letter = 't', .name = "tag", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "TAG",
	  .help = "records of this tag; may be repeated", .set = logdump_set_tag,
	  .selects = true },
	{ .name = "pid", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "PID",
	  .help = "records of this process", .set = logdump_set_pid,
	  .selects = true },
	{ .letter = 'k', .name = "kernel", .arg = "", .help = "the kernel's records",
	  .flag = offsetof(struct logdump_options, kernel), .selects = true },
	{ .letter = 'S', .name = "since", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "TIME",
	  .help = "none before: \"2026-11-20 17:03\", yesterday, now, -5min, @SECONDS,\n"
		  "or before the end of its boot: end-30s",
	  .value = logdump_value_when, .set = logdump_set_since, .selects = true },
	{ .letter = 'U', .name = "until", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "TIME",
	  .help = "none after", .value = logdump_value_when, .set = logdump_set_until,
	  .selects = true },
	{ .letter = 'g', .name = "grep", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "PATTERN",
	  .help = "messages that match an extended regular expression;\n"
		  "in any case when it is all in lower case", .set = logdump_set_grep,
	  .selects = true },
	{ .letter = 'n', .name = "lines", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "N|all",
	  .help = "the last N records", .value = logdump_value_lines, .set = logdump_set_lines,
	  .selects = true },
	FLAG('r', "reverse", reverse, "newest first"),
	FLAG('f', "follow", follow, "the last 10 of the running boot, and what comes"),
	{ .name = "damaged", .arg = "", .help = "damaged records, too, as far as they are legible",
	  .flag = offsetof(struct logdump_options, damaged), .selects = true },
	FLAG(0, "stats", stats, "what was found of the window, instead of records"),
	FLAG(0, "verify", verify,
	     "how much of the window is as it was written, with a map of it;\n"
	     "exit: 0 all, 1 less, 3 no window"),
	FLAG(0, "summary", summary,
	     "how the boot ended, when, who was talking, what is missing:\n"
	     "a few lines instead of records"),
	{ .name = "report", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "FILE",
	  .help = "write a page for a browser: how the boot ended, its last seconds\n"
		  "as a picture, its last lines, losses; - is standard output",
	  .complete = LOGDUMP_COMPLETE_FILE, .set = logdump_set_report },
	{ .name = "syslog", .operand = LOGDUMP_OPERAND_OPTIONAL, .arg = "[=ADDR]",
	  .help = "deliver to syslog instead of printing: ADDR is a socket's /PATH\n"
		  "(/dev/log), udp://HOST[:PORT] or tcp://HOST[:PORT]",
	  .complete = LOGDUMP_COMPLETE_FILE, .set = logdump_set_syslog },
	{ .name = "journal", .operand = LOGDUMP_OPERAND_OPTIONAL, .arg = "[=PATH]",
	  .help = "deliver to the systemd journal's socket instead of printing",
	  .complete = LOGDUMP_COMPLETE_FILE, .set = logdump_set_journal },
	FLAG(0, "redeliver", redeliver, "deliver what was delivered before, too"),
	{ .name = "machine-id", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "ID",
	  .help = "of the machine whose log it is, if not of this one",
	  .set = logdump_set_machine_id },
	{ .name = "hostname", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "NAME",
	  .help = "likewise", .set = logdump_set_hostname },
	FLAG(0, "utc", utc, "times in UTC"),
	{ .name = "color", .operand = LOGDUMP_OPERAND_OPTIONAL, .arg = "[=WHEN]",
	  .help = "by level: auto (on a terminal), always or never",
	  .value = logdump_value_color, .set = logdump_set_color },
	FLAG(0, "no-pager", no_pager, "do not start a pager on a terminal"),
	{ .name = "save", .operand = LOGDUMP_OPERAND_NEEDED, .arg = "DIR",
	  .help = "save the window as an archive in DIR, instead of printing;\n"
		  "prints where", .complete = LOGDUMP_COMPLETE_DIR, .set = logdump_set_save },
	FLAG(0, "ack", ack, "when all of it has been put out, mark the boot as harvested"),
	FLAG(0, "erase", erase,
	     "erase what earlier boots left in the window; prints none, but with --ack,\n"
	     "--save or delivery comes after it"),
	FLAG(0, "force", force, "with --erase: what was not harvested, too"),
	FLAG('h', "help", help, "show this"),
	FLAG('V', "version", version, "show the version"),
	FLAG(0, "completion", completion, NULL),
};
/* clang-format on */

const size_t logdump_option_count = sizeof(logdump_option_table) / sizeof(logdump_option_table[0]);

_Static_assert(sizeof(logdump_option_table) / sizeof(logdump_option_table[0]) <=
		       LOGDUMP_OPTION_COUNT_MAX,
	       "the parser has room for all rows");
