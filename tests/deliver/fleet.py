#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""fleet.py WHAT DIR BOARDS ARG - the boards of fleet_test.sh.

deliver  each DIR/NUMBER.img to ARG, eight at a time; every fourth is killed at a random
         instant once or twice, and run again
records  does DIR/plog hold all that the images do, a file for each machine and boot?
         What came twice are the same lines twice
crashes  has crashes.log a line for each?
groups   boards crashed in four ways by their number (boards.c): are there four groups?
boots    does --list-boots know the same fingerprints?
"""
import collections
import concurrent.futures
import json
import os
import random
import re
import signal
import subprocess
import sys
import time

what, folder, boards = sys.argv[1], sys.argv[2], int(sys.argv[3])
numbers = range(1, boards + 1)


def fail(text):
    print("# " + text)
    sys.exit(1)


def machine(number):
    return "%032x" % (0xb0a4d << 64 | number)


def image(number):
    return "%s/%d.img" % (folder, number)


def dump(number, *options):
    text = subprocess.run(["logdump", "-o", "json", *options, image(number)],
                          stdout=subprocess.PIPE, check=True).stdout.decode()
    return [json.loads(line) for line in text.splitlines()]


def deliver(number):
    """Returns how often it was killed. A board is a machine: state of its own, too."""
    rng = random.Random(number)
    command = ["logdump", "--syslog=" + sys.argv[4], "--hostname=board%d" % number,
               "--machine-id=" + machine(number), image(number)]
    env = dict(os.environ, PLOG_STATE="%s/state.%d" % (folder, number))
    kills = rng.randrange(1, 3) if number % 4 == 0 else 0
    killed = 0
    while True:
        run = subprocess.Popen(command, env=env, stderr=subprocess.PIPE)
        if kills:
            kills -= 1
            time.sleep(rng.random() * 0.05)
            run.kill()
        said = run.communicate()[1].decode()
        if run.returncode == 0:
            return killed
        if run.returncode not in (4, -signal.SIGKILL):
            fail("board %d: exit %d: %s" % (number, run.returncode, said))
        killed += run.returncode == -signal.SIGKILL


def deliver_all():
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        killed = sum(pool.map(deliver, numbers))
    print("# killed %d times" % killed)
    if boards >= 20 and not killed:
        fail("no delivery was killed")


LINE = re.compile(r"^(\S+) (\d+) (\w+) ([^\[]*)\[(\S+)\]: (.*)$")


def shown(text):
    return "".join(c if c >= " " else "\\x%02x" % ord(c) for c in text)


def records_of(number):
    want = dump(number)
    path = "%s/plog/%s/%s.log" % (folder, machine(number), want[0]["boot_id"])
    lines = open(path, encoding="utf-8").read().splitlines()
    got = list(dict.fromkeys(lines))
    if len(got) != len(want):
        fail("%s: %d records, not %d" % (path, len(got), len(want)))
    for line, w in zip(got, want):
        match = LINE.match(line)
        if not match or (match.group(2), match.group(6)) != (str(w["seq"]), shown(w["msg"])):
            fail("%s: %r is not %r" % (path, line, w))
        if match.group(1) != w["time"][:26] + "Z":
            fail("%s: time of %r is not %s" % (path, line, w["time"]))
    return len(lines) - len(got)


def records():
    twice = sum(map(records_of, numbers))
    files = sum(len(names) for _, _, names in os.walk(folder + "/plog")) - 1
    if files != boards:
        fail("%d files of %d boots" % (files, boards))
    print("# %d boots, %d records came twice" % (boards, twice))


def crash_lines():
    """Fingerprint, how it ended and host by machine."""
    found = {}
    for line in open(folder + "/plog/crashes.log"):
        f = dict(word.split("=", 1) for word in line.split()[1:])
        found[f["machine"]] = (f["crash"], f["end"], f["host"])
    return found


def crashes():
    found = crash_lines()
    for number in numbers:
        crash, end, host = found[machine(number)]
        if end != ("reset" if number % 4 == 3 else "panic") or host != "board%d" % number:
            fail("board %d: %s %s" % (number, end, host))
    if len(found) != boards:
        fail("%d crashes" % len(found))


def groups():
    kinds = collections.defaultdict(set)
    for number in numbers:
        kinds[number % 4].add(crash_lines()[machine(number)][0])
    all_of = set().union(*kinds.values())
    if any(len(kind) != 1 for kind in kinds.values()) or len(all_of) != len(kinds):
        fail("fingerprints: %r" % dict(kinds))
    if any(not re.fullmatch("[0-9a-f]{16}", crash) for crash in all_of):
        fail("fingerprints: %r" % all_of)


def boots():
    found = crash_lines()
    for number in numbers[:8]:
        boot = dump(number, "--list-boots")[-1]
        if boot["crash"] != found[machine(number)][0]:
            fail("board %d: %r" % (number, boot))


{"deliver": deliver_all, "records": records, "crashes": crashes, "groups": groups,
 "boots": boots}[what]()
