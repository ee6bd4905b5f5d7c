# SPDX-License-Identifier: BSD-2-Clause
"""peers_ctf.py WINDOW EVENTS WARNINGS: is what babeltrace2 printed what WINDOW.json says?

WINDOW.boots has the boots. EVENTS are lines of its pretty text with all fields.
"""
import json
import re
import sys
from datetime import datetime, timezone

window, events, warnings = sys.argv[1:4]
LEVELS = {"emerg": 0, "alert": 1, "crit": 2, "err": 3, "warning": 4, "notice": 5, "info": 6,
          "debug": 14}
HEAD = re.compile(r"timestamp = (\S+ \S+), delta = [^,]*, .*?loglevel = \S+ \((\d+)\), "
                  r"name = plog:(\w+), ")


def field(line, name):
    """A number, or a text with the escapes of babeltrace2 undone."""
    m = re.search(r'[{ ]%s = (?:"((?:[^"\\]|\\.)*)"|\( "(\w+)" : container = \d+ \)|(-?\d+))' % name,
                  line)
    assert m, (name, line)
    if m[1] is not None:
        return re.sub(r'\\(.)', r'\1', m[1])
    return m[2] if m[2] is not None else int(m[3])


def shown(text):
    """As JSON has it, to as a line for people has it."""
    out = ""
    for c in text:
        o = ord(c)
        bad = o < 0x20 or 0x7f <= o < 0xa0 or 0x2028 <= o <= 0x202e or 0x2066 <= o <= 0x2069
        out += "".join("\\x%02x" % b for b in c.encode()) if bad else c
    return out


def stamp(text):
    whole, part = text.split(".")
    at = datetime.strptime(whole, "%Y-%m-%d %H:%M:%S").replace(tzinfo=timezone.utc)
    return int(at.timestamp()) * 10**9 + int(part)


def real(record):
    if record["time"] is None:
        return None
    whole, part = record["time"].rstrip("Z").split(".")
    at = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(at.timestamp()) * 10**9 + int(part)


records = {}
order = []
for line in open(window + ".json", encoding="utf-8"):
    r = json.loads(line)
    records[r["seq"]] = r
    order.append(r["seq"])

seen = []
for line in open(events, encoding="utf-8", errors="surrogateescape"):
    m = HEAD.search(line)
    assert m, line
    seq = field(line, "seq")
    r = records[seq]
    seen.append(seq)
    name = {"kernel": "kernel"}.get(r["source"], r["comm"] or "unknown")
    want = {"pid": -1 if r["pid"] is None else r["pid"],
            "tid": -1 if r["tid"] is None else r["tid"],
            "cpu_id": -1 if r["cpu"] is None else r["cpu"],
            "procname": shown(r["comm"] or ""),
            "tag": shown(r["tag"] if r["tag"] is not None else name),
            "msg": shown(r["msg"]),
            "file": shown(r["file"] or ""),
            "line": -1 if r["line"] is None else r["line"],
            "func": shown(r["func"] or ""),
            "source": r["source"],
            "verdict": r["verdict"],
            "cut": int(r.get("cut", False)),
            "seq": seq}
    for key, value in want.items():
        got = field(line, key)
        assert got == value, (key, got, value, line)
    assert m[3] == r["level"] and int(m[2]) == LEVELS[r["level"]], line
    # A stream does not go back: where records of one instant do, by some ns, it waits.
    if real(r) is not None:
        assert 0 <= stamp(m[1]) - real(r) <= 10**7, (m[1], r["time"])
assert sorted(seen) == sorted(order), (len(seen), len(order))

dropped = sum(json.loads(line)["dropped"] for line in open(window + ".boots"))
told = sum(int(n) for n in re.findall(r"Tracer discarded (\d+) event", open(warnings).read()))
assert told == dropped, (told, dropped)
