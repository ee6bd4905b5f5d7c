#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""bench.py - measure plog beside its peers: tables on stdout, bench.json for programs.

Run it by `make bench`. BENCH_QUICK=1: less than half a minute; BENCH_ROUNDS=N: how
often each row is measured (5). Never fails because of a time: these are ratios, and
the machine may be busy. Fails when records were not found again.
"""
import datetime
import json
import os
import platform
import shutil
import subprocess
import sys
from statistics import median

import bench_recovery
import bench_rows
from bench_lttng import Lttng
from bench_run import Bench, Skipped, ratio

PACKAGES = ("liblttng-ust-dev", "lttng-tools", "babeltrace2", "libqb-dev", "libspdlog-dev", "libc6")
RECOVERY_MIB = 64


def output(*command):
    done = subprocess.run(command, text=True, check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.DEVNULL)
    return done.stdout.strip()


def cpu_name():
    with open("/proc/cpuinfo", encoding="ascii", errors="replace") as info:
        names = [line.split(":")[1].strip() for line in info if line.startswith("model name")]
    return names[0] if names else platform.machine()


def machine(bench):
    versions = {name: output("dpkg-query", "-W", "-f", "${Version}", name) for name in PACKAGES
                } if shutil.which("dpkg-query") else {}
    return {
        "date": datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{cpu_name()}, {len(os.sched_getaffinity(0))} CPUs, {platform.machine()}",
        "kernel": platform.release(),
        "compiler": output("cc", "--version").splitlines()[0],
        "plog": output(bench.tool("logdump"), "--version").split()[-1] + ", " +
        output("git", "describe", "--always", "--dirty"),
        "versions": {name: version for name, version in versions.items() if version},
        "rounds": bench.rounds,
        "load": os.getloadavg()[0],
    }


# --- tables ---

def number(value, digits=1):
    return "-" if value is None else f"{value:.{digits}f}"


def rows_print(title, rows, floors):
    print(f"\n{title}\n  {'':36} {'writers':12} {'median':>8} {'min':>8} {'x floor':>8}  found")
    for row in rows:
        if row.skipped or not row.ns:
            continue
        found = {True: "yes", False: "NO", None: "-"}[row.checked]
        if row.dropped:
            found += f", {row.dropped} dropped"
        factor = number(ratio(row, floors.get(row.crowd)), 2)
        print(f"  {row.label:36} {row.crowd:12} {number(row.median):>8} {number(row.least):>8} "
              f"{factor:>8}  {found}")
    for label, why in dict.fromkeys((row.label, row.skipped) for row in rows if row.skipped):
        print(f"  {label}: skipped: {why}")


def latency_measure(bench, rows):
    print("\nlatency of single records, ns: bursts of 20, 1 ms apart; cold: caches emptied before "
          f"each\n  {'':36} {'':6} {'p50':>8} {'p99':>8} {'p99.9':>8} {'first':>8}")
    found = []
    for row in rows:
        for cold in (False, True):
            try:
                said = bench.latency(row, cold)
            except (Skipped, subprocess.TimeoutExpired) as why:
                print(f"  {row.label}: skipped: {why}")
                break
            print(f"  {row.label:36} {'cold' if cold else 'warm':6} " +
                  " ".join(f"{number(said.get(key), 0):>8}"
                           for key in ("p50", "p99", "p99.9", "first")))
            found.append({"label": row.label, "cold": cold, **said})
    return found


def recovery_measure(bench, session):
    print(f"\nrecovery of a full window of {RECOVERY_MIB} MiB, CPU time, the least of some runs\n"
          f"  {'':36} {'ms':>9} {'records':>9} {'M rec/s':>8} {'GB/s':>7}")
    found = []
    records = 0
    for source in (bench_recovery.plog(bench, RECOVERY_MIB), None):
        try:
            for what, took, count, size in source or bench_recovery.lttng(bench, session,
                                                                            records):
                records = count
                print(f"  {what:36} {took * 1e3:9.1f} {count:9.0f} {count / took / 1e6:8.2f} "
                      f"{size / took / 1e9:7.2f}")
                found.append({"what": what, "ms": took * 1e3, "records": count, "bytes": size})
        except (Skipped, subprocess.CalledProcessError) as why:
            print(f"  {'LTTng' if source is None else 'plog'}: skipped: {why}")
    return found


def sweep_measure(bench):
    print("\nthe sweep of a device's window, per cent of the CPU it runs on\n"
          f"  {'records a second':36} {'cleaning':>9} {'all of the thread':>18} {'waking alone':>13}")
    found = []
    for rate in (100000, 1000000, 5000000):
        try:
            said = [bench.run("sweep_cost", [str(rate)], {}) for _ in range(bench.rounds)]
        except (Skipped, subprocess.TimeoutExpired) as why:
            print(f"  skipped: {why}")
            break
        cost = {key: median(one[key] for one in said)
                for key in ("records", "clean", "thread", "wake")}
        print(f"  {cost['records']:<36.0f} {cost['clean']:9.2f} {cost['thread']:18.2f} "
              f"{cost['wake']:13.2f}")
        found.append({"rate": rate, **cost})
    return found


# --- what the numbers are for ---

class Goals:
    """Ratios that the project promises itself, from the rows of one run."""

    def __init__(self, rows):
        self.rows = {(row.label, row.crowd): row for row in rows}

    def row(self, label, crowd="1 thread"):
        return self.rows.get((label, crowd))

    def times(self, a, b, crowd="1 thread"):
        """How many times slower @a is."""
        a, b = self.row(a, crowd), self.row(b, crowd)
        return ratio(a, b) if a and b else None

    def more(self, a, b):
        """By how many ns @a is slower."""
        a, b = self.row(a), self.row(b)
        return a.median - b.median if a and b and a.ns and b.ns else None

    def list(self):
        """(what, value, goal)"""
        both = (self.times("plog", "floor (cycle counter)", "2 threads"),
                self.times("plog", "floor (cycle counter)"))
        third = self.more("INFO, then mutex", "INFO, left to the sweep")
        alone = self.row("mutex alone")
        return [
            ("plog : floor", self.times("plog", "floor (cycle counter)"), "<= 1.3"),
            ("LTTng tracepoint : plog", self.times("LTTng-UST tracepoint", "plog"), ">= 4"),
            ("libqb blackbox : plog", self.times("libqb blackbox", "plog"), ">= 5"),
            ("tracef : plog, text of 100 bytes",
             self.times("LTTng-UST tracef, 100 bytes", "plog, 100 bytes by %s"), ">= 3"),
            ("two threads, as two private rings scale",
             both[1] / both[0] if all(both) else None, ">= 0.95"),
            ("WARNING over INFO, ns",
             self.more("WARNING, cleaned at once", "INFO, left to the sweep"), "<= 5"),
            ("mutex after INFO over mutex alone, ns",
             third - alone.median if third is not None and alone.ns else None, "<= 0"),
            ("disabled level, ns", getattr(self.row("plog, level disabled"), "median", None),
             "<= 1"),
        ]

    @staticmethod
    def recovery(found):
        took = {row["what"]: row for row in found}
        scan, merge = took.get("plog: find, scan, repair"), took.get("plog: merge, decode, format")
        if not scan or not merge:
            return []
        rate = {what: row["records"] / row["ms"] / 1e3 for what, row in took.items()}
        tracer = rate.get("babeltrace2 on a trace")
        return [
            ("scan, GB/s", scan["bytes"] / scan["ms"] / 1e6, ">= 2"),
            ("64 MiB scanned and merged, ms", scan["ms"] + merge["ms"], "<= 100"),
            ("logdump -o short, M records/s", rate["logdump -o short"], ">= 1"),
            ("logdump -o json, M records/s", rate["logdump -o json"], ">= 1"),
            ("logdump -o short : babeltrace2", tracer and rate["logdump -o short"] / tracer,
             ">= 5"),
            ("logdump -o json : babeltrace2", tracer and rate["logdump -o json"] / tracer,
             ">= 5"),
        ]

    @staticmethod
    def sweep(found):
        return [("the sweep's thread at 1 M records/s, % of a CPU", cost["thread"], "< 1")
                for cost in found if cost["rate"] == 1000000]

    @staticmethod
    def print(goals):
        print("\ngoals of this run")
        for what, value, goal in goals:
            print(f"  {what:42} {number(value, 2):>8}   {goal}")


def row_json(row, floors):
    return {"group": row.group, "label": row.label, "writers": row.crowd, "ns": row.ns,
            "median": row.median, "min": row.least,
            "times_floor": ratio(row, floors.get(row.crowd)), "checked": row.checked,
            "dropped": row.dropped, "skipped": row.skipped}


def flight_check(session, rows):
    """LTTng's records are checked here: a program cannot read its own buffers."""
    mine = [row for row in rows if row.program == "lttng"]
    if session.why:
        for row in mine:
            row.skipped = session.why
        return
    found = session.snapshot_records()
    for row in mine:
        row.checked = None if found is None else found > 0


def groups_of(bench):
    windows = {size: bench.window(size) for size in (1, 8, 64)}
    return (
        ("calls of plog: ns of CPU time a record", bench_rows.calls(windows[8])),
        ("peers: the same record", bench_rows.peers()),
        ("cleaning: ns a record, window in memory", bench_rows.cleaning()),
        ("growth: ns a record", bench_rows.growth(windows)),
    ), bench_rows.latency(windows[8])


def main():
    bench = Bench()
    session = Lttng(bench)
    if not session.why:
        session.flight_recorder()
    try:
        return measure(bench, session)
    finally:
        session.end()
        bench.tidy()


def measure(bench, session):
    about = machine(bench)
    for key, value in about.items():
        print(f"{key}: {value}")
    groups, single = groups_of(bench)
    rows = [row for _, group in groups for row in group]
    if session.why:
        flight_check(session, rows)
    bench.turns(rows)
    flight_check(session, rows)
    floors = {row.crowd: row for row in rows if row.floor}
    for title, group in groups:
        rows_print(title, group, floors)
    latency = latency_measure(bench, single)
    if not session.why:
        session.destroy("flight")
    recovery = recovery_measure(bench, session)
    sweep = sweep_measure(bench)
    goals = Goals(rows).list() + Goals.recovery(recovery) + Goals.sweep(sweep)
    Goals.print(goals)
    path = os.path.join(bench.dir, "bench.json")
    with open(path, "w", encoding="ascii") as file:
        json.dump({"about": about, "rows": [row_json(row, floors) for row in rows],
                   "latency": latency, "recovery": recovery, "sweep": sweep,
                   "goals": [dict(zip(("what", "value", "goal"), goal)) for goal in goals]},
                  file, indent=1)
        file.write("\n")
    print(f"\nas JSON: {os.path.relpath(path)}")
    return 1 if any(row.checked is False for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
