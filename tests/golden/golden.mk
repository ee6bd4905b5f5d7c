# SPDX-License-Identifier: BSD-2-Clause
# tests/golden: images that every version has to read. Included by the top Makefile.

GOLDEN_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/golden/*.c))
CHECK_NEEDS += golden

.PHONY: golden golden-update golden-images
golden: $(BUILD)/make_golden

$(BUILD)/make_golden: $(GOLDEN_OBJ) $(BUILD)/libplog.a
	$(call say,LD,$@)
	$(Q)$(CC) $(LDFLAGS) -o $@ $^ -lpthread

# What the reader says of the images by now becomes what is expected; shows how it differs.
golden-update: tools
	@BUILD=$(BUILD) tests/golden/golden_update.sh

# Images that are not there yet. One that is there is never made again.
golden-images: golden
	@BUILD=$(BUILD) tests/golden/golden_images.sh
