package main

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Lanternfish plans shifts. The company, its customers, prices and rates are
// invented. It sells in euros and dollars, by the month and by the year: solo
// for one person, team and business by the seat, and a reports add-on.
//
// A row of changes.csv says what a subscription charges from a day on: seats
// times price, every cycle; no seats is nothing. Rows with a recorded day were
// learned later than they happened.
var (
	//go:embed data/changes.csv
	changesCSV string
	//go:embed data/rates.csv
	ratesCSV string
	//go:embed data/spend.csv
	spendCSV string
)

// lanternfish is the embedded company, through April 2026. Its books of March
// were closed on 5 April, before two of the changes became known.
func lanternfish() (*company, error) {
	c := &company{
		name:   "Lanternfish, an invented company",
		margin: decimal.New(82, -2),
		spend:  map[calendar.Month]decimal.Decimal{},
		why:    calendar.NewMonth(2026, time.March),
		closed: time.Date(2026, time.April, 5, 0, 0, 0, 0, time.UTC),
		first:  calendar.NewMonth(2025, time.January),
		last:   calendar.NewMonth(2026, time.April),
	}
	c.observed = c.last

	var quotes []money.Quote
	err := eachRow(ratesCSV, func(row row) {
		quotes = append(quotes, money.Quote{
			Since: row.day("since"), From: money.Currency(row.text("from")), To: money.Currency(row.text("to")), Rate: row.number("rate"),
		})
	})
	if err != nil {
		return nil, fmt.Errorf("rates.csv: %w", err)
	}
	rates, err := money.NewRateTable(quotes, money.RateOptions{})
	if err != nil {
		return nil, err
	}
	if c.books, err = ledger.New(ledger.Options{Currency: "EUR", Rates: rates}); err != nil {
		return nil, err
	}

	var changes []ledger.Change
	err = eachRow(changesCSV, func(row row) {
		change := ledger.Change{
			ID: row.text("id"), At: row.day("at"), Customer: row.text("customer"), Subscription: row.text("subscription"),
			Amount: row.number("seats").Mul(row.number("price")), Currency: money.Currency(row.text("currency")),
		}
		row.read("cycle", change.Cycle.UnmarshalText)
		row.read("cause", change.Cause.UnmarshalText)
		if row.text("recorded") != "" {
			change.Recorded = row.day("recorded")
		}
		changes = append(changes, change)
	})
	if err == nil {
		err = c.books.Append(changes...)
	}
	if err != nil {
		return nil, fmt.Errorf("changes.csv: %w", err)
	}

	err = eachRow(spendCSV, func(row row) {
		var m calendar.Month
		row.read("month", m.UnmarshalText)
		c.spend[m] = row.number("sales_and_marketing")
	})
	if err != nil {
		return nil, fmt.Errorf("spend.csv: %w", err)
	}
	return c, nil
}

// row reads the fields of one line of an embedded file by name and gathers what
// is wrong with them.
type row struct {
	line   string
	fields map[string]string
	err    *error
}

func (r row) text(name string) string {
	s, ok := r.fields[name]
	if !ok {
		*r.err = errors.Join(*r.err, fmt.Errorf("line %s: no field %s", r.line, name))
	}
	return s
}

func (r row) read(name string, parse func([]byte) error) {
	if err := parse([]byte(r.text(name))); err != nil {
		*r.err = errors.Join(*r.err, fmt.Errorf("line %s: %s: %w", r.line, name, err))
	}
}

func (r row) day(name string) (t time.Time) {
	r.read(name, func(text []byte) (err error) {
		t, err = time.Parse(time.DateOnly, string(text))
		return err
	})
	return t
}

func (r row) number(name string) (d decimal.Decimal) {
	r.read(name, d.UnmarshalText)
	return d
}

func eachRow(text string, do func(row)) (err error) {
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		return err
	}
	for i, line := range lines[1:] {
		r := row{line: strconv.Itoa(i + 2), fields: map[string]string{}, err: &err}
		for k, name := range lines[0] {
			r.fields[name] = line[k]
		}
		do(r)
	}
	return err
}
