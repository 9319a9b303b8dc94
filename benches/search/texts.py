#!/usr/bin/env python3
"""Makes the texts and the questions that the engines are compared by, the same each time.

    texts.py FOLDER OUT MB     FOLDER: Markdown files, e.g. a collection of laws; each article (第…条) is a record

Writes OUT/docs.tsv (id, title, text), OUT/queries.tsv (class, term, and for `two` a second term) and OUT/truth.tsv (how many
records hold it, and the first 3,000 of them), found by looking through every text. All texts are normalized (NFKC, lower case,
no white space), so that the engines are told apart by how they cut and look up, not by how they fold.
Beyond the size of the collection its articles come again with their sentences in another order and other numbers.
"""
import bisect, pathlib, random, re, sys, unicodedata

CLASSES = {"one": 100, "2 signs": 300, "3-8 signs": 300, "12-30 signs": 100, "mixed": 300, "figures": 300, "two": 300}
KEPT = 3000


def folded(text):
    return "".join(unicodedata.normalize("NFKC", text).lower().split())


def articles(folder):
    for path in sorted(pathlib.Path(folder).rglob("*.md")):
        text = path.read_text(encoding="utf-8", errors="replace").split("<!-- INFO END -->")[-1]
        title = folded(path.stem)
        for part in re.split(r"\n(?=第[一二三四五六七八九十百千零]+条)", text):
            body = folded(part.replace("#", ""))
            if len(body) >= 12:
                yield title, body


def again(body, turn):
    sentences = [s for s in re.split(r"(?<=[。;])", body) if s]
    random.Random(f"{turn}{body[:30]}").shuffle(sentences)
    return re.sub(r"\d+", lambda m: str(int(m[0][:9]) * 7 + turn), "".join(sentences))


def texts(folder, limit):
    base, size, turn = list(articles(folder)), 0, 0
    if limit < sum(len((t + b).encode()) for t, b in base):
        random.Random(1).shuffle(base)
    while True:
        for title, body in base:
            text = title + (body if turn == 0 else again(body, turn))
            size += len(text.encode())
            if size > limit:
                return
            yield title, text
        turn += 1


def main():
    folder, out, limit = sys.argv[1], pathlib.Path(sys.argv[2]), int(float(sys.argv[3]) * 1_000_000)
    out.mkdir(parents=True, exist_ok=True)
    docs = list(texts(folder, limit))
    with open(out / "docs.tsv", "w", encoding="utf-8") as f:
        for n, (title, text) in enumerate(docs):
            f.write(f"{n:08}\t{title}\t{text}\n")

    chance = random.Random(2)

    def cut(low, high, wanted):
        while True:
            text = chance.choice(docs)[1]
            width = chance.randint(low, high)
            if len(text) > width:
                at = chance.randrange(len(text) - width)
                piece = text[at:at + width]
                if not re.search(r"[\"'“”‘’|()\\*]", piece) and wanted(piece):
                    return piece

    han = lambda s: all("\u4e00" <= c <= "\u9fff" for c in s)
    low = lambda c: c.isascii() and c.isalnum()
    mixed = lambda s: any(map(low, s)) and any("\u4e00" <= c <= "\u9fff" for c in s)
    make = {
        "one": lambda: (cut(1, 1, han),),
        "2 signs": lambda: (cut(2, 2, han),),
        "3-8 signs": lambda: (cut(3, 8, han),),
        "12-30 signs": lambda: (cut(12, 30, lambda s: True),),
        "mixed": lambda: (cut(2, 10, mixed),),
        "figures": lambda: (cut(3, 9, lambda s: low(s[0]) and low(s[1])),),
        "two": lambda: (cut(2, 4, han), cut(2, 4, han)),
    }
    queries = [(name, *make[name]()) for name, count in CLASSES.items() for _ in range(count)]

    whole = "\n".join(text for _, text in docs)
    starts, at = [], 0
    for _, text in docs:
        starts.append(at)
        at += len(text) + 1

    def holding(term):
        found, at = [], whole.find(term)
        while at >= 0:
            n = bisect.bisect_right(starts, at) - 1
            found.append(n)
            at = whole.find(term, starts[n + 1]) if n + 1 < len(starts) else -1
        return found

    with open(out / "queries.tsv", "w", encoding="utf-8") as q, open(out / "truth.tsv", "w") as t:
        for name, *terms in queries:
            found = holding(terms[0])
            for other in terms[1:]:
                more = set(holding(other))
                found = [n for n in found if n in more]
            q.write("\t".join([name, *terms]) + "\n")
            t.write(f"{len(found)}\t{','.join(f'{n:08}' for n in found[:KEPT])}\n")
    print(f"{len(docs)} records, {sum(len(t.encode()) for _, t in docs) / 1e6:.1f} MB, {len(queries)} questions")


if __name__ == "__main__":
    main()
