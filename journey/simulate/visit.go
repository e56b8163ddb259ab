package simulate

import (
	"errors"
	"math"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/survey"
)

// What is due next in a visit.
const (
	dueNothing = iota
	dueMove
	dueExpose
	dueHabit
	dueSurvey
	dueInvoice
	dueRetry
	dueLapse
	dueResume
)

func asGuard(err error, g **journey.GuardError) bool { return errors.As(err, g) }

// visit lives through one visit of the current stage and reports whether another
// one follows.
func (l *life) visit() bool {
	s := &l.e.stages[l.stage]
	from := floorSecond(l.since)
	l.choose(from)
	l.next = l.next[:0]
	for _, h := range s.habits {
		l.next = append(l.next, l.awake(from+l.every(h)))
	}
	l.surveys, l.answers = l.surveys[:0], l.answers[:0]
	for _, k := range s.surveys {
		at := int64(never)
		if !l.asked[k] {
			at = from + l.e.w.Surveys[k].After.draw(l.st.Rand)
		}
		l.surveys, l.answers = append(l.surveys, at), append(l.answers, -1)
	}
	for l.err == nil {
		kind, which, at := l.due()
		at = max(at, floorSecond(l.last)+1)
		if fired, moved := l.timer(s, at); fired {
			if moved {
				return true
			}
			continue
		}
		if kind == dueNothing || at >= l.e.to {
			return false
		}
		if l.do(s, kind, which, at) {
			return true
		}
	}
	return false
}

// due is what happens next if no timer fires before.
func (l *life) due() (kind, which int, at int64) {
	kind, at = dueNothing, never
	ask := func(k, i int, t int64) {
		if t < at {
			kind, which, at = k, i, t
		}
	}
	if l.branch >= 0 {
		ask(dueMove, 0, l.moveAt)
	}
	ask(dueExpose, 0, l.exposeAt)
	for i, t := range l.next {
		ask(dueHabit, i, t)
	}
	for i, t := range l.surveys {
		ask(dueSurvey, i, t)
	}
	if l.sub.open {
		ask(dueInvoice, 0, l.sub.invoiceAt)
		ask(dueRetry, 0, l.sub.retryAt)
		ask(dueLapse, 0, l.sub.lapseAt)
		ask(dueResume, 0, l.sub.resumeAt)
	}
	return kind, which, at
}

// timer fires the stage's timer if it is due by an instant.
func (l *life) timer(s *stageRun, at int64) (fired, moved bool) {
	limit := l.e.to*second - 1
	if at < l.e.to {
		limit = at * second
	}
	if !l.e.slow {
		if s.after == 0 || l.since > limit-s.after {
			return false, false
		}
		l.fire(l.since+s.after, s.timerTo)
		return true, true
	}
	ev, ok := l.e.d.Due(l.j, instant(limit))
	if !ok {
		return false, false
	}
	j, change, err := l.e.d.Move(l.j, ev)
	if err != nil {
		l.guard(err)
		return l.err != nil, false
	}
	l.j = j
	if change.Kind != journey.Moved {
		return true, false
	}
	to, _ := l.e.table.Stage(j.Stage())
	l.fire(ev.At.UnixNano(), to)
	return true, true
}

// fire moves the customer by a timer, which is no event.
func (l *life) fire(at int64, to int) {
	from := l.stage
	l.stage, l.since, l.last = to, at, max(l.last, at)
	l.enter(from, billing.ReasonUnknown)
}

// choose decides how, and when, the customer will leave the stage.
func (l *life) choose(from int64) {
	l.branch = -1
	cum := l.class.cum[l.stage]
	x := l.st.Float64()
	for i, c := range cum {
		if x < c {
			l.branch = i
			break
		}
	}
	if l.branch < 0 && len(cum) > 0 && cum[len(cum)-1] > 1-1e-9 {
		l.branch = len(cum) - 1 // they add up to 1 but for rounding
	}
	if l.branch >= 0 {
		d := &l.class.branches[l.stage][l.branch].move.Dwell
		l.moveAt = l.awake(from + d.draw(l.st.Rand))
	}
}

// every is the time to the next of a habit; at least a second.
func (l *life) every(h int) int64 { return max(l.e.w.Habits[h].Every.draw(l.st.Rand), 1) }

// awake puts off what would fall into the night or the weekend.
func (l *life) awake(at int64) int64 {
	d := &l.e.w.Damping
	if d.Night == 0 && d.Weekend == 0 || at >= l.e.to {
		return at
	}
	t := time.Unix(at, 0).In(l.e.loc)
	if d.Weekend > 0 && (t.Weekday() == time.Saturday || t.Weekday() == time.Sunday) && l.st.Float64() < d.Weekend {
		days := (8 - int(t.Weekday())) % 7 // to Monday
		return l.morning(t, days)
	}
	if d.Night > 0 && (t.Hour() < 7 || t.Hour() >= 22) && l.st.Float64() < d.Night {
		days := 0
		if t.Hour() >= 22 {
			days = 1
		}
		return l.morning(t, days)
	}
	return at
}

func (l *life) morning(t time.Time, days int) int64 {
	at := time.Date(t.Year(), t.Month(), t.Day()+days, 7, 0, 0, 0, t.Location()).Unix()
	return at + l.st.Int64N(3*3600)
}

// do lets one thing happen and reports whether it began a visit.
func (l *life) do(s *stageRun, kind, which int, at int64) bool {
	switch kind {
	case dueMove:
		b := &l.class.branches[l.stage][l.branch]
		moved, _ := l.act(touchpoint.Event{Name: string(b.move.On)}, at, b.to, b.move.Does, billing.ReasonVoluntary)
		if !moved {
			l.choose(max(at, floorSecond(l.last)) + 1)
		}
		return moved
	case dueHabit:
		moved := l.habit(s.habits[which], at)
		l.next[which] = l.awake(max(at, floorSecond(l.last)) + l.every(s.habits[which]))
		return moved
	case dueSurvey:
		l.ask(s.surveys[which], which, at)
	case dueExpose:
		l.expose(at)
	case dueInvoice:
		l.invoice(at)
	case dueRetry:
		l.recover(at)
	case dueLapse:
		return l.lapse(s, at)
	case dueResume:
		l.resume(at)
	default:
	}
	return false
}

func (l *life) habit(k int, at int64) bool {
	h := &l.e.w.Habits[k]
	ev := touchpoint.Event{Name: h.Event, Channel: h.Channel, Cost: h.Cost}
	switch h.Does {
	case Upgrade:
		if !l.canReplan(1) {
			return false
		}
	case Downgrade:
		if !l.canReplan(-1) {
			return false
		}
	case Pause:
		if !l.canPause() {
			return false
		}
		l.sub.habit = k
	case Refer:
		l.refer(ev, at)
		return false
	default:
	}
	moved, _ := l.act(ev, at, -1, h.Does, billing.ReasonUnknown)
	return moved
}

// ask sends a survey, or, a second later, answers it; the answer depends on
// what happened so far.
func (l *life) ask(k, slot int, at int64) {
	s := &l.e.w.Surveys[k]
	l.surveys[slot] = never
	if score := l.answers[slot]; score >= 0 {
		ev := touchpoint.Event{Name: EventAnswered, Attrs: map[string]string{"survey": s.Name, "score": strconv.Itoa(score)}}
		if _, done := l.act(ev, at, -1, Nothing, billing.ReasonUnknown); done {
			l.c.Replies = append(l.c.Replies, Reply{Survey: s.Name, Answer: survey.Answer{Customer: l.c.ID, At: instant(l.last), Score: score}})
		}
		return
	}
	l.asked[k] = true
	x := s.Mean + s.SD*l.st.NormFloat64()
	answers := l.st.Float64() < s.Answers
	_, done := l.act(touchpoint.Event{Name: EventSent, Attrs: map[string]string{"survey": s.Name}}, at, -1, Nothing, billing.ReasonUnknown)
	if !answers || !done {
		return
	}
	for i := range s.Moods {
		for j := range l.c.Events {
			if l.c.Events[j].Name == s.Moods[i].Event {
				x += s.Moods[i].Shift
			}
		}
	}
	lo, hi := scale(s.Kind)
	l.answers[slot] = int(math.Round(min(max(x, float64(lo)), float64(hi))))
	l.surveys[slot] = floorSecond(l.last) + 1
}

// scale is the range of a kind of survey.
func scale(k survey.Kind) (lo, hi int) {
	switch k {
	case survey.KindNPS:
		return 0, 10
	case survey.KindCSAT:
		return 1, 5
	default:
		return 1, 7
	}
}
