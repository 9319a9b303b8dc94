#!/usr/bin/python3
"""Engines written in C and C++ as peers: peers.py build ENGINE FOLDER TEXTS | peers.py ask ENGINE FOLDER QUESTIONS OUT

ENGINE: sqlite (FTS5, trigram), xapian (CJK n-gram), groonga (TokenBigramSplitSymbolAlphaDigit), postgres (pg_trgm), rg (ripgrep over the
texts). OUT has a line per question: how many, milliseconds for the first ten with the exact count, the first 3,000 ids.
"""
import contextlib, json, os, pathlib, shutil, subprocess, sys, time

KEPT = 3000


def rows(texts):
    with open(texts, encoding="utf-8") as f:
        for line in f:
            number, _, text = line.rstrip("\n").split("\t", 2)
            yield number, text


class Sqlite:
    def __init__(self, folder):
        import sqlite3
        self.db = sqlite3.connect(folder / "f.db")

    def build(self, texts):
        self.db.execute("CREATE VIRTUAL TABLE f USING fts5(text, content='', tokenize='trigram')")
        with self.db:
            self.db.executemany("INSERT INTO f(rowid, text) VALUES (?, ?)", ((int(n) + 1, t) for n, t in rows(texts)))
        with self.db:
            self.db.execute("INSERT INTO f(f) VALUES ('optimize')")
        self.db.execute("VACUUM")

    def ask(self, terms, count):
        match = " AND ".join(f'"{t}"' for t in terms)
        total = self.db.execute("SELECT count(*) FROM f WHERE f MATCH ?", (match,)).fetchone()[0]
        first = self.db.execute("SELECT rowid FROM f WHERE f MATCH ? ORDER BY rank LIMIT ?", (match, count)).fetchall()
        return total, [f"{n - 1:08}" for (n,) in first]


class Xapian:
    def __init__(self, folder):
        import xapian
        self.x, self.folder = xapian, str(folder / "x")

    def build(self, texts):
        x = self.x
        db = x.WritableDatabase(self.folder + ".raw", x.DB_CREATE_OR_OPEN)
        generator = x.TermGenerator()
        generator.set_flags(x.TermGenerator.FLAG_CJK_NGRAM)
        for number, text in rows(texts):
            doc = x.Document()
            doc.set_data(number)
            generator.set_document(doc)
            generator.index_text(text)
            db.add_document(doc)
        db.commit()
        db.compact(self.folder)
        db.close()
        shutil.rmtree(self.folder + ".raw")

    def ask(self, terms, count):
        x = self.x
        if not hasattr(self, "db"):
            self.db = x.Database(self.folder)
        parser = x.QueryParser()
        flags = x.QueryParser.FLAG_CJK_NGRAM | x.QueryParser.FLAG_PHRASE
        queries = [parser.parse_query(f'"{t}"', flags) for t in terms]
        enquire = x.Enquire(self.db)
        enquire.set_query(x.Query(x.Query.OP_AND, queries))
        found = enquire.get_mset(0, count, self.db.get_doccount())
        return found.get_matches_estimated(), [m.document.get_data().decode() for m in found]


class Groonga:
    def __init__(self, folder):
        self.path = folder / "g.db"
        new = [] if self.path.exists() else ["-n"]
        self.process = subprocess.Popen(["groonga", *new, str(self.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def tell(self, command):
        self.process.stdin.write(command.encode() + b"\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        assert answer[0][0] == 0, (command[:200], answer)
        return answer[1]

    def build(self, texts):
        self.tell("table_create Docs TABLE_PAT_KEY ShortText")
        self.tell("column_create Docs text COLUMN_SCALAR LongText")
        self.tell("table_create Terms TABLE_PAT_KEY ShortText --default_tokenizer TokenBigramSplitSymbolAlphaDigit --normalizer NormalizerAuto")
        self.tell("column_create Terms text COLUMN_INDEX|WITH_POSITION Docs text")
        batch = []

        def load():
            self.tell("load --table Docs --values " + json.dumps(json.dumps(batch, ensure_ascii=False), ensure_ascii=False))
            batch.clear()

        for number, text in rows(texts):
            batch.append({"_key": number, "text": text})
            if len(batch) == 500:
                load()
        load()
        self.tell("io_flush")

    def ask(self, terms, count):
        query = json.dumps(" ".join(json.dumps(t, ensure_ascii=False) for t in terms), ensure_ascii=False)
        command = f"select Docs --match_columns text --query {query} --output_columns _key --sort_keys -_score --limit {count}"
        found = self.tell(command)[0]
        return found[0][0], [row[0] for row in found[2:]]

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Postgres:
    BIN = pathlib.Path("/usr/lib/postgresql/15/bin")

    def __init__(self, folder):
        import psycopg2
        self.folder = folder / "pg"
        self.user = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.getuid() == 0 else []
        if not self.folder.exists():
            self.folder.mkdir()
            if self.user:
                shutil.chown(self.folder, "postgres", "postgres")
                os.chmod(folder, 0o755)
            subprocess.run([*self.user, self.BIN / "initdb", "-D", self.folder, "-E", "UTF8", "--locale=C.UTF-8"], check=True, stdout=subprocess.DEVNULL)
        options = ["-c", "listen_addresses=", "-c", f"unix_socket_directories={self.folder}", "-c", "shared_buffers=512MB", "-c", "fsync=off",
                   "-c", "maintenance_work_mem=512MB", "-c", "jit=off", "-c", "max_parallel_workers=0", "-c", "max_parallel_maintenance_workers=0"]
        self.server = subprocess.Popen([*self.user, self.BIN / "postgres", "-D", self.folder, *options], stderr=subprocess.DEVNULL)
        user = "postgres"
        for _ in range(100):
            with contextlib.suppress(psycopg2.OperationalError):
                self.db = psycopg2.connect(host=str(self.folder), dbname="postgres", user=user)
                break
            time.sleep(0.1)
        self.db.autocommit = True
        self.cursor = self.db.cursor()

    def build(self, texts):
        self.cursor.execute("CREATE EXTENSION pg_trgm; CREATE TABLE docs (id text, text text)")
        from io import StringIO
        batch = []

        def load():
            self.cursor.copy_from(StringIO("".join(f"{n}\t{t}\n" for n, t in batch)), "docs")
            batch.clear()

        for number, text in rows(texts):
            batch.append((number, text.replace("\\", "\\\\")))
            if len(batch) == 5000:
                load()
        load()
        self.cursor.execute("CREATE INDEX ON docs USING gin (text gin_trgm_ops)")
        self.cursor.execute("VACUUM ANALYZE docs")

    def ask(self, terms, count):
        where = " AND ".join("text LIKE %s" for _ in terms)
        like = ["%" + t.replace("%", r"\%").replace("_", r"\_") + "%" for t in terms]
        self.cursor.execute(f"WITH m AS (SELECT id FROM docs WHERE {where}) SELECT count(*), (array_agg(id))[1:{count}] FROM m", like)
        total, ids = self.cursor.fetchone()
        return total, ids or []

    def close(self):
        self.db.close()
        self.server.terminate()
        self.server.wait()


class Ripgrep:
    SOME = 40  # of each class: a process for each question takes long

    def __init__(self, folder):
        self.folder = folder

    def build(self, texts):
        (self.folder / "texts").symlink_to(os.path.abspath(texts))

    def ask(self, terms, count):
        lines = subprocess.run(["rg", "-F", "--no-line-number", "-e", terms[0], self.folder / "texts"], capture_output=True).stdout
        for term in terms[1:]:
            lines = subprocess.run(["rg", "-F", "-e", term], input=lines, capture_output=True).stdout
        found = [line[:8].decode() for line in lines.splitlines()]
        return len(found), found[:count]


ENGINES = {"sqlite": Sqlite, "xapian": Xapian, "groonga": Groonga, "postgres": Postgres, "rg": Ripgrep}


def main():
    doing, name, folder = sys.argv[1], sys.argv[2], pathlib.Path(sys.argv[3])
    folder.mkdir(parents=True, exist_ok=True)
    engine = ENGINES[name](folder)
    if doing == "build":
        engine.build(sys.argv[4])
    else:
        asked = {}
        with open(sys.argv[4], encoding="utf-8") as questions, open(sys.argv[5], "w") as out:
            for line in questions:
                kind, *terms = line.rstrip("\n").split("\t")
                asked[kind] = asked.get(kind, 0) + 1
                if asked[kind] > getattr(engine, "SOME", 10**9):
                    out.write("\n")
                    continue
                total, ids = engine.ask(terms, KEPT)
                begin = time.perf_counter()
                engine.ask(terms, 10)
                out.write(f"{total}\t{(time.perf_counter() - begin) * 1000:.4f}\t{','.join(ids)}\n")
    getattr(engine, "close", lambda: None)()


main()
