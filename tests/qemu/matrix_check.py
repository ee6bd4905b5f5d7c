#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Is the boot before the running one described as it was?

Reads what `logdump --list-boots -o json` and `logdump -b -1 -o json` printed. The
patterns that follow the options have to be found among the kernel's lines.
Prints what is wrong. Exit code: 0 nothing, 1 something.
"""
import argparse
import datetime
import json
import re
import sys


def seconds(text):
    """RFC 3339 in UTC, with up to nine decimals."""
    match = re.fullmatch(r"(\d+-\d+-\d+T\d+:\d+:\d+)(\.\d+)?Z", text)
    whole = datetime.datetime.fromisoformat(match[1] + "+00:00").timestamp()
    return whole + float(match[2] or 0)


def lines(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return [json.loads(line) for line in file]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--boots", required=True)
    parser.add_argument("--log", required=True)
    parser.add_argument("--kernel", required=True, help="uname -r")
    parser.add_argument("--verdict", required=True)
    parser.add_argument("--reason", required=True, help="pattern; empty: there is none")
    parser.add_argument("--end", type=float, default=2,
                        help="seconds from the programs' last record to the end (2)")
    parser.add_argument("--bug-pattern", required=True, help="what a kernel prints that is not well")
    parser.add_argument("--bugs", action="store_true", help="the kernel was not well")
    parser.add_argument("--known", nargs=2, metavar=("LINE", "WITNESS"),
                        help="not counted, if another line is like WITNESS")
    parser.add_argument("patterns", nargs="*")
    return parser.parse_args()


def merged(log):
    """One listing: by time, and the kernel's words among those of programs."""
    for before, after in zip(log, log[1:]):
        if seconds(after["time"]) < seconds(before["time"]) - 0.001:
            yield "%r of %s comes behind %r of %s" % (
                after["msg"], after["time"], before["msg"], before["time"])
            break
    sources = [item["source"] for item in log]
    first, last = sources.index("app"), len(sources) - 1 - sources[::-1].index("app")
    if "kernel" not in sources[first:last]:
        yield "no line of the kernel's is among those of the programs"


def problems(args):
    boot = next(b for b in lines(args.boots) if b["boot"] == -1)
    log = lines(args.log)
    for key, want in (("verdict", args.verdict), ("kernel", args.kernel)):
        if boot[key] != want:
            yield "%s is %r, not %r" % (key, boot[key], want)
    reason = boot["reason"]
    if bool(reason) != bool(args.reason) or reason and not re.search(args.reason, reason):
        yield "the reason is %r, not like %r" % (reason, args.reason)
    # The storm went on as long as programs ran, and its times are of the same clock.
    last = max(seconds(item["time"]) for item in log if item["source"] == "app")
    if not boot["end"] or not -0.1 <= seconds(boot["end"]) - last <= args.end:
        yield "it ended at %s, %.3f s after its last record" % (
            boot["end"], seconds(boot["end"]) - last if boot["end"] else 0)
    kernel = [item["msg"] for item in log if item["source"] == "kernel"]
    for pattern in args.patterns:
        if not any(re.search(pattern, text) for text in kernel):
            yield "no line of the kernel's is like %r; its last: %r" % (pattern, kernel[-4:])
    yield from merged(log)
    if not args.bugs:
        known = args.known and any(re.search(args.known[1], text) for text in kernel)
        for text in kernel:
            if known and re.search(args.known[0], text):
                continue
            if re.search(args.bug_pattern, text):
                yield "the kernel said: %s" % text


def main():
    found = list(problems(arguments()))
    for text in found:
        print("# matrix_check: " + text)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
