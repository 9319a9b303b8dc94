#!/usr/bin/env python3
"""Spoils a PDF in ways that its validators must notice, so that it is known that they can fail.

    spoil.py FILE.pdf DIR      writes DIR/<fault>.pdf for each fault; exit 1 if one could not be made

Every change keeps the length of the file, so that nothing but the fault itself is wrong with it.
"""

import os
import re
import sys

FAULTS = {
    # No language: a screen reader would read Chinese with an English voice.
    "language": (rb"/Lang\s*\(zh-CN\)", lambda m: m.replace(b"/Lang", b"/Lamg")),
    # No structure tree.
    "structure": (rb"/StructTreeRoot\s+\d+ \d+ R", lambda m: m.replace(b"/StructTreeRoot", b"/StructTreeRooz")),
    # A claim of conformance to another part.
    "claim": (rb"<pdfuaid:part>1<", lambda m: m.replace(b"1<", b"7<")),
    # A heading that skips levels.
    "heading": (rb"/S\s*/H2", lambda m: m.replace(b"/H2", b"/H5")),
    # The title is not shown.
    "title": (rb"/DisplayDocTitle true", lambda m: m.replace(b"true", b"null")),
}


def main(source, folder):
    with open(source, "rb") as file:
        whole = file.read()
    missing = 0
    for name, (pattern, change) in FAULTS.items():
        spoiled, times = re.subn(pattern, lambda m: change(m[0]), whole)
        if times == 0:
            print(f"nothing to spoil in {source}: {name}")
            missing += 1
            continue
        assert len(spoiled) == len(whole)
        with open(os.path.join(folder, name + ".pdf"), "wb") as file:
            file.write(spoiled)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
