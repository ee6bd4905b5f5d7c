# SPDX-License-Identifier: BSD-2-Clause
# tests/report: the page of --report, in a browser too. Included by the top Makefile.

CHECK_NEEDS += $(BUILD)/make_report
# A browser is 300 MB: only the long run installs one; the short run uses what is there.
ifneq ($(PLOG_LONG),)
CHECK_DEPS += report
endif

$(BUILD)/make_report: $(patsubst %.c,$(BUILD)/obj/%.o,tests/report/make_report.c tests/golden/maker.c) \
		$(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread
