// SPDX-License-Identifier: BSD-2-Clause
/* plogctl qualify: what a reset of this board does to the window, measured */
#include <ctype.h>
#include <errno.h>
#include <getopt.h>
#include <inttypes.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "plog_reader.h"
#include "plogctl.h"
#include "qualify_keep.h"
#include "status.h"
#include "window_kind.h"

#define STATE "/var/lib/plog/qualify"

/**
 * struct request - the command line
 * @spec:	window
 * @state:	state file
 * @label:	kind of reset, NULL when not said
 * @force:	overwrite logs that nobody has read
 * @keep:	have a process that keeps lines dirty
 */
struct request {
	const char *spec;
	const char *state;
	const char *label;
	bool force;
	bool keep;
};

static const struct tool_option options[] = {
	{ .letter = 'r',
	  .name = "reset",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "NAME",
	  .help = "kind of reset, in one word" },
	{ .letter = 's',
	  .name = "state",
	  .operand = TOOL_OPERAND_NEEDED,
	  .arg = "FILE",
	  .help = "what is armed, and the results",
	  .complete = TOOL_COMPLETE_FILE },
	{ .letter = 'f', .name = "force", .arg = "", .help = "over logs that nobody has read" },
	{ .letter = 'n',
	  .name = "no-keep",
	  .arg = "",
	  .help = "no process that keeps lines dirty" },
	TOOL_OPTION_END,
};

static int state_load(struct qualify_state *state, const struct request *r)
{
	int err = qualify_state_load(state, r->state);

	if (!err)
		return 0;
	if (err == -EBADMSG)
		fprintf(stderr,
			"plogctl: %s: not a state of plogctl qualify; remove it, or name "
			"another with --state\n",
			r->state);
	else
		fprintf(stderr, "plogctl: %s: %s; name another with --state\n", r->state,
			strerror(-err));
	return PLOGCTL_WINDOW;
}

static int state_save(const struct qualify_state *state, const struct request *r)
{
	int err = qualify_state_save(state, r->state);

	if (!err)
		return 0;
	fprintf(stderr, "plogctl: %s: %s; name with --state a file that is there after a reset\n",
		r->state, strerror(-err));
	return PLOGCTL_WINDOW;
}

/* Of "mem:ADDR,SIZE", which has been opened, so it is one. */
static u64 mem_address(const char *spec)
{
	const char *at = spec + strlen("mem:");
	char text[32];
	u64 address = 0;

	snprintf(text, sizeof(text), "%.*s", (int)strcspn(at, ","), at);
	return plog_size_parse(text, &address) ? 0 : address;
}

static void plan_describe(struct qualify_plan *plan, const struct plog_map *map,
			  const struct request *r)
{
	struct plog_info info = { .cache = PLOG_CACHE_WB };

	memset(plan, 0, sizeof(*plan));
	plan->size = map->size;
	if (map->kind == PLOG_MAP_DEVICE && !ioctl(map->fd, PLOG_IOC_INFO, &info))
		plan->phys = info.phys_addr;
	else if (map->kind == PLOG_MAP_MEM)
		plan->phys = mem_address(r->spec);
	plan->cache = map->kind == PLOG_MAP_MEM ? PLOG_CACHE_UC : info.cache;
	memcpy(plan->boot_id, map->win.ctl->boot_id, sizeof(plan->boot_id));
	plan->time = (u64)time(NULL);
	if (getrandom(&plan->seed, sizeof(plan->seed), GRND_NONBLOCK) != sizeof(plan->seed))
		plan->seed = plan->time << 32 ^ (u64)getpid();
	if (r->label)
		snprintf(plan->label, sizeof(plan->label), "%s", r->label);
}

static int take(struct plog_map *map, struct qualify_plan *plan, const struct request *r)
{
	u32 kept;
	int taken = qualify_take(map, plan, r->force, &kept);

	if (taken > 0) {
		if (kept)
			printf("%u more chunks hold logs that nobody has read, and are left "
			       "alone\n",
			       kept);
		return 0;
	}
	if (taken == -EBUSY)
		fprintf(stderr,
			"plogctl: %s: all shared lanes are busy; try again when less is "
			"logged\n",
			r->spec);
	else if (taken < 0)
		fprintf(stderr, "plogctl: %s: no chunk can be had: %s\n", r->spec,
			strerror(-taken));
	else if (kept)
		fprintf(stderr,
			"plogctl: %s: every chunk holds a log that nobody has read; save "
			"it (logdump, or dd if=%s), and use --force\n",
			r->spec, r->spec);
	else
		fprintf(stderr,
			"plogctl: %s: too small, or all of it is protected; logdump reads "
			"what is there\n",
			r->spec);
	return PLOGCTL_WINDOW;
}

static void say_armed(const struct qualify_plan *plan, const struct request *r, pid_t pid)
{
	u64 pages = qualify_pages(plan);

	printf("armed: %" PRIu64 " KiB of the %" PRIu64
	       " KiB of %s, in lines that were cleaned and "
	       "fenced, cleaned, and not cleaned\n",
	       pages * (PLOG_PAGE >> 10), plan->size >> 10, r->spec);
	if (pid > 0)
		printf("process %d keeps the latter dirty, for an hour at most\n", (int)pid);
	printf("now reset the machine, in the way that is to be known; after that: plogctl qualify "
	       "check\n");
}

static int arm_open(struct plog_map *map, struct qualify_state *state, const struct request *r)
{
	pid_t pid = 0;
	int ret;

	plan_describe(&state->plan, map, r);
	/* Before the window is touched: is there a place for it? */
	ret = state_save(state, r);
	if (ret)
		return ret;
	ret = take(map, &state->plan, r);
	if (ret)
		return ret;
	state->armed = true;
	ret = state_save(state, r);
	if (ret) {
		qualify_wipe(map, &state->plan);
		return ret;
	}
	qualify_write(map, &state->plan);
	if (r->keep && map->kind != PLOG_MAP_FILE)
		pid = qualify_keep_start(map, &state->plan, r->state);
	if (pid < 0)
		fprintf(stderr,
			"plogctl: nobody keeps lines dirty: %s; reset the machine at once\n",
			strerror((int)-pid));
	say_armed(&state->plan, r, pid);
	return PLOGCTL_OK;
}

static int arm(const struct request *r)
{
	struct qualify_state state;
	struct plog_map map;
	int ret = state_load(&state, r);

	if (ret)
		return ret;
	if (state.armed) {
		fprintf(stderr,
			"plogctl: %s: a pattern is armed already; `plogctl qualify check` "
			"after the reset, or `plogctl qualify cancel`\n",
			r->state);
		return PLOGCTL_WINDOW;
	}
	if (status_default_file(r->spec)) {
		fprintf(stderr,
			"plogctl: no /dev/plog0, and %s survives no reset; load the module: "
			"`plogctl doctor` says what is missing\n",
			r->spec);
		return PLOGCTL_WINDOW;
	}
	if (plog_map_write(&map, r->spec, 0)) {
		fprintf(stderr, "plogctl: %s\n", map.why);
		return PLOGCTL_WINDOW;
	}
	ret = arm_open(&map, &state, r);
	plog_map_close(&map);
	return ret;
}

/* How the boot that armed it ended, as far as the window says. */
static void verdict_find(const struct plog_reader *reader, const struct qualify_plan *plan,
			 struct qualify_result *result)
{
	const struct plog_reader_boot *boots;
	u32 n = plog_reader_boots(reader, &boots), i;

	for (i = 0; i < n; i++)
		if (boots[i].ident && !memcmp(boots[i].boot_id, plan->boot_id, 16) &&
		    boots[i].index && boots[i].verdict)
			snprintf(result->verdict, sizeof(result->verdict), "%s", boots[i].verdict);
}

static void moved_find(const struct plog_map *map, const struct request *r,
		       const struct qualify_plan *plan, struct qualify_result *result)
{
	struct plog_info info = { .phys_addr = 0 };
	u64 phys = 0;

	if (map->kind == PLOG_MAP_DEVICE && !ioctl(map->fd, PLOG_IOC_INFO, &info))
		phys = info.phys_addr;
	else if (map->kind == PLOG_MAP_MEM)
		phys = mem_address(r->spec);
	result->phys = plan->phys;
	if (phys && plan->phys && phys != plan->phys)
		result->moved = phys;
}

static int judge(const struct plog_map *map, const struct request *r,
		 const struct qualify_plan *plan, struct qualify_result *result)
{
	struct plog_reader_window win = { .offset = 0 };
	struct plog_reader *reader;

	memset(result, 0, sizeof(*result));
	if (plog_reader_open_memory(&reader, map->base, (size_t)map->size)) {
		fprintf(stderr, "plogctl: no memory to read %s\n", r->spec);
		return PLOGCTL_WINDOW;
	}
	plog_reader_window(reader, &win);
	if (win.offset < map->size)
		qualify_judge(plan, map->base + win.offset, map->size - win.offset, result);
	verdict_find(reader, plan, result);
	plog_reader_close(reader);
	moved_find(map, r, plan, result);
	result->time = (u64)time(NULL);
	result->cache = plan->cache;
	snprintf(result->label, sizeof(result->label), "%s",
		 r->label             ? r->label
		 : plan->label[0]     ? plan->label
		 : result->verdict[0] ? result->verdict
				      : "unknown");
	return 0;
}

static bool same_boot(const struct plog_map *map, const struct qualify_plan *plan)
{
	struct plog_map room;
	u8 boot_id[16];

	return map->kind != PLOG_MAP_FILE && !plog_machine_boot_id(&room, boot_id) &&
	       !memcmp(boot_id, plan->boot_id, sizeof(boot_id));
}

/* A file that is checked is a copy of a window, and is left as it is. */
static void restore(const struct request *r, const struct qualify_plan *plan)
{
	struct plog_map map;

	if (plog_map_write(&map, r->spec, 0)) {
		fprintf(stderr, "plogctl: the pattern is still in the window: %s\n", map.why);
		return;
	}
	qualify_wipe(&map, plan);
	plog_map_close(&map);
}

static int check_map(const struct plog_map *map, struct qualify_state *state,
		     const struct request *r)
{
	struct qualify_result result;
	int ret;

	if (same_boot(map, &state->plan)) {
		fprintf(stderr,
			"plogctl: %s: not reset since it was armed; reset the machine, then "
			"check, or `plogctl qualify cancel`\n",
			r->spec);
		return PLOGCTL_WINDOW;
	}
	/* Its process is gone with the boot. */
	qualify_keep_stop(r->state);
	ret = judge(map, r, &state->plan, &result);
	if (ret)
		return ret;
	state->armed = false;
	if (result.pages.good || result.pages.bad)
		qualify_state_add(state, &result);
	ret = state_save(state, r);
	if (!ret && map->kind != PLOG_MAP_FILE)
		restore(r, &state->plan);
	qualify_print(stdout, &result);
	putchar('\n');
	qualify_matrix(stdout, state);
	return ret;
}

static int check(const struct request *r)
{
	struct qualify_state state;
	struct plog_map map;
	int ret = state_load(&state, r);

	if (ret)
		return ret;
	if (!state.armed) {
		fprintf(stderr,
			"plogctl: %s: nothing is armed; `plogctl qualify arm` comes first, "
			"with the same --state\n",
			r->state);
		return PLOGCTL_WINDOW;
	}
	if (plog_map_read(&map, r->spec)) {
		fprintf(stderr, "plogctl: %s\n", map.why);
		return PLOGCTL_WINDOW;
	}
	ret = check_map(&map, &state, r);
	plog_map_close(&map);
	return ret;
}

static int cancel(const struct request *r)
{
	struct qualify_state state;
	struct plog_map map;
	int ret = state_load(&state, r);

	if (ret)
		return ret;
	qualify_keep_stop(r->state);
	if (!state.armed) {
		puts("nothing is armed");
		return PLOGCTL_OK;
	}
	if (plog_map_write(&map, r->spec, 0)) {
		fprintf(stderr, "plogctl: %s\n", map.why);
		return PLOGCTL_WINDOW;
	}
	qualify_wipe(&map, &state.plan);
	plog_map_close(&map);
	state.armed = false;
	return state_save(&state, r);
}

static int show(const struct request *r)
{
	struct qualify_state state;
	int ret = state_load(&state, r);

	if (ret)
		return ret;
	if (state.armed)
		puts("a pattern is armed, and waits for a reset");
	if (state.count)
		qualify_matrix(stdout, &state);
	else
		puts("no result yet");
	return PLOGCTL_OK;
}

static bool label_good(const char *label)
{
	size_t i;

	for (i = 0; label[i]; i++)
		if (!isalnum((unsigned char)label[i]) && !strchr("._-", label[i]))
			return false;
	return i && i < QUALIFY_LABEL;
}

static const struct {
	const char *name;
	int (*run)(const struct request *r);
} steps[] = { { "arm", arm }, { "check", check }, { "cancel", cancel }, { "show", show } };

#define STEPS (sizeof(steps) / sizeof(steps[0]))

static const char *step_value(size_t i)
{
	return i < STEPS ? steps[i].name : NULL;
}

static int run(int argc, char **argv)
{
	struct request r = { .state = STATE, .keep = true };
	char room[512];
	size_t i;
	int c;

	while ((c = tool_option_next(options, argc, argv)) != -1) {
		if (c == 's')
			r.state = optarg;
		else if (c == 'r')
			r.label = optarg;
		else if (c == '?' || c == ':')
			return PLOGCTL_SYNTAX;
		r.force |= c == 'f';
		r.keep &= c != 'n';
	}
	if (r.label && !label_good(r.label)) {
		fprintf(stderr,
			"plogctl: --reset takes one word, such as watchdog, of %d letters at "
			"most\n",
			QUALIFY_LABEL - 1);
		return PLOGCTL_USAGE;
	}
	if (argc - optind < 1 || argc - optind > 2)
		return PLOGCTL_SYNTAX;
	r.spec = plog_window_spec(argv[optind + 1], room, sizeof(room));
	for (i = 0; i < STEPS; i++)
		if (!strcmp(argv[optind], steps[i].name))
			return steps[i].run(&r);
	return PLOGCTL_SYNTAX;
}

const struct plogctl_command plogctl_qualify = {
	.name = "qualify",
	.run = run,
	.options = options,
	.operand = { .name = "",
		     .arg = "arm|check|cancel|show [WINDOW]",
		     .help = "step",
		     .value = step_value,
		     .complete = TOOL_COMPLETE_FILE },
	.help = "put a pattern into the window, and see what a reset does to it",
};
