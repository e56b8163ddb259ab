package policy_test

import (
	"encoding/json"
	"math/big"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func genOptions(t *rapid.T) policy.Options {
	o := policy.Options{Currency: "USD", Rates: euro(t)}
	if genMaybe(t, "invoices", 50) {
		o.Invoices = genLines(t)
	}
	return o
}

func genMonth(t *rapid.T) calendar.Month {
	return calendar.NewMonth(2026, time.Month(rapid.IntRange(1, 7).Draw(t, "month")))
}

// Whatever the records and the two policies, the lines of every metric sum to
// the difference of its totals, the totals are those of the books, and the line
// that rounding needs is below a billionth.
func TestLaw_ReconciliationLinesSumToTheDifference(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spans, o, m := genSpans(t, true), genOptions(t), genMonth(t)
		a, b := genPolicy(t, "a"), genPolicy(t, "b")
		r, err := policy.Reconcile(spans, a, b, m, o)
		require.NoError(t, err)
		for side, p := range []policy.Policy{a, b} {
			s := statement(t, spans, p, o, m)
			want := []decimal.Decimal{
				s.Revenue.Closing(), s.Revenue.New, s.Revenue.Expansion, s.Revenue.Reactivation,
				s.Revenue.Contraction, s.Revenue.Churn, s.Revenue.FX, s.ChurnRate.Num(), s.ChurnRate.Den(),
			}
			for i, x := range r.Totals {
				got := x.A
				if side == 1 {
					got = x.B
				}
				require.Truef(t, want[i].Equal(got), "%s of side %d: %s, the books say %s", x.Metric, side, got, want[i])
			}
		}
		tiny := decimal.New(1, -9)
		for _, x := range r.Totals {
			var sum decimal.Decimal
			for _, l := range r.Of(x.Metric) {
				sum = sum.Add(l.Difference())
				require.False(t, l.Difference().IsZero(), "a line without a difference: %+v", l)
				if l.Rule == policy.RuleLastPlace {
					require.Negative(t, l.Difference().Abs().Cmp(tiny), "%s left over of %s in %s\n%s\n%+v", l.Difference(), x.Metric, m, r, spans)
				} else {
					require.Contains(t, r.Switched, l.Rule)
				}
			}
			require.Truef(t, sum.Equal(x.Difference()), "%s: lines %s, totals %s", x.Metric, sum, x.Difference())
		}
		require.NotEmpty(t, r.String())
	})
}

func statement(t require.TestingT, spans []billing.Span, p policy.Policy, o policy.Options, m calendar.Month) policy.Statement {
	r, err := policy.Read(spans, p, o)
	require.NoError(t, err)
	b, err := r.Books()
	require.NoError(t, err)
	s, err := b.Statement(m)
	require.NoError(t, err)
	return s
}

func TestLaw_ReconcileWithItselfIsEmpty(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t, "a")
		r, err := policy.Reconcile(genSpans(t, true), p, p, genMonth(t), genOptions(t))
		require.NoError(t, err)
		require.Empty(t, r.Lines)
		require.Empty(t, r.Switched)
		for _, x := range r.Totals {
			require.True(t, x.Difference().IsZero())
		}
	})
}

// Under every policy the bridge of every month closes, one month's closing is
// the next one's opening, in money and in heads, and ARR is twelve times MRR.
func TestLaw_StatementsClose(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spans, o, p := genSpans(t, true), genOptions(t), genPolicy(t, "p")
		r, err := policy.Read(spans, p, o)
		require.NoError(t, err)
		b, err := r.Books()
		require.NoError(t, err)
		var last policy.Statement
		for m := calendar.NewMonth(2025, 12); m.Before(calendar.NewMonth(2026, 9)); m = m.Add(1) {
			s, err := b.Statement(m)
			require.NoError(t, err)
			require.NoError(t, s.Customers.Validate())
			require.NoError(t, s.Revenue.Validate())
			require.True(t, s.Revenue.Opening.Equal(last.Revenue.Closing()), "%s: opening %s after %s", m, s.Revenue.Opening, last.Revenue.Closing())
			require.Equal(t, last.ClosingCustomers, s.Customers.Opening, "heads at the opening of %s", m)
			require.True(t, s.ARR.Equal(s.Revenue.Closing().Mul(decimal.NewFromInt(12))))
			require.Equal(t, p.Diff(s.Policy), []policy.Rule(nil))
			if !p.CountRequests {
				want, err := metrics.ChurnRate(s.Customers, p.ChurnRule)
				require.NoError(t, err)
				require.Equal(t, want, s.ChurnRate)
				if !p.IgnoreSameMonth {
					churn, err := b.Churn(m.Period(p.Location))
					require.NoError(t, err)
					require.Equal(t, s.Customers, churn.Customers, "counted two ways")
				}
			}
			last = s
		}
	})
}

// The order of the records does not matter: the books are byte-equal.
func TestLaw_OrderOfRecordsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spans, o, p := genSpans(t, false), genOptions(t), genPolicy(t, "p")
		for i := range spans {
			spans[i].Seq = int64(i) // distinguishes spans that begin together
		}
		encode := func(spans []billing.Span) []byte {
			r, err := policy.Read(spans, p, o)
			require.NoError(t, err)
			l, err := r.Ledger()
			require.NoError(t, err)
			b, err := l.MarshalBinary()
			require.NoError(t, err)
			return b
		}
		want := encode(spans)
		shuffled := rapid.Permutation(spans).Draw(t, "order")
		require.Equal(t, want, encode(shuffled))
	})
}

// Stream gives what Read gives, where the spans of a subscription lie together.
func TestLaw_StreamIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spans, p := genSpans(t, true), genPolicy(t, "p")
		p.Source = policy.FromPrices
		for i := range spans {
			spans[i].PaidThrough = time.Time{} // whether another subscription begins before then Stream cannot know
		}
		slices.SortStableFunc(spans, func(a, b billing.Span) int {
			return slices.Compare([]string{a.Customer, a.Subscription}, []string{b.Customer, b.Subscription})
		})
		o := policy.Options{Currency: "USD", Rates: euro(t)}
		r, err := policy.Read(spans, p, o)
		require.NoError(t, err)
		var found []billing.Finding
		stream, err := policy.Stream(func(yield func(billing.Span, error) bool) {
			for _, s := range spans {
				if !yield(s, nil) {
					return
				}
			}
		}, p, o, func(f billing.Finding) { found = append(found, f) })
		require.NoError(t, err)
		var got []ledger.Change
		for c, err := range stream {
			require.NoError(t, err)
			got = append(got, c)
		}
		require.Equal(t, slices.Collect(r.Changes()), got)
		require.Len(t, found, len(r.Findings()))
	})
}

// Spans, to changes of terms, to spans: the same terms over the same time.
func TestLaw_SpansTermsSpans(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		spans := distinct(genSpans(t, false))
		changes := billing.TermsChanges(spans)
		back, findings := billing.SpansOf(rapid.Permutation(changes).Draw(t, "order"))
		require.Empty(t, findings)
		require.ElementsMatch(t, spans, back)
		again := billing.TermsChanges(back)
		require.Equal(t, changes, again)
	})
}

// distinct keeps the first run of every item, as runs of their own may overlap.
func distinct(spans []billing.Span) []billing.Span {
	type key struct{ c, s, i string }
	ended := map[key]time.Time{}
	var out []billing.Span
	for _, s := range spans {
		k := key{s.Customer, s.Subscription, s.Item}
		end, seen := ended[k]
		if seen && (end.IsZero() || s.From.Before(end)) {
			continue
		}
		ended[k] = s.To
		out = append(out, s)
	}
	return out
}

func TestLaw_PolicyJSONRoundTrips(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := genPolicy(t, "p")
		p.Location = nil // a fixed zone has no IANA name
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var q policy.Policy
		require.NoError(t, json.Unmarshal(b, &q), string(b))
		assert.Empty(t, p.Diff(q))
		assert.Equal(t, p.String(), q.String())
	})
}

// What Read makes of spans equals what an obvious calculation makes of them at
// any instant, fraction for fraction.
func TestLaw_ReadIsTheObviousCalculation(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Often(t, 20, func(t *rapid.T) { // 2,000 books
		spans, p := genSpans(t, true), genPolicy(t, "p")
		for i := range spans {
			if i > 0 && spans[i-1].To.Equal(spans[i].From) && spans[i-1].Item == spans[i].Item && !spans[i-1].CancelAskedAt.IsZero() && spans[i].CancelAskedAt.IsZero() {
				seen["withdrawn under "+p.ChurnDate.String()]++
			}
		}
		p.Source = policy.FromPrices
		p.RateDate, p.RateAt = policy.RateAtChange, time.Time{}
		p.Name = ""
		r, err := policy.Read(spans, p, policy.Options{Currency: "USD"})
		require.NoError(t, err)
		for range 4 {
			at := genTime(t, "at")
			sum := worthAt(r, at)
			for k, want := range slowWorth(spans, &p, at) {
				v := sum[k]
				if v == nil {
					v = new(big.Rat)
				}
				// What has no exact form is rounded to the 12th place.
				off := new(big.Rat).Sub(v, want)
				require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(1, 1e12)), 0, "%s at %s: %s, want %s\n%+v\n%s", k, at, v.FloatString(14), want.FloatString(14), spans, p)
			}
		}
	}, seen.Need("withdrawn under end-requested", "withdrawn under end-recorded", "withdrawn under end-of-paid-service"))
}

// worthAt adds up the levels of every subscription at an instant.
func worthAt(r *policy.Reading, at time.Time) map[string]*big.Rat {
	type level struct{ customer, subscription, item string }
	levels := map[level]*big.Rat{}
	for c := range r.Changes() {
		if !c.At.After(at) {
			levels[level{c.Customer, c.Subscription, c.Item}] = new(big.Rat).Quo(c.Amount.Rat(), big.NewRat(int64(c.Cycle.N), 1))
		}
	}
	sum := map[string]*big.Rat{}
	for l, v := range levels {
		k := l.customer + "|" + l.subscription
		if sum[k] == nil {
			sum[k] = new(big.Rat)
		}
		sum[k].Add(sum[k], v)
	}
	return sum
}

// However many goroutines read, the changes and the findings are the same.
func TestRead_GoroutinesDoNotMatter(t *testing.T) {
	spans := spansOf(100_000)
	for i := range spans {
		if i%97 == 0 || i < 20 {
			spans[i].Currency = "USD"
		}
		if i%1001 == 0 {
			spans[i].Amount = decimal.NewFromInt(-1)
		}
		if i%53 == 0 {
			spans[i].Discounts = []billing.Discount{{Percent: decimal.NewFromInt(100)}}
		}
	}
	p := policy.Policy{Free: policy.FreeStays}
	read := func(procs int) ([]ledger.Change, []billing.Finding) {
		defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
		r, err := policy.Read(spans, p, policy.Options{Currency: "EUR"})
		require.NoError(t, err)
		return slices.Collect(r.Changes()), r.Findings()
	}
	alone, found := read(1)
	require.NotEmpty(t, found)
	changes, again := read(5)
	require.Equal(t, alone, changes)
	require.Equal(t, found, again)
}

// The same for invoice lines, and for what spans say to them.
func TestLaw_InvoicesAreTheObviousCalculation(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	law.Often(t, 10, func(t *rapid.T) {
		spans, lines, p := []billing.Span(nil), genLines(t), genPolicy(t, "p")
		if genMaybe(t, "plain lines", 50) {
			for i := range lines {
				x := &lines[i]
				x.Customer, x.Kind, x.Status, x.Amount, x.Proration = "ada", billing.LineRecurring, billing.LinePaid, dec("10"), billing.ProrationNone
			}
		}
		if genMaybe(t, "spans", 80) {
			spans = genSpansOfLines(t, lines)
		}
		var observed time.Time
		if len(lines) > 0 && genMaybe(t, "observed", 50) {
			observed = rapid.SampledFrom(lines).Draw(t, "read").To.AddDate(0, 0, rapid.IntRange(-10, 40).Draw(t, "observed until"))
		}
		p.Source, p.Location = policy.FromInvoices, nil
		p.RateDate, p.RateAt = policy.RateAtChange, time.Time{}
		for i := range lines {
			if i > 0 && genMaybe(t, "add-on", 20) { // to the end of the cycle that another item is in
				x := lines[i-1]
				x.ID, x.Item, x.Proration = lines[i].ID, "added", billing.ProrationFull
				x.From = x.To.AddDate(0, 0, -1)
				lines[i] = x
				if p.Scaling == policy.ScaleToCycle && lines[i-1].Proration == billing.ProrationNone && lines[i-1].Kind == billing.LineRecurring {
					seen["add-on"]++
				}
			}
			lines[i].Seq = int64(i)
		}
		if len(lines) == 0 {
			t.Skip("no lines")
		}
		r, err := policy.Read(spans, p, policy.Options{Currency: "USD", Invoices: lines, ObservedUntil: observed})
		require.NoError(t, err)
		said := slowSaid(spans, lines, &p)
		ahead := slices.Clone(lines)
		for i := range ahead {
			ahead[i].IssuedAt = ahead[i].From
		}
		for range 4 {
			at := rapid.SampledFrom(lines).Draw(t, "near").From.AddDate(0, 0, rapid.IntRange(0, 60).Draw(t, "at"))
			got := worthAt(r, at)
			unsaid := slowInvoiced(nil, lines, &p, observed, at)
			advance := slowInvoiced(spans, ahead, &p, observed, at)
			for k, want := range slowInvoiced(spans, lines, &p, observed, at) {
				v := got[k]
				if v == nil {
					v = new(big.Rat)
				}
				off := new(big.Rat).Sub(v, want)
				require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(10, 1e12)), 0, "%s at %s: %s, want %s\n%+v\n%+v\n%s", k, at, v.FloatString(14), want.FloatString(14), spans, lines, p)
				if !p.PastDue.Drop && advance[k].Cmp(want) < 0 {
					seen["awaited"]++
					if slices.ContainsFunc(lines, func(l billing.InvoiceLine) bool { return l.Kind == billing.LineUsage }) {
						seen["use awaited"]++
					}
				}
				if x := said[k]; x != nil && want.Sign() > 0 && slices.ContainsFunc(x.spans, func(s *billing.Span) bool { return x.asked(s, at) && x.holder(s.Item, at) != nil }) {
					seen["asked for and begun again"]++
				}
				if x := said[k]; x != nil && unsaid[k].Cmp(want) != 0 {
					switch {
					case !at.Before(x.end):
						seen[x.why]++
					case want.Sign() > 0:
						seen["one item"]++
					case !x.over.Equal(forever) && !at.Before(x.over):
						seen["not carried beyond"]++
					case slices.ContainsFunc(x.spans, func(s *billing.Span) bool { return x.asked(s, at) }):
						seen["withdrawn later"]++
					default:
						seen["in a state"]++
					}
				}
			}
		}
	}, seen.NeedAtLeast(5, "ended", "succeeded", "carried on", "asked", "one item", "not carried beyond", "withdrawn later", "in a state", "add-on", "awaited"), seen.Need("asked for and begun again", "use awaited"))
}
