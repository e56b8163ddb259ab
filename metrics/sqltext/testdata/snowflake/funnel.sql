WITH raw AS (
  SELECT "who" AS k_customer, "what" AS v_name,
    CAST("at" AS NUMBER(19,0)) AS v_at, 0 AS v_seq,
    CASE WHEN "who" IS NULL OR "what" IS NULL OR "at" IS NULL OR "at" <> CAST("at" AS NUMBER(19,0)) THEN 1 ELSE 0 END AS v_bad
  FROM "events"
),
counted AS (
  SELECT v_bad,
    COUNT(*) OVER (PARTITION BY k_customer, v_at, v_seq) AS v_same
  FROM raw
),
faults AS (
  SELECT COUNT(*) AS fault_rows
  FROM counted
  WHERE v_bad = 1
),
hits AS (
  SELECT k_customer, v_at, v_seq,
    CASE WHEN v_name IN ('visit') THEN 1 ELSE 0 END AS i_1,
    CASE WHEN v_name IN ('sign\\up', 'trial\'s') THEN 1 ELSE 0 END AS i_2,
    CASE WHEN v_name IN ('paid') THEN 1 ELSE 0 END AS i_3,
    CASE WHEN v_name IN ('visit') THEN 0 WHEN v_name IN ('sign\\up', 'trial\'s') THEN 1 WHEN v_name IN ('paid') THEN 2 END AS v_rank
  FROM raw
  WHERE v_name IN ('paid', 'sign\\up', 'trial\'s', 'visit')
),
step_1 AS (
  SELECT k_customer, v_at, v_seq, v_rank, i_1, i_2, i_3,
    CASE WHEN i_1 = 1 THEN v_at END AS s_1
  FROM hits
),
step_2 AS (
  SELECT k_customer, v_at, v_seq, v_rank, i_1, i_2, i_3, s_1,
    CASE WHEN i_2 = 1 AND v_at - MAX(s_1) OVER (PARTITION BY k_customer ORDER BY v_at, v_rank, v_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) <= 1209600000000 THEN MAX(s_1) OVER (PARTITION BY k_customer ORDER BY v_at, v_rank, v_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END AS s_2
  FROM step_1
),
step_3 AS (
  SELECT k_customer, v_at, v_seq, v_rank, i_1, i_2, i_3, s_1, s_2,
    CASE WHEN i_3 = 1 AND v_at - MAX(s_2) OVER (PARTITION BY k_customer ORDER BY v_at, v_rank, v_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) <= 1209600000000 THEN MAX(s_2) OVER (PARTITION BY k_customer ORDER BY v_at, v_rank, v_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) END AS s_3
  FROM step_2
),
levels AS (
  SELECT k_customer AS l_customer, CASE WHEN MAX(s_3) IS NOT NULL THEN 3 WHEN MAX(s_2) IS NOT NULL THEN 2 WHEN MAX(s_1) IS NOT NULL THEN 1 ELSE 0 END AS l_level
  FROM step_3
  GROUP BY k_customer
),
people AS (
  SELECT DISTINCT k_customer AS p_customer
  FROM raw
),
tally AS (
  SELECT COALESCE(l_level, 0) AS t_level, COUNT(*) AS t_customers
  FROM people
  LEFT JOIN levels ON l_customer = p_customer
  GROUP BY COALESCE(l_level, 0)
)
SELECT t_level AS level_no, t_customers AS customers, fault_rows
FROM tally
CROSS JOIN faults
ORDER BY t_level
