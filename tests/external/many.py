"""Many bundles for measuring, made from tests/bundles/small.zip: other numbers, as many 件 as wanted, digests redone.

    many.py OUT BUNDLES ITEMS [FIRST]

FIRST is the number of the first bundle, 1 if not given.
"""

import base64
import hashlib
import json
import pathlib
import re
import sys
import zipfile

OUT, BUNDLES, ITEMS = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
FIRST = int(sys.argv[4]) if len(sys.argv) > 4 else 1
HERE = pathlib.Path(__file__).resolve().parent
SEED = HERE.parent / "bundles" / "small.zip"
FOLDER = "data/Z109/WS/2025/Z109-WS·2025-Y-DCB-"


def sums(files, algorithm, wanted):
    lines = (f"{hashlib.new(algorithm, data).hexdigest()}  {name}\n" for name, data in sorted(files.items()) if wanted(name))
    return "".join(lines).encode()


def write(path, folder, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as out:
        for name in sorted(files, key=lambda n: f"{folder}/{n}".encode()):
            info = zipfile.ZipInfo(f"{folder}/{name}", (1980, 1, 1, 0, 0, 0))
            info.create_system, info.create_version, info.extract_version = 3, 10, 10
            info.external_attr = 0o100644 << 16
            out.writestr(info, files[name])


with zipfile.ZipFile(SEED) as seed:
    base = {name.split("/", 1)[1]: seed.read(name) for name in seed.namelist()}
text = base[FOLDER + "0003/现场记录.txt"]
meta = base[FOLDER + "0003/电子档案元数据.XML"].decode()
listed = json.loads(base["metadata/bundle.json"])
model = json.dumps(listed["items"][2], ensure_ascii=False)
catalogue = base["data/目录文件.XML"].decode()
entries = re.findall(r"\s*<文件>.*?</文件>", catalogue, re.S)
OUT.mkdir(parents=True, exist_ok=True)
for number in range(FIRST, FIRST + BUNDLES):
    bundle = f"AJ-N-{number:05d}"
    files = {n: d for n, d in base.items() if not n.startswith(FOLDER)}
    items, rows = [], []
    for item in range(1, ITEMS + 1):
        # As many bytes as before, others in every one: the same content twice is a finding.
        content = f"{number:06d} {item:06d}".encode().ljust(len(text), b".")

        def own(words, item=item, content=content):
            words = words.replace("0003", f"{item:04d}").replace("第3件", f"第{item}件")
            words = words.replace("〕3号", f"〕{item}号").replace("doc-3", f"doc-{item}")
            # Last: digests are figures, too.
            for algorithm in ("sha256", "sm3"):
                old, new = (hashlib.new(algorithm, data) for data in (text, content))
                words = words.replace(old.hexdigest(), new.hexdigest())
                old, new = (base64.b64encode(sum.digest()).decode() for sum in (old, new))
                words = words.replace(old, new)
            return words

        folder = f"{FOLDER}{item:04d}"
        files[f"{folder}/现场记录.txt"] = content
        files[f"{folder}/电子档案元数据.XML"] = own(meta).replace("AJ-CQ-1", bundle).encode()
        items.append(json.loads(own(model)))
        row = re.sub(r"<顺序号>\d+</顺序号>", f"<顺序号>{item}</顺序号>", own(entries[2]))
        rows.append(row)
    description = dict(listed, id=bundle, items=items)
    files["metadata/bundle.json"] = (json.dumps(description, ensure_ascii=False, indent=2) + "\n").encode()
    files["data/目录文件.XML"] = catalogue.replace("".join(entries), "".join(rows)).encode()
    code = "Z109-WS·2025-Y-DCB-"
    note = files["data/说明文件.TXT"].decode().replace("AJ-CQ-1", bundle)
    note = note.replace(f"{code}0003", f"{code}{ITEMS:04d}").replace("3件", f"{ITEMS}件").replace("3 件", f"{ITEMS} 件")
    files["data/说明文件.TXT"] = note.encode()
    payload = {n: d for n, d in files.items() if n.startswith("data/")}
    info = files["bag-info.txt"].decode().replace("AJ-CQ-1", bundle)
    info = re.sub(r"Payload-Oxum: .*", f"Payload-Oxum: {sum(map(len, payload.values()))}.{len(payload)}", info)
    files["bag-info.txt"] = re.sub(r"Item-Count: .*", f"Item-Count: {ITEMS}", info).encode()
    for name in ("manifest-sha256.txt", "tagmanifest-sha256.txt", "metadata/sm3sums.txt"):
        del files[name]
    files["manifest-sha256.txt"] = sums(files, "sha256", lambda n: n.startswith("data/"))
    files["metadata/sm3sums.txt"] = sums(files, "sm3", lambda n: True)
    files["tagmanifest-sha256.txt"] = sums(files, "sha256", lambda n: not n.startswith("data/"))
    write(OUT / f"{number:05d}.zip", bundle, files)
