#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# dump_test.sh - windows in dumps of memory: several in one, in ELF cores of 32 and 64
# bits and both byte orders, in pieces, cut; and cores that are hostile.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC0
unset PLOG_WINDOW PLOG_LEVEL

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "dump: $BUILD/$tool is not built"
done
command -v python3 >/dev/null || skip "dump: no python3"
command -v zstd >/dev/null || skip "dump: no zstd"
scratch dump
trap scratch_done EXIT
trap 'failed=1; exit 1' HUP INT TERM

# Windows a and b between what memory holds; b is not cut by the end of anything.
make_dumps() {
	for name in clean wrapped; do
		zstd -dqf "$root/tests/golden/1.0/$name.img.zst" -o "$dir/$name" || return 1
	done
	python3 - "$dir" <<-'END'
		import os, random, struct, sys
		os.chdir(sys.argv[1])
		random.seed(7)
		a, b = open("clean", "rb").read(), open("wrapped", "rb").read()
		noise = lambda n: random.randbytes(n)
		save = lambda name, *parts: open(name, "wb").write(b"".join(parts))
		save("raw", noise(192 << 10), a, bytes(64 << 10), noise(4096), b, noise(100 << 10))
		save("one", noise(192 << 10), b, noise(4096))

		def core(segments, wide=True, big=False, kind=4):
		    """segments: (address, bytes). They do not begin at lines of the file."""
		    e = ">" if big else "<"
		    head, step = (64, 56) if wide else (52, 32)
		    off = head + step * (len(segments) + 1) + 20
		    phdrs = [(4, head + step * (len(segments) + 1), 0, 20)]
		    for address, data in segments:
		        phdrs.append((1, off, address, len(data)))
		        off += len(data)
		    ident = b"\x7fELF" + bytes([2 if wide else 1, 2 if big else 1, 1]) + bytes(9)
		    n = len(phdrs)
		    if wide:
		        out = ident + struct.pack(e + "HHIQQQIHHHHHH", kind, 62, 1, 0, head, 0, 0, head, step, n, 0, 0, 0)
		        for t, o, p, s in phdrs:
		            out += struct.pack(e + "IIQQQQQQ", t, 7, o, 0xffff800000000000 + p, p, s, s, 0)
		    else:
		        out = ident + struct.pack(e + "HHIIIIIHHHHHH", kind, 40, 1, 0, head, 0, 0, head, step, n, 0, 0, 0)
		        for t, o, p, s in phdrs:
		            out += struct.pack(e + "IIIIIIII", t, o, p, p, s, s, 7, 0)
		    return out + b"a note of twenty byt" + b"".join(d for _, d in segments)

		low = (0x1000, noise(8192))
		both = [low, (0x100000, noise(4096) + a), (0x58000000, b + noise(4096))]
		save("core64", core(both))
		save("core32", core(both, wide=False))
		save("core_big", core(both, big=True))
		# b in two segments that follow each other in memory and not in the file
		half = len(b) // 2 + 4096
		save("core_pieces", core([(0x58000000 + half, b[half:]), low, (0x58000000, b[:half])]))
		# and with its middle left out
		save("core_hole", core([(0x58000000, b[:16384]), (0x58000000 + 20480, b[20480:])]))
		save("core_none", core([low]))
		save("core_cut", core(both)[:-len(b) // 2])
		save("kdump", b"KDUMP   " + noise(8192))
		for i in range(60):
		    data = bytearray(core(both, wide=i % 2 == 0, big=i % 3 == 0))
		    for _ in range(6):
		        at = random.randrange(16, 330)
		        data[at:at + random.choice((1, 2, 8))] = random.choice(
		            (b"\xff" * 8, bytes(8), random.randbytes(8)))[:random.choice((1, 2, 8))]
		    save("hostile%d" % i, bytes(data))
	END
}

# The golden windows tell what is in them.
same_records() {
	logdump -b all -o json "$dir/$2" 2>/dev/null >"$dir/want"
	shift
	shift
	logdump -b all -o json "$@" 2>/dev/null >"$dir/got"
	cmp "$dir/got" "$dir/want" && [ -s "$dir/want" ]
}

listed() {
	logdump --list-windows -o json "$dir/$1" 2>/dev/null |
		sed 's/.*"offset":\([0-9]*\),"size":\([0-9]*\),.*"records":\([0-9]*\)}/\1 \2 \3/' >"$dir/list"
	shift
	printf '%s\n' "$@" | diff - "$dir/list" >"$dir/diff" || {
		sed 's/^/# /' "$dir/diff"
		return 1
	}
}

tells_several() {
	logdump -b all "$dir/raw" 2>&1 >/dev/null | grep -q '2 windows; this is the first, --list-windows' &&
		! logdump -b all --window=1 "$dir/raw" 2>&1 >/dev/null | grep -q 'windows'
}

offset_told() {
	logdump --stats --window=2 "$dir/core64" | grep -q "at offset $((0x58000000))\$" &&
		logdump --verify --window=2 "$dir/core64" | grep -q 'at offset 0x58000000'
}

hostile() {
	i=0
	while [ $i -lt 60 ]; do
		code=0
		timeout 60 logdump -b all -o json "$dir/hostile$i" >"$dir/out" 2>"$dir/err" || code=$?
		[ "$code" -le 3 ] || {
			echo "# hostile$i: exit $code"
			return 1
		}
		i=$((i + 1))
	done
}

from_input() {
	logdump -b all -o json --window=2 - <"$dir/raw" 2>/dev/null | cmp - "$dir/want2" &&
		zstd -qc "$dir/raw" | logdump -b all -o json --window=2 - 2>/dev/null | cmp - "$dir/want2"
}

must "dumps" make_dumps
size=$(stat -c %s "$dir/clean")
wide=$(stat -c %s "$dir/wrapped")
first=$(logdump -b all -o json "$dir/clean" 2>/dev/null | wc -l)
second=$(logdump -b all -o json "$dir/wrapped" 2>/dev/null | wc -l)
logdump -b all -o json "$dir/wrapped" >"$dir/want2" 2>/dev/null
check "raw: both are listed" listed raw "$((192 << 10)) $size $first" \
	"$(((260 << 10) + size)) $wide $second"
check "raw: the first by default" same_records of clean "$dir/raw"
check "and it is said that there are more" tells_several
check "raw: --window=1" same_records of clean --window=1 "$dir/raw"
check "raw: --window=2" same_records of wrapped --window=2 "$dir/raw"
check "standard input, and compressed" from_input
check "--window=3: exit 3" returns 3 logdump --window=3 "$dir/raw"
check "one line" says 'no window 3, it has 2' logdump --window=3 "$dir/raw"
check "--window=0: exit 2" returns 2 logdump --window=0 "$dir/raw"
check "a single window is number 1" same_records of clean --window=1 "$dir/clean"
check "and the only one" says 'no window 2, it has 1' logdump --window=2 "$dir/clean"
check "a single window is listed" listed clean "0 $size $first"
check "one in the middle is listed" listed one "$((192 << 10)) $wide $second"
check "--stats says where" offset_told
for name in core64 core32; do
	check "$name: by physical address" listed $name "$((0x101000)) $size $first" \
		"$((0x58000000)) $wide $second"
	check "$name: --window=2" same_records of wrapped --window=2 "$dir/$name"
done
check "core_big: big-endian headers" same_records of wrapped --window=2 "$dir/core_big"
check "core_pieces: put together by address" same_records of wrapped "$dir/core_pieces"
check "core_hole: what is there" returns 0 logdump -b all "$dir/core_hole"
check "core_none: exit 3" returns 3 logdump "$dir/core_none"
check "core_cut: the first one is whole" same_records of clean --window=1 "$dir/core_cut"
check "a dump compressed by pages: exit 3" returns 3 logdump "$dir/kdump"
check "and what to do" says 'makedumpfile' logdump "$dir/kdump"
check "hostile cores: an exit code" hostile
check "core_hole: --verify says that it is damaged" returns 1 logdump --verify "$dir/core_hole"
exit "$failed"
