package simulate

import (
	"cmp"
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"sort"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// Company is a world that was run: everybody and everything that happened. It
// is immutable and safe for concurrent use.
type Company struct {
	e         *engine
	customers []Customer // by id
	events    int64
}

// Run simulates a world and keeps everything. Errors are those of Each.
func (w *World) Run(o Options) (*Company, error) {
	e, err := w.compile()
	if err != nil {
		return nil, err
	}
	n, err := o.goroutines()
	if err != nil {
		return nil, err
	}
	c := &Company{e: e}
	e.each(n, func(one *Customer, failed error) bool {
		if err = failed; err != nil {
			return false
		}
		c.customers = append(c.customers, *one)
		c.events += int64(len(one.Events))
		return true
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(c.customers, func(a, b Customer) int { return cmp.Compare(a.ID, b.ID) })
	return c, nil
}

// World is what the company was made of.
func (c *Company) World() World { return *c.e.w }

// Customers are all customers and prospects by id. The slice is the company's:
// read it, never write to it.
func (c *Company) Customers() []Customer { return c.customers }

// Find is the customer of an id.
func (c *Company) Find(id string) (*Customer, bool) {
	i := sort.Search(len(c.customers), func(i int) bool { return c.customers[i].ID >= id })
	if i == len(c.customers) || c.customers[i].ID != id {
		return nil, false
	}
	return &c.customers[i], true
}

// Persona is a customer's persona, and empty for who is none: a key for reports.
func (c *Company) Persona(customer string) string {
	if one, ok := c.Find(customer); ok {
		return one.Persona
	}
	return ""
}

// All are all events, customer by customer, those of each by time.
func (c *Company) All() iter.Seq[touchpoint.Event] {
	return func(yield func(touchpoint.Event) bool) {
		for i := range c.customers {
			for _, e := range c.customers[i].Events {
				if !yield(e) {
					return
				}
			}
		}
	}
}

// Events are all events by time, those of one instant by customer. The slice
// is the caller's.
func (c *Company) Events() []touchpoint.Event {
	out := slices.AppendSeq(make([]touchpoint.Event, 0, c.events), c.All())
	slices.SortStableFunc(out, func(a, b touchpoint.Event) int { return a.At.Compare(b.At) })
	return out
}

// Log is all events in a log that keeps everything about them.
func (c *Company) Log() (*touchpoint.Log, error) {
	o := touchpoint.LogOptions{
		IDs: true, Campaign: true, Cost: true, Value: true, Currency: c.e.currency,
		Attrs: []string{"persona", "variant", "experiment", "referrer", "referred", "survey", "score", "plan"},
	}
	log, err := o.NewLog(c.All())
	if err != nil {
		return nil, fmt.Errorf("simulate: log: %w", err)
	}
	return log, nil
}

// Rules take the events whose names are triggers of the definition for those
// triggers; touches and surveys that the definition does not know are none.
func (w *World) Rules() journey.Rules {
	if w.Definition == nil {
		return nil
	}
	rules := journey.Rules{}
	for _, t := range w.Definition.Triggers() {
		rules = append(rules, journey.Rule{Name: string(t), Trigger: t})
	}
	return rules
}

// Rules are those of the World.
func (c *Company) Rules() journey.Rules { return c.e.w.Rules() }

// Horizon is the last instant that was simulated: what replays and books are to
// look at the company from.
func (c *Company) Horizon() time.Time { return c.e.w.To.Add(-1) }

// Replay replays the Log under the Rules, at the Horizon, with the personas as
// parts.
func (c *Company) Replay() (*journey.Replay, error) {
	log, err := c.Log()
	if err != nil {
		return nil, err
	}
	r, err := c.e.d.ReplayLog(log, c.Rules(), journey.ReplayOptions{Horizon: c.Horizon(), Key: c.Persona})
	if err != nil {
		return nil, fmt.Errorf("simulate: %w", err)
	}
	return r, nil
}

// JourneyEvents are the events that the journey knows, by time, those of one
// instant by customer: what a tracker is fed.
func (c *Company) JourneyEvents() []journey.Event {
	var out []journey.Event
	for i := range c.customers {
		for _, e := range c.customers[i].Events {
			if _, known := c.e.table.Trigger(journey.Trigger(e.Name)); known {
				out = append(out, journey.Event{Customer: e.Customer, Trigger: journey.Trigger(e.Name), At: e.At, ID: e.ID, Attrs: e.Attrs})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b journey.Event) int { return a.At.Compare(b.At) })
	return out
}

// Spans are all subscriptions, by customer and time. The slice is the caller's.
func (c *Company) Spans() []billing.Span {
	var out []billing.Span
	for i := range c.customers {
		out = append(out, c.customers[i].Spans...)
	}
	return out
}

// Invoices are all invoice lines, by customer and time. The slice is the
// caller's.
func (c *Company) Invoices() []billing.InvoiceLine {
	var out []billing.InvoiceLine
	for i := range c.customers {
		out = append(out, c.customers[i].Invoices...)
	}
	return out
}

// Answers are those to the survey of a name, by customer and time.
func (c *Company) Answers(name string) []survey.Answer {
	var out []survey.Answer
	for i := range c.customers {
		for _, r := range c.customers[i].Replies {
			if r.Survey == name {
				out = append(out, r.Answer)
			}
		}
	}
	return out
}

// Spend is what a channel cost, touches and habits together.
type Spend struct {
	Channel touchpoint.Channel `json:"channel"`
	// Events are those with a cost.
	Events int64           `json:"events"`
	Cost   decimal.Decimal `json:"cost"`
}

// Spends are the costs by channel, by name of the channel.
func (c *Company) Spends() []Spend {
	by := map[touchpoint.Channel]*Spend{}
	var out []*Spend
	for e := range c.All() {
		if e.Cost.IsZero() {
			continue
		}
		s := by[e.Channel]
		if s == nil {
			s = &Spend{Channel: e.Channel}
			by[e.Channel] = s
			out = append(out, s)
		}
		s.Events++
		s.Cost = s.Cost.Add(e.Cost)
	}
	slices.SortFunc(out, func(a, b *Spend) int { return cmp.Compare(a.Channel, b.Channel) })
	spends := make([]Spend, len(out))
	for i, s := range out {
		spends[i] = *s
	}
	return spends
}

// Counts are how much there is of a company.
type Counts struct {
	Prospects int64 `json:"prospects"` // met, whether or not they arrived
	Customers int64 `json:"customers"` // arrived
	Referred  int64 `json:"referred"`  // of these, brought by others
	Events    int64 `json:"events"`
	Spans     int64 `json:"spans"`
	Invoices  int64 `json:"invoices"`
	Answers   int64 `json:"answers"`
}

// Counts counts.
func (c *Company) Counts() Counts {
	n := Counts{Prospects: int64(len(c.customers)), Events: c.events}
	for i := range c.customers {
		one := &c.customers[i]
		if !one.Arrived.IsZero() {
			n.Customers++
			if one.Referrer != "" {
				n.Referred++
			}
		}
		n.Spans += int64(len(one.Spans))
		n.Invoices += int64(len(one.Invoices))
		n.Answers += int64(len(one.Replies))
	}
	return n
}

// String is the company in one line.
func (c *Company) String() string {
	n := c.Counts()
	return fmt.Sprintf("%s, %s to %s: %d prospects, %d customers (%d referred), %d events, %d spans, %d invoice lines, %d answers",
		cmp.Or(c.e.w.Name, "company"), c.e.w.From.Format(time.DateOnly), c.e.w.To.Format(time.DateOnly),
		n.Prospects, n.Customers, n.Referred, n.Events, n.Spans, n.Invoices, n.Answers)
}

// MarshalJSON writes the name, the window and the Counts.
func (c *Company) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Name     string         `json:"name"`
		Seed     uint64         `json:"seed"`
		From     time.Time      `json:"from"`
		To       time.Time      `json:"to"`
		Currency money.Currency `json:"currency"`
		Counts
	}{c.e.w.Name, c.e.w.Seed, c.e.w.From, c.e.w.To, c.e.currency, c.Counts()})
}
