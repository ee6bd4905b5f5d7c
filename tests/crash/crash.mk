# SPDX-License-Identifier: BSD-2-Clause
# All states that a reset may leave in memory (tests/crash).
# Included by the top Makefile, whose variables and rules it uses.

CRASH := $(BUILD)/crash
CRASH_STAGE := shim stage promise scenes
# The writer, compiled a second time: with a call in front of each access to memory, and
# with nothing of the machine's: clock, names, cleaning. The reader and the CRC are shared.
CRASH_TRACED_SRC := $(wildcard kmod/core/*.c) $(filter-out $(wildcard liblog/reader*.c \
	liblog/scan*.c liblog/why*.c liblog/flush*.c) liblog/clock.c liblog/crc32c.c, \
	$(wildcard liblog/*.c))
CRASH_TRACED := $(patsubst %.c,$(BUILD)/obj/tests/crash/traced/%.o,$(CRASH_TRACED_SRC))
CRASH_TRACED_FLAGS := -fsanitize=thread -fno-sanitize=address,undefined -fno-lto
CRASH_STAGE_OBJ := $(patsubst %,$(BUILD)/obj/tests/crash/%.o,$(CRASH_STAGE))
CRASH_CHECK_OBJ := $(filter-out $(CRASH_STAGE_OBJ), \
	$(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/crash/*.c)))
# gcc and clang know the instrumentation on machines of 64 bits only.
ifneq ($(filter x86_64-% aarch64-%,$(shell $(CC) -dumpmachine)),)
CHECK_NEEDS += $(CRASH)/crash
endif

$(BUILD)/obj/tests/crash/traced/%.o: %.c tests/crash/shim_flush.h
	$(call say,TRACE,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(if $(filter liblog/thread.c,$<),-Dplog_thread_id=shim_thread_id) \
		-include tests/crash/shim_flush.h $(CFLAGS_ALL) $(CRASH_TRACED_FLAGS) -MMD -MP -c -o $@ $<

# One object whose names nobody else sees: the library is linked beside it.
$(CRASH)/traced.o: $(CRASH_TRACED) $(CRASH_STAGE_OBJ)
	@mkdir -p $(@D)
	$(Q)$(CC) -nostdlib -r -o $@.all $^ && \
		$(CROSS_COMPILE)objcopy -G crash_scene $@.all $@ && rm -f $@.all

$(CRASH)/crash: $(CRASH)/traced.o $(CRASH_CHECK_OBJ) $(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread
