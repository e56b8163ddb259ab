package main

import (
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/clv"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The changes and exchange rates of an invented company.
var (
	//go:embed data/changes.csv
	changesCSV string
	//go:embed data/rates.csv
	ratesCSV string
)

// company is what a report is made of.
type company struct {
	name  string
	books *ledger.Ledger
	last  calendar.Month // of the last change
	plan  func(customer string) string
	// margin is what revenue leaves; 1 where it is not known.
	margin decimal.Decimal
}

// errRow: a row that cannot be read.
var errRow = errors.New("bad row")

// reader reads rows by the names of a header and gathers what is wrong.
type reader struct {
	head []string
	row  []string
	bad  fault.Batch
	line int64
}

func (r *reader) text(name string) string {
	if i := slices.Index(r.head, name); i >= 0 && i < len(r.row) {
		return r.row[i]
	}
	r.refuse(name, "", "missing")
	return ""
}

func (r *reader) refuse(field, value, limit string) {
	r.bad.Add(fault.Row{Row: r.line, Field: field, Value: value, Limit: limit, Err: errRow})
}

func (r *reader) day(name string) time.Time {
	t, err := time.Parse(time.DateOnly, r.text(name))
	if err != nil {
		r.refuse(name, r.text(name), "want a date like 2025-01-31")
	}
	return t
}

func (r *reader) number(name string) decimal.Decimal {
	d, err := decimal.NewFromString(r.text(name))
	if err != nil || len(r.text(name)) > 30 {
		r.refuse(name, r.text(name), "want a number")
		return decimal.Decimal{}
	}
	return d
}

func (r *reader) read(name string, parse func([]byte) error) {
	if err := parse([]byte(r.text(name))); err != nil {
		r.refuse(name, r.text(name), err.Error())
	}
}

// each reads a whole file; row numbers count from the line below the header.
func each(in io.Reader, header string, do func(*reader)) error {
	lines := csv.NewReader(in)
	lines.FieldsPerRecord = -1
	r := &reader{bad: fault.Batch{Package: "forecast", Op: "read"}}
	for {
		row, err := lines.Read()
		switch {
		case errors.Is(err, io.EOF):
			if r.head == nil {
				return errors.New("the file is empty; expected " + header)
			}
			return r.bad.Err()
		case err != nil:
			return err
		case r.head == nil:
			row[0] = strings.TrimPrefix(row[0], "\ufeff") // spreadsheets begin their files with it
			if r.head = row; header != "" && strings.Join(row, ",") != header {
				return fmt.Errorf("the first line is %s; expected %s", fault.Quote(strings.Join(row, ",")), header)
			}
		default:
			r.line++
			r.row = row
			if len(row) != len(r.head) {
				r.refuse("row", "", fmt.Sprintf("%d columns; want %d", len(row), len(r.head)))
				continue
			}
			do(r)
		}
	}
}

// lanternfish is the embedded company.
func lanternfish() (*company, error) {
	var quotes []money.Quote
	err := each(strings.NewReader(ratesCSV), "", func(r *reader) {
		quotes = append(quotes, money.Quote{Since: r.day("since"), From: money.Currency(r.text("from")), To: money.Currency(r.text("to")), Rate: r.number("rate")})
	})
	if err != nil {
		return nil, fmt.Errorf("rates.csv: %w", err)
	}
	rates, err := money.NewRateTable(quotes, money.RateOptions{})
	if err != nil {
		return nil, err
	}
	var changes []ledger.Change
	err = each(strings.NewReader(changesCSV), "", func(r *reader) {
		c := ledger.Change{
			ID: r.text("id"), At: r.day("at"), Customer: r.text("customer"), Subscription: r.text("subscription"), Plan: r.text("plan"),
			Amount: r.number("seats").Mul(r.number("price")), Currency: money.Currency(r.text("currency")),
		}
		r.read("cycle", c.Cycle.UnmarshalText)
		r.read("cause", c.Cause.UnmarshalText)
		if r.text("recorded") != "" {
			c.Recorded = r.day("recorded")
		}
		changes = append(changes, c)
	})
	if err != nil {
		return nil, fmt.Errorf("changes.csv: %w", err)
	}
	return open("Lanternfish, an invented company", ledger.Options{Currency: "EUR", Rates: rates}, changes, decimal.New(82, -2), true)
}

const header = "subscription_id,customer_id,start_date,end_date,monthly_amount"

// fromPeriods makes a company of a file of subscription periods: each charges
// its amount a month from its start until its end, which may be empty.
func fromPeriods(in io.Reader) (*company, error) {
	type key struct {
		subscription, customer string
		at                     time.Time
	}
	starts := map[key]bool{}
	var changes, ends []ledger.Change
	err := each(in, header, func(r *reader) {
		c := ledger.Change{Subscription: r.text("subscription_id"), Customer: r.text("customer_id"), At: r.day("start_date"), Amount: r.number("monthly_amount")}
		starts[key{c.Subscription, c.Customer, c.At}] = true
		changes = append(changes, c)
		if r.text("end_date") == "" {
			return
		}
		end := ledger.Change{Subscription: c.Subscription, Customer: c.Customer, At: r.day("end_date")}
		if end.At.Before(c.At) {
			r.refuse("end_date", r.text("end_date"), "before start_date "+r.text("start_date"))
		}
		ends = append(ends, end)
	})
	if err != nil {
		return nil, err
	}
	if len(changes) == 0 {
		return nil, errors.New("there are no rows below the header")
	}
	for _, e := range ends {
		if !starts[key{e.Subscription, e.Customer, e.At}] { // a period that goes on in another ends nothing
			changes = append(changes, e)
		}
	}
	return open("subscriptions of the file", ledger.Options{}, changes, decimal.NewFromInt(1), false)
}

func open(name string, o ledger.Options, changes []ledger.Change, margin decimal.Decimal, plans bool) (*company, error) {
	books, err := ledger.New(o)
	if err != nil {
		return nil, err
	}
	if err := books.Append(changes...); err != nil {
		return nil, err
	}
	c := &company{name: name, books: books, margin: margin}
	for _, x := range changes {
		if m := calendar.MonthOf(x.At, nil); m.After(c.last) {
			c.last = m
		}
	}
	if plans {
		c.plan = clv.PlanAtStart(slices.Values(changes))
	}
	return c, nil
}
