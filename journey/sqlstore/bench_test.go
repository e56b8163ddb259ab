package sqlstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// clocked is how long each run of something took.
type clocked []time.Duration

func (c *clocked) run(b *testing.B, work func() error) {
	b.Helper()
	begin := time.Now()
	err := work()
	*c = append(*c, time.Since(begin))
	if err != nil {
		b.Fatal(err)
	}
}

// median is robust where others use the disk too.
func (c clocked) median() float64 {
	slices.Sort(c)
	return c[len(c)/2].Seconds()
}

// One event, one durable step, with history and outbox: a read and a write.
// Beside it, in turn, what the disk can do, an append of a page and fsync, and
// what the database can do, one row in a statement of its own. The figures are
// of medians: a step costs at least an fsync, so steps/fsync is at most 1, and
// insert/fsync is as near as the database itself comes to that.
func BenchmarkStep(b *testing.B) {
	for _, e := range []engine{sqlite("sqlite", "full"), sqlite("sqlite", "normal"), postgres()} {
		name := e.name
		if e.dialect == sqlstore.SQLite {
			name += map[bool]string{true: "/full", false: "/normal"}[strings.Contains(e.url(b), "(full)")]
		}
		b.Run(name, func(b *testing.B) {
			s, db := e.storeAt(b, e.url(b), sqlstore.Options{Outbox: true})
			tr, err := tracker.New(pendulum(), s, tracker.Options{AutoStart: true})
			require.NoError(b, err)
			_, err = db.ExecContext(b.Context(), map[sqlstore.Dialect]string{
				sqlstore.SQLite: "CREATE TABLE bare (n integer PRIMARY KEY, customer text, payload blob)", sqlstore.Postgres: "CREATE TABLE bare (n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, customer text, payload bytea)",
			}[e.dialect])
			require.NoError(b, err)
			f, err := os.Create(filepath.Join(b.TempDir(), "fsync"))
			require.NoError(b, err)
			defer f.Close()
			page := make([]byte, 4096)
			insert := "INSERT INTO bare (customer, payload) VALUES ($1, $2)"
			if e.dialect == sqlstore.SQLite {
				insert = strings.ReplaceAll(insert, "$", "?")
			}
			fire := func(i int) error {
				_, err := tr.Fire(b.Context(), journey.Event{Customer: fmt.Sprintf("customer %03d", i%200), Trigger: "swing", At: hours(i), ID: fmt.Sprint(i)})
				return err
			}
			for i := range 200 { // everybody has begun
				require.NoError(b, fire(i))
			}
			var step, disk, bare clocked
			for i := 200; b.Loop(); i++ {
				disk.run(b, func() error {
					if _, err := f.Write(page); err != nil {
						return err
					}
					return f.Sync()
				})
				bare.run(b, func() error {
					_, err := db.ExecContext(b.Context(), insert, "customer", page[:500])
					return err
				})
				step.run(b, func() error { return fire(i) })
			}
			b.ReportMetric(0, "ns/op") // of the three together
			b.ReportMetric(1/step.median(), "steps/s")
			b.ReportMetric(1/disk.median(), "fsyncs/s")
			b.ReportMetric(1/bare.median(), "inserts/s")
			b.ReportMetric(disk.median()/step.median(), "steps/fsync")
			b.ReportMetric(disk.median()/bare.median(), "inserts/fsync")
			b.ReportMetric(bare.median()/step.median(), "steps/insert")
		})
	}
}

// Steps of several goroutines at once, of different customers: Postgres writes
// them to the disk together.
func BenchmarkStepsTogether(b *testing.B) {
	for _, e := range engines() {
		for _, many := range []int{1, 8} {
			b.Run(fmt.Sprintf("%s/goroutines=%d", e.name, many), func(b *testing.B) {
				s, db := e.storeAt(b, e.url(b), sqlstore.Options{Outbox: true})
				db.SetMaxIdleConns(many)
				tr, err := tracker.New(pendulum(), s, tracker.Options{AutoStart: true})
				require.NoError(b, err)
				var next atomic.Int64
				b.ResetTimer()
				var group sync.WaitGroup
				for g := range many {
					group.Go(func() {
						for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
							_, err := tr.Fire(b.Context(), journey.Event{Customer: fmt.Sprintf("customer %d %03d", g, i%20), Trigger: "swing", At: hours(int(i)), ID: fmt.Sprint(i)})
							if err != nil {
								b.Error(err)
								return
							}
						}
					})
				}
				group.Wait()
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
			})
		}
	}
}

// Many events in one transaction; an iteration is one event.
func BenchmarkBatch(b *testing.B) {
	for _, e := range engines() {
		for _, size := range []int{1, 10, 100, 1000} {
			b.Run(fmt.Sprintf("%s/events=%d", e.name, size), func(b *testing.B) {
				s := e.store(b, sqlstore.Options{Outbox: true})
				d := pendulum()
				n := 0
				for b.Loop() {
					if n%size != 0 {
						n++
						continue
					}
					var names []string
					for i := range size {
						names = append(names, fmt.Sprintf("customer %04d", (n+i)%2000))
					}
					err := s.Batch(b.Context(), names, func(st tracker.Store) error {
						tr, err := tracker.New(d, st, tracker.Options{AutoStart: true})
						if err != nil {
							return err
						}
						for i := range size {
							if _, err := tr.Fire(b.Context(), journey.Event{Customer: names[i], Trigger: "swing", At: hours(n + i), ID: fmt.Sprint(n + i)}); err != nil {
								return err
							}
						}
						return nil
					})
					if err != nil {
						b.Fatal(err)
					}
					n++
				}
				b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "steps/s")
			})
		}
	}
}

// What a customer at rest takes on the disk, index included.
func BenchmarkSize(b *testing.B) {
	count := 100_000
	switch {
	case os.Getenv("LIFECYCLE_LARGE") != "":
		count = 1_000_000
	case testing.Short():
		count = 1_000
	}
	for _, e := range []engine{sqlite("sqlite", "off"), postgres()} {
		b.Run(fmt.Sprintf("%s/customers=%d", e.name, count), func(b *testing.B) {
			for b.Loop() {
				s, db := e.storeAt(b, e.url(b), sqlstore.Options{NoHistory: true})
				d := trial()
				for from := 0; from < count; from += 1000 {
					require.NoError(b, s.Batch(b.Context(), nil, func(st tracker.Store) error {
						for i := from; i < from+1000; i++ {
							state := tracker.StateOf(d.Start(fmt.Sprintf("customer-%09d", i*7919%count), hours(i)))
							if err := st.Put(b.Context(), tracker.Commit{State: state, Expected: tracker.NotStored}); err != nil {
								return err
							}
						}
						return nil
					}))
				}
				query := "SELECT pg_total_relation_size('lc_state')"
				if e.dialect == sqlstore.SQLite {
					query = "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size"
				}
				var bytes int64
				require.NoError(b, db.QueryRowContext(b.Context(), query).Scan(&bytes))
				b.ReportMetric(float64(bytes)/float64(count), "bytes/customer")
			}
		})
	}
}

// trial has a timer, so that everybody is due at some time.
func trial() *journey.Definition {
	d, err := journey.Define(journey.Spec{
		Name: "product", Initial: "trial",
		Stages:      []journey.StageSpec{{Name: "trial"}, {Name: "active", Goal: true}, {Name: "expired", Terminal: true}},
		Transitions: []journey.Transition{{From: "trial", On: "pay", To: "active"}, {From: "trial", On: "expire", To: "expired"}, {From: "active", On: "cancel", To: "expired"}},
		After:       []journey.Timer{{Stage: "trial", After: 14 * 24 * time.Hour, Trigger: "expire"}},
	})
	if err != nil {
		panic(err)
	}
	return d
}
