# SPDX-License-Identifier: BSD-2-Clause
# Programs of tests/torture that are made of several files. Included by the top
# Makefile, whose variables and rules it uses; guest-tools names the programs.

$(BUILD)/guest/chaos: $(BUILD)/obj/tests/torture/chaos.o \
		$(addprefix $(BUILD)/obj/tests/torture/chaos/,writer.o phase.o verify.o) \
		$(BUILD)/libplog.a
	$(guest_link)

$(BUILD)/guest/killstep: $(BUILD)/obj/tests/torture/killstep.o \
		$(addprefix $(BUILD)/obj/tests/torture/killstep/,child.o holder.o record.o) \
		$(BUILD)/libplog.a
	$(guest_link)
