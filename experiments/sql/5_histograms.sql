-- For percentiles and caps: how many units of a variant have a total in each bucket, over the whole time. Bucket k > 0 holds totals around
-- 1.01^(k - 3000), bucket 0 those at or below 0; `smallest` is the smallest total of the bucket.

SELECT place, metric, bucket, COUNT(*) AS units, MIN(raw) AS smallest
FROM (
    SELECT
        a.place, v.metric, v.raw,
        CAST(CASE WHEN v.raw <= 0 THEN 0 ELSE ROUND(CAST(LN(v.raw) / LN(CAST(1.01 AS DOUBLE PRECISION)) AS NUMERIC) + 3000) END AS BIGINT) AS bucket
    FROM vitrine_values v
    JOIN vitrine_variants a ON a.variant = v.variant
    JOIN vitrine_metrics m ON m.metric = v.metric AND (m.kind = 'quantile' OR m.cap IS NOT NULL)
    WHERE v.last = 1 AND v.uncapped = 0
) of_unit
GROUP BY place, metric, bucket
ORDER BY place, metric, bucket;
