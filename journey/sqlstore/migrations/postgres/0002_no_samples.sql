-- ANALYZE copies values out of a table for the planner, and keeps the last it
-- had where a table has become empty: whoever was erased would stay there. All
-- is found by keys, so nothing is lost by not asking. Giving a column the type
-- it has forgets what was copied.
ALTER TABLE lc_state
    ALTER COLUMN customer TYPE text COLLATE "C", ALTER COLUMN customer SET STATISTICS 0,
    ALTER COLUMN body TYPE bytea, ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE lc_event
    ALTER COLUMN customer TYPE text COLLATE "C", ALTER COLUMN customer SET STATISTICS 0,
    ALTER COLUMN event_id TYPE text COLLATE "C", ALTER COLUMN event_id SET STATISTICS 0,
    ALTER COLUMN body TYPE bytea, ALTER COLUMN body SET STATISTICS 0;
ALTER TABLE lc_milestone
    ALTER COLUMN customer TYPE text COLLATE "C", ALTER COLUMN customer SET STATISTICS 0;
ALTER TABLE lc_outbox
    ALTER COLUMN customer TYPE text COLLATE "C", ALTER COLUMN customer SET STATISTICS 0,
    ALTER COLUMN payload TYPE bytea, ALTER COLUMN payload SET STATISTICS 0;
