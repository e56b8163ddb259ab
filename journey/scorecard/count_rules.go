package scorecard

import (
	"cmp"
	"slices"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// rule counts one customer for one binding. num and den are places of events,
// ascending.
func (t *tally) rule(b int, x *bound, c int, num, den []int32) {
	if x.since >= 0 {
		if x.Denominator.From == touchpoint.GroundEvents {
			den = t.after(x, den)
		} else {
			num = t.after(x, num)
		}
	}
	switch {
	case x.Rule == RuleEvents:
		t.events(b, x, c, num, den)
	case x.Rule == RuleFirst:
		t.events(b, x, c, num[:min(1, len(num))], den[:min(1, len(den))])
	case x.Rule == RuleCustomers && x.books:
		t.among(b, x, c, num)
	case x.Rule == RuleCustomers:
		t.customers(b, x, c, num, den)
	case x.Rule == RuleTime:
		t.times(b, x, c, num, den)
	case x.Rule == RuleDays:
		t.activeDays(b, x, c, den)
	case x.Rule == RuleNamed:
		for _, i := range den {
			if who := x.attr.ID[i]; who != 0 {
				t.named = append(t.named, named{int32(b), i, int32(c), who, t.cols.UnixNano[i]})
			}
		}
	case len(den) > 0:
		t.cohort(b, x, c, num, den[0])
	}
}

// after keeps the events that stand behind one of Since.
func (t *tally) after(x *bound, events []int32) []int32 {
	since := t.hits[x.since]
	t.eligible = t.eligible[:0]
	k := 0
	for _, i := range events {
		for k < len(since) && since[k] < i {
			k++
		}
		if k > 0 && (x.SinceWithin == 0 || t.cols.UnixNano[i]-t.cols.UnixNano[since[k-1]] <= int64(x.SinceWithin)) {
			t.eligible = append(t.eligible, i)
		}
	}
	return t.eligible
}

// key is the key of a pair of events under the j-th by; own is the numerator's
// event, or -1, of the denominator's. ok is false where it belongs to the whole
// alone.
func (t *tally) key(x *bound, j, c int, of, part int32) (key int32, ok bool) {
	k := t.keys[x.bys[j]]
	if k.by.Touch == PartTouch {
		if part < 0 {
			return 0, false
		}
		return k.event(c, int(part)), true
	}
	return k.event(c, int(of)), true
}

func (t *tally) events(b int, x *bound, c int, num, den []int32) {
	for _, i := range num {
		if p := t.period(t.cols.UnixNano[i]); p >= 0 {
			for j := range x.bys {
				key := t.keys[x.bys[j]].event(c, int(i))
				if x.books { // as the books are: by the customer
					key = t.keys[x.bys[j]].customer(c, t.spans[p].start)
				}
				t.at(b, j, key, p).num++
			}
		}
	}
	for _, i := range den {
		if p := t.period(t.cols.UnixNano[i]); p >= 0 {
			for j := range x.bys {
				if key, ok := t.key(x, j, c, i, -1); ok {
					t.at(b, j, key, p).den++
				}
			}
		}
	}
}

// inside is the events among ascending ones that lie in span p.
func (t *tally) inside(events []int32, p int) []int32 {
	from, _ := slices.BinarySearchFunc(events, t.spans[p].start, func(i int32, at int64) int { return cmp.Compare(t.cols.UnixNano[i], at) })
	to, _ := slices.BinarySearchFunc(events, t.spans[p].end, func(i int32, at int64) int { return cmp.Compare(t.cols.UnixNano[i], at) })
	return events[from:to]
}

// customers counts a customer once a period and key.
func (t *tally) customers(b int, x *bound, c int, num, den []int32) {
	did := func(p int) []int32 {
		if x.Ever {
			to, _ := slices.BinarySearchFunc(num, t.spans[p].end, func(i int32, at int64) int { return cmp.Compare(t.cols.UnixNano[i], at) })
			return num[:to]
		}
		return t.inside(num, p)
	}
	for j := range x.bys {
		part := t.keys[x.bys[j]].by.Touch == PartTouch
		last := -1
		var with []int32
		for _, i := range den {
			p := t.period(t.cols.UnixNano[i])
			if p < 0 {
				continue
			}
			if p != last {
				last, with = p, did(p)
				t.seen.reset()
				for k := 0; part && k < len(with); k++ {
					if key, _ := t.key(x, j, c, i, with[k]); t.seen.first(key) {
						t.at(b, j, key, p).num++
					}
				}
			}
			if key, ok := t.key(x, j, c, i, -1); ok && t.seen.first(key) {
				at := t.at(b, j, key, p)
				at.den++
				if len(with) > 0 {
					at.num++
				}
			}
		}
	}
}

// among counts customers who are present in the books.
func (t *tally) among(b int, x *bound, c int, num []int32) {
	if t.heads == nil {
		return
	}
	k := 0
	for p, s := range t.spans {
		for k < len(num) && t.cols.UnixNano[num[k]] < s.start {
			k++
		}
		did := k < len(num) && t.cols.UnixNano[num[k]] < s.end
		if x.Ever {
			did = len(num) > 0 && t.cols.UnixNano[num[0]] < s.end
		}
		at := s.end
		if x.opening {
			at = s.start
		}
		if did && t.heads.present(c, at) {
			for j := range x.bys {
				t.at(b, j, t.keys[x.bys[j]].customer(c, s.start), p).num++
			}
		}
	}
}

// cohort counts a customer from the first event of the denominator.
func (t *tally) cohort(b int, x *bound, c int, num []int32, first int32) {
	at := t.cols.UnixNano[first]
	p := t.period(at)
	if p < 0 {
		return
	}
	end, last := int64(1<<63-1), int32(1<<31-1)
	running := false
	if x.Within > 0 {
		end = at + int64(x.Within)
		running = end > t.horizon()
	}
	if x.until >= 0 {
		if until := t.hits[x.until]; len(until) > 0 {
			if k, _ := slices.BinarySearch(until, first+1); k < len(until) {
				last = until[k]
			}
		}
	}
	var n int64
	t.tags.reset()
	var part int32 = -1
	for _, i := range num {
		if !x.Ever && (i < first || i == first && x.numGrade == score.GradeLead) || t.cols.UnixNano[i] > end || i > last {
			continue
		}
		switch x.Rule {
		case RuleCohortEvents:
			n++
		case RuleCohortValues:
			if v := x.attr.ID[i]; v != 0 && t.tags.first(int32(v)) {
				n++
			}
		default:
			n = 1
		}
		if part < 0 {
			part = i
		}
	}
	for j := range x.bys {
		key, ok := t.key(x, j, c, first, part)
		if !ok {
			continue
		}
		at := t.at(b, j, key, p)
		if running {
			at.running++
			continue
		}
		at.num += n
		at.den++
	}
}
