#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""arrived.py ARRIVED HOW WANTED... - did what was logged arrive?

ARRIVED is what rsyslogd wrote, an object a line; WANTED what `logdump -o json` says of an
image. HOW is "once": each record once, in order, or "again=N": each record at least once,
and what came twice lies within the last N records that had arrived by then.
Adding ",socket": it came as RFC 3164, with the ids in the text.
Says what is wrong in a line, and exits with 1; else says how many came twice.
"""
import json
import re
import sys

LEVELS = "emerg alert crit err warning notice info debug".split()
LOCAL = re.compile(r"^ ?(\S+) \[([0-9a-f]{8}) (\d+)\] ")


def fail(text):
    print("# " + text)
    sys.exit(1)


def shown(text):
    """As logdump shows text: \\xNN for control characters. Bytes that are no UTF-8 are
    in its JSON as that very text."""
    return "".join(c if c >= " " and not "\x7f" <= c < "\xa0" else
                   "".join("\\x%02x" % b for b in c.encode()) for c in text)


def name(text, limit, also=""):
    return "".join("_" if not "!" <= c <= "~" or c in also else c for c in text)[:limit]


def identifier(want):
    if want["tag"] is not None:
        return shown(want["tag"])
    return want["comm"] if want["source"] != "kernel" else "kernel"


def expect(got, key, value, want):
    if got[key] != value:
        fail("seq %s: %s is %r, not %r" % (want["seq"], key, got[key], value))


def same_host(got, want):
    """Everything of RFC 5424."""
    raw = want["tag"] if want["tag"] is not None else identifier(want)
    app = name(raw, 48)
    expect(got, "time", want["time"][:26] + "Z", want)
    expect(got, "app", app, want)
    expect(got, "pid", str(want["pid"]) if want["pid"] else "-", want)
    expect(got, "msgid", want["source"], want)
    expect(got, "facility", "kern" if want["source"] == "kernel" else "user", want)
    expect(got, "verdict", want["verdict"], want)
    expect(got, "boot_id", want["boot_id"], want)
    for key in ("file", "line", "func"):
        expect(got, key, str(want[key]) if want[key] is not None else "", want)
    if want["tag"] is not None and app != want["tag"]:
        expect(got, "tag", shown(want["tag"]), want)
    text = shown(want["msg"])
    expect(got, "msg", ("" if text.isascii() else "\ufeff") + text, want)


def same_socket(got, want):
    match = LOCAL.match(got["msg"])
    if match.group(1) != want["time"] or not want["boot_id"].startswith(match.group(2)):
        fail("seq %s: time or boot is wrong in %r" % (want["seq"], got["msg"]))
    expect(got, "app", name(identifier(want), 99, ":[]"), want)
    expect(got, "pid", str(want["pid"]) if want["pid"] else "-", want)
    if got["msg"][match.end():] != shown(want["msg"]):
        fail("seq %s: text is %r" % (want["seq"], got["msg"]))


def order_check(at, count, again):
    most = -1
    for i in at:
        if i > most + 1:
            fail("record %d came before %d" % (i, most + 1))
        if i <= most - again:
            fail("record %d came again behind %d" % (i, most))
        most = max(most, i)
    if most != count - 1:
        fail("%d of %d records arrived" % (most + 1, count))


def main():
    how = sys.argv[2].split(",")
    socket = "socket" in how
    again = 0 if how[0] == "once" else int(how[0].split("=")[1])
    want = [json.loads(line) for path in sys.argv[3:] for line in open(path)]
    index = {(w["boot_id"][:8], str(w["seq"])): i for i, w in enumerate(want)}
    at = []
    for line in open(sys.argv[1], encoding="utf-8"):
        got = json.loads(line)
        match = LOCAL.match(got["msg"]) if socket else None
        key = match.group(2, 3) if socket else (got["boot_id"][:8], got["seq"])
        if key not in index:
            fail("nobody logged " + line)
        at.append(index[key])
        wanted = want[at[-1]]
        expect(got, "severity", str(LEVELS.index(wanted["level"])), wanted)
        (same_socket if socket else same_host)(got, wanted)
    order_check(at, len(want), again)
    print("# %d records, %d came twice" % (len(want), len(at) - len(want)))


main()
