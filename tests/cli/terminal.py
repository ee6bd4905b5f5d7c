# SPDX-License-Identifier: BSD-2-Clause
"""terminal.py OUT NAME=VALUE... -- ARGUMENTS...

Runs logdump on a pseudo terminal, and writes what that got into OUT. Ends with its exit
code. Of the settings, some are for this program:

  STATUS=N     end with 0 when logdump's exit code is N
  HANG=print   close the terminal behind the first output; 0 when logdump ends by that
  HANG=follow  likewise, when it sleeps
  SCAN=1       make a large sparse dump of the last argument first
"""
import os
import pty
import signal
import sys
import time

out = sys.argv[1]
split = sys.argv.index("--")
settings = dict(s.split("=", 1) for s in sys.argv[2:split])
arguments = sys.argv[split + 1:]
status, hang, scan = (settings.pop(name, None) for name in ("STATUS", "HANG", "SCAN"))

if scan:
    with open(arguments[-1], "wb") as f:
        f.write(b"x")
        f.truncate(6 << 30)

pid, fd = pty.fork()
if not pid:
    env = dict(os.environ, TERM="xterm")
    env.update(settings)
    os.execvpe("logdump", ["logdump"] + arguments, env)


def get():
    try:
        return os.read(fd, 65536)
    except OSError:  # the other end is closed
        return b""


data = get()
if hang:
    if hang == "follow":
        time.sleep(0.5)
    os.close(fd)
while not hang:
    part = get()
    if scan and b"looking" in data:  # that is what was asked
        os.kill(pid, signal.SIGKILL)
    if not part:
        break
    data += part

open(out, "wb").write(data.replace(b"\r\n", b"\n"))
if hang:
    for _ in range(600):
        done, code = os.waitpid(pid, os.WNOHANG)
        if done:
            # By SIGHUP, as anything that does not ask for it, or by itself.
            ended = os.WIFSIGNALED(code) and os.WTERMSIG(code) == signal.SIGHUP
            sys.exit(0 if ended or os.WEXITSTATUS(code) in (0, 4) else 1)
        time.sleep(0.1)
    os.kill(pid, signal.SIGKILL)
    sys.exit(1)
_, code = os.waitpid(pid, 0)
if scan:
    os.unlink(arguments[-1])
    sys.exit(0)
code = os.waitstatus_to_exitcode(code)
sys.exit(0 if status is not None and code == int(status) else code)
