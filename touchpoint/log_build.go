package touchpoint

import (
	"errors"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// row is one event in input order: 16 bytes, so that putting rows in order
// touches memory once per event.
type row struct {
	at       int64
	customer uint32 // gone once the row turned out to be a duplicate
	name     uint16
	channel  uint16
}

const gone = math.MaxUint32

const chunkBits = 16

// builder collects events in input order; log orders them.
type builder struct {
	options LogOptions
	faults  fault.Batch
	read    int64 // rows taken

	chunks [][]row // all of 1<<chunkBits rows but the last
	rows   int
	many   bool // rows are known to be many

	customers       *customers
	names, channels shortTable

	campaigns     *intern.Table
	campaignIDs   []uint32
	attrKeys      []string
	attrs         []*intern.Table
	attrIDs       [][]uint32
	costs, values []amount

	sources   *intern.Table
	sourceIDs []uint32 // kept with IDs only
	keys      *keySet
	keyIDs    []uint32 // kept with IDs only: 0 = none, otherwise number + 1

	duplicates int64
	keyed      bool
}

func newBuilder(o LogOptions) (*builder, error) {
	if err := o.Validate(); err != nil {
		return nil, err
	}
	b := &builder{
		options: o,
		names:   shortTable{table: intern.New()}, channels: shortTable{table: intern.New()},
		campaigns: intern.New(),
		attrKeys:  slices.Sorted(slices.Values(o.Attrs)),
		sources:   intern.New(),
		keys:      newKeySet(),
	}
	b.customers = newCustomers(b)
	for range b.attrKeys {
		b.attrs = append(b.attrs, intern.New())
	}
	b.attrIDs = make([][]uint32, len(b.attrKeys))
	return b, nil
}

func (b *builder) at(i uint32) *row { return &b.chunks[i>>chunkBits][i&(1<<chunkBits-1)] }

func (b *builder) push(r row) {
	if b.rows&(1<<chunkBits-1) == 0 {
		// The first chunk grows, so that a small log stays small.
		var chunk []row
		if b.rows > 0 || b.many {
			chunk = make([]row, 0, 1<<chunkBits)
		}
		b.chunks = append(b.chunks, chunk)
	}
	last := len(b.chunks) - 1
	b.chunks[last] = append(b.chunks[last], r)
	b.rows++
}

func (b *builder) fault(field, value, limit string, err error) {
	b.faults.Add(fault.Row{Row: b.read, Field: field, Value: value, Limit: limit, Err: err})
}

// fail records an error of the source in place of a row. A source that knows the
// row itself says so by a *fault.Row.
func (b *builder) fail(err error) {
	b.read++
	var row *fault.Row
	if errors.As(err, &row) {
		b.faults.Add(*row)
		return
	}
	b.faults.Add(fault.Row{Row: b.read, Err: err})
}

// add checks one event and keeps it, unless a row was bad before.
func (b *builder) add(e *Event) {
	b.read++
	var k known
	ok := b.quick(e, &k)
	if !ok {
		before := b.faults.Count()
		e.check(b.fault)
		if b.faults.Count() > before {
			return
		}
	}
	if b.faults.Count() > 0 {
		return // there will be no log; only more faults matter
	}
	if b.rows >= MaxEvents {
		b.fault("Events", "", fault.AtMost(MaxEvents, "events", int64(b.rows)+1), fault.ErrTooMany)
		return
	}
	if !ok {
		k.name = b.number("Name", e.Name, &b.names, MaxNames)
		k.channel = b.number("Channel", string(e.Channel), &b.channels, MaxChannels)
		k.at = e.At.UnixNano()
		k.cost, _ = amountOf(e.Cost)
		k.value, _ = amountOf(e.Value)
	}
	b.keep(e, &k)
}

// known is the part of an event that has been turned into numbers.
type known struct {
	at            int64
	name, channel uint16
	cost, value   amount
}

// quick is the fast form of check: true if e is certainly without fault, but
// for the text of its customer, which is checked when it is numbered. A name or
// channel that was seen before was checked before.
func (b *builder) quick(e *Event, k *known) bool {
	var name, channel bool
	k.name, name = b.names.find(e.Name)
	k.channel, channel = b.channels.find(string(e.Channel))
	if !name || !channel || len(e.Attrs) > 0 || e.Customer == "" || b.faults.Count() > 0 {
		return false
	}
	sec := e.At.Unix()
	if sec < minNano/int64(time.Second) || sec >= maxNano/int64(time.Second) {
		return false
	}
	k.at = sec*int64(time.Second) + int64(e.At.Nanosecond())
	if e.ID != "" && !sound(e.ID, MaxText) || e.Source != "" && !sound(e.Source, MaxText) || e.Campaign != "" && !sound(e.Campaign, MaxText) {
		return false
	}
	var errCost, errValue error
	if !e.Cost.IsZero() {
		k.cost, errCost = amountOf(e.Cost)
	}
	if !e.Value.IsZero() {
		k.value, errValue = amountOf(e.Value)
	}
	return errCost == nil && errValue == nil
}

// number interns a name or channel, of which there are at most most.
func (b *builder) number(field, s string, in *shortTable, most int) uint16 {
	id, err := in.add(s)
	switch {
	case err != nil:
		b.fault(field, s, "", err)
	case int(id) >= most:
		b.fault(field, s, fault.AtMost(int64(most), strings.ToLower(field)+"s", int64(id)+1), fault.ErrTooMany)
	}
	return uint16(id)
}

func (b *builder) intern(field string, in *intern.Table, s string) uint32 {
	id, err := in.Add(s)
	if err != nil {
		b.fault(field, s, "", err)
	}
	return id
}

func (b *builder) keep(e *Event, k *known) {
	r := row{at: k.at, name: k.name, channel: k.channel}
	var source, key uint32
	if b.options.IDs || e.ID != "" {
		source = b.intern("Source", b.sources, e.Source)
		if b.faults.Count() > 0 {
			return
		}
	}
	if e.ID != "" {
		b.keyed = true
		var fresh bool
		var err error
		if key, fresh, err = b.keys.add(source, e.ID, uint32(b.rows)); err != nil {
			b.fault("ID", e.ID, "", err)
			return
		}
		if !fresh && !b.replaces(key, e.Customer, r.at) {
			b.duplicates++
			return
		}
		key++
	}
	b.keepOptional(e, k)
	if b.options.IDs {
		b.sourceIDs = append(b.sourceIDs, source)
		b.keyIDs = append(b.keyIDs, key)
	}
	if b.faults.Count() == 0 {
		b.customers.push(e.Customer, r)
	}
}

func (b *builder) keepOptional(e *Event, k *known) {
	o := &b.options
	if o.Campaign {
		b.campaignIDs = append(b.campaignIDs, b.intern("Campaign", b.campaigns, e.Campaign))
	}
	if o.Cost {
		b.costs = append(b.costs, k.cost)
	}
	if o.Value {
		b.values = append(b.values, k.value)
	}
	for i, key := range b.attrKeys {
		var id uint32
		if v, ok := e.Attrs[key]; ok {
			id = b.intern("Attrs", b.attrs[i], v) + 1
		}
		b.attrIDs[i] = append(b.attrIDs[i], id)
	}
}

// replaces decides which of two events with one key is kept: the first by
// customer and time, whatever the input order. When it is the new one, the event
// kept so far is dropped and the new one takes its key.
func (b *builder) replaces(key uint32, customer string, at int64) bool {
	b.customers.settle()
	old := b.at(b.keys.rows[key])
	c := strings.Compare(customer, string(b.customers.table.Bytes(old.customer)))
	if c > 0 || c == 0 && at >= old.at {
		return false
	}
	b.customers.counts[old.customer]--
	old.customer = gone
	b.duplicates++
	b.keys.rows[key] = uint32(b.rows)
	return true
}

// shortTable numbers the few texts that come again and again. It finds most of
// them by where they lie, some by a few of their bytes, and seldom hashes one.
type shortTable struct {
	table *intern.Table
	texts []string    // by number: copies, as an event's own may be part of a large page
	slots [512]uint32 // by slotOf: number + 1; 0 = free
	lies  [256]struct {
		text string
		id   uint32 // number + 1; 0 = free
	}
}

// slotOf spreads texts by their length and three of their bytes.
func slotOf(s string) uint32 {
	n := uint32(len(s))
	if n == 0 {
		return 0
	}
	h := n ^ uint32(s[0])<<8 ^ uint32(s[n/2])<<16 ^ uint32(s[n-1])<<24
	return h * 0x9E3779B1 >> 23
}

func (t *shortTable) find(s string) (uint16, bool) {
	known := &t.lies[intern.Place(s)]
	if known.id > 0 && intern.Same(known.text, s) {
		return uint16(known.id - 1), true
	}
	id, ok := t.search(s)
	if ok {
		known.text, known.id = s, uint32(id)+1
	}
	return id, ok
}

func (t *shortTable) search(s string) (uint16, bool) {
	slot := slotOf(s)
	for k := range uint32(2) {
		if id := t.slots[slot^k]; id > 0 && t.texts[id-1] == s {
			return uint16(id - 1), true
		}
	}
	id, ok := t.table.Find(s)
	return uint16(id), ok && id <= math.MaxUint16
}

func (t *shortTable) add(s string) (uint32, error) {
	id, err := t.table.Add(s)
	if err != nil || id > math.MaxUint16 || int(id) < len(t.texts) {
		return id, err
	}
	t.texts = append(t.texts, string(t.table.Bytes(id)))
	slot := slotOf(s)
	if t.slots[slot] > 0 {
		slot ^= 1
	}
	t.slots[slot] = id + 1
	return id, nil
}
