package revops_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/billing/revops"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func day(n int) time.Time { return epoch.AddDate(0, 0, n) }

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

func date(s string) time.Time {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		panic(err)
	}
	return t
}

type rates struct{}

func (rates) Rate(from, _ money.Currency, at time.Time) (decimal.Decimal, error) {
	if from != "EUR" {
		return decimal.Decimal{}, money.ErrNoRate
	}
	return decimal.New(110+int64(at.UTC().Month()), -2), nil
}

var year = calendar.Cycle{Unit: calendar.UnitYear}

// anySpans draws contracts that begin in trial or not, fall behind, recover or end,
// change their term, pause, and are carried on by others. All of whole days, in any order.
func anySpans(t *rapid.T, seen law.Drawn) []billing.Span {
	var out []billing.Span
	for c := range rapid.IntRange(1, 4).Draw(t, "contracts") {
		at := rapid.IntRange(0, 60).Draw(t, "begins")
		sub := fmt.Sprint("s", c)
		cycle := rapid.SampledFrom([]calendar.Cycle{{}, {}, {N: 1}, {N: 3}, {N: 12}, year, {Unit: calendar.UnitWeek, N: 2}}).Draw(t, "cycle")
		for i := range rapid.IntRange(1, 6).Draw(t, "spans") {
			s := billing.Span{
				Customer: fmt.Sprint("c", c%3), Subscription: sub, Item: rapid.SampledFrom([]string{"", "", "x"}).Draw(t, "item"), From: day(at), Seq: int64(i), ID: fmt.Sprint(c, ".", i),
				Terms: billing.Terms{Amount: decimal.NewFromInt(rapid.SampledFrom([]int64{0, 10, 10, 30, 120}).Draw(t, "amount")), Currency: "USD", Cycle: cycle},
			}
			s.State = rapid.SampledFrom([]billing.State{0, 0, 0, 0, billing.StateTrial, billing.StateTrial, billing.StatePastDue, billing.StatePastDue, billing.StateUnpaid, billing.StatePaused, billing.StateIncomplete}).Draw(t, "state")
			s.Basis = rapid.SampledFrom([]billing.Basis{0, 0, 0, 0, 0, billing.BasisMetered, billing.BasisOneOff}).Draw(t, "basis")
			s.Currency = rapid.SampledFrom([]money.Currency{"USD", "USD", "USD", "EUR"}).Draw(t, "currency")
			s.Test = rapid.IntRange(0, 19).Draw(t, "test") == 0
			length := rapid.SampledFrom([]int{0, 3, 14, 31, 59, 100, 365}).Draw(t, "days")
			switch rapid.IntRange(0, 5).Draw(t, "end") {
			case 0: // open
			case 1:
				s.CancelAt = day(at + length)
			case 2: // with the cycle
				s.To = s.Cycle.Nth(s.From, rapid.IntRange(1, 3).Draw(t, "cycles"))
				length = int(s.To.Sub(s.From).Hours() / 24)
			default:
				s.To = day(at + length)
			}
			if i > 0 && rapid.IntRange(0, 9).Draw(t, "another cycle") == 0 {
				seen["another cycle"]++
				cycle = calendar.Cycle{N: 1}
			}
			if c > 0 && rapid.IntRange(0, 9).Draw(t, "carries on") == 0 {
				seen["carries on"]++
				s.Replaces = fmt.Sprint("s", c-rapid.IntRange(0, 1).Draw(t, "of"))
			}
			if n := len(out); i > 0 && out[n-1].State == billing.StateTrial && rapid.Bool().Draw(t, "free") {
				s.State, s.Amount, s.To, s.CancelAt, s.Basis, s.Test = billing.StateActive, decimal.Decimal{}, time.Time{}, time.Time{}, billing.BasisLicensed, false
			}
			if n := len(out); i > 0 && out[n-1].State == billing.StatePastDue && rapid.IntRange(0, 2).Draw(t, "recovers") > 0 {
				s.State, s.Basis, s.Test, s.Item, s.Currency = billing.StateActive, out[n-1].Basis, out[n-1].Test, out[n-1].Item, out[n-1].Currency
			}
			at += length
			if rapid.IntRange(0, 5).Draw(t, "gap") == 0 {
				at += 10
			}
			out = append(out, s)
		}
	}
	return rapid.Permutation(out).Draw(t, "order")
}

// slowContracts groups spans by contract, following Replaces as far as it leads.
func slowContracts(spans []billing.Span) map[string][]billing.Span {
	before := map[string]string{}
	for _, s := range spans {
		if s.Replaces != "" && s.Replaces != s.Subscription {
			before[s.Customer+"/"+s.Subscription] = s.Customer + "/" + s.Replaces
		}
	}
	out := map[string][]billing.Span{}
	for _, s := range spans {
		k := s.Customer + "/" + s.Subscription
		for range 100 {
			if b, ok := before[k]; ok {
				k = b
			}
		}
		out[k] = append(out[k], s)
	}
	return out
}

func inForce(s *billing.Span, t time.Time) bool {
	end := s.End()
	return !t.Before(s.From) && (end.IsZero() || t.Before(end))
}

var monthFrom, monthTo = calendar.NewMonth(2025, 12), calendar.NewMonth(2027, 6)

// What became of trials is what looking at every day of every contract says.
func TestLaw_TrialsAreWhatTheDaysSay(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		spans := anySpans(t, seen)
		until := day(rapid.IntRange(0, 300).Draw(t, "until"))
		got, found, err := revops.Trials(spans, monthFrom, monthTo, until, nil)
		require.NoError(t, err)
		require.Empty(t, found)
		want := map[calendar.Month]revops.Trial{}
		for _, c := range slowContracts(spans) {
			begin := -1
			for d := 0; d < 1500 && day(d).Before(until) && begin < 0; d++ {
				for i := range c {
					if s := &c[i]; !s.Test && s.State == billing.StateTrial && s.From.Equal(day(d)) && inForce(s, day(d)) {
						begin = d
					}
				}
			}
			if begin < 0 {
				continue
			}
			converted := false
			for d := begin; !day(d).After(until); d++ {
				for i := range c {
					s := &c[i]
					if !s.Test && s.State == billing.StateActive && s.Amount.Sign() > 0 && !s.From.Before(day(begin)) && inForce(s, day(d)) {
						converted = true
					}
				}
			}
			m := calendar.MonthOf(day(begin), nil)
			w := want[m]
			w.Started++
			alive := func(states ...billing.State) bool {
				return slices.ContainsFunc(c, func(s billing.Span) bool {
					return !s.Test && !s.From.Before(day(begin)) && inForce(&s, until) && slices.Contains(states, s.State)
				})
			}
			switch {
			case converted:
				w.Converted++
				seen["converted"]++
			case alive(billing.StateTrial, billing.StatePastDue, billing.StateUnpaid, billing.StatePaused, billing.StateIncomplete):
				w.Open++
				seen["open"]++
			case alive(billing.StateActive):
				w.Free++
				seen["free"]++
			default:
				w.Lost++
				seen["lost"]++
			}
			want[m] = w
		}
		for _, g := range got {
			w := want[g.Month]
			w.Month = g.Month
			require.Equal(t, w, g, "%v until %s", spans, until)
			require.Equal(t, g.Started, g.Converted+g.Free+g.Lost+g.Open)
		}
	}, seen.Need("converted", "open", "free", "lost", "carries on"))
}

// slowDue is one row of Renewals by walking through the days of a contract.
type slowDue struct {
	at                                     time.Time
	cycle                                  calendar.Cycle
	renewed, recovered, open, leaving, bad bool
	early                                  bool
}

func perYear(c calendar.Cycle) *big.Rat {
	n := int64(max(c.N, 1))
	return map[calendar.Unit]*big.Rat{
		calendar.UnitMonth: big.NewRat(12, n), calendar.UnitYear: big.NewRat(1, n),
		calendar.UnitWeek: big.NewRat(52, n), calendar.UnitDay: big.NewRat(365, n),
	}[c.Unit]
}

func slowTerms(c []billing.Span, countTest bool, until time.Time) (out []slowDue) {
	const last = 1500
	term := func(d int) (longest *calendar.Cycle, behind bool) {
		for i := range c {
			s := &c[i]
			if s.Test && !countTest || s.Basis == billing.BasisOneOff || s.Basis == billing.BasisMetered || !inForce(s, day(d)) {
				continue
			}
			switch s.State {
			case billing.StateTrial, billing.StateIncomplete, billing.StatePaused:
				continue
			case billing.StatePastDue, billing.StateUnpaid:
				behind = true
			default:
			}
			cy := s.Cycle.Canonical()
			if longest == nil || perYear(cy).Cmp(perYear(*longest)) < 0 || perYear(cy).Cmp(perYear(*longest)) == 0 && (cy.Unit < longest.Unit) {
				longest = &cy
			}
		}
		return longest, behind
	}
	for d := 0; d < last; {
		cy, _ := term(d)
		if cy == nil {
			d++
			continue
		}
		end := d + 1 // first day of another term, or of none
		for ; end < last; end++ {
			if x, _ := term(end); x == nil || *x != *cy {
				break
			}
		}
		next, _ := term(end)
		onTerm := false
		for n := 1; ; n++ {
			at := cy.Nth(day(d), n)
			if at.After(day(end)) || end == last && !at.Before(day(last)) {
				break
			}
			x := slowDue{at: at, cycle: *cy}
			atEnd := at.Equal(day(end))
			onTerm = onTerm || atEnd
			switch {
			case atEnd && next == nil && at.After(until):
				x.open, x.leaving = true, true
			case at.After(until):
				x.open = true
			case atEnd && next == nil:
			default:
				// Walk through the next term until somebody falls behind.
				x.renewed = true
				for e := int(at.Sub(epoch).Hours() / 24); day(e).Before(cy.Nth(day(d), n+1)) && !day(e).After(until); e++ {
					if _, behind := term(e); !behind {
						continue
					}
					x.renewed = false
					for ; ; e++ {
						now, behind := term(e)
						if e >= last || day(e).After(until) {
							x.open = true
							break
						}
						if !behind {
							x.renewed, x.recovered, x.bad = now != nil, now != nil, now == nil
							break
						}
					}
					break
				}
			}
			out = append(out, x)
		}
		if _, behind := term(end - 1); !onTerm && next == nil && end < last && !day(end).After(until) && !behind {
			out = append(out, slowDue{at: day(end), cycle: *cy, early: true})
		}
		d = end
	}
	return out
}

// What is due, renewed, lost and open is what walking through the days says; what it
// is worth is what the changes of the policy add up to.
func TestLaw_RenewalsAreWhatTheDaysSay(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		spans := anySpans(t, seen)
		until := day(rapid.IntRange(0, 500).Draw(t, "until"))
		p := rapid.SampledFrom([]policy.Policy{policy.Standard(), policy.Maxio(), policy.Polar(), policy.KillBill()}).Draw(t, "policy")
		p.CountTest = rapid.Bool().Draw(t, "count test")
		o := policy.Options{Currency: "USD", Rates: rates{}}
		after := rapid.SampledFrom([]int{0, 0, 3, 7, 11}).Draw(t, "months after the first")
		got, _, err := revops.Renewals(spans, p, o, monthFrom.Add(after), monthTo, until)
		require.NoError(t, err)
		p.ChurnDate = policy.EndRecorded
		r, err := policy.Read(spans, p, o)
		require.NoError(t, err)
		level := func(customer, sub string, at time.Time, included bool) *big.Rat {
			last := map[string]*big.Rat{}
			for c := range r.Changes() {
				if c.Customer == customer && c.Subscription == sub && (c.At.Before(at) || included && c.At.Equal(at)) {
					v := new(big.Rat).Quo(c.Amount.Rat(), big.NewRat(int64(max(c.Cycle.N, 1)), 1))
					if c.Currency == "EUR" {
						x := at
						if p.RateDate == policy.RateAtMonthEnd {
							x = calendar.MonthOf(at, nil).Add(1).Start(nil).Add(-1)
						}
						fx, err := rates{}.Rate("EUR", "USD", x)
						require.NoError(t, err)
						v.Mul(v, fx.Rat())
					}
					last[c.Item] = v
				}
			}
			sum := new(big.Rat)
			for _, v := range last {
				sum.Add(sum, v)
			}
			return sum
		}
		type key struct {
			month calendar.Month
			term  string
		}
		type sums struct {
			revops.Renewal
			due, open, renewed, kept big.Rat
		}
		want := map[key]*sums{}
		for _, c := range slowContracts(spans) {
			subs := map[string]bool{}
			for _, s := range c {
				subs[s.Subscription] = true
			}
			for _, d := range slowTerms(c, p.CountTest, until) {
				term := revops.TermOther
				switch months := d.cycle.Canonical(); {
				case months == calendar.Cycle{N: 1}.Canonical():
					term = revops.TermMonthly
				case perYear(d.cycle).Cmp(big.NewRat(1, 1)) == 0 && d.cycle.Unit != calendar.UnitWeek && d.cycle.Unit != calendar.UnitDay:
					term = revops.TermAnnual
				}
				before, after := new(big.Rat), new(big.Rat)
				for s := range subs {
					before.Add(before, level(c[0].Customer, s, d.at, false))
					after.Add(after, level(c[0].Customer, s, d.at, true))
				}
				for _, name := range []string{revops.TermAll, term} {
					k := key{calendar.MonthOf(d.at, nil), name}
					if want[k] == nil {
						want[k] = &sums{}
					}
					w := want[k]
					if d.early {
						w.Early++
						seen["early"]++
						continue
					}
					w.Due++
					w.due.Add(&w.due, before)
					switch {
					case d.renewed:
						w.Renewed++
						w.renewed.Add(&w.renewed, after)
						if after.Cmp(before) < 0 {
							w.kept.Add(&w.kept, after)
						} else {
							w.kept.Add(&w.kept, before)
						}
						seen["renewed"]++
						if d.recovered {
							w.Recovered++
							seen["recovered"]++
						}
					case d.open:
						w.Open++
						w.open.Add(&w.open, before)
						seen["open"]++
						if d.leaving {
							w.Leaving++
							seen["leaving"]++
						}
					default:
						w.Lost++
						seen["lost"]++
						if d.bad {
							w.Failed++
							seen["failed"]++
						}
					}
				}
			}
		}
		for _, g := range got {
			w := want[key{g.Month, g.Term}]
			if w == nil {
				w = &sums{}
			}
			w.Month, w.Term, w.Currency = g.Month, g.Term, "USD"
			for _, x := range []struct {
				name string
				got  *decimal.Decimal
				want *big.Rat
			}{{"due", &g.DueMRR, &w.due}, {"open", &g.OpenMRR, &w.open}, {"renewed", &g.RenewedMRR, &w.renewed}, {"kept", &g.KeptMRR, &w.kept}} {
				off := new(big.Rat).Sub(x.got.Rat(), x.want)
				require.LessOrEqual(t, off.Abs(off).Cmp(big.NewRat(1, 1e12)), 0, "%s of %s %s: %s, want %s\n%v until %s", x.name, g.Month, g.Term, x.got, x.want.FloatString(13), spans, until)
				*x.got = decimal.Decimal{}
			}
			require.Equal(t, w.Renewal, g, "%+v until %s", spans, until)
			require.Equal(t, g.Due, g.Renewed+g.Lost+g.Open)
		}
	}, seen.Need("renewed", "recovered", "open", "leaving", "lost", "failed", "early", "another cycle", "carries on"))
}

// Of four annual contracts that come due in January one was cancelled, one has paid
// after all, one is still behind; a monthly one comes due every month.
func TestRenewals_ByHand(t *testing.T) {
	t.Parallel()
	var spans []billing.Span
	add := func(name, amount, from, to string, cycle calendar.Cycle, state billing.State) {
		s := billing.Span{Customer: name, Subscription: name, From: date(from), Terms: billing.Terms{Amount: dec(amount), Cycle: cycle, Currency: "USD", State: state}}
		if to != "" {
			s.To = date(to)
		}
		spans = append(spans, s)
	}
	add("stays", "1200", "2025-01-15", "2026-01-15", year, 0)
	add("stays", "1320", "2026-01-15", "", year, 0) // at a higher price
	add("goes", "1200", "2025-01-10", "2026-01-10", year, 0)
	add("late", "1200", "2025-01-20", "2026-01-20", year, 0)
	add("late", "1200", "2026-01-20", "2026-01-28", year, billing.StatePastDue)
	add("late", "1200", "2026-01-28", "", year, 0)
	add("behind", "1200", "2025-01-30", "2026-01-30", year, 0)
	add("behind", "1200", "2026-01-30", "", year, billing.StatePastDue)
	add("monthly", "10", "2025-12-31", "2026-02-15", calendar.Cycle{}, 0)
	got, found, err := revops.Renewals(spans, policy.Standard(), policy.Options{Currency: "USD"}, calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 2), date("2026-02-20"))
	require.NoError(t, err)
	require.Empty(t, found)
	var rows []string
	for _, r := range got {
		rows = append(rows, r.String())
	}
	assert.Equal(t, []string{
		"2026-01 all: 5 due, 3 renewed, 1 lost, 1 open: 75.0%",
		"2026-01 monthly: 1 due, 1 renewed, 0 lost, 0 open: 100.0%",
		"2026-01 annual: 4 due, 2 renewed, 1 lost, 1 open: 66.7%",
		"2026-01 other: 0 due, 0 renewed, 0 lost, 0 open: undefined",
		"2026-02 all: 0 due, 0 renewed, 0 lost, 0 open: undefined",
		"2026-02 monthly: 0 due, 0 renewed, 0 lost, 0 open: undefined",
		"2026-02 annual: 0 due, 0 renewed, 0 lost, 0 open: undefined",
		"2026-02 other: 0 due, 0 renewed, 0 lost, 0 open: undefined",
	}, rows)
	annual := got[2]
	assert.Equal(t, "66.7%", annual.GrossRate().Percent(1)) // 100 and 100 of 300
	assert.Equal(t, "70.0%", annual.NetRate().Percent(1))   // 110 and 100 of 300
	assert.Equal(t, int64(1), annual.Recovered)
	assert.Equal(t, int64(1), got[5].Early)
	b, err := json.Marshal(annual)
	require.NoError(t, err)
	assert.Contains(t, string(b), `"term":"annual","due":4`)
}

// Polar's own case: 100 from 1 January; 100 more from 1 February that ends on 1
// March: scheduled 100, 200, 100; committed 100 throughout.
func TestOutlook_Polar(t *testing.T) {
	t.Parallel()
	spans := []billing.Span{
		{Customer: "a", Subscription: "1", From: date("2024-01-01"), Terms: billing.Terms{Amount: dec("100"), Currency: "USD"}},
		{Customer: "b", Subscription: "2", From: date("2024-02-01"), Terms: billing.Terms{Amount: dec("100"), Currency: "USD", CancelAt: date("2024-03-01")}},
		{Customer: "c", Subscription: "3", From: date("2024-02-10"), To: date("2024-03-10"), Terms: billing.Terms{Amount: dec("30"), Currency: "USD", State: billing.StateTrial}},
	}
	r, err := policy.Read(spans, policy.Polar(), policy.Options{Currency: "USD"})
	require.NoError(t, err)
	got, err := revops.Outlook(r, calendar.NewMonth(2024, 1), calendar.NewMonth(2024, 3))
	require.NoError(t, err)
	require.Len(t, got, 3)
	assert.Equal(t, "2024-01 USD: 100 scheduled, 100 committed, 0 in trial", got[0].String())
	assert.Equal(t, "2024-02 USD: 200 scheduled, 100 committed, 30 in trial", got[1].String())
	assert.Equal(t, "2024-03 USD: 100 scheduled, 100 committed, 0 in trial", got[2].String())
	assert.True(t, got[2].Bridge.Revenue.Churn.Equal(dec("100")))
	_, err = revops.Outlook(r, calendar.NewMonth(2024, 3), calendar.NewMonth(2024, 1))
	require.ErrorIs(t, err, revops.ErrPeriod)
}

// Flat fees and use are worth together what the policy says that counts both.
func TestLaw_FlatAndUsageAreTheWhole(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		spans := anySpans(t, seen)
		for i := range spans {
			if spans[i].Basis == billing.BasisMetered {
				seen["metered"]++
				spans[i].Item = "use" // or a fee that follows would end it
			}
			spans[i].Replaces = "" // a tail that a successor ends is of both
		}
		p := policy.Policy{Metered: rapid.SampledFrom([]policy.MeteredRule{policy.MeteredIncluded, policy.MeteredTrailing}).Draw(t, "metered"), ChurnDate: policy.EndRecorded}
		o := policy.Options{Currency: "USD", Rates: rates{}}
		if rapid.Bool().Draw(t, "invoices") {
			if rapid.IntRange(0, 3).Draw(t, "not read") > 0 {
				p.Source = policy.FromInvoices
			}
			for i := range spans {
				s := &spans[i]
				l := billing.InvoiceLine{Customer: s.Customer, Subscription: s.Subscription, ID: s.ID, Item: s.ID, IssuedAt: s.From, From: s.From, To: s.From.AddDate(0, 1, 0), Amount: s.Amount, Currency: s.Currency}
				if i%2 == 0 {
					l.Kind = billing.LineUsage
				}
				o.Invoices = append(o.Invoices, l)
			}
		}
		m, err := revops.Usage(spans, p, o)
		require.NoError(t, err)
		r, err := policy.Read(spans, p, o)
		require.NoError(t, err)
		whole, err := r.Ledger()
		require.NoError(t, err)
		months, err := m.Months(monthFrom, monthTo)
		require.NoError(t, err)
		for _, u := range months {
			at := u.Month.Add(1).Start(nil).Add(-1)
			require.True(t, whole.MRR(at).Sub(u.Total()).Abs().LessThanOrEqual(decimal.New(2, -12)), "%s: %s, want %s\n%+v", u, u.Total(), whole.MRR(at), spans)
			flat, err := m.Flat.Ledger().Accounts(at, 0)
			require.NoError(t, err)
			require.Len(t, flat, int(u.FlatOnly+u.Both))
			require.Equal(t, u.Usage.PayingCustomers, u.UsageOnly+u.Both)
			if u.Both > 0 {
				seen["both"]++
			}
			if p.Metered == policy.MeteredTrailing && u.Usage.PayingCustomers > 0 {
				seen["trailing"]++
			}
		}
	}, seen.Need("metered", "both", "trailing"))
}

// Cash is what adding up line by line, instant by instant, gives.
func TestLaw_CashIsTheObviousSum(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var lines []billing.InvoiceLine
		for i := range rapid.IntRange(0, 12).Draw(t, "lines") {
			at := day(rapid.IntRange(0, 150).Draw(t, "issued")).Add(time.Duration(rapid.SampledFrom([]int{0, 13, 23}).Draw(t, "hour")) * time.Hour)
			l := billing.InvoiceLine{
				Customer: "c", ID: fmt.Sprint("l", i), IssuedAt: at, Currency: rapid.SampledFrom([]money.Currency{"USD", "USD", "EUR"}).Draw(t, "currency"),
				Amount: dec("100"), Tax: dec("19"), Discount: decimal.New(int64(rapid.IntRange(0, 3).Draw(t, "discount")), 0),
				Kind:      billing.LineKind(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3, 3, 4, 4}).Draw(t, "kind")),
				Status:    billing.LineStatus(rapid.SampledFrom([]int{0, 0, 0, 1, 1, 2, 3, 4}).Draw(t, "status")),
				Proration: billing.Proration(rapid.SampledFrom([]int{0, 0, 0, 2}).Draw(t, "proration")),
				Test:      rapid.IntRange(0, 19).Draw(t, "test") == 0,
			}
			if rapid.IntRange(0, 1).Draw(t, "paid") == 0 {
				if l.PaidAt = at.Add(time.Duration(rapid.IntRange(-10*24, 40*24).Draw(t, "after")) * time.Hour); l.PaidAt.Before(at) {
					seen["in advance"]++
				}
			}
			if l.Kind == billing.LineRefund {
				if l.Refund = rapid.SampledFrom([]string{"", "re_1", "re_2"}).Draw(t, "refund"); l.Refund != "" {
					l.Currency = "USD"
				}
			}
			lines = append(lines, l)
		}
		for _, name := range []string{"re_1", "re_2"} {
			if rapid.Bool().Draw(t, name) {
				at := day(rapid.IntRange(0, 150).Draw(t, "given back"))
				lines = append(lines, billing.InvoiceLine{
					Customer: "c", ID: name, Refund: name, IssuedAt: at, PaidAt: at, Currency: "USD", Kind: billing.LineRefund,
					Amount: decimal.New(int64(rapid.SampledFrom([]int{50, 119, 180, 300}).Draw(t, "of")), 0),
					Status: billing.LineStatus(rapid.SampledFrom([]int{0, 0, 0, 1, 3}).Draw(t, "status")),
				})
			}
		}
		lines = rapid.Permutation(lines).Draw(t, "order")
		excess := excesses(lines, seen)
		o := revops.CashOptions{Currency: "USD", Rates: rates{}, DueDays: rapid.SampledFrom([]int{0, 0, 14}).Draw(t, "due days"), Until: day(rapid.IntRange(0, 200).Draw(t, "until"))}
		if rapid.Bool().Draw(t, "zone") {
			o.Location = time.FixedZone("x", -5*3600)
		}
		loc := o.Location
		if loc == nil {
			loc = time.UTC
		}
		got, _, err := revops.CashFlow(lines, calendar.NewMonth(2026, 2), calendar.NewMonth(2026, 5), o)
		require.NoError(t, err)
		for _, g := range got {
			from, to := g.Month.Start(loc), g.Month.Add(1).Start(loc)
			within := func(x time.Time) bool { return !x.Before(from) && x.Before(to) && !x.After(o.Until) }
			want := map[string]*big.Rat{}
			for _, k := range []string{"invoiced", "credited", "collected", "refunded", "failed", "recovered", "late", "outstanding"} {
				want[k] = new(big.Rat)
			}
			put := func(k string, v *big.Rat) { want[k].Add(want[k], v); seen[k]++ }
			for _, at := range excess {
				if within(at) {
					put("credited", big.NewRat(1, 1))
				}
			}
			for _, l := range lines {
				if l.Test || l.Status == billing.LineDraft || l.Status == billing.LineVoid {
					continue
				}
				if r := refundOf(lines, l.Refund); r != nil && (l.ID != r.ID || r.Status != billing.LinePaid) {
					continue // counted by the unit
				}
				v := func(at time.Time) *big.Rat {
					v := l.Amount.Sub(l.Discount).Add(l.Tax).Rat()
					if l.Currency == "EUR" {
						fx, err := rates{}.Rate("EUR", "USD", at)
						require.NoError(t, err)
						v.Mul(v, fx.Rat())
					}
					if l.Proration == billing.ProrationCredit && l.Kind != billing.LineCredit && l.Kind != billing.LineRefund {
						v.Neg(v)
					}
					return v
				}
				switch l.Kind {
				case billing.LineCredit:
					if within(l.IssuedAt) {
						put("credited", v(l.IssuedAt))
					}
					continue
				case billing.LineRefund:
					at := l.IssuedAt
					if !l.PaidAt.IsZero() {
						at = l.PaidAt
					}
					if within(at) {
						put("refunded", v(at))
					}
					continue
				default:
				}
				paid := l.PaidAt
				if paid.IsZero() && l.Status == billing.LinePaid {
					paid = l.IssuedAt
				}
				y, m, d := l.IssuedAt.In(loc).Date()
				dueDay := time.Date(y, m, d, 0, 0, 0, 0, loc).AddDate(0, 0, o.DueDays+1)
				failed := paid.IsZero() || !paid.Before(dueDay)
				if within(l.IssuedAt) {
					put("invoiced", v(l.IssuedAt))
				}
				if !paid.IsZero() && within(paid) {
					put("collected", v(paid))
					if failed {
						put("late", v(paid))
					}
				}
				if failed && within(dueDay.Add(-1)) {
					put("failed", v(l.IssuedAt))
					if !paid.IsZero() && !paid.After(o.Until) {
						put("recovered", v(l.IssuedAt))
					}
				}
				known := func(x time.Time) bool { return !x.IsZero() && x.Before(to) && !x.After(o.Until) }
				if known(l.IssuedAt) && !known(paid) {
					put("outstanding", v(l.IssuedAt))
				}
			}
			for k, v := range map[string]decimal.Decimal{
				"invoiced": g.Invoiced, "credited": g.Credited, "collected": g.Collected, "refunded": g.Refunded,
				"failed": g.Failed, "recovered": g.Recovered, "late": g.Late, "outstanding": g.Outstanding,
			} {
				require.Zero(t, v.Rat().Cmp(want[k]), "%s of %s: %s, want %s\n%+v\n%+v", k, g.Month, v, want[k].FloatString(4), lines, o)
			}
			require.True(t, g.Net.Equal(g.Collected.Sub(g.Refunded)))
		}
	}, seen.Need("invoiced", "credited", "collected", "refunded", "failed", "recovered", "late", "outstanding", "in advance", "nothing given", "more named than given", "less named than given", "several notes"))
}

// refundOf is the refund of a name among lines.
func refundOf(lines []billing.InvoiceLine, name string) *billing.InvoiceLine {
	for i := range lines {
		if name != "" && lines[i].ID == name {
			return &lines[i]
		}
	}
	return nil
}

// excesses are the instants of the single dollars that credit notes name of refunds
// beyond what those gave back: all that they name, without the first so many.
func excesses(lines []billing.InvoiceLine, seen law.Drawn) (out []time.Time) {
	for _, name := range []string{"re_1", "re_2"} {
		r := refundOf(lines, name)
		if r == nil {
			continue
		}
		named := slices.DeleteFunc(slices.Clone(lines), func(l billing.InvoiceLine) bool {
			return l.Refund != name || l.ID == name || l.Test || l.Status == billing.LineDraft || l.Status == billing.LineVoid
		})
		slices.SortFunc(named, func(a, b billing.InvoiceLine) int {
			return cmp.Or(a.IssuedAt.Compare(b.IssuedAt), strings.Compare(a.ID, b.ID))
		})
		var dollars []time.Time
		for _, l := range named {
			for range l.Amount.Sub(l.Discount).Add(l.Tax).IntPart() {
				dollars = append(dollars, l.IssuedAt)
			}
		}
		gave := int(r.Amount.IntPart())
		if r.Status != billing.LinePaid {
			gave = 0
		}
		for what, drawn := range map[string]bool{
			"nothing given": gave == 0 && len(dollars) > 0, "more named than given": len(dollars) > gave && gave > 0,
			"less named than given": len(dollars) < gave && len(dollars) > 0, "several notes": len(named) > 1,
		} {
			if drawn {
				seen[what]++
			}
		}
		out = append(out, dollars[min(gave, len(dollars)):]...)
	}
	return out
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	jan, feb := calendar.NewMonth(2026, 1), calendar.NewMonth(2026, 2)
	_, _, err := revops.Trials(nil, feb, jan, epoch, nil)
	require.ErrorIs(t, err, revops.ErrPeriod)
	_, _, err = revops.Trials(nil, jan, feb, time.Time{}, nil)
	require.Error(t, err)
	_, _, err = revops.Renewals(nil, policy.Standard(), policy.Options{}, calendar.Month{}, feb, epoch)
	require.ErrorIs(t, err, revops.ErrPeriod)
	_, _, err = revops.Renewals(nil, policy.Standard(), policy.Options{}, jan, jan.Add(revops.MaxMonths), epoch)
	require.ErrorIs(t, err, revops.ErrPeriod)
	_, _, err = revops.Renewals(nil, policy.Standard(), policy.Options{}, jan, jan.Add(revops.MaxMonths-1), epoch)
	require.NoError(t, err, "as many months as there may be")
	for _, m := range []calendar.Month{calendar.NewMonth(calendar.MinYear, 1), calendar.NewMonth(calendar.MaxYear, 12)} {
		_, _, err = revops.Trials(nil, m, m, epoch, nil)
		require.NoError(t, err, "%s is the last", m)
		past := m.Add(1)
		if m.Year() == calendar.MinYear {
			past = m.Add(-1)
		}
		_, _, err = revops.Trials(nil, past, past, epoch, nil)
		require.ErrorIs(t, err, revops.ErrPeriod, "%s is past it", past)
	}
	_, _, err = revops.Renewals(nil, policy.Policy{Net: 9}, policy.Options{}, jan, feb, epoch)
	require.ErrorIs(t, err, policy.ErrPolicy)
	for _, o := range []revops.CashOptions{{}, {Until: epoch, DueDays: -1}, {Until: epoch, DueDays: 3651}, {Until: epoch, Currency: "eur"}} {
		_, _, err := revops.CashFlow(nil, jan, feb, o)
		require.Error(t, err, "%+v", o)
	}
	_, _, err = revops.CashFlow(nil, jan, feb, revops.CashOptions{Until: epoch, DueDays: 3650})
	require.NoError(t, err, "as late as it may be due")
	line := billing.InvoiceLine{Customer: "c", ID: "l", IssuedAt: epoch, Amount: dec("1"), Currency: "EUR"}
	_, _, err = revops.CashFlow([]billing.InvoiceLine{line}, jan, feb, revops.CashOptions{Until: day(40), Currency: "USD"})
	require.ErrorIs(t, err, money.ErrNoRate)
	assert.Contains(t, err.Error(), `customer "c", line "l"`)
	line.IssuedAt = time.Time{}
	_, found, err := revops.CashFlow([]billing.InvoiceLine{line, {}}, jan, feb, revops.CashOptions{Until: day(40), Currency: "USD"})
	require.NoError(t, err)
	require.Len(t, found, 2)
	s := billing.Span{Customer: "c", Subscription: "s", From: epoch, Terms: billing.Terms{Amount: dec("1"), Currency: "GBP"}}
	_, _, err = revops.Renewals([]billing.Span{s}, policy.Standard(), policy.Options{Currency: "USD", Rates: rates{}}, jan, feb, day(50))
	require.ErrorIs(t, err, money.ErrNoRate)
}

// A refund that is there twice, or in another currency than the note that names it.
func TestCashFlow_RefundsThatContradict(t *testing.T) {
	t.Parallel()
	feb := calendar.NewMonth(2026, 2)
	refund := billing.InvoiceLine{Customer: "c", ID: "re_1", Refund: "re_1", Kind: billing.LineRefund, IssuedAt: day(40), PaidAt: day(40), Amount: dec("5"), Currency: "USD"}
	failed := refund
	failed.Status, failed.IssuedAt = billing.LineVoid, day(35)
	note := billing.InvoiceLine{Customer: "c", Invoice: "in_1", ID: "cn_1", Refund: "re_1", Kind: billing.LineRefund, IssuedAt: day(41), Amount: dec("7"), Currency: "USD"}
	foreign := note
	foreign.Currency = "EUR"
	second, named := refund, note // of a refund of its own, that comes later
	second.ID, second.Refund, named.ID, named.Refund = "re_2", "re_2", "cn_2", "re_2"
	march := refund // after the last month
	march.ID, march.Refund, march.PaidAt = "re_3", "re_3", day(59)
	for _, c := range []struct {
		name     string
		lines    []billing.InvoiceLine
		want     string
		credited string
		found    []billing.Code
	}{
		{"both", []billing.InvoiceLine{note, refund}, "5", "2", nil},
		{"the note alone", []billing.InvoiceLine{note}, "7", "0", nil},
		{"twice", []billing.InvoiceLine{refund, refund, note}, "5", "2", []billing.Code{billing.CodeDuplicate}},
		{"failed", []billing.InvoiceLine{failed, note}, "0", "7", nil},
		{"failed, and not", []billing.InvoiceLine{failed, refund, note}, "5", "2", []billing.Code{billing.CodeDuplicate}},
		{"not, and failed", []billing.InvoiceLine{refund, failed, note}, "5", "2", []billing.Code{billing.CodeDuplicate}},
		{"of another currency, and one that is not", []billing.InvoiceLine{named, foreign, refund, second}, "10", "2", []billing.Code{billing.CodeContradiction}},
		{"after the last month", []billing.InvoiceLine{refund, march}, "5", "0", nil},
		{"of another currency", []billing.InvoiceLine{refund, foreign}, "5", "0", []billing.Code{billing.CodeContradiction}},
	} {
		got, found, err := revops.CashFlow(c.lines, feb, feb, revops.CashOptions{Currency: "USD", Rates: rates{}, Until: day(60)})
		require.NoError(t, err)
		assert.Equal(t, c.want, got[0].Refunded.String(), c.name)
		assert.Equal(t, c.credited, got[0].Credited.String(), c.name)
		var codes []billing.Code
		for _, f := range found {
			codes = append(codes, f.Code)
		}
		assert.Equal(t, c.found, codes, c.name)
	}
}
