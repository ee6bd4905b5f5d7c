# SPDX-License-Identifier: BSD-2-Clause
# tests/deliver: real daemons, and the boards that deliver to them. Included by the top
# Makefile. Without the daemons the tests say that they skip.

CHECK_NEEDS += deliver-tests
.PHONY: deliver-tests
deliver-tests: $(BUILD)/boards $(BUILD)/journal_large
	@BUILD=$(BUILD) scripts/daemons.sh || true

$(BUILD)/boards: $(BUILD)/obj/tests/deliver/boards.o $(BUILD)/obj/tests/golden/maker.o \
		$(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread

$(BUILD)/journal_large: $(BUILD)/obj/tests/deliver/journal_large.o $(BUILD)/libtools.a \
		$(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread
