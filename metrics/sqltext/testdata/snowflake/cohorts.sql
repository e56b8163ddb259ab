WITH raw AS (
  SELECT "customer" AS k_customer,
    "subscription" AS k_subscription,
    "item" AS k_item,
    CAST("at" AS NUMBER(19,0)) AS v_at,
    CAST("month" AS NUMBER(19,0)) AS v_month,
    CAST("at" AS NUMBER(19,0)) AS v_time,
    CAST("units" AS NUMBER(38,0)) AS v_amount,
    CASE WHEN "units" > 0 OR "alive" = 1 THEN 1 ELSE 0 END AS v_live,
    CAST("seq" AS NUMBER(19,0)) AS v_seq,
    CASE WHEN ("customer" IS NULL OR "subscription" IS NULL OR "item" IS NULL OR "at" IS NULL OR "month" IS NULL OR "units" IS NULL OR "seq" IS NULL OR "alive" IS NULL OR "currency" IS NULL)
    OR ("at" <> CAST("at" AS NUMBER(19,0)) OR "month" <> CAST("month" AS NUMBER(19,0)) OR "seq" <> CAST("seq" AS NUMBER(19,0)) OR "units" <> CAST("units" AS NUMBER(38,0)))
    OR ("units" < 0)
    OR ("month" < 22800 OR "month" > 26411)
    OR ("alive" <> 0 AND "alive" <> 1)
    OR ("currency" <> 'EUR')
    OR ("month" < 23113 AND "at" >= -1385856000000000 OR "month" >= 23113 AND "at" < -1385856000000000 OR "month" < 24313 AND "at" >= 1769904000000000 OR "month" >= 24313 AND "at" < 1769904000000000 OR "month" < 23113) THEN 1 ELSE 0 END AS v_bad
  FROM "shop"."billing"."changes"
),
ranked AS (
  SELECT k_customer, k_subscription, k_item, v_month, v_time, v_amount, v_live, v_bad,
    ROW_NUMBER() OVER (PARTITION BY k_customer, k_subscription, k_item, v_time ORDER BY v_at DESC, v_seq DESC) AS v_rank,
    COUNT(*) OVER (PARTITION BY k_customer, k_subscription, k_item, v_at, v_seq) AS v_same,
    MAX(v_month) OVER (PARTITION BY k_customer ORDER BY v_at, v_month DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS v_peak
  FROM raw
),
faults AS (
  SELECT 1 AS fault_key, COUNT(*) AS fault_rows
  FROM ranked
  WHERE v_bad = 1 OR v_same > 1 OR v_peak > v_month
),
levels AS (
  SELECT k_customer, v_time, v_month,
    v_amount - COALESCE(MAX(v_amount) OVER (PARTITION BY k_customer, k_subscription, k_item ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS d_amount,
    v_live - COALESCE(MAX(v_live) OVER (PARTITION BY k_customer, k_subscription, k_item ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS d_live
  FROM ranked
  WHERE v_rank = 1
),
moments AS (
  SELECT k_customer, v_time, MIN(v_month) AS g_month, SUM(d_amount) AS g_amount, SUM(d_live) AS g_live
  FROM levels
  GROUP BY k_customer, v_time
),
states AS (
  SELECT k_customer, v_time, g_month, g_amount, g_live,
    SUM(g_amount) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS a_amount,
    SUM(g_live) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS a_live
  FROM moments
),
history AS (
  SELECT k_customer, v_time, g_month, g_amount, g_live, a_amount, a_live,
    COALESCE(MAX(a_amount) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS e_amount,
    COALESCE(MAX(a_live) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS e_live
  FROM states
),
firsts AS (
  SELECT k_customer AS f_customer, g_month AS f_month, a_amount AS f_amount
  FROM history
  WHERE e_amount = 0 AND a_amount > 0 AND g_month <= 24312
),
latest AS (
  SELECT k_customer, g_month, a_amount,
    ROW_NUMBER() OVER (PARTITION BY k_customer, g_month ORDER BY v_time DESC) AS n_last
  FROM states
  WHERE g_month <= 24312
),
ends AS (
  SELECT k_customer, f_month, f_amount, g_month - f_month AS n_age, a_amount AS u_now
  FROM latest
  JOIN firsts ON f_customer = k_customer
  WHERE n_last = 1 AND g_month >= f_month
),
follow AS (
  SELECT f_month, f_amount, n_age, u_now, FIRST_VALUE(u_now) OVER (PARTITION BY k_customer ORDER BY n_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS u_base,
    MIN(u_now) OVER (PARTITION BY k_customer ORDER BY n_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS u_low,
    COALESCE(MAX(u_now) OVER (PARTITION BY k_customer ORDER BY n_age ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS p_now,
    COALESCE(MIN(u_now) OVER (PARTITION BY k_customer ORDER BY n_age ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS p_low
  FROM ends
),
worth AS (
  SELECT f_month, f_amount, n_age, u_base, u_now, p_now,
    CASE WHEN u_now > 0 THEN 1 ELSE 0 END AS c_active, CASE WHEN p_now > 0 THEN 1 ELSE 0 END AS q_active,
    CASE WHEN u_now < u_base THEN u_now ELSE u_base END AS c_kept, CASE WHEN p_now < u_base THEN p_now ELSE u_base END AS q_kept,
    CASE WHEN u_low < u_base THEN u_low ELSE u_base END AS c_low, CASE WHEN p_low < u_base THEN p_low ELSE u_base END AS q_low,
    CASE WHEN u_low = 0 AND u_now > 0 THEN 1 ELSE 0 END AS c_returned, CASE WHEN n_age > 0 AND p_low = 0 AND p_now > 0 THEN 1 ELSE 0 END AS q_returned,
    CASE WHEN u_low = 0 THEN u_now ELSE 0 END AS c_back, CASE WHEN n_age > 0 AND p_low = 0 THEN p_now ELSE 0 END AS q_back,
    CASE WHEN u_base = 0 THEN u_now ELSE 0 END AS c_baseless, CASE WHEN u_base = 0 THEN p_now ELSE 0 END AS q_baseless,
    CASE WHEN u_low > 0 THEN 0 WHEN n_age = 0 THEN f_amount WHEN p_low > 0 THEN p_now ELSE 0 END AS c_lost
  FROM follow
),
changed AS (
  SELECT f_month AS w_month, n_age AS w_age,
    SUM(c_active - q_active) AS w_active, SUM(u_now - p_now) AS w_now, SUM(c_kept - q_kept) AS w_kept, SUM(c_low - q_low) AS w_low,
    SUM(c_returned - q_returned) AS w_returned, SUM(c_back - q_back) AS w_back, SUM(c_baseless - q_baseless) AS w_baseless,
    SUM(c_lost) AS w_lost
  FROM worth
  GROUP BY f_month, n_age
),
sizes AS (
  SELECT f_month AS z_month, COUNT(*) AS z_size, SUM(u_base) AS z_base, SUM(f_amount) AS z_initial
  FROM worth
  WHERE n_age = 0
  GROUP BY f_month
),
months AS (
  SELECT 23113 + ROW_NUMBER() OVER (ORDER BY SEQ4()) - 1 AS month_no FROM TABLE(GENERATOR(ROWCOUNT => 1200))
),
cells AS (
  SELECT z_month, month_no - z_month AS x_age, z_size, z_base, z_initial
  FROM sizes
  CROSS JOIN months
  WHERE month_no >= z_month
),
grid AS (
  SELECT 1 AS m_key, z_month, x_age, z_size, z_base, z_initial,
    SUM(COALESCE(w_active, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_active, SUM(COALESCE(w_now, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_now,
    SUM(COALESCE(w_kept, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_kept, SUM(COALESCE(w_low, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_low,
    SUM(COALESCE(w_returned, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_returned, SUM(COALESCE(w_back, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_back,
    SUM(COALESCE(w_baseless, 0)) OVER (PARTITION BY z_month ORDER BY x_age ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS x_baseless, COALESCE(w_lost, 0) AS x_lost
  FROM cells
  LEFT JOIN changed ON w_month = z_month AND w_age = x_age
)
SELECT z_month AS cohort_month_no, x_age AS age, z_size AS size, z_base AS base, z_initial AS initial_mrr,
  x_active AS active, x_now AS mrr, x_kept AS kept, x_low AS lowest,
  x_returned AS returned, x_back AS returned_mrr, x_baseless AS baseless, x_lost AS lost, fault_rows
FROM faults
LEFT JOIN grid ON m_key = fault_key
ORDER BY z_month, x_age
