-- Who people are, what they said of pictures, and small pictures to look at.
-- Rows of accounts, sessions, queue, judgements and exemptions change, each time in one transaction with its audit record;
-- that a session was used is noted without one.

CREATE TABLE accounts (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    role TEXT NOT NULL,
    -- An argon2id hash in PHC form; empty for an account of the demo, which no password opens.
    password TEXT NOT NULL,
    disabled BIGINT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);

-- The token itself is known to the browser only.
CREATE TABLE sessions (
    tenant TEXT NOT NULL,
    token_sha256 TEXT NOT NULL,
    account TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    used_ms BIGINT NOT NULL,
    expires_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, token_sha256)
);

CREATE INDEX sessions_of_account ON sessions (tenant, account, created_ms);

-- A JPEG in base64: text is a type that every database knows.
CREATE TABLE thumbnails (
    tenant TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    jpeg TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, content_hash)
);

-- Pictures that a person has to look at; `id` is a hash of what makes an item one.
CREATE TABLE queue (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    state TEXT NOT NULL,
    origin TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    rule TEXT NOT NULL,
    category TEXT NOT NULL,
    document TEXT NOT NULL,
    opened_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX queue_by_state ON queue (tenant, state, opened_ms);
CREATE INDEX queue_of_picture ON queue (tenant, content_hash, rule);

-- What one person says of one item.
CREATE TABLE judgements (
    tenant TEXT NOT NULL,
    item TEXT NOT NULL,
    person TEXT NOT NULL,
    verdict TEXT NOT NULL,
    note TEXT NOT NULL,
    region TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, item, person)
);

-- Rules that people overturned for a picture. `held` is 0 where the judgement was taken back; servers follow `seq`.
CREATE TABLE exemptions (
    tenant TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    rule TEXT NOT NULL,
    held BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, content_hash, rule)
);

CREATE UNIQUE INDEX exemptions_by_seq ON exemptions (tenant, seq);

-- A seller's answer to a statement of reasons: one for a rule's word on a picture in a decision.
CREATE TABLE objections (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    decision TEXT NOT NULL,
    image TEXT NOT NULL,
    rule TEXT NOT NULL,
    text TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);
