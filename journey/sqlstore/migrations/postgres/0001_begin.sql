-- What a store knows the journeys and definitions by.
CREATE TABLE lc_journey (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL UNIQUE
);
CREATE TABLE lc_definition (
    id   integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text COLLATE "C" NOT NULL,
    hash text COLLATE "C" NOT NULL,
    UNIQUE (name, hash)
);
-- Where everybody is. Times are nanoseconds since 1970, UTC.
-- Numbers come first, the eight-byte ones before the others: so nothing is
-- filled up in between.
CREATE TABLE lc_state (
    version    bigint NOT NULL,
    since_ns   bigint NOT NULL,
    due_ns     bigint,
    lease_ns   bigint,
    journey    integer NOT NULL,
    entries    integer NOT NULL,
    definition integer NOT NULL,
    customer   text COLLATE "C" NOT NULL,
    stage      text COLLATE "C" NOT NULL,
    body       bytea NOT NULL,
    PRIMARY KEY (journey, customer)
) WITH (fillfactor = 95);
CREATE INDEX lc_state_due ON lc_state (journey, due_ns) WHERE due_ns IS NOT NULL;
-- What happened to them, in order.
CREATE TABLE lc_event (
    at_ns      bigint NOT NULL,
    seq        bigint NOT NULL,
    journey    integer NOT NULL,
    n          integer NOT NULL,
    customer   text COLLATE "C" NOT NULL,
    event_id   text COLLATE "C",
    kind       text COLLATE "C" NOT NULL,
    trigger    text COLLATE "C" NOT NULL,
    from_stage text COLLATE "C" NOT NULL,
    to_stage   text COLLATE "C" NOT NULL,
    body       bytea NOT NULL,
    PRIMARY KEY (journey, customer, n)
);
CREATE UNIQUE INDEX lc_event_id ON lc_event (journey, customer, event_id) WHERE event_id IS NOT NULL;
-- Which milestones they reached, by which entry.
CREATE TABLE lc_milestone (
    journey    integer NOT NULL,
    customer   text COLLATE "C" NOT NULL,
    milestone  text COLLATE "C" NOT NULL,
    n          integer NOT NULL,
    reached_ns bigint NOT NULL,
    PRIMARY KEY (journey, customer, milestone)
);
-- What others have yet to be told.
CREATE TABLE lc_outbox (
    n        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    journey  integer NOT NULL,
    undone   smallint NOT NULL, -- 1: the change was taken back
    customer text COLLATE "C" NOT NULL,
    payload  bytea NOT NULL -- the change as JSON
);
CREATE INDEX lc_outbox_customer ON lc_outbox (journey, customer);
