// SPDX-License-Identifier: BSD-2-Clause
/* Files and control planes where the system says no. */
#include "places.inc"
#include "plog.h"

/* --- file systems --- */

START_TEST(without_preallocation)
{
	struct stat st;

	/* The control plane's file is filled as well. */
	fail_next("fallocate", NULL, EINTR, 1);
	fail_next("fallocate", NULL, EOPNOTSUPP, 9);
	fail_next("pwrite", NULL, EINTR, 1);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	ck_assert_int_eq(stat(path, &st), 0);
	ck_assert_int_eq(st.st_size, SIZE);
	ck_assert_int_ge(st.st_blocks * 512, SIZE);
}
END_TEST

START_TEST(without_room)
{
	fail_next("fallocate", NULL, ENOSPC, 1);
	ck_says(plog_map_write(&map, path, SIZE), ENOSPC, "no room for 65536 bytes");
	fail_next("fallocate", NULL, EOPNOTSUPP, 1);
	fail_next("pwrite", NULL, EDQUOT, 1);
	ck_says(plog_map_write(&map, path, SIZE), EDQUOT, "no room for 65536 bytes");
	fail_next("fallocate", NULL, EIO, 1);
	ck_says(plog_map_write(&map, path, SIZE), EIO, "cannot make it");
	ck_assert_int_eq(access(path, F_OK), -1);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	/* The window is there; its control plane finds no room. */
	fail_next("fallocate", NULL, ENOSPC, 1);
	ck_says(plog_map_init(&map, path, 2 * SIZE, true), ENOSPC, "cannot give it 131072 bytes");
	ck_assert_int_eq(truncate(path, SIZE), 0);
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, true), 0);
	plog_map_close(&map);
	fail_next("fallocate", NULL, ENOSPC, 1);
	ck_says(plog_map_write(&map, path, 0), ENOSPC, "no room for its control plane");
}
END_TEST

START_TEST(without_links)
{
	fail_next("link", NULL, EPERM, 1);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	/* Somebody else was faster. */
	fail_next("open", "window", ENOENT, 1);
	fail_next("link", NULL, EPERM, 1);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	fail_next("open", "window", ENOENT, 1);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
}
END_TEST

START_TEST(files_that_cannot_be_opened)
{
	fail_next("open", "window", EROFS, 1);
	ck_says(plog_map_write(&map, path, 0), EROFS, "mounted read-only");
	fail_next("open", "window", EACCES, 1);
	ck_says(plog_map_write(&map, path, 0), EACCES, "read and write permission");
	fail_next("open", "window", ENFILE, 1);
	ck_says(plog_map_write(&map, path, 0), ENFILE, "cannot open for writing");
	fail_next("open", "window", ENFILE, 1);
	ck_says(plog_map_read(&map, path), ENFILE, "cannot read");
	ck_says(plog_map_write(&map, dir, 0), EISDIR, "a directory");
	/* Each temporary name is taken. */
	fail_next("open", ".new", EEXIST, 200);
	ck_says(plog_map_write(&map, path, SIZE), EEXIST, "cannot make it");
	memset(faults, 0, sizeof(faults));
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	fail_next("read", NULL, EIO, 1);
	ck_says(plog_map_read(&map, path), EIO, "cannot read");
}
END_TEST

START_TEST(control_planes_that_cannot_be_had)
{
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	fail_next("open", "plog-ctl", EMFILE, 1);
	ck_says(plog_map_write(&map, path, 0), EMFILE, "cannot open its control plane");
	fail_next("open", "plog-ctl", ENOTDIR, 1);
	fail_next("stat", "/dev/shm", ENOENT, 1);
	ck_says(plog_map_write(&map, path, 0), ENOTDIR, "which is missing");
	/* It was there, and then it was not; somebody else makes it meanwhile. */
	fail_next("open", "plog-ctl", ENOENT, 1);
	ck_assert_int_eq(plog_map_write(&map, path, 0), 0);
	plog_map_close(&map);
	fail_next("flock", NULL, ENOLCK, 1);
	ck_says(plog_map_write(&map, path, 0), ENOLCK, "cannot open its control plane");
	fail_next("flock", NULL, EWOULDBLOCK, 100000);
	ck_says(plog_map_write(&map, path, 0), EBUSY, "locked for seconds");
	memset(faults, 0, sizeof(faults));
	fail_next("open", "boot_id", ENOENT, 1);
	ck_says(plog_map_write(&map, path, 0), ENOENT, "is /proc mounted");
}
END_TEST

START_TEST(without_entropy_and_population)
{
	u8 uuid[16];

	fail_next("getrandom", NULL, EAGAIN, 2);
	fail_next("open", "urandom", ENOENT, 1);
	fail_next("madvise", NULL, EINVAL, 4);
	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	ck_assert_uint_ne(map.win.salt, 0);
	memcpy(uuid, map.base + offsetof(struct plog_super, uuid), sizeof(uuid));
	plog_map_close(&map);
	/* Windows differ all the same, by the clocks. */
	fail_next("open", "urandom", ENOENT, 1);
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, true), 0);
	ck_assert_uint_ne(map.win.salt, 0);
	ck_assert(memcmp(uuid, map.base + offsetof(struct plog_super, uuid), sizeof(uuid)));
	plog_map_close(&map);
}
END_TEST

/* All copies of the superblock, changed and sealed again. */
static void super_change(void (*change)(struct plog_super *super))
{
	struct plog_geometry geo;
	struct plog_super super;
	int fd = open(path, O_RDWR), i;

	ck_assert_int_eq(plog_geometry_make(&geo, SIZE), 0);
	for (i = 0; i < PLOG_SUPER_COPIES; i++) {
		off_t at = (off_t)geo.super_off[i];

		ck_assert_int_eq(pread(fd, &super, sizeof(super), at), sizeof(super));
		change(&super);
		super.crc = plog_set32(
			plog_crc32c(0xffffffff, &super, offsetof(struct plog_super, crc)));
		ck_assert_int_eq(pwrite(fd, &super, sizeof(super), at), sizeof(super));
	}
	close(fd);
}

static void later_major(struct plog_super *super)
{
	super->major = plog_set16(2);
}

static void later_minor(struct plog_super *super)
{
	super->minor = plog_set16(200);
	memset(super->reserved, 0x77, sizeof(super->reserved));
}

START_TEST(windows_of_later_versions)
{
	struct plog_super super;
	u32 salt;
	int fd;

	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	salt = map.win.salt;
	plog_map_close(&map);
	super_change(later_minor);
	ck_assert_int_eq(plog_map_write(&map, path, 0), 0);
	ck_assert_uint_eq(map.win.salt, salt);
	ck_assert_uint_eq(map.report.super_bad, 0);
	plog_map_close(&map);
	super_change(later_major);
	ck_says(plog_map_write(&map, path, 0), EPROTONOSUPPORT, "written by a newer plog");
	/* And is left as it is. */
	fd = open(path, O_RDONLY);
	ck_assert_int_eq(pread(fd, &super, sizeof(super), 0), sizeof(super));
	close(fd);
	ck_assert_uint_eq(plog_get16(super.major), 2);
}
END_TEST

START_TEST(superblocks_are_checked_in_turn)
{
	struct plog_geometry geo;
	struct plog_super super, bad;
	int fd;

	ck_assert_int_eq(plog_map_write(&map, path, SIZE), 0);
	plog_map_close(&map);
	fd = open(path, O_RDONLY);
	ck_assert_int_eq(pread(fd, &super, sizeof(super), 0), sizeof(super));
	close(fd);
	ck_assert_int_eq(plog_super_check(&super, SIZE, &geo), 0);
	bad = super;
	bad.magic = ~super.magic;
	ck_assert_int_eq(plog_super_check(&bad, SIZE, &geo), -ENOENT);
	bad = super;
	bad.salt ^= 1;
	ck_assert_int_eq(plog_super_check(&bad, SIZE, &geo), -EBADMSG);
	bad = super;
	later_major(&bad);
	bad.crc = plog_set32(plog_crc32c(0xffffffff, &bad, offsetof(struct plog_super, crc)));
	ck_assert_int_eq(plog_super_check(&bad, SIZE, &geo), -EPROTONOSUPPORT);
	bad = super;
	bad.size = plog_set32(256);
	bad.crc = plog_set32(plog_crc32c(0xffffffff, &bad, offsetof(struct plog_super, crc)));
	ck_assert_int_eq(plog_super_check(&bad, SIZE, &geo), -EINVAL);
	ck_assert_int_eq(plog_super_check(&super, SIZE / 2, &geo), -EINVAL);
}
END_TEST

START_TEST(names_that_are_too_long)
{
	static char longer[5000];
	char text[200];

	memset(longer, 'x', sizeof(longer) - 1);
	ck_assert_int_eq(plog_open(longer), -ENAMETOOLONG);
	/* A name that fits the library and not the file system, nor its temporary one. */
	longer[480] = 0;
	longer[0] = '/';
	ck_assert_int_eq(plog_open(longer), -ENAMETOOLONG);
	ck_assert_int_eq(plog_status(text, sizeof(text)), -ENAMETOOLONG);
	ck_assert_int_eq(plog_sync(), -ENODEV);
}
END_TEST

START_TEST(files_in_use)
{
	struct plog_map other;

	ck_assert_int_eq(plog_map_write(&other, path, SIZE), 0);
	ck_says(plog_map_init(&map, path, SIZE, true), EBUSY, "in use; stop its writers first");
	plog_map_close(&other);
	/* It was stopped while it was being resized. */
	fail_next("flock", NULL, EWOULDBLOCK, 1);
	ck_says(plog_map_init(&map, path, SIZE, true), EBUSY, "in use; stop its writers first");
	ck_assert_int_eq(plog_map_init(&map, path, SIZE, true), 0);
	plog_map_close(&map);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("faults");
	TCase *tc = tcase_create("faults");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, without_preallocation);
	tcase_add_test(tc, without_room);
	tcase_add_test(tc, without_links);
	tcase_add_test(tc, files_that_cannot_be_opened);
	tcase_add_test(tc, control_planes_that_cannot_be_had);
	tcase_add_test(tc, without_entropy_and_population);
	tcase_add_test(tc, windows_of_later_versions);
	tcase_add_test(tc, superblocks_are_checked_in_turn);
	tcase_add_test(tc, names_that_are_too_long);
	tcase_add_test(tc, files_in_use);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
