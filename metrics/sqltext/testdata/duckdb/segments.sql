WITH raw AS (
  SELECT "customer" AS k_customer,
    "subscription" AS k_subscription,
    "item" AS k_item,
    "country" AS k_segment,
    CAST("at" AS BIGINT) AS v_at,
    CAST("month" AS BIGINT) AS v_month,
    CAST("at" AS BIGINT) AS v_time,
    CAST("units" AS HUGEINT) AS v_amount,
    CASE WHEN "units" > 0 OR "alive" = 1 THEN 1 ELSE 0 END AS v_live,
    CAST("seq" AS BIGINT) AS v_seq,
    CASE WHEN ("customer" IS NULL OR "subscription" IS NULL OR "item" IS NULL OR "at" IS NULL OR "month" IS NULL OR "units" IS NULL OR "seq" IS NULL OR "alive" IS NULL OR "currency" IS NULL OR "country" IS NULL)
    OR ("at" <> CAST("at" AS BIGINT) OR "month" <> CAST("month" AS BIGINT) OR "seq" <> CAST("seq" AS BIGINT) OR "units" <> CAST("units" AS HUGEINT))
    OR ("units" < 0)
    OR ("month" < 22800 OR "month" > 26411)
    OR ("alive" <> 0 AND "alive" <> 1)
    OR ("currency" <> 'EUR')
    OR ("month" < 24312 AND "at" >= 1767225600000000 OR "month" >= 24312 AND "at" < 1767225600000000 OR "month" < 24324 AND "at" >= 1798761600000000 OR "month" >= 24324 AND "at" < 1798761600000000) THEN 1 ELSE 0 END AS v_bad
  FROM "shop"."billing"."changes"
),
ranked AS (
  SELECT k_customer, k_subscription, k_item, k_segment, v_month, v_time, v_amount, v_live, v_bad,
    ROW_NUMBER() OVER (PARTITION BY k_customer, k_subscription, k_item, v_time ORDER BY v_at DESC, v_seq DESC) AS v_rank,
    COUNT(*) OVER (PARTITION BY k_customer, k_subscription, k_item, v_at, v_seq) AS v_same,
    MIN(k_segment) OVER (PARTITION BY k_customer) AS v_low_segment,
    MAX(k_segment) OVER (PARTITION BY k_customer) AS v_high_segment,
    MAX(v_month) OVER (PARTITION BY k_customer ORDER BY v_at, v_month DESC ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS v_peak
  FROM raw
),
faults AS (
  SELECT 1 AS fault_key, COUNT(*) AS fault_rows
  FROM ranked
  WHERE v_bad = 1 OR v_same > 1 OR v_peak > v_month OR v_low_segment <> v_high_segment
),
levels AS (
  SELECT k_customer, k_segment, v_time, v_month,
    v_amount - COALESCE(MAX(v_amount) OVER (PARTITION BY k_customer, k_subscription, k_item ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS d_amount,
    v_live - COALESCE(MAX(v_live) OVER (PARTITION BY k_customer, k_subscription, k_item ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS d_live
  FROM ranked
  WHERE v_rank = 1
),
moments AS (
  SELECT k_customer, v_time, MIN(v_month) AS g_month, MIN(k_segment) AS g_segment, SUM(d_amount) AS g_amount, SUM(d_live) AS g_live
  FROM levels
  GROUP BY k_customer, v_time
),
states AS (
  SELECT k_customer, v_time, g_month, g_segment, g_amount, g_live,
    SUM(g_amount) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS a_amount,
    SUM(g_live) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS a_live
  FROM moments
),
history AS (
  SELECT k_customer, v_time, g_month, g_segment, g_amount, g_live, a_amount, a_live,
    COALESCE(MAX(a_amount) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS e_amount,
    COALESCE(MAX(a_live) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS e_live
  FROM states
),
named AS (
  SELECT k_customer, v_time, g_month, g_segment, g_amount AS v_gain, a_amount - g_amount AS v_before, a_amount AS v_after,
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
  SELECT k_customer, v_time, g_month, g_segment, v_gain, v_before, v_after, v_kind, v_head
  FROM named
  WHERE v_kind <> ''
),
flows AS (
  SELECT g_segment AS f_segment, CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END AS f_month,
    SUM(CASE WHEN v_kind = 'new' THEN v_gain ELSE 0 END) AS f_new,
    SUM(CASE WHEN v_kind = 'expansion' THEN v_gain ELSE 0 END) AS f_expansion,
    SUM(CASE WHEN v_kind = 'reactivation' THEN v_gain ELSE 0 END) AS f_reactivation,
    SUM(CASE WHEN v_kind = 'contraction' THEN 0 - v_gain ELSE 0 END) AS f_contraction,
    SUM(CASE WHEN v_kind = 'churn' THEN 0 - v_gain ELSE 0 END) AS f_churn,
    SUM(v_gain) AS f_net,
    SUM(CASE WHEN v_before = 0 AND v_after > 0 THEN 1 WHEN v_before > 0 AND v_after = 0 THEN -1 ELSE 0 END) AS f_paying
  FROM steps
  WHERE g_month <= 24323
  GROUP BY g_segment, CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END
),
comings AS (
  SELECT g_segment, g_month, v_head,
    COALESCE(MAX(v_head) OVER (PARTITION BY k_customer, g_month ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS p_head,
    COALESCE(MAX(v_head) OVER (PARTITION BY k_customer, g_month ORDER BY v_time ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING), 0) AS n_head,
    FIRST_VALUE(v_head) OVER (PARTITION BY k_customer, g_month ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS o_head
  FROM steps
  WHERE v_head > 0
),
heads AS (
  SELECT g_segment AS h_segment, CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END AS h_month,
    SUM(CASE WHEN v_head = 1 THEN 1 ELSE 0 END) AS h_new,
    SUM(CASE WHEN v_head = 2 THEN 1 ELSE 0 END) AS h_reactivated,
    SUM(CASE WHEN v_head = 3 THEN 1 ELSE 0 END) AS h_churned,
    SUM(CASE WHEN v_head = 3 AND n_head = 0 AND o_head <> 3 THEN 1 ELSE 0 END) AS h_new_and_churned,
    SUM(CASE WHEN v_head = 2 AND p_head <> 0 THEN 1 ELSE 0 END) AS h_churned_and_returned
  FROM comings
  WHERE g_month <= 24323
  GROUP BY g_segment, CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END
),
months AS (
  SELECT CAST(g AS BIGINT) AS month_no FROM generate_series(24311, 24323) AS s(g)
),
parts AS (
  SELECT DISTINCT g_segment AS t_segment
  FROM moments
),
totals AS (
  SELECT t_segment, month_no,
    COALESCE(f_new, 0) AS t_new, COALESCE(f_expansion, 0) AS t_expansion, COALESCE(f_reactivation, 0) AS t_reactivation,
    COALESCE(f_contraction, 0) AS t_contraction, COALESCE(f_churn, 0) AS t_churn, COALESCE(f_net, 0) AS t_net,
    COALESCE(f_paying, 0) AS t_paying,
    COALESCE(h_new, 0) AS t_joined, COALESCE(h_reactivated, 0) AS t_returned, COALESCE(h_churned, 0) AS t_left,
    COALESCE(h_new_and_churned, 0) AS t_joined_and_left, COALESCE(h_churned_and_returned, 0) AS t_left_and_returned,
    COALESCE(h_new, 0) + COALESCE(h_reactivated, 0) - COALESCE(h_churned, 0) AS t_heads
  FROM months
  CROSS JOIN parts
  LEFT JOIN flows ON f_month = month_no AND f_segment = t_segment
  LEFT JOIN heads ON h_month = month_no AND h_segment = t_segment
),
bridge AS (
  SELECT t_segment, month_no,
    SUM(t_net) OVER (PARTITION BY t_segment ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - t_net AS b_opening, t_new, t_expansion, t_reactivation, t_contraction, t_churn,
    SUM(t_net) OVER (PARTITION BY t_segment ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b_closing,
    SUM(t_heads) OVER (PARTITION BY t_segment ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - t_heads AS b_customers, t_joined, t_returned, t_left, t_joined_and_left, t_left_and_returned,
    SUM(t_heads) OVER (PARTITION BY t_segment ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b_present, SUM(t_paying) OVER (PARTITION BY t_segment ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b_paying
  FROM totals
)
SELECT t_segment AS segment, month_no, b_opening AS opening,
  t_new AS new_business, t_expansion AS expansion, t_reactivation AS reactivation,
  t_contraction AS contraction, t_churn AS churn, b_closing AS closing,
  b_customers AS customers_opening, t_joined AS customers_new, t_returned AS customers_reactivated, t_left AS customers_churned,
  t_joined_and_left AS customers_new_and_churned, t_left_and_returned AS customers_churned_and_returned,
  b_present AS customers_closing, b_paying AS customers_paying, fault_rows
FROM bridge
CROSS JOIN faults
WHERE month_no >= 24312
ORDER BY t_segment, month_no
