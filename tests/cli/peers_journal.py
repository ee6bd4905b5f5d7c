# SPDX-License-Identifier: BSD-2-Clause
"""peers_journal.py WINDOW EXPORT: is what the journal gives back what WINDOW.json says?"""
import json
import struct
import sys
from datetime import datetime, timezone

window, export = sys.argv[1:3]
LEVELS = ["emerg", "alert", "crit", "err", "warning", "notice", "info", "debug"]


def entries(data):
    entry, at = {}, 0
    while at < len(data):
        end = data.index(b"\n", at)
        line, at = data[at:end], end + 1
        if not line:
            if entry:
                yield entry
            entry = {}
        elif b"=" in line:
            name, value = line.split(b"=", 1)
            entry[name.decode()] = value
        else:
            size = struct.unpack_from("<Q", data, at)[0]
            entry[line.decode()] = data[at + 8:at + 8 + size]
            at += 8 + size + 1
    if entry:
        yield entry


def same(value, text):
    """Does JSON's text stand for these bytes? Bytes that are no text are \\xNN there."""
    got = ""
    while value:
        for n in (1, 2, 3, 4):
            try:
                c = value[:n].decode()
                break
            except UnicodeDecodeError:
                c = None
        got += c if c else "\\x%02x" % value[0]
        value = value[len(c.encode()) if c else 1:]
    # C1 controls are escaped by bytes in JSON, too.
    return "".join("".join("\\x%02x" % b for b in c.encode()) if 0x80 <= ord(c) < 0xa0 else c
                   for c in got) == text


def micros(text):
    whole, part = text.rstrip("Z").split(".")
    at = datetime.strptime(whole, "%Y-%m-%dT%H:%M:%S").replace(tzinfo=timezone.utc)
    return int(at.timestamp()) * 10**6 + int(part[:6])


records = {}
for line in open(window + ".json", encoding="utf-8"):
    r = json.loads(line)
    records[r["seq"]] = r

seen = set()
for e in entries(open(export, "rb").read()):
    seq = int(e["PLOG_SEQ"])
    r = records[seq]
    assert seq not in seen, seq
    seen.add(seq)
    assert same(e.get("MESSAGE", b""), r["msg"]), (e["MESSAGE"], r["msg"])
    name = {"kernel": "kernel"}.get(r["source"], r["comm"] or "unknown")
    assert same(e.get("SYSLOG_IDENTIFIER", b""), r["tag"] if r["tag"] is not None else name), (e, r)
    for key, value in (("CODE_FILE", r["file"]), ("CODE_FUNC", r["func"]), ("PLOG_COMM", r["comm"])):
        assert same(e.get(key, b""), value or ""), (key, e.get(key), value)
    for key, value in (("CODE_LINE", r["line"]), ("PLOG_TID", r["tid"]), ("PLOG_CPU", r["cpu"]),
                       ("SYSLOG_PID", r["pid"]), ("PLOG_MONOTONIC_NS", r["monotonic_ns"])):
        assert (int(e[key]) if key in e else None) == value, (key, e.get(key), value)
    assert LEVELS[int(e["PRIORITY"])] == r["level"]
    assert e["PLOG_VERDICT"].decode() == r["verdict"]
    assert e["PLOG_SOURCE"].decode() == r["source"]
    assert e["_TRANSPORT"] == (b"kernel" if r["source"] == "kernel" else b"journal")
    assert ("PLOG_CUT" in e) == r.get("cut", False)
    if r["boot_id"] is not None:
        assert e["_BOOT_ID"].decode() == r["boot_id"] == e["PLOG_BOOT_ID"].decode()
    else:
        assert e["_BOOT_ID"].startswith(b"706c6f67") and "PLOG_BOOT_ID" not in e
    assert e["_HOSTNAME"] == b"board7" and e["_MACHINE_ID"] == 16 * b"42"
    assert ("PLOG_CRASH" in e) == (e.get("PLOG_END") in (b"panic", b"oops", b"reset")), e
    if r["pid"]:
        assert int(e["_PID"]) == r["pid"]
    assert int(e["__MONOTONIC_TIMESTAMP"]) == r["monotonic_ns"] // 1000
    if r["time"] is not None:
        assert e["PLOG_TIME"].decode() == r["time"]
        assert int(e["__REALTIME_TIMESTAMP"]) == micros(r["time"]), (e, r)
    else:
        assert "PLOG_TIME" not in e
assert len(seen) == len(records), (len(seen), len(records))
