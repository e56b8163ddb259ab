package touchpoint

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Meetings is a catalogue joined with a log: which touchpoints were met, by how
// many, and what came next. Meetings of disjoint customers add up with Merge. It
// is safe for readers.
type Meetings struct {
	catalogue string
	names     []string // of the touchpoints, in the catalogue's order
	planned   [][]bool // by touchpoint: which it leads to

	customers []string // of the log, in order
	other     int64
	counts    []meeting
	next      [][]int64 // from, to
}

type meeting struct{ events, meetings, customers, first, last int64 }

// Met is one touchpoint as it was met.
type Met struct {
	Touchpoint string `json:"touchpoint"`
	Events     int64  `json:"events"`
	// Meetings counts runs of its events with no other touchpoint between.
	Meetings  int64 `json:"meetings"`
	Customers int64 `json:"customers"`
	// Reach is Customers of all customers of the log.
	Reach metrics.Ratio `json:"reach"`
	// First and Last count the customers whose first and last meeting it was.
	First int64 `json:"first"`
	Last  int64 `json:"last"`
	// Next lists what came next: the touchpoints the catalogue leads to, met or
	// not, and the others that came, most frequent first.
	Next []Step `json:"next"`
}

// Step is one touchpoint that came after another.
type Step struct {
	To string `json:"to"`
	N  int64  `json:"n"`
	// Planned says that the catalogue leads there.
	Planned bool `json:"planned"`
}

// ErrMeetings is returned for meetings that cannot be merged, and bytes that
// are none.
var ErrMeetings = errors.New("meetings do not fit")

// Meet joins the catalogue with a log. An event belongs to the touchpoint that
// names it in Events, the first of several. The catalogue need not be free of
// faults; names given twice are the first.
func (c Catalogue) Meet(log *Log) *Meetings {
	m := &Meetings{catalogue: c.Name}
	at := map[string]int{}
	byEvent := map[string]int{}
	for _, t := range c.Touchpoints {
		if _, ok := at[t.Name]; !ok {
			at[t.Name] = len(m.names)
			m.names = append(m.names, t.Name)
		}
		for _, e := range t.Events {
			if _, ok := byEvent[e]; !ok {
				byEvent[e] = at[t.Name]
			}
		}
	}
	m.room()
	for _, t := range c.Touchpoints {
		for _, to := range t.LeadsTo {
			if k, ok := at[to]; ok {
				m.planned[at[t.Name]][k] = true
			}
		}
	}
	cols := log.Columns()
	of := make([]int, len(log.names))
	for i, n := range log.names {
		of[i] = -1
		if k, ok := byEvent[n]; ok {
			of[i] = k
		}
	}
	seen := make([]int, len(m.names)) // the customer who met it last, from 1
	for who := range cols.Customers() {
		m.customers = append(m.customers, log.Customer(who))
		from, to := cols.Range(who)
		m.meet(cols.Name[from:to], of, seen, who+1)
	}
	return m
}

// meet counts one customer.
func (m *Meetings) meet(events []uint16, of, seen []int, who int) {
	last := -1
	for _, n := range events {
		k := of[n]
		if k < 0 {
			m.other++
			continue
		}
		c := &m.counts[k]
		c.events++
		if seen[k] != who {
			seen[k] = who
			c.customers++
		}
		if k == last {
			continue
		}
		c.meetings++
		if last < 0 {
			c.first++
		} else {
			m.next[last][k]++
		}
		last = k
	}
	if last >= 0 {
		m.counts[last].last++
	}
}

func (m *Meetings) room() {
	n := len(m.names)
	m.counts = make([]meeting, n)
	m.next, m.planned = make([][]int64, n), make([][]bool, n)
	for i := range n {
		m.next[i], m.planned[i] = make([]int64, n), make([]bool, n)
	}
}

// Customers is the number of customers of the log.
func (m *Meetings) Customers() int64 { return int64(len(m.customers)) }

// Other is the number of events that belong to no touchpoint.
func (m *Meetings) Other() int64 { return m.other }

// Rows lists the touchpoints in the order of the catalogue.
func (m *Meetings) Rows() []Met {
	out := make([]Met, len(m.names))
	for i, name := range m.names {
		c := m.counts[i]
		out[i] = Met{
			Touchpoint: name, Events: c.events, Meetings: c.meetings, Customers: c.customers,
			Reach: metrics.NewCount(c.customers, int64(len(m.customers))), First: c.first, Last: c.last, Next: []Step{},
		}
		for k, n := range m.next[i] {
			if n > 0 || m.planned[i][k] {
				out[i].Next = append(out[i].Next, Step{m.names[k], n, m.planned[i][k]})
			}
		}
		slices.SortStableFunc(out[i].Next, func(a, b Step) int { return cmp.Compare(b.N, a.N) })
	}
	return out
}

// String is a line for each touchpoint: how many customers met it, and what
// most often came next.
func (m *Meetings) String() string {
	var b strings.Builder
	for _, r := range m.Rows() {
		fmt.Fprintf(&b, "%s: %d of %d customers", r.Touchpoint, r.Customers, len(m.customers))
		if len(r.Next) > 0 && r.Next[0].N > 0 {
			fmt.Fprintf(&b, ", then %s %d times", r.Next[0].To, r.Next[0].N)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// MarshalJSON is a view: the catalogue's name, customers, other events, rows.
func (m *Meetings) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Catalogue   string `json:"catalogue"`
		Customers   int64  `json:"customers"`
		Other       int64  `json:"other"`
		Touchpoints []Met  `json:"touchpoints"`
	}{m.catalogue, m.Customers(), m.other, m.Rows()})
}

// Merge adds the meetings of other customers with the same catalogue. Another
// catalogue, or a customer in both, is an error that wraps ErrMeetings; then
// nothing was added.
func (m *Meetings) Merge(other *Meetings) error {
	refuse := func(field, value, limit string) error {
		return &fault.Error{Package: "touchpoint", Op: "merge meetings", Field: field, Value: fault.Quote(value), Limit: limit, Err: ErrMeetings}
	}
	if m.catalogue != other.catalogue || !slices.Equal(m.names, other.names) || !slices.EqualFunc(m.planned, other.planned, slices.Equal[[]bool]) {
		return refuse("catalogue", other.catalogue, "must be the same")
	}
	all, both, ok := pack.Disjoint(m.customers, other.customers)
	if !ok {
		return refuse("customer", both, "is in both")
	}
	m.customers, m.other = all, m.other+other.other
	for i := range m.counts {
		a, b := &m.counts[i], other.counts[i]
		a.events, a.meetings, a.customers, a.first, a.last = a.events+b.events, a.meetings+b.meetings, a.customers+b.customers, a.first+b.first, a.last+b.last
		for k := range m.next[i] {
			m.next[i][k] += other.next[i][k]
		}
	}
	return nil
}

const (
	meetingsMagic   = "LCTPMEET"
	meetingsVersion = 2
)

// AppendBinary appends the binary form, with a checksum: equal meetings give equal bytes.
func (m *Meetings) AppendBinary(b []byte) ([]byte, error) {
	start := len(b)
	b = append(append(b, meetingsMagic...), meetingsVersion)
	b = pack.Text(b, m.catalogue)
	b = pack.Count(b, int64(len(m.names)))
	for _, n := range m.names {
		b = pack.Text(b, n)
	}
	b = pack.Names(b, m.customers)
	b = pack.Count(b, m.other)
	for i, c := range m.counts {
		b = pack.Counts(b, []int64{c.events, c.meetings, c.customers, c.first, c.last})
		for k, n := range m.next[i] {
			planned := int64(0)
			if m.planned[i][k] {
				planned = 1
			}
			b = pack.Count(pack.Count(b, n), planned)
		}
	}
	return pack.Frame(b, start), nil
}

// MarshalBinary is AppendBinary to nothing.
func (m *Meetings) MarshalBinary() ([]byte, error) { return m.AppendBinary(nil) }

// UnmarshalBinary reads the binary form. Bytes that AppendBinary would not have
// written are an error that wraps ErrMeetings and leave m as it was.
func (m *Meetings) UnmarshalBinary(data []byte) error {
	refuse := func(limit string) error {
		return &fault.Error{Package: "touchpoint", Op: "decode meetings", Limit: limit, Err: ErrMeetings}
	}
	f, err := pack.Unframe(data, meetingsMagic, meetingsVersion)
	if err != nil {
		return refuse(err.Error())
	}
	r := pack.Reader{Left: f.Rest()}
	got := &Meetings{catalogue: r.Text()}
	n := r.Length()
	if n > maxTouchpoints || n*n > len(data) {
		r.Bad = true
	}
	for i := 0; i < n && !r.Bad; i++ {
		got.names = append(got.names, r.Text())
	}
	if !r.Bad {
		got.customers = r.Names()
		got.other = r.Count(1<<63 - 1)
		got.room()
	}
	for i := 0; i < n && !r.Bad; i++ {
		c := r.Counts()
		if len(c) != 5 {
			r.Bad = true
			break
		}
		got.counts[i] = meeting{c[0], c[1], c[2], c[3], c[4]}
		for k := range n {
			got.next[i][k] = r.Count(1<<63 - 1)
			got.planned[i][k] = r.Count(1) == 1
		}
	}
	if again, _ := got.MarshalBinary(); r.Bad || len(r.Left) > 0 || string(again) != string(data) {
		return refuse("not the binary form of meetings")
	}
	*m = *got
	return nil
}
