-- What was seen of the data itself, a row a count.

SELECT 'exposures' AS name, COUNT(*) AS units
FROM vitrine_exposures e
JOIN vitrine_plan p ON e.experiment = p.experiment AND e.at_ms >= p.started_ms AND e.at_ms < p.until_ms
UNION ALL
SELECT 'outcomes', COUNT(*)
FROM vitrine_outcomes o
JOIN vitrine_units u ON u.unit_id = o.unit_id AND o.at_ms >= u.first_ms
JOIN vitrine_plan p ON o.at_ms < p.until_ms
WHERE EXISTS (SELECT 1 FROM vitrine_metrics m WHERE o.name = m.event OR o.name = m.per)
UNION ALL
SELECT 'before_exposure', COUNT(*)
FROM vitrine_outcomes o
JOIN vitrine_units u ON u.unit_id = o.unit_id AND o.at_ms < u.first_ms
JOIN vitrine_plan p ON o.at_ms >= p.started_ms
WHERE EXISTS (SELECT 1 FROM vitrine_metrics m WHERE o.name = m.event OR o.name = m.per)
UNION ALL
SELECT 'several_variants', SUM(several) FROM vitrine_units
UNION ALL
SELECT 'suspected_bots', SUM(CASE WHEN several = 0 THEN bot ELSE 0 END) FROM vitrine_units
UNION ALL
SELECT 'day ' || CAST(day AS VARCHAR(20)), COUNT(*)
FROM (
    SELECT CAST((e.at_ms - e.at_ms % 86400000) / 86400000 AS BIGINT) AS day
    FROM vitrine_exposures e
    JOIN vitrine_plan p ON e.experiment = p.experiment AND e.at_ms >= p.started_ms AND e.at_ms < p.until_ms
    JOIN vitrine_units u ON u.unit_id = e.unit_id AND u.several = 0 AND u.bot = 0
    UNION ALL
    SELECT CAST((o.at_ms - o.at_ms % 86400000) / 86400000 AS BIGINT)
    FROM vitrine_outcomes o
    JOIN vitrine_units u ON u.unit_id = o.unit_id AND u.several = 0 AND u.bot = 0 AND o.at_ms >= u.first_ms
    JOIN vitrine_plan p ON o.at_ms < p.until_ms
    WHERE EXISTS (SELECT 1 FROM vitrine_metrics m WHERE o.name = m.event OR o.name = m.per)
) happened
GROUP BY day
ORDER BY 1;
