package report

import (
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Customer is everything that is known of one: who, where, what happened, what
// they said, what they paid and how likely they are to leave. Lists may be in
// any order, and empty.
type Customer struct {
	ID      string
	Persona string
	// Visits are of journey.Replay.Visits, Events of touchpoint.Log.Of.
	Visits []journey.Visit
	Events []touchpoint.Event
	// Answers to surveys.
	Answers []Answer
	// Movements are of Ledger.MovementsOf, in Currency.
	Movements []ledger.Movement
	Currency  money.Currency
	// Risk is a probability from 0 to 1 over time: of leaving, or one less
	// health.
	Risk []Risk
}

// Answer is what the customer answered: a score on a scale from Lo to Hi.
type Answer struct {
	At            time.Time
	Survey        string
	Score, Lo, Hi int
}

// Risk is a probability at an instant.
type Risk struct {
	At    time.Time
	Value float64
}

// maxEvents bounds the events on one timeline.
const maxEvents = 100_000

// Timeline shows one customer over time: persona, stages, touchpoints by
// channel, answers, movements of recurring revenue, risk. Its table lists
// everything in order of time.
func Timeline(c Customer, o Options) (Figure, error) {
	const op = "timeline"
	n := len(c.Visits) + len(c.Events) + len(c.Answers) + len(c.Movements) + len(c.Risk)
	switch {
	case n == 0:
		return Figure{}, refuse(op, "customer "+strconv.Quote(c.ID), "want something that happened")
	case n > maxEvents:
		return Figure{}, tooMany(op, "events", maxEvents, n)
	}
	for _, m := range c.Movements {
		if err := checkAmounts(op, "movement", m.Before, m.After, m.Amount); err != nil {
			return Figure{}, err
		}
	}
	w := o.words()
	c = c.ordered()
	from, to := c.span()
	f := Figure{kind: TimelineKind, o: o, w: w, title: say(pick(w.Titles, TimelineKind), "customer", c.ID)}
	if c.Persona != "" {
		f.title += page.Sep + c.Persona
	}
	mrr := page.None
	if len(c.Movements) > 0 {
		mrr = amount(c.Movements[len(c.Movements)-1].After, c.Currency)
		if c.Currency != "" {
			mrr += nbsp + string(c.Currency)
		}
	}
	f.desc = say(pick(w.Sentences, TimelineKind), "from", page.Date(from), "to", page.Date(to), "n", page.Count(int64(len(c.Events))), "k", page.Count(int64(len(c.Movements))), "b", mrr)
	f.table = c.table(f.title, w)
	f.draw = func(d *frame) { timeline{d, c, from, to}.draw() }
	return f, nil
}

func (c Customer) ordered() Customer {
	c.Visits, c.Events, c.Answers = slices.Clone(c.Visits), slices.Clone(c.Events), slices.Clone(c.Answers)
	c.Movements, c.Risk = slices.Clone(c.Movements), slices.Clone(c.Risk)
	slices.SortStableFunc(c.Visits, func(a, b journey.Visit) int { return a.From.Compare(b.From) })
	slices.SortStableFunc(c.Events, func(a, b touchpoint.Event) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(c.Answers, func(a, b Answer) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(c.Movements, func(a, b ledger.Movement) int { return a.At.Compare(b.At) })
	slices.SortStableFunc(c.Risk, func(a, b Risk) int { return a.At.Compare(b.At) })
	return c
}

func (c Customer) span() (from, to time.Time) {
	take := func(t time.Time) {
		if t.IsZero() {
			return
		}
		if from.IsZero() || t.Before(from) {
			from = t
		}
		if to.IsZero() || t.After(to) {
			to = t
		}
	}
	for _, v := range c.Visits {
		take(v.From)
		take(v.Until)
	}
	for _, e := range c.Events {
		take(e.At)
	}
	for _, a := range c.Answers {
		take(a.At)
	}
	for _, m := range c.Movements {
		take(m.At)
	}
	for _, r := range c.Risk {
		take(r.At)
	}
	return from, to
}

// entry is a row of the table.
type entry struct {
	at    time.Time
	cells []Cell
}

func (c Customer) table(title string, w *Words) Table {
	t := w.table(title)
	t.Columns = []Column{{Title: w.Date}, {Title: w.What}, {Title: w.Kind}, {Title: w.Value, Number: true}}
	list := []entry{}
	add := func(at time.Time, what, kind string, value Cell) {
		list = append(list, entry{at, []Cell{{Text: page.Date(at), Plain: at.UTC().Format(time.RFC3339)}, textCell(what), textCell(kind), value}})
	}
	for _, v := range c.Visits {
		add(v.From, w.Stage, string(v.Stage), durationCell(v.Duration()))
	}
	for _, e := range c.Events {
		value := Cell{}
		if !e.Value.IsZero() && checkAmounts("", "", e.Value) == nil {
			value = moneyCell(e.Value, c.Currency)
		}
		add(e.At, e.Name, string(e.Channel), value)
	}
	for _, a := range c.Answers {
		add(a.At, w.Score, a.Survey, countCell(int64(a.Score)))
	}
	for _, m := range c.Movements {
		signed := m.After.Sub(m.Before)
		add(m.At, pick(w.Movements, m.Kind), pick(w.Causes, m.Cause), moneyCell(signed, c.Currency))
	}
	for _, r := range c.Risk {
		add(r.At, w.Risk, "", percentCell(r.Value))
	}
	slices.SortStableFunc(list, func(a, b entry) int { return a.at.Compare(b.at) })
	for _, e := range list {
		t.Rows = append(t.Rows, e.cells)
	}
	return t
}
