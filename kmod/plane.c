// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the control plane. Its locks are futexes between processes,
 * and the kernel names such a futex by the file and the page that it is in:
 * memory without a file (vmalloc, plain pages) gives EFAULT. So the pages are
 * those of a nameless tmpfs file, kept in memory while the window lives.
 */
#include <linux/device.h>
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "plog_dev.h"

static void plane_undo(void *data)
{
	struct plog_plane *plane = data;

	vunmap(plane->memory);
	while (plane->count)
		put_page(plane->pages[--plane->count]);
	kvfree(plane->pages);
	fput(plane->file);
}

static int pages_get(struct plog_plane *plane, unsigned long count)
{
	plane->pages = kvcalloc(count, sizeof(*plane->pages), GFP_KERNEL);
	if (!plane->pages)
		return -ENOMEM;
	while (plane->count < count) {
		struct page *page = shmem_read_mapping_page(plane->file->f_mapping, plane->count);

		if (IS_ERR(page))
			return PTR_ERR(page);
		plane->pages[plane->count++] = page;
	}
	plane->memory = vmap(plane->pages, count, VM_MAP, PAGE_KERNEL);
	return plane->memory ? 0 : -ENOMEM;
}

static int plane_fill(struct plog_dev *dev, unsigned long count)
{
	struct plog_plane *plane = &dev->plane;
	int ret;

	plane->file = plog_compat_shmem_file("plog", (loff_t)count << PAGE_SHIFT);
	if (IS_ERR(plane->file))
		return PTR_ERR(plane->file);
	mapping_set_unevictable(plane->file->f_mapping);
	ret = devm_add_action_or_reset(dev->parent, plane_undo, plane);
	return ret ? ret : pages_get(plane, count);
}

/**
 * plog_plane_make() - zeroed memory that processes can share locks in
 * @dev: window; its plane is filled in
 *
 * Return: 0, or a negative errno after a line that says what is wrong.
 */
int plog_plane_make(struct plog_dev *dev)
{
	int ret = plane_fill(dev, DIV_ROUND_UP(plog_control_bytes(dev->opt.size), PAGE_SIZE));

	if (ret)
		pr_err("%s: no memory for the control plane of mem_size=%#llx; use a smaller window\n",
		       dev->name, dev->opt.size);
	return ret;
}

/**
 * plog_plane_mmap() - map it into user space
 * @dev: window
 * @vma: where
 * @first: page of the control plane that comes first
 *
 * Return: 0, -EINVAL when it would reach outside, or what inserting a page returns.
 */
int plog_plane_mmap(struct plog_dev *dev, struct vm_area_struct *vma, unsigned long first)
{
	struct plog_plane *plane = &dev->plane;
	unsigned long pages = vma_pages(vma);

	if (first >= plane->count || pages > plane->count - first)
		return -EINVAL;
	return vm_insert_pages(vma, vma->vm_start, plane->pages + first, &pages);
}
