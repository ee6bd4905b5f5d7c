// SPDX-License-Identifier: BSD-2-Clause
/* The rows, in the order of the usage. */
#include "logdump_option.h"

#define FLAG(short_name, long_name, member, text)                                   \
	{                                                                           \
		.tool.letter = short_name, .tool.name = long_name, .tool.arg = "",  \
		.tool.help = text, .flag = offsetof(struct logdump_options, member) \
	}

/* clang-format off */
const struct logdump_option logdump_option_table[] = {
	{ .tool.letter = 'b', .tool.name = "boot", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "N|ID|all",
	  .tool.help = "boot: 0 or nothing the running one, -1 the one before (default);\n"
		  "1 the oldest; ID: the first digits of its boot id, 4 or more",
	  .tool.value = logdump_value_boot, .set = logdump_set_boot, .absent = "0" },
	FLAG(0, "list-boots", list_boots, "list the boots in the window, and in archives"),
	{ .tool.name = "archive", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "DIR",
	  .tool.help = "folder of archives for --list-boots and -b ID; by default\n"
		  "$PLOG_ARCHIVE, /var/lib/plog",
	  .tool.complete = TOOL_COMPLETE_DIR, .set = logdump_set_archive },
	FLAG(0, "list-windows", list_windows, "list the windows in a dump of memory"),
	{ .tool.name = "window", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "N",
	  .tool.help = "the N-th of them", .set = logdump_set_window },
	{ .tool.letter = 'o', .tool.name = "output", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "FORMAT",
	  .tool.help = "how records are shown; ctf=DIR writes a trace there:",
	  .tool.value = out_format_name, .set = logdump_set_output },
	{ .tool.letter = 'p', .tool.name = "priority", .tool.operand = TOOL_OPERAND_NEEDED,
	  .tool.arg = "LEVEL[..LEVEL]",
	  .tool.help = "this level and worse, or a range; 0 to 7, or one of:",
	  .tool.value = tool_option_level, .set = logdump_set_priority,
	  .selects = true },
	{ .tool.letter = 't', .tool.name = "tag", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "TAG",
	  .tool.help = "records of this tag; may be repeated", .set = logdump_set_tag,
	  .selects = true },
	{ .tool.name = "pid", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "PID",
	  .tool.help = "records of this process", .set = logdump_set_pid,
	  .selects = true },
	{ .tool.letter = 'k', .tool.name = "kernel", .tool.arg = "", .tool.help = "the kernel's records",
	  .flag = offsetof(struct logdump_options, kernel), .selects = true },
	{ .tool.letter = 'S', .tool.name = "since", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "TIME",
	  .tool.help = "none before: \"2026-11-20 17:03\", yesterday, now, -5min, @SECONDS,\n"
		  "or before the end of its boot: end-30s",
	  .tool.value = logdump_value_when, .set = logdump_set_since, .selects = true },
	{ .tool.letter = 'U', .tool.name = "until", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "TIME",
	  .tool.help = "none after", .tool.value = logdump_value_when, .set = logdump_set_until,
	  .selects = true },
	{ .tool.letter = 'g', .tool.name = "grep", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "PATTERN",
	  .tool.help = "messages that match an extended regular expression;\n"
		  "in any case when it is all in lower case", .set = logdump_set_grep,
	  .selects = true },
	{ .tool.letter = 'n', .tool.name = "lines", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "N|all",
	  .tool.help = "the last N records", .tool.value = logdump_value_lines, .set = logdump_set_lines,
	  .selects = true },
	FLAG('r', "reverse", reverse, "newest first"),
	FLAG('f', "follow", follow, "the last 10 of the running boot, and what comes"),
	{ .tool.name = "damaged", .tool.arg = "", .tool.help = "damaged records, too, as far as they are legible",
	  .flag = offsetof(struct logdump_options, damaged), .selects = true },
	FLAG(0, "stats", stats, "what was found of the window, instead of records"),
	FLAG(0, "verify", verify,
	     "how much of the window is as it was written, with a map of it;\n"
	     "exit: 0 all, 1 less, 3 no window"),
	FLAG(0, "summary", summary,
	     "how the boot ended, when, who was talking, what is missing:\n"
	     "a few lines instead of records"),
	{ .tool.name = "report", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "FILE",
	  .tool.help = "write a page for a browser: how the boot ended, its last seconds\n"
		  "as a picture, its last lines, losses; - is standard output",
	  .tool.complete = TOOL_COMPLETE_FILE, .set = logdump_set_report },
	{ .tool.name = "syslog", .tool.operand = TOOL_OPERAND_OPTIONAL, .tool.arg = "[=ADDR]",
	  .tool.help = "deliver to syslog instead of printing: ADDR is a socket's /PATH\n"
		  "(/dev/log), udp://HOST[:PORT] or tcp://HOST[:PORT]",
	  .tool.complete = TOOL_COMPLETE_FILE, .set = logdump_set_syslog },
	{ .tool.name = "journal", .tool.operand = TOOL_OPERAND_OPTIONAL, .tool.arg = "[=PATH]",
	  .tool.help = "deliver to the systemd journal's socket instead of printing",
	  .tool.complete = TOOL_COMPLETE_FILE, .set = logdump_set_journal },
	FLAG(0, "redeliver", redeliver, "deliver what was delivered before, too"),
	{ .tool.name = "machine-id", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "ID",
	  .tool.help = "of the machine whose log it is, if not of this one",
	  .set = logdump_set_machine_id },
	{ .tool.name = "hostname", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "NAME",
	  .tool.help = "likewise", .set = logdump_set_hostname },
	FLAG(0, "utc", utc, "times in UTC"),
	{ .tool.name = "color", .tool.operand = TOOL_OPERAND_OPTIONAL, .tool.arg = "[=WHEN]",
	  .tool.help = "by level: auto (on a terminal), always or never",
	  .tool.value = logdump_value_color, .set = logdump_set_color },
	FLAG(0, "no-pager", no_pager, "do not start a pager on a terminal"),
	{ .tool.name = "save", .tool.operand = TOOL_OPERAND_NEEDED, .tool.arg = "DIR",
	  .tool.help = "save the window as an archive in DIR, instead of printing;\n"
		  "prints where", .tool.complete = TOOL_COMPLETE_DIR, .set = logdump_set_save },
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
