package scorecard

import (
	"cmp"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// times pairs events of the denominator with those of the numerator, the
// earliest open one first.
func (t *tally) times(b int, x *bound, c int, num, den []int32) {
	if x.Once {
		den = den[:min(1, len(den))]
	}
	tag := func(i int32) uint32 {
		if x.Attr == "" {
			return 0
		}
		return x.attr.ID[i]
	}
	open := map[uint32][]int32{} // by tag, in order of their coming
	q := 0
	for _, i := range num {
		for ; q < len(den) && den[q] < i; q++ {
			open[tag(den[q])] = append(open[tag(den[q])], den[q])
		}
		queue := open[tag(i)]
		if len(queue) == 0 {
			continue
		}
		open[tag(i)] = queue[1:]
		if p := t.period(t.cols.UnixNano[i]); p >= 0 {
			for j := range x.bys {
				key, _ := t.key(x, j, c, queue[0], i)
				at := t.at(b, j, key, p)
				at.time(t.cols.UnixNano[i] - t.cols.UnixNano[queue[0]])
				at.den++
			}
		}
	}
	for _, i := range den[q:] {
		open[tag(i)] = append(open[tag(i)], i)
	}
	for _, queue := range open { // sums do not depend on the order
		for _, i := range queue {
			if p := t.period(t.cols.UnixNano[i]); p >= 0 {
				for j := range x.bys {
					if key, ok := t.key(x, j, c, i, -1); ok {
						t.at(b, j, key, p).running++
					}
				}
			}
		}
	}
}

// activeDays counts the days of a customer once each, and every period in which
// there is one.
func (t *tally) activeDays(b int, x *bound, c int, den []int32) {
	for j := range x.bys {
		last, today := -1, int64(-1<<62)
		for _, i := range den {
			at := t.cols.UnixNano[i]
			p := t.period(at)
			if p < 0 {
				continue
			}
			key, ok := t.key(x, j, c, i, i)
			if !ok {
				continue
			}
			if p != last {
				last = p
				t.seen.reset()
			}
			if d := dayOf(at, t.o.Location); d != today {
				today = d
				t.tags.reset()
			}
			into := t.at(b, j, key, p)
			if t.seen.first(key) {
				into.den += t.days[p]
			}
			if t.tags.first(key) {
				into.num++
			}
		}
	}
}

// dayOf numbers the calendar days of a location.
func dayOf(at int64, loc *time.Location) int64 {
	y, m, d := time.Unix(0, at).In(loc).Date()
	return calendar.NewMonth(y, m).Start(time.UTC).Unix()/86400 + int64(d) - 1
}

// countNamed counts those whom events name, each with the earliest event.
func (t *tally) countNamed() {
	slices.SortFunc(t.named, func(a, b named) int {
		return cmp.Or(cmp.Compare(a.binding, b.binding), cmp.Compare(a.who, b.who), cmp.Compare(a.at, b.at), cmp.Compare(a.i, b.i))
	})
	for k, e := range t.named {
		if k > 0 && t.named[k-1].binding == e.binding && t.named[k-1].who == e.who {
			continue
		}
		p := t.period(e.at)
		if p < 0 {
			continue
		}
		b, x := int(e.binding), &t.bounds[e.binding]
		won := false
		if other, ok := t.log.Find(x.attr.Values[e.who-1]); ok {
			from, to := t.cols.Range(other)
			for i := from; i < to && !won; i++ {
				won = t.cols.UnixNano[i] >= e.at && x.winners.Has(i, 0)
			}
		}
		for j := range x.bys {
			if key, ok := t.key(x, j, int(e.c), e.i, e.i); ok {
				at := t.at(b, j, key, p)
				at.den++
				if won {
					at.num++
				}
			}
		}
	}
}
