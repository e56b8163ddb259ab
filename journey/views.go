package journey

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/diagram"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// How definitions, journeys and reports look from outside: JSON as documented
// views, and a line for people.

func someDuration(d time.Duration, ok bool) *durationJSON {
	if !ok {
		return nil
	}
	v := durationJSON(d)
	return &v
}

// String names the definition in a line.
func (d *Definition) String() string {
	if len(d.stages) == 0 {
		return "no definition"
	}
	name := d.spec.Name
	if name == "" {
		name = "unnamed"
	}
	return fmt.Sprintf("%s: %d stages, %d transitions, %d milestones (%.12s)", diagram.Visible(name), len(d.stages), len(d.edges), len(d.spec.Milestones), d.hash)
}

// MarshalJSON writes the definition as its Spec, with its hash beside it. Read
// it back into a Spec after taking the hash away, or take Spec's own JSON.
func (d *Definition) MarshalJSON() ([]byte, error) {
	spec, err := json.Marshal(d.spec)
	if err != nil {
		return nil, err
	}
	return json.Marshal(struct {
		Hash string          `json:"hash"`
		Spec json.RawMessage `json:"spec"`
	}{d.hash, spec})
}

// String says where the customer is, in a line.
func (j Journey) String() string {
	if j.def == nil {
		return "no journey"
	}
	return fmt.Sprintf("%s in %s since %s", diagram.Visible(j.customer), j.Stage(), j.Since().Format(time.RFC3339))
}

// MarshalJSON writes where the customer is. It is a view; [Journey.Snapshot] is
// what can be read back. A journey that has not started is null.
func (j Journey) MarshalJSON() ([]byte, error) {
	if j.def == nil {
		return []byte("null"), nil
	}
	milestones := j.Milestones()
	if milestones == nil {
		milestones = []string{}
	}
	return json.Marshal(struct {
		Definition string    `json:"definition"`
		Customer   string    `json:"customer"`
		Stage      Stage     `json:"stage"`
		Path       []string  `json:"path"`
		Since      time.Time `json:"since"`
		Last       time.Time `json:"last"`
		Seq        int64     `json:"seq"`
		Milestones []string  `json:"milestones"`
	}{j.def.Name(), j.customer, j.Stage(), j.def.Path(j.Stage()), j.Since(), j.Last(), j.seq, milestones})
}

// MarshalJSON writes the line with mean, median and 90 % of the visits that
// ended; they are absent while none has.
func (s Sojourn) MarshalJSON() ([]byte, error) {
	mean, ok := s.Mean()
	median, _ := s.Quantile(0.5)
	p90, _ := s.Quantile(0.9)
	return json.Marshal(struct {
		Name   string           `json:"name"`
		Visits int64            `json:"visits"`
		Open   int64            `json:"open"`
		Total  calendar.Elapsed `json:"total"`
		Mean   *durationJSON    `json:"mean,omitempty"`
		Median *durationJSON    `json:"median,omitempty"`
		P90    *durationJSON    `json:"p90,omitempty"`
	}{s.Name, s.Visits, s.Open, s.Total, someDuration(mean, ok), someDuration(median, ok), someDuration(p90, ok)})
}

// String says it in a line.
func (s Sojourn) String() string {
	return fmt.Sprintf("%s: %d visits, %d open, %s in all", s.Name, s.Visits, s.Open, s.Total)
}

// MarshalJSON writes the line with its rate and the median time of all
// customers, which is absent while fewer than half have come.
func (a Arrival) MarshalJSON() ([]byte, error) {
	median, ok := a.Quantile(0.5)
	return json.Marshal(struct {
		Name      string        `json:"name"`
		Customers int64         `json:"customers"`
		Reached   int64         `json:"reached"`
		Rate      metrics.Ratio `json:"rate"`
		Median    *durationJSON `json:"median,omitempty"`
	}{a.Name, a.Customers, a.Reached, a.Rate(), someDuration(median, ok)})
}

// String says it in a line.
func (a Arrival) String() string {
	return fmt.Sprintf("%s: reached by %d of %d", a.Name, a.Reached, a.Customers)
}

// Row is one stage or group of a [Summary] as a flat row of a table. Times are
// absent where they are not defined.
type Row struct {
	Stage     string           `json:"stage"`
	Customers int64            `json:"customers"` // all there are
	Reached   int64            `json:"reached"`   // who came here
	Here      int64            `json:"here"`      // who are here now
	Visits    int64            `json:"visits"`
	Total     calendar.Elapsed `json:"total"`            // time of all visits
	Mean      *time.Duration   `json:"mean,omitempty"`   // of the visits that ended, nanoseconds
	Median    *time.Duration   `json:"median,omitempty"` // likewise
	P90       *time.Duration   `json:"p90,omitempty"`    // likewise
}

// Rows returns one row per stage or group, in the order of the definition.
func (s *Summary) Rows(by By) []Row {
	sojourns, arrivals := s.Sojourns(by), s.Arrivals(by)
	rows := make([]Row, len(sojourns))
	some := func(d time.Duration, ok bool) *time.Duration {
		if !ok {
			return nil
		}
		return &d
	}
	for i, o := range sojourns {
		rows[i] = Row{
			Stage: o.Name, Customers: arrivals[i].Customers, Reached: arrivals[i].Reached, Here: o.Open, Visits: o.Visits, Total: o.Total,
			Mean: some(o.Mean()), Median: some(o.Quantile(0.5)), P90: some(o.Quantile(0.9)),
		}
	}
	return rows
}

// MarshalJSON writes every table by stage: a view. [Summary.AppendBinary] is
// what can be read back.
func (s *Summary) MarshalJSON() ([]byte, error) {
	if s.d == nil {
		return []byte("null"), nil
	}
	var horizon *time.Time
	if at := s.Horizon(); !at.IsZero() {
		horizon = &at
	}
	refusals := s.Refusals(ByStage)
	if refusals == nil {
		refusals = []Refusal{}
	}
	return json.Marshal(struct {
		Definition  string            `json:"definition"`
		Hash        string            `json:"hash"`
		Horizon     *time.Time        `json:"horizon,omitempty"`
		Customers   int64             `json:"customers"`
		Counts      Counts            `json:"counts"`
		Observed    calendar.Elapsed  `json:"observed"`
		Stages      []Sojourn         `json:"stages"`
		Arrivals    []Arrival         `json:"arrivals"`
		Transitions []TransitionCount `json:"transitions"`
		Refusals    []Refusal         `json:"refusals"`
	}{
		s.d.Name(), s.d.hash, horizon, s.Customers(), s.Counts(), s.Observed(),
		s.Sojourns(ByStage), s.Arrivals(ByStage), s.Transitions(ByStage), refusals,
	})
}

// String says in a line what was replayed, and what its end is: customers who
// are still somewhere are open, not settled.
func (s *Summary) String() string {
	if s.d == nil {
		return "no replay"
	}
	c := s.Counts()
	end := "each followed to the last own event"
	if s.basis.bounded {
		end = "followed to " + s.Horizon().Format(time.RFC3339)
	}
	open := int64(0)
	for i, n := range s.tally.here {
		if !s.d.stages[i].Terminal {
			open += n
		}
	}
	return fmt.Sprintf("%s: %d customers, %s, %d still on their way; %d events accepted, %d refused, %d ignored",
		diagram.Visible(s.d.Name()), s.Customers(), end, open, c.Accepted, c.Refused, c.Ignored)
}
