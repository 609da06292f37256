-- Where the meaning of a message lies, as the model `model` sees it: a byte for each of its numbers,
-- -127 to 127, of which only the direction counts. A row is replaced, never changed, and no key is
-- given twice: what stands after some key is everything that is new.
CREATE TABLE message_embedding (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    message_id INTEGER NOT NULL UNIQUE REFERENCES message (id) ON DELETE CASCADE,
    model TEXT NOT NULL,
    vector BLOB NOT NULL
) STRICT;

-- What was read until now is read once more, for the sake of its embedding.
INSERT OR IGNORE INTO triage_again SELECT message_id FROM triage
    WHERE message_id NOT IN (SELECT message_id FROM triage_todo);
