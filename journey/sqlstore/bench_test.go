package sqlstore_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// fsyncs is how many durable appends of a page the disk of a folder does in a
// second: what no durable step can be faster than.
func fsyncs(b *testing.B, dir string) float64 {
	b.Helper()
	f, err := os.Create(filepath.Join(dir, "fsync"))
	require.NoError(b, err)
	defer f.Close()
	page := make([]byte, 4096)
	const n = 200
	begin := time.Now()
	for range n {
		_, err = f.Write(page)
		require.NoError(b, err)
		require.NoError(b, f.Sync())
	}
	return n / time.Since(begin).Seconds()
}

// One event, one durable step, with history and outbox; beside it what the disk
// can do in the same run.
func BenchmarkStep(b *testing.B) {
	for _, e := range []engine{sqlite("sqlite", "full"), sqlite("sqlite", "normal"), postgres()} {
		name := e.name
		if e.dialect == sqlstore.SQLite {
			name += map[bool]string{true: "/full", false: "/normal"}[strings.Contains(e.url(b), "(full)")]
		}
		b.Run(name, func(b *testing.B) {
			s := e.store(b, sqlstore.Options{Outbox: true})
			tr, err := tracker.New(pendulum(), s, tracker.Options{AutoStart: true})
			require.NoError(b, err)
			disk := fsyncs(b, b.TempDir())
			for i := 0; b.Loop(); i++ {
				if _, err := tr.Fire(b.Context(), journey.Event{Customer: fmt.Sprintf("customer %03d", i%200), Trigger: "swing", At: hours(i), ID: fmt.Sprint(i)}); err != nil {
					b.Fatal(err)
				}
			}
			rate := float64(b.N) / b.Elapsed().Seconds()
			b.ReportMetric(rate, "steps/s")
			b.ReportMetric(disk, "fsyncs/s")
			b.ReportMetric(rate/disk, "steps/fsync")
		})
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
	if os.Getenv("LIFECYCLE_LARGE") != "" {
		count = 1_000_000
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
