// SPDX-License-Identifier: BSD-2-Clause
/* /dev/mem and the device of the module, on a machine that has neither. */
#include "places.inc"
#include "plog.h"
#include "plog_reader.h"

#define MEM_AT 0x40000u
#define MEM_SPEC "mem:0x40000,64K"
#define DEVICE "/dev/plog9"

/* --- physical memory --- */

START_TEST(memory_is_written_and_read)
{
	struct plog_reader_record rec;
	struct plog_reader *reader;

	place("/dev/mem", sparse_file(MEM_AT + 4 * SIZE));
	place("/proc/iomem", text_file("00000000-0003ffff : System RAM\n"
				       "  00001000-00001fff : Kernel code\n"
				       "00040000-0004ffff : Reserved\n"
				       "nonsense\n"));
	ck_assert_int_eq(plog_open(MEM_SPEC), 0);
	plog_warning("kept in %s", "memory");
	ck_assert_int_eq(plog_sync(), 0);
	char text[200];

	ck_assert_int_eq(plog_status(text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "physical memory"));
	ck_assert_int_eq(plog_reader_open(&reader, MEM_SPEC), 0);
	ck_assert(plog_reader_next(reader, &rec));
	ck_assert(rec.msg.len == 14 && !memcmp(rec.msg.text, "kept in memory", 14));
	plog_reader_close(reader);
}
END_TEST

START_TEST(memory_of_linux_is_refused)
{
	place("/dev/mem", sparse_file(MEM_AT + 4 * SIZE));
	place("/proc/iomem", text_file("00000000-00000fff : Reserved\n"
				       "00001000-00040fff : System RAM\n"));
	ck_says(plog_map_write(&map, MEM_SPEC, 0), EINVAL, "lies in System RAM");
	/* Who may not know what is there sees zeros; the kernel refuses by itself then. */
	place("/proc/iomem", text_file("00000000-00000000 : System RAM\n"));
	ck_assert_int_eq(plog_map_write(&map, MEM_SPEC, 0), 0);
	plog_map_close(&map);
}
END_TEST

START_TEST(memory_that_cannot_be_mapped)
{
	int fd = sparse_file(MEM_AT + 4 * SIZE);

	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), 0);
	place("/proc/iomem", text_file(""));
	place("/dev/mem", fd);
	ck_says(plog_map_write(&map, MEM_SPEC, 0), EPERM, "System RAM or claimed");
	place("/sys/kernel/security/lockdown", text_file("none [integrity] confidentiality\n"));
	ck_says(plog_map_write(&map, MEM_SPEC, 0), EPERM, "locked down");
	place("/sys/kernel/security/lockdown", text_file("[none] integrity confidentiality\n"));
	fail_next("open", "/dev/mem", EACCES, 1);
	ck_says(plog_map_read(&map, MEM_SPEC), EPERM, "needs root");
	place("/sys/kernel/security/lockdown", text_file(""));
	fail_next("open", "/dev/mem", EPERM, 1);
	ck_says(plog_map_read(&map, MEM_SPEC), EPERM, "needs root");
	fail_next("open", "/dev/mem", ENFILE, 1);
	ck_says(plog_map_read(&map, MEM_SPEC), ENFILE, "cannot open");
	/* A directory cannot be mapped at all. */
	place("/dev/mem", open("/", O_RDONLY));
	ck_says(plog_map_read(&map, MEM_SPEC), ENODEV, "cannot map");
}
END_TEST

/* --- the device --- */

/* The window at 0, the control plane far behind it, as the module maps them. */
static int device_make(struct plog_window *win)
{
	static struct plog_attach arg = { .counter_hz = 1000000000,
					  .kernel = "6.1.0",
					  .machine = "test",
					  .shared_lanes = 4,
					  .flush = PLOG_FLUSH_LADDER };
	u32 control = plog_control_bytes(SIZE);
	int fd = sparse_file((off_t)(PLOG_MMAP_CONTROL + control));
	void *base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	void *plane = mmap(NULL, control, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
			   (off_t)PLOG_MMAP_CONTROL);

	ck_assert(base != MAP_FAILED && plane != MAP_FAILED);
	memset(arg.random, 5, sizeof(arg.random));
	plog_clock_instant(PLOG_CLOCK_MONOTONIC, &arg.now);
	ck_assert_int_eq(plog_attach(win, base, SIZE, plane, &arg, &(struct plog_report){}), 0);
	device_info.version = PLOG_CONTROL_VERSION;
	device_info.window_size = SIZE;
	device_info.control_size = control;
	place(DEVICE, fd);
	return fd;
}

START_TEST(device_is_written_and_read)
{
	struct plog_reader_record rec;
	struct plog_reader *reader;
	struct plog_window win;
	char text[200];

	device_make(&win);
	ck_assert_int_eq(plog_open(DEVICE), 0);
	ck_assert_int_eq(plog_status(text, sizeof(text)), 0);
	ck_assert_ptr_nonnull(strstr(text, "device"));
	plog_info("nobody sweeps");
	ck_assert_uint_eq(kicks, 1);
	plog_store(&win.ctl->sweeping, 1);
	plog_crit("now somebody does");
	ck_assert_uint_eq(kicks, 1);
	ck_assert_int_eq(plog_sync(), 0);
	/* Somebody closed the descriptor: the mapping is synced instead. */
	fail_next("fsync", NULL, EBADF, 1);
	ck_assert_int_eq(plog_sync(), 0);
	plog_store(&win.ctl->sweeping, 0);
	fail_next("kick", NULL, EBADF, 1);
	plog_info("lost");
	plog_info("and not tried again");
	ck_assert_uint_eq(kicks, 2);
	ck_assert_int_eq(plog_reader_open(&reader, DEVICE), 0);
	ck_assert(plog_reader_next(reader, &rec));
	ck_assert(rec.msg.len == 13 && !memcmp(rec.msg.text, "nobody sweeps", 13));
	plog_reader_close(reader);
}
END_TEST

START_TEST(devices_that_are_not_right)
{
	struct plog_window win;
	int fd = device_make(&win);

	fail_next("open", DEVICE, ENXIO, 1);
	ck_says(plog_map_write(&map, DEVICE, 0), ENXIO, "load the module");
	fail_next("open", DEVICE, EACCES, 1);
	ck_says(plog_map_write(&map, DEVICE, 0), EACCES, "group plog");
	fail_next("open", DEVICE, EMFILE, 1);
	ck_says(plog_map_write(&map, DEVICE, 0), EMFILE, "cannot open");
	fail_next("read", NULL, EINTR, 1);
	ck_assert_int_eq(plog_map_read(&map, DEVICE), 0);
	plog_map_close(&map);
	fail_next("read", NULL, EIO, 1);
	ck_says(plog_map_read(&map, DEVICE), EIO, "cannot read at 0");
	device_info.window_size = 4096;
	ck_says(plog_map_write(&map, DEVICE, 0), EINVAL, "not of one release");
	device_info.window_size = SIZE;
	device_info.control_size = 1ULL << 40;
	ck_says(plog_map_write(&map, DEVICE, 0), EFBIG, "do not fit");
	device_info.control_size = 0;
	ck_says(plog_map_write(&map, DEVICE, 0), EINVAL, "map its control plane");
	device_info.control_size = plog_control_bytes(SIZE);
	device_info.version++;
	ck_says(plog_map_write(&map, DEVICE, 0), EPROTO, "from one release");
	device_info.version--;
	win.ctl->version++;
	ck_says(plog_map_write(&map, DEVICE, 0), EPROTO, "from one release");
	win.ctl->version--;
	win.ctl->lanes = ~0u;
	ck_says(plog_map_write(&map, DEVICE, 0), EINVAL, "makes no sense");
	win.ctl->magic = 0;
	ck_says(plog_map_write(&map, DEVICE, 0), EAGAIN, "not ready");
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	ck_assert_int_eq(ftruncate(fd, 0), 0);
	ck_says(plog_map_read(&map, DEVICE), EIO, "reads as empty");
}
END_TEST

START_TEST(device_that_cannot_be_mapped)
{
	device_info.version = PLOG_CONTROL_VERSION;
	device_info.window_size = SIZE;
	device_info.control_size = plog_control_bytes(SIZE);
	place(DEVICE, open("/", O_RDONLY));
	ck_says(plog_map_write(&map, DEVICE, 0), EACCES, "cannot map 65536 bytes");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("places");
	TCase *tc = tcase_create("places");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tc, 60);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, memory_is_written_and_read);
	tcase_add_test(tc, memory_of_linux_is_refused);
	tcase_add_test(tc, memory_that_cannot_be_mapped);
	tcase_add_test(tc, device_is_written_and_read);
	tcase_add_test(tc, devices_that_are_not_right);
	tcase_add_test(tc, device_that_cannot_be_mapped);
	suite_add_tcase(suite, tc);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
