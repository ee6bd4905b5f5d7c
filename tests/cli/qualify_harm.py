#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""qualify_harm.py IMAGE STATE OFFSET HARM - what a bad reset does to an armed window.

IMAGE is a file with the window at OFFSET; STATE, plogctl qualify's state file,
says where the pattern is. HARM:

  zero N          N pages in the middle of the pattern, where the next boot's log
                  does not come soon, are zeros
  zeros, noise    all of the window
  headless        noise, and then the heads of chunks were cleared
  decay           all of it is random bits, one in four set
  kernel N        N pages in its middle are a compressed kernel image
  flip N          one bit in N of the pattern flips
  stale CLASS     the lines of a class (0 fenced, 1 cleaned, 2 not cleaned) are
                  as they were the round before
  restore CLASS FILE   the lines of a class are as in FILE, a copy of IMAGE
  lines N         N single lines hold something else
  shift N         all of the pattern is N pages further
"""
import random
import re
import sys

PAGE, LINE = 4096, 64


class Window:
    def __init__(self, path, state, base):
        self.path, self.base = path, base
        armed = next(s for s in open(state) if s.startswith("armed "))
        self.size = int(re.search(r" size=(\d+)", armed)[1])
        size, count, split, off0, off1 = map(int, re.search(r" chunks=(\S+)", armed)[1].split(","))
        self.pages = []
        for span in re.search(r" gens=(\S+)", armed)[1].split(","):
            first, last = map(int, span.split("-"))
            for gen in range(first, last + 1):
                index = gen % count
                at = off0 + index * size if index < split else off1 + (index - split) * size
                self.pages += [(at + o, o == 0) for o in range(0, size, PAGE)]
        with open(path, "rb") as f:
            f.seek(base)
            self.bytes = bytearray(f.read(self.size))

    def save(self):
        with open(self.path, "r+b") as f:
            f.seek(self.base)
            f.write(self.bytes)

    def cls(self, page):
        return self.bytes[page + LINE + 52]

    def lines(self, cls=None):
        """Offsets of body lines, of one class or all."""
        for page, first in self.pages:
            if cls is None or self.cls(page) == cls:
                for line in range(2 if first else 0, PAGE // LINE):
                    if line != 1:
                        yield page + line * LINE


def kernel_page(k):
    noise = random.Random(k).randbytes(PAGE)
    return (b"\x1f\x8b\x08\x00" + bytes(5) + b"\x03" + noise[10:]) if k == 0 else noise


def main():
    w = Window(sys.argv[1], sys.argv[2], int(sys.argv[3], 0))
    harm, arg = sys.argv[4], sys.argv[5:]
    dice = random.Random(1)
    if harm == "zero":
        middle = len(w.pages) // 2
        for page, _ in w.pages[middle : middle + int(arg[0])]:
            w.bytes[page : page + PAGE] = bytes(PAGE)
    elif harm == "zeros":
        w.bytes[:] = bytes(w.size)
    elif harm == "noise":
        w.bytes[:] = dice.randbytes(w.size)
    elif harm == "headless":
        w.bytes[:] = dice.randbytes(w.size)
        for page in (page for page, first in w.pages if first):
            w.bytes[page : page + LINE] = bytes(LINE)
    elif harm == "decay":
        few = dice.getrandbits(8 * w.size) & dice.getrandbits(8 * w.size)
        w.bytes[:] = few.to_bytes(w.size, "little")
    elif harm == "kernel":
        n = int(arg[0])
        from_ = len(w.pages) // 2
        start = w.pages[from_][0]
        for k in range(n):
            w.bytes[start + k * PAGE : start + (k + 1) * PAGE] = kernel_page(k)
    elif harm == "flip":
        lines = list(w.lines())
        for bit in dice.sample(range(len(lines) * LINE * 8), len(lines) * LINE * 8 // int(arg[0])):
            w.bytes[lines[bit // 8 // LINE] + bit // 8 % LINE] ^= 1 << bit % 8
    elif harm == "stale":
        for line in w.lines(int(arg[0])):
            word = int.from_bytes(w.bytes[line : line + 8], "little")
            now = max(0, (word & 0xFFFFF) - 1)
            w.bytes[line : line + 8] = (now | now << 20 | now << 40).to_bytes(8, "little")
    elif harm == "restore":
        old = Window(arg[1], sys.argv[2], w.base)
        for line in list(w.lines(int(arg[0]))):
            w.bytes[line : line + LINE] = old.bytes[line : line + LINE]
    elif harm == "lines":
        for line in dice.sample(list(w.lines()), int(arg[0])):
            w.bytes[line : line + LINE] = b"DMA descriptor\0\0" * 4
    elif harm == "shift":
        n = int(arg[0]) * PAGE
        w.bytes[n:] = w.bytes[:-n]
    else:
        sys.exit(f"qualify_harm.py: {harm}: no such harm")
    w.save()


main()
