package beam_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	apache "github.com/apache/beam/sdks/v2/go/pkg/beam"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/metrics/shard"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/beam"
)

// months are parameters of books.
type months struct {
	Currency money.Currency `json:"currency"`
	From     calendar.Month `json:"from"`
	To       calendar.Month `json:"to"`
}

var (
	origin = time.Date(2024, time.January, 1, 0, 0, 0, 0, time.UTC)
	after  = time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC)
	years  = months{"EUR", calendar.NewMonth(2024, time.January), calendar.NewMonth(2026, time.March)}
)

func booksOf(rows beam.Rows, m months) (*ledger.Ledger, error) {
	books, err := ledger.New(ledger.Options{Currency: m.Currency})
	if err != nil {
		return nil, err
	}
	return books, books.Load(rows.Changes())
}

func logOf(rows beam.Rows) (*touchpoint.Log, error) {
	return touchpoint.LogOptions{Value: true, Campaign: true, Cost: true}.Read(rows.Events())
}

var (
	statements = beam.Register("statements", func(rows beam.Rows, m months) (*ledger.Cube, error) {
		books, err := booksOf(rows, m)
		if err != nil {
			return nil, err
		}
		return books.Cube(m.From, m.To, nil)
	})
	bySegment = beam.Register("by-segment", func(rows beam.Rows, m months) (*ledger.Cube, error) {
		books, err := booksOf(rows, m)
		if err != nil {
			return nil, err
		}
		return books.Cube(m.From, m.To, segment)
	})
	byPlan = beam.Register("by-plan", func(rows beam.Rows, m months) (*ledger.Cube, error) {
		books, err := booksOf(rows, m)
		if err != nil {
			return nil, err
		}
		return books.CubeByPlan(m.From, m.To)
	})
	cohorts = beam.Register("cohorts", func(rows beam.Rows, m months) (*cohort.Table, error) {
		books, err := booksOf(rows, m)
		if err != nil {
			return nil, err
		}
		return cohort.New(books, cohort.Options{Through: m.To, Key: segment})
	})
	replays = beam.Register("replays", func(rows beam.Rows, until time.Time) (*journey.Summary, error) {
		log, err := logOf(rows)
		if err != nil {
			return nil, err
		}
		r, err := preset.SaaS().ReplayLog(log, nil, journey.ReplayOptions{Horizon: until, Everyone: true})
		if err != nil {
			return nil, err
		}
		sum := &journey.Summary{} // of its own: that of a replay takes no other in
		return sum, sum.Merge(&r.Summary)
	})
	funnels = beam.Register("funnels", func(rows beam.Rows, spec funnel.Spec) (*funnel.Report, error) {
		log, err := logOf(rows)
		if err != nil {
			return nil, err
		}
		return funnel.Run(log, spec)
	})
	retained = beam.Register("retention", func(rows beam.Rows, spec retention.Spec) (*retention.Table, error) {
		log, err := logOf(rows)
		if err != nil {
			return nil, err
		}
		return retention.Run(log, spec)
	})
	graphs = beam.Register("graphs", func(rows beam.Rows, _ struct{}) (*mining.Graph, error) {
		log, err := logOf(rows)
		if err != nil {
			return nil, err
		}
		return mining.DirectlyFollows(log, mining.Options{})
	})
	paths = beam.Register("paths", func(rows beam.Rows, o attribution.Options) (*attribution.Paths, error) {
		log, err := logOf(rows)
		if err != nil {
			return nil, err
		}
		return attribution.PathsOf(log, o)
	})
	cells = beam.Register("cells", func(rows beam.Rows, end time.Time) (*clv.Cells, error) {
		log, err := logOf(rows)
		if err != nil {
			return nil, err
		}
		o := clv.SummaryOptions{Unit: calendar.UnitWeek, End: end}
		paid := slices.Collect(clv.OfLog(log, touchpoint.Match{Name: "paid"}))
		if len(paid) == 0 { // Summarise wants a transaction; a shard may have none
			return clv.NewCells(o), nil
		}
		s, err := clv.Summarise(slices.Values(paid), o)
		if err != nil {
			return nil, err
		}
		return s.Cells()
	})
)

func segment(customer string) string { return fmt.Sprint("s", len(customer)%3) }

// kind is work and its parameters, of whatever types.
type kind struct {
	name    string
	shards  func(s apache.Scope, dir string) (apache.PCollection, error)
	rows    func(s apache.Scope, rows apache.PCollection, o beam.RowsOptions) (apache.PCollection, error)
	combine func(s apache.Scope, sums apache.PCollection) (apache.PCollection, error)
	pass    func(rows beam.Rows) ([]byte, error)
	runner  func(ctx context.Context, set *shard.Set) ([]byte, error)
	read    func(ctx context.Context, path string) ([]byte, error)
}

func kindOf[P, T any, A shard.Aggregate[T]](w *beam.Work[P, T, A], p P) kind {
	bytes := func(a A, err error) ([]byte, error) {
		if err != nil {
			return nil, err
		}
		return a.MarshalBinary()
	}
	return kind{
		name:   w.Name(),
		shards: func(s apache.Scope, dir string) (apache.PCollection, error) { return w.Shards(s, dir, p) },
		rows: func(s apache.Scope, rows apache.PCollection, o beam.RowsOptions) (apache.PCollection, error) {
			return w.Rows(s, rows, p, o)
		},
		combine: w.Combine,
		pass:    func(rows beam.Rows) ([]byte, error) { return bytes(w.Compute(rows, p)) },
		runner: func(ctx context.Context, set *shard.Set) ([]byte, error) {
			return bytes(shard.Run(ctx, set, func(s shard.Shard) (A, error) { return w.Compute(s, p) }, shard.RunOptions{}))
		},
		read: func(ctx context.Context, path string) ([]byte, error) { return bytes(w.Read(ctx, path)) },
	}
}

func retentionIn(zone *time.Location) retention.Spec {
	return retention.Spec{Start: touchpoint.Named("signed_up"), Return: touchpoint.Named("visited", "paid"), Periods: 24, From: origin, AsOf: after, Amount: true, Location: zone}
}

// everything is all kinds of aggregates, each with its parameters.
func everything() []kind {
	return []kind{
		kindOf(statements, years), kindOf(bySegment, years), kindOf(byPlan, years), kindOf(cohorts, years),
		kindOf(replays, after),
		kindOf(funnels, funnel.Spec{Steps: []funnel.Step{{Any: touchpoint.Named("visited")}, {Any: touchpoint.Named("signed_up")}, {Any: touchpoint.Named("paid")}}, Window: 90 * 24 * time.Hour}),
		kindOf(retained, retentionIn(nil)),
		kindOf(graphs, struct{}{}),
		kindOf(paths, attribution.Options{Conversion: touchpoint.Named("paid"), Lookback: 60 * 24 * time.Hour, To: after}),
		kindOf(cells, after),
	}
}

var (
	plans  = []string{"free", "pro", "ลองใช้", "großkunde"}
	events = []string{"visited", "signed_up", "trial_started", "activated", "converted", "paid", "subscription_cancelled", "ticket"}
)

func customer(r *rand.Rand, of int) string {
	n := r.IntN(of)
	return []string{"c", "عميل ", "ลูกค้า ", ""}[n%4] + fmt.Sprint(n)
}

// drawChange draws a change of one of a few customers: several on one day,
// repeats, amounts of many digits, yearly ones that are no whole cents a month.
func drawChange(r *rand.Rand, of, i int) ledger.Change {
	c := ledger.Change{
		Customer: customer(r, of), Subscription: []string{"", "s", "t"}[r.IntN(3)],
		At: origin.AddDate(0, 0, r.IntN(700)), Amount: decimal.New(int64(r.IntN(4))*4_999, -2),
	}
	if r.IntN(3) == 0 {
		c.At = c.At.Add(time.Duration(r.IntN(86_400_000)) * time.Millisecond)
	}
	switch r.IntN(8) {
	case 0:
		c.Amount = decimal.RequireFromString("123456789012345678.123456789")
	case 1:
		c.Cycle = calendar.Cycle{Unit: calendar.UnitYear}
		c.Amount = decimal.NewFromInt(100)
	}
	if r.IntN(3) == 0 {
		c.ID = fmt.Sprint("id ", i)
	}
	if r.IntN(2) == 0 {
		c.Plan = plans[r.IntN(len(plans))]
	}
	if r.IntN(4) == 0 {
		c.Item, c.Quantity = "seat", decimal.NewFromInt(int64(r.IntN(4)))
	}
	if r.IntN(6) == 0 {
		c.Recorded = c.At.Add(time.Hour)
	}
	c.Alive = r.IntN(7) == 0
	return c
}

// drawEvent draws an event; half of them fall on whole days, so that many stand
// at one instant.
func drawEvent(r *rand.Rand, of, i int) touchpoint.Event {
	e := touchpoint.Event{
		Customer: customer(r, of), Name: events[r.IntN(len(events))], Channel: []touchpoint.Channel{"", "Email", "Ads"}[r.IntN(3)],
		At: origin.AddDate(0, 0, r.IntN(700)),
	}
	if r.IntN(2) == 0 {
		e.At = e.At.Add(time.Duration(r.IntN(86_400)) * time.Second)
	}
	if r.IntN(2) == 0 {
		e.ID, e.Source = fmt.Sprint("e", i), "web"
	}
	if r.IntN(3) == 0 {
		e.Campaign, e.Cost = "spring", decimal.New(5, -1)
	}
	if e.Name == "paid" {
		e.Value = decimal.New(int64(1+r.IntN(9_999)), -2)
	}
	return e
}

// write deals rows out to shards.
func write(t testing.TB, shards int, changes []ledger.Change, events []touchpoint.Event) (*shard.Set, string) {
	t.Helper()
	dir := t.TempDir()
	w, err := shard.Create(dir, shard.Options{Shards: shards})
	require.NoError(t, err)
	for _, c := range changes {
		require.NoError(t, w.Change(c))
	}
	for _, e := range events {
		require.NoError(t, w.Event(e))
	}
	set, err := w.Close()
	require.NoError(t, err)
	return set, dir
}

// elements are the rows as elements, in any order.
func elements(t testing.TB, r *rand.Rand, changes []ledger.Change, events []touchpoint.Event) [][]byte {
	t.Helper()
	var out [][]byte
	for i, c := range changes {
		row, err := beam.ChangeRow(c, int64(i))
		require.NoError(t, err)
		out = append(out, row)
	}
	for i, e := range events {
		row, err := beam.EventRow(e, int64(i))
		require.NoError(t, err)
		out = append(out, row)
	}
	r.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out
}

// inMemory are rows that nobody has written.
func inMemory(t testing.TB, changes []ledger.Change, events []touchpoint.Event) shard.Blocks {
	t.Helper()
	b, err := shard.AppendChanges(nil, changes...)
	require.NoError(t, err)
	b, err = shard.AppendEvents(b, events...)
	require.NoError(t, err)
	return slices.Clip(b)
}
