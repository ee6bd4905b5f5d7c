#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Does docs/format.md tell the truth, and do two readers agree?

    format_check.py document FORMAT.MD IMAGE    every byte of the example is as the image has it
    format_check.py readers LOGDUMP IMAGE       window_read.py and logdump find the same records
    format_check.py damage LOGDUMP IMAGE N      and what they find in N damaged versions of it
                                                is what was there; logdump finds more: it repairs

Exit code: 0 yes, 1 no, 2 usage.
"""
import json
import os
import random
import re
import subprocess
import sys
import tempfile

DUMP = re.compile(r"^([0-9a-f]{5})  ((?:[0-9a-f]{2} )*[0-9a-f]{2})(?:  |$)")
ZEROS = re.compile(r"^ +zeros to ([0-9a-f]{5})$")
FIELDS = "boot_id source monotonic_ns level tag comm pid tid file line func msg".split()


def document(path, image):
    with open(path, encoding="utf-8") as lines, open(image, "rb") as data:
        lines, data = list(lines), data.read()
    at = seen = bad = 0
    for number, line in enumerate(lines, 1):
        dump, zeros = DUMP.match(line), ZEROS.match(line)
        if dump:
            at, want = int(dump.group(1), 16), bytes.fromhex(dump.group(2))
        elif zeros:
            want = bytes(int(zeros.group(1), 16) + 1 - at)
        else:
            continue
        if data[at:at + len(want)] != want:
            print("# line %d: the image has %s" % (number, data[at:at + len(want)].hex(" ")))
            bad += 1
        at, seen = at + len(want), seen + len(want)
    print("# %d bytes" % seen)
    return seen > 1000 and not bad


def records(command):
    out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False)
    if out.returncode < 0:
        print("# %s: signal %d" % (command[0], -out.returncode))
    return [json.loads(line) for line in out.stdout.decode("utf-8", "replace").splitlines()]


def same(field, mine, theirs):
    if field == "msg" and mine["args"] is not None:
        return True  # messages of raw arguments are logdump's own
    if field == "monotonic_ns" and mine["estimated"]:
        return True  # the chunk's base is lost; logdump guesses better
    if field == "monotonic_ns" and mine["boot_id"]:
        # logdump measures the counter over what is left of the boot's anchors,
        # window_read.py takes the rate that the boot noted.
        return abs(mine[field] - theirs[field]) <= 1000
    if field == "monotonic_ns":
        return True  # the boot's entry is lost, and with it that rate
    return mine[field] == theirs[field]


def in_time_order(items):
    return all(a["boot"] != b["boot"] or a["monotonic_ns"] <= b["monotonic_ns"] + 1000
               for a, b in zip(items, items[1:]))


def readers(logdump, image):
    reader = os.path.join(os.path.dirname(__file__), "window_read.py")
    mine = records([sys.executable, reader, image])
    theirs = records([logdump, "-b", "all", "-o", "json", image])
    if not in_time_order(theirs):
        print("# %s: logdump's records are not in the order of time" % image)
        return False
    mine.sort(key=lambda r: r["seq"])
    theirs.sort(key=lambda r: r["seq"])
    if [r["seq"] for r in mine] != [r["seq"] for r in theirs]:
        print("# %s: %d records by window_read.py, %d by logdump, or not the same ones" %
              (image, len(mine), len(theirs)))
        return False
    for left, right in zip(mine, theirs):
        for field in FIELDS:
            if not same(field, left, right):
                print("# %s: record %d: %s is %r for window_read.py, %r for logdump" %
                      (image, left["seq"], field, left[field], right[field]))
                return False
    return bool(mine)


def damaged_readers(logdump, image, whole):
    """What logdump calls intact is what window_read.py finds, and all of it is as it was."""
    reader = os.path.join(os.path.dirname(__file__), "window_read.py")
    mine = {r["seq"]: r for r in records([sys.executable, reader, image])}
    theirs = {r["seq"]: r for r in records([logdump, "-b", "all", "-o", "json", image])}
    if not in_time_order(list(theirs.values())):
        print("# %s: logdump's records are not in the order of time" % image)
        return False
    # A chunk of which only an older lap is left: a head that logdump repairs says more.
    laps = {seq >> 16 for seq in theirs}
    lost = [seq for seq, r in mine.items() if not r["estimated"] and
            theirs.get(seq, {}).get("verdict") != "intact"]
    made_up = [seq for seq, r in theirs.items() if seq not in whole and
               (r["verdict"] == "intact" and seq not in mine or
                not laps & {s >> 16 for s in mine if s >> 16 == seq >> 16})]
    wrong = [(seq, field) for seq, r in theirs.items() if seq in whole for field in FIELDS
             if field != "monotonic_ns" and r[field] is not None and r[field] != whole[seq][field]
             and not (field == "msg" and r[field].startswith("site#"))]
    wrong += [(seq, "monotonic_ns") for seq, r in mine.items() if seq in theirs and
              not same("monotonic_ns", r, theirs[seq])]
    for what, seqs in ("lost", lost), ("made up", made_up), ("wrong", wrong):
        if seqs:
            print("# %s: %s: %s" % (image, what, seqs[:3]))
    return theirs and not lost and not made_up and not wrong


def damage(logdump, image, count):
    """Bits flip, and chunk heads and all superblocks but one are overwritten."""
    with open(image, "rb") as file:
        data = file.read()
    original = {r["seq"]: r for r in records([logdump, "-b", "all", "-o", "json", image])}
    lines = [off for off in range(4096, len(data), 4096)
             if data[off:off + 8] == bytes.fromhex("b7efbc3783412bfe")]
    bad = 0
    for seed in range(int(count)):
        hit, rand = bytearray(data), random.Random(seed)
        for off in rand.sample(lines, rand.choice((0, 1, len(lines) // 2))):
            hit[off:off + 64] = rand.choice((bytes(64), b"\xff" * 64, rand.randbytes(64)))
        for _ in range(rand.choice((0, 10, 1000))):
            bit = rand.randrange(512 * 8, len(hit) * 8)
            hit[bit // 8] ^= 1 << bit % 8
        if seed % 2:
            hit[len(hit) - 4096:] = bytes(4096)
        with tempfile.NamedTemporaryFile(suffix="-seed%d" % seed) as file:
            file.write(hit)
            file.flush()
            bad += not damaged_readers(logdump, file.name, original)
    return not bad


def main(argv):
    checks = {"document": (document, 4), "readers": (readers, 4), "damage": (damage, 5)}
    check, want = checks.get(argv[1] if len(argv) > 1 else "", (None, 0))
    if len(argv) != want:
        print(__doc__.strip(), file=sys.stderr)
        return 2
    return 0 if check(*argv[2:]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv))
