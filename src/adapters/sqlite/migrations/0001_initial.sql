-- Numbers given in the order of commits.
CREATE TABLE counters (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO counters (name, value) VALUES ('change', 0);

-- One row per book ever stored; a deleted one keeps its id alone. Unknown values are NULL.
CREATE TABLE books (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  change INTEGER NOT NULL,
  deleted INTEGER NOT NULL CHECK (deleted IN (0, 1)),
  content_hash TEXT NOT NULL,
  work_id TEXT,
  title TEXT,
  title_folded TEXT NOT NULL,
  authors TEXT NOT NULL,        -- JSON array of text
  labels TEXT NOT NULL,         -- JSON array of text
  cover_url TEXT,
  collection TEXT,
  series TEXT,
  series_number REAL,
  language TEXT,
  published_key INTEGER,        -- PartialDate::key()
  ean TEXT,
  isbn13 TEXT,
  publisher TEXT,
  format TEXT,
  binding TEXT,
  page_count INTEGER,
  weight_kg REAL,
  width_cm REAL,
  height_cm REAL,
  depth_cm REAL,
  facets TEXT NOT NULL,         -- JSON array of facets.id: what book_facets holds of the book
  description TEXT              -- last: what needs no description does not read past its row's first page
) STRICT;
CREATE UNIQUE INDEX books_change ON books (change);
-- Most ids are the EAN: only the others need to be found by it.
CREATE INDEX books_ean ON books (ean) WHERE ean <> id;
CREATE INDEX books_isbn13 ON books (isbn13) WHERE isbn13 <> id;
CREATE INDEX books_work ON books (work_id) WHERE work_id IS NOT NULL;
-- Ties are sorted by id when they are read: narrow indexes are what keeps loading fast.
CREATE INDEX books_title ON books (title_folded) WHERE deleted = 0;
CREATE INDEX books_published ON books (published_key) WHERE deleted = 0;
CREATE INDEX books_pages ON books (page_count) WHERE deleted = 0;

-- The values of the eight facets, one row for all spellings that fold alike; `books` is how many books have it.
CREATE TABLE facets (
  id INTEGER PRIMARY KEY,
  kind INTEGER NOT NULL,        -- FacetKind
  name TEXT NOT NULL,
  folded TEXT NOT NULL,
  books INTEGER NOT NULL,
  UNIQUE (kind, folded)
) STRICT;
CREATE INDEX facets_books ON facets (kind, books) WHERE books > 0;

-- Without REFERENCES: neither books nor facets are ever deleted, and looking both up would double the cost of loading.
CREATE TABLE book_facets (
  facet INTEGER NOT NULL,       -- facets.id
  book INTEGER NOT NULL,        -- books.number
  PRIMARY KEY (facet, book)
) STRICT, WITHOUT ROWID;

-- The vectors of space N are in the table vectors_N.
CREATE TABLE vector_spaces (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_version TEXT NOT NULL,
  dimension INTEGER NOT NULL CHECK (dimension > 0),
  active INTEGER NOT NULL CHECK (active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX vector_spaces_active ON vector_spaces (active) WHERE active = 1;

CREATE TABLE clusterings (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  model_version TEXT NOT NULL,
  space INTEGER NOT NULL,
  change INTEGER NOT NULL,      -- books up to this change have their cluster
  metrics TEXT NOT NULL         -- JSON object of numbers
) STRICT;
CREATE TABLE clusters (
  clustering INTEGER NOT NULL REFERENCES clusterings (id),
  number INTEGER NOT NULL,
  name TEXT NOT NULL,
  size INTEGER NOT NULL,
  PRIMARY KEY (clustering, number)
) STRICT, WITHOUT ROWID;
CREATE TABLE cluster_members (
  clustering INTEGER NOT NULL,
  book_id TEXT NOT NULL,
  cluster INTEGER NOT NULL,
  PRIMARY KEY (clustering, book_id),
  FOREIGN KEY (clustering, cluster) REFERENCES clusters (clustering, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE readers (
  number INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE
) STRICT;
-- A reader may have read a book that is not in the catalogue: book_id refers to nothing.
CREATE TABLE interactions (
  number INTEGER PRIMARY KEY,
  reader INTEGER NOT NULL REFERENCES readers (number),
  book_id TEXT NOT NULL,
  kind TEXT NOT NULL,           -- kind_name()
  value REAL,
  at INTEGER NOT NULL,          -- milliseconds since 1970
  source TEXT,
  idempotency_key TEXT,         -- as given
  digest BLOB NOT NULL UNIQUE   -- of the key, or of the other fields without one
) STRICT;
CREATE INDEX interactions_reader ON interactions (reader, at);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  status TEXT NOT NULL,
  parameters TEXT NOT NULL,     -- JSON object of text
  metrics TEXT NOT NULL,        -- JSON object of numbers
  input_fingerprint TEXT,
  artifacts TEXT NOT NULL,      -- JSON array of text
  message TEXT,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_started ON runs (started_at);
CREATE INDEX runs_kind ON runs (kind, started_at);
CREATE TABLE run_metrics (
  run TEXT NOT NULL,
  name TEXT NOT NULL,
  step INTEGER NOT NULL,
  value REAL,                   -- NULL: not a number
  at INTEGER NOT NULL,
  PRIMARY KEY (run, name, step)
) STRICT, WITHOUT ROWID;

CREATE TABLE model_versions (
  name TEXT NOT NULL,
  version TEXT NOT NULL,
  location TEXT,
  parameters TEXT NOT NULL,     -- JSON object of text
  metrics TEXT NOT NULL,        -- JSON object of numbers
  run_id TEXT,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE model_aliases (
  name TEXT NOT NULL,
  alias TEXT NOT NULL,
  version TEXT NOT NULL,
  PRIMARY KEY (name, alias),
  FOREIGN KEY (name, version) REFERENCES model_versions (name, version)
) STRICT, WITHOUT ROWID;

CREATE TABLE outbox (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  id TEXT NOT NULL UNIQUE,
  type TEXT NOT NULL,
  subject TEXT,
  data TEXT NOT NULL,           -- JSON
  trace_id TEXT,
  at INTEGER NOT NULL
) STRICT;
