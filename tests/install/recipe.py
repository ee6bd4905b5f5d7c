# SPDX-License-Identifier: BSD-2-Clause
"""recipe.py FILE NAME... | FILE --packages IMAGE - reads as much BitBake as our recipes have

Prints a variable's value, expanded as far as it is known, or a function's lines; with
--packages, which file of an installed image goes into which package, and fails when
one goes into none. A line that is no BitBake fails, and so does Python that is none.
"""
import fnmatch
import os
import re
import sys

# What bitbake.conf says.
KNOWN = {
    "prefix": "/usr", "bindir": "/usr/bin", "sbindir": "/usr/sbin", "datadir": "/usr/share", "libdir": "/usr/lib", "includedir": "/usr/include",
    "mandir": "/usr/share/man", "docdir": "/usr/share/doc", "nonarch_base_libdir": "/lib",
    "nonarch_libdir": "/usr/lib", "systemd_system_unitdir": "/lib/systemd/system",
    "WORKDIR": "/work", "LAYERDIR": "/layer",
}
# FILES of the packages that there always are, in the order in which they take files.
DEFAULT = [
    ("-dbg", ""), ("-staticdev", "/usr/lib/*.a"),
    ("-dev", "/usr/include /usr/lib/lib*.so /usr/lib/pkgconfig"),
    ("-doc", "/usr/share/man /usr/share/doc"), ("", "/usr/bin /usr/lib/lib*.so.*"),
]
ASSIGN = re.compile(r'^(export )?([A-Za-z_][\w:${}.\-\[\]]*)\s*(\?\?=|\?=|:=|\+=|=\+|\.=|=)\s*(["\'])(.*)\4$', re.S)


def fail(text):
    sys.exit("# " + text)


def logical(path):
    """Lines, with those that end in a backslash joined."""
    text = open(path).read()
    if not text.endswith("\n"):
        fail(path + " has no line end at its end")
    return re.sub(r"\\\n\s*", "", text).split("\n")


def find(path, name):
    layer = path[:path.index("meta-plog") + len("meta-plog")]
    for folder in (os.path.dirname(path), layer):
        if os.path.exists(folder + "/" + name):
            return folder + "/" + name
    fail("%s requires %s, which is not there" % (path, name))


def function(lines, python, path):
    body = []
    for line in lines:
        if line == "}":
            if python:
                compile("def f(d):\n" + "\n".join(body) + "\n", path, "exec")
            return body
        body.append(line)
    fail(path + ": a function without an end")


def read(path, names, functions):
    lines = iter(logical(path))
    for line in lines:
        head = re.match(r"^(python )?([\w:]+)\(\) \{$|^(python) ([\w:]+)\s*\(\) \{$", line)
        if not line or line.startswith("#"):
            continue
        if head:
            functions[head[2] or head[4]] = function(lines, bool(head[1] or head[3]), path)
        elif line.startswith("require "):
            read(find(path, line.split()[1]), names, functions)
        elif line.startswith("inherit "):
            names.setdefault("inherit", []).extend(line.split()[1:])
        else:
            assign(path, line, names)


def assign(path, line, names):
    found = ASSIGN.match(line)
    if not found:
        fail("%s: no BitBake: %s" % (path, line))
    _, name, how, _, value = found.groups()
    name = name.replace("${PN}", names["PN"]).replace("${BPN}", "plog")
    old = names.get(name, "")
    if how == "+=":
        value = (old + " " + value).strip()
    elif how == "=+":
        value = (value + " " + old).strip()
    elif how == ".=":
        value = old + value
    elif how in ("?=", "??=") and name in names:
        value = old
    names[name] = value


def expand(value, names):
    def one(match):
        key = match[1]
        if key == "PN" or key == "BPN":
            return names["PN"] if key == "PN" else "plog"
        return names.get(key) or KNOWN.get(key) or match[0]
    for code in re.findall(r"\$\{@(.*?)\}(?=\"|$| )", value):
        compile(code, "inline", "eval")
    return re.sub(r"\$\{(\w+)\}", one, value)


def packages(names, image):
    own = [(p, "") for p in expand(names.get("PACKAGES", ""), names).split()]
    order = [(p, f) for p, f in own] + [(names["PN"] + s, f) for s, f in DEFAULT]
    lost = False
    for folder, _, files in os.walk(image):
        for name in sorted(files):
            path = (folder + "/" + name)[len(image):]
            for package, globs in order:
                globs += " " + expand(names.get("FILES:" + package, ""), names)
                if any(fnmatch.fnmatch(path, g) or path.startswith(g + "/") for g in globs.split()):
                    print(package + ": " + path)
                    break
            else:
                print("no package: " + path)
                lost = True
    return lost


def main():
    path = sys.argv[1]
    names, functions = {"PN": os.path.basename(path).split("_")[0]}, {}
    read(path, names, functions)
    if sys.argv[2] == "--packages":
        sys.exit(packages(names, sys.argv[3]))
    for name in sys.argv[2:]:
        if name in functions:
            print("\n".join(functions[name]))
        else:
            print(expand(names.get(name, ""), names))


main()
