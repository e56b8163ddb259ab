package simulate

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// FittedBooks are what was estimated from a ledger.
type FittedBooks struct {
	Currency money.Currency `json:"currency"`
	// Plans are those that customers begin with, cheapest first.
	Plans []FittedPlan `json:"plans"`
	// Stages are those that are paid for: in which more than half of the visits
	// were, in the middle of them.
	Stages []journey.Stage `json:"stages"`
	// Upgrades and Downgrades are changes to a dearer and a cheaper plan per
	// customer and month on a plan that has one.
	Upgrades   metrics.Estimate `json:"upgrades"`
	Downgrades metrics.Estimate `json:"downgrades"`
}

// FittedPlan is a plan as customers begin with it.
type FittedPlan struct {
	Plan string `json:"plan"`
	// N is how many began with it, and Share their part.
	N     int64            `json:"n"`
	Share metrics.Estimate `json:"share"`
	// Price is the median of what they began to pay a month.
	Price decimal.Decimal `json:"price"`
}

// paid is what a customer pays from an instant on.
type paid struct {
	at    time.Time
	plan  string
	level decimal.Decimal
}

func fitBooks(r *journey.Replay, l *ledger.Ledger, level float64) (*FittedBooks, error) {
	b := &FittedBooks{Currency: l.Options().Currency, Plans: []FittedPlan{}, Stages: []journey.Stage{}}
	from, to, ok := l.Span()
	if !ok {
		return b, nil
	}
	if h := r.Horizon(); h.After(to) {
		to = h
	}
	course := map[string][]paid{}
	var order []string
	first := map[string][]decimal.Decimal{}
	for m := range l.Movements(calendar.Period{From: from, To: to.Add(1)}) {
		plan := ""
		if len(m.Plans) > 0 {
			plan = m.Plans[len(m.Plans)-1]
		}
		if len(course[m.Customer]) == 0 {
			order = append(order, m.Customer)
		}
		course[m.Customer] = append(course[m.Customer], paid{m.At, plan, m.After})
		if m.Kind == ledger.NewBusiness {
			first[plan] = append(first[plan], m.After)
		}
	}
	if err := b.plans(first, level); err != nil {
		return nil, err
	}
	b.changes(order, course, to, level)
	b.stages(r, course)
	return b, nil
}

// plans are those that customers began with.
func (b *FittedBooks) plans(first map[string][]decimal.Decimal, level float64) error {
	var n int64
	for _, amounts := range first {
		n += int64(len(amounts))
	}
	for plan, amounts := range first {
		slices.SortFunc(amounts, decimal.Decimal.Cmp)
		share, err := metrics.Wilson(int64(len(amounts)), n, level)
		if err != nil {
			return fmt.Errorf("simulate: fit: %w", err)
		}
		b.Plans = append(b.Plans, FittedPlan{Plan: plan, N: int64(len(amounts)), Share: share, Price: amounts[len(amounts)/2]})
	}
	slices.SortFunc(b.Plans, func(x, y FittedPlan) int { return cmp.Or(x.Price.Cmp(y.Price), cmp.Compare(x.Plan, y.Plan)) })
	return nil
}

// changes counts moves on the ladder of plans, and the time in which there could
// have been one.
func (b *FittedBooks) changes(order []string, course map[string][]paid, to time.Time, level float64) {
	rank := map[string]int{}
	for i, p := range b.Plans {
		rank[p.Plan] = i
	}
	var up, down int64
	var upMonths, downMonths float64
	for _, c := range order {
		list := course[c]
		for i, p := range list {
			if !p.level.IsPositive() {
				continue
			}
			end := to
			if i+1 < len(list) {
				end = list[i+1].at
			}
			k, ok := rank[p.plan]
			if !ok {
				continue
			}
			months := end.Sub(p.at).Seconds() / secondsOfMonth
			if k+1 < len(b.Plans) {
				upMonths += months
			}
			if k > 0 {
				downMonths += months
			}
			if i == 0 || !list[i-1].level.IsPositive() {
				continue
			}
			switch was, known := rank[list[i-1].plan]; {
			case known && was < k:
				up++
			case known && was > k:
				down++
			}
		}
	}
	if upMonths > 0 {
		b.Upgrades = rateOf(up, upMonths, level)
	}
	if downMonths > 0 {
		b.Downgrades = rateOf(down, downMonths, level)
	}
}

// stages finds which stages are paid for.
func (b *FittedBooks) stages(r *journey.Replay, course map[string][]paid) {
	pays, all := map[journey.Stage]int{}, map[journey.Stage]int{}
	for customer, visits := range r.AllVisits() {
		for _, v := range visits {
			mid := v.From.Add(v.Duration() / 2)
			list := course[customer]
			k, _ := slices.BinarySearchFunc(list, mid, func(p paid, t time.Time) int {
				if p.at.After(t) {
					return 1
				}
				return -1
			})
			all[v.Stage]++
			if k > 0 && list[k-1].level.IsPositive() {
				pays[v.Stage]++
			}
		}
	}
	for _, s := range r.Definition().Stages() {
		if 2*pays[s.Name] > all[s.Name] {
			b.Stages = append(b.Stages, s.Name)
		}
	}
}

// String is a line for each plan and the changes.
func (b *FittedBooks) String() string {
	var out strings.Builder
	for _, p := range b.Plans {
		fmt.Fprintf(&out, "plan %-14s %6d  %.3f  %s %s\n", p.Plan, p.N, p.Share.Value, p.Price, b.Currency)
	}
	fmt.Fprintf(&out, "upgrades %.4f, downgrades %.4f a month\n", b.Upgrades.Value, b.Downgrades.Value)
	return out.String()
}

// Names of the plan changes of a fitted world; touchpoints that no journey knows.
const (
	eventUp   = "plan_raised"
	eventDown = "plan_lowered"
)

// World is the company as it was fitted, over the same time: run it to see the
// like of what was, change it to see what if. Customers arrive by an event of
// their own, which its Definition observes.
func (f *Fitted) World(seed uint64) World {
	w := World{
		Name: f.d.Name(), Seed: seed, Definition: f.d, From: f.from, To: f.to,
		Arrivals: Arrivals{PerMonth: f.rate, Growth: f.Growth.Value, Event: f.arrival, Until: f.until},
	}
	for _, m := range f.Moves { // what they leave of 1 stays, or is the timer's
		w.Moves = append(w.Moves, Move{From: m.From, On: m.On, P: m.P.Value, Dwell: m.Dwell})
	}
	for _, h := range f.Habits {
		if h.PerMonth.Value > 0 {
			w.Habits = append(w.Habits, Habit{Stage: h.Stage, Event: string(h.Event), Every: perMonth(h.PerMonth.Value)})
		}
	}
	if b := f.Books; b != nil && len(b.Plans) > 0 && len(b.Stages) > 0 {
		w.Billing.Currency = b.Currency
		var start []Choice
		for _, p := range b.Plans {
			name := cmp.Or(p.Plan, "plan")
			w.Billing.Plans = append(w.Billing.Plans, Plan{Name: name, Price: p.Price.Round(6)})
			start = append(start, Choice{Plan: name, P: p.Share.Value})
		}
		w.Personas = []Persona{{Plans: start}}
		for _, s := range b.Stages {
			w.Billing.Stages = append(w.Billing.Stages, StageBilling{Stage: s, State: billing.StateActive})
			if r := b.Upgrades.Value; r > 0 {
				w.Habits = append(w.Habits, Habit{Stage: s, Event: eventUp, Every: perMonth(r), Does: Upgrade})
			}
			if r := b.Downgrades.Value; r > 0 {
				w.Habits = append(w.Habits, Habit{Stage: s, Event: eventDown, Every: perMonth(r), Does: Downgrade})
			}
		}
	}
	return w
}

func perMonth(rate float64) Dwell {
	return Exponential(seconds(math.Min(secondsOfMonth/rate, maxDwell.Seconds())))
}
