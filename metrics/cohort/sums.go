package cohort

import "github.com/lifecycle-go/lifecycle/metrics/ledger"

// cell is what the customers of one cohort add up to at one age. Memory is one
// cell per cohort and age, however many customers there are. While customers
// are added, a cell holds the difference to the age before: most customers pay
// the same in most months and then cost nothing.
type cell struct {
	active int64        // customers with MRR above zero
	mrr    ledger.Units // theirs
	kept   ledger.Units // min(now, base) of each
	floor  ledger.Units // lowest so far of each, base included
}

// away is the part of a cell that concerns those who left and came back.
type away struct {
	active  int64        // with MRR above zero, who were at zero at an earlier month end
	mrr     ledger.Units // theirs
	outside ledger.Units // MRR of active customers that are not in the base
	lost    ledger.Units // MRR a month ago of those at zero for the first time; no difference
}

// cohortSums is one cohort.
type cohortSums struct {
	size          int64
	base, initial ledger.Units
	cells         []cell // by age
	away          []away
}

func newCohortSums(ages int) *cohortSums {
	return &cohortSums{cells: make([]cell, ages), away: make([]away, ages)}
}

// add takes in one customer, whose steps are by age in periods.
func (c *cohortSums) add(curve *ledger.Curve, steps []ledger.Step, rule Base) {
	var level ledger.Units // at the end of the activation month
	if len(steps) > 0 && steps[0].Age == 0 {
		level = steps[0].Level
	}
	base := curve.Initial
	if rule == BaseMonthEnd {
		base = level
	}
	c.size++
	c.base = c.base.Add(base)
	c.initial = c.initial.Add(curve.Initial)
	if level.Sign() == 0 { // gone within the month
		c.away[0].lost = c.away[0].lost.Add(curve.Initial)
		c.addReturned(steps, base)
		return
	}

	c.cells[0].active++
	if c.addSmall(steps, base) {
		return
	}
	var now, kept, floor ledger.Units // what the cells count the customer at
	lowest := base
	for i := range steps {
		k, u := steps[i].Age, steps[i].Level
		m := &c.cells[k]
		if u.Sign() == 0 {
			m.active--
			m.mrr = m.mrr.Sub(now)
			m.kept = m.kept.Sub(kept)
			m.floor = m.floor.Sub(floor)
			c.away[k].lost = c.away[k].lost.Add(now)
			c.addReturned(steps[i+1:], base)
			return
		}
		least := u.Min(base)
		lowest = lowest.Min(u)
		m.mrr = m.mrr.Add(u.Sub(now))
		m.kept = m.kept.Add(least.Sub(kept))
		m.floor = m.floor.Add(lowest.Sub(floor))
		now, kept, floor = u, least, lowest
	}
}

// addSmall is the rest of add in machine words, for a customer whose amounts are
// small whole numbers of units and who is there at the end of the activation
// month. It reports whether it was, and else has done nothing.
func (c *cohortSums) addSmall(steps []ledger.Step, base ledger.Units) bool {
	least, ok := base.Int64()
	if !ok {
		return false
	}
	for i := range steps {
		if _, ok := steps[i].Level.Int64(); !ok {
			return false
		}
	}
	of := least
	var now, kept, floor int64 // what the cells count the customer at
	for i := range steps {
		k := steps[i].Age
		u, _ := steps[i].Level.Int64()
		m := &c.cells[k]
		m.mrr.AddInt(u - now)
		if u == 0 {
			m.active--
			m.kept.AddInt(-kept)
			m.floor.AddInt(-floor)
			c.away[k].lost.AddInt(now)
			c.returnedSmall(steps[i+1:], of)
			return true
		}
		least = min(least, u)
		if v := min(u, of); v != kept {
			m.kept.AddInt(v - kept)
			kept = v
		}
		if least != floor {
			m.floor.AddInt(least - floor)
			floor = least
		}
		now = u
	}
	return true
}

// returnedSmall is addReturned in machine words.
func (c *cohortSums) returnedSmall(steps []ledger.Step, base int64) {
	var now, kept int64
	for i := range steps {
		u, _ := steps[i].Level.Int64()
		m, a := &c.cells[steps[i].Age], &c.away[steps[i].Age]
		switch {
		case now == 0 && u > 0:
			m.active++
			a.active++
		case now > 0 && u == 0:
			m.active--
			a.active--
		}
		m.mrr.AddInt(u - now)
		a.mrr.AddInt(u - now)
		if least := min(u, base); least != kept {
			m.kept.AddInt(least - kept)
			kept = least
		}
		if base == 0 {
			a.outside.AddInt(u - now)
		}
		now = u
	}
}

// addReturned takes in what a customer did who has been at zero.
func (c *cohortSums) addReturned(steps []ledger.Step, base ledger.Units) {
	var now, kept ledger.Units
	for i := range steps {
		k, u := steps[i].Age, steps[i].Level
		m, a := &c.cells[k], &c.away[k]
		heads := int64(u.Sign() - now.Sign())
		gain, least := u.Sub(now), u.Min(base)
		m.active += heads
		a.active += heads
		m.mrr = m.mrr.Add(gain)
		a.mrr = a.mrr.Add(gain)
		m.kept = m.kept.Add(least.Sub(kept))
		if base.Sign() == 0 {
			a.outside = a.outside.Add(gain)
		}
		now, kept = u, least
	}
}

// merge adds the sums of other customers, both in differences or both settled.
func (c *cohortSums) merge(o *cohortSums) {
	c.size += o.size
	c.base = c.base.Add(o.base)
	c.initial = c.initial.Add(o.initial)
	for k := range c.cells {
		c.cells[k].add(&o.cells[k])
		c.away[k].add(&o.away[k])
		c.away[k].lost = c.away[k].lost.Add(o.away[k].lost)
	}
}

// settle turns differences into sums.
func (c *cohortSums) settle() {
	for k := 1; k < len(c.cells); k++ {
		c.cells[k].add(&c.cells[k-1])
		c.away[k].add(&c.away[k-1])
	}
}

func (c *cell) add(o *cell) {
	c.active += o.active
	c.mrr = c.mrr.Add(o.mrr)
	c.kept = c.kept.Add(o.kept)
	c.floor = c.floor.Add(o.floor)
}

func (a *away) add(o *away) {
	a.active += o.active
	a.mrr = a.mrr.Add(o.mrr)
	a.outside = a.outside.Add(o.outside)
}

// at is the cohort at an age, once settled.
func (c *cohortSums) at(k int, activation bool) point {
	cell, gone := &c.cells[k], &c.away[k]
	return point{
		size: c.size, base: c.base, active: cell.active, intact: cell.active - gone.active,
		mrr: cell.mrr.Sub(gone.outside), kept: cell.kept, low: cell.floor, cohorts: 1, activation: activation, any: true,
	}
}

// reached adds up the cohorts that have reached an age.
func (t tableSums) reached(k int, activation bool) point {
	sum := point{activation: activation}
	for _, c := range t[k:] {
		if c == nil {
			continue
		}
		p := c.at(k, activation)
		sum.size += p.size
		sum.base = sum.base.Add(p.base)
		sum.active += p.active
		sum.intact += p.intact
		sum.mrr, sum.kept, sum.low = sum.mrr.Add(p.mrr), sum.kept.Add(p.kept), sum.low.Add(p.low)
		sum.cohorts++
		sum.any = true
	}
	return sum
}

// intact is who was never at zero up to an age, in heads and MRR, once settled.
func (c *cohortSums) intact(k int) (int64, ledger.Units) {
	return c.cells[k].active - c.away[k].active, c.cells[k].mrr.Sub(c.away[k].mrr)
}
