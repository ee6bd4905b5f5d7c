#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
#
# verify_test.sh - logdump --verify: what it says of windows that are whole, of
# those that something was done to, and of what is no window; its exit codes, its
# map, its JSON.
#
# shellcheck disable=SC2317 # most functions are called through check

set -u
# shellcheck source=tests/lib.sh
. "$(dirname "$0")/../lib.sh"
PATH=$BUILD:$PATH
export TZ=UTC
unset PLOG_WINDOW PLOG_LEVEL NO_COLOR

for tool in logdump plog plogctl; do
	[ -x "$BUILD/$tool" ] || skip "verify: $BUILD/$tool is not built"
done
command -v python3 >/dev/null || skip "verify: no python3"
scratch verify
pids=
storms=8 seeds=25
[ -z "${PLOG_LONG:-}" ] || storms=100 seeds=300

control_forget() {
	for file in "$dir"/*; do
		key=$(printf '%x' "$(stat -c %i "$file")")
		rm -f "/dev/shm/plog-ctl-$(stat -c %D "$file")-$key"
	done
}

# Before its name is given to another file, or its control plane stays for ever.
window_forget() {
	[ ! -e "$dir/w" ] || control_forget
	rm -f "$dir/w"
}

finish() {
	for pid in $pids; do
		kill -9 "$pid" 2>/dev/null
	done
	control_forget
	scratch_done
}
trap finish EXIT
trap 'failed=1; exit 1' HUP INT TERM

make_story() {
	# shellcheck disable=SC2086 # flags
	${CC:-cc} -std=gnu11 ${CFLAGS:--O1} -fno-strict-aliasing -D_GNU_SOURCE -I"$root/kmod" \
		-I"$root/liblog" -o "$dir/make_image" "$root/tests/format/make_image.c" \
		"$root"/kmod/core/*.c "$root/liblog/crc32c.c" "$root"/liblog/flush_*.c &&
		"$dir/make_image" story "$dir/story"
}

# Everything that can be done to the story, each a file.
make_damaged() {
	python3 - "$dir" <<-'END'
		import bz2, gzip, lzma, random, struct, sys
		d = sys.argv[1]
		story = open(d + "/story", "rb").read()
		r = random.Random(4)
		def put(name, *parts):
		    data = bytearray(story)
		    for at, part in parts:
		        data[at:at + len(part)] = part
		    open(d + "/" + name, "wb").write(data)
		packed = gzip.compress(r.randbytes(12000))
		elf = b"\x7fELF\2\1\1" + bytes(9) + b"\2\0\x3e\0" + bytes(r.choices(range(40), k=8172))
		tree = struct.pack(">10I", 0xd00dfeed, 8192, 56, 4096, 40, 17, 16, 0, 200, 4000)
		put("zeroed", (0x10000, bytes(0x4000)))
		put("ones", (0x10000, b"\xff" * 0x3000))
		put("gzip", (0x30000, packed))
		put("elf", (0x28000, elf))
		put("tree", (0x28000, tree + bytes(r.choices(range(50), k=8152))))
		put("tested", (0x28000, b"\xaa" * 8192))
		put("noise", (0x28000, r.randbytes(8192)))
		put("super", (0, bytes(512)), (0x1f000, bytes(512)), (0x3f000, bytes(512)))
		open(d + "/cut", "wb").write(story[:150000])
		open(d + "/front", "wb").write(story[0x3000:])
		dump = r.randbytes(0x7000) + story + bytes(5000)
		open(d + "/dump", "wb").write(dump)
		swapped = struct.unpack("<%dI" % (len(story) // 4), story)
		open(d + "/swapped", "wb").write(struct.pack(">%dI" % len(swapped), *swapped))
		def decayed(name, one_in):
		    data = bytearray(story)
		    for _ in range(8 * len(data) // one_in):
		        data[r.randrange(len(data))] ^= 1 << r.randrange(8)
		    open(d + "/" + name, "wb").write(data)
		decayed("worn", 100)
		decayed("gone", 10)
		whole = r.randbytes(300000)
		open(d + "/f_gzip", "wb").write(gzip.compress(whole))
		open(d + "/f_xz", "wb").write(lzma.compress(whole))
		open(d + "/f_bzip2", "wb").write(bz2.compress(whole))
		open(d + "/f_random", "wb").write(whole)
		open(d + "/f_zeros", "wb").write(bytes(300000))
		open(d + "/f_ones", "wb").write(b"\xff" * 300000)
		core = bytearray(elf * 20)
		core[16] = 4
		open(d + "/f_core", "wb").write(core)
		open(d + "/f_text", "wb").write(b"".join(b"line %d\n" % i for i in range(30000)))
	END
}

# found CODE PATTERN FILE: that exit code, and a line like it behind the map
found() {
	code=0
	timeout 20 logdump --verify "$dir/$3" >"$dir/stdout" 2>"$dir/stderr" || code=$?
	[ "$code" -eq "$1" ] && grep -qE -- "$2" "$dir/stdout" && [ ! -s "$dir/stderr" ] || {
		echo "# $3: exit $code, no line like '$2':"
		sed 's/^/#   /' "$dir/stdout" "$dir/stderr"
		return 1
	}
}

# same_facts FILE CODE: the JSON is one object, adds up, and says what the text says
same_facts() {
	code=0
	logdump --verify "$dir/$1" >"$dir/stdout"
	logdump --verify -o json "$dir/$1" >"$dir/json" || code=$?
	[ "$code" -eq "$2" ] && python3 - "$dir/json" "$dir/stdout" "$2" <<-'END'
		import json, sys
		lines = open(sys.argv[1]).read().splitlines()
		assert len(lines) == 1, lines
		o = json.loads(lines[0])
		text = open(sys.argv[2]).read()
		assert o["verdict"] == {"0": "whole", "1": "damaged", "3": "nothing"}[sys.argv[3]], o["verdict"]
		for line in o["diagnosis"]:
		    assert "\n" + line + "\n" in text, line
		if o["verdict"] == "nothing":
		    assert o["diagnosis"], o
		    sys.exit()
		assert bool(o["diagnosis"]) or o["verdict"] == "whole", o
		assert sum(o["chunks"].values()) == o["chunk_count"], o["chunks"]
		assert sum(run["count"] for run in o["map"]) == o["chunk_count"], o["map"]
		at = 0
		states = dict.fromkeys(o["chunks"], 0)
		for run in o["map"]:
		    assert run["first"] == at, run
		    at += run["count"]
		    states[run["state"]] += run["count"]
		assert states == o["chunks"], (states, o["chunks"])
		boots = {}
		for run in o["map"]:
		    boots[run["boot"]] = boots.get(run["boot"], 0) + run["count"]
		for boot in o["boots"]:
		    assert boots.get(boot["boot"], 0) >= boot["chunks"], (boot, boots)
		for state, n in o["chunks"].items():
		    assert not n or "%d %s" % (n, state) in text, state
		assert o["uuid"] is None or "uuid        " + o["uuid"] in text
		pages = o["pages"]
		assert "pages       %d in use: %d good, %d bad" % (sum(pages.values()), pages["good"], \
		    pages["bad"]) in text
	END
}

# The picture: every chunk has its cell, and the cells are those of the JSON.
map_is_map() {
	logdump --verify "$dir/$1" >"$dir/stdout"
	logdump --verify -o json "$dir/$1" >"$dir/json"
	python3 - "$dir/json" "$dir/stdout" <<-'END'
		import json, re, sys
		o = json.load(open(sys.argv[1]))
		cells = "".join(re.findall(r"^  0x[0-9a-f]{8}  ([^\[\n]+)$", open(sys.argv[2]).read(), re.M))
		sign = dict(blank=".", unused=",", zeroed="_", ones="=", foreign="#", missing="?")
		want = "".join((sign.get(r["state"]) or "%d" % -r["boot"]) * r["count"] for r in o["map"])
		assert cells == want, (cells, want)
		for line in open(sys.argv[2]):
		    assert len(line) <= 64 + 14 + 1 or not re.match(r"  0x[0-9a-f]{8}  [^\[]", line), line
	END
}

# on_terminal COLUMNS VAR=VALUE...: the output on a terminal of that width
on_terminal() {
	python3 - "$dir/out" "$@" <<-'END'
		import fcntl, os, pty, struct, sys, termios
		out, columns, settings = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
		pid, fd = pty.fork()
		if not pid:
		    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
		    env = dict(os.environ, TERM="xterm")
		    env.update(s.split("=", 1) for s in settings)
		    path = os.path.dirname(out)
		    os.execvpe("logdump", ["logdump", "--verify", path + "/zeroed"], env)
		data = b""
		while True:
		    try:
		        part = os.read(fd, 65536)
		    except OSError:
		        break
		    if not part:
		        break
		    data += part
		os.waitpid(pid, 0)
		open(out, "wb").write(data)
	END
}

escapes() {
	grep -c "$(printf '\033')\\[3" "$dir/out"
}

colored() {
	on_terminal 100 && [ "$(escapes)" -ge 2 ] &&
		on_terminal 100 NO_COLOR=1 && [ "$(escapes)" -eq 0 ] &&
		on_terminal 100 NO_COLOR= && [ "$(escapes)" -ge 2 ] &&
		on_terminal 100 TERM=dumb && [ "$(escapes)" -eq 0 ] &&
		logdump --verify "$dir/zeroed" >"$dir/out"
	[ "$(escapes)" -eq 0 ]
}

# A row of 25 cells takes four of 8.
widths() {
	on_terminal 24 NO_COLOR=1 &&
		[ "$(grep -cE '^  0x[0-9a-f]{8}  [^[]{1,8}.?$' "$dir/out")" -ge 7 ] &&
		on_terminal 80 NO_COLOR=1 &&
		[ "$(grep -cE '^  0x[0-9a-f]{8}  [^[]{25,26}.?$' "$dir/out")" -eq 2 ]
}

# --- windows that are well ---

healthy() {
	for size in 64K 300K 1M 9M; do
		window_forget && plogctl init --size "$size" "$dir/w" >/dev/null &&
			found 0 '^never written: ' w || return 1
		for n in 1 100 20000; do
			seq 1 "$n" | plog -w "$dir/w" -t seq && found 0 '^all of it is as' w &&
				same_facts w 0 || return 1
		done
	done
}

# Made of what is not empty: what was there before is no damage.
healthy_on_ruins() {
	for name in f_random f_core f_ones f_text; do
		window_forget && cp "$dir/$name" "$dir/w" && plogctl init --force --size 256K "$dir/w" >/dev/null &&
			plog -w "$dir/w" hello && found 0 '^all of it is as' w || return 1
	done
}

# What a storm of killed writers leaves is whole, but for what was being written.
after_kills() {
	rounds=0 whole=0
	window_forget && plogctl init --size 1M "$dir/w" >/dev/null || return 1
	while [ "$rounds" -lt "$storms" ]; do
		pids=
		for tag in a b c d; do
			seq "$rounds" 99999999 2>/dev/null >"$dir/fifo-$tag" &
			pids="$pids $!"
			plog -w "$dir/w" -t "$tag" <"$dir/fifo-$tag" &
			pids="$! $pids"
		done
		sleep 0.1
		for pid in $pids; do
			kill -9 "$pid" 2>/dev/null
			wait "$pid" 2>/dev/null
		done
		pids=
		rounds=$((rounds + 1))
		found 0 '^all of it is as' w && whole=$((whole + 1))
	done
	echo "# $whole of $rounds windows of killed writers are whole"
	[ "$whole" -eq "$rounds" ]
}

# --- hostile ones ---

# torn SEED: any content has an exit code of its own, soon, and JSON that is JSON
torn() {
	python3 - "$dir" "$1" <<-'END' || return 1
		import random, struct, sys
		r = random.Random(int(sys.argv[2]))
		data = bytearray(open(sys.argv[1] + "/story", "rb").read())
		def crc(data):
		    v = 0xffffffff
		    for b in data:
		        v ^= b
		        for _ in range(8):
		            v = v >> 1 ^ (0x82f63b78 if v & 1 else 0)
		    return v
		for at in (0, 0x1f000, 0x3f000) if r.random() < 0.5 else ():
		    # numbers of the layout, under a good CRC
		    field = 40 + r.randrange(116)
		    data[at + field] = r.randrange(256)
		    data[at + 508:at + 512] = struct.pack("<I", crc(data[at:at + 508]))
		for _ in range(r.choice((0, 30, 3000))):
		    at, n = r.randrange(len(data)), r.randrange(1, 200)
		    data[at:at + n] = r.choice((bytes(n), b"\xff" * n, r.randbytes(n)))[:len(data) - at]
		open(sys.argv[1] + "/torn", "wb").write(data[:r.choice((len(data), r.randrange(len(data))))])
	END
	for format in short json; do
		code=0
		timeout 20 logdump --verify -o "$format" "$dir/torn" >"$dir/stdout" 2>"$dir/stderr" ||
			code=$?
		case $code in
		0 | 1 | 3) ;;
		*)
			echo "# seed $1, $format: exit $code"
			return 1
			;;
		esac
		[ "$(wc -c <"$dir/stdout")" -lt 2000000 ] || return 1
	done
	[ ! -s "$dir/stdout" ] || python3 -m json.tool "$dir/stdout" >/dev/null
}

torn_all() {
	seed=1
	while [ "$seed" -le "$seeds" ]; do
		torn "$seed" || return 1
		seed=$((seed + 1))
	done
}

# No content takes more than some time a byte: 64 MiB of each in seconds.
in_time() {
	python3 - "$dir" <<-'END' || return 1
		import random, sys
		r = random.Random(1)
		d, n = sys.argv[1], 64 << 20
		open(d + "/big_noise", "wb").write(r.randbytes(n))
		open(d + "/big_words", "wb").write(bytes.fromhex("133fdf9dec8d6d91" + "00" * 56) * (n // 64))
		open(d + "/big_heads", "wb").write(bytes.fromhex("b7efbc3783412bfe" + "07" * 56) * (n // 64))
	END
	bad=0
	for name in big_noise big_words big_heads; do
		begin=$(date +%s%N)
		timeout 60 logdump --verify "$dir/$name" >"$dir/stdout" 2>&1
		[ $? -ne 124 ] || bad=1
		echo "# $name: 64 MiB in $((($(date +%s%N) - begin) / 1000000)) ms"
		rm -f "$dir/$name"
	done
	return "$bad"
}

causes() {
	check "whole: exit 0" found 0 '^all of it is as it was written$' story
	check "zeroed pages" found 1 '^zeroed: 4 of 56 pages in use, at 0x10000-0x13fff: ' zeroed
	check "pages of ones" found 1 '^all ones: 3 of 56 .*0x10000-0x12fff' ones
	check "a gzip file over it" found 1 '^overwritten: [23] of 56 .*at 0x30000-.*: gzip' gzip
	check "an ELF file over it" found 1 '^overwritten: 2 of 56 .*0x28000-0x29fff: ELF program' elf
	check "a device tree over it" found 1 '^overwritten: .*: device tree blob' tree
	check "a memory test" found 1 '^memory test: 2 of 56 .*: aaaaaaaaaaaaaaaa repeated' tested
	check "noise" found 1 '^noise: 2 of 56 .*: as many ones as zeros' noise
	check "no superblock" found 1 '^no superblock is left' super
	check "an image that was cut" found 1 '^cut: 150000 of 262144 bytes .* 112144 are missing' cut
	check "an image without its front" found 1 '^moved: .* 0x3000 bytes before' front
	check "a window in a dump" found 0 ' at offset 0x7000' dump
	check "swapped bytes" found 3 '^swapped: .* 32 bits' swapped
	check "1% of the bits: legible" found 1 '^decayed: ' worn
	check "and at what rate" found 1 '^bit errors: .* 1 bit in ([6-9][0-9]|[12][0-9][0-9]) ' worn
	check "10%: no window any more, but its rate" \
		found 3 '^decayed: there were superblocks, and about 1 bit in ([89]|1[0-3]) ' gone
	check "a gzip file" found 3 '^not a plog window: it begins as gzip; .*gunzip' f_gzip
	check "an xz file" found 3 ' begins as xz; ' f_xz
	check "a bzip2 file" found 3 ' begins as bzip2; ' f_bzip2
	check "an ELF core" found 3 ' begins as ELF core; ' f_core
	check "random bytes" found 3 '^not a plog window: noise, ' f_random
	check "text" found 3 '^not a plog window: .* text' f_text
	check "zeros" found 3 '^all zeros: ' f_zeros
	check "ones" found 3 '^all bits set: ' f_ones
}

outputs() {
	for name in story zeroed ones gzip super cut worn dump; do
		want=1
		case $name in story | dump) want=0 ;; esac
		check "-o json has the same facts: $name" same_facts "$name" "$want"
	done
	for name in swapped gone f_gzip f_zeros; do
		check "-o json of no window: $name" same_facts "$name" 3
	done
	for name in story zeroed gzip ones cut; do
		check "the map has every chunk: $name" map_is_map "$name"
	done
	check "colours on a terminal, and when not" colored
	check "rows are as wide as the terminal" widths
	check "exit 3: nothing there" returns 3 logdump --verify "$dir/nothing"
	check "exit 3 comes with one line" says '^logdump: .*no such window' \
		logdump --verify "$dir/nothing"
	check "exit 4: a full disk" returns 4 sh -c "logdump --verify '$dir/story' >/dev/full"
}

must "an image of three boots" make_story
must "and what can be done to it" make_damaged
causes
outputs
for tag in a b c d; do
	mkfifo "$dir/fifo-$tag"
done
check "windows of all sizes that are well" healthy
check "windows made of what is not empty" healthy_on_ruins
check "killed writers leave no damage" after_kills
check "torn and hostile windows" torn_all
check "any content in linear time" in_time
exit "$failed"
