"""Makes a case with much evidence, for measuring pack and verify (docs/performance.md).

    python3 benches/evidence.py OUT BIG MB SMALL KB

OUT gets a copy of examples/daily and, as evidence, BIG text files of MB mebibytes and SMALL of KB kibibytes, all different.
"""

import hashlib
import os
import shutil
import sys

out = sys.argv[1]
big, mb, small, kb = map(int, sys.argv[2:])
here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "examples", "daily")
shutil.copytree(here, out)
block = hashlib.shake_256(b"evidence").digest(1 << 19).hex().encode()
entries = []
for n in range(1, big + small + 1):
    size = mb << 20 if n <= big else kb << 10
    name, sha, left = "attachments/b-%05d.txt" % n, hashlib.sha256(), size
    with open(os.path.join(out, name), "wb") as file:
        part = b"%020d\n" % n
        while left:
            part = part[:left]
            file.write(part)
            sha.update(part)
            left, part = left - len(part), block
    entries.append("""  - id: e-%d
    kind: 文件资料
    title: 证据材料%d
    collected_on: 2026-03-16
    collected_by: [p-si]
    provider: e-yuling
    problems: [P01]
    originality: 复印件
    pages: 1
    file:
      path: %s
      media_type: text/plain; charset=utf-8
      size: %d
      sha256: %s
    secrecy: 内部
""" % (10000 + n, n, name, size, sha.hexdigest()))
path = os.path.join(out, "case.yaml")
text = open(path, encoding="utf-8").read()
ids = ["e-%d" % (10000 + n) for n in range(1, big + small + 1)]
for old, new in [
    ("\nevidence:\n", "\nevidence:\n" + "".join(entries)),
    # The problem names its evidence as the evidence names the problem, and the first hand-over counts it.
    ("    evidence: [e-001]", "    evidence: [e-001, " + ", ".join(ids) + "]"),
    ("item_count: 24", "item_count: %d" % (24 + big + small)),
]:
    assert text.count(old) == 1, old
    text = text.replace(old, new)
open(path, "w", encoding="utf-8").write(text)
