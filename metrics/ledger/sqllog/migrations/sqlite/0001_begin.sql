-- What became known, in the order in which it did: changes of levels, or
-- records of billing systems and the passing of time (kind). Nothing is ever
-- changed, but for a name that is erased.
CREATE TABLE lc_log (
    n        integer PRIMARY KEY AUTOINCREMENT,
    batch    bigint NOT NULL,
    kind     text NOT NULL,
    id       text NOT NULL,
    customer text NOT NULL,
    at_ns    bigint NOT NULL,
    known_ns bigint,
    currency text NOT NULL,
    amount   text NOT NULL,
    body     blob NOT NULL
);
CREATE INDEX lc_log_customer ON lc_log (customer);
-- The books as they stood after a line of the log.
CREATE TABLE lc_snapshot (
    id     integer PRIMARY KEY,
    n      bigint NOT NULL,
    ledger blob NOT NULL,
    feed   blob
);
