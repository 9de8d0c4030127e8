-- The plan of one experiment, to be edited; everything after reads it. The same text runs on SQLite, Postgres and DuckDB.

CREATE TEMPORARY TABLE vitrine_plan AS
SELECT
    'stricter-2026'               AS experiment,
    CAST(1793577600000 AS BIGINT) AS started_ms,       -- when it started, ms since 1970 UTC
    CAST(1794787200000 AS BIGINT) AS until_ms,         -- what came from here on is left out
    14                            AS pre_period_days,  -- as in the design; 0 = none
    5000                          AS exposures_most;   -- more of one visitor in a day are no person's; for products: a large number

-- As in the design. kind: proportion, count, total, ratio or quantile; per: below the line of a ratio; cap: of a unit's total.
CREATE TEMPORARY TABLE vitrine_metrics AS
SELECT 'conversion' AS metric, 'proportion' AS kind, 'purchase' AS event, CAST(NULL AS VARCHAR(60)) AS per, CAST(NULL AS DOUBLE PRECISION) AS cap
UNION ALL SELECT 'revenue', 'total', 'purchase', NULL, 200.0
UNION ALL SELECT 'ctr', 'ratio', 'click', 'exposures', NULL
UNION ALL SELECT 'median-revenue', 'quantile', 'purchase', NULL, NULL;

-- As in the design, the control at place 0.
CREATE TEMPORARY TABLE vitrine_variants AS
SELECT 'control' AS variant, 0 AS place
UNION ALL SELECT 'stricter', 1;
