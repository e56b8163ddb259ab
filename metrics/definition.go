package metrics

import (
	"strings"

	"github.com/shopspring/decimal"
)

// Definition describes one metric in words, and evaluates those that are no
// more than a numerator over a denominator. It is a value, safe for concurrent
// use.
type Definition struct {
	ID          string    `json:"id"` // stable, lower case with underscores: "trial_to_paid_rate"
	Name        string    `json:"name"`
	Stage       Phase     `json:"stage"` // where it is typically read
	Unit        Unit      `json:"unit"`
	Direction   Direction `json:"direction"`
	Formula     string    `json:"formula"` // in words
	Numerator   string    `json:"numerator"`
	Denominator string    `json:"denominator,omitempty"` // empty for a total
	Source      string    `json:"source"`                // who defines it so
	Function    string    `json:"function,omitempty"`    // the function of this package that computes it, if there is one
}

const (
	maxID   = 64
	maxText = 500
)

// Validate reports, joined, every field that is empty or too long, an ID that
// is not lower case letters, digits and underscores beginning with a letter,
// and a denominator that is missing or superfluous for the unit.
func (d Definition) Validate() error {
	f := faults{op: "Definition.Validate " + quote(d.ID)}
	if !isID(d.ID) {
		f.add("ID", quote(d.ID), "want lower case letters, digits and underscores, a letter first, at most 64", CodeSyntax)
	}
	text := func(field, s string, required bool) {
		switch {
		case required && strings.TrimSpace(s) == "":
			f.add(field, "", "want a text", CodeMissing)
		case len(s) > maxText:
			f.add(field, quote(s), "want at most 500 bytes", CodeBounds)
		}
	}
	text("Name", d.Name, true)
	text("Formula", d.Formula, true)
	text("Numerator", d.Numerator, true)
	text("Denominator", d.Denominator, !d.Unit.Total())
	text("Source", d.Source, true)
	text("Function", d.Function, false)
	if d.Unit.Total() && d.Denominator != "" {
		f.add("Denominator", quote(d.Denominator), "a total has none", CodeExceeds)
	}
	for _, err := range []error{d.Stage.Validate(), d.Unit.Validate(), d.Direction.Validate()} {
		if err != nil {
			f.errs = append(f.errs, err)
		}
	}
	return f.err()
}

func isID(s string) bool {
	if s == "" || len(s) > maxID || s[0] < 'a' || s[0] > 'z' {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return true
}

// Of evaluates the metric as num / den. For a share, num must be part of den.
// A total has no denominator: give 1. Only a fraction, a score or a multiple
// may be negative. Undefined where den is zero.
//
// Metrics with rules of their own, such as a churn rate, have a function
// (see Function); Of gives their value from a numerator and denominator that
// follow the words of the definition.
func (d Definition) Of(num, den decimal.Decimal) (Ratio, error) {
	f := faults{op: "Definition.Of " + d.ID}
	if err := d.Unit.Validate(); err != nil {
		f.errs = append(f.errs, err)
		return Ratio{}, f.err()
	}
	switch d.Unit {
	case UnitFraction, UnitScore, UnitMultiple, UnitMoney:
		f.amount("numerator", num)
	default:
		f.magnitude("numerator", num)
	}
	if d.Unit == UnitMultiple {
		f.amount("denominator", den)
	} else {
		f.magnitude("denominator", den)
	}
	if len(f.errs) == 0 {
		switch {
		case d.Unit == UnitShare && num.Cmp(den) > 0:
			f.add("numerator", plain(num), "more than the whole, "+plain(den), CodeExceeds)
		case d.Unit.Total() && !den.Equal(decimal.New(1, 0)):
			f.add("denominator", plain(den), "a total has none: want 1", CodeExceeds)
		}
	}
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewRatio(num, den), nil
}

// OfCounts is Of for two counts: 30 of 120 sign-ups activated.
func (d Definition) OfCounts(num, den int64) (Ratio, error) {
	return d.Of(decimal.New(num, 0), decimal.New(den, 0))
}
