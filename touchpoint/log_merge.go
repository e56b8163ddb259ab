package touchpoint

import (
	"fmt"
	"slices"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Merge returns one log with the events of all, as if they had been read in
// the order given: parts of a history that were loaded apart give the same log
// as the history loaded at once. The logs stay as they are; empty and nil logs
// are passed over.
//
// The logs must keep the same columns and state the same currency, or the error
// is ErrOptions. Where the
// events have IDs, duplicates between logs are dropped and counted, for which
// the logs must have kept them (LogOptions.IDs); otherwise, and unless only
// one log has events with IDs, the error is ErrNoIDs.
func Merge(logs ...*Log) (*Log, error) {
	var parts []*Log
	keyed := 0
	for i, l := range logs {
		if l == nil || l.Len() == 0 {
			continue
		}
		if l.keyed {
			keyed++
		}
		if len(parts) > 0 && !sameOptions(parts[0].options(), l.options()) {
			return nil, fmt.Errorf("touchpoint: merge: log %d: %w: it keeps %+v, the first keeps %+v",
				i+1, ErrOptions, l.options(), parts[0].options())
		}
		parts = append(parts, l)
	}
	switch {
	case len(parts) == 0:
		return &Log{}, nil
	case len(parts) == 1:
		return parts[0], nil
	case keyed > 1 && parts[0].ids == nil:
		return nil, fmt.Errorf("touchpoint: merge: %d logs: %w: build them with LogOptions{IDs: true}", keyed, ErrNoIDs)
	}
	b, err := newBuilder(parts[0].options())
	if err != nil {
		return nil, err
	}
	defer b.customers.stop()
	for _, l := range parts {
		if err := b.addLog(l, l.Customer); err != nil {
			return nil, err
		}
	}
	return b.log("merge")
}

// Rename returns a log in which the events of every customer belong to whom the
// function names: where it names one for several, their histories become one, in
// order of time. Events at one instant stay in the order of the customers they
// came from. Duplicates were dropped before and are not looked for again. A name
// that is empty, too long or not UTF-8 is an error, a *[fault.Error]; then there
// is no log.
func (l *Log) Rename(to func(customer string) string) (*Log, error) {
	names := make([]string, l.Customers())
	for c := range names {
		names[c] = to(l.Customer(c))
		limit, err := fault.CheckText(names[c], MaxText)
		if names[c] == "" {
			limit, err = "", fault.ErrEmpty
		}
		if err != nil {
			return nil, &fault.Error{Package: "touchpoint", Op: "rename", Field: "customer " + fault.Quote(l.Customer(c)), Value: fault.Quote(names[c]), Limit: limit, Err: err}
		}
	}
	b, err := newBuilder(l.options())
	if err != nil {
		return nil, err
	}
	defer b.customers.stop()
	if err := b.addLog(l, func(c int) string { return names[c] }); err != nil {
		return nil, err
	}
	return b.log("rename")
}

func sameOptions(a, b LogOptions) bool {
	return a.Currency == b.Currency && a.Campaign == b.Campaign && a.Cost == b.Cost && a.Value == b.Value && a.IDs == b.IDs && slices.Equal(a.Attrs, b.Attrs)
}

// addLog takes all events of a log. Its texts are looked up once each.
func (b *builder) addLog(l *Log, customer func(int) string) error {
	if int64(b.rows)+int64(l.Len()) > MaxEvents {
		return tooMany("events", MaxEvents, int64(b.rows)+int64(l.Len()))
	}
	names, err := addAll(&b.names, len(l.names), func(i uint32) string { return l.names[i] })
	if err != nil {
		return err
	}
	channels, err := addAll(&b.channels, len(l.channels), func(i uint32) string { return string(l.channels[i]) })
	if err != nil {
		return err
	}
	if n := b.names.table.Len(); n > MaxNames {
		return tooMany("names", MaxNames, int64(n))
	}
	if n := b.channels.table.Len(); n > MaxChannels {
		return tooMany("channels", MaxChannels, int64(n))
	}
	columns, err := b.addColumns(l)
	if err != nil {
		return err
	}
	b.duplicates += l.duplicates
	b.keyed = b.keyed || l.keyed
	for c := range l.Customers() {
		who := customer(c)
		for i := l.start[c]; i < l.start[c+1]; i++ {
			r := row{at: l.at[i], name: uint16(names[l.name[i]]), channel: uint16(channels[l.channel.At(int(i))])}
			if err := b.addRow(l, i, who, r, columns); err != nil {
				return err
			}
		}
	}
	return nil
}

// columnPlaces gives the numbers of a log's texts in the builder.
type columnPlaces struct {
	campaigns, sources []uint32
	attrs              [][]uint32
}

func (b *builder) addColumns(l *Log) (p columnPlaces, err error) {
	if l.campaign != nil {
		if p.campaigns, err = addAll(table{b.campaigns}, l.campaign.table.Len(), l.campaign.table.At); err != nil {
			return p, err
		}
	}
	if l.ids != nil {
		if p.sources, err = addAll(table{b.sources}, l.ids.sources.Len(), l.ids.sources.At); err != nil {
			return p, err
		}
	}
	p.attrs = make([][]uint32, len(l.attrs))
	for a := range l.attrs {
		if p.attrs[a], err = addAll(table{b.attrs[a]}, l.attrs[a].table.Len(), l.attrs[a].table.At); err != nil {
			return p, err
		}
	}
	return p, nil
}

type table struct{ *intern.Table }

func (t table) add(s string) (uint32, error) { return t.Add(s) }

func addAll(in interface{ add(string) (uint32, error) }, n int, at func(uint32) string) ([]uint32, error) {
	place := make([]uint32, n)
	for i := range place {
		id, err := in.add(at(uint32(i)))
		if err != nil {
			return nil, err
		}
		place[i] = id
	}
	return place, nil
}

func (b *builder) addRow(l *Log, i uint32, customer string, r row, p columnPlaces) error {
	if l.ids != nil {
		source, id := p.sources[l.ids.source[i]], l.ids.id.At(i)
		var key uint32
		if id != "" {
			var fresh bool
			var err error
			if key, fresh, err = b.keys.add(source, id, uint32(b.rows)); err != nil {
				return err
			}
			if !fresh && !b.replaces(key, customer, r.at) {
				b.duplicates++
				return nil
			}
			key++
		}
		b.sourceIDs = append(b.sourceIDs, source)
		b.keyIDs = append(b.keyIDs, key)
	}
	if l.campaign != nil {
		b.campaignIDs = append(b.campaignIDs, p.campaigns[l.campaign.id[i]])
	}
	if l.cost != nil {
		b.costs = append(b.costs, amount{l.cost.unit[i], l.cost.exp[i]})
	}
	if l.value != nil {
		b.values = append(b.values, amount{l.value.unit[i], l.value.exp[i]})
	}
	for a := range l.attrs {
		id := l.attrs[a].id[i]
		if id > 0 {
			id = p.attrs[a][id-1] + 1
		}
		b.attrIDs[a] = append(b.attrIDs[a], id)
	}
	b.customers.push(customer, r)
	return nil
}
