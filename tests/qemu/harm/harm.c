// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Does to a guest's kernel what cannot be done from outside:
 *
 *	insmod harm.ko oops=1			writes to address 8, in insmod's context
 *	insmod harm.ko claim=0xf000000,4096	claims memory as a driver of its own
 *
 * A module that oopses while it is loaded stays; the boot goes on.
 */
#include <linux/ioport.h>
#include <linux/module.h>

static bool oops;
module_param(oops, bool, 0444);
MODULE_PARM_DESC(oops, "have an oops");

static unsigned long claim[2];
module_param_array(claim, ulong, NULL, 0444);
MODULE_PARM_DESC(claim, "address and size to claim");

static int __init harm_init(void)
{
	if (claim[1] && !request_mem_region(claim[0], claim[1], "harm"))
		return -EBUSY;
	if (oops)
		WRITE_ONCE(*(int *)8, 1);
	return 0;
}

static void __exit harm_exit(void)
{
	if (claim[1])
		release_mem_region(claim[0], claim[1]);
}

module_init(harm_init);
module_exit(harm_exit);
MODULE_DESCRIPTION("Harms a kernel under test");
MODULE_LICENSE("Dual BSD/GPL");
