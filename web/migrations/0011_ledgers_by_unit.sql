-- A ledger is read and written again with every event of its unit: kept under its key itself and not in a row that an index leads to, it is
-- one way down a tree in place of two.
/*sqlite
DROP INDEX units_of_experiment;
ALTER TABLE experiment_units RENAME TO experiment_units_before;
CREATE TABLE experiment_units (
    tenant TEXT NOT NULL,
    unit TEXT NOT NULL,
    experiment TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (tenant, unit, experiment)
) WITHOUT ROWID;
INSERT INTO experiment_units (tenant, unit, experiment, document) SELECT tenant, unit, experiment, document FROM experiment_units_before;
DROP TABLE experiment_units_before;
CREATE INDEX units_of_experiment ON experiment_units (tenant, experiment);
*/
/*postgres SELECT 1; */
