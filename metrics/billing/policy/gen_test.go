package policy_test

import (
	"fmt"
	"slices"
	"time"

	"github.com/shopspring/decimal"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Instants are drawn from a few days of half a year, so that they meet.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func genTime(t *rapid.T, label string) time.Time {
	d := rapid.IntRange(0, 180).Draw(t, label)
	h := rapid.SampledFrom([]int{0, 0, 0, 12}).Draw(t, label+" hour")
	return epoch.AddDate(0, 0, d).Add(time.Duration(h) * time.Hour)
}

func genMaybe(t *rapid.T, label string, often int) bool {
	return rapid.IntRange(0, 99).Draw(t, label) < often
}

func genCycle(t *rapid.T) calendar.Cycle {
	return rapid.SampledFrom([]calendar.Cycle{
		{}, {}, {Unit: calendar.UnitYear}, {N: 3}, {N: 7}, {Unit: calendar.UnitWeek}, {Unit: calendar.UnitWeek, N: 2}, {Unit: calendar.UnitDay, N: 30},
	}).Draw(t, "cycle")
}

func genAmount(t *rapid.T, label string) decimal.Decimal {
	return decimal.New(rapid.SampledFrom([]int64{0, 1000, 1000, 1999, 5000, 12345}).Draw(t, label), -2)
}

func genDiscount(t *rapid.T) billing.Discount {
	d := billing.Discount{
		Duration: rapid.SampledFrom([]billing.Duration{billing.DurationForever, billing.DurationRepeating, billing.DurationOnce}).Draw(t, "duration"),
		Level:    rapid.SampledFrom([]billing.Level{billing.LevelItem, billing.LevelSubscription}).Draw(t, "level"),
		InMRR:    rapid.SampledFrom([]billing.Verdict{billing.Unsaid, billing.Yes, billing.No}).Draw(t, "in mrr"),
	}
	if genMaybe(t, "percent", 50) {
		d.Percent = dec(rapid.SampledFrom([]string{"10", "33.3", "100"}).Draw(t, "percent off"))
	} else {
		d.Off = genAmount(t, "off")
	}
	if genMaybe(t, "discount from", 30) {
		d.From = genTime(t, "discount from")
	}
	if genMaybe(t, "discount to", 30) {
		d.To = genTime(t, "discount to")
		if d.To.Before(d.From) {
			d.From, d.To = d.To, d.From
		}
	}
	if genMaybe(t, "discount id", 50) {
		d.ID = rapid.SampledFrom([]string{"SPRING", "VIP"}).Draw(t, "discount id")
	}
	if d.Duration == billing.DurationRepeating && d.To.IsZero() {
		d.Cycles = rapid.IntRange(0, 3).Draw(t, "cycles")
	}
	return d
}

// genSpans draws the spans of a few customers, valid ones.
func genSpans(t *rapid.T, overlaps bool) []billing.Span {
	var out []billing.Span
	for range rapid.IntRange(0, 4).Draw(t, "subscriptions") {
		customer := rapid.SampledFrom([]string{"ada", "bob", "cy"}).Draw(t, "customer")
		sub := rapid.SampledFrom([]string{"s1", "s2", "s3", ""}).Draw(t, "subscription")
		currency := money.Currency(rapid.SampledFrom([]string{"USD", "USD", "USD", "EUR"}).Draw(t, "currency"))
		for i := range rapid.IntRange(1, 2).Draw(t, "items") {
			from := genTime(t, "from")
			for range rapid.IntRange(1, 3).Draw(t, "spans") {
				s := billing.Span{Customer: customer, Subscription: sub, Item: fmt.Sprint("i", i), From: from}
				s.To = from.Add(time.Duration(rapid.IntRange(1, 60).Draw(t, "days")) * 24 * time.Hour)
				s.Terms = genTerms(t)
				s.Currency = currency
				last := genMaybe(t, "last", 30)
				if last && genMaybe(t, "open", 70) {
					s.To = time.Time{}
				}
				out = append(out, s)
				if last {
					break
				}
				from = s.To
				if genMaybe(t, "gap", 30) {
					from = from.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "gap days")) * 24 * time.Hour)
				}
				if overlaps && genMaybe(t, "overlap", 10) {
					from = s.From.Add(12 * time.Hour)
				}
			}
		}
	}
	return out
}

func genTerms(t *rapid.T) billing.Terms {
	x := billing.Terms{
		Plan: rapid.SampledFrom([]string{"basic", "pro"}).Draw(t, "plan"), Amount: genAmount(t, "amount"), Cycle: genCycle(t),
	}
	if genMaybe(t, "state", 30) {
		x.State = billing.State(rapid.IntRange(0, 6).Draw(t, "state"))
	}
	if genMaybe(t, "basis", 15) {
		x.Basis = billing.Basis(rapid.IntRange(0, 3).Draw(t, "basis"))
	}
	if genMaybe(t, "tax", 20) {
		x.Tax = genAmount(t, "tax")
	}
	for range rapid.SampledFrom([]int{0, 0, 0, 1, 2}).Draw(t, "discounts") {
		x.Discounts = append(x.Discounts, genDiscount(t))
	}
	if genMaybe(t, "cancel", 20) {
		x.CancelAt = genTime(t, "cancel at")
	}
	if genMaybe(t, "asked", 20) {
		x.CancelAskedAt = genTime(t, "cancel asked at")
	}
	if genMaybe(t, "paid", 20) {
		x.PaidThrough = genTime(t, "paid through")
	}
	x.Test = genMaybe(t, "test", 5)
	return x
}

// genSpansOfLines draws spans of the subscriptions that genLines charges, and of
// others of the same customers.
func genSpansOfLines(t *rapid.T, lines []billing.InvoiceLine) (out []billing.Span) {
	for _, l := range lines {
		customer := l.Customer
		if slices.ContainsFunc(out, func(s billing.Span) bool { return s.Customer == customer }) {
			continue
		}
		subs := []string{"s1"}
		if genMaybe(t, "another subscription", 50) {
			subs = append(subs, "s2")
		}
		for _, sub := range subs {
			for _, item := range rapid.SampledFrom([][]string{{""}, {"x"}, {"x", "y"}, {"", "x"}}).Draw(t, "items") {
				from := l.From.AddDate(0, 0, rapid.IntRange(-10, 5).Draw(t, "from"))
				if sub == "s2" {
					from = out[len(out)-1].From.AddDate(0, 0, rapid.IntRange(0, 30).Draw(t, "later"))
					if end := out[len(out)-1].End(); !end.IsZero() && genMaybe(t, "after the end", 70) {
						from = end.AddDate(0, 0, rapid.IntRange(0, 10).Draw(t, "after"))
					}
				}
				for range rapid.IntRange(1, 2).Draw(t, "spans") {
					s := billing.Span{Customer: customer, Subscription: sub, Item: item, From: from, Terms: genTerms(t)}
					s.Currency = "USD"
					if s.CancelAskedAt = (time.Time{}); genMaybe(t, "asked for", 40) {
						s.CancelAskedAt = from.AddDate(0, 0, rapid.IntRange(-5, 20).Draw(t, "asked after"))
					}
					if sub == "s2" && genMaybe(t, "carries on", 20) {
						s.Replaces = "s1"
					}
					if s.Reason = billing.ReasonUnknown; genMaybe(t, "replaced", 10) {
						s.Reason = billing.ReasonReplaced
					}
					if !genMaybe(t, "open", 30) {
						s.To = from.AddDate(0, 0, rapid.IntRange(1, 30).Draw(t, "span days"))
					}
					if out = append(out, s); s.To.IsZero() {
						break
					}
					from = s.To.AddDate(0, 0, rapid.SampledFrom([]int{0, 0, 5, -10, -10}).Draw(t, "gap days"))
				}
			}
		}
	}
	return out
}

// genLines draws invoice lines for the same customers.
func genLines(t *rapid.T) []billing.InvoiceLine {
	var out []billing.InvoiceLine
	for i := range rapid.IntRange(0, 5).Draw(t, "lines") {
		from := genTime(t, "line from")
		l := billing.InvoiceLine{
			Customer: rapid.SampledFrom([]string{"ada", "bob", "cy"}).Draw(t, "line customer"), Subscription: "s1", ID: fmt.Sprint("l", i),
			IssuedAt: from, From: from, To: from.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "line days")),
			Amount: genAmount(t, "line amount"), Tax: genAmount(t, "line tax"), Currency: "USD", Cycle: genCycle(t),
			Kind:      billing.LineKind(rapid.IntRange(0, 4).Draw(t, "line kind")),
			Proration: billing.Proration(rapid.SampledFrom([]int{0, 0, 1, 2, 3}).Draw(t, "proration")),
			Status:    billing.LineStatus(rapid.SampledFrom([]int{0, 0, 0, 1, 2, 3, 4}).Draw(t, "line status")),
		}
		l.Item = rapid.SampledFrom([]string{"", "", "x"}).Draw(t, "line item")
		l.Invoice = rapid.SampledFrom([]string{"in_1", "in_2", "in_3"}).Draw(t, "invoice")
		if genMaybe(t, "in arrears", 30) {
			l.IssuedAt = l.To
		}
		if l.Status != billing.LineOpen && genMaybe(t, "paid at", 40) {
			l.PaidAt = l.From.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "paid after"))
		}
		out = append(out, l)
	}
	return out
}

func genPolicy(t *rapid.T, label string) policy.Policy {
	if genMaybe(t, label+" preset", 40) {
		return rapid.SampledFrom(policy.Presets()).Draw(t, label)
	}
	enum := func(name string, n int) uint8 { return uint8(rapid.IntRange(0, n-1).Draw(t, label+" "+name)) }
	yes := func(name string) bool { return rapid.Bool().Draw(t, label+" "+name) }
	p := policy.Policy{
		Scaling: policy.Scaling(enum("scaling", 3)), SubtractCredits: yes("credits"), CountTest: yes("test"),
		Trials: policy.TrialRule(enum("trials", 3)), CountUnpaid: yes("unpaid"), CountPaused: yes("paused"),
		DropCollectionPaused: yes("collection"), Metered: policy.MeteredRule(enum("metered", 4)),
		MeteredPeriods: rapid.IntRange(0, 4).Draw(t, label+" periods"), Discounts: policy.DiscountRule(enum("discounts", 5)),
		IncludeTax: yes("tax"), ChurnDate: policy.ChurnDate(enum("churn date", 3)), Committed: policy.CommittedRule(enum("committed", 2)),
		RateDate: policy.RateDate(enum("rate date", 4)), Net: ledger.Net(enum("net", 2)), Free: policy.FreeRule(enum("free", 2)),
		IgnoreSameMonth: yes("same month"), CountRequests: yes("churn count"),
		ChurnRule: metrics.ChurnRule(enum("churn rate", 3)),
	}
	if yes("invoices") {
		p.Source = policy.FromInvoices
	}
	if yes("lapse") {
		p.Lapse = policy.Lapse{Rule: policy.LapseRule(enum("lapse rule", 3)), Days: rapid.IntRange(0, 40).Draw(t, label+" lapse days")}
	}
	p.AwaitFirstPayment = yes("first invoice")
	if yes("past due") {
		p.PastDue = policy.PastDue{Drop: true, AfterDays: rapid.IntRange(0, 40).Draw(t, label+" days")}
	}
	if yes("rounding") {
		p.Rounding = policy.Rounding{
			Scope: policy.RoundScope(enum("scope", 3)), Places: int32(rapid.IntRange(0, 4).Draw(t, label+" places")), Mode: money.Rounding(enum("mode", 7)),
		}
	}
	p.WeekFactor = rapid.SampledFrom([]policy.Factor{{}, {4, 1}, {433, 100}, {304375, 70000}, {0, 1}}).Draw(t, label+" week")
	p.DayFactor = rapid.SampledFrom([]policy.Factor{{}, {30, 1}, {3044, 100}, {0, 1}}).Draw(t, label+" day")
	if p.RateDate == policy.RateFixed {
		p.RateAt = epoch.AddDate(0, 1, 0)
	}
	if yes("zone") {
		p.Location = time.FixedZone("UTC+9", 9*3600)
	}
	if yes("coalesce") {
		p.Coalesce = 36 * time.Hour
	}
	if yes("gaps") {
		p.MinGap, p.MaxGap = 10*24*time.Hour, 40*24*time.Hour
	}
	return p
}

// euro is worth 1.1 dollars in January and a tenth more each month.
func euro(t interface{ Fatal(...any) }) *money.RateTable {
	var quotes []money.Quote
	for m := range 12 {
		quotes = append(quotes, money.Quote{
			From: "EUR", To: "USD", Rate: decimal.New(int64(11+m), -1), Since: epoch.AddDate(0, m, 0),
		})
	}
	table, err := money.NewRateTable(quotes, money.RateOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return table
}
