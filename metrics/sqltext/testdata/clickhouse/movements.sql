WITH raw AS (
  SELECT "customer" AS k_customer,
    "subscription" AS k_subscription,
    "item" AS k_item,
    CAST("at" AS Int64) AS v_at,
    CAST("month" AS Int64) AS v_month,
    CAST("at" AS Int64) AS v_time,
    CAST("units" AS Int128) AS v_amount,
    CASE WHEN "units" > 0 OR "alive" = 1 THEN 1 ELSE 0 END AS v_live,
    CAST("seq" AS Int64) AS v_seq,
    CASE WHEN ("customer" IS NULL OR "subscription" IS NULL OR "item" IS NULL OR "at" IS NULL OR "month" IS NULL OR "units" IS NULL OR "seq" IS NULL OR "alive" IS NULL OR "currency" IS NULL)
    OR ("at" <> CAST("at" AS Int64) OR "month" <> CAST("month" AS Int64) OR "seq" <> CAST("seq" AS Int64) OR "units" <> CAST("units" AS Int128))
    OR ("units" < 0)
    OR ("month" < 22800 OR "month" > 26411)
    OR ("alive" <> 0 AND "alive" <> 1)
    OR ("currency" <> 'EUR')
    OR ("month" < 24312 AND "at" >= 1767225600000000 OR "month" >= 24312 AND "at" < 1767225600000000 OR "month" < 24324 AND "at" >= 1798761600000000 OR "month" >= 24324 AND "at" < 1798761600000000) THEN 1 ELSE 0 END AS v_bad
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
named AS (
  SELECT k_customer, v_time, g_month, g_amount AS v_gain, a_amount - g_amount AS v_before, a_amount AS v_after,
    CASE
      WHEN a_live - g_live > 0 AND a_live > 0 AND g_amount > 0 AND e_amount = 0 THEN 'new'
      WHEN a_live - g_live > 0 AND a_live > 0 AND g_amount > 0 THEN 'expansion'
      WHEN a_live - g_live > 0 AND a_live > 0 AND g_amount < 0 THEN 'contraction'
      WHEN a_live - g_live > 0 AND a_live > 0 THEN ''
      WHEN a_live > 0 AND (e_live = 0 OR e_amount = 0 AND a_amount > 0) THEN 'new'
      WHEN a_live > 0 THEN 'reactivation'
      WHEN a_live - g_live > 0 THEN 'churn'
      ELSE '' END AS v_kind,
    CASE
      WHEN a_live - g_live > 0 AND a_live > 0 THEN 0
      WHEN a_live > 0 AND e_live = 0 THEN 1
      WHEN a_live > 0 THEN 2
      WHEN a_live - g_live > 0 THEN 3
      ELSE 0 END AS v_head
  FROM history
),
steps AS (
  SELECT k_customer, v_time, g_month, v_gain, v_before, v_after, v_kind, v_head
  FROM named
  WHERE v_kind <> ''
),
shown AS (
  SELECT 1 AS m_key, k_customer, v_time, g_month, v_kind, v_head, v_before, v_after, v_gain
  FROM steps
  WHERE g_month >= 24312 AND g_month <= 24323
)
SELECT k_customer AS customer, v_time AS at_micros, g_month AS month_no, v_kind AS kind,
  CASE v_head WHEN 1 THEN 1 WHEN 2 THEN 1 WHEN 3 THEN -1 ELSE 0 END AS heads,
  v_before AS before_amount, v_after AS after_amount, v_gain AS gain, fault_rows
FROM faults
LEFT JOIN shown ON m_key = fault_key
ORDER BY k_customer, v_time
