package policy

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
)

// mark is an instant that belongs to a subscription, and from when on it counts.
type mark struct {
	at, since int64
	of        string
}

func (m mark) compare(o mark) int {
	return cmp.Or(cmp.Compare(m.at, o.at), strings.Compare(m.of, o.of), cmp.Compare(m.since, o.since))
}

// marks keeps marks in order of their instants, in shelves of a few, each of which
// knows the least since of its own: those that do not count yet are passed over
// shelf by shelf.
type marks struct{ shelves []shelf }

type shelf struct {
	all   []mark // never none
	least int64
}

const shelfSize = 128

// shelfOf is the shelf at whose end an instant, or one after it, stands.
func (m *marks) shelfOf(x mark) int {
	return sort.Search(len(m.shelves), func(i int) bool {
		all := m.shelves[i].all
		return all[len(all)-1].compare(x) >= 0
	})
}

func (m *marks) add(x mark) {
	i := min(m.shelfOf(x), len(m.shelves)-1)
	if i < 0 {
		m.shelves = append(m.shelves, shelf{[]mark{x}, x.since})
		return
	}
	s := &m.shelves[i]
	at, found := slices.BinarySearchFunc(s.all, x, mark.compare)
	if found {
		return
	}
	s.all = slices.Insert(s.all, at, x)
	s.least = min(s.least, x.since)
	if half := len(s.all) / 2; len(s.all) > shelfSize {
		right := shelfFor(slices.Clone(s.all[half:]))
		*s = shelfFor(s.all[:half:half])
		m.shelves = slices.Insert(m.shelves, i+1, right)
	}
}

func (m *marks) remove(x mark) {
	i := m.shelfOf(x)
	if i == len(m.shelves) {
		return
	}
	s := &m.shelves[i]
	at, found := slices.BinarySearchFunc(s.all, x, mark.compare)
	if !found {
		return
	}
	if s.all = slices.Delete(s.all, at, at+1); len(s.all) == 0 {
		m.shelves = slices.Delete(m.shelves, i, i+1)
		return
	}
	*s = shelfFor(s.all)
}

func shelfFor(all []mark) shelf {
	least := all[0].since
	for i := range all {
		least = min(least, all[i].since)
	}
	return shelf{all, least}
}

// from gives those on [at, to) that count by an instant to f, in order, until f has
// enough. next is the least since of those that were left out on the way, open where
// none was.
func (m *marks) from(at, to, by int64, f func(mark) bool) (next int64) {
	next = open
	for i := m.shelfOf(mark{at: at, since: math.MinInt64}); i < len(m.shelves); i++ {
		s := &m.shelves[i]
		if s.least > by && s.all[0].at >= at && s.all[len(s.all)-1].at < to {
			next = min(next, s.least)
			continue
		}
		for _, x := range s.all {
			switch {
			case x.at < at:
			case x.at >= to:
				return next
			case x.since > by:
				next = min(next, x.since)
			case !f(x):
				return next
			}
		}
	}
	return next
}
