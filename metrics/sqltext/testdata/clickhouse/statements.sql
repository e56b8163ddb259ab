WITH raw AS (
  SELECT "customer" AS k_customer,
    CAST("at" AS Int64) AS v_at,
    CAST("month" AS Int64) AS v_month,
    CAST("month" AS Int64) AS v_time,
    CAST("cents" AS Int128) AS v_amount,
    CASE WHEN "cents" > 0 THEN 1 ELSE 0 END AS v_live,
    0 AS v_seq,
    CASE WHEN ("customer" IS NULL OR "at" IS NULL OR "month" IS NULL OR "cents" IS NULL)
    OR ("at" <> CAST("at" AS Int64) OR "month" <> CAST("month" AS Int64) OR "cents" <> CAST("cents" AS Int128))
    OR ("cents" < 0)
    OR ("month" < 22800 OR "month" > 26411)
    OR ("month" < 24312 AND "at" >= 1767225600000000 OR "month" >= 24312 AND "at" < 1767225600000000 OR "month" < 24313 AND "at" >= 1769904000000000 OR "month" >= 24313 AND "at" < 1769904000000000) THEN 1 ELSE 0 END AS v_bad
  FROM "changes"
),
ranked AS (
  SELECT k_customer, v_month, v_time, v_amount, v_live, v_bad,
    ROW_NUMBER() OVER (PARTITION BY k_customer, v_time ORDER BY v_at DESC, v_seq DESC) AS v_rank,
    COUNT(*) OVER (PARTITION BY k_customer, v_at, v_seq) AS v_same,
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
    v_amount - COALESCE(MAX(v_amount) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS d_amount,
    v_live - COALESCE(MAX(v_live) OVER (PARTITION BY k_customer ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS d_live
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
flows AS (
  SELECT CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END AS f_month,
    SUM(CASE WHEN v_kind = 'new' THEN v_gain ELSE 0 END) AS f_new,
    SUM(CASE WHEN v_kind = 'expansion' THEN v_gain ELSE 0 END) AS f_expansion,
    SUM(CASE WHEN v_kind = 'reactivation' THEN v_gain ELSE 0 END) AS f_reactivation,
    SUM(CASE WHEN v_kind = 'contraction' THEN 0 - v_gain ELSE 0 END) AS f_contraction,
    SUM(CASE WHEN v_kind = 'churn' THEN 0 - v_gain ELSE 0 END) AS f_churn,
    SUM(v_gain) AS f_net,
    SUM(CASE WHEN v_before = 0 AND v_after > 0 THEN 1 WHEN v_before > 0 AND v_after = 0 THEN -1 ELSE 0 END) AS f_paying
  FROM steps
  WHERE g_month <= 24312
  GROUP BY CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END
),
comings AS (
  SELECT g_month, v_head,
    COALESCE(MAX(v_head) OVER (PARTITION BY k_customer, g_month ORDER BY v_time ROWS BETWEEN 1 PRECEDING AND 1 PRECEDING), 0) AS p_head,
    COALESCE(MAX(v_head) OVER (PARTITION BY k_customer, g_month ORDER BY v_time ROWS BETWEEN 1 FOLLOWING AND 1 FOLLOWING), 0) AS n_head,
    FIRST_VALUE(v_head) OVER (PARTITION BY k_customer, g_month ORDER BY v_time ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS o_head
  FROM steps
  WHERE v_head > 0
),
heads AS (
  SELECT CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END AS h_month,
    SUM(CASE WHEN v_head = 1 THEN 1 ELSE 0 END) AS h_new,
    SUM(CASE WHEN v_head = 2 THEN 1 ELSE 0 END) AS h_reactivated,
    SUM(CASE WHEN v_head = 3 THEN 1 ELSE 0 END) AS h_churned,
    SUM(CASE WHEN v_head = 3 AND n_head = 0 AND o_head <> 3 THEN 1 ELSE 0 END) AS h_new_and_churned,
    SUM(CASE WHEN v_head = 2 AND p_head <> 0 THEN 1 ELSE 0 END) AS h_churned_and_returned
  FROM comings
  WHERE g_month <= 24312
  GROUP BY CASE WHEN g_month < 24312 THEN 24311 ELSE g_month END
),
months AS (
  SELECT CAST(number + 24311 AS Int64) AS month_no FROM numbers(2)
),
totals AS (
  SELECT month_no,
    COALESCE(f_new, 0) AS t_new, COALESCE(f_expansion, 0) AS t_expansion, COALESCE(f_reactivation, 0) AS t_reactivation,
    COALESCE(f_contraction, 0) AS t_contraction, COALESCE(f_churn, 0) AS t_churn, COALESCE(f_net, 0) AS t_net,
    COALESCE(f_paying, 0) AS t_paying,
    COALESCE(h_new, 0) AS t_joined, COALESCE(h_reactivated, 0) AS t_returned, COALESCE(h_churned, 0) AS t_left,
    COALESCE(h_new_and_churned, 0) AS t_joined_and_left, COALESCE(h_churned_and_returned, 0) AS t_left_and_returned,
    COALESCE(h_new, 0) + COALESCE(h_reactivated, 0) - COALESCE(h_churned, 0) AS t_heads
  FROM months
  LEFT JOIN flows ON f_month = month_no
  LEFT JOIN heads ON h_month = month_no
),
bridge AS (
  SELECT month_no,
    SUM(t_net) OVER (ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - t_net AS b_opening, t_new, t_expansion, t_reactivation, t_contraction, t_churn,
    SUM(t_net) OVER (ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b_closing,
    SUM(t_heads) OVER (ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) - t_heads AS b_customers, t_joined, t_returned, t_left, t_joined_and_left, t_left_and_returned,
    SUM(t_heads) OVER (ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b_present, SUM(t_paying) OVER (ORDER BY month_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS b_paying
  FROM totals
)
SELECT month_no, b_opening AS opening,
  t_new AS new_business, t_expansion AS expansion, t_reactivation AS reactivation,
  t_contraction AS contraction, t_churn AS churn, b_closing AS closing,
  b_customers AS customers_opening, t_joined AS customers_new, t_returned AS customers_reactivated, t_left AS customers_churned,
  t_joined_and_left AS customers_new_and_churned, t_left_and_returned AS customers_churned_and_returned,
  b_present AS customers_closing, b_paying AS customers_paying, fault_rows
FROM bridge
CROSS JOIN faults
WHERE month_no >= 24312
ORDER BY month_no
