-- What a store knows the journeys and definitions by.
CREATE TABLE lc_journey (
    id   integer PRIMARY KEY,
    name text NOT NULL UNIQUE
);
CREATE TABLE lc_definition (
    id   integer PRIMARY KEY,
    name text NOT NULL,
    hash text NOT NULL,
    UNIQUE (name, hash)
);
-- Where everybody is. Times are nanoseconds since 1970, UTC.
CREATE TABLE lc_state (
    journey    integer NOT NULL,
    customer   text NOT NULL,
    version    bigint NOT NULL,
    stage      text NOT NULL,
    since_ns   bigint NOT NULL,
    due_ns     bigint,
    lease_ns   bigint,
    entries    integer NOT NULL,
    definition integer NOT NULL,
    body       blob NOT NULL,
    PRIMARY KEY (journey, customer)
) WITHOUT ROWID;
CREATE INDEX lc_state_due ON lc_state (journey, due_ns) WHERE due_ns IS NOT NULL;
-- What happened to them, in order.
CREATE TABLE lc_event (
    journey    integer NOT NULL,
    customer   text NOT NULL,
    n          integer NOT NULL,
    event_id   text,
    kind       text NOT NULL,
    trigger    text NOT NULL,
    from_stage text NOT NULL,
    to_stage   text NOT NULL,
    at_ns      bigint NOT NULL,
    seq        bigint NOT NULL,
    body       blob NOT NULL,
    PRIMARY KEY (journey, customer, n)
) WITHOUT ROWID;
CREATE UNIQUE INDEX lc_event_id ON lc_event (journey, customer, event_id) WHERE event_id IS NOT NULL;
-- Which milestones they reached, by which entry.
CREATE TABLE lc_milestone (
    journey    integer NOT NULL,
    customer   text NOT NULL,
    milestone  text NOT NULL,
    n          integer NOT NULL,
    reached_ns bigint NOT NULL,
    PRIMARY KEY (journey, customer, milestone)
) WITHOUT ROWID;
-- What others have yet to be told.
CREATE TABLE lc_outbox (
    n        integer PRIMARY KEY AUTOINCREMENT,
    journey  integer NOT NULL,
    customer text NOT NULL,
    undone   integer NOT NULL, -- 1: the change was taken back
    payload  blob NOT NULL -- the change as JSON
);
CREATE INDEX lc_outbox_customer ON lc_outbox (journey, customer);
