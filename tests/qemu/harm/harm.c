// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Does to a guest's kernel what cannot be done from outside:
 *
 *	insmod harm.ko oops=1			writes to address 8, in insmod's context
 *	insmod harm.ko claim=0xf000000,4096	claims memory as a driver of its own
 *
 * and what a kernel that looks for bugs should find:
 *
 *	insmod harm.ko overrun=1		reads behind the end of an allocation
 *	insmod harm.ko shift=99			shifts by that many bits
 *	insmod harm.ko nap=1			might sleep with a spinlock in hand
 *
 * A module that oopses while it is loaded stays; the boot goes on.
 */
#include <linux/ioport.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spinlock.h>

static bool oops;
module_param(oops, bool, 0444);
MODULE_PARM_DESC(oops, "have an oops");

static unsigned long claim[2];
module_param_array(claim, ulong, NULL, 0444);
MODULE_PARM_DESC(claim, "address and size to claim");

static bool overrun;
module_param(overrun, bool, 0444);
MODULE_PARM_DESC(overrun, "read behind the end of an allocation");

static unsigned int shift;
module_param(shift, uint, 0444);
MODULE_PARM_DESC(shift, "shift by so many bits");

static bool nap;
module_param(nap, bool, 0444);
MODULE_PARM_DESC(nap, "might sleep with a spinlock in hand");

static void bytes_overrun(void)
{
	size_t bytes = 24;
	u8 *p = kmalloc(bytes, GFP_KERNEL);

	OPTIMIZER_HIDE_VAR(bytes);
	if (p)
		pr_info("harm: %u\n", READ_ONCE(p[bytes]));
	kfree(p);
}

static void nap_locked(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	might_sleep();
	spin_unlock(&lock);
}

static int __init harm_init(void)
{
	if (claim[1] && !request_mem_region(claim[0], claim[1], "harm"))
		return -EBUSY;
	if (oops)
		WRITE_ONCE(*(int *)8, 1);
	if (overrun)
		bytes_overrun();
	if (shift)
		pr_info("harm: %d\n", 1 << shift);
	if (nap)
		nap_locked();
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
