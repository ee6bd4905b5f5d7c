# SPDX-License-Identifier: BSD-2-Clause
# Included by the top Makefile: what a unit test wants of its linking.

# It stands between the sweep and the cleaning.
$(BUILD)/unit/test_swept: LDFLAGS += -Wl,--wrap=plog_clean
