package simulate

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Limits of one life. They end what a careless parameter would make endless.
const (
	maxEvents   = 100_000 // events of one customer
	maxChildren = 10_000  // customers that one customer brings, and those bring
	maxTouches  = 1_000   // touches before a prospect gives up
)

// Names of events that the simulator itself emits.
const (
	EventExposed  = "experiment_exposed" // attributes experiment, variant
	EventSent     = "survey_sent"        // attribute survey
	EventAnswered = "survey_answered"    // attributes survey, score
)

// never is after every instant.
const never = math.MaxInt64

const second = int64(time.Second)

// life is the run of one customer. It is used for one after another, to spare
// the collector.
type life struct {
	e  *engine
	st *stream
	c  *Customer

	key     uint64
	persona int
	class   *class
	treated bool

	stage int
	since int64 // Unix nanoseconds
	last  int64 // of the last event, Unix nanoseconds
	j     journey.Journey

	branch   int   // chosen move, -1 for none
	moveAt   int64 // Unix seconds
	next     []int64
	surveys  []int64 // of the stage: when it asks, in Unix seconds
	asked    []bool  // by survey
	answers  []int   // of the stage: what will be answered when surveys asks again, or -1
	exposed  bool
	exposeAt int64 // Unix seconds, or never
	sub      subscription

	children []child
	events   []touchpoint.Event // scratch
	names    []byte
	err      error
}

// child is a customer that another brought.
type child struct {
	id, referrer string
	key          uint64
	at           int64
}

func (e *engine) newLife() *life { return &life{e: e, st: newStream()} }

// run simulates one customer who is met, or referred, at an instant.
func (l *life) run(who child) (*Customer, error) {
	e := l.e
	*l = life{e: e, st: l.st, key: who.key, next: l.next[:0], surveys: l.surveys[:0], answers: l.answers[:0], children: l.children[:0], events: l.events[:0], names: l.names[:0], exposeAt: never}
	l.st.begin(e.w.Seed, who.key)
	at := who.at
	if at < 0 { // arrives by itself
		at = e.schedule.instant(-at-1, l.st)
	}
	l.c = &Customer{ID: who.id, Referrer: who.referrer, Events: l.events[:0]}
	l.persona = pick(l.st.Rand, e.shares)
	l.c.Persona = e.w.Personas[l.persona].ID
	if e.exposed >= 0 {
		l.treated = l.st.Float64() < e.w.Treatment.Share
		l.c.Variant = Control
		if l.treated {
			l.c.Variant = Treated
		}
	}
	l.class = e.classOf(l.persona, l.treated)
	l.asked = make([]bool, len(e.w.Surveys))
	l.last = math.MinInt64
	if who.referrer == "" {
		at = l.acquire(at)
	} else {
		l.c.Channel = touchpoint.Referral
	}
	if at < e.to {
		l.begin(at)
		for more := true; more && l.err == nil; {
			more = l.visit()
		}
	}
	l.finish()
	return l.c, l.err
}

// finish gives the customer memory of its own, and the events their ids.
func (l *life) finish() {
	l.events = l.c.Events
	l.c.Events = slices.Clone(l.events)
	for i := range l.c.Events {
		l.names = append(append(l.names, l.c.ID...), '.')
		l.names = strconv.AppendInt(l.names, int64(i), 10)
	}
	names := string(l.names)
	for i := range l.c.Events {
		n := len(l.c.ID) + 1 + digits(i)
		l.c.Events[i].ID, names = names[:n], names[n:]
	}
}

func digits(n int) int {
	d := 1
	for ; n >= 10; n /= 10 {
		d++
	}
	return d
}

// acquire meets a prospect until the prospect arrives, whose time it returns,
// or gives up.
func (l *life) acquire(at int64) int64 {
	a := &l.e.w.Acquisition
	if len(a.Channels) == 0 {
		return at
	}
	for n := 0; at < l.e.to; n++ {
		ch := &a.Channels[pick(l.st.Rand, l.e.channels[l.persona])]
		at = l.emit(touchpoint.Event{Name: a.Event, Channel: ch.Channel, Campaign: ch.Campaign, Cost: ch.Cost}, at)
		l.c.Channel, l.c.Campaign = ch.Channel, ch.Campaign
		p := l.st.Float64()
		if p >= ch.Converts && (p < ch.Converts+ch.Leaves || n >= maxTouches) {
			break
		}
		at += max(a.Gap.draw(l.st.Rand), 1)
		if p < ch.Converts {
			return at
		}
	}
	return never
}

// begin starts the journey.
func (l *life) begin(at int64) {
	e := l.e
	l.since, l.stage = at*second, e.initial
	l.c.Arrived = instant(l.since)
	if e.slow {
		l.j = e.d.Start(l.c.ID, l.c.Arrived)
	}
	attrs := map[string]string{}
	if l.c.Persona != "" {
		attrs["persona"] = l.c.Persona
	}
	if l.c.Referrer != "" {
		attrs["referrer"] = l.c.Referrer
	}
	l.enter(-1, billing.ReasonUnknown)
	event := touchpoint.Event{Name: e.w.Arrivals.Event, Channel: l.c.Channel, Campaign: l.c.Campaign, Attrs: attrs}
	to := -1
	if !e.slow {
		if next, ok := e.single(e.stages[e.initial].name, journey.Trigger(event.Name)); ok {
			to = next
		}
	}
	if moved, done := l.act(event, at, to, Nothing, billing.ReasonVoluntary); done && !moved && len(l.c.Spans) > 0 {
		l.price(len(l.c.Events) - 1)
	}
}

// emit appends an event at an instant, or a second after the last one, and
// returns the instant in Unix seconds.
func (l *life) emit(ev touchpoint.Event, at int64) int64 {
	at = max(at, floorSecond(l.last)+1)
	if len(l.c.Events) == maxEvents {
		l.err = fmt.Errorf("simulate: customer %s: %w: %s", fault.Quote(l.c.ID), ErrTooMany, fault.AtMost(maxEvents, "events of one customer", maxEvents+1))
		return at
	}
	if len(ev.Attrs) == 0 {
		ev.Attrs = nil
	}
	ev.Customer, ev.At = l.c.ID, instant(at*second)
	l.c.Events = append(l.c.Events, ev)
	l.last = at * second
	return at
}

// act does something the journey may know. to is the stage it leads to, -1 for
// the same one; guards and gates decide anew. It reports whether it began a
// visit, and whether it happened at all.
func (l *life) act(ev touchpoint.Event, at int64, to int, does Effect, why billing.Reason) (moved, done bool) {
	at = max(at, floorSecond(l.last)+1)
	if l.e.slow {
		if _, known := l.e.table.Trigger(journey.Trigger(ev.Name)); known {
			je := journey.Event{Trigger: journey.Trigger(ev.Name), At: instant(at * second), ID: l.c.ID + "." + strconv.Itoa(len(l.c.Events)), Attrs: ev.Attrs}
			j, change, err := l.e.d.Move(l.j, je)
			if err != nil {
				l.guard(err)
				return false, false
			}
			l.j, to = j, -1
			if change.Kind == journey.Moved {
				to, _ = l.e.table.Stage(j.Stage())
			}
		}
	}
	l.emit(ev, at)
	k := len(l.c.Events) - 1
	was := len(l.c.Spans)
	l.effect(does, at)
	if to >= 0 {
		from := l.stage
		l.stage, l.since = to, at*second
		l.enter(from, why)
	}
	if l.err == nil && len(l.c.Spans) > was {
		l.price(k)
	}
	return to >= 0, true
}

// price notes on an event the plan that it led to.
func (l *life) price(k int) {
	ev, s := &l.c.Events[k], &l.c.Spans[len(l.c.Spans)-1]
	attrs := map[string]string{"plan": s.Plan}
	maps.Copy(attrs, ev.Attrs)
	ev.Attrs, ev.Value = attrs, s.Amount
}

// guard keeps what is wrong with the definition's guards; a plain refusal is
// the customer's own affair.
func (l *life) guard(err error) {
	if g := (*journey.GuardError)(nil); asGuard(err, &g) {
		l.err = fmt.Errorf("simulate: %w", err)
	}
}

// enter begins a visit of the current stage: subscriptions follow.
func (l *life) enter(from int, why billing.Reason) {
	s := &l.e.stages[l.stage]
	l.bill(from >= 0 && l.e.stages[from].billed, s, why)
	l.exposeAt = never
	if l.stage == l.e.exposed && !l.exposed {
		l.exposed, l.exposeAt = true, floorSecond(l.since)
	}
}

// expose tells that the experiment begins for the customer.
func (l *life) expose(at int64) {
	l.exposeAt = never
	l.act(touchpoint.Event{Name: EventExposed, Attrs: map[string]string{"experiment": l.e.w.Treatment.Name, "variant": l.c.Variant}}, at, -1, Nothing, billing.ReasonUnknown)
}

// effect is what doing something changes beside the stage.
func (l *life) effect(does Effect, at int64) {
	switch does {
	case Upgrade:
		l.replan(1, at)
	case Downgrade:
		l.replan(-1, at)
	case Pause:
		l.pause(at)
	default:
	}
}

// refer tells somebody, who is named whether or not they arrive.
func (l *life) refer(ev touchpoint.Event, at int64) {
	n := len(l.children) + 1
	id := l.c.ID + "-" + strconv.Itoa(n)
	ev.Attrs = map[string]string{"referred": id}
	if _, done := l.act(ev, at, -1, Nothing, billing.ReasonUnknown); !done {
		return
	}
	who := child{id: id, referrer: l.c.ID, key: childKey(l.key, n), at: never}
	if l.st.Float64() < l.e.w.Referrals.Joins {
		who.at = floorSecond(l.last) + max(l.e.w.Referrals.Delay.draw(l.st.Rand), 1)
	}
	l.children = append(l.children, who)
}

func instant(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

// floorSecond is the whole second an instant lies in.
func floorSecond(nanos int64) int64 {
	if nanos == math.MinInt64 {
		return math.MinInt64 / second
	}
	s := nanos / second
	if nanos%second < 0 {
		s--
	}
	return s
}
