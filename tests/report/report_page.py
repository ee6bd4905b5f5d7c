# SPDX-License-Identifier: BSD-2-Clause
"""report_page.py PAGE JSON: is the page what it should be, as far as its bytes tell? JSON is
what `logdump -o json` says of the same boot. Prints "ok ..." and "not ok ..." lines."""

import base64
import hashlib
import html.parser
import json
import re
import sys

FAILED = []


def check(what, good):
    print(("ok " if good else "not ok ") + what)
    if not good:
        FAILED.append(what)


class Page(html.parser.HTMLParser):
    """Elements, and what stands in script and style."""

    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.tags, self.raw, self.policy, self.title = [], {}, "", ""
        self.inside = None
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append((tag, attrs))
        if attrs.get("http-equiv") == "Content-Security-Policy":
            self.policy = attrs["content"]
        self.inside = tag + (":json" if "type" in attrs and tag == "script" else "")

    def handle_endtag(self, tag):
        self.inside = None

    def handle_data(self, data):
        if self.inside:
            self.raw[self.inside] = self.raw.get(self.inside, "") + data


def source(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() + "'"


def main():
    raw = open(sys.argv[1], "rb").read()
    text = raw.decode()
    page = Page(text)
    data = json.loads(page.raw["script:json"])
    records = [json.loads(line) for line in open(sys.argv[2], encoding="utf-8")]
    names = [tag for tag, _ in page.tags]

    check("the page has two scripts, and nothing that loads anything", names.count("script") == 2 and
          not {"img", "iframe", "link", "object", "embed", "base", "svg", "video", "b onclick=x"} &
          set(names) and not any({"src", "href", "srcset", "style"} & set(attrs) or
                                 any(key.startswith("on") for key in attrs)
                                 for _, attrs in page.tags))
    check("its style loads nothing either", not re.search(r"url\(|@import|@font-face", page.raw["style"]))
    check("its policy allows its own script and style, nothing else", page.policy ==
          f"default-src 'none'; script-src {source(page.raw['script'])}; style-src "
          f"{source(page.raw['style'])}; base-uri 'none'; form-action 'none'")
    check("no control byte, no separator of lines, nothing that turns text around",
          not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]",
                        text.replace(page.raw["script"], "")))
    check("no markup in the data", not re.search("[<>&]", page.raw["script:json"]))
    check("its records are those of -o json", data["records"] == records[len(records) - len(data["records"]):] and
          len(data["records"]) == min(len(records), int(sys.argv[3])))
    check("its counts are those of all records", data["tally"]["matched"] == len(records) and
          sum(p["records"] for p in data["tally"]["processes"]) == len(records))
    check("the longest timeline has every record",
          sum(map(sum, data["tally"]["spans"][-1]["levels"])) == len(records) ==
          sum(sum(row["records"]) for row in data["tally"]["spans"][-1]["rows"]))
    check("the window's map covers every chunk",
          sum(run["count"] for run in data["window"]["map"]) == data["window"]["chunk_count"])
    check("it says how much of the log it has",
          f"the last {len(data['records'])} of {len(records)} records" in text)
    return bool(FAILED)


sys.exit(main())
