// SPDX-License-Identifier: GPL-2.0-only
/* The module's own lanes (pure/note.h), and how often they were used. */
#include <linux/device.h>

#include "plog_dev.h"

bool plog_note_put(struct plog_dev *dev, const struct plog_note *note)
{
	bool done = plog_note_write(&dev->win, dev->klanes, note);

	atomic64_inc(done ? &dev->written : &dev->dropped);
	return done;
}

int plog_klanes_make(struct plog_dev *dev)
{
	u32 count = dev->win.lanes - plog_note_first(&dev->win);

	dev->klanes = devm_kcalloc(dev->parent, count, sizeof(*dev->klanes), GFP_KERNEL);
	if (dev->klanes)
		return 0;
	pr_err("%s: no memory for the kernel's lanes; free some\n", dev->name);
	return -ENOMEM;
}
