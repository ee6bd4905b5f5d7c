// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/plogmsgN: a line in, for programs that may not write the window.
 *
 * One write is one record. The kernel fills in who wrote it: process, thread and
 * name of the program, and the user in front of the text, as "uid=1000 ". The
 * writer chooses the level, by "<N>" in front as in /dev/kmsg, and the text. What
 * is longer than MSG_MAX bytes is cut, and marked so. Each user may write MSG_BURST
 * records at once and MSG_RATE a second from then on; a write beyond fails with
 * EAGAIN, and is counted: so who is not trusted with the window cannot wash the log
 * away either.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uidgid.h>
#include <linux/uio.h>

#include "plog_dev.h"
#include "pure/text.h"

#define MSG_MAX		1024
#define MSG_RATE	100
#define MSG_BURST	500

#define LEVEL_BYTES	(sizeof("<6>") - 1)
#define USER_BYTES	(sizeof("uid=4294967295 ") - 1)

static int msg_open(struct inode *inode, struct file *file)
{
	struct miscdevice *misc = file->private_data;

	file->private_data = container_of(misc, struct plog_dev, msg.misc);
	return stream_open(inode, file);
}

static bool rate_allows(struct plog_msg *msg, uid_t uid)
{
	bool allowed;

	spin_lock(&msg->lock);
	allowed = plog_rate_allows(&msg->rate, uid, ktime_get_ns(), NSEC_PER_SEC / MSG_RATE,
				   MSG_BURST);
	spin_unlock(&msg->lock);
	if (!allowed)
		atomic64_inc(&msg->limited);
	return allowed;
}

/* What was written, @len bytes and a NUL, with room for the user in front. */
static bool text_note(struct plog_dev *dev, char *text, size_t len, bool cut, uid_t uid)
{
	struct plog_note note = { .source = PLOG_SOURCE_MSG, .level = PLOG_LEVEL_DEFAULT };
	char comm[TASK_COMM_LEN], user[USER_BYTES + 1];
	char *said = (char *)plog_text_level(text, 7, &note.level);
	size_t prefix = scnprintf(user, sizeof(user), "uid=%u ", uid);

	len -= said - text;
	note.cut = cut || len > MSG_MAX;
	len = min_t(size_t, len, MSG_MAX);
	while (len && said[len - 1] == '\n')
		len--;
	note.text = memcpy(said - prefix, user, prefix);
	note.len = prefix + len;
	get_task_comm(comm, current);
	note.pid = task_tgid_nr(current);
	note.tid = task_pid_nr(current);
	note.comm = comm;
	note.tag = comm;
	plog_now(dev->win.clock, &note.when);
	return plog_note_put(dev, &note);
}

static ssize_t msg_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct plog_dev *dev = iocb->ki_filp->private_data;
	uid_t uid = from_kuid(&init_user_ns, current_uid());
	size_t count = iov_iter_count(from), len = min(count, LEVEL_BYTES + MSG_MAX);
	ssize_t ret = count;
	char *buf;

	if (!rate_allows(&dev->msg, uid))
		return -EAGAIN;
	buf = kmalloc(USER_BYTES + LEVEL_BYTES + MSG_MAX + 1, GFP_KERNEL);
	if (!buf)
		return -ENOMEM;
	buf[USER_BYTES + len] = 0;
	if (!copy_from_iter_full(buf + USER_BYTES, len, from))
		ret = -EFAULT;
	else if (!text_note(dev, buf + USER_BYTES, len, count > len, uid))
		ret = -EAGAIN;
	kfree(buf);
	return ret;
}

static const struct file_operations msg_fops = {
	.owner = THIS_MODULE,
	.open = msg_open,
	.write_iter = msg_write,
};

int plog_msg_register(struct plog_dev *dev)
{
	struct plog_msg *msg = &dev->msg;

	spin_lock_init(&msg->lock);
	snprintf(msg->name, sizeof(msg->name), "plogmsg%u", dev->number);
	msg->misc.name = msg->name;
	msg->misc.mode = 0220;
	msg->misc.fops = &msg_fops;
	return plog_misc_register(dev, &msg->misc);
}
