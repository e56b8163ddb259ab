package score

import (
	"database/sql/driver"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
)

// Grade is how ripe a lead is by its score. The zero value is a lead that is
// not qualified.
type Grade uint8

// The grades. A marketing-qualified lead (MQL) is worth marketing's attention,
// a sales-qualified lead (SQL) is worth a salesperson's time.
const (
	GradeLead Grade = iota
	GradeMQL
	GradeSQL
)

var grades = enum.New[Grade]("score", "Grade", "lead", "mql", "sql")

// String returns the name of the grade.
func (g Grade) String() string { return grades.String(g) }

// MarshalText returns the name of the grade.
func (g Grade) MarshalText() ([]byte, error) { return grades.Marshal(g) }

// UnmarshalText reads the name of a grade.
func (g *Grade) UnmarshalText(text []byte) error { return grades.Unmarshal(g, text) }

// Scan reads the name of a grade from an SQL column; NULL is the zero value.
func (g *Grade) Scan(src any) error { return grades.Scan(g, src) }

// Value returns the name of the grade for an SQL column.
func (g Grade) Value() (driver.Value, error) { return grades.Value(g) }

// Threshold is a score with hysteresis: a grade is reached at At and lost only
// below At - Margin, so that a score that hovers about At does not send a lead
// to and fro. Margin zero = no hysteresis.
type Threshold struct {
	At     float64 `json:"at"`
	Margin float64 `json:"margin"`
}

// LeadRules are the thresholds of the grades. It is a value; the zero value
// makes every lead with a score of 0 or more an SQL, which is hardly meant.
type LeadRules struct {
	MQL Threshold `json:"mql"`
	SQL Threshold `json:"sql"`
}

// Validate reports thresholds that are not finite, negative margins, and
// thresholds in the wrong order, as an error that wraps ErrEngagement.
func (r LeadRules) Validate() error {
	for _, t := range []struct {
		name string
		Threshold
	}{{"MQL", r.MQL}, {"SQL", r.SQL}} {
		if !(math.Abs(t.At) <= maxPoints) || !(t.Margin >= 0 && t.Margin <= maxPoints) {
			return fmt.Errorf("score: lead rules: %w: %s: want a threshold in ±%g and a margin in 0 to %g, got %g and %g",
				ErrEngagement, t.name, float64(maxPoints), float64(maxPoints), t.At, t.Margin)
		}
	}
	if r.MQL.At > r.SQL.At || r.MQL.At-r.MQL.Margin > r.SQL.At-r.SQL.Margin {
		return fmt.Errorf("score: lead rules: %w: MQL must be reached and lost at no higher a score than SQL: reached at %g and %g, lost below %g and %g",
			ErrEngagement, r.MQL.At, r.SQL.At, r.MQL.At-r.MQL.Margin, r.SQL.At-r.SQL.Margin)
	}
	return nil
}

// Next returns the grade of a lead that had one grade and now has a score. A
// score that is not a number leaves the grade as it is.
func (r LeadRules) Next(current Grade, score float64) Grade {
	if math.IsNaN(score) {
		return current
	}
	switch {
	case score >= r.SQL.At, current >= GradeSQL && score >= r.SQL.At-r.SQL.Margin:
		return GradeSQL
	case score >= r.MQL.At, current >= GradeMQL && score >= r.MQL.At-r.MQL.Margin:
		return GradeMQL
	default:
		return GradeLead
	}
}

// GradeChange is a lead that changed its grade.
type GradeChange struct {
	At    time.Time `json:"at"`
	From  Grade     `json:"from"`
	To    Grade     `json:"to"`
	Score float64   `json:"score"`
}

// Changes yields the changes of grade along a series of scores, such as
// Scorer.Timeline, beginning with an unqualified lead. Scores are looked at
// only where the series has them: a lead that fades away between two events
// loses its grade at the second.
func (r LeadRules) Changes(scores iter.Seq2[time.Time, float64]) iter.Seq[GradeChange] {
	return func(yield func(GradeChange) bool) {
		if scores == nil {
			return
		}
		grade := GradeLead
		for at, score := range scores {
			next := r.Next(grade, score)
			if next != grade && !yield(GradeChange{At: at, From: grade, To: next, Score: score}) {
				return
			}
			grade = next
		}
	}
}
