package attribution

import (
	"database/sql/driver"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
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
	// Acquisition selects the conversions that have a look-back of their own: the
	// first visit, the sign-up. What it selects has to be a conversion, too.
	// AcquisitionLookback is theirs, inclusive; zero is DefaultLookback. Google
	// Analytics looks back 30 days for these and 90 for others.
	Acquisition         []touchpoint.Match `json:"acquisition,omitempty"`
	AcquisitionLookback time.Duration      `json:"acquisition_lookback,omitempty"`
	// Session joins touches of one key that follow each other within it into one;
	// zero joins none.
	Session time.Duration `json:"session,omitempty"`
	// ConvertersOnly leaves paths without a conversion out.
	ConvertersOnly bool `json:"converters_only,omitempty"`
	// From and To bound the conversions, and the last touch of a path without
	// one: [From, To). Touches before From still count for them.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Customers, when set, says whose paths. It is called once for each customer;
	// in a log of touchpoint.Units it is asked about the actor.
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
	sets, err := read(log, o, nil)
	if err != nil {
		return nil, err
	}
	return sets[0], nil
}

// PathsBy is [PathsOf] for each part of a breakdown, sorted by key, without those
// that have neither path nor conversion. A property is that of a path's events:
// its touches, then the conversion where there is one. Parts sum to the whole
// under every label but LabelStep and AllSteps.
//
// Errors: those of PathsOf, a Breakdown that names no key or several.
func PathsBy(log *touchpoint.Log, o Options, by touchpoint.Breakdown) ([]*Paths, error) {
	sets, err := read(log, o, &by)
	if err != nil {
		return nil, err
	}
	sets = slices.DeleteFunc(sets, func(p *Paths) bool { return len(p.rows) == 0 && p.untouched.Conversions == 0 })
	slices.SortFunc(sets, func(a, b *Paths) int { return strings.Compare(a.Key(), b.Key()) })
	return sets, nil
}

func read(log *touchpoint.Log, o Options, by *touchpoint.Breakdown) ([]*Paths, error) {
	if log == nil {
		log = new(touchpoint.Log)
	}
	r, err := newReader(log, o)
	if err != nil {
		return nil, err
	}
	about := make([]bool, r.cols.Customers())
	for c := range about {
		about[c] = o.Customers == nil || o.Customers(touchpoint.Actor(log.Customer(c)))
	}
	keys := []string{""}
	if by != nil {
		if r.labels, err = log.Labels(*by, func(c int) bool { return about[c] }); err != nil {
			return nil, fmt.Errorf("attribution: %w: %w", ErrOptions, err)
		}
		keys = r.labels.Keys()
	}
	for _, key := range keys {
		r.sets = append(r.sets, &Paths{fromLog: true, options: o.text(by != nil, key)})
	}
	for c, takes := range about {
		if takes {
			r.read(c, log.Customer(c))
		}
	}
	for _, p := range r.sets {
		number := map[string]uint32{}
		for i := range p.rows {
			for _, id := range p.rows[i].touches {
				number[r.names[id]] = id
			}
		}
		if len(number) > MaxKeys {
			return nil, r.bad("Key", strconv.Itoa(len(number))+" different "+o.Key.String()+"s", fmt.Sprintf("at most %d", MaxKeys))
		}
		p.renumber(number, len(r.names))
	}
	return r.sets, nil
}

type reader struct {
	o        Options
	cols     touchpoint.Columns
	sel      *touchpoint.Selector
	id       func(i int) int // the key's number; -1 = the event has none
	names    []string
	values   touchpoint.Amounts
	valued   bool
	lookback uint64
	acquired uint64 // the look-back of acquisitions
	from, to int64
	labels   *touchpoint.Labels // nil = one set
	sets     []*Paths           // by group
	place    int                // of the customer being read
	name     string
	touches  []touch
	chain    []int32
}

type touch struct {
	key   uint32
	event int32 // the first of the session
	at    int64
	last  int64 // of the session
}

func (*reader) bad(field, value, limit string) error {
	return &fault.Error{Package: "attribution", Op: "paths of a log", Field: field, Value: value, Limit: limit, Err: ErrOptions}
}

func newReader(log *touchpoint.Log, o Options) (*reader, error) {
	r := &reader{o: o, cols: log.Columns(), lookback: uint64(o.Lookback), acquired: uint64(o.AcquisitionLookback), from: math.MinInt64, to: math.MaxInt64}
	switch {
	case len(o.Conversion) == 0:
		return nil, r.bad("Conversion", "", "want a match")
	case o.Lookback < 0:
		return nil, r.bad("Lookback", o.Lookback.String(), "want zero or more")
	case o.AcquisitionLookback < 0:
		return nil, r.bad("AcquisitionLookback", o.AcquisitionLookback.String(), "want zero or more")
	case o.AcquisitionLookback > 0 && len(o.Acquisition) == 0:
		return nil, r.bad("AcquisitionLookback", o.AcquisitionLookback.String(), "want a match in Acquisition beside it")
	case o.Session < 0:
		return nil, r.bad("Session", o.Session.String(), "want zero or more")
	case !keyNames.Has(o.Key):
		return nil, r.bad("Key", o.Key.String(), "want channel, campaign or name")
	}
	if o.Lookback == 0 {
		r.lookback = uint64(DefaultLookback)
	}
	if o.AcquisitionLookback == 0 {
		r.acquired = uint64(DefaultLookback)
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
	if r.sel, err = log.Select(o.Conversion, touches, o.Acquisition); err != nil {
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
	r.values, r.valued = log.Values()
	return r, nil
}

func (r *reader) read(c int, name string) {
	r.touches, r.place, r.name = r.touches[:0], c, name
	from, to := r.cols.Range(c)
	for i := from; i < to; i++ {
		mask := r.sel.Mask(i)
		t := r.cols.UnixNano[i]
		switch {
		case mask&1 != 0:
			r.converted(i, t, mask&4 != 0)
			r.touches = r.touches[:0]
		case mask&2 != 0:
			r.touch(r.id(i), i, t)
		}
	}
	if n := len(r.touches); n > 0 && !r.o.ConvertersOnly {
		if end := r.touches[n-1].last; end >= r.from && end < r.to {
			r.add(end, none, r.lookback, row{nulls: 1})
		}
	}
}

// none is no event.
const none = -1

func (r *reader) touch(key, i int, t int64) {
	if r.names[key] == "" {
		return
	}
	if n := len(r.touches); n > 0 && r.o.Session > 0 && r.touches[n-1].key == uint32(key) && uint64(t)-uint64(r.touches[n-1].last) <= uint64(r.o.Session) {
		r.touches[n-1].last = t
		return
	}
	r.touches = append(r.touches, touch{uint32(key), int32(i), t, t})
}

func (r *reader) converted(i int, t int64, acquisition bool) {
	if t < r.from || t >= r.to {
		return
	}
	value := decimal.Decimal{}
	if r.valued {
		value = r.values.Decimal(i)
	}
	lookback := r.lookback
	if acquisition {
		lookback = r.acquired
	}
	r.add(t, int32(i), lookback, row{conv: 1, value: value})
}

// set is where a path of these touches and this conversion belongs; nil = none.
func (r *reader) set(live []touch, conversion int32) *Paths {
	if r.labels == nil {
		return r.sets[0]
	}
	r.chain = r.chain[:0]
	for _, t := range live {
		r.chain = append(r.chain, t.event)
	}
	if conversion != none {
		r.chain = append(r.chain, conversion)
	}
	g := r.labels.Of(r.place, r.chain)
	if g == touchpoint.NoGroup {
		return nil
	}
	return r.sets[g]
}

// add keeps the touches that are no older than the lookback at end, the last
// MaxTouches of them; a conversion without any is untouched.
func (r *reader) add(end int64, conversion int32, lookback uint64, path row) {
	live := r.touches
	for len(live) > 0 && (uint64(end)-uint64(live[0].last) > lookback || len(live) > MaxTouches) {
		live = live[1:]
	}
	p := r.set(live, conversion)
	if p == nil {
		return
	}
	if len(live) == 0 {
		p.untouched.Conversions++
		var sum num.Sum
		sum.Add(p.untouched.Value)
		sum.Add(path.value)
		p.untouched.Value = sum.Decimal()
		return
	}
	path.age = len(p.ages)
	for _, t := range live {
		path.touches = append(path.touches, t.key)
		p.ages = append(p.ages, end-t.last)
	}
	if n := len(p.customers); n == 0 || p.customers[n-1] != r.name {
		p.customers = append(p.customers, r.name)
	}
	path.customer = uint32(len(p.customers) - 1)
	p.rows = append(p.rows, path)
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
