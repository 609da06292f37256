-- What a person says of a message grows by two yes/no answers, and keeps beside it what the model
-- had said when the person judged it: a later reading knows the answer already.
ALTER TABLE correction ADD COLUMN spam INTEGER CHECK (spam IN (0, 1));
ALTER TABLE correction ADD COLUMN toxic INTEGER CHECK (toxic IN (0, 1));
ALTER TABLE correction ADD COLUMN said_intent TEXT;
ALTER TABLE correction ADD COLUMN said_language TEXT;
ALTER TABLE correction ADD COLUMN said_model TEXT;

-- Until now a message was read once, so what stands there is what was corrected.
UPDATE correction SET (said_intent, said_language, said_model) =
    (SELECT intent, language, model FROM triage WHERE message_id = correction.message_id);

-- What was learnt from corrections, on top of the model `base`. `before` is the layer that was in
-- use until then; `figures` is what the comparison gave, as JSON.
CREATE TABLE layer (
    number INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    base TEXT NOT NULL,
    before INTEGER REFERENCES layer (number),
    corrections INTEGER NOT NULL,
    figures TEXT NOT NULL,
    weights BLOB NOT NULL,
    created_at INTEGER NOT NULL,
    active INTEGER NOT NULL DEFAULT 0 CHECK (active IN (0, 1))
) STRICT;
CREATE UNIQUE INDEX layer_in_use ON layer (active) WHERE active = 1;

-- Messages that another model or layer has read; they keep that reading until the new one is there.
CREATE TABLE triage_again (message_id INTEGER PRIMARY KEY REFERENCES message (id)) STRICT;
