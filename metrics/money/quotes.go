package money

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

var (
	// ErrQuote is wrapped by the error of every row that NewRateTable refuses.
	ErrQuote = errors.New("impossible quote")
	// ErrConflict is wrapped too for a quote that repeats or contradicts
	// another one.
	ErrConflict = errors.New("conflicting quotes")
)

// MaxQuotes bounds the number of quotes of a table: a century of daily rates
// for more than twenty pairs.
const MaxQuotes = 1_000_000

// NewRateTable builds a table of quotes in any order. Every quote that is
// impossible, repeats another (same pair and Since) or begins before the
// stated Until of the one before is reported, in a *fault.Batch whose rows wrap
// ErrQuote and the special sentinel; then there is no table.
func NewRateTable(quotes []Quote, options RateOptions) (*RateTable, error) {
	if len(quotes) > MaxQuotes {
		return nil, refuse("NewRateTable", strconv.Itoa(len(quotes))+" quotes", "limit "+strconv.Itoa(MaxQuotes), ErrRange)
	}
	if options.MaxAge < 0 {
		return nil, refuse("NewRateTable", "MaxAge "+options.MaxAge.String(), "negative", ErrRange)
	}
	if !inverses.Has(options.Inverse) {
		return nil, refuse("NewRateTable", options.Inverse.String(), "want none, exact or rounded", ErrRange)
	}
	var faults []fault.Row
	rows := make(map[pair][]int) // valid rows of each pair
	for i, q := range quotes {
		if found := checkQuote(i, q); len(found) > 0 {
			faults = append(faults, found...)
			continue
		}
		p := pair{q.From, q.To}
		rows[p] = append(rows[p], i)
	}
	t := &RateTable{options: options, byPair: make(map[pair][]quoted, len(rows))}
	for p, at := range rows {
		slices.SortStableFunc(at, func(a, b int) int { return quotes[a].Since.Compare(quotes[b].Since) })
		faults = append(faults, conflicts(quotes, at)...)
		list := make([]quoted, len(at))
		for i, row := range at {
			list[i] = quoted{since: quotes[row].Since, until: quotes[row].Until, rate: quotes[row].Rate}
		}
		t.byPair[p] = list
	}
	if len(faults) == 0 {
		return t, nil
	}
	slices.SortStableFunc(faults, func(a, b fault.Row) int { return cmp.Compare(a.Row, b.Row) })
	batch := fault.Batch{Package: "money", Op: "NewRateTable"}
	for _, f := range faults {
		batch.Add(f)
	}
	return nil, batch.Err()
}

// conflicts compares each quote of a pair, sorted by Since, with the ones
// before it.
func conflicts(quotes []Quote, rows []int) []fault.Row {
	var faults []fault.Row
	longest := -1 // the row whose stated Until reaches furthest so far
	for i, row := range rows {
		q := quotes[row]
		if i > 0 {
			before := rows[i-1]
			switch {
			case quotes[before].Since.Equal(q.Since):
				what := "repeats"
				if !quotes[before].Rate.Equal(q.Rate) {
					what = "contradicts"
				}
				faults = append(faults, badQuote(row, "Since", stamp(q.Since), what+" row "+strconv.Itoa(before+1), ErrConflict))
			case longest >= 0 && quotes[longest].Until.After(q.Since):
				faults = append(faults, badQuote(row, "Since", stamp(q.Since),
					"row "+strconv.Itoa(longest+1)+" holds until "+stamp(quotes[longest].Until), ErrConflict))
			}
		}
		if !q.Until.IsZero() && (longest < 0 || q.Until.After(quotes[longest].Until)) {
			longest = row
		}
	}
	return faults
}

// badQuote is a refused quote of the list, counted from 0 there and from 1 in
// the message.
func badQuote(row int, field, value, limit string, err error) fault.Row {
	return fault.Row{Row: int64(row) + 1, Field: field, Value: value, Limit: limit, Err: errors.Join(ErrQuote, err)}
}

func checkQuote(row int, q Quote) []fault.Row {
	var faults []fault.Row
	bad := func(field, value, limit string, err error) {
		faults = append(faults, badQuote(row, field, value, limit, err))
	}
	if q.From.Validate() != nil {
		bad("From", string(q.From), "not an ISO 4217 code", ErrCurrency)
	}
	if q.To.Validate() != nil {
		bad("To", string(q.To), "not an ISO 4217 code", ErrCurrency)
	} else if q.From == q.To {
		bad("To", string(q.To), "a currency is worth 1 of itself and needs no quote", ErrCurrency)
	}
	if err := num.Check(q.Rate); err != nil {
		bad("Rate", "", err.Error(), ErrRange)
	} else if !q.Rate.IsPositive() {
		bad("Rate", q.Rate.StringFixed(max(0, -q.Rate.Exponent())), "want more than zero", ErrRange)
	}
	if !inYears(q.Since) {
		bad("Since", stamp(q.Since), "outside the years 1900 to 2200", ErrRange)
	}
	if !q.Until.IsZero() {
		switch {
		case !inYears(q.Until):
			bad("Until", stamp(q.Until), "outside the years 1900 to 2200", ErrRange)
		case !q.Until.After(q.Since):
			bad("Until", stamp(q.Until), "not after Since "+stamp(q.Since), ErrRange)
		}
	}
	return faults
}

// inYears repeats the bound of package calendar, which this package must not
// import: both are in the lowest row.
func inYears(t time.Time) bool {
	const minUnix, endUnix = -2208988800, 7289654400 // 1900-01-01 and 2201-01-01, UTC
	s := t.Unix()
	return s >= minUnix && s < endUnix
}
