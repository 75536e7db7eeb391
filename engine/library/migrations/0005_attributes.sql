-- What filters and facets ask, by column: one row for each field of a spec. Derived from its entries: a spec that has
-- none gets them when the first filter needs them.
CREATE TABLE attributes (
    spec_id INTEGER NOT NULL REFERENCES specs ON DELETE CASCADE,
    field TEXT NOT NULL,
    -- The entries of the spec have these keys and all between; there are none where `last` is lower.
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    -- Each value once, joined by U+001F.
    words TEXT NOT NULL,
    -- For each value the entries that have it: [[place of the first one, bits from there], …] as MessagePack.
    entries BLOB NOT NULL,
    PRIMARY KEY (spec_id, field)
);
