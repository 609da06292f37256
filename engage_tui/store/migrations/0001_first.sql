-- The nouns of the product. Times are UTC milliseconds. What a platform made is identified by
-- (account, remote id); what is made here carries a uid beside its local key.

CREATE TABLE account (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    handle TEXT NOT NULL,
    remote_id TEXT,
    name TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL DEFAULT 'imported' CHECK (state IN ('imported', 'connected', 'parked')),
    state_note TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL,
    UNIQUE (platform, handle)
) STRICT;

CREATE TABLE campaign (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    tag TEXT NOT NULL UNIQUE,
    priority INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Which posts belong to which campaign, whether they were seen already or not.
CREATE TABLE campaign_post (
    remote_id TEXT PRIMARY KEY,
    campaign_id INTEGER NOT NULL REFERENCES campaign (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE post (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    remote_id TEXT NOT NULL,
    title TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL DEFAULT '',
    permalink TEXT,
    published_at INTEGER,
    campaign_id INTEGER REFERENCES campaign (id),
    UNIQUE (account_id, remote_id)
) STRICT;

CREATE TABLE person (
    id INTEGER PRIMARY KEY,
    platform TEXT NOT NULL,
    remote_id TEXT NOT NULL,
    handle TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    follower INTEGER,
    vip INTEGER NOT NULL DEFAULT 0,
    UNIQUE (platform, remote_id)
) STRICT;
CREATE INDEX person_by_handle ON person (handle);

-- lane, tier, due_at and what follows them are derived from messages and decisions; they are
-- written by store/standings.py alone.
CREATE TABLE conversation (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    kind TEXT NOT NULL CHECK (kind IN ('comment', 'dm')),
    remote_id TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    post_id INTEGER REFERENCES post (id),
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'snoozed', 'resolved')),
    snoozed_at INTEGER,
    snoozed_until INTEGER,
    resolved_at INTEGER,
    escalated TEXT CHECK (escalated IN ('support', 'sales', 'crisis')),
    lane TEXT NOT NULL DEFAULT 'waiting',
    tier TEXT,
    received_at INTEGER,
    due_at INTEGER,
    warn_at INTEGER,
    order_at INTEGER NOT NULL DEFAULT 0,
    lead_message_id INTEGER,
    intent TEXT,
    sentiment TEXT,
    UNIQUE (account_id, kind, remote_id)
) STRICT;
CREATE INDEX conversation_queue ON conversation (lane, order_at, id);
CREATE INDEX conversation_order ON conversation (order_at, id);
CREATE INDEX conversation_ageing ON conversation (received_at) WHERE lane = 'needs_reply';
CREATE INDEX conversation_wake ON conversation (snoozed_until) WHERE lane = 'snoozed';
CREATE INDEX conversation_person ON conversation (person_id);
CREATE INDEX conversation_post ON conversation (post_id) WHERE post_id IS NOT NULL;

-- How many conversations stand in each lane, so that counts never scan.
CREATE TABLE lane_count (
    lane TEXT PRIMARY KEY,
    conversations INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER conversation_counted_in AFTER INSERT ON conversation BEGIN
    INSERT INTO lane_count VALUES (new.lane, 1)
        ON CONFLICT DO UPDATE SET conversations = conversations + 1;
END;
CREATE TRIGGER conversation_counted_over AFTER UPDATE OF lane ON conversation
WHEN old.lane <> new.lane BEGIN
    UPDATE lane_count SET conversations = conversations - 1 WHERE lane = old.lane;
    INSERT INTO lane_count VALUES (new.lane, 1)
        ON CONFLICT DO UPDATE SET conversations = conversations + 1;
END;
CREATE TRIGGER conversation_counted_out AFTER DELETE ON conversation BEGIN
    UPDATE lane_count SET conversations = conversations - 1 WHERE lane = old.lane;
END;

-- text is what can be stored and searched; raw keeps the original bytes where they differ.
-- search_text is set where the tokenizer needs help (Chinese and its kin).
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    account_id INTEGER NOT NULL REFERENCES account (id),
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    remote_id TEXT NOT NULL,
    parent TEXT,
    person_id INTEGER REFERENCES person (id),
    direction TEXT NOT NULL CHECK (direction IN ('in', 'out')),
    actor TEXT NOT NULL,
    text TEXT NOT NULL,
    search_text TEXT,
    raw BLOB,
    attachments TEXT NOT NULL DEFAULT '',
    sent_at INTEGER NOT NULL,
    ingested_at INTEGER NOT NULL,
    edited_at INTEGER,
    visibility TEXT NOT NULL DEFAULT 'visible',
    acknowledgement INTEGER NOT NULL DEFAULT 0,
    outbox_id INTEGER REFERENCES outbox (id),
    UNIQUE (account_id, remote_id)
) STRICT;
CREATE INDEX message_thread ON message (conversation_id, sent_at, id);
CREATE INDEX message_of_outbox ON message (outbox_id) WHERE outbox_id IS NOT NULL;

CREATE TABLE message_edit (
    id INTEGER PRIMARY KEY,
    message_id INTEGER NOT NULL REFERENCES message (id),
    text TEXT NOT NULL,
    replaced_at INTEGER NOT NULL
) STRICT;
CREATE INDEX message_edit_of ON message_edit (message_id);

CREATE VIEW message_search (id, body) AS SELECT id, coalesce(search_text, text) FROM message;
CREATE VIRTUAL TABLE message_fts USING fts5 (
    body, content = 'message_search', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER message_indexed AFTER INSERT ON message BEGIN
    INSERT INTO message_fts (rowid, body) VALUES (new.id, coalesce(new.search_text, new.text));
END;
CREATE TRIGGER message_reindexed AFTER UPDATE OF text, search_text ON message BEGIN
    INSERT INTO message_fts (message_fts, rowid, body)
        VALUES ('delete', old.id, coalesce(old.search_text, old.text));
    INSERT INTO message_fts (rowid, body) VALUES (new.id, coalesce(new.search_text, new.text));
END;
CREATE TRIGGER message_unindexed AFTER DELETE ON message BEGIN
    INSERT INTO message_fts (message_fts, rowid, body)
        VALUES ('delete', old.id, coalesce(old.search_text, old.text));
END;

CREATE TABLE triage (
    message_id INTEGER PRIMARY KEY REFERENCES message (id),
    intent TEXT NOT NULL,
    intent_confidence REAL NOT NULL,
    sentiment TEXT NOT NULL,
    negative REAL NOT NULL,
    neutral REAL NOT NULL,
    positive REAL NOT NULL,
    toxicity REAL NOT NULL,
    spam REAL NOT NULL,
    language TEXT NOT NULL,
    model TEXT NOT NULL,
    triaged_at INTEGER NOT NULL
) STRICT;

-- Inbound messages that the model has not read yet.
CREATE TABLE triage_todo (message_id INTEGER PRIMARY KEY REFERENCES message (id)) STRICT;
CREATE TRIGGER message_to_triage AFTER INSERT ON message WHEN new.direction = 'in' BEGIN
    INSERT INTO triage_todo VALUES (new.id);
END;
CREATE TRIGGER message_to_triage_again AFTER UPDATE OF text ON message
WHEN new.direction = 'in' AND old.text <> new.text BEGIN
    INSERT OR IGNORE INTO triage_todo VALUES (new.id);
END;

-- A person's corrections stand beside the model's reading and win. Each row is complete (it repeats
-- what an earlier one said), so the newest counts alone.
CREATE TABLE correction (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    message_id INTEGER NOT NULL REFERENCES message (id),
    intent TEXT,
    sentiment TEXT,
    corrected_at INTEGER NOT NULL
) STRICT;
CREATE INDEX correction_of ON correction (message_id, id);

CREATE TABLE label (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    name TEXT NOT NULL,
    uid TEXT NOT NULL UNIQUE,
    PRIMARY KEY (conversation_id, name)
) STRICT;
CREATE INDEX label_by_name ON label (name, conversation_id);

CREATE TABLE draft (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    message_id INTEGER NOT NULL REFERENCES message (id),
    kind TEXT NOT NULL,
    text TEXT NOT NULL,
    source TEXT NOT NULL CHECK (source IN ('human', 'template', 'model')),
    template_id TEXT,
    language TEXT,
    acknowledgement INTEGER NOT NULL DEFAULT 0,
    status TEXT NOT NULL DEFAULT 'proposed'
        CHECK (status IN ('proposed', 'approved', 'rejected', 'stale')),
    created_at INTEGER NOT NULL,
    decided_at INTEGER
) STRICT;
CREATE INDEX draft_of ON draft (conversation_id, status);

-- The reliability rules that a database can hold are CHECKs and unique indexes here. ended_at is
-- since when nothing more happens to a row by itself.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    account_id INTEGER NOT NULL REFERENCES account (id),
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    draft_id INTEGER REFERENCES draft (id),
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    answers TEXT NOT NULL,
    body TEXT NOT NULL,
    body_hash TEXT NOT NULL,
    approved_hash TEXT NOT NULL,
    repetition INTEGER NOT NULL DEFAULT 0,
    source TEXT NOT NULL CHECK (source IN ('human', 'template', 'model')),
    template_id TEXT,
    acknowledgement INTEGER NOT NULL DEFAULT 0,
    actor TEXT NOT NULL,
    approved_by TEXT,
    approved_at INTEGER NOT NULL,
    deadline_at INTEGER,
    state TEXT NOT NULL CHECK (state IN ('queued', 'sending', 'sent', 'retry_wait', 'unknown',
        'reconciling', 'needs_human', 'refused', 'cancelled', 'expired')),
    next_at INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    unknown_attempts INTEGER NOT NULL DEFAULT 0,
    looks INTEGER NOT NULL DEFAULT 0,
    fence INTEGER NOT NULL DEFAULT 0,
    started_at INTEGER,
    cancel_wished INTEGER NOT NULL DEFAULT 0,
    remote_id TEXT,
    sent_at INTEGER,
    ended_at INTEGER,
    note TEXT NOT NULL DEFAULT '',
    CHECK (body_hash = approved_hash),
    CHECK ((state = 'sent') = (remote_id IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL)),
    CHECK ((ended_at IS NULL) = (state IN ('queued', 'sending', 'retry_wait', 'unknown',
        'reconciling'))),
    CHECK (source <> 'model' OR approved_by IS NOT NULL)
) STRICT;
CREATE UNIQUE INDEX outbox_same_words ON outbox (account_id, answers, kind, body_hash, repetition)
    WHERE state NOT IN ('refused', 'cancelled', 'expired')
    AND (body <> '' OR state <> 'sent');
CREATE UNIQUE INDEX outbox_remote ON outbox (account_id, remote_id) WHERE body <> '' AND remote_id IS NOT NULL;
CREATE INDEX outbox_nameless ON outbox (id) WHERE remote_id GLOB 'confirmed-by-person:*';
CREATE INDEX outbox_open ON outbox (next_at)
    WHERE state NOT IN ('sent', 'refused', 'cancelled', 'expired');
CREATE INDEX outbox_of ON outbox (conversation_id, state);

-- One row for each attempt, written before the network is touched.
CREATE TABLE attempt (
    outbox_id INTEGER NOT NULL REFERENCES outbox (id),
    number INTEGER NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    PRIMARY KEY (outbox_id, number)
) STRICT, WITHOUT ROWID;

CREATE TABLE event (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    at INTEGER NOT NULL,
    ingested_at INTEGER NOT NULL,
    actor TEXT NOT NULL,
    account_id INTEGER,
    conversation_id INTEGER,
    message_id INTEGER,
    content_id TEXT,
    user_id TEXT,
    handle TEXT,
    campaign_tag TEXT,
    rule_id TEXT,
    template_id TEXT,
    intent TEXT,
    sla_tier TEXT,
    kind TEXT,
    value REAL,
    currency TEXT,
    cohort TEXT,
    experiment_arm TEXT,
    utm_source TEXT,
    utm_medium TEXT,
    utm_campaign TEXT
) STRICT;
CREATE INDEX event_by_time ON event (at, name, conversation_id);
CREATE INDEX event_of ON event (conversation_id, at, id);
CREATE TRIGGER event_is_fixed BEFORE UPDATE ON event BEGIN
    SELECT raise(ABORT, 'events are append-only');
END;
CREATE TRIGGER event_stays BEFORE DELETE ON event BEGIN
    SELECT raise(ABORT, 'events are append-only');
END;

CREATE TABLE goal (
    id INTEGER PRIMARY KEY,
    uid TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    kpi TEXT NOT NULL,
    platform TEXT,
    unit TEXT NOT NULL,
    baseline REAL NOT NULL,
    target REAL NOT NULL,
    started_at INTEGER NOT NULL,
    deadline INTEGER NOT NULL,
    owner TEXT NOT NULL,
    relevance TEXT NOT NULL DEFAULT '',
    created_at INTEGER NOT NULL
) STRICT;

-- What was read of each list on a platform; written in the transaction that stores the page. A list
-- below another one is unread while its mark is not the wanted one.
CREATE TABLE stream (
    account_id INTEGER NOT NULL REFERENCES account (id),
    name TEXT NOT NULL,
    newest_first INTEGER NOT NULL DEFAULT 1,
    wanted TEXT,
    mark TEXT,
    cursor TEXT,
    read_at INTEGER,
    swept_at INTEGER,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE fact (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
