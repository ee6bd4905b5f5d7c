# SPDX-License-Identifier: BSD-2-Clause
# Included by the top Makefile: what a unit test wants of its linking.

# It stands between the sweep and the cleaning; also when flags come from the command line.
$(BUILD)/unit/test_swept: override LDFLAGS += -Wl,--wrap=plog_clean
