# SPDX-License-Identifier: BSD-2-Clause
# tests/biterr: random damage. Included by the top Makefile.

BITERR_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/biterr/*.c) tests/golden/maker.c)
CHECK_NEEDS += biterr biterr-asan

.PHONY: biterr biterr-asan
biterr: $(BUILD)/biterr

$(BUILD)/biterr: $(BITERR_OBJ) $(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread -lm

biterr-asan:
	@$(MAKE) BUILD=$(BUILD)/asan CFLAGS="-O1 -g $(SANITIZE)" LDFLAGS="$(SANITIZE)" biterr
