-- The feed: changes of products that wait to be judged, how far each product is, and changes that could not be judged.

-- One row a product: a newer revision takes the place of one that still waits.
CREATE TABLE feed_changes (
    tenant TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    region TEXT NOT NULL,
    product_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    -- Not before this time; while a worker has it, when the worker's time is over.
    due_ms BIGINT NOT NULL,
    -- Who has it; empty = nobody.
    worker TEXT NOT NULL,
    error TEXT NOT NULL,
    -- When the first change of the product was accepted that is not settled yet.
    accepted_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, marketplace, region, product_id)
);

CREATE INDEX feed_changes_due ON feed_changes (tenant, due_ms);

-- How far each product is. A lower revision than this changes nothing, for ever.
CREATE TABLE feed_products (
    tenant TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    region TEXT NOT NULL,
    product_id TEXT NOT NULL,
    revision BIGINT NOT NULL,
    change_id TEXT NOT NULL,
    -- Empty where the product was removed.
    decision_id TEXT NOT NULL,
    settled_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, marketplace, region, product_id)
) /*sqlite WITHOUT ROWID */;

CREATE INDEX feed_products_settled ON feed_products (tenant, settled_ms);

-- Changes that could not be judged, found by the hash of what was sent.
CREATE TABLE feed_dead (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    code TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload TEXT NOT NULL,
    -- `text` as it was sent, or `base64` of bytes that are no text.
    encoding TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    died_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

CREATE INDEX feed_dead_by_time ON feed_dead (tenant, died_ms, id);

-- Each receiver has its own copy of what it is to be told, so that one that is down keeps no other waiting.
-- Empty = the stream of results, or whoever reads this table.
ALTER TABLE outbox ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
ALTER TABLE outbox ADD COLUMN attempts BIGINT NOT NULL DEFAULT 0;
-- Not before this time; while somebody is telling it, when their time is over.
ALTER TABLE outbox ADD COLUMN due_ms BIGINT NOT NULL DEFAULT 0;
-- Who is telling it; empty = nobody.
ALTER TABLE outbox ADD COLUMN worker TEXT NOT NULL DEFAULT '';

CREATE INDEX outbox_due ON outbox (tenant, receiver, due_ms, seq);
