# SPDX-License-Identifier: BSD-2-Clause
"""What is measured: the rows of the tables, in the order of printing."""
from bench_run import LINES, Row

SHARED = {"PLOG_LANES": "shared"}
CROWDS = ({"threads": 1}, {"threads": 2}, {"threads": 8}, {"processes": 4})


def crowds(group, label, program, variant, env=None, floor=False, sizes=CROWDS):
    return [Row(group, label, program, variant, env=env or {}, floor=floor, **crowd)
            for crowd in sizes]


def calls(window):
    """The reference record, by as many writers as there may be."""
    plog = {"PLOG_WINDOW": window}
    group = "calls"
    return [
        *crowds(group, "floor (cycle counter)", "floor", "tsc", floor=True),
        *crowds(group, "floor (vDSO clock)", "floor", "vdso", sizes=CROWDS[:1]),
        *crowds(group, "plog", "plog", "reference", plog),
        *crowds(group, "plog, libplog.so", "plog_shared", "reference", plog, sizes=CROWDS[:1]),
        *crowds(group, "plog, fallback lanes", "plog", "reference", plog | SHARED),
        *crowds(group, "plog, 100 bytes by %s", "plog", "text100", plog),
        *crowds(group, "plog_vlog, 100 bytes by %s", "plog", "vlog100", plog),
        *crowds(group, "plog, level disabled", "plog", "disabled", plog),
    ]


def peers():
    group = "peers"
    write = {"BENCH_FILE": LINES}
    return [
        *crowds(group, "LTTng-UST tracepoint", "lttng", "tracepoint"),
        *crowds(group, "LTTng-UST tracef", "lttng", "tracef", sizes=CROWDS[:1]),
        *crowds(group, "LTTng-UST tracef, 100 bytes", "lttng", "tracef100"),
        *crowds(group, "libqb blackbox", "libqb", "reference", sizes=CROWDS[:1]),
        *crowds(group, "spdlog, ring-buffer sink", "spdlog", "ring", sizes=CROWDS[:3]),
        *crowds(group, "spdlog, async", "spdlog", "async", sizes=CROWDS[:3]),
        *crowds(group, "syslog(3)", "syslog", "line", sizes=CROWDS[:1]),
        *crowds(group, "write(2) to tmpfs", "write_file", "line", write),
    ]


def cleaning():
    """On memory that is cleaned as a device's window is."""
    def row(label, variant, flush):
        return Row("cleaning", label, "plog_memory", variant, env={"BENCH_FLUSH": flush})

    return [
        row("INFO, not cleaned", "reference", "none"),
        row("INFO, left to the sweep", "reference", "ladder"),
        row("INFO, cleaned at once (no sweep)", "reference", "eager"),
        row("WARNING, cleaned at once", "warning", "ladder"),
        row("CRIT, cleaned and fenced", "crit", "ladder"),
        row("mutex alone", "mutex", "ladder"),
        row("INFO, then mutex", "reference-mutex", "ladder"),
        row("INFO cleaned at once, then mutex", "reference-mutex", "eager"),
        row("WARNING, then mutex", "warning-mutex", "ladder"),
    ]


def growth(windows):
    """@windows: from MiB to path."""
    def row(label, variant, size=8):
        return Row("growth", label, "plog", variant, env={"PLOG_WINDOW": windows[size]})

    return [
        *[row(f"text of {n} bytes", f"text{n}") for n in (16, 100, 400, 1000, 3000)],
        *[row(f"window of {n} MiB", "reference", n) for n in windows],
        *[row(f"{n} site" + ("s" if n > 1 else ""), f"sites{n}") for n in (1, 100, 1000)],
    ]


def latency(window):
    plog = {"PLOG_WINDOW": window}
    write = {"BENCH_FILE": LINES}
    return [
        Row("latency", "floor", "floor", "tsc"),
        Row("latency", "plog", "plog", "reference", env=plog),
        Row("latency", "plog, fallback lanes", "plog", "reference", env=plog | SHARED),
        Row("latency", "WARNING, cleaned at once", "plog_memory", "warning",
            env={"BENCH_FLUSH": "ladder"}),
        Row("latency", "LTTng-UST tracepoint", "lttng", "tracepoint"),
        Row("latency", "libqb blackbox", "libqb", "reference"),
        Row("latency", "spdlog, ring-buffer sink", "spdlog", "ring"),
        Row("latency", "write(2) to tmpfs", "write_file", "line", env=write),
    ]
