# SPDX-License-Identifier: BSD-2-Clause
SUMMARY = "Log in RAM that survives the crash of the machine: kernel module"
DESCRIPTION = "Makes reserved RAM a device that programs log to, cleans caches, and notes \
panics and reboots. Needs Linux 5.10 or later."
SECTION = "kernel"
LICENSE = "GPL-2.0-only"
LIC_FILES_CHKSUM = "file://../LICENSES/GPL-2.0-only.txt;md5=b234ee4d69f5fce4486a80fdaf4a4263"

require recipes-support/plog/plog-source.inc

inherit module

# The module's folder stands alone.
S:append = "/kmod"
EXTRA_OEMAKE += "KDIR=${STAGING_KERNEL_DIR}"
MODULES_INSTALL_TARGET = "install"

# Without a device-tree node the module has to be told where the window is:
# KERNEL_MODULE_PROBECONF += "plog" and module_conf_plog = "options plog mem_address=..."
KERNEL_MODULE_AUTOLOAD += "plog"
RPROVIDES:${PN} += "kernel-module-plog"
