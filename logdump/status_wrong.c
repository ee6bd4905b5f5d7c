// SPDX-License-Identifier: BSD-2-Clause
/* What is wrong with a window, in the order of what is lost by it. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "status.h"

#define HISTORY_SHORT 10 /* seconds */

static void wrong(struct status *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void wrong(struct status *s, const char *fmt, ...)
{
	va_list ap;

	if (s->wrongs == STATUS_WRONG)
		return;
	va_start(ap, fmt);
	vsnprintf(s->wrong[s->wrongs++], sizeof(s->wrong[0]), fmt, ap);
	va_end(ap);
}

/* What decides whether the window survives; plogctl doctor has the rest. */
static void machine_judge(struct status *s)
{
	static const struct doctor_check checks[] = {
		{ "reservation", doctor_reservation },
		{ "iomem", doctor_iomem },
		{ "overwrite", doctor_overwrite },
		{ "encryption", doctor_encryption },
		{ "panic", doctor_panic },
		{ "kdump", doctor_kdump },
	};
	struct doctor_machine m;
	size_t i;

	doctor_machine_read(&m, "");
	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		struct doctor_finding f = { DOCTOR_OK, "" };

		checks[i].run(&m, &f);
		if (!i)
			snprintf(s->reserved, sizeof(s->reserved), "%s%s",
				 f.grade == DOCTOR_OK ? "yes, " : "", f.text);
		if (f.grade == DOCTOR_WARN || f.grade == DOCTOR_FAIL)
			wrong(s, "%s: %s", checks[i].name, f.text);
	}
}

static void counts_judge(struct status *s)
{
	u32 history = status_history(&s->rate);

	if (s->dropped_full)
		wrong(s,
		      "%" PRIu64 " records found no free chunk; make the window larger, or "
		      "protect= smaller",
		      s->dropped_full);
	if (s->dropped_busy)
		wrong(s,
		      "%" PRIu64 " records found all lanes busy; make the window larger, which "
		      "gives it more lanes",
		      s->dropped_busy);
	if (s->dict_full)
		wrong(s,
		      "the dictionary was full %" PRIu64 " times, so records carry their own "
		      "text and are longer; make the window larger",
		      s->dict_full);
	if (history && history < HISTORY_SHORT)
		wrong(s, "it holds %u s at this rate; make it larger, or `plogctl level` lower",
		      history);
}

void status_judge(struct status *s, const struct plog_reader *reader)
{
	struct plog_reader_survey survey;

	if (s->writing == STATUS_NO)
		wrong(s, "%s", s->why);
	if (s->writing == STATUS_NO && !s->found)
		return;
	if (s->device)
		machine_judge(s);
	if (s->found && reader && !plog_reader_survey(reader, &survey) && survey.damage)
		wrong(s, "%s", plog_reader_why(reader));
	if (s->live)
		counts_judge(s);
	if (status_default_file(s->spec))
		wrong(s, "this window does not survive a reset of the machine: load plog.ko "
			 "(plog(4)) for /dev/plog0, or set PLOG_WINDOW");
}
