# SPDX-License-Identifier: BSD-2-Clause
# Included by the top Makefile: what `make install` puts where.
#
# INSTALL_ROWS is the table, and all of it: what is no row of it is neither built,
# installed nor removed again. To add files, add a row:
#
#   INSTALL_ROWS += $(call row,MODE,FOLDER,FILE...)
#
# A FILE in $(BUILD)/install is made of packaging/FILE.in: @NAME@ is replaced by each of
# INSTALL_NAMES. Folders may be given on the command line; DESTDIR is in front of all.

prefix_lib = $(PREFIX)/lib
BINDIR ?= $(PREFIX)/bin
SBINDIR ?= $(PREFIX)/sbin
INCLUDEDIR ?= $(PREFIX)/include
# With multiarch: LIBDIR=/usr/lib/aarch64-linux-gnu
LIBDIR ?= $(prefix_lib)
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
MANDIR ?= $(PREFIX)/share/man
BASHCOMPDIR ?= $(PREFIX)/share/bash-completion/completions
ZSHCOMPDIR ?= $(PREFIX)/share/zsh/site-functions
DOCDIR ?= $(PREFIX)/share/doc/plog
UNITDIR ?= $(prefix_lib)/systemd/system
UDEVDIR ?= $(prefix_lib)/udev
SYSUSERSDIR ?= $(prefix_lib)/sysusers.d
TMPFILESDIR ?= $(prefix_lib)/tmpfiles.d
DKMSDIR ?= $(PREFIX)/src/plog-$(VERSION)
INSTALL ?= install
INSTALL_NAMES := PREFIX BINDIR SBINDIR INCLUDEDIR_PC LIBDIR_PC UNITDIR VERSION
# In plog.pc relative to the prefix, so that pkg-config may move it.
INCLUDEDIR_PC = $(patsubst $(PREFIX)/%,$${prefix}/%,$(INCLUDEDIR))
LIBDIR_PC = $(patsubst $(PREFIX)/%,$${prefix}/%,$(LIBDIR))

HEADERS := liblog/plog.h liblog/plog_args.h liblog/plog_reader.h kmod/plog_format.h kmod/plog_control.h
MAN := $(wildcard docs/man/*.[1-8])
man_section = $(subst .,,$(suffix $(1)))
EXAMPLES := $(wildcard docs/examples/*.*)

row = $(foreach file,$(3),$(1):$(strip $(2)):$(file))
INSTALL_ROWS :=
INSTALL_ROWS += $(call row,755,$(BINDIR),$(addprefix $(BUILD)/,$(TOOLS)))
INSTALL_ROWS += $(call row,644,$(INCLUDEDIR),$(HEADERS))
INSTALL_ROWS += $(call row,644,$(LIBDIR),$(BUILD)/libplog.a $(BUILD)/libplog.so.$(SOVERSION))
INSTALL_ROWS += $(call row,644,$(LIBDIR),$(PRELOAD))
INSTALL_ROWS += $(call row,644,$(PKGCONFIGDIR),$(BUILD)/install/plog.pc)
INSTALL_ROWS += $(foreach page,$(MAN),$(call row,644,$(MANDIR)/man$(call man_section,$(page)),$(page)))
INSTALL_ROWS += $(call row,644,$(UDEVDIR)/rules.d,packaging/udev/60-plog.rules)
INSTALL_ROWS += $(call row,644,$(SYSUSERSDIR),packaging/sysusers.d/plog.conf)
INSTALL_ROWS += $(call row,644,$(BASHCOMPDIR),$(addprefix packaging/completion/bash/,logdump plog plogctl))
INSTALL_ROWS += $(call row,644,$(ZSHCOMPDIR),packaging/completion/zsh/_plog)
INSTALL_ROWS += $(call row,755,$(SBINDIR),packaging/harvest/plog-harvest)
INSTALL_ROWS += $(call row,644,$(UNITDIR),$(addprefix $(BUILD)/install/systemd/,plog-harvest@.service plog-deliver@.service))
INSTALL_ROWS += $(call row,644,$(TMPFILESDIR),packaging/tmpfiles.d/plog.conf)
INSTALL_ROWS += $(call row,644,$(DOCDIR)/examples,packaging/harvest/harvest.conf)
INSTALL_ROWS += $(call row,755,$(DOCDIR)/examples/init.d,$(BUILD)/install/init/plog-harvest)
INSTALL_ROWS += $(call row,644,$(DOCDIR)/examples/sysctl.d,packaging/sysctl.d/plog.conf)
INSTALL_ROWS += $(call row,644,$(DOCDIR),README.md $(wildcard docs/*.md))
INSTALL_ROWS += $(call row,644,$(DOCDIR)/examples,$(EXAMPLES))
INSTALL_ROWS += $(call row,644,$(DOCDIR)/examples/bootloader,$(wildcard docs/examples/bootloader/*))
INSTALL_ROWS += $(call row,644,$(DOCDIR)/examples/modules-load.d,packaging/modules-load.d/plog.conf)
INSTALL_ROWS += $(call row,644,$(DOCDIR)/examples/modprobe.d,packaging/modprobe.d/plog.conf)

# The folders that are plog's alone.
INSTALL_OWN := $(DOCDIR)/examples/init.d $(DOCDIR)/examples/sysctl.d $(DOCDIR)/examples/bootloader $(DOCDIR)/examples/modules-load.d $(DOCDIR)/examples/modprobe.d $(DOCDIR)/examples $(DOCDIR)

# --- nothing below this line knows what is installed ---

row_file = $(lastword $(subst :, ,$(1)))
row_path = $(word 2,$(subst :, ,$(1)))/$(notdir $(call row_file,$(1)))
INSTALL_FILES = $(foreach row,$(INSTALL_ROWS),$(call row_file,$(row)))
INSTALL_PATHS = $(foreach row,$(INSTALL_ROWS),$(call row_path,$(row))) $(LIBDIR)/libplog.so

.PHONY: install install-files install-kmod install-dkms uninstall \
	install-again install-writable
install: install-files
ifeq ($(SKIP_KMOD),)
install: install-kmod
endif

$(BUILD)/install/%: packaging/%.in install-again
	@mkdir -p $(@D)
	$(Q)sed $(foreach name,$(INSTALL_NAMES),-e 's|@$(name)@|$($(name))|g') $< >$@

# Said before anything is half installed.
install-writable:
	@place=$(DESTDIR)$(PREFIX); while [ ! -e "$$place" ] && [ "$$place" != "$${place%/*}" ]; do \
		place=$${place%/*}; done; [ -w "$${place:-/}" ] || { echo "plog: $${place:-/} cannot be \
	written to: be root, or say where else with PREFIX= or DESTDIR=" >&2; exit 1; }

install-files: install-writable $(INSTALL_FILES)
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)for row in $(INSTALL_ROWS); do \
		mode=$${row%%:*} file=$${row##*:} folder=$${row#*:}; \
		folder=$(DESTDIR)$${folder%%:*}; \
		$(INSTALL) -D -m "$$mode" "$$file" "$$folder/$${file##*/}" || exit 1; done
	$(Q)ln -sf libplog.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/libplog.so

# depmod is left to whoever installs: a package, a root file system's builder, you.
install-kmod: kmod
	$(call say,INSTALL,$(DESTDIR)/lib/modules/$(call kmod_release))
	$(Q)$(MAKE) -s -C "$(KDIR)" M=$(abspath $(KBUILD_DIR)) INSTALL_MOD_PATH=$(DESTDIR) \
		$(KBUILD_ARGS) DEPMOD=true modules_install

# The module's source as DKMS wants it: that folder alone.
DKMS_FILES := $(wildcard kmod/*.[ch] kmod/core/*.[ch] kmod/pure/*.[ch] kmod/Kbuild kmod/Makefile kmod/*.sh)
install-dkms: $(BUILD)/install/dkms/dkms.conf
	$(call say,INSTALL,$(DESTDIR)$(DKMSDIR))
	$(Q)for file in $(DKMS_FILES); do \
		$(INSTALL) -D -m 644 "$$file" "$(DESTDIR)$(DKMSDIR)/$${file#kmod/}" || exit 1; done
	$(Q)$(INSTALL) -m 644 $< $(DESTDIR)$(DKMSDIR)/dkms.conf

# The release that the headers in KDIR are for.
kmod_release = $(shell cat "$(KDIR)/include/config/kernel.release" 2>/dev/null)

# Folders that others use as well are left, but for those of a DESTDIR: what install
# made there goes, too.
uninstall:
	$(call say,REMOVE,$(DESTDIR)$(PREFIX))
	$(Q)rm -f $(addprefix $(DESTDIR),$(INSTALL_PATHS))
	$(Q)rm -f $(addprefix $(DESTDIR)$(DKMSDIR)/,dkms.conf $(patsubst kmod/%,%,$(DKMS_FILES)))
	$(Q)rmdir $(addprefix $(DESTDIR),$(INSTALL_OWN) $(DKMSDIR)/core $(DKMSDIR)/pure $(DKMSDIR)) 2>/dev/null || :
ifeq ($(SKIP_KMOD),)
	$(Q)release="$(call kmod_release)"; [ -z "$$release" ] || \
		rm -f $(DESTDIR)/lib/modules/$$release/extra/plog.ko* \
			$(DESTDIR)/lib/modules/$$release/updates/plog.ko*
endif
	$(Q)[ -z "$(DESTDIR)" ] || [ ! -d "$(DESTDIR)" ] || \
		find "$(DESTDIR)" -mindepth 1 -depth -type d -empty -delete
