# SPDX-License-Identifier: BSD-2-Clause
# make fuzz TARGET=reader SECONDS=600 [FUZZ_SEED=1]: hostile bytes for everything
# that reads some (tests/fuzz). Included by the top Makefile, whose variables it uses.
#
# The targets are built with clang and its libFuzzer, where those are installed;
# `make check` goes on without, and its test says so.

FUZZ := $(BUILD)/fuzz
FUZZ_TARGETS := reader format writer options core pure
# x86-64 only: a va_list is made by hand there.
FUZZ_RUNTIME := $(lastword $(sort $(wildcard \
	/usr/lib/llvm-*/lib/clang/*/lib/*/libclang_rt.fuzzer-x86_64.a)))
FUZZ_LLVM := $(firstword $(subst /lib/clang/, ,$(FUZZ_RUNTIME)))
FUZZ_CC ?= $(if $(FUZZ_RUNTIME),$(wildcard $(FUZZ_LLVM)/bin/clang))
FUZZ_CHECKS := -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
FUZZ_CFLAGS := -std=gnu11 $(WARNINGS) -fno-strict-aliasing -O1 -g $(FUZZ_CHECKS)

FUZZ_PRODUCT := $(patsubst %.c,$(FUZZ)/obj/%.o,$(LIB_SRC) $(TOOL_SRC) $(PURE_SRC))
fuzz_own = $(patsubst %,$(FUZZ)/obj/tests/fuzz/%.o,$(1))
FUZZ_PROGRAMS := $(addprefix $(FUZZ)/fuzz_,$(FUZZ_TARGETS)) $(addprefix $(FUZZ)/,seeds make_image)

.PHONY: fuzz fuzz-programs
CHECK_NEEDS += fuzz-programs $(FUZZ)/hostile
CHECK_DEPS += fuzz

fuzz-programs: $(if $(FUZZ_CC),$(FUZZ_PROGRAMS))

fuzz:
	@scripts/deps.sh build fuzz
	@$(MAKE) fuzz-programs
	@BUILD=$(BUILD) tests/fuzz/fuzz.sh '$(or $(TARGET),reader)' '$(or $(SECONDS),600)'

# Only the product's code is what coverage is wanted of.
$(FUZZ)/obj/tests/%.o: tests/%.c
	$(call say,FUZZCC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS_ALL) $(FUZZ_CFLAGS) -MMD -MP -c -o $@ $<

$(FUZZ)/obj/%.o: %.c
	$(call say,FUZZCC,$<)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(CPPFLAGS_ALL) $(FUZZ_CFLAGS) -fsanitize=fuzzer-no-link -MMD -MP -c -o $@ $<

$(FUZZ)/libproduct.a: $(FUZZ_PRODUCT)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

fuzz_comma := ,
define fuzz_link
	$(call say,FUZZLD,$@)
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_CHECKS) -o $@ $^ $(1) $(TOOL_LIBS) -lm
endef

$(FUZZ)/fuzz_reader: $(call fuzz_own,fuzz_reader fuzz_output fuzz_deliver image_mutate image_map fuzz_common) \
		$(FUZZ)/libproduct.a
	$(call fuzz_link,-fsanitize=fuzzer)
$(FUZZ)/fuzz_core: $(call fuzz_own,fuzz_core control_spoil image_mutate image_map fuzz_common) \
		$(FUZZ)/libproduct.a
	$(call fuzz_link,-fsanitize=fuzzer -Wl$(fuzz_comma)--wrap=plog_put$(fuzz_comma)--wrap=plog_zero)
$(FUZZ)/fuzz_pure: $(call fuzz_own,fuzz_pure fuzz_pure_text control_spoil image_mutate image_map \
		fuzz_common) $(FUZZ)/libproduct.a
	$(call fuzz_link,-fsanitize=fuzzer -Wl$(fuzz_comma)--wrap=plog_put$(fuzz_comma)--wrap=plog_clean)
$(addprefix $(FUZZ)/fuzz_,format writer options): $(FUZZ)/fuzz_%: \
		$(FUZZ)/obj/tests/fuzz/fuzz_%.o $(FUZZ)/obj/tests/fuzz/fuzz_common.o \
		$(FUZZ)/libproduct.a
	$(call fuzz_link,-fsanitize=fuzzer)
$(FUZZ)/seeds: $(call fuzz_own,seeds image_map) $(FUZZ)/obj/tests/unit/image.o $(FUZZ)/libproduct.a
	$(call fuzz_link)

# The times of hostile windows are those of the product as it is installed.
$(FUZZ)/hostile: $(addprefix $(BUILD)/obj/tests/,fuzz/hostile.o fuzz/image_map.o unit/image.o) \
		$(BUILD)/libplog.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread

$(FUZZ)/make_image: $(BUILD)/obj/tests/format/make_image.o $(BUILD)/libplog.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread

-include $(shell find $(FUZZ)/obj -type f -name '*.d' 2>/dev/null)
