package ledger_test

import (
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// TestLaw_BooksAreTheSlowOnes holds whole books, made by every door, against the
// rational ones of slow_test.go: months, heads and plans, today and as they were
// known at some instant. LIFECYCLE_BOOKS says how many are drawn beyond the few of
// every run; 2,000 take about half a minute.
func TestLaw_BooksAreTheSlowOnes(t *testing.T) {
	t.Parallel()
	want := 1
	if v := os.Getenv("LIFECYCLE_BOOKS"); v != "" {
		var err error
		want, err = strconv.Atoi(v)
		require.NoError(t, err)
	}
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		o := anyOptions(t)
		if rapid.IntRange(0, 3).Draw(t, "short") == 0 {
			o.MinGap, o.MaxGap = 0, time.Duration(rapid.IntRange(1, 27*24).Draw(t, "max gap"))*time.Hour
			drawn["MaxGap shorter than a month"]++
		}
		changes, told := anyChanges(t, o, true), anyTold(t, o, drawn)
		l := books(t, o, changes)
		require.NoError(t, l.Rewrite(told...))
		then := base.Add(time.Duration(rapid.IntRange(0, 6000).Draw(t, "then")) * time.Hour)
		for _, known := range []time.Time{{}, then} {
			in, is := knownBy(changes, told, known), l
			if !known.IsZero() {
				is = l.AsOf(known)
			}
			s := newSlow(o, in)
			for _, st := range statements(t, is) {
				requireStatement(t, s, st, everyone)
			}
			requireByPlan(t, is, s, drawn)
			count(drawn, o, in)
		}
		drawn["books"]++
	}, drawn.NeedAtLeast(want, "books"),
		drawn.Need("MaxGap shorter than a month", "withdrawn cancellation", "several plans", "several currencies", "several items", "netted", "in"))
	t.Logf("%v", drawn)
}

// anyTold draws subscriptions that are said anew with every version: begun, to
// end, the end withdrawn or moved, on another plan.
func anyTold(t *rapid.T, o ledger.Options, drawn law.Drawn) []ledger.History {
	var out []ledger.History
	for i := range rapid.IntRange(0, 2).Draw(t, "told") {
		h := ledger.History{Customer: rapid.SampledFrom([]string{"a", "t"}).Draw(t, "whose"), Subscription: "told" + strconv.Itoa(i)}
		at := base.Add(time.Duration(rapid.IntRange(0, 3000).Draw(t, "begin")) * time.Hour)
		is := []ledger.Change{{
			At: at, Amount: decimal.New(rapid.SampledFrom([]int64{1000, 4999}).Draw(t, "price"), -2),
			Plan: rapid.SampledFrom([]string{"basic", "pro"}).Draw(t, "on"),
		}}
		if o.Rates != nil && rapid.Bool().Draw(t, "abroad") {
			is[0].Currency = "USD"
		}
		rec, ends := at, false
		for range rapid.IntRange(1, 5).Draw(t, "said") {
			h.Versions = append(h.Versions, ledger.Version{Recorded: rec, Changes: slices.Clone(is)})
			rec = rec.Add(time.Duration(rapid.IntRange(1, 900).Draw(t, "later")) * time.Hour)
			switch rapid.IntRange(0, 2).Draw(t, "news") {
			case 0:
				if ends {
					drawn["withdrawn cancellation"]++
					is, ends = is[:len(is)-1], false
				}
			case 1:
				if !ends {
					end := is[len(is)-1]
					end.At, end.Amount, end.Cause = rec.Add(time.Duration(rapid.IntRange(1, 1500).Draw(t, "in"))*time.Hour), decimal.Decimal{}, ledger.CauseCancel
					is, ends = append(slices.Clone(is), end), true
				}
			default:
				if !ends {
					next := is[len(is)-1]
					next.At, next.Plan, next.Amount = rec, "team", next.Amount.Add(decimal.New(1, 0))
					is = append(slices.Clone(is), next)
				}
			}
		}
		out = append(out, h)
	}
	return out
}

// knownBy is what was known by an instant, as changes that may be appended; the
// zero instant is today.
func knownBy(changes []ledger.Change, told []ledger.History, by time.Time) []ledger.Change {
	var out []ledger.Change
	for _, c := range changes {
		if by.IsZero() || !recorded(c).After(by) {
			out = append(out, c)
		}
	}
	for i := range told {
		var last *ledger.Version
		for j := range told[i].Versions {
			if v := &told[i].Versions[j]; by.IsZero() || !v.Recorded.After(by) {
				last = v
			}
		}
		if last == nil {
			continue
		}
		for _, c := range last.Changes {
			c.Customer, c.Subscription, c.Recorded = told[i].Customer, told[i].Subscription, last.Recorded
			out = append(out, c)
		}
	}
	return out
}

// count says what books had in them.
func count(drawn law.Drawn, o ledger.Options, changes []ledger.Change) {
	plans, currencies, items := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, c := range changes {
		plans[c.Plan], currencies[string(c.Currency)], items[c.Item] = true, true, true
	}
	for name, is := range map[string]bool{
		"several plans": len(plans) > 1, "several currencies": len(currencies) > 1, "several items": len(items) > 1,
		"netted": o.Net == ledger.PerMonth || o.Coalesce > 0,
	} {
		if is {
			drawn[name]++
		}
	}
}
