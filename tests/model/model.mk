# SPDX-License-Identifier: BSD-2-Clause
# tests/model: Spin. Included by the top Makefile. `make check` uses it where it is
# installed, `make check-long` installs it.

ifneq ($(PLOG_LONG),)
CHECK_DEPS += model
endif
