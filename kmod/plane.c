// SPDX-License-Identifier: GPL-2.0-only
/*
 * The memory of the control plane. Its locks are futexes between processes,
 * and the kernel names such a futex by the file and the page that it is in:
 * memory without a file (vmalloc, plain pages) gives EFAULT. So the pages are
 * those of a nameless tmpfs file, kept in memory while the window lives.
 */
#include <linux/err.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/pagemap.h>
#include <linux/shmem_fs.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "plog_dev.h"

static void pages_put(struct plog_plane *plane)
{
	while (plane->count)
		put_page(plane->pages[--plane->count]);
	kvfree(plane->pages);
}

static int pages_get(struct plog_plane *plane, u32 count)
{
	plane->pages = kvcalloc(count, sizeof(*plane->pages), GFP_KERNEL);
	if (!plane->pages)
		return -ENOMEM;
	while (plane->count < count) {
		struct page *page = shmem_read_mapping_page(plane->file->f_mapping, plane->count);

		if (IS_ERR(page)) {
			pages_put(plane);
			return PTR_ERR(page);
		}
		plane->pages[plane->count++] = page;
	}
	return 0;
}

/**
 * plog_plane_make() - zeroed memory that processes can share locks in
 * @plane: filled in
 * @bytes: at least so many
 *
 * Return: the memory, or an error pointer.
 */
void *plog_plane_make(struct plog_plane *plane, u32 bytes)
{
	u32 count = DIV_ROUND_UP(bytes, PAGE_SIZE);
	void *memory;
	int ret;

	plane->count = 0;
	plane->file = plog_compat_shmem_file("plog", (loff_t)count << PAGE_SHIFT);
	if (IS_ERR(plane->file))
		return plane->file;
	mapping_set_unevictable(plane->file->f_mapping);
	ret = pages_get(plane, count);
	if (ret)
		goto put_file;
	memory = vmap(plane->pages, count, VM_MAP, PAGE_KERNEL);
	if (memory)
		return memory;
	ret = -ENOMEM;
	pages_put(plane);
put_file:
	fput(plane->file);
	return ERR_PTR(ret);
}

void plog_plane_undo(struct plog_plane *plane, void *memory)
{
	vunmap(memory);
	pages_put(plane);
	fput(plane->file);
}

/**
 * plog_plane_mmap() - map it into user space
 * @plane: what to map
 * @vma: where
 * @first: page of @plane that comes first
 *
 * Return: 0, -EINVAL when it would reach outside, or what inserting a page returns.
 */
int plog_plane_mmap(const struct plog_plane *plane, struct vm_area_struct *vma, unsigned long first)
{
	unsigned long pages = vma_pages(vma), i;
	int ret;

	if (first >= plane->count || pages > plane->count - first)
		return -EINVAL;
	plog_compat_vm_flags_set(vma, VM_DONTEXPAND | VM_DONTDUMP);
	for (i = 0; i < pages; i++) {
		ret = vm_insert_page(vma, vma->vm_start + (i << PAGE_SHIFT),
				     plane->pages[first + i]);
		if (ret)
			return ret;
	}
	return 0;
}
