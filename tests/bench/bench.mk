# SPDX-License-Identifier: BSD-2-Clause
# make bench: the same record by plog and by its peers (tests/bench).
# Included by the top Makefile, whose variables and rules it uses.

BENCH := $(BUILD)/bench
BENCH_SUBJECTS := floor plog plog_shared plog_memory write_file syslog scan_speed sweep_cost
# A peer is measured where its headers are; the others' rows are skipped, with a line.
BENCH_PEERS := $(if $(wildcard /usr/include/lttng/tracef.h /usr/include/*/lttng/tracef.h),lttng) \
	$(if $(wildcard /usr/include/qb/qblog.h),libqb) \
	$(if $(wildcard /usr/include/spdlog/spdlog.h),spdlog)
BENCH_PROGRAMS = $(addprefix $(BENCH)/,$(BENCH_SUBJECTS) $(BENCH_PEERS))
BENCH_MAIN := $(BUILD)/obj/tests/bench/bench_main.o
BENCH_CALLS := $(addprefix $(BUILD)/obj/tests/bench/,plog_calls.o plog_sites.o bench_main.o)
CXX ?= g++
comma := ,

.PHONY: bench bench-programs bench-guest

bench:
	@scripts/deps.sh build bench || echo 'bench: going on without what is missing' >&2
	@$(MAKE) lib tools bench-programs
	@BUILD=$(BUILD) PYTHONDONTWRITEBYTECODE=1 tests/bench/room.sh tests/bench/bench.py

# Its kernel is compiled, once: some minutes.
bench-guest:
	@scripts/deps.sh build qemu source-kernel
	@BUILD=$(BUILD) scripts/source_kernel.sh 6.1-pmsg
	@BUILD=$(BUILD) scripts/kernel.sh 6.1-amd64
	@$(MAKE) lib tools guest-tools bench-guest-programs
	@BUILD=$(BUILD) tests/bench/guest_bench.sh
	@BUILD=$(BUILD) tests/bench/guest_sweep.sh

bench-programs: $(BENCH_PROGRAMS)

define bench_link
	$(call say,LD,$@)
	@mkdir -p $(@D)
	$(Q)$(CC) $(LDFLAGS) -o $@ $(filter %.o %.a,$^) $(1) -lpthread
endef

$(BENCH)/floor: $(BUILD)/obj/tests/bench/floor.o $(BENCH_MAIN)
	$(call bench_link)
$(BENCH)/write_file: $(BUILD)/obj/tests/bench/write_file.o $(BENCH_MAIN)
	$(call bench_link)
$(BENCH)/syslog: $(BUILD)/obj/tests/bench/syslog.o $(BENCH_MAIN)
	$(call bench_link)
$(BENCH)/plog: $(BENCH_CALLS) $(BUILD)/obj/tests/bench/plog_window_spec.o $(BUILD)/libplog.a
	$(call bench_link)
$(BENCH)/plog_shared: $(BENCH_CALLS) $(BUILD)/obj/tests/bench/plog_window_spec.o \
		$(BUILD)/libplog.so.$(SOVERSION)
	$(call bench_link,-L$(BUILD) -lplog -Wl$(comma)-rpath$(comma)$(abspath $(BUILD)))
$(BENCH)/plog_memory: $(BENCH_CALLS) $(BUILD)/obj/tests/bench/plog_window_memory.o \
		$(BUILD)/libplog.a
	$(call bench_link)
$(BENCH)/scan_speed: $(BUILD)/obj/tests/bench/scan_speed.o $(BUILD)/libplog.a
	$(call bench_link)
$(BENCH)/sweep_cost: $(addprefix $(BUILD)/obj/tests/bench/,sweep_cost.o plog_window_memory.o) \
		$(BUILD)/obj/kmod/pure/swept.o $(BUILD)/libplog.a
	$(call bench_link)
$(BENCH)/libqb: $(BUILD)/obj/tests/bench/libqb.o $(BENCH_MAIN)
	$(call bench_link,-lqb)
$(BENCH)/lttng: $(addprefix $(BUILD)/obj/tests/bench/,lttng.o lttng_probes.o) $(BENCH_MAIN)
	$(call bench_link,-llttng-ust -ldl)
$(BENCH)/spdlog: tests/bench/spdlog.cc tests/bench/bench.h $(BENCH_MAIN)
	$(call say,CXX,$@)
	$(Q)$(CXX) -std=c++17 -O2 -g -Wall -Wextra -o $@ $< $(BENCH_MAIN) \
		$$(pkg-config --cflags --libs spdlog) -lpthread


# The peers' macros are not held to our warnings.
$(addprefix $(BUILD)/obj/tests/bench/,lttng.o lttng_probes.o): CFLAGS_ALL := -std=gnu11 -Wall -fPIC $(CFLAGS) -Itests/bench
$(BUILD)/obj/tests/bench/libqb.o: CFLAGS_ALL := -std=gnu11 -Wall $(CFLAGS)

# Static, for a guest without libraries.
BENCH_GUEST := $(addprefix $(BENCH)/guest/,floor plog write_file sweep_load)
.PHONY: bench-guest-programs
bench-guest-programs: $(BENCH_GUEST)

$(BENCH)/guest/floor: $(BUILD)/obj/tests/bench/floor.o $(BENCH_MAIN)
	$(guest_link)
$(BENCH)/guest/write_file: $(BUILD)/obj/tests/bench/write_file.o $(BENCH_MAIN)
	$(guest_link)
$(BENCH)/guest/plog: $(BENCH_CALLS) $(BUILD)/obj/tests/bench/plog_window_spec.o \
		$(BUILD)/libplog.a
	$(guest_link)
$(BENCH)/guest/sweep_load: $(addprefix $(BUILD)/obj/tests/bench/,sweep_load.o plog_window_spec.o) \
		$(BUILD)/libplog.a
	$(guest_link)
