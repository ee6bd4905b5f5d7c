# SPDX-License-Identifier: BSD-2-Clause
"""Runs the measuring programs, in turns, and keeps what they print."""
import os
import subprocess
from dataclasses import dataclass, field
from statistics import median

SKIP = 77
LINES = "/dev/shm/plog-bench.lines"  # what write(2) appends to


@dataclass
class Row:
    """One line of the table: how to measure it, and what was measured."""
    group: str
    label: str
    program: str
    variant: str
    threads: int = 1
    processes: int = 0
    env: dict = field(default_factory=dict)
    floor: bool = False
    checked: object = None  # True: the records were found again
    dropped: int = 0
    skipped: str = ""
    ns: list = field(default_factory=list)

    @property
    def crowd(self):
        return f"{self.processes} processes" if self.processes else \
            f"{self.threads} thread" + ("s" if self.threads > 1 else "")

    @property
    def median(self):
        return median(self.ns) if self.ns else None

    @property
    def least(self):
        return min(self.ns) if self.ns else None


class Skipped(Exception):
    pass


class Bench:
    """Where things are, and how long to measure."""

    def __init__(self):
        self.build = os.path.abspath(os.environ.get("BUILD", "build"))
        self.dir = os.path.join(self.build, "bench")
        self.quick = os.environ.get("BENCH_QUICK", "0") not in ("", "0")
        self.rounds = int(os.environ.get("BENCH_ROUNDS", 2 if self.quick else 5))
        self.ms = 15 if self.quick else 60
        with open(LINES, "w", encoding="ascii"):
            pass
        self.private = os.environ.get("BENCH_ROOM") == "inside"

    def program(self, name):
        return os.path.join(self.dir, name)

    def tool(self, name):
        return os.path.join(self.build, name)

    def window(self, size):
        """A file window of so many MiB; the same for all rows of that size."""
        path = f"/dev/shm/plog-bench.{os.getpid()}.{size}M"
        if not os.path.exists(path):
            subprocess.run([self.tool("plogctl"), "init", "--size", f"{size}M", path],
                           check=True, stdout=subprocess.DEVNULL)
        return path

    def tidy(self):
        """Outside of a room, what is left would stay."""
        os.unlink(LINES)
        for name in os.listdir("/dev/shm"):
            if name.startswith(f"plog-bench.{os.getpid()}."):
                os.unlink(os.path.join("/dev/shm", name))

    def run(self, program, args, env):
        """Returns what a program says, as a dictionary."""
        path = self.program(program)
        if not os.path.exists(path):
            raise Skipped(f"{program} is not built: see what is missing above")
        done = subprocess.run([path, *args], env={**os.environ, **env}, text=True,
                              capture_output=True, timeout=120, check=False)
        if done.returncode == SKIP:
            raise Skipped(done.stderr.strip())
        pairs = (line.split() for line in done.stdout.splitlines())
        said = {pair[0]: float(pair[1]) for pair in pairs
                if len(pair) == 2 and pair[1].replace(".", "", 1).isdigit()}
        said["_failed"] = done.stderr.strip() if done.returncode else ""
        return said

    def measure(self, row, check):
        args = ["-d", str(self.ms)]
        if row.processes:
            args += ["-p", str(row.processes)]
        elif row.threads > 1:
            args += ["-t", str(row.threads)]
        if check:
            args.append("-c")
        said = self.run(row.program, [*args, row.variant], row.env)
        if "ns" in said:
            row.ns.append(said["ns"])
        if check and row.checked is None:
            row.checked = True if "checked" in said else False if said["_failed"] else None
        row.dropped = max(row.dropped, int(said.get("dropped", 0)))
        if said["_failed"]:
            print(f"{row.label}, {row.crowd}: {said['_failed']}")

    def turns(self, rows):
        """A B C A B C: what disturbs the machine for a while disturbs all alike."""
        for turn in range(self.rounds):
            for row in rows:
                if row.skipped:
                    continue
                try:
                    self.measure(row, check=turn == 0)
                except Skipped as why:
                    row.skipped = str(why)
                except subprocess.TimeoutExpired:
                    row.skipped = "took longer than two minutes"

    def latency(self, row, cold):
        bursts = (50 if self.quick else 500) if not cold else (20 if self.quick else 100)
        args = ["-l", str(bursts)] + (["-C"] if cold else [])
        said = self.run(row.program, [*args, row.variant], row.env)
        return {key: said[key] for key in ("p50", "p99", "p99.9", "first") if key in said}


def ratio(row, floor):
    """Median of the ratios within one round each; None without both."""
    pairs = list(zip(row.ns, floor.ns)) if floor else []
    return median(a / b for a, b in pairs) if pairs else None
