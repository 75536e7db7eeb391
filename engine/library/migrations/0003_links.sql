-- What feeds what inside a spec, by the keys of its entries; made when the spec is added, and gone with its entries.
CREATE TABLE links (
    consumer INTEGER NOT NULL,
    needs TEXT NOT NULL,
    producer INTEGER NOT NULL,
    gives TEXT NOT NULL,
    weight REAL NOT NULL,
    how TEXT NOT NULL,
    PRIMARY KEY (consumer, needs, producer)
) WITHOUT ROWID;
CREATE INDEX links_by_producer ON links (producer);
