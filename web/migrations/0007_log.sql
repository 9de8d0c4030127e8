-- The log by time, what waits to be published, and work to be done.
-- A comment that begins with a database's name is no comment there (store/dialect.rs).

-- How far each stream has come. Who appends to a stream counts its row up first: others wait, so that no revision is given twice,
-- not even where the records it was given for have long been dropped.
CREATE TABLE streams (
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision BIGINT NOT NULL,
    PRIMARY KEY (tenant, stream)
) /*sqlite WITHOUT ROWID */;

-- Postgres keeps each month of the log in a table of its own (store/partitions.rs); there the key has to name what it divides by.
-- That a record is written once follows from the row that it tells of. Decisions are the history of their product.
DROP INDEX events_once;
ALTER TABLE events RENAME TO events_before;

CREATE TABLE events (
    tenant TEXT NOT NULL,
    stream TEXT NOT NULL,
    revision BIGINT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, stream, revision /*postgres , stored_ms */)
) /*sqlite WITHOUT ROWID */ /*postgres PARTITION BY RANGE (stored_ms) */;

/*postgres CREATE TABLE events_rest PARTITION OF events DEFAULT; */

INSERT INTO events (tenant, stream, revision, kind, subject, stored_ms)
SELECT tenant, stream, revision, kind, subject, stored_ms FROM events_before WHERE kind <> 'decision.stored';

INSERT INTO events (tenant, stream, revision, kind, subject, stored_ms)
SELECT e.tenant, 'product:' || d.product_id, ROW_NUMBER() OVER (PARTITION BY e.tenant, d.product_id ORDER BY e.stored_ms, d.id),
    e.kind, e.subject, e.stored_ms
FROM events_before e JOIN decisions d ON d.tenant = e.tenant AND d.id = e.subject WHERE e.kind = 'decision.stored';

DROP TABLE events_before;

INSERT INTO streams (tenant, stream, revision) SELECT tenant, stream, MAX(revision) FROM events GROUP BY tenant, stream;

ALTER TABLE unit_events RENAME TO unit_events_before;

-- Numbered in the order in which they were taken in, and kept in it: units come in no order, and a batch that wrote its events next to
-- those of their units would write all over the file.
CREATE TABLE unit_events (
    tenant TEXT NOT NULL,
    revision BIGINT NOT NULL,
    unit TEXT NOT NULL,
    id TEXT NOT NULL,
    experiment TEXT NOT NULL,
    name TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    millionths BIGINT NOT NULL,
    detail TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    -- The tenant last: what asks for a tenant's units has to go by their index.
    PRIMARY KEY (revision, tenant /*postgres , stored_ms */)
) /*sqlite WITHOUT ROWID */ /*postgres PARTITION BY RANGE (stored_ms) */;

/*postgres CREATE TABLE unit_events_rest PARTITION OF unit_events DEFAULT; */

INSERT INTO unit_events (tenant, revision, unit, id, experiment, name, at_ms, millionths, detail, stored_ms)
SELECT tenant, ROW_NUMBER() OVER (PARTITION BY tenant ORDER BY stored_ms, at_ms, unit, id),
    unit, id, experiment, name, at_ms, millionths, detail, stored_ms FROM unit_events_before;

DROP TABLE unit_events_before;

-- An event of a unit counts once. Whoever takes events in asks for those that are there already while everybody else who does waits
-- (store/dialect.rs), which is what holds across the months.
CREATE UNIQUE INDEX unit_events_once ON unit_events (tenant, unit, id /*postgres , stored_ms */);

INSERT INTO streams (tenant, stream, revision) SELECT tenant, 'unit_events', MAX(revision) FROM unit_events GROUP BY tenant;

-- What is to be told to others, written with what it tells of and deleted when it has been told.
-- Messages of one key are numbered in the order in which their changes were committed.
CREATE TABLE outbox (
    seq /*sqlite INTEGER PRIMARY KEY AUTOINCREMENT */ /*postgres BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY */,
    tenant TEXT NOT NULL,
    topic TEXT NOT NULL,
    key TEXT NOT NULL,
    payload TEXT NOT NULL,
    created_ms BIGINT NOT NULL
);

CREATE INDEX outbox_of_tenant ON outbox (tenant, seq);

-- Work to be done, each piece by one worker at a time. A worker that does not come back in time loses its piece to another.
CREATE TABLE jobs (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    kind TEXT NOT NULL,
    -- `waiting`, `running`, `done` or `failed`.
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Not before this time; while it runs, when the worker's time is over.
    due_ms BIGINT NOT NULL,
    -- Who has it, and whose answer counts.
    worker TEXT NOT NULL,
    error TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX jobs_due ON jobs (tenant, kind, state, due_ms);
