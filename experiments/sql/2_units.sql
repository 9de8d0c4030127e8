-- Who took part: each unit with its first exposure. Reads vitrine_exposures; see README.md for its columns.

CREATE TEMPORARY TABLE vitrine_units AS
SELECT
    unit_id, variant, at_ms AS first_ms, category, region, device, visitor,
    CASE WHEN least = most THEN 0 ELSE 1 END AS several,
    CASE WHEN busiest > exposures_most THEN 1 ELSE 0 END AS bot
FROM (
    SELECT
        x.*,
        p.exposures_most,
        ROW_NUMBER() OVER (PARTITION BY x.unit_id ORDER BY x.at_ms, x.exposure_id) AS nth,
        MIN(x.variant) OVER (PARTITION BY x.unit_id) AS least,
        MAX(x.variant) OVER (PARTITION BY x.unit_id) AS most,
        MAX(x.that_day) OVER (PARTITION BY x.unit_id) AS busiest
    FROM (
        SELECT e.*, COUNT(*) OVER (PARTITION BY e.experiment, e.unit_id, e.at_ms - e.at_ms % 86400000) AS that_day
        FROM vitrine_exposures e
    ) x
    JOIN vitrine_plan p ON x.experiment = p.experiment AND x.at_ms >= p.started_ms AND x.at_ms < p.until_ms
) seen
WHERE nth = 1;

-- What each counted unit did by the end of each day on which it did anything: above and below the line, and how much.
CREATE TEMPORARY TABLE vitrine_done AS
SELECT
    unit_id, variant, metric, day,
    SUM(SUM(above)) OVER by_day AS above,
    SUM(SUM(below)) OVER by_day AS below,
    SUM(SUM(amount)) OVER by_day AS amount
FROM (
    SELECT
        u.unit_id, u.variant, m.metric,
        CAST((e.at_ms - e.at_ms % 86400000) / 86400000 AS BIGINT) AS day,
        CASE WHEN m.event = 'exposures' THEN 1 ELSE 0 END AS above,
        CASE WHEN m.per = 'exposures' THEN 1 ELSE 0 END AS below,
        CAST(0 AS DOUBLE PRECISION) AS amount
    FROM vitrine_exposures e
    JOIN vitrine_plan p ON e.experiment = p.experiment AND e.at_ms >= p.started_ms AND e.at_ms < p.until_ms
    JOIN vitrine_units u ON u.unit_id = e.unit_id AND u.several = 0 AND u.bot = 0
    CROSS JOIN vitrine_metrics m
    UNION ALL
    SELECT
        u.unit_id, u.variant, m.metric,
        CAST((o.at_ms - o.at_ms % 86400000) / 86400000 AS BIGINT),
        CASE WHEN o.name = m.event THEN 1 ELSE 0 END,
        CASE WHEN o.name = m.per THEN 1 ELSE 0 END,
        CASE WHEN o.name = m.event THEN CAST(COALESCE(o.value, 0) AS DOUBLE PRECISION) ELSE 0 END
    FROM vitrine_outcomes o
    JOIN vitrine_units u ON u.unit_id = o.unit_id AND u.several = 0 AND u.bot = 0 AND o.at_ms >= u.first_ms
    JOIN vitrine_plan p ON o.at_ms < p.until_ms
    JOIN vitrine_metrics m ON o.name = m.event OR o.name = m.per
) happened
GROUP BY unit_id, variant, metric, day
WINDOW by_day AS (PARTITION BY unit_id, metric ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW);

-- The same of the time before the start.
CREATE TEMPORARY TABLE vitrine_before AS
SELECT
    u.unit_id, m.metric,
    SUM(CASE WHEN o.name = m.event THEN 1 ELSE 0 END) AS above,
    SUM(CASE WHEN o.name = m.per THEN 1 ELSE 0 END) AS below,
    SUM(CASE WHEN o.name = m.event THEN CAST(COALESCE(o.value, 0) AS DOUBLE PRECISION) ELSE 0 END) AS amount
FROM vitrine_outcomes o
JOIN vitrine_units u ON u.unit_id = o.unit_id AND u.several = 0 AND u.bot = 0
JOIN vitrine_plan p ON o.at_ms < p.started_ms AND o.at_ms >= p.started_ms - CAST(p.pre_period_days AS BIGINT) * 86400000
JOIN vitrine_metrics m ON o.name = m.event OR o.name = m.per
GROUP BY u.unit_id, m.metric;

-- The four variables of a unit by the end of each such day, with the cap and, where there is one, without (uncapped = 1); was0 and was1
-- are those of the day before, NULL on the unit's first; last = 1 on its last.
CREATE TEMPORARY TABLE vitrine_values AS
SELECT
    v.*,
    LAG(x0) OVER by_day AS was0,
    LAG(x1) OVER by_day AS was1,
    LAG(above_cap) OVER by_day AS was_above_cap,
    CASE WHEN LEAD(day) OVER by_day IS NULL THEN 1 ELSE 0 END AS last
FROM (
    SELECT
        unit_id, variant, metric, day, uncapped, raw,
        CASE WHEN uncapped = 0 AND raw > cap THEN cap ELSE raw END AS x0,
        CASE WHEN kind = 'ratio' THEN CAST(below AS DOUBLE PRECISION) ELSE 1 END AS x1,
        CASE WHEN uncapped = 0 AND raw_before > cap THEN cap ELSE raw_before END AS x2,
        CASE WHEN kind = 'ratio' THEN CAST(below_before AS DOUBLE PRECISION) ELSE 1 END AS x3,
        CASE WHEN uncapped = 0 AND raw > cap THEN 1 ELSE 0 END AS above_cap
    FROM (
        SELECT
            d.unit_id, d.variant, d.metric, d.day, d.below, m.kind, m.cap, COALESCE(b.below, 0) AS below_before,
            CAST(CASE
                WHEN m.kind = 'proportion' THEN CASE WHEN d.above > 0 THEN 1 ELSE 0 END
                WHEN m.kind IN ('count', 'ratio') THEN d.above
                ELSE d.amount END AS DOUBLE PRECISION) AS raw,
            CAST(CASE
                WHEN m.kind = 'proportion' THEN CASE WHEN b.above > 0 THEN 1 ELSE 0 END
                WHEN m.kind IN ('count', 'ratio') THEN COALESCE(b.above, 0)
                ELSE COALESCE(b.amount, 0) END AS DOUBLE PRECISION) AS raw_before
        FROM vitrine_done d
        JOIN vitrine_metrics m ON m.metric = d.metric
        LEFT JOIN vitrine_before b ON b.unit_id = d.unit_id AND b.metric = d.metric
    ) of_unit
    CROSS JOIN (SELECT 0 AS uncapped UNION ALL SELECT 1) versions
    WHERE uncapped = 0 OR cap IS NOT NULL
) v
WINDOW by_day AS (PARTITION BY unit_id, metric, uncapped ORDER BY day);

-- A figure near the mean of each variable. Sums are taken of deviations from it, so that they keep their digits; any figure near is right.
CREATE TEMPORARY TABLE vitrine_near AS
SELECT metric, uncapped, AVG(x0) AS c0, AVG(x1) AS c1, AVG(x2) AS c2, AVG(x3) AS c3
FROM vitrine_values
GROUP BY metric, uncapped;
