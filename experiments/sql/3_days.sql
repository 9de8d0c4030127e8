-- Sums by variant and day, cumulated: a row for each day, variant and metric, with and without the cap. Columns: README.md.
-- A unit's sums change only on days on which it did something, so that the work grows with what happened, not with units times days.

SELECT
    day, place, metric, uncapped,
    n AS units,
    CASE WHEN n > 0 THEN c0 + s0 / n ELSE 0 END AS mean0,
    CASE WHEN n > 0 THEN c1 + s1 / n ELSE 0 END AS mean1,
    CASE WHEN n > 0 THEN c2 + s2 / n ELSE 0 END AS mean2,
    CASE WHEN n > 0 THEN c3 + s3 / n ELSE 0 END AS mean3,
    CASE WHEN n > 0 THEN q00 - s0 * s0 / n ELSE 0 END AS product00,
    CASE WHEN n > 0 THEN q01 - s0 * s1 / n ELSE 0 END AS product01,
    CASE WHEN n > 0 THEN q02 - s0 * s2 / n ELSE 0 END AS product02,
    CASE WHEN n > 0 THEN q03 - s0 * s3 / n ELSE 0 END AS product03,
    CASE WHEN n > 0 THEN q11 - s1 * s1 / n ELSE 0 END AS product11,
    CASE WHEN n > 0 THEN q12 - s1 * s2 / n ELSE 0 END AS product12,
    CASE WHEN n > 0 THEN q13 - s1 * s3 / n ELSE 0 END AS product13,
    CASE WHEN n > 0 THEN q22 - s2 * s2 / n ELSE 0 END AS product22,
    CASE WHEN n > 0 THEN q23 - s2 * s3 / n ELSE 0 END AS product23,
    CASE WHEN n > 0 THEN q33 - s3 * s3 / n ELSE 0 END AS product33,
    CASE WHEN n > 0 THEN t - 3 * (s0 / n) * q00 + 2 * (s0 / n) * (s0 / n) * s0 ELSE 0 END AS cubes,
    above_cap AS capped_units
FROM (
    SELECT
        k.day, k.place, k.metric, k.uncapped, k.c0, k.c1, k.c2, k.c3,
        SUM(COALESCE(c.n, 0)) OVER so_far AS n,
        SUM(COALESCE(c.s0, 0)) OVER so_far AS s0,
        SUM(COALESCE(c.s1, 0)) OVER so_far AS s1,
        SUM(COALESCE(c.s2, 0)) OVER so_far AS s2,
        SUM(COALESCE(c.s3, 0)) OVER so_far AS s3,
        SUM(COALESCE(c.q00, 0)) OVER so_far AS q00,
        SUM(COALESCE(c.q01, 0)) OVER so_far AS q01,
        SUM(COALESCE(c.q02, 0)) OVER so_far AS q02,
        SUM(COALESCE(c.q03, 0)) OVER so_far AS q03,
        SUM(COALESCE(c.q11, 0)) OVER so_far AS q11,
        SUM(COALESCE(c.q12, 0)) OVER so_far AS q12,
        SUM(COALESCE(c.q13, 0)) OVER so_far AS q13,
        SUM(COALESCE(c.q22, 0)) OVER so_far AS q22,
        SUM(COALESCE(c.q23, 0)) OVER so_far AS q23,
        SUM(COALESCE(c.q33, 0)) OVER so_far AS q33,
        SUM(COALESCE(c.t, 0)) OVER so_far AS t,
        SUM(COALESCE(c.above_cap, 0)) OVER so_far AS above_cap
    FROM (
        SELECT DISTINCT d.day, a.place, a.variant, z.metric, z.uncapped, z.c0, z.c1, z.c2, z.c3
        FROM vitrine_values d
        CROSS JOIN vitrine_variants a
        CROSS JOIN vitrine_near z
    ) k
    LEFT JOIN (
        SELECT
            v.variant, v.metric, v.uncapped, v.day,
            SUM(CASE WHEN was0 IS NULL THEN 1 ELSE 0 END) AS n,
            SUM((x0 - c0) - CASE WHEN was0 IS NULL THEN 0 ELSE (was0 - c0) END) AS s0,
            SUM((x1 - c1) - CASE WHEN was0 IS NULL THEN 0 ELSE (was1 - c1) END) AS s1,
            SUM(CASE WHEN was0 IS NULL THEN (x2 - c2) ELSE 0 END) AS s2,
            SUM(CASE WHEN was0 IS NULL THEN (x3 - c3) ELSE 0 END) AS s3,
            SUM((x0 - c0) * (x0 - c0) - CASE WHEN was0 IS NULL THEN 0 ELSE (was0 - c0) * (was0 - c0) END) AS q00,
            SUM((x0 - c0) * (x1 - c1) - CASE WHEN was0 IS NULL THEN 0 ELSE (was0 - c0) * (was1 - c1) END) AS q01,
            SUM((x0 - c0) * (x2 - c2) - CASE WHEN was0 IS NULL THEN 0 ELSE (was0 - c0) * (x2 - c2) END) AS q02,
            SUM((x0 - c0) * (x3 - c3) - CASE WHEN was0 IS NULL THEN 0 ELSE (was0 - c0) * (x3 - c3) END) AS q03,
            SUM((x1 - c1) * (x1 - c1) - CASE WHEN was0 IS NULL THEN 0 ELSE (was1 - c1) * (was1 - c1) END) AS q11,
            SUM((x1 - c1) * (x2 - c2) - CASE WHEN was0 IS NULL THEN 0 ELSE (was1 - c1) * (x2 - c2) END) AS q12,
            SUM((x1 - c1) * (x3 - c3) - CASE WHEN was0 IS NULL THEN 0 ELSE (was1 - c1) * (x3 - c3) END) AS q13,
            SUM((x2 - c2) * (x2 - c2) - CASE WHEN was0 IS NULL THEN 0 ELSE (x2 - c2) * (x2 - c2) END) AS q22,
            SUM((x2 - c2) * (x3 - c3) - CASE WHEN was0 IS NULL THEN 0 ELSE (x2 - c2) * (x3 - c3) END) AS q23,
            SUM((x3 - c3) * (x3 - c3) - CASE WHEN was0 IS NULL THEN 0 ELSE (x3 - c3) * (x3 - c3) END) AS q33,
            SUM((x0 - c0) * (x0 - c0) * (x0 - c0) - CASE WHEN was0 IS NULL THEN 0 ELSE (was0 - c0) * (was0 - c0) * (was0 - c0) END) AS t,
            SUM(above_cap - COALESCE(was_above_cap, 0)) AS above_cap
        FROM vitrine_values v
        JOIN vitrine_near z ON z.metric = v.metric AND z.uncapped = v.uncapped
        GROUP BY v.variant, v.metric, v.uncapped, v.day
    ) c ON c.variant = k.variant AND c.metric = k.metric AND c.uncapped = k.uncapped AND c.day = k.day
    WINDOW so_far AS (PARTITION BY k.place, k.metric, k.uncapped ORDER BY k.day ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
) cumulated
ORDER BY day, place, metric, uncapped;
