# SPDX-License-Identifier: BSD-2-Clause
# plog: `make help` lists the targets.

VERSION := 0.1.0
SOVERSION := 1
BUILD ?= build
# One name for one folder, or dependencies that were noted under the other are lost.
override BUILD := $(patsubst $(CURDIR)/%,%,$(abspath $(BUILD)))
PREFIX ?= /usr/local
DESTDIR ?=
KDIR ?= /lib/modules/$(shell uname -r)/build
ARCH ?=
CROSS_COMPILE ?=

ifneq ($(CROSS_COMPILE),)
CC := $(CROSS_COMPILE)gcc
AR := $(CROSS_COMPILE)ar
endif
CFLAGS ?= -O2 -g
WARNINGS := -Wall -Wextra -Werror -Wstrict-prototypes -Wmissing-prototypes -Wundef
CPPFLAGS_ALL := -D_GNU_SOURCE -DPLOG_VERSION='"$(VERSION)"' -Ikmod -Iliblog -Ilogdump $(CPPFLAGS)
CFLAGS_ALL := -std=gnu11 $(WARNINGS) -fno-strict-aliasing -fPIC -fvisibility=hidden $(CFLAGS)

# Archives are compressed where this compiler has libzstd; ZSTD= builds without.
PKG_CONFIG ?= $(CROSS_COMPILE)pkg-config
ifeq ($(origin ZSTD),undefined)
ZSTD := $(shell printf '\043include <zstd.h>\nint main(void) { return !ZSTD_versionNumber(); }\n' | \
	$(CC) -x c - -o /dev/null $$($(PKG_CONFIG) --libs libzstd 2>/dev/null) 2>/dev/null && echo 1)
endif
TOOL_LIBS := -lpthread
ifneq ($(ZSTD),)
CPPFLAGS_ALL += -DPLOG_ZSTD $(shell $(PKG_CONFIG) --cflags libzstd)
TOOL_LIBS := -Wl,--as-needed $(shell $(PKG_CONFIG) --libs libzstd) $(TOOL_LIBS)
endif

# Objects are made anew when what they are compiled with has changed.
FLAGS := $(BUILD)/obj/flags
FLAGS_NOW := $(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL)
export FLAGS_NOW

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n' $(1) $(2)
MAKEFLAGS += --no-print-directory
endif

LIB_SRC := $(wildcard liblog/*.c) $(wildcard kmod/core/*.c)
TOOL_MAIN := $(wildcard logdump/*_main.c)
# Stands in for its sibling in static programs.
TOOL_STATIC := logdump/carrier_name_static.c
TOOL_SRC := $(filter-out $(TOOL_MAIN) $(TOOL_STATIC),$(wildcard logdump/*.c))
TOOLS := $(patsubst logdump/%_main.c,%,$(TOOL_MAIN))
# The module's own pure part, which no library has: for tests.
PURE_SRC := $(wildcard kmod/pure/*.c)
TEST_MAIN := $(wildcard tests/unit/test_*.c)
TEST_SRC := $(filter-out $(TEST_MAIN),$(wildcard tests/unit/*.c))
TESTS := $(patsubst tests/unit/%.c,%,$(TEST_MAIN))
GUEST_MAIN := $(wildcard tests/torture/*.c tests/qemu/*.c) docs/examples/pump.c
GUEST := $(patsubst %.c,%,$(notdir $(GUEST_MAIN)))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIB_OBJ := $(call obj,$(LIB_SRC))
# The restartable sequence of 32-bit Arm is written in the A32 instruction set.
ifneq ($(filter arm-%,$(shell $(CC) -dumpmachine 2>/dev/null)),)
$(BUILD)/obj/liblog/lane_cpu.o $(BUILD)/obj/liblog/rseq.o: CFLAGS_ALL += -marm
endif
TOOL_OBJ := $(call obj,$(TOOL_SRC))
TEST_OBJ := $(call obj,$(TEST_SRC))
PURE_OBJ := $(call obj,$(PURE_SRC))

.PHONY: all lib tools kmod check check-unit check-long demo lint clean help guest-tools \
	unit-tests asan-tests amalgamation abi-update \
	compiler-there deb
.PRECIOUS: $(BUILD)/obj/%.o

all: lib tools
ifeq ($(SKIP_KMOD),)
all: kmod
endif

help:
	@echo 'all        library, tools and module (SKIP_KMOD=1: without the module)'
	@echo 'lib        libplog.so.$(SOVERSION), libplog.a'
	@echo 'tools      $(TOOLS)'
	@echo 'kmod       plog.ko for KDIR ($(KDIR))'
	@echo 'demo       boot a real kernel, log, crash it, show the recovered log'
	@echo 'check      all tests; installs what they need'
	@echo 'check-long the same with bigger numbers'
	@echo 'lint       static checks, as far as their tools are installed'
	@echo 'fuzz       hostile bytes for TARGET (reader) and so many SECONDS (600)'
	@echo 'bench      measure, beside the peers that are installed'
	@echo 'amalgamation  the library as two files, plog.c and plog.h, to be carried along'
	@echo 'install    into DESTDIR and PREFIX (SKIP_KMOD=1: without the module); LIBDIR= for multiarch'
	@echo 'install-dkms  the source of the module to PREFIX/src, for dkms add'
	@echo 'deb        Debian packages, into $(BUILD)/deb'
	@echo 'uninstall  remove what install put there'
	@echo 'clean      remove $(BUILD)'
	@echo 'V=1 shows commands; CROSS_COMPILE=, CC=, CFLAGS=, BUILD= as usual'

# --- library and tools ---

lib: $(BUILD)/libplog.a $(BUILD)/libplog.so.$(SOVERSION)
tools: $(addprefix $(BUILD)/,$(TOOLS))

compiler-there:
	@command -v $(firstword $(CC)) >/dev/null || { echo "plog: no compiler $(firstword $(CC)): \
	install it, or give CROSS_COMPILE= or CC=" >&2; exit 1; }

.PHONY: always
$(FLAGS): always
	@mkdir -p $(@D)
	@printf '%s\n' "$$FLAGS_NOW" | cmp -s - $@ || printf '%s\n' "$$FLAGS_NOW" >$@

$(BUILD)/obj/%.o: %.c $(FLAGS) | compiler-there
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

$(BUILD)/libplog.a: $(LIB_OBJ)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(BUILD)/libplog.so.$(SOVERSION): $(LIB_OBJ) liblog/libplog.map
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -shared -Wl,-soname,libplog.so.$(SOVERSION) -Wl,-z,now,-z,nodelete \
		-Wl,--version-script=liblog/libplog.map -o $@ $(LIB_OBJ) -lpthread
	$(Q)ln -sf libplog.so.$(SOVERSION) $(BUILD)/libplog.so

# What is put in front of libc, with a library of its own inside: glibc only, as it
# needs a stderr that can be another stream.
PRELOAD := $(if $(shell echo __GLIBC__ | $(CC) -E -P -include features.h - 2>/dev/null | grep '^[0-9]'),$(BUILD)/libplog-preload.so)
PRELOAD_OBJ := $(call obj,$(wildcard preload/*.c))
lib: $(PRELOAD)
$(BUILD)/obj/preload/%.o: CFLAGS_ALL += -U_FORTIFY_SOURCE
$(BUILD)/libplog-preload.so: $(PRELOAD_OBJ) $(BUILD)/libplog.a preload/preload.map
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -shared -Wl,-soname,libplog-preload.so \
		-Wl,-z,now,-z,nodelete,-z,initfirst,--exclude-libs,ALL \
		-Wl,--version-script=preload/preload.map -o $@ $(PRELOAD_OBJ) $(BUILD)/libplog.a -lpthread -ldl

# The page of --report: markup, style and script as C.
REPORT_HTML := logdump/report/page.html
REPORT_STYLE := $(addprefix logdump/report/,base.css timeline.css log.css paper.css)
REPORT_SCRIPT := $(addprefix logdump/report/,data.js filter.js timeline.js log.js tables.js map.js main.js)
comma := ,
listed = $(subst $() ,$(comma),$(strip $(1)))
$(BUILD)/gen/report_text.c: scripts/embed.sh $(REPORT_HTML) $(REPORT_STYLE) $(REPORT_SCRIPT)
	$(call say,GEN,$@)
	@mkdir -p $(@D)
	$(Q)scripts/embed.sh report html=$(REPORT_HTML) style=$(call listed,$(REPORT_STYLE)) \
		script=$(call listed,$(REPORT_SCRIPT)) >$@.new && mv $@.new $@

$(BUILD)/obj/gen/report_text.o: $(BUILD)/gen/report_text.c
	$(call say,CC,$<)
	@mkdir -p $(@D)
	$(Q)$(CC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -c -o $@ $<

TOOL_OBJ += $(BUILD)/obj/gen/report_text.o
$(BUILD)/libtools.a: $(TOOL_OBJ)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

$(addprefix $(BUILD)/,$(TOOLS)): $(BUILD)/%: $(BUILD)/obj/logdump/%_main.o $(BUILD)/libtools.a \
		$(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $(TOOL_LIBS)

# The library as two files, for programs that carry it along.
amalgamation:
	$(call say,CAT,$(BUILD)/amalgamation)
	$(Q)scripts/amalgamate.sh $(BUILD)/amalgamation $(VERSION)

# Debian packages.
deb:
	@scripts/deps.sh build package
	@BUILD=$(BUILD) scripts/deb.sh

# What programs are linked with, noted anew; lint compares.
abi-update: lib
	$(Q)BUILD=$(BUILD) scripts/abi.sh update

# --- module: built in a copy, so that the source folder stays clean ---

KBUILD_DIR = $(BUILD)/kmod
KBUILD_ARGS = $(if $(ARCH),ARCH=$(ARCH)) $(if $(CROSS_COMPILE),CROSS_COMPILE=$(CROSS_COMPILE))
kmod:
	$(call say,KMOD,$(KBUILD_DIR)/plog.ko)
	@sh kmod/headers.sh "$(KDIR)" "$(ARCH)"
	@mkdir -p $(KBUILD_DIR)
	@cp -Rpu kmod/. $(KBUILD_DIR)/
	$(Q)$(MAKE) -s -C "$(KDIR)" M=$(abspath $(KBUILD_DIR)) \
		$(KBUILD_ARGS) modules

# --- tests ---

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(TEST_OBJ) $(PURE_OBJ) $(BUILD)/libtools.a $(BUILD)/libplog.a
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ $$(pkg-config --libs check) $(TOOL_LIBS)

# What runs inside a guest has no shared libraries there.
guest-tools: $(addprefix $(BUILD)/guest/,$(TOOLS) $(GUEST))

$(addprefix $(BUILD)/guest/,$(TOOLS)): $(BUILD)/guest/%: $(BUILD)/obj/logdump/%_main.o \
		$(call obj,$(TOOL_STATIC)) $(BUILD)/libtools.a $(BUILD)/libplog.a
	$(guest_link)

define guest_link
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -static -o $@ $^ $(TOOL_LIBS)
endef
$(BUILD)/guest/%: $(BUILD)/obj/tests/torture/%.o $(BUILD)/libplog.a
	$(guest_link)
$(BUILD)/guest/%: $(BUILD)/obj/tests/qemu/%.o $(BUILD)/libplog.a
	$(guest_link)
$(BUILD)/guest/%: $(BUILD)/obj/docs/examples/%.o $(BUILD)/libplog.a
	$(guest_link)

unit-tests: $(addprefix $(BUILD)/unit/,$(TESTS))

check-unit:
	@scripts/deps.sh build check
	@$(MAKE) unit-tests tools lib
	@tests/run.sh $(addprefix $(BUILD)/unit/,$(TESTS))

SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
asan-tests:
	@$(MAKE) BUILD=$(BUILD)/asan CFLAGS="-O1 -g $(SANITIZE)" LDFLAGS="$(SANITIZE)" unit-tests tools

# The folders of tests/ add what their scripts need to have built, and which groups
# of packages: CHECK_NEEDS and CHECK_DEPS in their *.mk.
check:
	@scripts/deps.sh build check qemu $(CHECK_DEPS)
	@$(MAKE) lib tools unit-tests guest-tools $(CHECK_NEEDS)
	@$(MAKE) asan-tests
	@BUILD=$(BUILD) tests/run.sh $(addprefix $(BUILD)/unit/,$(TESTS)) \
		$(addprefix $(BUILD)/asan/unit/,$(TESTS)) $(sort $(wildcard tests/*/*_test.sh))

check-long:
	@PLOG_LONG=1 $(MAKE) check

demo:
	@scripts/deps.sh build qemu
	@$(MAKE) lib tools guest-tools
	@BUILD=$(BUILD) tests/qemu/demo.sh

lint:
	@BUILD=$(BUILD) scripts/lint.sh

# --- install: the table is in packaging/install.mk ---

include packaging/install.mk

clean:
	$(Q)rm -rf $(BUILD)

-include $(wildcard tests/*/*.mk)
-include $(shell find $(BUILD)/obj -type f -name '*.d' 2>/dev/null)
