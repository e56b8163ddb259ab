package ledger_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// columns turns changes that columns can say into them, texts in order of first
// appearance.
func columns(changes []ledger.Change, places int32) ledger.Numbered {
	n := ledger.Numbered{Places: places}
	place := map[string]uint32{}
	of := func(kind, s string, list *[]string) uint32 {
		i, ok := place[kind+s]
		if !ok {
			i = uint32(len(*list))
			place[kind+s] = i
			*list = append(*list, s)
		}
		return i
	}
	cycles := map[calendar.Cycle]uint16{}
	for _, c := range changes {
		n.Customer = append(n.Customer, of("c", c.Customer, &n.Customers))
		n.Subscription = append(n.Subscription, of("s", c.Subscription, &n.Subscriptions))
		n.Plan = append(n.Plan, of("p", c.Plan, &n.Plans))
		if _, ok := cycles[c.Cycle]; !ok {
			cycles[c.Cycle] = uint16(len(n.Cycles))
			n.Cycles = append(n.Cycles, c.Cycle)
		}
		n.Cycle = append(n.Cycle, cycles[c.Cycle])
		n.UnixNano = append(n.UnixNano, c.At.UnixNano())
		recorded := int64(0)
		if !c.Recorded.IsZero() {
			recorded = c.Recorded.UnixNano()
		}
		n.Recorded = append(n.Recorded, recorded)
		n.Minor = append(n.Minor, c.Amount.Shift(places).IntPart())
		n.Cause = append(n.Cause, c.Cause)
		n.Alive = append(n.Alive, c.Alive)
	}
	return n
}

// TestLaw_ColumnsAreTheChanges: columns give the books of as many changes, byte
// for byte, into empty books and full ones, few at a time and many.
func TestLaw_ColumnsAreTheChanges(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		o.Rates = nil
		want, got := books(t, o, nil), books(t, o, nil)
		got.Eager(rapid.SampledFrom([]int{1, 1000}).Draw(t, "many"))
		for range rapid.IntRange(1, 3).Draw(t, "inputs") {
			changes := anyChanges(t, o, true)
			for i := range changes {
				c := &changes[i]
				c.ID, c.Item, c.Product, c.Quantity, c.Currency = "", "", "", decimal.Decimal{}, ""
				if rapid.IntRange(0, 6).Draw(t, "crowd") == 0 { // more than a chain holds
					drawn["crowd"]++
					c.Subscription = fmt.Sprint("s", rapid.IntRange(0, 20).Draw(t, "subscription"))
				}
			}
			n := columns(changes, 3)
			if rapid.Bool().Draw(t, "unused") {
				drawn["unused"]++
				n.Customers, n.Plans, n.Cycles = append(n.Customers, "nobody"), append(n.Plans, "nothing"), append(n.Cycles, calendar.Cycle{N: 99})
			}
			switch rapid.IntRange(0, 3).Draw(t, "columns") { // those that say nothing may be left out
			case 0:
				drawn["few columns"]++
				for i := range changes {
					changes[i].Subscription, changes[i].Plan, changes[i].Cycle, changes[i].Recorded = "", "", calendar.Cycle{}, time.Time{}
					changes[i].Cause, changes[i].Alive = 0, false
				}
				n.Subscription, n.Plan, n.Cycle, n.Recorded, n.Cause, n.Alive = nil, nil, nil, nil, nil, nil
			case 1: // one bad row: nothing of it is taken
				if len(changes) > 0 {
					drawn["bad"]++
					n.Minor[rapid.IntRange(0, len(changes)-1).Draw(t, "row")] = -1
					require.ErrorIs(t, got.AppendNumbered(n), ledger.ErrNegative)
					continue
				}
			}
			require.NoError(t, got.AppendNumbered(n))
			require.NoError(t, want.Append(changes...))
			if rapid.Bool().Draw(t, "read") {
				require.Equal(t, encoded(t, want), encoded(t, got))
			}
		}
		require.Equal(t, encoded(t, want), encoded(t, got))
		require.Equal(t, want.Repeats(), got.Repeats())
		require.Equal(t, want.Unit().String(), got.Unit().String())
	}, drawn.Need("crowd", "unused", "few columns", "bad"))
}

func TestAppendNumbered_Large(t *testing.T) {
	t.Parallel()
	changes := synthetic(100_000, false, false)
	n := columns(changes, 2)
	want, got := load(t, changes), load(t, nil)
	require.NoError(t, got.AppendNumbered(n))
	require.Equal(t, encoded(t, want), encoded(t, got))
	require.NoError(t, got.AppendNumbered(n), "again")
	require.Equal(t, encoded(t, want), encoded(t, got))

	n.Customer[4], n.UnixNano[70_000], n.Cause[99_999] = 1<<31, 1<<63-1, 99
	err := got.AppendNumbered(n)
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	require.Len(t, batch.Rows, 3)
	require.Equal(t, []int64{5, 70_001, 100_000}, []int64{batch.Rows[0].Row, batch.Rows[1].Row, batch.Rows[2].Row})
	require.Equal(t, encoded(t, want), encoded(t, got))
}

// More rows than one wave holds (2^18), with the columns that keep them off the
// direct road: few customers, so that most rows repeat one before.
func TestAppendNumbered_ManyWaves(t *testing.T) {
	t.Parallel()
	const rows, customers = 600_000, 1000
	n := ledger.Numbered{Places: 2, Subscriptions: []string{"s"}}
	want := load(t, nil)
	for c := range customers {
		n.Customers = append(n.Customers, fmt.Sprint("c", c))
		require.NoError(t, want.Append(ledger.Change{Customer: n.Customers[c], Subscription: "s", At: base.Add(time.Duration(c) * time.Hour), Amount: dec("2.50")}))
	}
	for i := range rows {
		c := uint32(i % customers)
		n.Customer, n.Subscription = append(n.Customer, c), append(n.Subscription, 0)
		n.UnixNano, n.Minor = append(n.UnixNano, base.Add(time.Duration(c)*time.Hour).UnixNano()), append(n.Minor, 250)
	}
	got := load(t, nil)
	require.NoError(t, got.AppendNumbered(n))
	require.Equal(t, int64(customers), got.Len())
	require.Equal(t, encoded(t, want), encoded(t, got))
}

func TestAppendNumbered_Refuses(t *testing.T) {
	t.Parallel()
	sound := func() ledger.Numbered {
		return ledger.Numbered{
			Customers: []string{"b", "a"}, Subscriptions: []string{"s"}, Plans: []string{"p"}, Cycles: []calendar.Cycle{{Unit: calendar.UnitYear}},
			Customer: []uint32{0, 1}, Subscription: []uint32{0, 0}, Plan: []uint32{0, 0}, Cycle: []uint16{0, 0}, UnixNano: []int64{0, 0},
			Recorded: []int64{0, 5}, Minor: []int64{1999, 0}, Cause: []ledger.Cause{0, 1}, Alive: []bool{false, true}, Places: 2,
		}
	}
	for name, c := range map[string]struct {
		change  func(*ledger.Numbered)
		err     error
		message string
	}{
		"customer column short": {func(n *ledger.Numbered) { n.Customer = n.Customer[:1] }, ledger.ErrColumns, "ledger: append numbered: Customer: want 2 entries as in UnixNano, got 1"},
		"no amounts":            {func(n *ledger.Numbered) { n.Minor = nil }, ledger.ErrColumns, "Minor: want 2 entries"},
		"subscriptions long":    {func(n *ledger.Numbered) { n.Subscription = append(n.Subscription, 0) }, ledger.ErrColumns, "Subscription: want 2 entries as in UnixNano, got 3"},
		"plans empty":           {func(n *ledger.Numbered) { n.Plan = []uint32{} }, ledger.ErrColumns, "Plan: want 2 entries"},
		"cycles short":          {func(n *ledger.Numbered) { n.Cycle = n.Cycle[:1] }, ledger.ErrColumns, "Cycle: want"},
		"recorded short":        {func(n *ledger.Numbered) { n.Recorded = n.Recorded[:1] }, ledger.ErrColumns, "Recorded: want"},
		"causes short":          {func(n *ledger.Numbered) { n.Cause = n.Cause[:1] }, ledger.ErrColumns, "Cause: want"},
		"alive short":           {func(n *ledger.Numbered) { n.Alive = n.Alive[:1] }, ledger.ErrColumns, "Alive: want"},
		"places":                {func(n *ledger.Numbered) { n.Places = 13 }, ledger.ErrRange, "Places 13: want 0 to 12"},
		"places below":          {func(n *ledger.Numbered) { n.Places = -1 }, ledger.ErrRange, "Places -1"},
		"customer twice":        {func(n *ledger.Numbered) { n.Customers[1] = "b" }, ledger.ErrColumns, `Customers[1] "b": is Customers[0] too`},
		"customer empty":        {func(n *ledger.Numbered) { n.Customers[1] = "" }, ledger.ErrName, "Customers[1]"},
		"customer no text":      {func(n *ledger.Numbered) { n.Customers[1] = "\xff" }, ledger.ErrName, "not valid UTF-8"},
		"subscription long":     {func(n *ledger.Numbered) { n.Subscriptions[0] = strings.Repeat("x", 1025) }, ledger.ErrRange, "at most 1024 bytes, got 1025"},
		"plan no text":          {func(n *ledger.Numbered) { n.Plans[0] = "a\xff" }, ledger.ErrName, "Plans[0]"},
		"cycle":                 {func(n *ledger.Numbered) { n.Cycles[0].N = -1 }, ledger.ErrCycle, "Cycles[0]"},
		"customer beyond":       {func(n *ledger.Numbered) { n.Customer[1] = 2 }, ledger.ErrColumns, `row 2: Customer "2": want a place in Customers, which has 2`},
		"subscription beyond":   {func(n *ledger.Numbered) { n.Subscription[0] = 1 }, ledger.ErrColumns, `row 1: customer "b": Subscription "1": want a place in Subscriptions, which has 1`},
		"plan beyond":           {func(n *ledger.Numbered) { n.Plan[0] = 1 }, ledger.ErrColumns, "want a place in Plans, which has 1"},
		"cycle beyond":          {func(n *ledger.Numbered) { n.Cycle[0] = 1 }, ledger.ErrColumns, "want a place in Cycles, which has 1"},
		"before 1900":           {func(n *ledger.Numbered) { n.UnixNano[0] = -1 << 62 }, ledger.ErrRange, "UnixNano"},
		"recorded late":         {func(n *ledger.Numbered) { n.Recorded[1] = 1<<63 - 1 }, ledger.ErrRange, "Recorded"},
		"negative":              {func(n *ledger.Numbered) { n.Minor[0] = -5 }, ledger.ErrNegative, `row 1: customer "b": Minor "-5": negative; the limit is 0`},
		"too many digits":       {func(n *ledger.Numbered) { n.Places, n.Minor[0] = 0, 1e18 }, ledger.ErrRange, "the limit is 999999999999999999"},
		"cause":                 {func(n *ledger.Numbered) { n.Cause[0] = 99 }, ledger.ErrCause, "Cause"},
	} {
		for _, many := range []int{1, 1000} {
			n := sound()
			c.change(&n)
			l := load(t, nil)
			l.Eager(many)
			err := l.AppendNumbered(n)
			require.ErrorIs(t, err, c.err, name)
			require.ErrorContains(t, err, c.message, name)
			require.Zero(t, l.Len())
			require.Equal(t, encoded(t, load(t, nil)), encoded(t, l))
			require.NoError(t, l.AppendNumbered(sound()))
			require.Equal(t, int64(2), l.Len())
		}
	}
	// The highest amounts there are, and what the books hold against.
	for _, many := range []int{1, 1000} {
		n := sound()
		n.Minor[0] = 1<<63 - 1
		l := load(t, nil)
		l.Eager(many)
		require.NoError(t, l.AppendNumbered(n))
		require.Equal(t, "92233720368547758.07", func() string {
			for c := range l.Changes() {
				if c.Customer == "b" {
					return c.Amount.String()
				}
			}
			return ""
		}())
		require.NoError(t, l.Replace("c", "s", base, ledger.Change{At: base, Amount: decimal.New(1, 0)}))
		n = sound()
		n.Customers[0] = "c"
		require.ErrorIs(t, l.AppendNumbered(n), ledger.ErrMixed)
		require.NoError(t, load(t, nil).AppendNumbered(ledger.Numbered{}))
		var busy error
		require.NoError(t, l.Load(func(yield func(ledger.Change, error) bool) { busy = l.AppendNumbered(sound()) }))
		require.ErrorIs(t, busy, ledger.ErrBusy)
	}
}

// The columns of a table: customers as numbers, cents, and who has a yearly plan.
func ExampleLedger_AppendNumbered() {
	day := func(m time.Month, d int) int64 { return time.Date(2026, m, d, 0, 0, 0, 0, time.UTC).UnixNano() }
	l, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = l.AppendNumbered(ledger.Numbered{
		Customers: []string{"bolt", "acme"},
		Cycles:    []calendar.Cycle{{}, {Unit: calendar.UnitYear}},
		Customer:  []uint32{1, 0, 1},
		Cycle:     []uint16{0, 1, 0},
		UnixNano:  []int64{day(1, 5), day(1, 9), day(2, 5)},
		Minor:     []int64{4990, 120000, 5990},
		Places:    2,
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	statements, err := l.Statements(calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 2))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, s := range statements {
		fmt.Println(s)
	}
	// Output:
	// 2026-01 EUR: 0 + 149.9 new = 149.9, 2 customers
	// 2026-02 EUR: 149.9 + 10 expansion = 159.9, 2 customers
}

// BenchmarkAppendNumbered brings columns in order: customers and amounts.
func BenchmarkAppendNumbered(b *testing.B) {
	for _, size := range sizes() {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			n := columns(synthetic(size, false, false), 2)
			n.Subscription, n.Plan, n.Recorded, n.Cause, n.Alive = nil, nil, nil, nil, nil
			b.ReportAllocs()
			b.ResetTimer()
			worked := userTime()
			for b.Loop() {
				l := load(b, nil)
				if err := l.AppendNumbered(n); err != nil {
					b.Fatal(err)
				}
				l.Len()
			}
			b.ReportMetric(float64(userTime()-worked)/float64(b.N)/float64(size), "user-ns/change")
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(size), "ns/change")
		})
	}
}
