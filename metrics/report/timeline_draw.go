package report

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// timeline is one customer being drawn.
type timeline struct {
	*frame
	c        Customer
	from, to time.Time
}

// x is where an instant stands.
func (t timeline) x(at time.Time) float64 {
	left, right := t.sides()
	whole := t.to.Sub(t.from).Seconds()
	if whole <= 0 {
		return (left + right) / 2
	}
	share := math.Min(1, math.Max(0, at.Sub(t.from).Seconds()/whole))
	return round(left + float64((right-left)*share))
}

func (t timeline) sides() (left, right float64) {
	if t.narrow {
		return margin + 4, t.width - margin - 4
	}
	return margin + 120, t.width - margin - 8
}

// lane names what follows, beside it or on a phone above it.
func (t timeline) lane(name string) {
	if t.narrow {
		t.paragraph(name, svg.TextStyle{Size: tick, Class: svg.Muted}, 1)
		return
	}
	st := svg.TextStyle{Size: tick, Class: svg.Muted, Max: 112}
	t.p.Block(margin, t.y+13, 13, st.Wrap(name, 112, 1).Text, st)
}

func (t timeline) draw() {
	if len(t.c.Visits) > 0 {
		t.stages()
	}
	if len(t.c.Events) > 0 {
		t.touchpoints()
	}
	if len(t.c.Answers) > 0 {
		t.answers()
	}
	if len(t.c.Movements) > 0 {
		t.revenue()
	}
	if len(t.c.Risk) > 0 {
		t.risk()
	}
	t.calendar()
}

func (t timeline) stages() {
	seen := map[journey.Stage]int{}
	keys := []key{}
	for _, v := range t.c.Visits {
		if _, ok := seen[v.Stage]; !ok {
			seen[v.Stage] = len(seen)
			keys = append(keys, key{text: string(v.Stage), class: svg.SeriesClass(seen[v.Stage])})
		}
	}
	t.legend(keys)
	t.lane(t.w.Journey)
	for _, v := range t.c.Visits {
		x0, x1 := t.x(v.From), t.x(v.Until)
		tip := string(v.Stage) + page.Sep + page.Date(v.From)
		if v.Open {
			tip += page.Sep + t.w.Open
		} else {
			tip += " – " + page.Date(v.Until)
		}
		t.p.Open(tip)
		t.p.Rect(svg.Box{X: x0, Y: t.y + 2, W: math.Max(1, x1-x0), H: 16}, svg.SeriesClass(seen[v.Stage]), 0)
		t.p.Close()
	}
	t.y += 26
}

// drawnChannels is how many channels have a lane of their own.
const drawnChannels = 12

func (t timeline) touchpoints() {
	channels := []touchpoint.Channel{}
	for _, e := range t.c.Events {
		if !slices.Contains(channels, e.Channel) {
			channels = append(channels, e.Channel)
		}
	}
	for i, ch := range channels {
		if i == drawnChannels {
			t.lane(t.w.Others)
		} else if i < drawnChannels {
			label := string(ch)
			if label == "" {
				label = t.w.Touchpoints
			}
			t.lane(label)
		}
		left, right := t.sides()
		if i <= drawnChannels {
			t.p.Line(left, t.y+9, right, t.y+9, svg.Edge, svg.Stroke{})
		}
		lastX := math.Inf(-1)
		for _, e := range t.c.Events {
			x := t.x(e.At)
			if e.Channel != ch || x-lastX < 1 { // what stands on one spot is one mark
				continue
			}
			lastX = x
			t.p.Open(e.Name + page.Sep + page.Date(e.At))
			t.p.Circle(x, t.y+9, 3.5, svg.Mark, svg.Stroke{})
			t.p.Close()
		}
		if i < drawnChannels || i == len(channels)-1 {
			t.y += 20
		}
	}
	t.y += 4
}

func (t timeline) answers() {
	t.lane(t.w.Answers)
	free := math.Inf(-1)
	for _, a := range t.c.Answers {
		x := t.x(a.At)
		share := 0.5
		if a.Hi > a.Lo {
			share = float64(a.Score-a.Lo) / float64(a.Hi-a.Lo)
		}
		class := svg.Series4
		switch {
		case share >= 0.8:
			class = svg.Series3
		case share < 0.6:
			class = svg.Series5
		}
		t.p.Open(a.Survey + page.Sep + strconv.Itoa(a.Score) + " (" + strconv.Itoa(a.Lo) + "–" + strconv.Itoa(a.Hi) + ")" + page.Sep + page.Date(a.At))
		t.p.Rect(svg.Box{X: x - 4, Y: t.y + 1, W: 8, H: 8}, class, 2)
		t.p.Close()
		text := strconv.Itoa(a.Score)
		half := svg.Bound(text, 10) / 2
		if at := math.Min(math.Max(x, half+2), t.width-half-2); at-half > free {
			t.p.Text(at, t.y+20, text, svg.TextStyle{Size: 10, Anchor: svg.Middle})
			free = at + half + 2
		}
	}
	t.y += 30
}

func (t timeline) revenue() {
	t.course("MRR"+amountUnit(t.c.Currency), svg.Line1, func(yield func(time.Time, float64, string)) {
		first := t.c.Movements[0]
		yield(t.from, float(first.Before), "")
		for _, m := range t.c.Movements {
			yield(m.At, float(m.After), pick(t.w.Movements, m.Kind)+page.Sep+signedAmount(m.After.Sub(m.Before), t.c.Currency)+page.Sep+page.Date(m.At))
		}
		yield(t.to, float(t.c.Movements[len(t.c.Movements)-1].After), "")
	}, 0, axisLabel)
}

func (t timeline) risk() {
	t.course(t.w.Risk, svg.Line2, func(yield func(time.Time, float64, string)) {
		for _, r := range t.c.Risk {
			yield(r.At, r.Value, page.Decimal(r.Value*100, 1)+nbsp+"%"+page.Sep+page.Date(r.At))
		}
	}, 0.1, percentLabel)
}

// course draws a value that holds until the next.
func (t timeline) course(name string, class svg.Class, each func(func(time.Time, float64, string)), hi float64, label func(svg.Axis, float64) string) {
	t.lane(name)
	s := span{hi: hi}
	each(func(_ time.Time, v float64, _ string) { s.take(v) })
	a := svg.NewAxis(s.lo, s.hi, 2)
	const high = 56.0
	if t.narrow { // the first tick's label stands above its line
		t.y += 8
	}
	left, right := t.sides()
	top := t.y + 6
	at := func(v float64) float64 { return round(a.Place(v, top+high, top)) }
	for i, v := range a.Ticks {
		t.p.Line(left, at(v), right, at(v), svg.Edge, svg.Stroke{})
		if text := label(a, v); i == 0 || i == len(a.Ticks)-1 || len(a.Ticks) < 4 {
			if t.narrow {
				t.p.Text(left+2, at(v)-2, text, svg.TextStyle{Size: 10, Class: svg.Muted})
			} else if i > 0 || at(v)-t.y > 24 {
				t.p.Text(left-6, at(v)+4, text, svg.TextStyle{Size: 10, Class: svg.Muted, Anchor: svg.End, Max: 60})
			}
		}
	}
	points := []svg.Point{}
	each(func(when time.Time, v float64, _ string) { points = append(points, svg.Point{X: t.x(when), Y: at(v)}) })
	t.p.Path(svg.Steps(points), class, svg.Stroke{Width: 2})
	each(func(when time.Time, v float64, tip string) {
		if tip != "" && !math.IsNaN(v) {
			t.p.Open(tip)
			t.p.Circle(t.x(when), at(v), 3, class, svg.Stroke{Width: 2})
			t.p.Close()
		}
	})
	t.y = top + high + 14
}

// calendar names days along the foot: starts of months, or days where the
// whole is short.
func (t timeline) calendar() {
	left, right := t.sides()
	most := int((right - left) / 90)
	days := t.ticks(max(most, 1))
	end := math.Inf(-1)
	for _, day := range days {
		x := t.x(day)
		text := page.Date(day)
		half := svg.Bound(text, tick) / 2
		t.p.Line(x, t.y, x, t.y+4, svg.Rule, svg.Stroke{})
		if x = math.Max(x, half+4); x-half > end+6 && x+half < t.width-2 {
			t.p.Text(x, t.y+16, text, svg.TextStyle{Size: tick, Class: svg.Muted, Anchor: svg.Middle})
			end = x + half
		}
	}
	t.p.Line(left, t.y, right, t.y, svg.Rule, svg.Stroke{})
	t.y += 20
}

func (t timeline) ticks(most int) []time.Time {
	var out []time.Time
	whole := t.to.Sub(t.from)
	const day = 24 * time.Hour
	if whole < 75*day {
		start := time.Date(t.from.UTC().Year(), t.from.UTC().Month(), t.from.UTC().Day(), 0, 0, 0, 0, time.UTC)
		step := 1
		for _, s := range []int{1, 2, 7, 14, 28} {
			step = s
			if int(whole/day)/s <= most {
				break
			}
		}
		for at := start; !at.After(t.to); at = at.Add(time.Duration(step) * day) {
			if !at.Before(t.from) {
				out = append(out, at)
			}
		}
		if len(out) == 0 {
			out = append(out, t.from)
		}
		return out
	}
	first, last := calendar.MonthOf(t.from, time.UTC), calendar.MonthOf(t.to, time.UTC)
	n := last.Sub(first)
	step := 1
	for _, s := range []int{1, 3, 6, 12, 24, 60, 120, 600, 1200} {
		step = s
		if n/s <= most {
			break
		}
	}
	out = append(out, t.from)
	for k := step; k <= n; k += step {
		if m := first.Add(k); !m.IsZero() {
			out = append(out, m.Start(time.UTC))
		}
	}
	return out
}
