# SPDX-License-Identifier: BSD-2-Clause
# Included by the top Makefile: what the long run of tests/qemu needs besides.

ifneq ($(PLOG_LONG),)
CHECK_DEPS += matrix source-kernel
endif
