#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Which lanes were the records of a window written through?

    lanes_use.py IMAGE CONTROL      prints "records in lanes of CPUs: N, shared: N"

CONTROL is the window's control plane (/dev/shm/plog-ctl-*), for the number of lanes.
"""
import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "format"))
import window_read  # noqa: E402

CPU_LANES, SHARED_LANES = 68, 72    # struct plog_control


def main(image, control):
    with open(control, "rb") as data:
        head = data.read(128)
    cpu, shared = window_read.u32(head, CPU_LANES), window_read.u32(head, SHARED_LANES)
    with open(image, "rb") as data:
        win = window_read.Window(data.read())
    found = [0, 0]
    for chunk, records, _ in win.chunks_read(win.boots_read()):
        if chunk.lane >= cpu + shared:
            sys.exit("lanes_use: a chunk of lane %d; there are %d" % (chunk.lane, cpu + shared))
        found[chunk.lane >= cpu] += len(records)
    print("records in lanes of CPUs: %d, shared: %d" % tuple(found))


if __name__ == "__main__":
    main(*sys.argv[1:])
