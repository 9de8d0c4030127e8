-- Experiments: their plans, what happened to units, what follows from it in exact sums, and the states of reports that are kept.
-- Events are only ever appended to. Ledgers and sums change in the transaction that stores the events they follow from.

CREATE TABLE experiments (
    tenant TEXT NOT NULL,
    id TEXT NOT NULL,
    stage TEXT NOT NULL,
    revision BIGINT NOT NULL,
    document TEXT NOT NULL,
    changed_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- What happened to units, which are known by pseudonyms only. `experiment` is empty for outcomes; `detail` tells of an exposure.
CREATE TABLE unit_events (
    tenant TEXT NOT NULL,
    unit TEXT NOT NULL,
    id TEXT NOT NULL,
    experiment TEXT NOT NULL,
    name TEXT NOT NULL,
    at_ms BIGINT NOT NULL,
    millionths BIGINT NOT NULL,
    detail TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, unit, id)
);

-- What each unit of an experiment saw and did, by the unit first: an outcome asks for all experiments of its unit.
CREATE TABLE experiment_units (
    tenant TEXT NOT NULL,
    unit TEXT NOT NULL,
    experiment TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, unit, experiment)
);

CREATE INDEX units_of_experiment ON experiment_units (tenant, experiment);

CREATE TABLE experiment_cells (
    tenant TEXT NOT NULL,
    experiment TEXT NOT NULL,
    cell TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, experiment, cell)
);

-- Reports as they were at the end of a day: what a permanent link shows.
CREATE TABLE experiment_reports (
    tenant TEXT NOT NULL,
    experiment TEXT NOT NULL,
    day TEXT NOT NULL,
    document TEXT NOT NULL,
    stored_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, experiment, day)
);

-- Keys that the program makes for itself, such as the one that turns unit ids into pseudonyms.
CREATE TABLE keys (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    secret TEXT NOT NULL,
    created_ms BIGINT NOT NULL,
    PRIMARY KEY (tenant, name)
);
