package main

import (
	"bytes"
	_ "embed"
	"errors"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The subscriptions of an invented company in May 2026, as
// GET /v1/subscriptions?status=all gives them with tiers and discounts expanded.
//
//go:embed data/subscriptions.json
var subscriptions []byte

// invented are the exchange rates of the invented company, story the month that
// has something to tell.
var (
	invented = rates{"EUR": decimal.New(108, -2)}
	story    = calendar.NewMonth(2026, time.May)
)

// account is what was read, and what the importer and the linter found.
type account struct {
	spans    []billing.Span
	lines    []billing.InvoiceLine
	findings []billing.Finding
}

// readAccount reads subscriptions and invoices from a file, or the invented
// company. The file is read twice, as it may be larger than memory.
func readAccount(name string) (*account, error) {
	open := func() (io.ReadCloser, error) {
		if name == "" {
			return io.NopCloser(bytes.NewReader(subscriptions)), nil
		}
		return os.Open(name)
	}
	imp, err := stripe.New(stripe.Options{})
	if err != nil {
		return nil, err
	}
	var r account
	err = with(open, func(in io.Reader) error {
		for s, err := range imp.Spans(in) {
			if err != nil {
				return err
			}
			r.spans = append(r.spans, s)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	err = with(open, func(in io.Reader) error {
		for l, err := range imp.Lines(in) {
			if err != nil {
				return err
			}
			r.lines = append(r.lines, l)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, f := range imp.Findings() {
		if !readElsewhere(f) {
			r.findings = append(r.findings, f)
		}
	}
	return &r, nil
}

// readElsewhere reports a finding that one pass skipped what the other one
// reads.
func readElsewhere(f billing.Finding) bool {
	return f.Code == billing.CodeUnsupported && f.Field == "object" && (f.Value == "subscription" || f.Value == "invoice")
}

func with(open func() (io.ReadCloser, error), read func(io.Reader) error) error {
	in, err := open()
	if err != nil {
		return err
	}
	if err := read(in); err != nil {
		_ = in.Close() // the reading failed first
		return err
	}
	return in.Close()
}

// currency is that of most charges, of equally many the first in the alphabet.
func (r *account) currency() money.Currency {
	counts := map[money.Currency]int{}
	var seen []money.Currency
	count := func(c money.Currency) {
		if counts[c] == 0 {
			seen = append(seen, c)
		}
		counts[c]++
	}
	for i := range r.spans {
		count(r.spans[i].Currency)
	}
	for i := range r.lines {
		count(r.lines[i].Currency)
	}
	slices.Sort(seen)
	best := money.Currency("")
	for _, c := range seen {
		if counts[c] > counts[best] {
			best = c
		}
	}
	return best
}

// month is the last in which a charge began.
func (r *account) month() calendar.Month {
	var last time.Time
	for i := range r.spans {
		if from := r.spans[i].From; from.After(last) {
			last = from
		}
	}
	for i := range r.lines {
		if from := r.lines[i].From; from.After(last) {
			last = from
		}
	}
	if last.IsZero() {
		return calendar.Month{}
	}
	return calendar.MonthOf(last, nil)
}

// rates are exchange rates for all time to the currency of the results.
type rates map[money.Currency]decimal.Decimal

func (r *rates) add(s string) error {
	code, text, ok := strings.Cut(s, "=")
	if !ok {
		return errors.New("want CODE=RATE, such as EUR=1.08")
	}
	c, err := money.ParseCurrency(code)
	if err != nil {
		return err
	}
	d, err := decimal.NewFromString(text)
	if err != nil {
		return err
	}
	if *r == nil {
		*r = rates{}
	}
	(*r)[c] = d
	return nil
}

func (r rates) to(c money.Currency) (money.Rates, error) {
	if len(r) == 0 || c == "" {
		return nil, nil
	}
	var quotes []money.Quote
	for from, rate := range r {
		if from != c {
			quotes = append(quotes, money.Quote{From: from, To: c, Rate: rate, Since: time.Date(calendar.MinYear, 1, 1, 0, 0, 0, 0, time.UTC)})
		}
	}
	slices.SortFunc(quotes, func(a, b money.Quote) int { return strings.Compare(string(a.From), string(b.From)) })
	return money.NewRateTable(quotes, money.RateOptions{})
}
