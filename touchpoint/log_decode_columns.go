package touchpoint

import (
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// log reads the body; see the format beside AppendBinary.
func (d *decoder) log() *Log {
	l := &Log{}
	flags := d.byte("flags")
	if flags >= flagCurrency<<1 {
		d.fail("flags", "unknown flags %08b", flags)
	}
	if flags&flagCurrency != 0 {
		l.currency = money.Currency(d.text("currency", MaxText))
		if err := l.currency.Validate(); d.err == nil && err != nil {
			d.fail("currency", "%s", err)
		}
	}
	keys := d.table("attribute keys", MaxAttrs, MaxText, true)
	n := d.count("events", MaxEvents, 3)
	customers := d.count("customers", n, 2)
	l.duplicates = int64(d.number("duplicates", 1<<62))
	l.keyed = flags&flagKeyed != 0
	if l.duplicates > 0 && !l.keyed {
		d.fail("duplicates", "%d without IDs", l.duplicates)
	}

	names := d.table("names", min(n, MaxNames), MaxText, true)
	channels := d.table("channels", min(n, MaxChannels), MaxText, false)
	if flags&flagCampaign != 0 {
		l.campaign = &textColumn{table: d.table("campaigns", n, MaxText, false)}
	}
	l.attrs = make([]attrColumn, keys.Len())
	for i := range l.attrs {
		l.attrs[i].key = keys.At(uint32(i))
		l.attrs[i].table = d.table("attribute values", n, MaxAttrText, false)
	}
	if flags&flagIDs != 0 {
		l.ids = &idColumn{sources: d.table("sources", n, MaxText, false)}
	}
	l.customers = d.texts("customers", customers, MaxText, true, true)
	d.customers(l, n, customers)
	if d.err != nil {
		return nil
	}

	l.names = names.Strings()
	wide := d.places("name column", n, names.Len(), 0)
	l.name = make([]uint16, len(wide))
	for i, id := range wide {
		l.name[i] = uint16(id)
	}
	for _, s := range channels.Strings() {
		l.channels = append(l.channels, Channel(s))
	}
	wide = d.places("channel column", n, channels.Len(), 0)
	l.channel = makeChannels(len(wide), channels.Len())
	for i, id := range wide {
		l.channel.set(i, id)
	}
	if l.campaign != nil {
		l.campaign.id = d.places("campaign column", n, l.campaign.table.Len(), 0)
	}
	if flags&flagCost != 0 {
		l.cost = d.amounts("cost column", n)
	}
	if flags&flagValue != 0 {
		l.value = d.amounts("value column", n)
	}
	for i := range l.attrs {
		l.attrs[i].id = d.places("attribute column", n, l.attrs[i].table.Len(), 1)
	}
	if l.ids != nil {
		l.ids.source = d.places("source column", n, l.ids.sources.Len(), 0)
		if n > len(d.data)-d.pos {
			d.fail("IDs", "%d items do not fit into the %d bytes left", n, len(d.data)-d.pos)
			return nil
		}
		l.ids.id = d.texts("IDs", n, MaxText, false, false)
		d.keys(l)
	}
	if d.err != nil {
		return nil
	}
	return l
}

// customers reads the ranges of the customers and the time column.
func (d *decoder) customers(l *Log, n, customers int) {
	if d.err != nil || customers == 0 {
		if d.err == nil && n > 0 {
			d.fail("customers", "%d events without customers", n)
		}
		return
	}
	l.start = make([]uint32, customers+1)
	left := n
	for c := range customers {
		own := int(d.number("events of a customer", uint64(left)+1))
		if d.err == nil && own == 0 {
			d.fail("events of a customer", "customer %d has none", c)
		}
		if d.err != nil {
			return
		}
		left -= own
		l.start[c+1] = l.start[c] + uint32(own)
	}
	if left > 0 {
		d.fail("events of a customer", "%d events belong to nobody", left)
		return
	}
	l.at = make([]int64, n)
	for c := range customers {
		last := minNano
		for i := l.start[c]; i < l.start[c+1]; i++ {
			// The limit keeps the sum below maxNano; the difference of the two
			// does not fit int64 but fits uint64.
			delta := d.number("time column", uint64(maxNano)-uint64(last))
			if d.err != nil {
				return
			}
			last = int64(uint64(last) + delta)
			l.at[i] = last
		}
	}
}

func (d *decoder) amounts(what string, n int) *amountColumn {
	if d.err == nil && n > (len(d.data)-d.pos)/2 {
		d.fail(what, "%d items do not fit into the %d bytes left", n, len(d.data)-d.pos)
	}
	if d.err != nil {
		return nil
	}
	col := &amountColumn{unit: make([]int64, n), exp: make([]int8, n)}
	for i := range n {
		// Read as the unsigned number that a signed varint is made of.
		zigzag := d.number(what, 1<<63)
		unit := int64(zigzag >> 1)
		if zigzag&1 != 0 {
			unit = ^unit
		}
		a := amount{unit: unit, exp: int8(d.byte(what))}
		if d.err != nil {
			return nil
		}
		if again, err := amountOf(a.decimal()); err != nil || again != a {
			d.fail(what, "%de%d is not in its shortest form or out of range", a.unit, a.exp)
			return nil
		}
		col.unit[i], col.exp[i] = a.unit, a.exp
	}
	return col
}

// keys checks that no two events share a key and that the flag tells whether
// there are keys.
func (d *decoder) keys(l *Log) {
	if d.err != nil {
		return
	}
	set := newKeySet()
	for i := range uint32(l.Len()) {
		id := l.ids.id.At(i)
		if id == "" {
			continue
		}
		_, fresh, err := set.add(l.ids.source[i], id, i)
		if err != nil || !fresh {
			d.fail("IDs", "event %d repeats the ID %s", i, fault.Quote(id))
			return
		}
	}
	if l.keyed != (len(set.ends) > 0) {
		d.fail("flags", "events with IDs: %d", len(set.ends))
	}
}
