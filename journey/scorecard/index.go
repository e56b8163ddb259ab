package scorecard

import (
	"fmt"
	"slices"
	"sort"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// span is one period: whole months.
type span struct {
	from, to   calendar.Month
	start, end int64 // Unix nanoseconds, end excluded
}

func (o Options) span(from, to calendar.Month) span {
	return span{from, to, from.Start(o.Location).UnixNano(), to.Add(1).Start(o.Location).UnixNano()}
}

func (s span) months() []calendar.Month { return slices.Collect(calendar.Months(s.from, s.to)) }

// index is what is looked up for every event: its period and its keys. It does
// not change once it is made.
type index struct {
	d     Data
	o     Options
	log   *touchpoint.Log
	cols  touchpoint.Columns
	spans []span
	keys  []*keyer // [0] is the whole
	heads *presence
}

// keyer numbers the values of one dimension.
type keyer struct {
	by    By
	names []string
	ids   map[string]int32

	column []int32            // key by channel, campaign, or attribute number
	campus []uint32           // campaign or attribute of each event
	first  []int32            // by customer: of the first event that has one; the segment
	visits []visit            // of all customers …
	from   []uint32           // … those of customer c begin here
	extra  map[string]int32   // segments of customers who are in the books alone
	single bool               // the whole
	chans  touchpoint.Columns // for channels
}

type visit struct {
	at  int64
	key int32
}

func (k *keyer) id(name string) int32 {
	if name == "" {
		name = None
	}
	id, ok := k.ids[name]
	if !ok {
		id = int32(len(k.names))
		k.ids[name] = id
		k.names = append(k.names, name)
	}
	return id
}

func newIndex(d Data, o Options, spans []span, bys []By) (*index, error) {
	x := &index{d: d, o: o, log: d.Log, spans: spans}
	if x.log == nil {
		x.log = &touchpoint.Log{}
	}
	x.cols = x.log.Columns()
	for _, by := range bys {
		k := &keyer{by: by, ids: map[string]int32{}, single: by.Dimension == Whole, chans: x.cols}
		x.fill(k)
		if len(k.names) > MaxKeys {
			return nil, refuse("evaluate", "By", by.String(), fmt.Sprintf("want at most %d different values, not %d", MaxKeys, len(k.names)), ErrOptions)
		}
		x.keys = append(x.keys, k)
	}
	if d.Books != nil {
		x.heads = newPresence(d.Books, x.log)
	}
	return x, nil
}

func (x *index) fill(k *keyer) {
	switch k.by.Dimension {
	case Whole:
		k.names = []string{""}
		return
	case ByStage:
		x.stages(k)
		return
	case BySegment:
		k.id(None)
		k.first = make([]int32, x.log.Customers())
		for c := range k.first {
			k.first[c] = k.id(x.d.Segment(x.log.Customer(c)))
		}
		k.extra = map[string]int32{}
		if x.d.Books != nil {
			for name := range x.d.Books.Customers() {
				if _, ok := x.log.Find(name); !ok {
					k.extra[name] = k.id(x.d.Segment(name))
				}
			}
		}
		return
	case ByChannel:
		for _, c := range x.log.Channels() {
			k.column = append(k.column, k.id(string(c)))
		}
	case ByCampaign:
		for _, c := range x.log.Campaigns() {
			k.column = append(k.column, k.id(c))
		}
		k.campus = x.cols.Campaign
	case ByAttr:
		col, _ := x.log.Attr(k.by.Attr)
		k.column = append(k.column, k.id(None))
		for _, v := range col.Values {
			k.column = append(k.column, k.id(v))
		}
		k.campus = col.ID
	}
	none := k.id(None)
	k.first = make([]int32, x.log.Customers())
	for c := range k.first {
		k.first[c] = none
		from, to := x.cols.Range(c)
		for i := from; i < to; i++ {
			if key := k.own(i); key != none {
				k.first[c] = key
				break
			}
		}
	}
}

// own is the value of an event itself.
func (k *keyer) own(i int) int32 {
	if k.by.Dimension == ByChannel {
		return k.column[k.chans.Channel.At(i)]
	}
	if len(k.campus) == 0 {
		return 0
	}
	return k.column[k.campus[i]]
}

func (x *index) stages(k *keyer) {
	k.id(None)
	for _, s := range x.d.Journeys.Definition().Stages() {
		k.id(string(s.Name))
	}
	k.from = make([]uint32, x.log.Customers()+1)
	at := 0
	for name, visits := range x.d.Journeys.AllVisits() {
		c, ok := x.log.Find(name)
		if !ok {
			continue
		}
		for ; at <= c; at++ {
			k.from[at] = uint32(len(k.visits))
		}
		for _, v := range visits {
			k.visits = append(k.visits, visit{v.From.UnixNano(), k.id(string(v.Stage))})
		}
	}
	for ; at < len(k.from); at++ {
		k.from[at] = uint32(len(k.visits))
	}
}

// stage is where customer c stood just before an instant; the first event
// stands in the stage it begins.
func (k *keyer) stage(c int, at int64) int32 {
	own := k.visits[k.from[c]:k.from[c+1]]
	n := sort.Search(len(own), func(i int) bool { return own[i].at >= at })
	switch {
	case n > 0:
		return own[n-1].key
	case len(own) > 0 && own[0].at == at:
		return own[0].key
	}
	return 0
}

// event is the key of event i of customer c.
func (k *keyer) event(c, i int) int32 {
	switch {
	case k.single:
		return 0
	case k.by.Dimension == ByStage:
		return k.stage(c, k.chans.UnixNano[i])
	case k.by.Dimension == BySegment, k.by.Touch == FirstTouch:
		return k.first[c]
	}
	return k.own(i)
}

// customer is the key of customer c at an instant, of what is no event.
func (k *keyer) customer(c int, at int64) int32 {
	switch {
	case k.single:
		return 0
	case k.by.Dimension == ByStage:
		return k.stage(c, at)
	}
	return k.first[c]
}

// named is customer for one who may be in the books alone.
func (x *index) named(k *keyer, name string, at int64) int32 {
	if k.single {
		return 0
	}
	if c, ok := x.log.Find(name); ok {
		return k.customer(c, at)
	}
	if key, ok := k.extra[name]; ok {
		return key
	}
	return k.ids[None]
}

// period is the place of the span that holds an instant, or -1.
func (x *index) period(at int64) int {
	p := sort.Search(len(x.spans), func(i int) bool { return x.spans[i].end > at })
	if p < len(x.spans) && x.spans[p].start <= at {
		return p
	}
	return -1
}

func (x *index) horizon() int64 {
	if x.o.Horizon.IsZero() {
		return 0
	}
	return x.o.Horizon.UnixNano()
}

func nano(t time.Time) int64 { return t.UnixNano() }
