package ledger

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// rulesView is Options as they travel: durations and places as text.
type rulesView struct {
	Currency money.Currency `json:"currency,omitempty"`
	Location string         `json:"location"`
	Net      Net            `json:"net"`
	MinGap   string         `json:"min_gap,omitempty"`
	MaxGap   string         `json:"max_gap,omitempty"`
	Coalesce string         `json:"coalesce,omitempty"`
}

func (o Options) view() rulesView {
	span := func(d time.Duration) string {
		if d == 0 {
			return ""
		}
		return d.String()
	}
	return rulesView{o.Currency, o.location().String(), o.Net, span(o.MinGap), span(o.MaxGap), span(o.Coalesce)}
}

// MarshalJSON writes the rules, durations as text; Rates are not among them.
func (o Options) MarshalJSON() ([]byte, error) { return json.Marshal(o.view()) }

// MarshalJSON writes what the books are, not what they hold: the rules, how many
// customers and changes, and from when to when. Changes, Statements and Movements
// give the content, MarshalBinary all of it.
func (l *Ledger) MarshalJSON() ([]byte, error) {
	v := struct {
		Rules     rulesView `json:"rules"`
		Customers int       `json:"customers"`
		Changes   int64     `json:"changes"`
		Histories int       `json:"histories"`
		First     time.Time `json:"first,omitzero"`
		Last      time.Time `json:"last,omitzero"`
	}{Rules: l.opts.view(), Customers: len(l.sorted()), Changes: l.Len(), Histories: len(l.histories)}
	v.First, v.Last, _ = l.Span()
	return json.Marshal(v)
}

// String is how much the books hold, and of when.
func (l *Ledger) String() string {
	s := fmt.Sprintf("%d changes of %d customers", l.Len(), len(l.sorted()))
	if first, last, ok := l.Span(); ok {
		s += ", " + first.Format(time.DateOnly) + " to " + last.Format(time.DateOnly)
	}
	return s
}

// String is the bridge on one line: "2026-01 EUR: 100 + 30 new + 5 expansion -
// 20 churn = 115, 12 customers". Lines of zero are left out.
func (s Statement) String() string {
	var b strings.Builder
	b.WriteString(s.Month.String())
	if s.Through != s.Month && !s.Through.IsZero() {
		b.WriteString(" to " + s.Through.String())
	}
	if s.Currency != "" {
		b.WriteString(" " + string(s.Currency))
	}
	r := s.Revenue
	fmt.Fprintf(&b, ": %s", r.Opening)
	for _, line := range []struct {
		sign, amount, name string
	}{
		{"+", r.New.String(), "new"},
		{"+", r.Expansion.String(), "expansion"},
		{"+", r.Reactivation.String(), "reactivation"},
		{"-", r.Contraction.String(), "contraction"},
		{"-", r.Churn.String(), "churn"},
		{"+", r.FX.String(), "FX"},
	} {
		if line.amount != "0" {
			fmt.Fprintf(&b, " %s %s %s", line.sign, line.amount, line.name)
		}
	}
	fmt.Fprintf(&b, " = %s, %d customers", r.Closing(), s.ClosingCustomers)
	return b.String()
}

// String is "2026-01-05 acme: expansion 20 (100 to 120), plan".
func (m Movement) String() string {
	return fmt.Sprintf("%s %s: %s %s (%s to %s), %s",
		m.At.Format(time.DateOnly), text.Printable(text.Clip(m.Customer)), m.Kind, m.Amount, m.Before, m.After, m.Cause)
}

// MarshalJSON writes the movement; what it has no ids of is an empty list.
func (m Movement) MarshalJSON() ([]byte, error) {
	type plain Movement
	p := plain(m)
	for _, list := range []*[]string{&p.Subscriptions, &p.Plans, &p.IDs} {
		if *list == nil {
			*list = []string{}
		}
	}
	return json.Marshal(p)
}

// String is "cancel churn: 15 movements, 150".
func (s Sum) String() string {
	return fmt.Sprintf("%s %s: %d movements, %s", text.Printable(text.Clip(s.Key)), s.Kind, s.Movements, s.Amount)
}

// String is the change on one line, as a person would say it.
func (c Change) String() string {
	var b strings.Builder
	if !c.At.IsZero() {
		b.WriteString(timeText(c.At) + " ")
	}
	b.WriteString(text.Printable(text.Clip(c.Customer)))
	for _, s := range []string{c.Subscription, c.Item} {
		if s != "" {
			b.WriteString("/" + text.Printable(text.Clip(s)))
		}
	}
	b.WriteString(": " + amountText(c.Amount))
	if c.Currency != "" {
		b.WriteString(" " + text.Printable(text.Clip(string(c.Currency))))
	}
	b.WriteString(" a " + c.Cycle.String())
	if c.Alive {
		b.WriteString(", alive")
	}
	return b.String() + ", " + c.Cause.String()
}

// String is the months and how much is summed.
func (c *Cube) String() string {
	return fmt.Sprintf("%s to %s, %d customers, %d segments", c.from, c.to, len(c.customers), len(c.keys))
}

// MarshalJSON writes the statements that can be read from the cube. It is a
// view; UnmarshalBinary is the way back.
func (c *Cube) MarshalJSON() ([]byte, error) {
	v := struct {
		From       calendar.Month `json:"from,omitzero"`
		To         calendar.Month `json:"to,omitzero"`
		Customers  int            `json:"customers"`
		Statements []Statement    `json:"statements"`
		Segments   []Segment      `json:"segments"`
	}{c.from, c.to, len(c.customers), c.Statements(), c.Segments()}
	if v.Segments == nil {
		v.Segments = []Segment{}
	}
	return json.Marshal(v)
}

// String is the exact number of units.
func (u Units) String() string { return u.v.rat().RatString() }

// MarshalText writes the exact number of units; without their Unit they say
// nothing about money.
func (u Units) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// String is how many units make one major unit of MRR.
func (u Unit) String() string { return u.perMonth().String() }

// MarshalText writes what String gives.
func (u Unit) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// MarshalJSON writes the customer, the first month and the level in money at the
// end of each age.
func (c *Curve) MarshalJSON() ([]byte, error) {
	levels := make([]string, c.Ages)
	for i := range levels {
		levels[i] = c.l.Amount(c.Level(i)).String()
	}
	return json.Marshal(struct {
		Customer string         `json:"customer"`
		First    calendar.Month `json:"first"`
		Initial  string         `json:"initial"`
		Levels   []string       `json:"levels"`
	}{c.Customer(), c.First, c.l.Amount(c.Initial).String(), levels})
}

// MarshalJSON writes the age and the units.
func (s Step) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Age   int    `json:"age"`
		Level string `json:"level"`
	}{s.Age, s.Level.String()})
}
