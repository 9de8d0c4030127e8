-- Selections that an experiment left to chance, and what came of them; rows change in the transaction that stores the events they follow from.

CREATE TABLE explorations (
    tenant TEXT NOT NULL,
    experiment TEXT NOT NULL,
    variant BIGINT NOT NULL,
    selection TEXT NOT NULL,
    unit TEXT NOT NULL,
    product TEXT NOT NULL,
    decision TEXT NOT NULL,
    picture TEXT NOT NULL,
    propensity DOUBLE PRECISION NOT NULL,
    -- 1 once it was shown; an outcome may come in before.
    shown BIGINT NOT NULL,
    rewards BIGINT NOT NULL,
    at_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, experiment, selection)
);

-- What came of showing a picture: sums of the rows above.
CREATE TABLE explored_pictures (
    tenant TEXT NOT NULL,
    experiment TEXT NOT NULL,
    variant BIGINT NOT NULL,
    product TEXT NOT NULL,
    picture TEXT NOT NULL,
    shown BIGINT NOT NULL,
    rewarded BIGINT NOT NULL,
    PRIMARY KEY (tenant, experiment, variant, product, picture)
);

-- Products that are variants of one another stay together where products are what is randomised.
ALTER TABLE catalogue ADD COLUMN family TEXT NOT NULL DEFAULT '';
