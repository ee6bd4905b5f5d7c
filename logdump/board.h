/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a machine says of itself in files: /proc, /sys, /etc, below any root, so
 * that an image of another machine, or a tree made for a test, answers as well.
 */
#ifndef PLOG_LOGDUMP_BOARD_H
#define PLOG_LOGDUMP_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#define BOARD_WINDOWS 8
#define BOARD_PATH 512

/**
 * struct board - a machine
 * @root: in front of each path, "" for this one
 */
struct board {
	const char *root;
};

/**
 * board_read() - a small file as text
 * @b: machine
 * @path: from its root
 * @buf: receives it, with a NUL, without the newlines at its end; "" on failure
 * @n: room there
 *
 * Return: bytes, or a negative errno.
 */
int board_read(const struct board *b, const char *path, char *buf, size_t n);

/**
 * board_stat() - stat(2) of a path below the root
 *
 * Return: 0 or a negative errno.
 */
int board_stat(const struct board *b, const char *path, struct stat *st);

static inline bool board_has(const struct board *b, const char *path)
{
	struct stat st;

	return !board_stat(b, path, &st);
}

/**
 * board_path() - a path below the root
 * @buf: receives it
 * @n: room there
 */
const char *board_path(const struct board *b, const char *path, char *buf, size_t n);

/**
 * board_each_line() - go through a file's lines, or those of a folder's files
 * @b: machine
 * @path: file, or a folder: all files in it whose name ends in @suffix, by name
 * @suffix: such as ".conf"
 * @line: called for each line, without its newline and blanks in front, until it
 *        returns true
 * @arg: for @line
 *
 * Return: did @line return true?
 */
bool board_each_line(const struct board *b, const char *path, const char *suffix,
		     bool (*line)(char *text, void *arg), void *arg);

/**
 * board_word() - a word of a line of options, "KEY=VALUE" or "KEY"
 * @line: the kernel's command line, or the like
 * @key: its name
 * @nth: 0 the first one of that name, ...
 * @value: receives what is behind the "="; ""
 * @n: room there
 *
 * Return: is there one?
 */
bool board_word(const char *line, const char *key, unsigned int nth, char *value, size_t n);

/**
 * enum board_kind - how the module is told where a window is
 * @BOARD_PARAMETERS:	mem_address= and mem_size=
 * @BOARD_NAME:		mem_name=
 * @BOARD_NODE:		a node of the device tree
 */
enum board_kind {
	BOARD_PARAMETERS,
	BOARD_NAME,
	BOARD_NODE,
};

/**
 * struct board_window - a window that the module has, or would have
 * @kind:	how it is told
 * @address:	physical; 0 and no @size when unknown
 * @size:	bytes
 * @name:	of mem_name=, or of the node
 * @no_map:	the node's memory is not mapped by the kernel
 * @from:	where it says so
 */
struct board_window {
	enum board_kind kind;
	uint64_t address;
	uint64_t size;
	char name[64];
	bool no_map;
	const char *from;
};

/**
 * board_windows() - the windows that the module's parameters, modprobe.d and the
 * device tree name
 * @list: receives them
 *
 * Return: how many, BOARD_WINDOWS at most.
 */
unsigned int board_windows(const struct board *b, struct board_window *list);

/**
 * board_x86() - is it an x86?
 */
bool board_x86(const struct board *b);

/**
 * board_release() - the kernel's release
 * @buf: receives it, "" when unknown
 *
 * Return: version * 1000 + patch level, 6012 for 6.12; 0 when unknown.
 */
unsigned int board_release(const struct board *b, char *buf, size_t n);

/* board_iomem.c */

/**
 * struct board_range - a line of /proc/iomem
 * @start:	first byte
 * @end:	last byte
 * @depth:	0 outermost
 * @name:	what it is
 */
struct board_range {
	uint64_t start;
	uint64_t end;
	unsigned int depth;
	char name[48];
};

/**
 * struct board_iomem - /proc/iomem
 * @range:	in the file's order
 * @count:	how many
 */
struct board_iomem {
	struct board_range *range;
	unsigned int count;
};

/**
 * board_iomem() - read /proc/iomem
 * @io: filled in; board_iomem_free() gives it back
 *
 * Return: 0; -EACCES when addresses are hidden (who asks is not root); or another
 * negative errno.
 */
int board_iomem(const struct board *b, struct board_iomem *io);

void board_iomem_free(struct board_iomem *io);

/**
 * board_iomem_touches() - does any range of this name, whatever its depth, overlap?
 */
bool board_iomem_touches(const struct board_iomem *io, const char *name, uint64_t start,
			 uint64_t end);

/**
 * board_iomem_at() - the innermost range that holds all of these bytes, or NULL
 */
const struct board_range *board_iomem_at(const struct board_iomem *io, uint64_t start,
					 uint64_t end);

/* board_tree.c */

/**
 * board_tree_windows() - device-tree nodes of plog's
 * @list: receives them
 * @max: room there
 */
unsigned int board_tree_windows(const struct board *b, struct board_window *list, unsigned int max);

/**
 * board_tree_reserved() - children of /reserved-memory that have an address
 * @list: receives name, address, size, no_map
 * @max: room there
 */
unsigned int board_tree_reserved(const struct board *b, struct board_window *list,
				 unsigned int max);

/* board_reserve.c */

/**
 * struct board_memmap - a word of memmap= on a kernel's command line
 * @text:	"1M$0xf000000"
 * @size:	bytes
 * @mark:	'$', '@', '#', '!', '%'; 0 when there is none: then it limits the RAM
 * @address:	behind the mark
 */
struct board_memmap {
	char text[64];
	uint64_t size;
	char mark;
	uint64_t address;
};

/**
 * board_memmaps() - all of them; "exactmap" is left out
 * @cmdline: command line
 * @list: receives them
 * @max: room there
 */
unsigned int board_memmaps(const char *cmdline, struct board_memmap *list, unsigned int max);

/**
 * board_memparse() - a number as the kernel reads it: 0x.., K, M, G, T behind it
 * @text: moved behind it
 */
uint64_t board_memparse(const char **text);

/**
 * board_grub_words() - what /etc/default/grub hands to GRUB for the kernel
 * @buf: receives the words of GRUB_CMDLINE_LINUX and GRUB_CMDLINE_LINUX_DEFAULT,
 *       their shell quoting undone
 * @swallowed: set when the shell ate a "$" of them
 *
 * Return: 0, or -ENOENT when there is no such file.
 */
int board_grub_words(const struct board *b, char *buf, size_t n, bool *swallowed);

#endif
