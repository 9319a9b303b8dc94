#!/usr/bin/env python3
"""Searches files made public for withheld strings, with poppler, qpdf and strings; shares no code with the program.

    tests/external/disclosed.py DIR LIST      LIST: JSON with "withheld": [{"name": …, "words": …}, …]

Each file is read in several ways (see readings()); each string is looked for in several writings. Every hit is told
with file, reading and sort; the string itself is masked. Exit 0 nothing left, 1 something left, 2 nothing to judge.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import unicodedata

SPOKEN = str.maketrans("〇零○一壹幺二贰三叁四肆五伍六陆七柒八捌九玖", "0001112233445566778899")
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def words(text):
    text = unicodedata.normalize("NFKC", INVISIBLE.sub("", text))
    return re.sub(r"\s+", "", text).replace("—", "-").replace("–", "-").upper()


def figures(text):
    return re.sub(r"[-._()\u00b7]", "", words(text)).translate(SPOKEN)


def is_number(text):
    return re.fullmatch(r"[0-9]{5,}X?", text) is not None


def run(*command):
    done = subprocess.run(command, capture_output=True, check=False)
    # qpdf says 3 for a file that it could mend.
    if done.returncode not in (0, 3):
        raise RuntimeError(f"{command[0]}: {done.stderr.decode(errors='replace').strip()[:200]}")
    return done.stdout


def text(data):
    return data.decode("utf-8", errors="replace")


def wide(data):
    """UTF-16 of either order, at either alignment."""
    return "\n".join(data[skip:].decode(order, errors="replace") for skip in (0, 1) for order in ("utf-16-be", "utf-16-le"))


def readings(path, scratch):
    """(name, text, exact): exact texts are searched as they are, for figures side by side mean nothing in them."""
    yield "file name", path.name, False
    data = path.read_bytes()
    if not data.startswith(b"%PDF-"):
        yield "bytes", text(data), data.startswith(b"\x89PNG")
        if data.startswith(b"\x89PNG"):
            yield "bytes as UTF-16", wide(data), True
        return
    for mode in ("-layout", "-raw", "-htmlmeta"):
        yield f"pdftotext {mode}", text(run("pdftotext", mode, "-enc", "UTF-8", path, "-")), False
    yield "pdfinfo", text(run("pdfinfo", "-enc", "UTF-8", path)), False
    yield "pdfinfo -meta", re.sub("<[^>]*>", "", text(run("pdfinfo", "-meta", path))), False
    yield "pdfinfo -struct-text", text(run("pdfinfo", "-struct-text", path)), False
    yield "pdfdetach -list", text(run("pdfdetach", "-list", path)), False
    out = scratch / "attachments"
    out.mkdir(exist_ok=True)
    run("pdfdetach", "-saveall", "-o", out, path)
    for attached in sorted(out.iterdir()):
        yield "attachment name", attached.name, False
        yield "attachment", text(attached.read_bytes()), False
        attached.unlink()
    objects = json.loads(run("qpdf", "--json=2", "--json-stream-data=none", path))
    strings = []
    stack = [objects]
    while stack:
        one = stack.pop()
        if isinstance(one, dict):
            stack.extend(one.values())
            strings.extend(one)
        elif isinstance(one, list):
            stack.extend(one)
        elif isinstance(one, str):
            strings.append(one[2:] if one.startswith("u:") else one)
    # One by one: what stands side by side is no one text.
    yield "qpdf strings", "\0".join(strings), None
    plain = scratch / "plain.pdf"
    run("qpdf", "--qdf", "--object-streams=disable", "--decode-level=all", path, plain)
    data = plain.read_bytes()
    yield "decoded streams", text(data), True
    yield "decoded streams as UTF-16", wide(data), True
    yield "strings", text(run("strings", "-n", "4", plain)), True
    yield "strings, UTF-16", text(run("strings", "-n", "4", "-e", "b", plain)), True


def found(needles, reading, exact):
    if exact is None:
        return set().union(set(), *(found(needles, part, False) for part in reading.split("\0") if len(part) > 1))
    if exact:
        return {n for n in needles if n["number"] and len(n["number"]) >= 10 and n["number"] in reading or n["words"] in reading}
    plain, digits = words(reading), figures(reading)
    hits = set()
    for needle in needles:
        number = needle["number"]
        if number and len(number) >= 10:
            hit = number in digits
        elif number:
            hit = re.search(rf"(?<![0-9]){number}(?![0-9])", digits)
        else:
            hit = needle["plain"] in plain
        if hit:
            hits.add(needle)
    return hits


class Needle(dict):
    def __hash__(self):
        return hash(self["words"])


def main():
    folder, listed = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
    needles = {}
    for row in json.loads(listed.read_text("utf-8"))["withheld"]:
        string = row.get("words")
        if string and len(words(string)) > 1:
            number = figures(string)
            needle = Needle(sort=row["name"], words=string, plain=words(string), number=number if is_number(number) else "")
            needles.setdefault(string, needle)
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    if not needles or not files:
        print(f"FAIL nothing to judge: {len(needles)} strings, {len(files)} files")
        return 2
    left = 0
    for path in files:
        with tempfile.TemporaryDirectory() as scratch:
            try:
                for name, reading, exact in readings(path, pathlib.Path(scratch)):
                    for needle in sorted(found(needles.values(), reading, exact), key=lambda n: n["words"]):
                        left += 1
                        string = needle["words"]
                        print(f"FAIL {path.name}: {name}: {needle['sort']} {string[:1]}… ({len(string)} characters)")
            except (RuntimeError, ValueError) as error:
                left += 1
                print(f"FAIL {path.name}: cannot be read: {error}")
    if left:
        return 1
    print(f"ok   {len(files)} files, {len(needles)} strings, nothing left")
    return 0


sys.exit(main())
