//! 登记簿的表: what the database is made of, and the way from the form before.

/// Entries and the files of versions are added, never changed or taken away; the triggers say so to whoever opens the
/// file with another program. Files lie under their digests, each once.
pub const TABLES: &str = "
CREATE TABLE entry (
  n INTEGER PRIMARY KEY CHECK (n > 0),
  act TEXT NOT NULL CHECK (act IN ('取号', '补登', '作废', '印发', '更正')),
  code TEXT NOT NULL CHECK (code <> ''),
  year INTEGER NOT NULL,
  seq INTEGER NOT NULL CHECK (seq > 0),
  case_id TEXT NOT NULL,
  document TEXT NOT NULL,
  title TEXT NOT NULL,
  day TEXT NOT NULL,
  by TEXT NOT NULL,
  reason TEXT NOT NULL,
  data TEXT NOT NULL,
  template TEXT NOT NULL,
  at TEXT NOT NULL,
  prev TEXT NOT NULL,
  digest TEXT NOT NULL,
  kept TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_number ON entry (code, year, seq) WHERE act IN ('取号', '补登');
CREATE UNIQUE INDEX one_void ON entry (code, year, seq) WHERE act = '作废';
CREATE UNIQUE INDEX one_issue ON entry (code, year, seq) WHERE act = '印发';
CREATE INDEX of_document ON entry (case_id, document);
CREATE TRIGGER kept_as_written BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, '登记的条目不得改动'); END;
CREATE TRIGGER kept_for_ever BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, '登记的条目不得删除'); END;
CREATE TABLE blob (sha256 TEXT PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
CREATE TRIGGER blob_kept_as_written BEFORE UPDATE ON blob BEGIN SELECT RAISE(ABORT, '定稿不得改动'); END;
CREATE TRIGGER blob_kept_for_ever BEFORE DELETE ON blob BEGIN SELECT RAISE(ABORT, '定稿不得删除'); END;
";

/// The first half of the way from the form before: its table steps aside. Its triggers and indices go with it.
pub const UPGRADE: &str = "
DROP TRIGGER kept_as_written;
DROP TRIGGER kept_for_ever;
DROP INDEX one_number;
DROP INDEX one_void;
DROP INDEX one_issue;
DROP INDEX of_document;
ALTER TABLE entry RENAME TO entry_before;
";

/// The second half: its entries move over as they are, with nothing kept.
pub const REFILL: &str = "
INSERT INTO entry SELECT n, act, code, year, seq, case_id, document, title, day, by, reason, data, template, at,
  prev, digest, '' FROM entry_before ORDER BY n;
DROP TABLE entry_before;
";
