package main

import (
	"errors"
	"slices"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/report"
)

// board is the page as it grows.
type board struct {
	*company
	month   calendar.Month
	o       report.Options
	page    report.Page
	books   *ledger.Ledger
	figures []report.Figure // behind those of the books
}

// add takes what a figure's function returned.
func (b *board) add(f report.Figure, err error) error {
	if err == nil {
		b.figures = append(b.figures, f)
	}
	return err
}

// ledger values the records under the library's own policy: the page's figures,
// what revenue may be, and why another policy makes another number.
func (b *board) ledger() error {
	rules := policy.Standard()
	o := policy.Options{Currency: b.currency}
	reading, err := policy.Read(b.spans, rules, o)
	if err != nil {
		return err
	}
	if b.books, err = reading.Ledger(); err != nil {
		return err
	}
	if b.month.IsZero() {
		_, last, ok := b.books.Span()
		if !ok {
			return errors.New("the subscriptions were never worth anything")
		}
		if b.month = calendar.MonthOf(last, nil); !b.until.IsZero() {
			b.month = calendar.MonthOf(b.until.Add(-time.Nanosecond), nil)
		}
	}
	if b.page, err = report.Books(b.books, b.month, b.o); err != nil {
		return err
	}
	b.page.Policy = &rules
	b.page.Fresh = b.until
	ahead, err := forecast.Books(b.books, forecast.Options{Origin: b.month, Seed: 1, Paths: 500})
	switch {
	case errors.Is(err, forecast.ErrTooShort): // under six months there is nothing to say
	case err != nil:
		return err
	default:
		if err := b.add(report.Forecast(b.page.Statements, ahead, b.o)); err != nil {
			return err
		}
	}
	return b.reconcile(o)
}

// reconcile shows why another vendor's dashboard has another number: that of
// the preset whose MRR differs most, if any does.
func (b *board) reconcile(o policy.Options) error {
	var most *policy.Reconciliation
	for _, preset := range policy.Presets() {
		r, err := policy.Reconcile(b.spans, policy.Standard(), preset, b.month, o)
		if err != nil {
			return err
		}
		d := r.Total(policy.MetricMRR).Difference().Abs()
		if most == nil && !d.IsZero() || most != nil && d.GreaterThan(most.Total(policy.MetricMRR).Difference().Abs()) {
			most = r
		}
	}
	if most == nil {
		return nil
	}
	return b.add(report.Reconciliation(most, policy.MetricMRR, b.o))
}

// channelOf is the channel of a customer's last touch before the first event
// that begins a subscription or a trial.
func (b *board) channelOf() map[string]string {
	out := map[string]string{}
	for customer, events := range b.log.ByCustomer() {
		for e := range events {
			if e.Name == "trial_started" || e.Name == "subscribed" {
				break
			}
			if e.Name == "touch" {
				out[customer] = string(e.Channel)
			}
		}
	}
	return out
}

// channels are what customers cost and are worth by the channel that brought
// them: LTV of the last month's ARPA and the churn of six months, CAC of the
// conversions credited to the channel.
func (b *board) channels(cac map[string]metrics.Ratio) error {
	if b.books == nil || len(cac) == 0 {
		return nil
	}
	of := b.channelOf()
	segments, err := b.books.StatementsBy(b.month.Add(-5), b.month, func(customer string) string { return of[customer] })
	if err != nil {
		return err
	}
	var list []report.Channel
	for _, s := range segments {
		ratio, ok := cac[s.Key]
		if !ok {
			continue
		}
		var churn []metrics.Ratio
		for _, st := range s.Statements {
			c, err := metrics.ChurnRate(st.Customers, metrics.ChurnStandard)
			if err != nil {
				return err
			}
			churn = append(churn, c)
		}
		last := s.Statements[len(s.Statements)-1]
		arpa, err := metrics.ARPA(last.Revenue.Closing(), last.PayingCustomers)
		if err != nil {
			return err
		}
		ltv, err := metrics.LTV(metrics.LTVInput{ARPA: arpa, GrossMargin: decimal.New(8, -1), Churn: metrics.PoolOf(churn...), CapMonths: 60})
		if err != nil {
			return err
		}
		list = append(list, report.Channel{Name: s.Key, LTV: ltv, CAC: ratio, Currency: b.currency})
	}
	if len(list) == 0 {
		return nil
	}
	return b.add(report.Channels(list, b.o))
}

// busiest is the customer whose revenue moved most often, the first by id.
func (b *board) busiest() string {
	counts := map[string]int{}
	first, last, _ := b.books.Span()
	for m := range b.books.Movements(calendar.Period{From: first, To: last.Add(time.Second)}) {
		counts[m.Customer]++
	}
	ids := make([]string, 0, len(counts))
	for id := range counts {
		ids = append(ids, id)
	}
	slices.SortFunc(ids, func(x, y string) int {
		if counts[x] != counts[y] {
			return counts[y] - counts[x]
		}
		if x < y {
			return -1
		}
		return 1
	})
	if len(ids) == 0 {
		return ""
	}
	return ids[0]
}
