# SPDX-License-Identifier: BSD-2-Clause
"""report_browser.py PAGE: does the page of make_report's window do in a browser what it
promises? Prints "ok ..." and "not ok ..." lines."""

import sys
import time

import browser

PAGE = sys.argv[1]
FAILED = []
ALL = 624  # 600 of the pump, 10 of the valves, 3 of the kernel, 11 hostile ones


def check(what, got, want=True):
    good = got == want
    print(("ok " if good else "not ok ") + what)
    if not good:
        print(f"# got {got!r}, not {want!r}")
        FAILED.append(what)


def matched(b):
    """How many lines match, as the page says: "12 of 624 lines match", "624 lines"."""
    return int(b.value("document.getElementById('count').textContent").split()[0].replace(",", ""))


def lines(b, part):
    return b.value(f"[...document.querySelectorAll('#lines .{part}')].map(e => e.textContent)")


def until(b, expression, seconds=60):
    end = time.monotonic() + seconds
    while not b.value(expression):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def opens(b):
    b.open(PAGE)
    check("it opens without an error, a warning or a message", b.complaints, [])
    check("it asks for nothing but itself", {url.split("#")[0] for url in b.requests} -
          {"about:blank"}, {b.value("location.href")})
    check("all lines are counted", matched(b), ALL)
    check("the last line is in sight", b.value(
        "(l => l.scrollTop + l.clientHeight >= l.scrollHeight - 2)(document.getElementById('lines'))"))
    check("the verdict is said", b.value("document.querySelector('.verdict').textContent"),
          "Kernel panic")
    check("who was logging: a row for each name", b.value(
        "[...document.querySelectorAll('#processes tbody tr')].map(r => r.cells[0].textContent"
        " + ' ' + r.cells[1].textContent + ' ' + r.cells[3].textContent)"),
          ["pump 1234 600", '"><img src=x onerror=window.pwned=1> 666 11', "valve 2 processes 10",
           "kernel  3"])
    check("a group of processes opens", b.value(
        "document.querySelector('#processes [aria-expanded]').click(),"
        "document.querySelectorAll('#processes .part').length"), 2)
    check("the map has a cell for each chunk", b.value(
        "document.querySelectorAll('#map rect').length === data.window.chunk_count"))
    check("each name has its row in the timeline", b.value(
        "[...document.querySelectorAll('#chart button.who')].map(e => e.textContent)"),
          ["pump[1234]", '"><img src=x onerror=window.pwned=1>[666]', "valve ×2", "kernel"])


def links(b):
    """A filter is a part of the address."""
    for fragment, want in (
        ("#level=warning", 13),
        ("#level=err", 3),
        ("#level=4&q=slow", 10),
        ("#tag=valve", 10),
        ("#tag=valve&pid=77", 5),
        ("#pid=1234", 600),
        ("#kernel=1", 3),
        ("#q=CYCLE%2059", 16),
        ("#q=cycle&level=err", 0),
        ("#q=%3C%2Fscript%3E", 2),
        ("#from=2.5&to=0", 19),
        ("#tag=nobody", 0),
    ):
        b.value(f"location.hash = {fragment!r}")
        said = f"{want} of"
        until(b, f"document.getElementById('count').textContent.startsWith('{said}')", 20)
        check(f"an address with {fragment}", matched(b), want)
    b.open(PAGE, "#level=nonsense&pid=-1&from=x")
    check("nonsense in a link filters nothing", matched(b), ALL)
    b.open(PAGE, "#kernel=1")
    check("a link with #kernel=1, when the page opens", matched(b), 3)
    check("links throw nothing", b.complaints, [])


def fields(b):
    """The fields above the lines, as a user sets them."""
    b.open(PAGE)
    set_field = ("(id, value, kind) => { const e = document.getElementById(id);"
                 " if (e.type === 'checkbox') e.checked = value; else e.value = value;"
                 " e.dispatchEvent(new Event(kind)); }")
    b.value(f"({set_field})('level', 'warning', 'change')")
    check("level: what is worse stays", (matched(b), set(lines(b, "level"))), (13, {"warning", "err"}))
    check("level: it is in the address", b.value("location.hash"), "#level=warning")
    b.value(f"({set_field})('kernel', true, 'change')")
    check("kernel only", (matched(b), set(lines(b, "who"))), (3, {"kernel"}))
    b.value("document.getElementById('clear').click()")
    check("clear: all lines again", (matched(b), b.value("location.hash")), (ALL, ""))
    b.value(f"({set_field})('text', 'valve  SLOW', 'input')")
    check("text: all words, in any case", matched(b), 10)
    check("text: they are marked", len(lines(b, "msg mark")), 20)
    b.value("document.getElementById('clear').click()")
    b.value(f"({set_field})('process', JSON.stringify(['valve', 78]), 'change')")
    check("process: one of its name", (matched(b), b.value("location.hash")), (5, "#tag=valve&pid=78"))
    b.value("document.getElementById('clear').click()")
    b.value("[...document.querySelectorAll('#chart button.who')].find("
            "e => e.textContent === 'kernel').click()")
    check("a name in the timeline filters", matched(b), 3)
    b.value("document.getElementById('clear').click()")
    shown = len(lines(b, "msg"))
    b.value("document.getElementById('more').click()")
    check("older lines come when they are asked for", len(lines(b, "msg")) > shown)
    b.value("document.querySelector('#lines li').click()")
    check("a line opens, and says where it is from", "pump.c:41" in lines(b, "detail")[0])
    b.value("document.getElementById('spans').lastChild.click()")
    check("another length of the timeline", b.value(
        "document.querySelectorAll('#chart .plot.rates rect.l4').length > 0"))


def strokes(b):
    """A stroke over the timeline, with a mouse: its last part has the kernel's errors."""
    b.open(PAGE)
    box = b.value("(r => [r.left, r.top, r.width, r.height])("
                  "document.querySelector('.plot.rates').getBoundingClientRect())")
    y = box[1] + box[3] / 2
    for kind, part in (("mouseMoved", 0.9), ("mousePressed", 0.9), ("mouseMoved", 0.95),
                       ("mouseReleased", 0.999)):
        b.call("Input.dispatchMouseEvent", type=kind, x=box[0] + part * box[2], y=y, button="left",
               buttons=1, clickCount=1)
    check("a stroke over the timeline is a filter", until(b, "location.hash.includes('from=')"))
    check("of its last tenth", 0 < matched(b) < 100 and "usb 1-1" in " ".join(lines(b, "msg")))
    b.call("Input.dispatchMouseEvent", type="mouseMoved", x=box[0] + 0.5 * box[2], y=y)
    check("the pointer says what it is over", b.value(
        "document.getElementById('tip').textContent.includes('record')"))


def hostile(b):
    """What was logged stays text."""
    b.open(PAGE, "#pid=666")
    texts = lines(b, "msg")
    check("hostile lines are shown as text", texts[0], "</script><script>window.pwned=1</script>")
    check("entities are not read", texts[4].endswith("\\u003cb\\u003e &lt;b&gt; &amp;"))
    check("separators and what turns text are escaped", (texts[5], texts[6]),
          ("separators \\u2028window.pwned=1\\u2029.", "turned \\u202e txt \\u2066 x"))
    check("control bytes are escaped", texts[7], "esc \\x1b[31m bell \\x07 nul-less del \\x7f c1 \\xc2\\x9b")
    check("what is not UTF-8 is escaped", texts[8],
          "not UTF-8 \\xff\\xfe\\xc0\\xaf \\xed\\xa0\\x80 cut \\xe2\\x80")
    check("the reason is text", b.value("document.querySelector('.reason').textContent").startswith(
        "</title></script><script>"))
    check("the title is text", b.value("document.title").startswith("Kernel panic: </title>"))
    b.value("document.querySelectorAll('#lines li').forEach(l => l.click())")
    check("nothing of it became an element", b.value(
        "document.querySelectorAll('script').length + ' ' +"
        "document.querySelectorAll('img,iframe,b[onclick],object,embed,#lines svg,#lines script').length"),
          "2 0")
    check("nothing of it ran", b.value("typeof window.pwned"), "undefined")
    check("and nothing complained", b.complaints, [])
    # The second wall: even markup that got in would not run.
    b.value("document.body.insertAdjacentHTML('beforeend', '<img src=x onerror=\"window.pwned=1\">'), 0")
    b.value("(s => { s.textContent = 'window.pwned=2'; document.body.append(s); })("
            "document.createElement('script'))")
    check("the policy stops a script that is not the page's", until(b, "true") and
          b.value("typeof window.pwned"), "undefined")
    check("and says so", any("Content Security Policy" in text for text in b.complaints))
    b.complaints.clear()


def narrow(b):
    """On a telephone, dark; and on paper."""
    b.size(360, 740, dark=True)
    b.open(PAGE)
    check("nothing is wider than a telephone", b.value(
        "document.documentElement.scrollWidth <= innerWidth"))
    check("dark where that is preferred", b.value(
        "getComputedStyle(document.body).backgroundColor"), "rgb(15, 18, 22)")
    b.call("Emulation.setEmulatedMedia", media="print")
    check("on paper the lines do not scroll, and fields are left out", b.value(
        "getComputedStyle(document.getElementById('lines')).maxHeight + "
        "getComputedStyle(document.getElementById('filters')).display"), "nonenone")
    check("no complaint on either", b.complaints, [])


def main():
    b = browser.Browser()
    try:
        b.size(1200, 900)
        for part in (opens, links, fields, strokes, hostile, narrow):
            part(b)
    finally:
        b.close()
    return bool(FAILED)


if __name__ == "__main__":
    sys.exit(main())
