#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""coverage.py ROOT BUILD - adds up what gcov says of all objects in BUILD.

A line counts as reached when any object that it was compiled into reached it: inline
functions of headers are compiled into many. Prints lines by file and by group, writes
the lines that nothing reached to BUILD/uncovered.txt, and fails below the limits.
"""
import fnmatch
import json
import os
import subprocess
import sys

LIMIT = 95.0

# The first pattern that fits decides. (group, has a limit, patterns)
GROUPS = [
    ("reader", True, ["liblog/scan*", "liblog/reader*", "liblog/why*",
                      "liblog/plog_reader.h"]),
    ("writer", True, ["liblog/*", "kmod/core/*", "kmod/*.h"]),
    ("logdump", False, ["logdump/*"]),
]


def group_of(path):
    for name, _, patterns in GROUPS:
        if any(fnmatch.fnmatch(path, pattern) for pattern in patterns):
            return name
    return None


def objects(build):
    for where, _, files in os.walk(os.path.join(build, "obj")):
        for name in files:
            if name.endswith(".gcno"):
                yield os.path.join(where, name)


def gcov(gcno, root):
    """One JSON document a line, one for each object."""
    run = subprocess.run(["gcov", "--json-format", "--stdout", gcno], cwd=root,
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    for line in run.stdout.splitlines():
        if line.startswith(b"{"):
            yield json.loads(line)


def gather(root, build):
    """path -> {line: times}"""
    lines = {}
    for gcno in objects(build):
        for document in gcov(gcno, root):
            for file in document["files"]:
                path = os.path.relpath(os.path.join(root, file["file"]), root)
                if group_of(path) is None:
                    continue
                counts = lines.setdefault(path, {})
                for line in file["lines"]:
                    number = line["line_number"]
                    counts[number] = max(counts.get(number, 0), line["count"])
    return lines


def percent(reached, total):
    return 100.0 * reached / total if total else 100.0


def uncovered_write(lines, root, out):
    for path in sorted(lines):
        missing = sorted(n for n, count in lines[path].items() if not count)
        if not missing:
            continue
        with open(os.path.join(root, path), encoding="utf-8") as source:
            text = source.read().splitlines()
        for number in missing:
            out.write("%s:%d: %s\n" % (path, number, text[number - 1].strip()))


def main():
    root, build = sys.argv[1:3]
    lines = gather(root, build)
    if not lines:
        sys.exit("coverage.py: nothing was counted in " + build)
    totals = {name: [0, 0] for name, _, _ in GROUPS}
    for path in sorted(lines, key=lambda p: (group_of(p), p)):
        reached = sum(1 for count in lines[path].values() if count)
        total = len(lines[path])
        totals[group_of(path)][0] += reached
        totals[group_of(path)][1] += total
        print("%-8s %-34s %5d of %5d lines %6.1f %%" % (group_of(path), path, reached, total,
                                                       percent(reached, total)))
    with open(os.path.join(build, "uncovered.txt"), "w", encoding="utf-8") as out:
        uncovered_write(lines, root, out)
    bad = False
    for name, limited, _ in GROUPS:
        reached, total = totals[name]
        low = limited and percent(reached, total) < LIMIT
        bad |= low
        print("%s %s: %d of %d lines, %.1f %%%s" % (
            "not ok" if low else "ok", name, reached, total, percent(reached, total),
            ", less than %.0f %%" % LIMIT if low else ""))
    print("# lines that nothing reached: %s/uncovered.txt" % os.path.relpath(build, root))
    return bad


if __name__ == "__main__":
    sys.exit(main())
