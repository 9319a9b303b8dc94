#!/usr/bin/env python3
"""Reads PDFs as a screen reader does, by their structure tree, and says what such a reader would miss.

    structure.py FILE.pdf ...      exit 0 if all are well, 1 if one is not, 2 if one cannot be read

Beside FILE.pdf may lie FILE.txt, the document's text as its author ordered it: then the tree must hold the
same text in the same order. The tree is dumped by poppler (pdfinfo -struct-text).
"""

import difflib
import os
import re
import subprocess
import sys

# Two kinds of lines: `  H1 "title" (block)` and `    "text"`.
ELEMENT = re.compile(r"^(?P<depth> *)(?P<role>[A-Z][A-Za-z0-9]*)\b(?P<rest>.*)$")
TEXT = re.compile(r'^ *"(?P<text>.*)"$')


def dump(path):
    """The tree as (depth, role, text) in reading order; role is None for text."""
    done = subprocess.run(
        ["pdfinfo", "-struct-text", "-enc", "UTF-8", path], capture_output=True, check=False
    )
    if done.returncode != 0:
        raise OSError(done.stderr.decode("utf-8", "replace").strip())
    out = []
    for line in done.stdout.decode("utf-8", "replace").splitlines():
        if found := TEXT.match(line):
            out.append((len(line) - len(line.lstrip()), None, found["text"]))
        elif found := ELEMENT.match(line):
            out.append((len(found["depth"]), found["role"], ""))
    return out


def squash(text):
    return re.sub(r"\s+", "", text)


def faults(path):
    tree = dump(path)
    roles = [role for _, role, _ in tree if role]
    if "Document" not in roles:
        return ["no structure tree"]
    out = []
    # A heading may not skip a level, and the first is of level 1.
    level = 0
    for role in roles:
        if re.fullmatch(r"H[1-6]", role):
            now = int(role[1])
            if now > level + 1:
                out.append(f"H{now} after H{level}")
            level = now
    # Every list item has its label and its body; every table has head cells.
    for parent, children in (("LI", ("Lbl", "LBody")), ("Table", ("TH", "TD"))):
        for i, (depth, role, _) in enumerate(tree):
            if role != parent:
                continue
            inner = []
            for below, r, _ in tree[i + 1 :]:
                if below <= depth:
                    break
                if r:
                    inner.append(r)
            out.extend(f"{parent} without {child}" for child in children if child not in inner)
    beside = os.path.splitext(path)[0] + ".txt"
    if os.path.exists(beside):
        with open(beside, encoding="utf-8") as file:
            # A picture's alternative text is an attribute of the tree, not text.
            wanted = squash(re.sub(r"［图：.*?］", "", file.read()))
        shown = squash("".join(text for _, role, text in tree if role is None))
        out.extend(order(wanted, shown))
    return out


def order(wanted, shown):
    """Text of the document that the tree lacks or holds elsewhere."""
    if wanted == shown:
        return []
    matcher = difflib.SequenceMatcher(None, wanted, shown, autojunk=False)
    out = []
    for what, a, b, c, d in matcher.get_opcodes():
        if what in ("replace", "delete"):
            out.append(f"not in its place: “{wanted[a:b][:40]}”, there is “{shown[c:d][:40]}”")
        elif what == "insert":
            out.append(f"only in the tree: “{shown[c:d][:40]}”")
    return out


def main(paths):
    bad = unread = 0
    for path in paths:
        try:
            found = faults(path)
        except OSError as error:
            unread += 1
            print(f"UNREAD {path}: {error}")
            continue
        bad += bool(found)
        print(("FAIL " if found else "PASS ") + path)
        for fault in found[:10]:
            print(f"    {fault}")
    return 2 if unread else 1 if bad or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
