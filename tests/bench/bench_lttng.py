# SPDX-License-Identifier: BSD-2-Clause
"""An LTTng session for the peers' rows: its own daemon, in the benchmark's room."""
import os
import shutil
import subprocess
import time

EVENTS = ("plogbench:*", "lttng_ust_tracef:*")


class Lttng:
    """Only in a room (room.sh): root's session daemon is the machine's otherwise."""

    def __init__(self, bench):
        self.home = os.path.join(bench.dir, "lttng-home")
        self.output = "/dev/shm/lttng-output"
        self.why = ""
        os.environ["LTTNG_HOME"] = self.home
        if not os.path.exists(bench.program("lttng")):
            self.why = "liblttng-ust-dev is not installed"
        elif not shutil.which("lttng-sessiond") or not shutil.which("lttng"):
            self.why = "lttng-tools is not installed"
        elif not bench.private:
            self.why = "needs root or user namespaces, for a session daemon of its own"
        else:
            shutil.rmtree(self.home, ignore_errors=True)
            os.makedirs(self.home)
            self.daemon()

    def daemon(self):
        subprocess.run(["lttng-sessiond", "--daemonize", "--no-kernel"],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        for _ in range(50):
            if self.lttng("list", check=False).returncode == 0:
                return
            time.sleep(0.1)
        self.why = "lttng-sessiond does not answer"

    @staticmethod
    def lttng(*args, check=True):
        return subprocess.run(["lttng", "--no-sessiond", *args], text=True, check=check,
                              capture_output=True)

    def session(self, name, how, subbuf, count):
        """Starts one; @how: arguments of create. Buffers of count * subbuf a CPU."""
        self.lttng("create", name, *how)
        overwrite = ["--overwrite"] if "--snapshot" in how else []
        self.lttng("enable-channel", "-u", "-s", name, *overwrite, f"--subbuf-size={subbuf}",
                   f"--num-subbuf={count}", "ring")
        for event in EVENTS:
            self.lttng("enable-event", "-u", "-s", name, "-c", "ring", event)
        self.lttng("start", name)

    def flight_recorder(self):
        self.session("flight", ["--snapshot", f"--output={self.output}"], "1M", 8)

    def snapshot_records(self):
        """How many events are in the flight recorder now."""
        self.lttng("snapshot", "record", "-s", "flight")
        if not shutil.which("babeltrace2"):
            return None
        done = subprocess.run(["babeltrace2", self.output], text=True, check=False,
                              capture_output=True)
        return len(done.stdout.splitlines())

    def destroy(self, name):
        self.lttng("destroy", name, check=False)

    def end(self):
        if not self.why:
            self.destroy("flight")
        shutil.rmtree(self.output, ignore_errors=True)
