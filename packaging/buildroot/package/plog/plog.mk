# SPDX-License-Identifier: BSD-2-Clause
################################################################################
#
# plog
#
################################################################################

PLOG_VERSION = 0.1.0
# The tree that this folder is in. For an archive instead: PLOG_SITE = its folder,
# PLOG_SITE_METHOD = file, and its hash in plog.hash.
PLOG_SITE = $(BR2_EXTERNAL_PLOG_PATH)/../..
PLOG_SITE_METHOD = local
PLOG_LICENSE = BSD-2-Clause (library, tools), GPL-2.0 (module)
PLOG_LICENSE_FILES = LICENSES/BSD-2-Clause.txt LICENSES/GPL-2.0-only.txt
PLOG_INSTALL_STAGING = YES
PLOG_OVERRIDE_SRCDIR_RSYNC_EXCLUSIONS = --exclude /build

PLOG_MAKE_OPTS = SKIP_KMOD=1 PREFIX=/usr BUILD=build CC="$(TARGET_CC)" AR="$(TARGET_AR)"

define PLOG_BUILD_CMDS
	$(TARGET_MAKE_ENV) $(TARGET_CONFIGURE_OPTS) $(MAKE) -C $(@D) $(PLOG_MAKE_OPTS) lib tools
endef

define PLOG_INSTALL_STAGING_CMDS
	$(TARGET_MAKE_ENV) $(TARGET_CONFIGURE_OPTS) $(MAKE) -C $(@D) $(PLOG_MAKE_OPTS) \
		DESTDIR=$(STAGING_DIR) install-files
endef

# Buildroot itself takes headers, static libraries and documents away again.
define PLOG_INSTALL_TARGET_CMDS
	$(TARGET_MAKE_ENV) $(TARGET_CONFIGURE_OPTS) $(MAKE) -C $(@D) $(PLOG_MAKE_OPTS) \
		DESTDIR=$(TARGET_DIR) install-files
endef

define PLOG_USERS
	- - plog -1 - - - - Members may log to the window
endef

ifeq ($(BR2_PACKAGE_PLOG_KMOD),y)
PLOG_MODULE_SUBDIRS = kmod
$(eval $(kernel-module))
endif

$(eval $(generic-package))
