-- One table with a column for each kind of words; how much each counts is the search's to say.
DROP TABLE names;
DROP TABLE prose;
CREATE VIRTUAL TABLE words USING fts5 (
    identifier, tail, summary, tags, description, inputs, outputs, notes,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
-- Every occurrence of every word, in the order of the words: what the index in memory is made from.
CREATE VIRTUAL TABLE occurrences USING fts5vocab (words, instance);

-- Which version of the index a spec is in; those of an older one are indexed anew before the next search.
ALTER TABLE specs ADD COLUMN indexed INTEGER NOT NULL DEFAULT 0;
-- As `generation`, but drawn when entries change and not when only vectors do.
INSERT INTO meta VALUES ('entries', random() & 0x7fffffffffffffff);
