package simulate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// Fitted are the parameters of a company, estimated from what it recorded. It is
// immutable and safe for concurrent use.
type Fitted struct {
	// Arrivals are how many came in a month of 30.4375 days, and Growth by what
	// part their rate grew in a month.
	Arrivals metrics.Estimate
	Growth   metrics.Estimate
	Stages   []FittedStage
	Moves    []FittedMove
	Habits   []FittedHabit
	// Books are what the ledger says; nil without one.
	Books *FittedBooks

	d       *journey.Definition // with an event to arrive by
	arrival string
	from    time.Time
	until   time.Time // of the arrivals
	to      time.Time
	rate    float64 // a month, at from
}

// FittedStage is what was estimated of a stage.
type FittedStage struct {
	Stage  journey.Stage `json:"stage"`
	Visits int64         `json:"visits"`
	Open   int64         `json:"open"` // not ended when last seen
	// Stays is the share of visits that never end.
	Stays metrics.Estimate `json:"stays"`
	// Timer is the share that the stage's timer ends.
	Timer metrics.Estimate `json:"timer"`
}

// FittedMove is what was estimated of a way to leave a stage.
type FittedMove struct {
	From journey.Stage   `json:"from"`
	On   journey.Trigger `json:"on"`
	To   journey.Stage   `json:"to"`
	N    int64           `json:"n"` // how often it was taken
	// P is the share of the visits of From that end so, those not yet ended
	// included.
	P metrics.Estimate `json:"p"`
	// Dwell is the law of the time before it, Mean its mean in days.
	Dwell Dwell            `json:"dwell"`
	Mean  metrics.Estimate `json:"mean"`
	// Tried are the families and their AIC; none where there was no choice.
	Tried []Candidate `json:"tried"`
}

// FittedHabit is an event that left customers where they were.
type FittedHabit struct {
	Stage journey.Stage   `json:"stage"`
	Event journey.Trigger `json:"event"`
	N     int64           `json:"n"`
	// PerMonth is how often it happens to a customer in a month in the stage.
	PerMonth metrics.Estimate `json:"per_month"`
}

// Move is the estimate of a way to leave a stage, and whether anybody took it.
func (f *Fitted) Move(from journey.Stage, on journey.Trigger) (FittedMove, bool) {
	for _, m := range f.Moves {
		if m.From == from && m.On == on {
			return m, true
		}
	}
	return FittedMove{}, false
}

// String is a line for each move.
func (f *Fitted) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%.1f arrive a month, growing by %.1f %%\n", f.Arrivals.Value, 100*f.Growth.Value)
	for _, m := range f.Moves {
		fmt.Fprintf(&b, "%-14s %-18s %6d  %.3f (%.3f to %.3f)  %.1f days  %s\n", m.From, m.On, m.N, m.P.Value, m.P.Lo, m.P.Hi, m.Mean.Value, m.Dwell.Family)
	}
	if f.Books != nil {
		b.WriteString(f.Books.String())
	}
	return b.String()
}

// Rows are the moves as text: from, on, to, n, p, its interval, mean days, law.
func (f *Fitted) Rows() [][]string {
	rows := make([][]string, 0, len(f.Moves))
	for _, m := range f.Moves {
		rows = append(rows, []string{
			string(m.From), string(m.On), string(m.To), fmt.Sprint(m.N), number(m.P.Value), number(m.P.Lo), number(m.P.Hi), number(m.Mean.Value), m.Dwell.String(),
		})
	}
	return rows
}

// MarshalJSON writes everything that was estimated.
func (f *Fitted) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		From     time.Time        `json:"from"`
		To       time.Time        `json:"to"`
		Arrivals metrics.Estimate `json:"arrivals"`
		Growth   metrics.Estimate `json:"growth"`
		Stages   []FittedStage    `json:"stages"`
		Moves    []FittedMove     `json:"moves"`
		Habits   []FittedHabit    `json:"habits"`
		Books    *FittedBooks     `json:"books,omitempty"`
	}{f.from, f.to, f.Arrivals, f.Growth, f.Stages, f.Moves, f.Habits, f.Books})
}
