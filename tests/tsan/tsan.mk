# SPDX-License-Identifier: BSD-2-Clause
# tests/tsan: threads on one control plane under ThreadSanitizer.
# Included by the top Makefile.

TSAN_UNIT := test_lock test_lease
# gcc 12 takes the sizes of what the tool instruments wrong.
TSAN_FLAGS := -O1 -g -fsanitize=thread -fno-omit-frame-pointer -Wno-stringop-overread
CHECK_NEEDS += tsan-tests

.PHONY: tsan-tests tsan-programs
tsan-programs: $(BUILD)/threads $(addprefix $(BUILD)/unit/,$(TSAN_UNIT))

tsan-tests:
	@$(MAKE) BUILD=$(BUILD)/tsan CFLAGS="$(TSAN_FLAGS) -include tests/tsan/rseq_seen.h" \
		LDFLAGS="-fsanitize=thread" tsan-programs

$(BUILD)/threads: $(BUILD)/obj/tests/tsan/threads.o $(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread
