package retention

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// MaxPeriods is the most periods of a table.
const MaxPeriods = 2000

// Errors that callers branch on.
var (
	// ErrSpec is wrapped by every error about a Spec.
	ErrSpec = errors.New("retention cannot be computed")
	// ErrMerge is returned where tables do not add up: another Spec, or a
	// customer in both.
	ErrMerge = errors.New("retention tables do not add up")
	// ErrEncoding is returned for bytes that are no encoded table.
	ErrEncoding = errors.New("not a valid encoded retention table")
)

// Kind says which cohorts a customer belongs to. The zero Kind is Recurring.
type Kind uint8

const (
	// Recurring: the cohort of every period in which the customer starts.
	Recurring Kind = iota
	// FirstInRange: that of the first start in the table's range.
	FirstInRange
	// FirstEver: that of the first start in the log; who started before the
	// range is in no cohort.
	FirstEver
)

var kinds = enum.New[Kind]("retention", "Kind", "recurring", "first-in-range", "first-ever")

// String is the name that MarshalText writes.
func (k Kind) String() string { return kinds.String(k) }

// MarshalText writes the name of the kind.
func (k Kind) MarshalText() ([]byte, error) { return kinds.Marshal(k) }

// UnmarshalText reads what MarshalText writes.
func (k *Kind) UnmarshalText(text []byte) error { return kinds.Unmarshal(k, text) }

// Value stores the name.
func (k Kind) Value() (driver.Value, error) { return kinds.Value(k) }

// Scan reads a name; NULL is Recurring.
func (k *Kind) Scan(src any) error { return kinds.Scan(k, src) }

// Spec is what a retention table means.
type Spec struct {
	Start  []touchpoint.Match `json:"start"`            // what makes a customer part of a cohort
	Return []touchpoint.Match `json:"return,omitempty"` // what counts as coming back; empty = Start
	Kind   Kind               `json:"kind,omitempty"`
	Unit   calendar.Unit      `json:"unit,omitempty"` // zero = months
	// Periods is how many periods the table covers, the first begun at From
	// floored to its period.
	Periods   int            `json:"periods"`
	From      time.Time      `json:"from"`
	Location  *time.Location `json:"-"`                    // nil = UTC
	WeekStart time.Weekday   `json:"week_start,omitempty"` // zero = Sunday
	// OnOrAfter counts in cell k who came back in period k or later: rolling
	// retention.
	OnOrAfter bool `json:"on_or_after,omitempty"`
	// AtLeast is how often a customer must come back in one period to count;
	// zero is once.
	AtLeast int `json:"at_least,omitempty"`
	// Brackets join periods after the first: widths, so that {1, 2, 4} are period
	// 1, periods 2 and 3, periods 4 to 7.
	Brackets []int `json:"brackets,omitempty"`
	// Amount adds up the Value of the returning events in every cell; the log has
	// to keep Value.
	Amount bool `json:"amount,omitempty"`
	// AsOf is when the log ends: cells whose period is not over then are open.
	// Zero is the log's last instant.
	AsOf time.Time `json:"as_of,omitzero"`
	// Customers, when set, says whom the table is about. It is called once for
	// each customer.
	Customers func(customer string) bool `json:"-"`
}

// Validate reports, joined, every field that makes the table impossible.
func (s Spec) Validate() error {
	var errs []error
	bad := func(field, value, limit string) {
		errs = append(errs, &fault.Error{Package: "retention", Op: "spec", Field: field, Value: value, Limit: limit, Err: ErrSpec})
	}
	if len(s.Start) == 0 {
		bad("Start", "", "want a match")
	}
	if !kinds.Has(s.Kind) {
		bad("Kind", s.Kind.String(), "want a known kind")
	}
	errs = append(errs, checkRange(s.grid(), s.Periods, s.From)...)
	if s.AtLeast < 0 || s.AtLeast > 1_000_000 {
		bad("AtLeast", strconv.Itoa(s.AtLeast), "want 0 to 1000000")
	}
	if s.AtLeast > 1 && s.OnOrAfter {
		bad("AtLeast", strconv.Itoa(s.AtLeast), "want 0 or 1 beside OnOrAfter, which asks for no period in particular")
	}
	width := 0
	for i, b := range s.Brackets {
		if b < 1 || b > MaxPeriods {
			bad("Brackets["+strconv.Itoa(i)+"]", strconv.Itoa(b), fmt.Sprintf("want 1 to %d periods", MaxPeriods))
		}
		width += b
	}
	if width > 2*MaxPeriods || len(s.Brackets) > MaxPeriods {
		bad("Brackets", strconv.Itoa(width), fmt.Sprintf("want at most %d periods together", 2*MaxPeriods))
	}
	if len(s.Brackets) > 0 && s.OnOrAfter {
		bad("Brackets", "", "want none beside OnOrAfter")
	}
	return errors.Join(errs...)
}

func (s Spec) grid() calendar.Grid {
	return calendar.Grid{Unit: s.Unit, Location: s.Location, WeekStart: s.WeekStart}
}

// checkRange reports what makes a stretch of periods impossible.
func checkRange(g calendar.Grid, periods int, from time.Time) (errs []error) {
	bad := func(field, value, limit string, err error) {
		errs = append(errs, &fault.Error{Package: "retention", Op: "spec", Field: field, Value: value, Limit: limit, Err: errors.Join(ErrSpec, err)})
	}
	if periods < 1 || periods > MaxPeriods {
		bad("Periods", strconv.Itoa(periods), fmt.Sprintf("want 1 to %d", MaxPeriods), nil)
	}
	if err := g.Validate(); err != nil {
		bad("Unit", g.Unit.String(), err.Error(), err)
		return errs
	}
	if err := calendar.CheckTime(from); err != nil {
		bad("From", "", err.Error(), err)
	} else if len(errs) == 0 {
		if err := calendar.CheckTime(g.Nth(g.Floor(from), periods)); err != nil {
			bad("Periods", strconv.Itoa(periods), "the last one ends after the year 2200", err)
		}
	}
	return errs
}
