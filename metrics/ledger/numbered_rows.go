package ledger

import (
	"fmt"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// faults notes every bad row.
func (v *numbers) faults(in *input) {
	limit := func(what string, n int) string { return fmt.Sprintf("want a place in %s, which has %d", what, n) }
	for i := range v.Len() {
		customer := ""
		add := func(field, value, limit string, err error) {
			in.faults.Add(fault.Row{Row: int64(i) + 1, Customer: customer, Field: field, Value: value, Limit: limit, Err: err})
		}
		if c := v.Customer[i]; !beyond(c, len(v.Customers)) {
			customer = v.Customers[c]
		} else {
			add("Customer", strconv.FormatUint(uint64(c), 10), limit("Customers", len(v.Customers)), ErrColumns)
		}
		if v.Subscription != nil && beyond(v.Subscription[i], len(v.Subscriptions)) {
			add("Subscription", strconv.FormatUint(uint64(v.Subscription[i]), 10), limit("Subscriptions", len(v.Subscriptions)), ErrColumns)
		}
		if v.Plan != nil && beyond(v.Plan[i], len(v.Plans)) {
			add("Plan", strconv.FormatUint(uint64(v.Plan[i]), 10), limit("Plans", len(v.Plans)), ErrColumns)
		}
		if v.Cycle != nil && int(v.Cycle[i]) >= len(v.Cycles) {
			add("Cycle", itoa(int(v.Cycle[i])), limit("Cycles", len(v.Cycles)), ErrColumns)
		}
		if err := checkTime(unix(v.UnixNano[i])); err != nil {
			add("UnixNano", timeText(unix(v.UnixNano[i])), err.Error(), ErrRange)
		}
		if v.Recorded != nil && v.Recorded[i] != 0 {
			if err := checkTime(unix(v.Recorded[i])); err != nil {
				add("Recorded", timeText(unix(v.Recorded[i])), err.Error(), ErrRange)
			}
		}
		switch m := v.Minor[i]; {
		case m < 0:
			add("Minor", strconv.FormatInt(m, 10), "negative; the limit is 0", ErrNegative)
		case m > v.highest:
			add("Minor", strconv.FormatInt(m, 10), "the limit is "+strconv.FormatInt(v.highest, 10), ErrRange)
		}
		if v.Cause != nil && v.Cause[i] >= causes {
			add("Cause", v.Cause[i].String(), "not a cause", ErrCause)
		}
	}
}

// changes are rows as Append takes them.
func (v *numbers) changes(from, end int) []Change {
	out := make([]Change, 0, end-from)
	for i := from; i < end; i++ {
		c := Change{Customer: v.Customers[v.Customer[i]], At: unix(v.UnixNano[i]), Amount: decimal.New(v.Minor[i], -v.Places)}
		if v.Subscription != nil {
			c.Subscription = v.Subscriptions[v.Subscription[i]]
		}
		if v.Plan != nil {
			c.Plan = v.Plans[v.Plan[i]]
		}
		if v.Cycle != nil {
			c.Cycle = v.Cycles[v.Cycle[i]]
		}
		if v.Cause != nil {
			c.Cause = v.Cause[i]
		}
		if v.Alive != nil {
			c.Alive = v.Alive[i]
		}
		if v.Recorded != nil && v.Recorded[i] != 0 {
			c.Recorded = time.Unix(0, v.Recorded[i]).UTC()
		}
		out = append(out, c)
	}
	return out
}

// readNumbers reads the i-th portion of a wave of columns.
func (p *portion) readNumbers(w *bulk, i int) {
	v := w.numbers
	lo, hi := w.from+w.n*i/len(w.portions), w.from+w.n*(i+1)/len(w.portions)
	p.reset(hi - lo)
	p.cycleOfPlace, p.dimOfPlace = make([]uint16, max(1, len(v.Cycles))), make([]uint32, len(v.Plans))
	for k := lo; k < hi && !p.trouble; k++ {
		p.trouble = !p.takeNumbers(v, k)
	}
}

// beyond reports whether a place is not one of n, also where an int has 32
// bits.
func beyond(place uint32, n int) bool { return uint64(place) >= uint64(n) }

// takeNumbers reads one row and reports whether it is a sound one.
func (p *portion) takeNumbers(v *numbers, i int) bool {
	cust, at := v.Customer[i], v.UnixNano[i]
	coef, places, ok := v.amount(i)
	if !ok || beyond(cust, len(v.customers)) || !v.inTime(at) {
		return false
	}
	r := row{hash: uint64(v.customers[cust]), at: at, coef: coef}
	cycle := 0
	if v.Cycle != nil {
		if cycle = int(v.Cycle[i]); cycle >= len(v.Cycles) {
			return false
		}
	}
	cl := classOf(p.cyclePlace(v, cycle), places)
	p.meet(cl)
	r.meta = uint32(cl) << classShift
	if v.Cause != nil {
		if v.Cause[i] >= causes {
			return false
		}
		r.meta |= uint32(v.Cause[i]) << causeShift
	}
	if v.Alive != nil && v.Alive[i] {
		r.meta |= isAlive
	}
	if v.Subscription != nil {
		sub := v.Subscription[i]
		if beyond(sub, len(v.Subscriptions)) {
			return false
		}
		r.hash |= uint64(sub) << 32
	}
	s := &p.streams[v.parts[cust]]
	if sd, ok := p.besideNumbers(v, i); !ok {
		return false
	} else if sd != (side{}) {
		r.is = hasSide
		s.sides = append(s.sides, sd)
	}
	s.put(&r)
	return true
}

func (p *portion) cyclePlace(v *numbers, place int) uint16 {
	if n := p.cycleOfPlace[place]; n != 0 {
		return n - 1
	}
	n := p.cycle(v.cycleAt(place))
	p.cycleOfPlace[place] = n + 1
	return n
}

func (p *portion) besideNumbers(v *numbers, i int) (sd side, ok bool) {
	if v.Recorded != nil && v.Recorded[i] != 0 {
		if !v.inTime(v.Recorded[i]) {
			return sd, false
		}
		sd.rec, sd.stated = v.Recorded[i], true
	}
	if v.Plan == nil {
		return sd, true
	}
	plan := v.Plan[i]
	if beyond(plan, len(v.Plans)) {
		return sd, false
	}
	if sd.dim = p.dimOfPlace[plan]; sd.dim == 0 && v.Plans[plan] != "" {
		p.dims = append(p.dims, saidDim{plan: v.Plans[plan]})
		sd.dim = uint32(len(p.dims))
		p.dimOfPlace[plan] = sd.dim
	}
	return sd, true
}

// subscription appends the name of a row's subscription, and says in the row how
// long it is.
func (v *numbers) subscription(b []byte, x *row) []byte {
	if v.Subscription == nil {
		return b
	}
	s := v.Subscriptions[x.hash>>32]
	x.sub = uint16(len(s))
	return append(b, s...)
}

// cycleAt is the cycle at a place; of columns that name none, the monthly one.
func (v *numbers) cycleAt(place int) calendar.Cycle {
	if v.Cycle == nil {
		return calendar.Cycle{}
	}
	return v.Cycles[place]
}

// amount is a row's amount without trailing zeros, and whether it is a sound one.
func (v *numbers) amount(i int) (coef int64, places int32, ok bool) {
	coef, places = v.Minor[i], v.Places
	if uint64(coef) > uint64(v.highest) {
		return 0, 0, false
	}
	if coef == 0 {
		return 0, 0, true
	}
	for places > 0 && coef%10 == 0 {
		coef /= 10
		places--
	}
	return coef, places, true
}

// inTime is checkTime of an instant in nanoseconds.
func (v *numbers) inTime(at int64) bool { return at >= v.first && at < v.end }
