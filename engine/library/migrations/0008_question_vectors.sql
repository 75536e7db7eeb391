-- Vectors of what was asked, so that it need not be embedded again: by the very weights that made them, and by a hash of
-- the text, which is kept nowhere. Any row may go at any time; those with the lowest rowid are the oldest. All are of one
-- model, and so of one size.
CREATE TABLE question_vectors (
    model BLOB NOT NULL,
    text_hash BLOB NOT NULL,
    vector BLOB NOT NULL,
    added REAL NOT NULL,
    PRIMARY KEY (model, text_hash)
);
