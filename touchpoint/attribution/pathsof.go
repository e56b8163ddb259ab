package attribution

import (
	"database/sql/driver"
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Key says what a touch is called. The zero Key is ByChannel.
type Key uint8

// The keys of touches.
const (
	ByChannel Key = iota
	ByCampaign
	ByName
)

var keyNames = enum.New[Key]("attribution", "Key", "channel", "campaign", "name")

// String is the name that MarshalText writes.
func (k Key) String() string { return keyNames.String(k) }

// MarshalText writes "channel", "campaign" or "name".
func (k Key) MarshalText() ([]byte, error) { return keyNames.Marshal(k) }

// UnmarshalText reads what MarshalText writes.
func (k *Key) UnmarshalText(text []byte) error { return keyNames.Unmarshal(k, text) }

// Value stores the name.
func (k Key) Value() (driver.Value, error) { return keyNames.Value(k) }

// Scan reads a name; NULL is ByChannel.
func (k *Key) Scan(src any) error { return keyNames.Scan(k, src) }

// Options say what conversions and touches are in a log.
type Options struct {
	Conversion []touchpoint.Match `json:"conversion"`
	// Touches are the events that count as one; empty = every event that has a
	// key and is no conversion.
	Touches []touchpoint.Match `json:"touches,omitempty"`
	Key     Key                `json:"key,omitempty"`
	// Lookback is how long before a conversion a touch still counts, inclusive;
	// zero is DefaultLookback.
	Lookback time.Duration `json:"lookback,omitempty"`
	// Session joins touches of one key that follow each other within it into one;
	// zero joins none.
	Session time.Duration `json:"session,omitempty"`
	// ConvertersOnly leaves paths without a conversion out.
	ConvertersOnly bool `json:"converters_only,omitempty"`
	// From and To bound the conversions, and the last touch of a path without
	// one: [From, To). Touches before From still count for them.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Customers, when set, says whose paths. It is called once for each customer.
	Customers func(customer string) bool `json:"-"`
}

// PathsOf reads the paths of a log. Each conversion ends a path of the touches
// since the conversion before it, no older than Lookback; touches after the last
// conversion are a path without one, of those no older than Lookback at the last
// of them. A conversion that no touch preceded is counted as untouched. Where the
// log keeps Value, a conversion is worth its event's.
//
// Errors: no Conversion, negative durations, more than MaxKeys keys, a column
// that the log does not keep.
func PathsOf(log *touchpoint.Log, o Options) (*Paths, error) {
	if log == nil {
		log = new(touchpoint.Log)
	}
	r, err := newReader(log, o)
	if err != nil {
		return nil, err
	}
	for c := range r.cols.Customers() {
		name := log.Customer(c)
		if o.Customers == nil || o.Customers(name) {
			r.read(c, name)
		}
	}
	p := r.paths
	number := map[string]uint32{}
	for id, key := range r.names {
		if r.used[id] {
			number[key] = uint32(id)
		}
	}
	if len(number) > MaxKeys {
		return nil, r.bad("Key", strconv.Itoa(len(number))+" different "+o.Key.String()+"s", fmt.Sprintf("at most %d", MaxKeys))
	}
	p.renumber(number, len(r.names))
	return p, nil
}

type reader struct {
	o        Options
	cols     touchpoint.Columns
	sel      *touchpoint.Selector
	id       func(i int) int // the key's number; -1 = the event has none
	names    []string
	used     []bool
	values   touchpoint.Amounts
	valued   bool
	lookback uint64
	from, to int64
	paths    *Paths
	touches  []touch
}

type touch struct {
	key  uint32
	at   int64
	last int64 // of the session
}

func (*reader) bad(field, value, limit string) error {
	return &fault.Error{Package: "attribution", Op: "paths of a log", Field: field, Value: value, Limit: limit, Err: ErrOptions}
}

func newReader(log *touchpoint.Log, o Options) (*reader, error) {
	r := &reader{o: o, cols: log.Columns(), lookback: uint64(o.Lookback), from: math.MinInt64, to: math.MaxInt64}
	switch {
	case len(o.Conversion) == 0:
		return nil, r.bad("Conversion", "", "want a match")
	case o.Lookback < 0:
		return nil, r.bad("Lookback", o.Lookback.String(), "want zero or more")
	case o.Session < 0:
		return nil, r.bad("Session", o.Session.String(), "want zero or more")
	case !keyNames.Has(o.Key):
		return nil, r.bad("Key", o.Key.String(), "want channel, campaign or name")
	}
	if o.Lookback == 0 {
		r.lookback = uint64(DefaultLookback)
	}
	for _, b := range []struct {
		t   time.Time
		set *int64
	}{{o.From, &r.from}, {o.To, &r.to}} {
		if b.t.IsZero() {
			continue
		}
		if err := calendar.CheckTime(b.t); err != nil {
			return nil, fmt.Errorf("attribution: %w: %w", ErrOptions, err)
		}
		*b.set = b.t.UnixNano()
	}
	touches := o.Touches
	if len(touches) == 0 {
		touches = []touchpoint.Match{{}}
	}
	var err error
	if r.sel, err = log.Select(o.Conversion, touches); err != nil {
		return nil, fmt.Errorf("attribution: %w", err)
	}
	switch o.Key {
	case ByCampaign:
		if r.cols.Campaign == nil && log.Len() > 0 {
			return nil, fmt.Errorf("attribution: campaign: %w", touchpoint.ErrNotKept)
		}
		r.names, r.id = log.Campaigns(), func(i int) int { return int(r.cols.Campaign[i]) }
	case ByName:
		r.names, r.id = log.Names(), func(i int) int { return int(r.cols.Name[i]) }
	default:
		for _, c := range log.Channels() {
			r.names = append(r.names, string(c))
		}
		r.id = func(i int) int { return r.cols.Channel.At(i) }
	}
	r.used = make([]bool, len(r.names))
	r.values, r.valued = log.Values()
	r.paths = &Paths{fromLog: true, options: o.text()}
	return r, nil
}

func (r *reader) read(c int, name string) {
	r.touches = r.touches[:0]
	from, to := r.cols.Range(c)
	first := len(r.paths.rows)
	for i := from; i < to; i++ {
		mask := r.sel.Mask(i)
		t := r.cols.UnixNano[i]
		switch {
		case mask&1 != 0:
			r.converted(i, t)
			r.touches = r.touches[:0]
		case mask&2 != 0:
			r.touch(r.id(i), t)
		}
	}
	if n := len(r.touches); n > 0 && !r.o.ConvertersOnly {
		if end := r.touches[n-1].last; end >= r.from && end < r.to {
			r.add(end, row{nulls: 1})
		}
	}
	if len(r.paths.rows) > first {
		r.paths.customers = append(r.paths.customers, name)
		for i := range r.paths.rows[first:] {
			r.paths.rows[first+i].customer = uint32(len(r.paths.customers) - 1)
		}
	}
}

func (r *reader) touch(key int, t int64) {
	if r.names[key] == "" {
		return
	}
	if n := len(r.touches); n > 0 && r.o.Session > 0 && r.touches[n-1].key == uint32(key) && uint64(t)-uint64(r.touches[n-1].last) <= uint64(r.o.Session) {
		r.touches[n-1].last = t
		return
	}
	r.touches = append(r.touches, touch{uint32(key), t, t})
}

func (r *reader) converted(i int, t int64) {
	if t < r.from || t >= r.to {
		return
	}
	value := decimal.Decimal{}
	if r.valued {
		value = r.values.Decimal(i)
	}
	if !r.add(t, row{conv: 1, value: value}) {
		r.paths.untouched.Conversions++
		var sum num.Sum
		sum.Add(r.paths.untouched.Value)
		sum.Add(value)
		r.paths.untouched.Value = sum.Decimal()
	}
}

// add keeps the touches that are no older than the lookback at end, the last
// MaxTouches of them.
func (r *reader) add(end int64, path row) bool {
	live := r.touches
	for len(live) > 0 && (uint64(end)-uint64(live[0].last) > r.lookback || len(live) > MaxTouches) {
		live = live[1:]
	}
	if len(live) == 0 {
		return false
	}
	path.age = len(r.paths.ages)
	for _, t := range live {
		path.touches = append(path.touches, t.key)
		r.used[t.key] = true
		r.paths.ages = append(r.paths.ages, end-t.last)
	}
	r.paths.rows = append(r.paths.rows, path)
	return true
}

// renumber keeps only the keys that occur.
func (p *Paths) renumber(number map[string]uint32, all int) {
	to := make([]uint32, all)
	p.keys = sortedKeys(number)
	for place, key := range p.keys {
		to[number[key]] = uint32(place)
	}
	for i := range p.rows {
		for j, id := range p.rows[i].touches {
			p.rows[i].touches[j] = to[id]
		}
	}
}
