-- Whether a book can be had: 0, 1, or NULL when nobody said. Few are said not to be: the index holds those alone.
ALTER TABLE books ADD COLUMN available INTEGER;
CREATE INDEX books_unavailable ON books (available) WHERE available = 0;

-- The id of the answer that led to the interaction, as clients were given it.
ALTER TABLE interactions ADD COLUMN answer TEXT;

-- How often a book was shown to a reader who did nothing with it since: one row for both.
CREATE TABLE impressions (
  reader INTEGER NOT NULL,      -- readers.number
  book_id TEXT NOT NULL,
  at INTEGER NOT NULL,          -- of the last one: milliseconds since 1970
  count REAL NOT NULL,          -- as of then: earlier ones have faded
  PRIMARY KEY (reader, book_id)
) STRICT, WITHOUT ROWID;
