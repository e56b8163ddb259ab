package sqlstore_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// The test's own binary, with this variable set, is a worker: driver, dialect,
// address, file of acknowledgements and number, one a line.
const workerEnv = "SQLSTORE_WORKER"

const (
	killCustomers = 40
	ackEnd        = "\t."
)

// pendulum allows its trigger in every stage.
func pendulum() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Name: "pendulum", Initial: "left",
		Transitions: []journey.Transition{{From: "left", On: "swing", To: "right"}, {From: "right", On: "swing", To: "left"}},
	})
	if err != nil {
		panic(err)
	}
	return d
}

// work fires events until it is killed. Only what Fire has answered is
// acknowledged. Every seventh event is sent by the other worker too.
func work() {
	part := strings.Split(os.Getenv(workerEnv), "\n")
	number, _ := strconv.Atoi(part[4])
	ctx := context.Background()
	db, err := sql.Open(part[0], part[2])
	if err != nil {
		panic(err)
	}
	acks, err := os.OpenFile(part[3], os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		panic(err)
	}
	begun := time.Now().UnixNano()
	var tr *tracker.Tracker
	for i := 0; ; i++ {
		if tr == nil { // the server may be down
			s, err := sqlstore.Open(ctx, db, sqlstore.Options{Schema: sqlstore.Schema{Dialect: sqlstore.Dialect(part[1])}, Outbox: true})
			if err != nil {
				time.Sleep(5 * time.Millisecond)
				continue
			}
			if tr, err = tracker.New(pendulum(), s, tracker.Options{AutoStart: true, Grace: time.Hour}); err != nil {
				panic(err)
			}
		}
		at := time.Now()
		id := fmt.Sprintf("w%d %d %d", number, begun, i)
		if i%7 == 0 {
			id = fmt.Sprintf("both %d", at.UnixMilli()/20)
			at = time.UnixMilli(at.UnixMilli() / 20 * 20)
		}
		customer := fmt.Sprintf("c%d", (i*31+number)%killCustomers)
		if i%7 == 0 {
			customer = fmt.Sprintf("c%d", at.UnixMilli()/20%killCustomers)
		}
		if _, err := tr.Fire(ctx, journey.Event{Customer: customer, Trigger: "swing", At: at, ID: id}); err != nil {
			continue
		}
		// Killed in the middle of it, it leaves a line without an end.
		if _, err := fmt.Fprintf(acks, "\n%s\t%s"+ackEnd, customer, id); err != nil {
			panic(err)
		}
	}
}

// killer runs workers and kills each some milliseconds after it has begun.
func killer(t *testing.T, e engine, url string, kills int) (acks []string) {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	var left atomic.Int64
	left.Store(int64(kills))
	var group sync.WaitGroup
	dir := t.TempDir()
	for w := range 2 {
		file := filepath.Join(dir, fmt.Sprint("acks", w))
		acks = append(acks, file)
		group.Go(func() {
			r := rand.New(rand.NewPCG(uint64(w), 5))
			for left.Add(-1) >= 0 {
				cmd := exec.Command(self)
				cmd.Env = append(os.Environ(), workerEnv+"="+strings.Join([]string{e.driver, string(e.dialect), url, file, strconv.Itoa(w)}, "\n"))
				cmd.Stderr = os.Stderr
				before := size(file)
				if !assert.NoError(t, cmd.Start()) {
					return
				}
				// Starting takes as long as it takes; then a random instant.
				for range 500 {
					if size(file) != before {
						break
					}
					time.Sleep(2 * time.Millisecond)
				}
				time.Sleep(time.Duration(r.IntN(60_000)) * time.Microsecond)
				_ = cmd.Process.Kill()
				_ = cmd.Wait()
			}
		})
	}
	group.Wait()
	return acks
}

func size(file string) int64 {
	if info, err := os.Stat(file); err == nil {
		return info.Size()
	}
	return 0
}

// whole wants everything acknowledged to be there, once, and state, history and
// messages of every customer to tell the same story.
func whole(t *testing.T, s *sqlstore.Store, db *sql.DB, acks []string) (acknowledged, events int) {
	t.Helper()
	ctx := context.Background()
	// A server finishes what a killed client had asked for.
	for busy := 1; busy > 0 && strings.Contains(fmt.Sprintf("%T", db.Driver()), "stdlib"); {
		require.NoError(t, db.QueryRowContext(ctx, "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND pid <> pg_backend_pid()").Scan(&busy))
	}
	told := map[string]int{}
	for after := int64(0); ; {
		list, err := s.Unsent(ctx, after, 1000)
		require.NoError(t, err)
		for _, m := range list {
			after = m.N
			if m.Undone {
				told[m.Customer]--
			} else {
				told[m.Customer]++
			}
		}
		if len(list) < 1000 {
			break
		}
	}
	known := map[string]bool{}
	for c := range killCustomers {
		customer := fmt.Sprintf("c%d", c)
		list, err := s.History(ctx, customer, time.Time{})
		require.NoError(t, err)
		if len(list) == 0 {
			continue
		}
		var entries int
		require.NoError(t, db.QueryRowContext(ctx, fmt.Sprintf("SELECT entries FROM lc_state WHERE customer = '%s'", customer)).Scan(&entries))
		assert.Len(t, list, entries, "%s: entries without a gap", customer)
		state, err := s.Load(ctx, customer)
		require.NoError(t, err)
		last := list[len(list)-1]
		assert.True(t, state.Snapshot.Equal(last.Snapshot()), "%s: the state is that after the last entry", customer)
		assert.Equal(t, len(list), told[customer], "%s: a message for every entry", customer)
		for i, o := range list {
			assert.Equal(t, int64(i), o.Seq, "%s: numbers without a gap", customer)
			if i > 0 {
				assert.False(t, o.At.Before(list[i-1].At), "%s: entry %d in the order of time", customer, i)
				assert.NotEqual(t, o.From, o.To)
				assert.Equal(t, list[i-1].To, o.From, "%s: entry %d goes on from the one before", customer, i)
			}
			if o.Event.ID != "" && o.Origin == tracker.OriginEvent {
				key := customer + "\t" + o.Event.ID
				assert.False(t, known[key], "%q twice", key)
				known[key] = true
			}
		}
	}
	for _, file := range acks {
		f, err := os.Open(file)
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		for scan := bufio.NewScanner(f); scan.Scan(); {
			event, said := strings.CutSuffix(scan.Text(), ackEnd)
			if !said {
				continue
			}
			acknowledged++
			assert.True(t, known[event], "%q was acknowledged and is missing", event)
		}
		_ = f.Close()
	}
	return acknowledged, len(known)
}

func kills(t *testing.T) int {
	t.Helper()
	if s := os.Getenv("LIFECYCLE_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		require.NoError(t, err)
		return n
	}
	if testing.Short() {
		return 30
	}
	return 200
}

// Two writers, killed and started again: what was acknowledged is there,
// nothing is there twice, nothing has a gap. LIFECYCLE_KILLS says how often,
// 200 without it.
func TestKill_NothingLostNothingTwice(t *testing.T) {
	for _, e := range append(engines(), rollback()) {
		t.Run(e.name, func(t *testing.T) {
			url := e.url(t)
			s, db := e.storeAt(t, url, sqlstore.Options{Outbox: true})
			n := kills(t)
			if e.name == rollback().name {
				n /= 5 // a step waits for the disk several times
			}
			acks := killer(t, e, url, n)
			acknowledged, events := whole(t, s, db, acks)
			t.Logf("%d kills: %d acknowledged, none missing; %d events, none twice", n, acknowledged, events)
			assert.Greater(t, acknowledged, n, "the workers got some work done")
			if e.dialect == sqlstore.SQLite {
				var said string
				require.NoError(t, db.QueryRowContext(t.Context(), "PRAGMA integrity_check").Scan(&said))
				assert.Equal(t, "ok", said)
			}
		})
	}
}
