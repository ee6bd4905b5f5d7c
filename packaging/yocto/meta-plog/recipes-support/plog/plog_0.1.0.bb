# SPDX-License-Identifier: BSD-2-Clause
SUMMARY = "Log in RAM that survives the crash of the machine: library and tools"
DESCRIPTION = "What every process was saying when the machine panicked, hung or was \
reset is there to be read after the reboot."
SECTION = "console/utils"
LICENSE = "BSD-2-Clause"
LIC_FILES_CHKSUM = "file://LICENSES/BSD-2-Clause.txt;md5=1144e5fb2bdb6b9263ec4481a44f787b"

require plog-source.inc

inherit pkgconfig useradd

USERADD_PACKAGES = "${PN}"
GROUPADD_PARAM:${PN} = "-r plog"

EXTRA_OEMAKE = "SKIP_KMOD=1 BUILD=build PREFIX=${prefix} LIBDIR=${libdir} BINDIR=${bindir} SBINDIR=${sbindir} \
	INCLUDEDIR=${includedir} MANDIR=${mandir} DOCDIR=${docdir}/plog \
	UDEVDIR=${nonarch_base_libdir}/udev UNITDIR=${systemd_system_unitdir} \
	CC='${CC}' AR='${AR}'"

do_compile() {
	oe_runmake lib tools
}

do_install() {
	oe_runmake install-files DESTDIR=${D}
}

# Tools in a package of their own, so that an image may have the library alone.
PACKAGES =+ "lib${BPN} ${PN}-preload"
FILES:lib${BPN} = "${libdir}/libplog.so.1"
FILES:${PN}-preload = "${libdir}/libplog-preload.so"
FILES:${PN} += "${sbindir} ${datadir}/bash-completion ${datadir}/zsh ${nonarch_base_libdir}/udev ${nonarch_libdir}/sysusers.d ${nonarch_libdir}/tmpfiles.d \
	${systemd_system_unitdir}"
FILES:${PN}-doc += "${docdir}/plog"
RRECOMMENDS:${PN} += "kernel-module-plog"
