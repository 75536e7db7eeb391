-- An entry is what search finds: an operation, a webhook or a passage of a guide.
ALTER TABLE operations RENAME TO entries;
ALTER TABLE entries ADD COLUMN kind TEXT NOT NULL DEFAULT 'operation';

-- Schemas and examples are told apart, so that a spec can be put together again.
ALTER TABLE parts ADD COLUMN kind TEXT NOT NULL DEFAULT 'schema';
UPDATE parts SET kind = 'example' WHERE pointer LIKE '/components/examples/%';

-- The other files that a document is split over: {relative path: sha256, …} as MessagePack; x'80' is none.
ALTER TABLE specs ADD COLUMN files BLOB NOT NULL DEFAULT x'80';
-- Which reader read it; a document that an older one has read is read again when it is added again.
ALTER TABLE specs ADD COLUMN reader INTEGER NOT NULL DEFAULT 1;
-- Counted once, because the list is shown often.
ALTER TABLE specs ADD COLUMN operations INTEGER NOT NULL DEFAULT 0;
ALTER TABLE specs ADD COLUMN webhooks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE specs ADD COLUMN passages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE specs ADD COLUMN schemas INTEGER NOT NULL DEFAULT 0;
UPDATE specs SET
    operations = (SELECT count(*) FROM entries e WHERE e.spec_id = specs.id),
    schemas = (SELECT count(*) FROM parts p WHERE p.spec_id = specs.id AND p.kind = 'schema');

-- What a spec was before it was replaced: the whole of it, as compressed MessagePack.
CREATE TABLE versions (
    spec_id INTEGER NOT NULL REFERENCES specs ON DELETE CASCADE,
    number INTEGER NOT NULL,
    sha256 BLOB NOT NULL,
    bytes INTEGER NOT NULL,
    added TEXT NOT NULL,
    version TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (spec_id, number)
);

CREATE INDEX specs_by_source ON specs (source);
