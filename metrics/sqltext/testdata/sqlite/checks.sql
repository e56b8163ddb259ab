WITH raw AS (
  SELECT "customer" AS k_customer,
    "subscription" AS k_subscription,
    "item" AS k_item,
    "country" AS k_segment,
    CAST("at" AS INTEGER) AS v_at,
    CAST("month" AS INTEGER) AS v_month,
    CAST("at" AS INTEGER) AS v_time,
    CAST("units" AS INTEGER) AS v_amount,
    CASE WHEN "units" > 0 OR "alive" = 1 THEN 1 ELSE 0 END AS v_live,
    CAST("seq" AS INTEGER) AS v_seq,
    CASE WHEN ("customer" IS NULL OR "subscription" IS NULL OR "item" IS NULL OR "at" IS NULL OR "month" IS NULL OR "units" IS NULL OR "seq" IS NULL OR "alive" IS NULL OR "currency" IS NULL OR "country" IS NULL)
    OR ("at" <> CAST("at" AS INTEGER) OR "month" <> CAST("month" AS INTEGER) OR "seq" <> CAST("seq" AS INTEGER) OR "units" <> CAST("units" AS INTEGER))
    OR ("units" < 0)
    OR ("month" < 22800 OR "month" > 26411)
    OR ("alive" <> 0 AND "alive" <> 1)
    OR ("currency" <> 'EUR') THEN 1 ELSE 0 END AS v_bad
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
alone AS (
  SELECT
    COALESCE(SUM(CASE WHEN "customer" IS NULL OR "subscription" IS NULL OR "item" IS NULL OR "at" IS NULL OR "month" IS NULL OR "units" IS NULL OR "seq" IS NULL OR "alive" IS NULL OR "currency" IS NULL OR "country" IS NULL THEN 1 ELSE 0 END), 0) AS missing_rows,
    COALESCE(SUM(CASE WHEN "at" <> CAST("at" AS INTEGER) OR "month" <> CAST("month" AS INTEGER) OR "seq" <> CAST("seq" AS INTEGER) OR "units" <> CAST("units" AS INTEGER) THEN 1 ELSE 0 END), 0) AS fraction_rows,
    COALESCE(SUM(CASE WHEN "units" < 0 THEN 1 ELSE 0 END), 0) AS negative_rows,
    COALESCE(SUM(CASE WHEN "month" < 22800 OR "month" > 26411 THEN 1 ELSE 0 END), 0) AS month_range_rows,
    COALESCE(SUM(CASE WHEN "alive" <> 0 AND "alive" <> 1 THEN 1 ELSE 0 END), 0) AS alive_rows,
    COALESCE(SUM(CASE WHEN "currency" <> 'EUR' THEN 1 ELSE 0 END), 0) AS currency_rows
  FROM "shop"."billing"."changes"
),
among AS (
  SELECT
    COALESCE(SUM(CASE WHEN v_same > 1 THEN 1 ELSE 0 END), 0) AS repeated_rows,
    COALESCE(SUM(CASE WHEN v_peak > v_month THEN 1 ELSE 0 END), 0) AS month_order_rows,
    COALESCE(SUM(CASE WHEN v_low_segment <> v_high_segment THEN 1 ELSE 0 END), 0) AS segment_rows
  FROM ranked
)
SELECT missing_rows, fraction_rows, negative_rows, month_range_rows, alive_rows, currency_rows, repeated_rows, month_order_rows, segment_rows
FROM alone
CROSS JOIN among
