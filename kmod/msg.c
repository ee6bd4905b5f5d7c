// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/plogmsgN: a line in, for programs that may not write the window.
 *
 * One write is one record. The kernel fills in who wrote it; the writer chooses
 * the level, by "<N>" in front as in /dev/kmsg, and the text. What is longer than
 * PLOG_NOTE_MAX bytes is cut, and marked so. Each user may write MSG_BURST records
 * at once and MSG_RATE a second from then on; a write beyond fails with EAGAIN, and
 * is counted: so who is not trusted with the window cannot wash the log away either.
 */
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <linux/uidgid.h>
#include <linux/uio.h>

#include "plog_dev.h"

#define MSG_RATE	100
#define MSG_BURST	500

static int msg_open(struct inode *inode, struct file *file)
{
	struct miscdevice *misc = file->private_data;

	file->private_data = container_of(misc, struct plog_dev, msg.misc);
	return stream_open(inode, file);
}

/* A bucket for several users, where their numbers collide. */
static bool rate_allows(struct plog_msg *msg, uid_t uid)
{
	struct plog_bucket *bucket = &msg->buckets[hash_32(uid, PLOG_BUCKET_BITS)];
	u64 now = ktime_get_ns(), step = NSEC_PER_SEC / MSG_RATE, full = MSG_BURST * step;
	bool allowed;

	/* @paid is when all that was written will have been paid for. */
	spin_lock(&msg->lock);
	bucket->paid = max(bucket->paid, now);
	allowed = bucket->paid - now <= full - step;
	if (allowed)
		bucket->paid += step;
	spin_unlock(&msg->lock);
	return allowed;
}

static const char *level_skip(const char *text, u32 *level)
{
	if (text[0] != '<' || text[1] < '0' || text[1] > '7' || text[2] != '>')
		return text;
	*level = text[1] - '0';
	return text + 3;
}

static bool text_note(struct plog_dev *dev, const char *text, u32 len, bool cut, const char *user)
{
	struct plog_note note = { .source = PLOG_SOURCE_MSG, .level = PLOG_LEVEL_DEFAULT };
	char comm[TASK_COMM_LEN];

	get_task_comm(comm, current);
	note.pid = task_tgid_nr(current);
	note.tid = task_pid_nr(current);
	note.comm = comm;
	note.tag = comm;
	note.file = user;
	note.text = level_skip(text, &note.level);
	note.len = len - (note.text - text);
	note.cut = cut;
	while (note.len && note.text[note.len - 1] == '\n')
		note.len--;
	plog_now(dev->win.clock, &note.when);
	return plog_note_put(dev, &note);
}

static ssize_t msg_write(struct kiocb *iocb, struct iov_iter *from)
{
	struct plog_dev *dev = iocb->ki_filp->private_data;
	uid_t uid = from_kuid(&init_user_ns, current_uid());
	size_t count = iov_iter_count(from), len;
	char user[16], *text;
	bool done;

	if (!rate_allows(&dev->msg, uid)) {
		atomic64_inc(&dev->msg.limited);
		return -EAGAIN;
	}
	text = kmalloc(PLOG_NOTE_MAX + sizeof("<6>"), GFP_KERNEL);
	if (!text)
		return -ENOMEM;
	len = min_t(size_t, count, PLOG_NOTE_MAX + sizeof("<6>") - 1);
	if (!copy_from_iter_full(text, len, from)) {
		kfree(text);
		return -EFAULT;
	}
	text[len] = 0;
	snprintf(user, sizeof(user), "uid:%u", uid);
	done = text_note(dev, text, len, count > len, user);
	kfree(text);
	return done ? count : -EAGAIN;
}

static const struct file_operations msg_fops = {
	.owner = THIS_MODULE,
	.open = msg_open,
	.write_iter = msg_write,
};

int plog_msg_register(struct plog_dev *dev)
{
	struct plog_msg *msg = &dev->msg;
	int ret;

	spin_lock_init(&msg->lock);
	snprintf(msg->name, sizeof(msg->name), "plogmsg%u", dev->number);
	msg->misc.minor = MISC_DYNAMIC_MINOR;
	msg->misc.name = msg->name;
	msg->misc.mode = 0220;
	msg->misc.fops = &msg_fops;
	ret = misc_register(&msg->misc);
	if (ret)
		pr_err("%s: /dev/%s cannot be made (error %d); see the lines before\n", dev->name,
		       msg->name, ret);
	return ret;
}

void plog_msg_undo(struct plog_dev *dev)
{
	misc_deregister(&dev->msg.misc);
}
