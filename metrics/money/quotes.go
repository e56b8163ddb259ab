package money

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/num"
)

var (
	// ErrQuote is wrapped by every *QuoteError.
	ErrQuote = errors.New("impossible quote")
	// ErrConflict is also wrapped by a *QuoteError for a quote that repeats or
	// contradicts another one.
	ErrConflict = errors.New("conflicting quotes")
)

// QuoteError says which quote of a list was refused and why. It wraps
// ErrQuote, and the more special sentinel in Err.
type QuoteError struct {
	Row    int    // position in the list, from 0
	Field  string // the field of Quote at fault
	Value  string // what was given; empty where it is too long to show
	Reason string
	Err    error // ErrCurrency, ErrRange or ErrConflict
}

// Error is "money: NewRateTable: row 3: Rate -1: reason".
func (e *QuoteError) Error() string {
	s := "money: NewRateTable: row " + strconv.Itoa(e.Row) + ": " + e.Field
	if e.Value != "" {
		s += " " + e.Value
	}
	return s + ": " + e.Reason
}

// Unwrap gives ErrQuote and the special sentinel.
func (e *QuoteError) Unwrap() []error { return []error{ErrQuote, e.Err} }

// MaxQuotes bounds the number of quotes of a table: a century of daily rates
// for more than twenty pairs.
const MaxQuotes = 1_000_000

// NewRateTable builds a table of quotes in any order. Every quote that is
// impossible, repeats another (same pair and Since) or begins before the
// stated Until of the one before is reported, joined into one error of
// *QuoteErrors in the order of their rows; then there is no table.
func NewRateTable(quotes []Quote, options RateOptions) (*RateTable, error) {
	if len(quotes) > MaxQuotes {
		return nil, &Error{Op: "NewRateTable", Value: strconv.Itoa(len(quotes)) + " quotes", Reason: "limit " + strconv.Itoa(MaxQuotes), Err: ErrRange}
	}
	if options.MaxAge < 0 {
		return nil, &Error{Op: "NewRateTable", Value: "MaxAge " + options.MaxAge.String(), Reason: "negative", Err: ErrRange}
	}
	if int(options.Inverse) >= len(inverseNames) {
		return nil, &Error{Op: "NewRateTable", Value: options.Inverse.String(), Reason: "want none, exact or rounded", Err: ErrRange}
	}
	var faults []*QuoteError
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
	slices.SortStableFunc(faults, func(a, b *QuoteError) int { return cmp.Compare(a.Row, b.Row) })
	errs := make([]error, len(faults))
	for i, f := range faults {
		errs[i] = f
	}
	return nil, errors.Join(errs...)
}

// conflicts compares each quote of a pair, sorted by Since, with the ones
// before it.
func conflicts(quotes []Quote, rows []int) []*QuoteError {
	var faults []*QuoteError
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
				faults = append(faults, &QuoteError{Row: row, Field: "Since", Value: stamp(q.Since), Reason: what + " row " + strconv.Itoa(before), Err: ErrConflict})
			case longest >= 0 && quotes[longest].Until.After(q.Since):
				faults = append(faults, &QuoteError{
					Row: row, Field: "Since", Value: stamp(q.Since),
					Reason: "row " + strconv.Itoa(longest) + " holds until " + stamp(quotes[longest].Until), Err: ErrConflict,
				})
			}
		}
		if !q.Until.IsZero() && (longest < 0 || q.Until.After(quotes[longest].Until)) {
			longest = row
		}
	}
	return faults
}

func checkQuote(row int, q Quote) []*QuoteError {
	var faults []*QuoteError
	fault := func(field, value, reason string, err error) {
		faults = append(faults, &QuoteError{Row: row, Field: field, Value: value, Reason: reason, Err: err})
	}
	if q.From.Validate() != nil {
		fault("From", quote(string(q.From)), "not an ISO 4217 code", ErrCurrency)
	}
	if q.To.Validate() != nil {
		fault("To", quote(string(q.To)), "not an ISO 4217 code", ErrCurrency)
	} else if q.From == q.To {
		fault("To", quote(string(q.To)), "a currency is worth 1 of itself and needs no quote", ErrCurrency)
	}
	if err := num.Check(q.Rate); err != nil {
		fault("Rate", "", err.Error(), ErrRange)
	} else if !q.Rate.IsPositive() {
		fault("Rate", q.Rate.StringFixed(max(0, -q.Rate.Exponent())), "want more than zero", ErrRange)
	}
	if !inYears(q.Since) {
		fault("Since", stamp(q.Since), "outside the years 1900 to 2200", ErrRange)
	}
	if !q.Until.IsZero() {
		switch {
		case !inYears(q.Until):
			fault("Until", stamp(q.Until), "outside the years 1900 to 2200", ErrRange)
		case !q.Until.After(q.Since):
			fault("Until", stamp(q.Until), "not after Since "+stamp(q.Since), ErrRange)
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
