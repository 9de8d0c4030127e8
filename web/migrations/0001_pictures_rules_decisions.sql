-- Everything that is kept. Portable between SQLite and Postgres: text, bigint, and nothing that only one of them knows.
-- Times are integer milliseconds since 1970 UTC; documents are JSON text. Rows are written once and never changed.

CREATE TABLE images (
    tenant TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, content_hash)
);

CREATE TABLE readings (
    tenant TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    detector TEXT NOT NULL,
    document TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, content_hash, detector)
);

CREATE TABLE rule_sets (
    tenant TEXT NOT NULL,
    version TEXT NOT NULL,
    document TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, version)
);

CREATE TABLE decisions (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    document TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX decisions_of_product ON decisions (tenant, product_id, stored_ms);

-- The log: one record for every row above, written in the same transaction. Only ever appended to.
CREATE TABLE events (
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, stream, revision)
);

CREATE UNIQUE INDEX events_once ON events (tenant, kind, subject);
