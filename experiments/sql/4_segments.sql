-- The same sums by variant and value of a dimension, over the whole time. A unit belongs to what its first exposure was.

SELECT
    dimension, value, place, metric, uncapped,
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
        p.dimension, p.value, a.place, v.metric, v.uncapped, z.c0, z.c1, z.c2, z.c3,
        COUNT(*) AS n,
        SUM(x0 - c0) AS s0,
        SUM(x1 - c1) AS s1,
        SUM(x2 - c2) AS s2,
        SUM(x3 - c3) AS s3,
        SUM((x0 - c0) * (x0 - c0)) AS q00,
        SUM((x0 - c0) * (x1 - c1)) AS q01,
        SUM((x0 - c0) * (x2 - c2)) AS q02,
        SUM((x0 - c0) * (x3 - c3)) AS q03,
        SUM((x1 - c1) * (x1 - c1)) AS q11,
        SUM((x1 - c1) * (x2 - c2)) AS q12,
        SUM((x1 - c1) * (x3 - c3)) AS q13,
        SUM((x2 - c2) * (x2 - c2)) AS q22,
        SUM((x2 - c2) * (x3 - c3)) AS q23,
        SUM((x3 - c3) * (x3 - c3)) AS q33,
        SUM((x0 - c0) * (x0 - c0) * (x0 - c0)) AS t,
        SUM(above_cap) AS above_cap
    FROM vitrine_values v
    JOIN (
        SELECT unit_id, 'category' AS dimension, category AS value FROM vitrine_units WHERE category IS NOT NULL
        UNION ALL SELECT unit_id, 'region', region FROM vitrine_units WHERE region IS NOT NULL
        UNION ALL SELECT unit_id, 'device', device FROM vitrine_units WHERE device IS NOT NULL
        UNION ALL SELECT unit_id, 'visitor', visitor FROM vitrine_units WHERE visitor IS NOT NULL
    ) p ON p.unit_id = v.unit_id
    JOIN vitrine_variants a ON a.variant = v.variant
    JOIN vitrine_near z ON z.metric = v.metric AND z.uncapped = v.uncapped
    WHERE v.last = 1
    GROUP BY p.dimension, p.value, a.place, v.metric, v.uncapped, z.c0, z.c1, z.c2, z.c3
) together
ORDER BY dimension, value, place, metric, uncapped;
