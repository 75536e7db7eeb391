-- What is listed and searched: not what was replaced or removed, whose rows are deleted piece by piece.
CREATE VIEW live_specs AS SELECT * FROM specs WHERE name NOT LIKE ':%';
CREATE VIEW retired_specs AS SELECT * FROM specs WHERE name LIKE ':%';

-- The words of a spec as a search needs them, made when it is added; see `engine.indexing.segments`. FTS5 only tells
-- words apart, in memory: nothing was ever looked up in its table.
DROP TABLE occurrences;
DROP TABLE words;
CREATE TABLE segments (
    spec_id INTEGER PRIMARY KEY REFERENCES specs ON DELETE CASCADE,
    -- Key of its first entry; the others follow.
    first INTEGER NOT NULL,
    body BLOB NOT NULL
);
