# SPDX-License-Identifier: BSD-2-Clause
# tests/coverage: which lines of the reader and the writer the tests reach, as far as
# they run on the host. Included by the top Makefile.

COVERAGE_CFLAGS := -O0 -g --coverage -fprofile-update=atomic
# libgcov's fork() calls these and refers to them weakly: a static link leaves them out.
COVERAGE_LDFLAGS = --coverage $(patsubst %,-Wl$(comma)-u$(comma)pthread_mutex_%,init lock unlock)
.PHONY: coverage

coverage:
	@scripts/deps.sh build check $(CHECK_DEPS)
	@$(MAKE) BUILD=$(BUILD)/cov CFLAGS="$(COVERAGE_CFLAGS)" LDFLAGS="$(COVERAGE_LDFLAGS)" \
		lib tools unit-tests guest-tools biterr golden
	@BUILD=$(BUILD)/cov TESTS="$(TESTS)" tests/coverage/coverage.sh
