# SPDX-License-Identifier: BSD-2-Clause
"""How fast a log is recovered: plog's reader and tools, beside LTTng's."""
import glob
import os
import resource
import shutil
import subprocess

from bench_run import Skipped


def cpu_seconds():
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def seconds(command, times=3):
    """CPU time of a command and its children, the least of so many runs."""
    best = None
    for _ in range(times):
        start = cpu_seconds()
        with open(os.devnull, "w", encoding="ascii") as null:
            done = subprocess.run(command, stdout=null, stderr=null, check=False)
        took = cpu_seconds() - start
        if done.returncode:
            raise Skipped(f"{command[0]} ended with {done.returncode}")
        best = took if best is None else min(best, took)
    return best


def scans(bench, path):
    said = [bench.run("scan_speed", [path], {}) for _ in range(3)]
    return {key: min(one[key] for one in said)
            for key in ("bytes", "records", "scan_ms", "merge_ms")}


def plog(bench, size):
    """Yields (what, seconds, records, bytes)."""
    path = f"/dev/shm/plog-bench.{os.getpid()}.recover"
    subprocess.run([bench.tool("plogctl"), "init", "--size", f"{size}M", path], check=True,
                   stdout=subprocess.DEVNULL)
    # More than fit, so that it is full: no record takes less than 24 bytes.
    bench.run("plog", ["-n", str((size << 20) // 24), "reference"], {"PLOG_WINDOW": path})
    got = scans(bench, path)
    records = got["records"]
    yield "plog: find, scan, repair", got["scan_ms"] / 1e3, records, got["bytes"]
    yield "plog: merge, decode, format", got["merge_ms"] / 1e3, records, got["bytes"]
    for form in ("short", "json"):
        command = [bench.tool("logdump"), "-b", "0", "-o", form, path]
        yield f"logdump -o {form}", seconds(command), records, got["bytes"]
    yield "logdump --stats", seconds([bench.tool("logdump"), "--stats", path]), records, \
        got["bytes"]
    os.unlink(path)


def lttng(bench, session, records):
    """The same number of the same records: a trace on tmpfs, and a crashed session."""
    if session.why:
        raise Skipped(session.why)
    if not shutil.which("babeltrace2"):
        raise Skipped("babeltrace2 is not installed")
    trace, shared, crash = (f"/dev/shm/lttng-{what}" for what in ("trace", "shm", "crash"))
    if bench.quick:
        records /= 8
    count = ["-n", str(int(records)), "tracepoint"]
    session.session("trace", [f"--output={trace}"], "4M", 16)
    bench.run("lttng", count, {})
    session.lttng("stop", "trace")
    session.destroy("trace")
    yield from babeltrace(bench, "babeltrace2 on a trace", trace, records, sum_of_files(trace))
    session.session("crash", ["--snapshot", f"--shm-path={shared}"], "16M", 8)
    bench.run("lttng", count, {})
    took = seconds(["sh", "-c", f"rm -rf {crash} && lttng-crash --extract={crash} {shared}"])
    yield "lttng-crash --extract", took, records, sum_of_files(shared)
    yield from babeltrace(bench, "babeltrace2 on what it extracted", crash, records, sum_of_files(crash))
    session.destroy("crash")


def babeltrace(bench, what, path, records, size):
    found = subprocess.run(f"babeltrace2 {path} | wc -l", shell=True, text=True, check=False,
                           capture_output=True).stdout
    if abs(int(found) - records) > records / 100:
        print(f"{what}: {int(found)} of {records:.0f} records are there")
    yield what, seconds(["babeltrace2", path], 1 if bench.quick else 2), float(found), size


def sum_of_files(path):
    return sum(os.path.getsize(name) for name in glob.glob(f"{path}/**", recursive=True)
               if os.path.isfile(name))
