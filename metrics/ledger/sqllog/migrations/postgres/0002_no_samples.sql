-- ANALYZE copies values out of a table for the planner, and keeps the last it
-- had where a table has become empty: whoever was erased would stay there.
-- Giving a column the type it has forgets what was copied.
ALTER TABLE lc_log
    ALTER COLUMN id TYPE text COLLATE "C", ALTER COLUMN id SET STATISTICS 0,
    ALTER COLUMN customer TYPE text COLLATE "C", ALTER COLUMN customer SET STATISTICS 0,
    ALTER COLUMN body TYPE bytea, ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE lc_snapshot
    ALTER COLUMN ledger TYPE bytea, ALTER COLUMN ledger SET STATISTICS 0,
    ALTER COLUMN feed TYPE bytea, ALTER COLUMN feed SET STATISTICS 0;
