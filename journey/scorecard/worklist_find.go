package scorecard

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The sets of the lists' selector.
const (
	setRenewed = iota
	setUse
	setReady
	setGrown
	setAsked
	setWon
	setLeft
)

// lists finds out about each customer what the six lists ask.
type lists struct {
	d     Data
	o     WorklistOptions
	sel   *touchpoint.Selector
	cols  touchpoint.Columns
	heads *presence
	all   []account
}

// account is one who pays.
type account struct {
	name           string
	mrr            decimal.Decimal
	renewed, grown int64 // the last event; 0 = none
	use, before    int64 // events of use in the last window, and in that before
	ready, asked   bool
}

func (w *lists) customers() {
	at := nano(w.o.At)
	window := int64(w.o.Window)
	for c := range w.d.Log.Customers() {
		a := account{name: w.d.Log.Customer(c)}
		here := false
		from, to := w.cols.Range(c)
		for i := from; i < to && w.cols.UnixNano[i] < at; i++ {
			mask, t := w.sel.Mask(i), w.cols.UnixNano[i]
			has := func(set int) bool { return mask>>set&1 != 0 }
			if has(setRenewed) {
				a.renewed = t
			}
			if has(setUse) && t >= at-window {
				a.use++
			} else if has(setUse) && t >= at-2*window {
				a.before++
			}
			a.ready = a.ready || has(setReady) && t >= at-window
			if has(setGrown) {
				a.grown = t
			}
			a.asked = a.asked || has(setAsked)
			here = (here || has(setWon)) && !has(setLeft)
		}
		if w.heads != nil {
			m, ok := w.heads.before(c, at)
			here = ok && m.heads > 0
			a.mrr = m.mrr
		}
		if here {
			w.all = append(w.all, a)
		}
	}
}

func (w *lists) entry(a account, reason string, due time.Time) Entry {
	e := Entry{Customer: a.name, MRR: a.mrr, Reason: reason, Due: due}
	if w.d.Journeys != nil {
		e.Stage = w.stage(a.name)
	}
	return e
}

// stage is where the customer was at the instant.
func (w *lists) stage(name string) journey.Stage {
	var at journey.Stage
	for _, v := range w.d.Journeys.Visits(name) {
		if v.From.Before(w.o.At) {
			at = v.Stage
		}
	}
	return at
}

// worstMonth is who is in the month of tenure in which the largest share leaves.
func (w *lists) worstMonth() Worklist {
	l := Worklist{Name: "worst-month"}
	if w.d.Books == nil {
		l.Note = errNoBooks.Error()
		return l
	}
	month := calendar.MonthOf(w.o.At, w.o.Location)
	t, err := cohort.New(w.d.Books, cohort.Options{Through: month.Add(-1)})
	if err != nil {
		l.Note = err.Error()
		return l
	}
	worst, ok := t.Tenure().Worst(w.o.MinAtRisk)
	if !ok {
		l.Note = fmt.Sprintf("no month of tenure with %d customers in which anybody left", w.o.MinAtRisk)
		return l
	}
	first := map[string]calendar.Month{}
	for m := range w.d.Books.Movements(calendar.Period{From: everything().From, To: w.o.At}) {
		switch {
		case m.Kind == ledger.NewBusiness:
			first[m.Customer] = calendar.MonthOf(m.At, w.o.Location)
		case m.Kind == ledger.Churn:
			delete(first, m.Customer) // the first spell is over
		}
	}
	for _, a := range w.all {
		if m, ok := first[a.name]; ok && month.Sub(m) == worst.Month {
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("in month %d of tenure, in which %s leave", worst.Month, worst.Hazard.Percent(1)), time.Time{}))
		}
	}
	return l
}

func (w *lists) renewalDue() Worklist {
	l := Worklist{Name: "renewal-due"}
	for _, a := range w.all {
		if a.renewed == 0 {
			continue
		}
		term := w.o.Term(a.name)
		if err := term.Validate(); err != nil {
			l.Note = err.Error()
			continue
		}
		loc := w.o.Location
		if loc == nil {
			loc = time.UTC
		}
		due := term.Nth(time.Unix(0, a.renewed).In(loc), 1)
		// A term that ended with no event was taken to run on.
		for n := 2; due.Before(w.o.At) && n < MaxMonths; n++ {
			due = term.Nth(time.Unix(0, a.renewed).In(loc), n)
		}
		if left := due.Sub(w.o.At); left >= 0 && left <= w.o.Notice {
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("renews on %s", due.Format(time.DateOnly)), due))
		}
	}
	return l
}

func (w *lists) fallingUse() Worklist {
	l := Worklist{Name: "use-falling"}
	for _, a := range w.all {
		if a.before >= w.o.MinUse && float64(a.use) <= w.o.Fall*float64(a.before) {
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("used %d times in %s, %d times in those before", a.use, days(w.o.Window), a.before), time.Time{}))
		}
	}
	return l
}

func days(d time.Duration) string { return fmt.Sprintf("%d days", int64(d/day)) }

func (w *lists) stuck() Worklist {
	l := Worklist{Name: "stuck"}
	if w.d.Journeys == nil {
		l.Note = "no journeys"
		return l
	}
	var names []string
	for _, m := range w.d.Journeys.Definition().Milestones() {
		if _, ok := w.o.Stuck[m.Name]; ok {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		l.Note = "no milestone has a deadline"
	}
	for _, a := range w.all {
		visits := w.d.Journeys.Visits(a.name)
		if len(visits) == 0 {
			continue
		}
		begun := visits[0].From
		j, _ := w.d.Journeys.Journey(a.name)
		var waits []string
		for _, name := range names {
			if !j.Reached(name) && w.o.At.Sub(begun) > w.o.Stuck[name] {
				waits = append(waits, name)
			}
		}
		if len(waits) > 0 {
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("began %s ago and has not reached %s", days(w.o.At.Sub(begun)), strings.Join(waits, ", ")), time.Time{}))
		}
	}
	return l
}

// ready is who has reason to buy more, and did not lately.
func (w *lists) ready() Worklist {
	l := Worklist{Name: "ready-to-expand"}
	bound := int64(-1)
	if w.o.Ready == nil {
		var use []int64
		for _, a := range w.all {
			if a.use > 0 {
				use = append(use, a.use)
			}
		}
		if slices.Sort(use); len(use) > 0 {
			bound = use[(len(use)-1)*3/4]
		}
	}
	for _, a := range w.all {
		if a.grown > 0 && nano(w.o.At)-a.grown <= int64(w.o.Rest) {
			continue
		}
		switch {
		case a.ready:
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("asked for it in the last %s", days(w.o.Window)), time.Time{}))
		case bound > 0 && a.use >= max(bound, a.before):
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("used %d times in %s, in the upper quarter of those who use it", a.use, days(w.o.Window)), time.Time{}))
		}
	}
	return l
}

// satisfied is who answered well last and was not asked yet.
func (w *lists) satisfied() Worklist {
	l := Worklist{Name: "satisfied-not-asked"}
	type said struct {
		at    time.Time
		score int
	}
	last := map[string]said{}
	for _, a := range w.d.Answers {
		if a.Name != w.o.Satisfied {
			continue
		}
		for _, g := range a.Given {
			if before, ok := last[g.Customer]; g.At.Before(w.o.At) && (!ok || !g.At.Before(before.at)) {
				last[g.Customer] = said{g.At, g.Score}
			}
		}
	}
	if len(last) == 0 {
		l.Note = "no answers to " + w.o.Satisfied
	}
	for _, a := range w.all {
		if s, ok := last[a.name]; ok && s.score >= w.o.From && !a.asked {
			l.Entries = append(l.Entries, w.entry(a, fmt.Sprintf("answered %d on %s, and was not asked", s.score, s.at.Format(time.DateOnly)), time.Time{}))
		}
	}
	return l
}
