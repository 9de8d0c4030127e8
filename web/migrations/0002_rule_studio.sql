-- How people change rules: drafts, releases and how they go live; what the catalogue holds; the record of every change by a person.
-- Rows of drafts, rollouts, live and tallies change; each change of the first three is one transaction with its audit record.

CREATE TABLE audit (
    tenant TEXT NOT NULL,
    seq BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)
);

CREATE INDEX audit_of_subject ON audit (tenant, subject, seq);

-- One row a product: its pictures as they were last judged.
CREATE TABLE catalogue (
    tenant TEXT NOT NULL,
    marketplace TEXT NOT NULL,
    region TEXT NOT NULL,
    product_id TEXT NOT NULL,
    category TEXT NOT NULL,
    seller TEXT NOT NULL,
    pictures TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, marketplace, region, product_id)
);

CREATE TABLE drafts (
    tenant TEXT NOT NULL,
    id BIGINT NOT NULL,
    state TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- Immutable rule books.
CREATE TABLE releases (
    tenant TEXT NOT NULL,
    number BIGINT NOT NULL,
    document TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);

-- How a release goes live.
CREATE TABLE rollouts (
    tenant TEXT NOT NULL,
    number BIGINT NOT NULL,
    state TEXT NOT NULL,
    document TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, number)
);

-- One row: what judges now. Servers follow its revision.
CREATE TABLE live (
    tenant TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant)
);

-- What each server has counted of a subject, each its own row, so that counts add up.
CREATE TABLE tallies (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    server TEXT NOT NULL,
    document TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, subject, server)
);
