-- Conversations: what was asked and answered, in order, with what was left in the field when it was left. An answer is
-- JSON, compressed; `said` is what a session is searched by, in small letters.
CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL UNIQUE,
    made REAL NOT NULL,
    used REAL NOT NULL,
    state BLOB NOT NULL
);
CREATE INDEX sessions_by_use ON sessions (used);
CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    session_id INTEGER NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    asked REAL NOT NULL,
    question TEXT NOT NULL,
    intent TEXT NOT NULL DEFAULT '',
    answer BLOB,
    said TEXT NOT NULL
);
CREATE INDEX messages_by_session ON messages (session_id);
