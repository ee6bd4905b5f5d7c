# SPDX-License-Identifier: BSD-2-Clause
# Included by the top Makefile: what the long run of tests/install needs besides.

ifneq ($(PLOG_LONG),)
CHECK_DEPS += cross package
endif
