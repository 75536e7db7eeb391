CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value INTEGER NOT NULL
);
-- Drawn anew with every change of operations or vectors; a derived file that was made at another generation is stale.
-- It does not count up, because another library, or a restored one, would come to the same count.
INSERT INTO meta VALUES ('generation', random() & 0x7fffffffffffffff);

CREATE TABLE specs (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE COLLATE NOCASE,
    source TEXT NOT NULL,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    added TEXT NOT NULL,
    about BLOB NOT NULL,
    problems BLOB NOT NULL
);
CREATE INDEX specs_by_content ON specs (sha256);

CREATE TABLE operations (
    id INTEGER PRIMARY KEY,
    spec_id INTEGER NOT NULL REFERENCES specs ON DELETE CASCADE,
    key TEXT NOT NULL,
    operation_id TEXT NOT NULL,
    summary TEXT NOT NULL,
    tag TEXT NOT NULL,
    deprecated INTEGER NOT NULL,
    pointer TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    text TEXT NOT NULL,
    body BLOB NOT NULL
);
CREATE INDEX operations_by_spec ON operations (spec_id);
CREATE INDEX operations_by_key ON operations (key COLLATE NOCASE);
CREATE INDEX operations_by_operation_id ON operations (operation_id COLLATE NOCASE);
CREATE INDEX operations_by_text ON operations (text_hash);

-- Shared schemas and examples, by JSON pointer: what lazy references point to.
CREATE TABLE parts (
    spec_id INTEGER NOT NULL REFERENCES specs ON DELETE CASCADE,
    pointer TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (spec_id, pointer)
);

-- Keyed by the text and not by the operation, so that a text that did not change is never embedded again.
CREATE TABLE vectors (
    model TEXT NOT NULL,
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    PRIMARY KEY (model, text_hash)
);

-- Two tables, because BM25 weighs a match by the length of the whole row: a name must not drown in a long description.
CREATE VIRTUAL TABLE names USING fts5 (
    identifier, path, summary,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE VIRTUAL TABLE prose USING fts5 (
    description, fields,
    tokenize = 'porter unicode61 remove_diacritics 2'
);
