# SPDX-License-Identifier: BSD-2-Clause
"""A headless Chromium, conducted through a pipe (--remote-debugging-pipe): messages of the
DevTools protocol, each ended by a NUL, on its descriptors 3 and 4. No port, no websocket."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
import time

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
PATIENCE = 120  # seconds for one answer of a slow machine


def program():
    """The browser's path, or None."""
    for name in PROGRAMS:
        path = shutil.which(name)
        if path:
            return path
    return None


class Browser:
    """One browser with one page; what went wrong in the page is in .complaints."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix="plog-browser-")
        to_us, to_it = os.pipe(), os.pipe()
        self.number = 0
        self.rest = b""
        self.complaints = []
        self.requests = []
        self.child = subprocess.Popen(
            [program(), *FLAGS, f"--user-data-dir={self.profile}", "about:blank"],
            preexec_fn=lambda: self._pipes(to_it[0], to_us[1]),
            close_fds=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(to_it[0])
        os.close(to_us[1])
        self.into, self.out = to_it[1], to_us[0]
        self.session = None
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        attached = self.call("Target.attachToTarget", targetId=page, flatten=True)
        self.session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    @staticmethod
    def _pipes(read, write):
        # Above 4 first: either may be where the other has to go.
        read, write = os.dup(read), os.dup(write)
        high = [os.dup2(fd, 50 + i) for i, fd in enumerate((read, write))]
        os.dup2(high[0], 3)
        os.dup2(high[1], 4)
        os.closerange(5, 200)

    def close(self):
        self.child.kill()
        self.child.wait()
        os.close(self.into)
        os.close(self.out)
        shutil.rmtree(self.profile, ignore_errors=True)

    def _message(self, until):
        while b"\0" not in self.rest:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.out], [], [], left)[0]:
                raise TimeoutError("the browser does not answer")
            got = os.read(self.out, 1 << 16)
            if not got:
                raise EOFError("the browser has ended")
            self.rest += got
        text, self.rest = self.rest.split(b"\0", 1)
        return json.loads(text)

    def _event(self, message):
        name, what = message.get("method"), message.get("params", {})
        if name == "Runtime.exceptionThrown":
            details = what["exceptionDetails"]
            self.complaints.append(details.get("exception", {}).get("description", details["text"]))
        elif name == "Runtime.consoleAPICalled":
            self.complaints.append("console: " + json.dumps(what["args"]))
        elif name == "Log.entryAdded":
            self.complaints.append("log: " + what["entry"]["text"])
        elif name == "Page.javascriptDialogOpening":
            self.complaints.append("dialog: " + what["message"])
            # Not waited for: the answer comes like any other.
            self._send("Page.handleJavaScriptDialog", {"accept": True})
        elif name == "Network.requestWillBeSent":
            self.requests.append(what["request"]["url"])

    def _send(self, method, params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.into, json.dumps(message).encode() + b"\0")
        return self.number

    def call(self, method, **params):
        """One request and its answer; events meanwhile are noted."""
        number, until = self._send(method, params), time.monotonic() + PATIENCE
        while True:
            message = self._message(until)
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]
            if "method" in message:
                self._event(message)

    def size(self, width, height, dark=False, scale=1):
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=height, deviceScaleFactor=scale, mobile=width < 600,
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[theme])

    def _load(self, url):
        self.call("Page.navigate", url=url)
        until = time.monotonic() + PATIENCE
        while self.value("location.href + ' ' + document.readyState") != url + " complete":
            if time.monotonic() > until:
                raise TimeoutError(url + " does not load")
            time.sleep(0.05)

    def open(self, path, fragment=""):
        """Loads the page anew, also when only the fragment differs."""
        self._load("about:blank")
        self._load("file://" + os.path.abspath(path) + fragment)

    def value(self, expression):
        """What an expression gives in the page, as JSON has it."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        if "exceptionDetails" in result:
            raise RuntimeError(expression + ": " + json.dumps(result["exceptionDetails"]))
        return result["result"].get("value")

    def screenshot(self, path, **clip):
        area = {"clip": {"scale": 1, **clip}} if clip else {}
        shot = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True, **area)
        with open(path, "wb") as out:
            out.write(base64.b64decode(shot["data"]))
