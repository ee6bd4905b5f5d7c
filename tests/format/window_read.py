#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""A reader of plog windows, written from docs/format.md and from nothing else: slow and
simple, the other opinion that the tests compare the C reader with.

    window_read.py [--boots] IMAGE      one JSON object for each record, or boot
"""
import collections
import json
import struct
import sys

PAGE, LINE = 4096, 64
MASK = 0xA5C396E17B2D4F88
SUPER_MAGIC = 0x34AE1B0DE6F2709B ^ MASK
CHUNK_MAGIC = 0x5BE8D7624C91A03F ^ MASK
CHUNK_BYTES = struct.pack("<Q", CHUNK_MAGIC)
TEXT, CUT, CLOSED, SITE, CTX = 0x20, 0x40, 0x80, 1, 2
LEVELS = "emerg alert crit err warning notice info debug".split()
SOURCES = ["app", "kernel", "msg", "app"]   # plog itself is an application outside
VERDICTS = ["running", "panic", "oops", "reboot", "poweroff", "emergency"]

CRC = list(range(256))
for _ in range(8):
    CRC = [n >> 1 ^ (0x82F63B78 if n & 1 else 0) for n in CRC]
CRC_BACK = {entry >> 24: n for n, entry in enumerate(CRC)}   # top bytes are all different
u16, u32, u64 = (lambda data, off, s=struct.Struct(f): s.unpack_from(data, off)[0]
                 for f in ("<H", "<I", "<Q"))


def crc32c(crc, data):
    for byte in data:
        crc = crc >> 8 ^ CRC[(crc ^ byte) & 0xFF]
    return crc


def crc32c_back(crc, data):
    """What the register held before `data`."""
    for byte in reversed(data):
        n = CRC_BACK[crc >> 24]
        crc = ((crc ^ CRC[n]) << 8 & 0xFFFFFFFF) | (n ^ byte)
    return crc


def align(n, to):
    return (n + to - 1) // to * to


def magic_near(data, off, magic):
    return bin(u64(data, off) ^ magic).count("1") <= 8


def sealed(data, salt):
    """Does the CRC in the last four bytes fit?"""
    return crc32c(salt, data[:-4]) == u32(data, len(data) - 4)


def text(data):
    return data.split(b"\0")[0].decode("utf-8", "backslashreplace")


Layout = collections.namedtuple("Layout", "size chunk_size chunk_count chunk_split boot_slots "
                                "super_off boot_off dict_off chunk_off dict_size")


def layout_default(size):
    size -= size % PAGE
    if not 65536 <= size <= 1 << 40:
        return None
    chunk = 4096
    while chunk < 65536 and 256 * chunk <= size:
        chunk *= 2
    meta = PAGE if size < 256 << 10 else 2 * PAGE if size < 1 << 20 else 4 * PAGE
    dict_size = max(PAGE, min(1 << 20, size // 16 // PAGE * PAGE))
    count = (size - 2 * (meta + dict_size) - PAGE) // chunk
    middle = meta + dict_size + count // 2 * chunk
    return Layout(size, chunk, count, count // 2, meta // 512 - 1, (0, middle, size - PAGE),
                  (512, middle + 512), (meta, middle + meta),
                  (meta + dict_size, middle + meta + dict_size), dict_size)


def layout_sane(lay):
    if not 65536 <= lay.size <= 1 << 40 or lay.chunk_size not in (1 << n for n in range(12, 17)) \
            or not 0 <= lay.chunk_split <= lay.chunk_count > 0 or not 1 <= lay.boot_slots <= 4096:
        return False
    halves = lay.chunk_split, lay.chunk_count - lay.chunk_split
    areas = [(off, 512) for off in lay.super_off]
    areas += [(off, lay.boot_slots * 512) for off in lay.boot_off]
    areas += [(off, lay.dict_size) for off in lay.dict_off]
    areas += [(off, n * lay.chunk_size) for off, n in zip(lay.chunk_off, halves)]
    areas.sort()
    ends = [off for off, _ in areas[1:]] + [lay.size]
    return all(off % 64 == 0 and off + n <= end for (off, n), end in zip(areas, ends))


def super_parse(data):
    """(copy, salt, layout) of the 512 bytes of a superblock, or None."""
    if len(data) < 512 or not magic_near(data, 0, SUPER_MAGIC):
        return None
    data = struct.pack("<Q", SUPER_MAGIC) + data[8:]
    if not sealed(data, 0xFFFFFFFF):
        return None
    if u16(data, 8) > 1:
        sys.exit("window_read: format version %d, this reads 1" % u16(data, 8))
    lay = Layout(u64(data, 40), *struct.unpack_from("<4I", data, 64),
                 *(struct.unpack_from(f, data, off) for f, off in
                   (("<3Q", 80), ("<2Q", 104), ("<2Q", 120), ("<2Q", 136))), u32(data, 152))
    salt, copy = u32(data, 32), u32(data, 36)
    good = u16(data, 8) == 1 and u32(data, 12) == 512 and salt and copy < 3 and layout_sane(lay)
    return (copy, salt, lay) if good else None


# Structures as in the tables of docs/format.md
IDENT = struct.Struct("<IHH16s7Q64s")
Ident = collections.namedtuple("Ident", "boot clock flags boot_id first_gen hz phys_addr "
                               "counter mono boottime real kernel")
STATE = struct.Struct("<IIBBHI7Q160s")
State = collections.namedtuple("State", "boot seq verdict harvest flags reserved counter mono "
                               "boottime real lost_until dropped overwritten reason")
NO_STATE = State(*STATE.unpack(bytes(STATE.size)))
HEAD = struct.Struct("<8sQIHBBQQQQI")
Head = collections.namedtuple("Head", "magic gen boot lane clock flags base base_mono lost_until "
                              "lost_other lost_boot")
Site = collections.namedtuple("Site", "line tag file func")
Ctx = collections.namedtuple("Ctx", "pid tid comm")
Record = collections.namedtuple("Record", "off stride attr site ctx dt payload")
Entry = collections.namedtuple("Entry", "kind id used size fields")


def entry_parse(data, salt):
    """The dictionary entry that `data` begins with, or None."""
    size, kind, ident = (u16(data, 4), data[6], u32(data, 8)) if len(data) >= 32 else (0, 0, 0)
    if not 32 <= size <= min(2048, len(data)) or kind not in (SITE, CTX) or not ident \
            or crc32c(crc32c(salt, data[4:16]), data[24:size]) != u32(data, 0):
        return None
    used = u32(data, 16) if u32(data, 16) ^ u32(data, 20) == 0xFFFFFFFF else 0
    nargs = data[24] if kind == SITE else 0
    texts = data[32 + nargs:size].split(b"\0")
    if nargs > 16 or len(texts) < (5 if kind == SITE else 3):
        return None
    texts = [t.decode("utf-8", "backslashreplace") or None for t in texts]
    fields = Site(u32(data, 12), *texts[1:4]) if kind == SITE else \
        Ctx(u32(data, 24), u32(data, 28), texts[0])
    return Entry(kind, ident, used, align(size, 64), fields)


def fold(crc):
    return (crc ^ crc >> 16) & 0xFFFF


def hashed(chunk, off):
    """The part of a record's head that its CRC covers, in its order."""
    return chunk[off + 8:off + 22] + chunk[off + 4:off + 6]


def record_parse(chunk, off, seed):
    size = u16(chunk, off + 4)
    end = off + align(size, 8)
    if size < 22 or end > len(chunk):
        return None
    crc = crc32c(seed ^ off, hashed(chunk, off))
    if fold(crc) != u16(chunk, off + 6) or crc32c(crc, chunk[off + 22:end]) != u32(chunk, off):
        return None
    ctx_attr = u32(chunk, off + 12)
    attr = ctx_attr >> 24
    stride = align(off + size, LINE if attr & CLOSED else 8) - off
    return Record(off, stride, attr, u32(chunk, off + 8), ctx_attr & 0xFFFFFF,
                  u32(chunk, off + 16) | u16(chunk, off + 20) << 32, chunk[off + 22:off + size])


def records_read(chunk, seed):
    """All records of a generation, and how many stretches between them hold none."""
    records, damaged, off, expected = [], 0, LINE, LINE
    while off + 24 <= len(chunk):
        record = record_parse(chunk, off, seed)
        off += record.stride if record else 8
        if record:
            damaged += record.off != expected
            records.append(record)
            expected = off
    return records, damaged


def head_guess(gen, heads, boots):
    """Boot, clock and time from the neighbours in the order of generations."""
    below = max((h for h in heads if h.gen < gen), default=None)
    above = min((h for h in heads if h.gen > gen), default=None)
    table = max(((i.first_gen, i) for i, _ in boots.values() if i.first_gen <= gen), default=None)
    table = table and Head(b"", gen, table[1].boot, 0, table[1].clock, 0, table[1].counter,
                           table[1].mono, 0, 0, 0)
    same = below and above and below.boot == above.boot
    owner = below if same else table or below or above or Head(b"", *[0] * 10)
    beside = [h for h in (above, below) if h and h.boot == owner.boot] + [owner]
    return beside[0]._replace(magic=None, gen=gen, lost_until=0, lost_other=0, lost_boot=0)


class Window:
    def __init__(self, data):
        self.data, self.start = data, 0
        lay = layout_default(len(data))
        places = list(lay.super_off) if lay else []
        places += [off for off in range(0, len(data) - 511, LINE)
                   if magic_near(data, off, SUPER_MAGIC)]
        for off in places:
            copy, self.salt, self.lay = super_parse(data[off:off + 512]) or (0, 0, lay)
            if self.salt and self.lay.super_off[copy] <= off:
                self.start = off - self.lay.super_off[copy]
                break
        else:
            self.salt = self.salt_solve() if lay else 0
        if not self.salt:
            sys.exit("window_read: nothing of a window in it")
        there = len(data) - self.start - self.lay.chunk_off[0]
        self.chunks = min(self.lay.chunk_count, max(0, there) // self.lay.chunk_size + 1)

    def piece(self, off, n):
        """Bytes of the window; what an image does not have any more reads as zeros."""
        return self.data[self.start + off:self.start + off + n].ljust(n, b"\0")

    def chunk(self, index):
        lay, late = self.lay, index >= self.lay.chunk_split
        off = lay.chunk_off[late] + (index - lay.chunk_split * late) * lay.chunk_size
        return self.piece(off, lay.chunk_size)

    def salt_solve(self):
        """Structures that are sealed with nothing but the salt vote for it."""
        heads = [self.chunk(index)[:64] for index in range(self.lay.chunk_count)]
        found = [CHUNK_BYTES + h[8:] for h in heads if magic_near(h, 0, CHUNK_MAGIC)]
        found += [self.piece(off + half, 256) for off in self.lay.boot_off
                  for half in range(0, 512 * self.lay.boot_slots, 256)]
        votes = collections.Counter(crc32c_back(u32(f, len(f) - 4), f[:-4])
                                    for f in dict.fromkeys(found))
        votes[0] = 0                            # what is blank votes for it
        return votes.most_common(1)[0][0]

    def boots_read(self):
        """{boot: (ident, state)}"""
        boots = {}
        for slot in range(0, 512 * self.lay.boot_slots, 512):
            both = [self.piece(off + slot, 512) for off in self.lay.boot_off]
            idents = [Ident(*IDENT.unpack_from(h)) for h in both if sealed(h[:256], self.salt)]
            ident = max(idents, default=None)
            states = [State(*STATE.unpack_from(h, 256)) for h in both if sealed(h[256:], self.salt)]
            if ident and ident.boot:
                states = [state for state in states if state.boot == ident.boot]
                boots[ident.boot] = ident, max(states, default=NO_STATE, key=lambda s: s.seq)
        return boots

    def dictionary_read(self):
        found = []
        for off in self.lay.dict_off:
            area, at = self.piece(off, min(self.lay.dict_size, len(self.data))), 0
            while at < len(area):
                found.append(entry_parse(area[at:at + 2048], self.salt))
                at += found[-1].size if found[-1] else 64
        return {(e.kind, e.id): e.fields for e in sorted(filter(None, found), key=lambda e: e.used)}

    def head_parse(self, data, index):
        mended = CHUNK_BYTES + data[8:64]
        head = Head(*HEAD.unpack_from(mended))
        good = magic_near(data, 0, CHUNK_MAGIC) and sealed(mended, self.salt) and head.boot and \
            0 < head.gen < 1 << 48 and head.gen % self.lay.chunk_count == index
        return head if good else None

    def seed(self, gen):
        return crc32c(self.salt, struct.pack("<Q", gen))

    def first_record_gen(self, chunk):
        """Solve the generation of the record behind a head; 0 when it is damaged too."""
        size = u16(chunk, LINE + 4)
        end = LINE + align(size, 8)
        if size < 22 or end > len(chunk):
            return 0
        crc = crc32c_back(u32(chunk, LINE), chunk[LINE + 22:end])
        if fold(crc) != u16(chunk, LINE + 6):
            return 0
        seed = crc32c_back(crc, hashed(chunk, LINE)) ^ LINE
        return crc32c_back(seed, bytes(8)) ^ self.salt

    def lost_generation(self, chunk, index, laps):
        """The greatest plausible generation of which there is a record."""
        for lap in sorted(laps, reverse=True):
            gen = lap * self.lay.chunk_count + index
            if 0 < gen < 1 << 48 and records_read(chunk, self.seed(gen))[0]:
                return gen
        return 0

    def chunks_read(self, boots):
        """(head, records, damaged) of every chunk that has a generation."""
        data = [self.chunk(index) for index in range(self.chunks)]
        found = [self.head_parse(chunk, index) for index, chunk in enumerate(data)]
        heads, chunks, count = [head for head in found if head], [], self.lay.chunk_count
        laps = {head.gen // count for head in heads}
        laps |= {ident.first_gen // count for ident, _ in boots.values()}
        top = max(laps, default=0)
        for index, gen in enumerate(map(self.first_record_gen, data)):
            if not found[index] and gen % count == index and (not top or gen // count <= top + 3):
                laps.add(gen // count)
        laps |= set(range(max(0, top - 4), top + 4))
        for index, head in enumerate(found):
            gen = head.gen if head else self.lost_generation(data[index], index, laps)
            if gen:
                head = head or head_guess(gen, heads, boots)
                chunks.append((head, *records_read(data[index], self.seed(gen))))
        return chunks


def take_fields(data, numbers, texts):
    """u32 numbers, then counted texts, then the rest; None where `data` breaks the rules."""
    fields, data = [u32(data, 4 * n) for n in range(numbers)], data[4 * numbers:]
    for _ in range(texts):
        if data[0] >= len(data):
            raise ValueError
        fields.append(data[1:1 + data[0]].decode("utf-8", "backslashreplace") or None)
        data = data[1 + data[0]:]
    return fields, data


def payload_parse(record, dictionary):
    out = dict.fromkeys("tag comm pid tid file line func msg args".split())
    rest = record.payload
    if record.attr >> 3 & 3 == 3:
        out["tag"] = "plog"
    for ident, kind, entry, shape in ((record.ctx, CTX, Ctx, (2, 1)),
                                      (record.site, SITE, Site, (1, 3))):
        try:
            known = dictionary.get((kind, ident))
            if not ident:
                fields, rest = take_fields(rest, *shape)
                known = entry(*fields)
            out.update(known._asdict() if known else {})
        except (ValueError, IndexError, struct.error):
            pass                            # a payload that breaks the rules is shown whole
    out["line"] = out["line"] or None
    shown = rest.decode("utf-8", "backslashreplace")
    out.update({"msg": shown} if record.attr & TEXT else {"args": rest.hex()})
    return out


def boot_hz(boot, heads):
    if boot:
        return boot[0].hz
    ticks = sorted((head.base, head.base_mono) for head in heads if head.clock)
    ns = ticks[-1][1] - ticks[0][1] if ticks else 0
    return (ticks[-1][0] - ticks[0][0]) * 10**9 // ns if ns > 0 else 0


def realtime(boot, mono):
    anchor = boot and (boot[1] if boot[1].real else boot[0])
    return anchor.real + mono - anchor.mono if anchor and anchor.real else None


def print_records(win, boots, chunks):
    dictionary, rows = win.dictionary_read(), []
    hz = {number: boot_hz(boots.get(number), [h for h, _, _ in chunks if h.boot == number])
          for number in {h.boot for h, _, _ in chunks}}
    for head, records, _ in chunks:
        latest, boot = 0, boots.get(head.boot)
        ticks = hz[head.boot] if head.clock else 0
        for record in records:
            mono = head.base_mono + (record.dt * 10**9 // ticks if ticks else record.dt)
            latest = max(latest, mono)      # in a chunk the order is that of writing
            row = {"boot": head.boot, "boot_id": boot and boot[0].boot_id.hex(),
                   "seq": head.gen << 16 | record.off, "monotonic_ns": mono,
                   "realtime_ns": realtime(boot, mono), "level": LEVELS[record.attr & 7],
                   "source": SOURCES[record.attr >> 3 & 3], "cut": bool(record.attr & CUT),
                   "estimated": head.magic is None}
            row.update(payload_parse(record, dictionary))
            rows.append((head.boot, latest, head.gen, record.off, row))
    for row in sorted(rows, key=lambda r: r[:4]):
        print(json.dumps(row[4]))


def print_boots(_, boots, chunks):
    for number in sorted(set(boots) | {h.boot for h, _, _ in chunks}):
        boot, mine = boots.get(number), [c for c in chunks if c[0].boot == number]
        ident, state = boot or (None, NO_STATE)
        lost = [h.lost_other for h, _, _ in chunks if h.lost_boot == number]
        lost += [h.lost_until for h, _, _ in mine] + [state.lost_until]
        row = {"boot": number, "boot_id": ident and ident.boot_id.hex(),
               "kernel": ident and text(ident.kernel), "reason": text(state.reason),
               "start_ns": realtime(boot, ident and ident.mono), "alive_ns": state.real or None,
               "complete_since_mono_ns": max(lost), "harvested": state.harvest == 1,
               "verdict": VERDICTS[state.verdict] if state.verdict < 6 else None,
               "dropped": state.dropped, "overwritten": state.overwritten,
               "damaged": sum(n for _, _, n in mine), "records": sum(len(r) for _, r, _ in mine)}
        print(json.dumps(row))


def main(argv):
    if len(argv) - ("--boots" in argv) != 2:
        sys.exit("usage: window_read.py [--boots] IMAGE")
    with open(argv[-1], "rb") as image:
        win = Window(image.read())
    boots = win.boots_read()
    (print_boots if "--boots" in argv else print_records)(win, boots, win.chunks_read(boots))


if __name__ == "__main__":
    main(sys.argv)
