package touchpoint

import (
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/intern"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// row is one event in input order. It is one struct, not columns, so that
// putting rows in order touches memory once per event.
type row struct {
	at       int64
	customer uint32
	name     uint32
	campaign uint32
	channel  uint16
	dropped  bool // a duplicate that turned out not to be the first
}

const chunkBits = 16

// batch is how many events are looked up together.
const batch = 64

// builder collects events in input order; log orders them.
type builder struct {
	options LogOptions
	faults  fault.Batch
	read    int64 // rows taken

	pending []Event // at most batch
	hashes  [batch]uint64
	offsets [batch]uint32
	warmed  byte

	chunks [][]row // all of 1<<chunkBits rows but the last
	rows   int

	customers, names, channels, campaigns *intern.Table

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
		options:   o,
		customers: intern.New(), names: intern.New(), channels: intern.New(), campaigns: intern.New(),
		attrKeys: slices.Sorted(slices.Values(o.Attrs)),
		sources:  intern.New(),
		keys:     newKeySet(),
	}
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
		if b.rows > 0 {
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

// add takes one event. Events are worked on in batches, see warm.
func (b *builder) add(e *Event) {
	b.pending = append(b.pending, *e)
	if len(b.pending) == batch {
		b.flush()
	}
}

// fail records an error of the source in place of a row.
func (b *builder) fail(err error) {
	b.flush()
	b.read++
	b.faults.Add(fault.Row{Row: b.read, Err: err})
}

func (b *builder) flush() {
	for i := range b.pending {
		b.hashes[i] = b.customers.Hash(b.pending[i].Customer)
	}
	b.warmed ^= b.customers.Warm(b.hashes[:len(b.pending)], b.offsets[:])
	for i := range b.pending {
		b.take(&b.pending[i], b.hashes[i])
	}
	clear(b.pending)
	b.pending = b.pending[:0]
}

// take checks one event and keeps it, unless a row was bad before.
func (b *builder) take(e *Event, hash uint64) {
	b.read++
	known, ok := b.known(e, hash)
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
		known.customer = b.intern("Customer", b.customers, e.Customer)
		known.name = b.intern("Name", b.names, e.Name)
		known.channel = b.intern("Channel", b.channels, string(e.Channel))
		if known.channel >= MaxChannels {
			b.fault("Channel", string(e.Channel), fault.AtMost(MaxChannels, "channels", int64(known.channel)+1), fault.ErrTooMany)
		}
	}
	b.keep(e, known)
}

// known is the part of an event that has been turned into numbers.
type known struct {
	customer, name, channel uint32
	cost, value             amount
}

// known is the fast form of check: ok if e is certainly without fault. A text
// that was seen before was checked before.
func (b *builder) known(e *Event, hash uint64) (k known, ok bool) {
	var customer, name, channel bool
	k.customer, customer = b.customers.FindHash(e.Customer, hash)
	k.name, name = b.names.Find(e.Name)
	k.channel, channel = b.channels.Find(string(e.Channel))
	var errCost, errValue error
	k.cost, errCost = amountOf(e.Cost)
	k.value, errValue = amountOf(e.Value)
	sec := e.At.Unix()
	return k, customer && name && channel && errCost == nil && errValue == nil &&
		sec >= minNano/int64(time.Second) && sec < maxNano/int64(time.Second) && len(e.Attrs) == 0 &&
		sound(e.ID, MaxText) && sound(e.Source, MaxText) && sound(e.Campaign, MaxText)
}

func (b *builder) intern(field string, in *intern.Table, s string) uint32 {
	id, err := in.Add(s)
	if err != nil {
		b.fault(field, s, "", err)
	}
	return id
}

func (b *builder) keep(e *Event, k known) {
	r := row{at: e.At.UnixNano(), customer: k.customer, name: k.name, channel: uint16(k.channel)}
	var source uint32
	if b.options.IDs || e.ID != "" {
		source = b.intern("Source", b.sources, e.Source)
	}
	if b.faults.Count() > 0 {
		return
	}
	var key uint32
	if e.ID != "" {
		b.keyed = true
		var fresh bool
		var err error
		if key, fresh, err = b.keys.add(source, e.ID, uint32(b.rows)); err != nil {
			b.fault("ID", e.ID, "", err)
			return
		}
		if !fresh && !b.replaces(key, &r) {
			b.duplicates++
			return
		}
		key++
	}
	b.keepOptional(e, k, &r)
	if b.options.IDs {
		b.sourceIDs = append(b.sourceIDs, source)
		b.keyIDs = append(b.keyIDs, key)
	}
	b.push(r)
}

func (b *builder) keepOptional(e *Event, k known, r *row) {
	o := &b.options
	if o.Campaign {
		r.campaign = b.intern("Campaign", b.campaigns, e.Campaign)
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
// customer and time, whatever the input order. When it is r, the event kept so
// far is dropped and r takes its key.
func (b *builder) replaces(key uint32, r *row) bool {
	old := b.at(b.keys.rows[key])
	if !b.before(r, old) {
		return false
	}
	old.dropped = true
	b.duplicates++
	b.keys.rows[key] = uint32(b.rows)
	return true
}

func (b *builder) before(r, s *row) bool {
	if r.customer != s.customer {
		return string(b.customers.Bytes(r.customer)) < string(b.customers.Bytes(s.customer))
	}
	return r.at < s.at
}
