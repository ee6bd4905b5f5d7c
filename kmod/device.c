// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/plogN, the window in user space.
 *
 *   mmap	offset 0 up to the window's size: the window; from
 *		PLOG_MMAP_CONTROL on: the control plane. What would reach outside
 *		either fails with EINVAL when mapping, and never traps later.
 *		Shared, or private and read only; never executable; a descriptor
 *		that was opened for reading can neither map for writing nor get
 *		there by mprotect(). Not in core dumps.
 *   read, write, lseek
 *		the window's bytes: end of file behind the last one, ENOSPC for
 *		writing there. dd if=/dev/plog0 is a snapshot.
 *   fsync	what was logged so far is in memory when it returns.
 *   msync	with MS_SYNC: the mapped bytes are.
 *   ioctl	PLOG_IOC_INFO, PLOG_IOC_KICK.
 *
 * An open file or mapping holds the module.
 */
#include <linux/compat.h>
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sizes.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "plog_dev.h"
#include "pure/count.h"

/* At most so much for a call: a window may be large, and slow. */
#define READ_MAX	((size_t)SZ_16M)
#define WRITE_MAX	((size_t)SZ_64K)

static int device_open(struct inode *inode, struct file *file)
{
	struct miscdevice *misc = file->private_data;
	struct plog_dev *dev = container_of(misc, struct plog_dev, misc);

	file->private_data = dev;
	file->f_mode |= PLOG_COMPAT_FMODE;
	if (file->f_mode & FMODE_WRITE)
		plog_sweep_kick(dev);
	return 0;
}

static loff_t device_llseek(struct file *file, loff_t offset, int whence)
{
	struct plog_dev *dev = file->private_data;
	loff_t size = dev->opt.size;

	/* Where offsets are unsigned, it would be taken for a large one. */
	if ((whence == SEEK_SET && offset < 0) || (whence == SEEK_END && offset < -size) ||
	    (whence == SEEK_CUR && offset < -file->f_pos))
		return -EINVAL;
	return fixed_size_llseek(file, offset, whence, size);
}

/* Bytes of [pos, pos + count) that are in the window. */
static size_t bytes_inside(const struct plog_dev *dev, loff_t pos, size_t count)
{
	if (pos < 0 || pos >= dev->opt.size)
		return 0;
	return min_t(u64, count, dev->opt.size - pos);
}

static ssize_t device_read(struct file *file, char __user *buf, size_t count, loff_t *pos)
{
	struct plog_dev *dev = file->private_data;

	return simple_read_from_buffer(buf, min(count, READ_MAX), pos, dev->win.base,
				       dev->opt.size);
}

/*
 * By way of a copy: copy_from_user() fills with zeros what it could not read, and
 * that must not happen to the window.
 */
static ssize_t device_write(struct file *file, const char __user *buf, size_t count, loff_t *pos)
{
	struct plog_dev *dev = file->private_data;
	size_t todo = bytes_inside(dev, *pos, min(count, WRITE_MAX));
	void *bytes;

	if (!todo)
		return count ? -ENOSPC : 0;
	bytes = vmemdup_user(buf, todo);
	if (IS_ERR(bytes))
		return PTR_ERR(bytes);
	memcpy(dev->win.base + *pos, bytes, todo);
	plog_clean(dev->win.base + *pos, todo);
	kvfree(bytes);
	*pos += todo;
	return todo;
}

/* fsync() comes for the whole file, msync() for what is mapped. */
static int device_fsync(struct file *file, loff_t start, loff_t end, int datasync)
{
	struct plog_dev *dev = file->private_data;

	if (start == 0 && end == LLONG_MAX) {
		plog_sweep_now(dev);
		return 0;
	}
	if (start >= 0 && end >= start && start < dev->opt.size)
		plog_clean(dev->win.base + start, bytes_inside(dev, start, end - start + 1));
	plog_fence();
	return 0;
}

static int window_mmap(struct plog_dev *dev, struct vm_area_struct *vma)
{
	if (dev->opt.cache == PLOG_CACHE_WC)
		vma->vm_page_prot = pgprot_writecombine(vma->vm_page_prot);
	else if (dev->opt.cache == PLOG_CACHE_UC)
		vma->vm_page_prot = pgprot_noncached(vma->vm_page_prot);
	return vm_iomap_memory(vma, dev->opt.address, dev->opt.size);
}

static int device_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct plog_dev *dev = file->private_data;
	bool shared = vma->vm_flags & VM_MAYSHARE;

	if (vma->vm_flags & VM_EXEC)
		return -EPERM;
	if (!shared && vma->vm_flags & VM_WRITE)
		return -EINVAL;
	plog_compat_vm_flags(vma, VM_DONTEXPAND | VM_DONTDUMP,
			     shared && file->f_mode & FMODE_WRITE ? VM_MAYEXEC :
								    VM_MAYEXEC | VM_MAYWRITE);
	if (vma->vm_pgoff >= PLOG_MMAP_CONTROL >> PAGE_SHIFT)
		return plog_plane_mmap(dev, vma, vma->vm_pgoff - (PLOG_MMAP_CONTROL >> PAGE_SHIFT));
	return window_mmap(dev, vma);
}

static long info_get(const struct plog_dev *dev, struct plog_info __user *to)
{
	struct plog_info info = {
		.version = PLOG_CONTROL_VERSION,
		.cache = dev->opt.cache,
		.phys_addr = dev->opt.address,
		.window_size = dev->opt.size,
		.control_size = dev->win.ctl_size,
		.boot = dev->report.boot,
		.found = dev->report.found,
		.boots = dev->report.boots,
		.chunks = dev->report.chunks,
		.damaged = dev->report.damaged,
		.protected_chunks = plog_chunks_protected(&dev->win),
		.super_bad = dev->report.super_bad,
	};

	return copy_to_user(to, &info, sizeof(info)) ? -EFAULT : 0;
}

static long device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct plog_dev *dev = file->private_data;

	switch (cmd) {
	case PLOG_IOC_INFO:
		return info_get(dev, (struct plog_info __user *)arg);
	case PLOG_IOC_KICK:
		plog_sweep_kick(dev);
		return 0;
	default:
		return -ENOTTY;
	}
}

static const struct file_operations device_fops = {
	.owner = THIS_MODULE,
	PLOG_COMPAT_FOP_FLAGS
	.open = device_open,
	.llseek = device_llseek,
	.read = device_read,
	.write = device_write,
	.fsync = device_fsync,
	.mmap = device_mmap,
	.unlocked_ioctl = device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static void misc_undo(void *misc)
{
	misc_deregister(misc);
}

int plog_misc_register(struct plog_dev *dev, struct miscdevice *misc)
{
	int ret;

	misc->minor = MISC_DYNAMIC_MINOR;
	ret = misc_register(misc);
	if (ret) {
		pr_err("%s: /dev/%s cannot be made (error %d); see the lines before\n", dev->name,
		       misc->name, ret);
		return ret;
	}
	return devm_add_action_or_reset(dev->parent, misc_undo, misc);
}

int plog_device_register(struct plog_dev *dev)
{
	dev->misc.name = dev->name;
	dev->misc.mode = 0660;
	dev->misc.fops = &device_fops;
	dev->misc.groups = plog_groups;
	return plog_misc_register(dev, &dev->misc);
}
