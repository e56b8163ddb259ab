package sqlstore

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/sqldb"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Store is a [tracker.Store] in a database, a [tracker.Historian], a
// [tracker.Claimer] and, with Options.Outbox, a [tracker.Outbox]. It keeps the
// customers of one journey; a customer may be in several. It is safe for
// concurrent use, by several processes too. [Open] makes one; the zero value is
// not ready.
type Store struct {
	db      *sql.DB
	schema  sqldb.Schema
	writer  *sqldb.Writer
	read    *sqldb.Prepared
	group   group
	texts   aloneTexts
	o       Options
	journey int64

	mu    sync.RWMutex
	ids   map[definition]int64
	named map[int64]definition
}

var (
	_ tracker.Historian = (*Store)(nil)
	_ tracker.Claimer   = (*Store)(nil)
	_ tracker.Outbox    = (*Store)(nil)
)

// definition is what a state says it is under.
type definition struct{ name, hash string }

// Options of [Open]. The zero value is refused: it has no Dialect.
type Options struct {
	Schema Schema
	// Journey keeps the customers of different journeys apart, as those of a
	// buyer's and of a partner's; empty is a name like any other.
	Journey string
	// NoHistory keeps states alone. A tracker then recognises repeats among the
	// latest events only, and has nothing to fold a late event into.
	NoHistory bool
	// Outbox keeps a message for every change until it has been sent: see
	// tracker.Relay.
	Outbox bool
}

const maxJourney = 256

// Open makes the store of one journey. The tables must be there: see [Migrate].
func Open(ctx context.Context, db *sql.DB, o Options) (*Store, error) {
	schema, err := o.Schema.inside("Open")
	if err != nil {
		return nil, err
	}
	if len(o.Journey) > maxJourney {
		return nil, &fault.Error{Package: "sqlstore", Op: "Open", Field: "Journey", Value: fault.Quote(o.Journey), Limit: "at most 256 bytes", Err: fault.ErrTooLong}
	}
	if err := schema.Storable("Open", "Journey", o.Journey); err != nil {
		return nil, err
	}
	s := &Store{db: db, schema: schema, writer: sqldb.NewWriter(db, schema.Dialect), o: o, ids: map[definition]int64{}, named: map[int64]definition{}}
	s.read = s.writer.Prepared()
	s.texts = newAloneTexts(schema)
	if err := s.schema.Current(ctx, db, files); err != nil {
		return nil, err
	}
	s.journey, err = s.number(ctx, "lc_journey", []string{"name"}, o.Journey)
	return s, err
}

// number finds the row with these values, or makes it.
func (s *Store) number(ctx context.Context, table string, columns []string, values ...any) (id int64, err error) {
	where, places := make([]string, len(columns)), make([]string, len(columns))
	for i, c := range columns {
		places[i] = fmt.Sprintf("$%d", i+1)
		where[i] = c + " = " + places[i]
	}
	find := s.schema.Text("SELECT id FROM " + table + " WHERE " + strings.Join(where, " AND "))
	err = s.db.QueryRowContext(ctx, find, values...).Scan(&id)
	if !errors.Is(err, sql.ErrNoRows) {
		return id, err
	}
	add := s.schema.Text("INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + strings.Join(places, ", ") + ") ON CONFLICT DO NOTHING")
	if err := s.writer.Once(ctx, func(c sqldb.Conn) error {
		_, err := c.ExecContext(ctx, add, values...)
		return err
	}); err != nil {
		return 0, err
	}
	return id, s.db.QueryRowContext(ctx, find, values...).Scan(&id)
}

// definitionID is the number of a definition in the database.
func (s *Store) definitionID(ctx context.Context, d definition) (int64, error) {
	s.mu.RLock()
	id, ok := s.ids[d]
	s.mu.RUnlock()
	if ok {
		return id, nil
	}
	id, err := s.number(ctx, "lc_definition", []string{"name", "hash"}, d.name, d.hash)
	if err == nil {
		s.remember(id, d)
	}
	return id, err
}

func (s *Store) remember(id int64, d definition) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ids[d], s.named[id] = id, d
}

func (s *Store) definition(ctx context.Context, id int64) (definition, error) {
	s.mu.RLock()
	d, ok := s.named[id]
	s.mu.RUnlock()
	if ok {
		return d, nil
	}
	err := s.db.QueryRowContext(ctx, s.schema.Text("SELECT name, hash FROM lc_definition WHERE id = $1"), id).Scan(&d.name, &d.hash)
	if err == nil {
		s.remember(id, d)
	}
	return d, err
}

// Load implements [tracker.Store].
func (s *Store) Load(ctx context.Context, customer string) (tracker.State, error) {
	if err := s.schema.Storable("load", "customer", customer); err != nil {
		return tracker.State{}, errors.Join(tracker.ErrNotFound, err)
	}
	var r row
	err := s.read.QueryRowContext(ctx, s.texts.load, s.journey, customer).Scan(r.into()...)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return tracker.State{}, fmt.Errorf("sqlstore: load: customer %s: %w", fault.Quote(customer), tracker.ErrNotFound)
	case err != nil:
		return tracker.State{}, err
	}
	return s.state(ctx, customer, &r)
}

// stateColumns are what a state is made of again: see scanState.
const stateColumns = "version, stage, since_ns, due_ns, entries, definition, body"

// row is what the database has of one customer, as its columns.
type row struct {
	version    int64
	stage      string
	since      int64
	due        *int64
	entries    int64
	definition int64
	body       []byte
}

// into are where to scan stateColumns to.
func (r *row) into() []any {
	return []any{&r.version, &r.stage, &r.since, &r.due, &r.entries, &r.definition, &r.body}
}

// state puts together what the columns and the body say.
func (s *Store) state(ctx context.Context, customer string, r *row) (tracker.State, error) {
	d, err := s.definition(ctx, r.definition)
	if err != nil {
		return tracker.State{}, err
	}
	state := tracker.State{Version: r.version}
	state.Snapshot = journey.Snapshot{Customer: customer, Definition: d.name, Hash: d.hash, Stage: journey.Stage(r.stage), Since: time.Unix(0, r.since).UTC()}
	if r.due != nil {
		state.Snapshot.Due = time.Unix(0, *r.due).UTC()
	}
	if err := unpack(&state, r.body); err != nil {
		return tracker.State{}, err
	}
	return state, nil
}

// Erase implements [tracker.Store]. What a database deletes it writes over as it
// needs the room: no file holds the name any more after VACUUM and PRAGMA
// wal_checkpoint(TRUNCATE) on SQLite (its secure_delete leaves copies behind
// where pages were split), and on Postgres after VACUUM (FULL), but for its
// log, for as long as that is kept; the samples that its planner takes are of
// no column with names. Backups are yours to think of.
func (s *Store) Erase(ctx context.Context, customer string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if !sqldb.IsStorable(customer) {
		return nil // nobody has such a name
	}
	return s.writer.Write(ctx, func(c sqldb.Conn) error {
		for _, table := range []string{"lc_state", "lc_event", "lc_milestone", "lc_outbox"} {
			if _, err := c.ExecContext(ctx, s.schema.Text("DELETE FROM "+table+" WHERE journey = $1 AND customer = $2"), s.journey, customer); err != nil {
				return err
			}
		}
		return nil
	})
}

func nanos(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}
