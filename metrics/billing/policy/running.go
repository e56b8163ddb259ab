package policy

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// running adds up the charges of each item through time, which come by item and
// currency, carries what was charged last on where the policy does, and leaves
// out when the subscription does not count. due is when what goes on only because
// nothing is known yet no longer does, 0 for never.
func (k *terms) running(to []segment, all []charge, st standing, n *notes) (out []segment, due int64) {
	if st.never {
		return to, 0
	}
	last := uint8(0) // currencies are fewer than it can count
	for lo := 0; lo < len(all); {
		hi := lo + 1
		for hi < len(all) && all[hi].l.Item == all[lo].l.Item && all[hi].currency == all[lo].currency {
			hi++
		}
		part, name := uint8(0), all[lo].l.Item
		if lo > 0 && all[lo-1].l.Item == name {
			part = last + 1
			name = currencyItem(name, part)
		}
		last = part
		sums, after := k.sum(all[lo:hi], name, part, st, n)
		carried, lapses := k.carry(sums, after, st, n)
		if lapses != 0 && (due == 0 || lapses < due) {
			due = lapses
		}
		to = append(to, k.present(carried, st.of(all[lo].l.Item), st.end)...)
		lo = hi
	}
	slices.SortStableFunc(to, bySegment)
	return k.settle(to, n), due
}

// currencyItem is what the part of an item is called that charges in another
// currency than its first.
func currencyItem(item string, part uint8) string { return item + " · " + strconv.Itoa(int(part)+1) }

// onward is what of a segment could go on after it: steady is what is not usage,
// due what of that did not end for want of payment. awaited is when the next
// charge of what is charged in arrears is due, 0 where nothing is; usage among it.
type onward struct {
	steady, due, usage rate
	awaited            int64
}

// awaited is when the charge after one in arrears is due, 0 for those in advance.
func awaited(c *charge) int64 {
	l := c.l
	if c.dropped || l.Credits() || l.To.Sub(l.IssuedAt) > 24*time.Hour {
		return 0
	}
	next := l.Cycle.Nth(l.To, 1)
	if l.Proration == billing.ProrationNone { // a cycle from the 31st ends on the 28th, the next one not
		next = later(next, l.Cycle.Nth(l.From, 2))
	}
	return nano(next)
}

// sum adds up the charges of one item, which are in the order they begin.
func (k *terms) sum(of []charge, name string, part uint8, st standing, n *notes) (out []segment, after []onward) {
	ends := make([]int, len(of))
	for i := range ends {
		ends[i] = i
	}
	slices.SortStableFunc(ends, func(i, j int) int { return cmp.Compare(of[i].to, of[j].to) })
	var sum rate
	var firm onward
	steady := func(c *charge, v rate) {
		if c.l.Kind == billing.LineUsage {
			firm.usage = plus(firm.usage, v, &segment{l: c.l}, n)
			return
		}
		firm.steady = plus(firm.steady, v, &segment{l: c.l}, n)
		if !c.dropped {
			firm.due = plus(firm.due, v, &segment{l: c.l}, n)
		}
	}
	now := 0
	var line *billing.InvoiceLine
	for b, e := 0, 0; e < len(ends); {
		t := of[ends[e]].to
		if b < len(of) {
			t = min(t, of[b].from)
		}
		if n := len(out); n > 0 && out[n-1].to == open {
			out[n-1].to = t
		}
		for ; e < len(ends) && of[ends[e]].to == t; e++ {
			now--
			c := &of[ends[e]]
			after[len(after)-1].awaited = max(after[len(after)-1].awaited, awaited(c))
			sum = plus(sum, c.rate.negated(), &segment{l: c.l}, n)
			steady(c, c.rate.negated())
		}
		for ; b < len(of) && of[b].from == t; b++ {
			now++
			sum = plus(sum, of[b].rate, &segment{l: of[b].l}, n)
			steady(&of[b], of[b].rate)
			if line == nil || !of[b].l.Credits() {
				line = of[b].l
			}
		}
		if now > 0 {
			out = append(out, segment{l: line, s: st.last, from: t, to: open, item: name, part: part, currency: of[0].currency, fixed: of[0].fixed, rate: sum, live: true})
			after = append(after, firm)
		}
	}
	return out, after
}

// carry lets what was charged last go on after its period, as the policy says:
// until the next charge of the item, the end of the subscription, or so many
// days. What was still running when the source was read goes on in any case, as
// does what is charged in arrears until its next charge is due, use included; and
// lapses is the instant from which that reading no longer supports it.
func (k *terms) carry(of []segment, after []onward, st standing, n *notes) (out []segment, lapses int64) {
	day := calendar.Cycle{Unit: calendar.UnitDay}
	out = make([]segment, 0, len(of))
	for i, x := range of {
		next := int64(open)
		if i+1 < len(of) {
			next = of[i+1].from
		}
		out = append(out, x)
		arrears := after[i].awaited
		awaits := k.observed != 0 && next == open && arrears >= k.observed
		if next == x.to || after[i].steady.isZero() && !awaits {
			continue
		}
		until, goes := x.to, after[i].due
		switch k.p.Lapse.Rule {
		case LapseUntilEnd:
			until = open
		case LapseAfterDays:
			until = day.Nth(time.Unix(0, x.to).In(k.p.location()), k.p.Lapse.Days).UnixNano()
		default:
		}
		lapsed := until // where it ends once it is known that it did
		if awaits {
			until = max(until, arrears)
		}
		if k.observed != 0 && until >= k.observed && next == open { // nothing is known of it yet
			known := until
			switch {
			case awaits && !after[i].usage.isZero():
				known, lapsed, goes = arrears, x.to, plus(goes, after[i].usage, &x, n)
			case !awaits && x.to >= k.observed && !goes.equal(after[i].steady):
				known, lapsed, goes = x.to, x.to, after[i].steady
			}
			if lapsed < min(st.over, st.end, open) {
				lapses = known + 1
			}
			until = open
		}
		x.from, x.to, x.rate = x.to, min(until, next, st.over), goes
		if !goes.isZero() && x.from < x.to {
			out = append(out, x)
		}
	}
	return out, lapses
}

// present leaves out of an item's segments the times at which its state does not
// count, and all after the end.
func (k *terms) present(of []segment, barred []interval, end int64) []segment {
	var out []segment
	for _, x := range of {
		x.to = min(x.to, end)
		if x.from >= x.to {
			continue
		}
		for len(barred) > 0 && barred[0].to <= x.from {
			barred = barred[1:]
		}
		for _, v := range barred {
			if v.from >= x.to {
				break
			}
			if v.from > x.from {
				before := x
				before.to = v.from
				out = append(out, before)
			}
			not := x
			not.from, not.to, not.rate, not.live = max(v.from, x.from), min(v.to, x.to), rate{}, false
			out = append(out, not)
			x.from = not.to
		}
		if x.from < x.to {
			out = append(out, x)
		}
	}
	return out
}

// settle takes what credits exceed an item's own charges by off the other
// charges of the subscription, the largest first; what is left then counts
// nothing.
func (k *terms) settle(all []segment, n *notes) []segment {
	if !slices.ContainsFunc(all, func(x segment) bool { return x.rate.dec.Sign() < 0 }) {
		return all
	}
	of := map[money.Currency][]int{}
	var order []money.Currency
	for i := range all {
		c := all[i].currency
		if of[c] == nil {
			order = append(order, c)
		}
		of[c] = append(of[c], i)
	}
	var out []segment
	for _, c := range order {
		some := of[c]
		budget := effort(len(some))
		last := map[int]int{}
		changes(all, some, func(from, to int64, now []int) bool {
			for j, v := range settled(all, now, n) {
				out = extend(out, last, all, now[j], from, to, v)
			}
			budget -= len(now)
			return budget > 0
		})
		if budget <= 0 {
			n.of(&all[some[0]], billing.CodeUnsupported, billing.Fault, "Amount", "", "credits of too many items at once; the subscription counts nothing")
			return nil
		}
	}
	slices.SortStableFunc(out, bySegment)
	return out
}

func settled(all []segment, now []int, n *notes) []rate {
	out := make([]rate, len(now))
	order := make([]int, len(now))
	var owed rate
	var by *segment
	for j, i := range now {
		order[j], out[j] = j, all[i].rate
		if out[j].dec.Sign() < 0 {
			owed = plus(owed, out[j].negated(), &all[i], n)
			out[j], by = rate{}, &all[i]
		}
	}
	if owed.isZero() {
		return out
	}
	slices.SortStableFunc(order, func(i, j int) int { return out[j].cmp(out[i]) })
	for _, j := range order {
		less, _ := out[j].sub(owed)
		rest, ok := owed.sub(out[j])
		if !ok {
			n.imprecise(&all[now[j]])
		}
		out[j], owed = less, rest
	}
	if !owed.isZero() {
		n.line(by.l, billing.CodeNegativeSum, billing.Warning, "Amount", words.Number(by.l.Amount), "credits exceed the charges of the period; the sum counts nothing")
	}
	return out
}
