-- A reader's interactions lie side by side: the whole history is one range of one tree, which is also what finds a
-- repeated one. Neither refers by REFERENCES: the store makes and removes both together.
ALTER TABLE interactions RENAME TO interactions_1;
DROP INDEX interactions_reader;
CREATE TABLE interactions (
  reader INTEGER NOT NULL,      -- readers.number
  digest BLOB NOT NULL,         -- of the idempotency key, or of the other fields without one; 16 bytes
  book_id TEXT NOT NULL,        -- of a book that may have left the catalogue
  kind INTEGER NOT NULL,        -- InteractionKind
  value REAL,
  at INTEGER NOT NULL,          -- milliseconds since 1970; 0 when not known
  source TEXT,
  PRIMARY KEY (reader, digest)
) STRICT, WITHOUT ROWID;
INSERT INTO interactions (reader, digest, book_id, kind, value, at, source)
  SELECT reader, digest, book_id,
    CASE kind WHEN 'loved' THEN 0 WHEN 'liked' THEN 1 WHEN 'neutral' THEN 2 WHEN 'disliked' THEN 3 WHEN 'rating' THEN 4
      WHEN 'want_to_read' THEN 5 WHEN 'reading' THEN 6 WHEN 'read' THEN 7 WHEN 'did_not_finish' THEN 8
      WHEN 'view' THEN 9 WHEN 'click' THEN 10 WHEN 'purchase' THEN 11 WHEN 'not_now' THEN 12 WHEN 'hide' THEN 13 END,
    CASE kind WHEN 'rating' THEN value END, at, source
  FROM interactions_1 ORDER BY reader, digest;
DROP TABLE interactions_1;

ALTER TABLE readers ADD COLUMN interactions INTEGER NOT NULL DEFAULT 0;
UPDATE readers SET interactions = (SELECT count(*) FROM interactions WHERE reader = readers.number);
