#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""cut.py WHO ADDR IMAGE ARRIVED CUTS -- DAEMON... - deliver, and cut the delivery short.

WHO is what is cut: "logdump" is killed (SIGKILL) when a random number of records more
has arrived; "daemon" ends, by SIGKILL and SIGTERM in turn, when a random number of records
more has arrived, and is started again a little later by the command DAEMON, while logdump
is run again until it succeeds. Instants are chosen by what has arrived, not by the clock.

Says how often something was cut in the middle of a delivery. Exit: 1 when that was
never so, or a run of logdump that did not succeed said something else than one line.
"""
import os
import random
import signal
import subprocess
import sys
import threading
import time

who, addr, image, arrived, cuts = sys.argv[1:6]
daemon_command = sys.argv[7:]
cuts = int(cuts)
rng = random.Random(int(os.environ.get("SEED", "1")))


def count():
    with open(arrived, "rb") as f:
        return f.read().count(b"\n")


def fail(text):
    print("# " + text)
    sys.exit(1)


def wait_more(begin, more, over):
    """Until so many more have arrived, or over() is true."""
    while count() - begin < more and not over():
        time.sleep(0.002)


def logdump_once():
    return subprocess.Popen(["logdump", "--syslog=" + addr, image], stderr=subprocess.PIPE)


def one_line(run):
    said = run.stderr.read().decode()
    run.wait()
    if run.returncode not in (0, 4, -signal.SIGKILL):
        fail("exit %d: %s" % (run.returncode, said))
    if run.returncode == 4 and said.count("\n") != 1:
        fail("said %r" % said)
    return run.returncode


def logdump_killed():
    killed = 0
    for _ in range(cuts):
        run = logdump_once()
        wait_more(count(), rng.randrange(1, 1500), lambda: run.poll() is not None)
        run.kill()
        killed += one_line(run) == -signal.SIGKILL
    run = logdump_once()
    if one_line(run):
        fail("the last run was not cut, and failed")
    return killed


def daemon_start():
    return subprocess.Popen(daemon_command)


def daemon_killed():
    """The daemon that runs at the end is left to the caller, who ends it by its pid file."""
    daemon = daemon_start()
    killed = 0
    state = {"done": False}

    def runs():
        while True:
            run = logdump_once()
            if one_line(run) == 0:
                state["done"] = True
                return

    thread = threading.Thread(target=runs)
    thread.start()
    for i in range(cuts):
        wait_more(count(), rng.randrange(1, 1500), lambda: state["done"])
        if state["done"]:
            break
        daemon.send_signal(signal.SIGTERM if i % 2 else signal.SIGKILL)
        daemon.wait()
        killed += 1
        time.sleep(rng.choice((0, 0.3, 4)))
        daemon = daemon_start()
    thread.join()
    return killed


cut = logdump_killed() if who == "logdump" else daemon_killed()
print("# %s: %s cut %d times" % (addr, who, cut))
sys.exit(0 if cut else 1)
