#!/usr/bin/env python3
"""A large archive's texts, and the index over them held against looking through every text.

    large.py FOLDER OUT GB                     FOLDER: Markdown files, as for texts.py; makes OUT/docs.tsv, records of 10 kB, and OUT/queries.tsv
    large.py TEST OUT                          TEST: the optimized test program; builds an index in OUT and asks it, then ripgrep

Beyond the collection's size its articles come again in another order, their sentences in another order and with other numbers.
"""
import os, pathlib, random, re, shutil, subprocess, sys, time

sys.dont_write_bytecode = True
from texts import articles

SIZE = 8_900  # of the whole articles that are put together; they come to 10 kB
CLASSES = {"one": 10, "2 signs": 20, "3-8 signs": 20, "12-30 signs": 10, "mixed": 15, "figures": 15, "two": 10}


def texts(folder, limit):
    base, size, turn = [], 0, 0
    for title, body in articles(folder):
        sentences = [re.split(r"(\d+)", s) for s in re.split(r"(?<=[。;])", body) if s]
        base.append((title, sentences))
    while True:
        chance = random.Random(turn)
        chance.shuffle(base)
        kept, bytes_ = [], 0
        for title, sentences in base:
            chance.shuffle(sentences)
            kept.append(title)
            for s in sentences:
                kept.append(s[0] if len(s) == 1 else "".join(p if n % 2 == 0 else str(int(p[:9]) * 7 + turn) for n, p in enumerate(s)))
            bytes_ += 3 * sum(map(len, kept[-len(sentences):]))
            if bytes_ >= SIZE:
                text = "".join(kept)
                size += len(text.encode())
                yield title, text
                kept, bytes_ = [], 0
                if size >= limit:
                    return
        turn += 1


def make(folder, out, limit):
    out.mkdir(parents=True, exist_ok=True)
    chance, some = random.Random(2), []
    with open(out / "docs.tsv", "w", encoding="utf-8") as f:
        for n, (title, text) in enumerate(texts(folder, limit)):
            f.write(f"{n:08}\t{title}\t{text}\n")
            if chance.random() < 0.01:
                some.append(text)

    def cut(low, high, wanted):
        while True:
            text, width = chance.choice(some), chance.randint(low, high)
            at = chance.randrange(len(text) - width)
            piece = text[at:at + width]
            if not re.search(r"[\"'“”‘’|()\\*]", piece) and wanted(piece):
                return piece

    han = lambda s: all("\u4e00" <= c <= "\u9fff" for c in s)
    low = lambda c: c.isascii() and c.isalnum()
    ways = {
        "one": lambda: (cut(1, 1, han),),
        "2 signs": lambda: (cut(2, 2, han),),
        "3-8 signs": lambda: (cut(3, 8, han),),
        "12-30 signs": lambda: (cut(12, 30, lambda s: True),),
        "mixed": lambda: (cut(2, 10, lambda s: any(map(low, s)) and any(map(han, s))),),
        "figures": lambda: (cut(4, 9, lambda s: low(s[0]) and low(s[1])),),
        "two": lambda: (cut(2, 4, han), cut(2, 4, han)),
    }
    with open(out / "queries.tsv", "w", encoding="utf-8") as q:
        for name, count in CLASSES.items():
            for _ in range(count):
                q.write("\t".join([name, *ways[name]()]) + "\n")
    print(f"{n + 1} records, {(out / 'docs.tsv').stat().st_size / 1e9:.2f} GB")


def once(words, **more):
    began = time.time()
    process = subprocess.Popen(words, env={**os.environ, **more}, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        sys.exit(f"{words[0]}: {status}")
    return time.time() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def holding(terms, docs):
    """In how many texts all the terms stand: looked for by ripgrep behind the first tab, where the number ends."""
    lines = ["rg", "-N", "-e", rf"\t.*{re.escape(terms[0])}", str(docs)]
    if len(terms) == 1:
        done = subprocess.run([*lines, "-c"], capture_output=True, text=True)
        return int(done.stdout or 0)
    first = subprocess.Popen(lines, stdout=subprocess.PIPE)
    done = subprocess.run(["rg", "-c", "-e", rf"\t.*{re.escape(terms[1])}"], stdin=first.stdout, capture_output=True, text=True)
    return int(done.stdout or 0)


def judge(test, out):
    docs, index, answers = out / "docs.tsv", out / "index", out / "answers.tsv"
    words = [test, "--exact", "catalog::tests::beside::beside_other_engines"]
    size = docs.stat().st_size
    if not index.exists():
        wall, cpu, peak = once(words, ANJUAN_BESIDE=f"build:{index}:{docs}")
        print(f"built: {wall:.0f} s wall, {cpu:.0f} CPU s, {size / 1e6 / cpu:.2f} MB a CPU second, peak {peak:.0f} MB (files that it maps included)")
    print(f"index / text: {sum(p.stat().st_size for p in index.rglob('*') if p.is_file()) / size:.3f}", flush=True)
    for turn in ("cold", "warm"):
        wall, cpu, peak = once(words, ANJUAN_BESIDE=f"ask:{index}:{out / 'queries.tsv'}:{answers}")
        print(f"asked, {turn}: {wall:.0f} s wall, peak {peak:.0f} MB")
        rows = list(zip([q.rstrip("\n").split("\t") for q in open(out / "queries.tsv", encoding="utf-8")], [a.split("\t") for a in open(answers)]))
        for name in CLASSES:
            line = []
            for column in (1, 3, 4):
                times = sorted(float(a[column]) for q, a in rows if q[0] == name)
                line.append(f"{times[len(times) // 2]:.3f} / {times[-1]:.2f}")
            print(f"  {name}: first ten and total, with snippets, with counts, ms p50 / max: {', '.join(line)}")
    missed, began = 0, time.time()
    for question, answer in rows:
        there = holding(question[1:], docs)
        if int(answer[0]) < there:
            missed += 1
            print(f"  MISSED {question}: {answer[0]} of {there}")
    print(f"{len(rows)} questions, {missed} with fewer answers than ripgrep finds, which takes {(time.time() - began) / len(rows):.1f} s for each")


if len(sys.argv) == 4:
    make(sys.argv[1], pathlib.Path(sys.argv[2]), float(sys.argv[3]) * 1e9)
else:
    judge(sys.argv[1], pathlib.Path(sys.argv[2]))
