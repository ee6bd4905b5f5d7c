#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Is any record of a plogstorm missing from what logdump recovered?

Reads the lines of `logdump -o json` of one boot on standard input and checks, for
each thread of the storm:

  - its numbers grow, none comes twice;
  - from its first record younger than --complete-since on none is missing, unless
    it may have been younger than --margin-ms when the boot ended at --end: what
    tells is the time of the next record that is there;
  - every checksum and every filler is right;
  - with --progress, the page that plogstorm kept its last finished calls in: the
    thread's last record is not older than that call.

Times are CLOCK_MONOTONIC in ns, or, as logdump --list-boots -o json gives them, the
date and time; then the records' "time" is compared with them.

Prints one summary line. Exit code: 0 all is there, 1 not, 2 usage.
"""
import argparse
import calendar
import datetime
import json
import re
import struct
import sys
import time

LINE = re.compile(r"storm p=(\d+) t=(\d+) n=(\d+) x=([0-9a-f]{8})(?: f=([a-z]*))?")


def checksum(*words):
    value = 2166136261
    for word in words:
        for byte in word.to_bytes(4, "little"):
            value = (value ^ byte) * 16777619 & 0xFFFFFFFF
    return value


def filler(x, n):
    return "".join(chr(97 + ((x >> (i % 4 * 8) & 255) + i) % 26) for i in range(n))


DATE = re.compile(r"(\d+-\d+-\d+T\d+:\d+:\d+)(?:\.(\d+))?(?:Z|\+00:00)")


def realtime(text):
    """RFC 3339 with up to nine decimals, in ns."""
    match = re.fullmatch(r"(\d+-\d+-\d+T\d+:\d+:\d+)(?:\.(\d+))?Z", text)
    seconds = datetime.datetime.fromisoformat(match[1] + "+00:00").timestamp()
    return int(seconds) * 10**9 + int((match[2] or "").ljust(9, "0"))


def nanoseconds(text):
    """A number of ns, or a date and time in UTC; 0 for what nobody knows."""
    if text in ("", "null", "None"):
        return 0
    date = DATE.fullmatch(text)
    if not date:
        return int(text)
    seconds = calendar.timegm(time.strptime(date[1], "%Y-%m-%dT%H:%M:%S"))
    return seconds * 1000000000 + int((date[2] or "").ljust(9, "0")[:9])


class Stream:
    """What was recovered of one thread, in the order of the log."""

    def __init__(self):
        self.last = None
        self.last_time = 0
        self.records = 0
        self.watched = False


class Check:
    def __init__(self, args):
        self.args = args
        # A machine is not up for years: what is greater is a date.
        self.dates = max(args.complete_since, args.end) > 10**18
        self.missing = 0
        self.streams = {}
        self.records = 0
        self.other = 0
        self.young_gaps = 0
        self.problems = []
        self.problem_count = 0
        self.since_real = self.boot_since()

    def boot_since(self):
        """complete_since of the boot, from `logdump --list-boots -o json`."""
        if not self.args.boots:
            return None
        with open(self.args.boots, encoding="utf-8") as lines:
            for boot in map(json.loads, lines):
                if boot["boot"] == self.args.boot:
                    since = boot["complete_since"]
                    return None if since in (None, boot["start"]) else realtime(since)
        self.problem("no boot %d in %s" % (self.args.boot, self.args.boots))
        return None

    def problem(self, text):
        self.problem_count += 1
        if len(self.problems) < self.args.show:
            self.problems.append(text)

    def gap(self, key, stream, number, when):
        if self.args.end and when > self.args.end - self.args.margin_ms * 1000000:
            self.young_gaps += 1
            return
        self.missing += number - 1 - stream.last
        if self.missing > self.args.dropped:
            self.problem("thread %s: %d..%d missing before the record of %d ns"
                         % (key, stream.last + 1, number - 1, when))

    def record(self, item):
        match = LINE.fullmatch(item["msg"])
        if not match:
            self.problem("foreign record: %.80r" % item["msg"])
            return
        p, t, number = (int(match[i]) for i in (1, 2, 3))
        x = int(match[4], 16)
        when = nanoseconds(item["time"] or "") if self.dates else item["monotonic_ns"]
        key = "%s/%d/%d" % (item.get("pid"), p, t)
        if checksum(p, t, number) != x or match[5] and match[5] != filler(x, len(match[5])):
            self.problem("thread %s: record %d has a bad checksum" % (key, number))
        if item.get("verdict", "intact") != "intact" and not self.args.damage:
            self.problem("thread %s: record %d is %s" % (key, number, item["verdict"]))
        stream = self.streams.setdefault(key, Stream())
        if stream.last is not None:
            if number <= stream.last:
                self.problem("thread %s: %d comes after %d" % (key, number, stream.last))
            elif number > stream.last + 1 and stream.watched:
                self.gap(key, stream, number, when)
        elif number != 1 and not self.args.complete_since:
            self.problem("thread %s: begins with %d, yet nothing was overwritten"
                         % (key, number))
        if when > self.args.complete_since:
            stream.watched = True
        stream.last, stream.last_time = number, when
        stream.records += 1
        self.records += 1

    def progress(self):
        """Finished calls, as plogstorm noted them: (p, t) to number."""
        with open(self.args.progress, "rb") as page:
            data = page.read()
        notes = {}
        for at in range(0, len(data) - 63, 64):
            p, t, number = struct.unpack_from("<IIQ", data, at)
            if number:
                notes[(p, t)] = number
        return notes

    def finish_progress(self):
        notes = self.progress()
        last = {tuple(map(int, key.split("/")[1:])): stream.last
                for key, stream in self.streams.items()}
        for (p, t), number in notes.items():
            if last.get((p, t), 0) < number:
                self.problem("thread %d/%d: call %d finished, the last record is %s"
                             % (p, t, number, last.get((p, t))))
        if len(notes) != self.args.streams:
            self.problem("%d threads noted their progress" % len(notes))

    def line(self, text):
        try:
            item = json.loads(text)
            source, tag, item["time"] = item["source"], item.get("tag"), item.get("time")
            item["msg"], item["monotonic_ns"] = str(item["msg"]), int(item["monotonic_ns"])
        except (ValueError, KeyError, TypeError) as error:
            self.problem("not a line of logdump -o json: %.80r (%s)" % (text, error))
            return
        if self.since_real and item.get("time"):
            # Both are of one boot: the difference of its two clocks is constant.
            self.args.complete_since = (self.since_real - realtime(item["time"])
                                        + item["monotonic_ns"])
            self.since_real = None
        if source == "app" and tag == "plogstorm":
            self.record(item)
        else:
            self.other += 1

    def finish(self):
        args = self.args
        if args.streams is not None and len(self.streams) != args.streams:
            self.problem("%d threads recovered, not %d" % (len(self.streams), args.streams))
        if not self.streams:
            self.problem("no record of a storm")
        if args.progress:
            self.finish_progress()
        for key, stream in self.streams.items():
            if args.count is not None and stream.last != args.count:
                self.problem("thread %s: ends with %d, not %d" % (key, stream.last, args.count))
            if args.tail_ms is not None and stream.last_time < args.end - args.tail_ms * 1000000:
                self.problem("thread %s: its last record is %.1f ms older than the end"
                             % (key, (args.end - stream.last_time) / 1e6))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--complete-since", type=nanoseconds, default=0, metavar="TIME",
                        help="from when on nothing was overwritten")
    parser.add_argument("--end", type=nanoseconds, default=0, metavar="TIME",
                        help="when the boot ended")
    parser.add_argument("--margin-ms", type=float, default=10, metavar="MS",
                        help="what was younger at the end may be missing (10)")
    parser.add_argument("--tail-ms", type=float, metavar="MS",
                        help="each thread's last record must be younger at the end")
    parser.add_argument("--streams", type=int, metavar="N", help="threads that there were")
    parser.add_argument("--count", type=int, metavar="N", help="records of each thread")
    parser.add_argument("--dropped", type=int, default=0, metavar="N",
                        help="records that the writers are known to have dropped (0)")
    parser.add_argument("--boots", metavar="FILE",
                        help="output of logdump --list-boots -o json: complete_since")
    parser.add_argument("--boot", type=int, default=-1, metavar="N", help="which of them (-1)")
    parser.add_argument("--progress", metavar="FILE",
                        help="the page of plogstorm --progress")
    parser.add_argument("--damage", action="store_true", help="allow repaired records")
    parser.add_argument("--show", type=int, default=10, metavar="N",
                        help="problems to print (10)")
    return parser.parse_args()


def main():
    check = Check(arguments())
    for text in sys.stdin.buffer:
        check.line(text.decode("utf-8", "replace"))
    check.finish()
    for text in check.problems:
        print("storm_check: " + text, file=sys.stderr)
    print("storm: %d records of %d threads, %d missing, %d young gaps, %d other lines, "
          "%d problems" % (check.records, len(check.streams), check.missing,
                           check.young_gaps, check.other, check.problem_count))
    return 1 if check.problem_count else 0


if __name__ == "__main__":
    sys.exit(main())
