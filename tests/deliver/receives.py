#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""receives.py KIND SOCKET - a receiver that is none; prints its address.

slams   accepts connections, and closes them
sleeps  accepts connections, and reads nothing
half    reads some kilobytes of a connection, and closes it
full    datagrams to SOCKET, which nobody reads
stream  connections to SOCKET, likewise

receives.py terminal SOCKET LOGDUMP IMAGE - something else: a slow reader of SOCKET, to
which LOGDUMP delivers IMAGE twice, with its standard error at a terminal and at a pipe.
Is there progress on the one, wiped in the end, and nothing on the other?
"""
import os
import pty
import socket
import struct
import subprocess
import sys
import threading
import time

kind, path = sys.argv[1:3]


def listen(sock, addr):
    sock.listen(8)
    print(addr, flush=True)


def tcp():
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    listen(sock, "tcp://127.0.0.1:%d" % sock.getsockname()[1])
    return sock


def forever():
    while True:
        time.sleep(1)


def closes(read):
    sock = tcp()
    while True:
        conn = sock.accept()[0]
        if read:
            conn.recv(read)
        else:
            conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        conn.close()


def slow_reader():
    sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    sock.bind(path)

    def read():
        n = 0
        while True:
            sock.recv(65536)
            n += 1
            if n % 100 == 0:
                time.sleep(0.05)

    threading.Thread(target=read, daemon=True).start()


def terminal():
    logdump, image = sys.argv[3:5]
    slow_reader()
    master, slave = pty.openpty()
    command = [logdump, "--redeliver", "--syslog=" + path, image]
    run = subprocess.Popen(command, stderr=slave, env=dict(os.environ, TERM="xterm"))
    os.close(slave)
    shown = b""
    while True:
        try:
            some = os.read(master, 4096)
        except OSError:
            break
        if not some:
            break
        shown += some
    if run.wait() or b"\rdelivering: " not in shown or b" of 3002 records, " not in shown or \
            not shown.endswith(b"\r\x1b[K"):
        sys.exit("on a terminal: %r" % shown)
    run = subprocess.run(command, stderr=subprocess.PIPE, check=True)
    if run.stderr:
        sys.exit("on a pipe: %r" % run.stderr)


if kind == "slams":
    closes(0)
elif kind == "half":
    closes(4096)
elif kind == "sleeps":
    quiet = tcp()
    forever()
elif kind in ("full", "stream"):
    unread = socket.socket(socket.AF_UNIX,
                           socket.SOCK_DGRAM if kind == "full" else socket.SOCK_STREAM)
    unread.bind(path)
    if kind == "full":
        print(path, flush=True)
    else:
        listen(unread, path)
    forever()
else:
    terminal()
