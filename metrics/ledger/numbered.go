package ledger

import (
	"errors"
	"fmt"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Numbered is changes in columns, with customers, subscriptions and plans as
// numbers and amounts in minor units: what a program has that read them from a
// table, a warehouse or a columnar file. Change i is Customer[i], UnixNano[i],
// Minor[i] and so on; all columns that are not nil have the same length.
type Numbered struct {
	// Customers are the ids, each once, in any order. Subscriptions, Plans and
	// Cycles are what the columns of their names point into. What no change
	// points to leaves no trace in the books.
	Customers     []string
	Subscriptions []string
	Plans         []string
	Cycles        []calendar.Cycle

	Customer     []uint32 // place in Customers
	Subscription []uint32 // place in Subscriptions; nil = every customer has one, without a name
	Plan         []uint32 // place in Plans; nil = none
	Cycle        []uint16 // place in Cycles; nil = monthly
	UnixNano     []int64  // when the charge starts to hold, nanoseconds since 1970 UTC
	Recorded     []int64  // when it became known, likewise; 0 = unstated; nil = all are
	Minor        []int64  // amount per cycle in units of 10^-Places of the ledger's currency
	Cause        []Cause  // nil = unknown
	Alive        []bool   // nil = none lives at amount zero

	// Places is how many decimal places Minor has: 2 for cents. 0 to
	// num.MaxPlaces.
	Places int32
}

// ErrColumns: columns that do not fit one another.
var ErrColumns = errors.New("columns that do not fit")

// AppendNumbered takes changes in columns into the books: those that Append takes
// of as many Changes, several times faster. The columns are read, not kept. What
// is wrong with columns or texts is a *fault.Error, bad rows are those of a
// *fault.Batch; then the books are as they were.
func (l *Ledger) AppendNumbered(n Numbered) error {
	if err := n.check(); err != nil {
		return err
	}
	in := l.begin("append numbered")
	defer in.undo()
	if in.faults.Count() == 0 {
		if err := in.numbered(&n); err != nil {
			return err
		}
	}
	return in.end()
}

// Len is how many changes there are.
func (n *Numbered) Len() int { return len(n.UnixNano) }

func refuseNumbered(field, value, limit string, err error) error {
	return &fault.Error{Package: "ledger", Op: "append numbered", Field: field, Value: value, Limit: limit, Err: err}
}

func (n *Numbered) check() error {
	for _, c := range []struct {
		field  string
		length int
		none   bool
	}{
		{"Customer", len(n.Customer), false},
		{"Minor", len(n.Minor), false},
		{"Subscription", len(n.Subscription), n.Subscription == nil},
		{"Plan", len(n.Plan), n.Plan == nil},
		{"Cycle", len(n.Cycle), n.Cycle == nil},
		{"Recorded", len(n.Recorded), n.Recorded == nil},
		{"Cause", len(n.Cause), n.Cause == nil},
		{"Alive", len(n.Alive), n.Alive == nil},
	} {
		if c.length != n.Len() && !c.none {
			return refuseNumbered(c.field, "", fmt.Sprintf("want %d entries as in UnixNano, got %d", n.Len(), c.length), ErrColumns)
		}
	}
	if n.Places < 0 || n.Places > num.MaxPlaces {
		return refuseNumbered("Places", strconv.Itoa(int(n.Places)), "want 0 to "+itoa(num.MaxPlaces), ErrRange)
	}
	for _, c := range []struct {
		field  string
		places int
	}{{"Customers", len(n.Customers)}, {"Subscriptions", len(n.Subscriptions)}, {"Plans", len(n.Plans)}} {
		if c.places > maxNames {
			return refuseNumbered(c.field, "", fault.AtMost(maxNames, "texts", int64(c.places)), ErrRange)
		}
	}
	return nil
}

// numbers is Numbered with the ledger's numbers for what its places hold.
type numbers struct {
	*Numbered
	customers []uint32
	parts     []uint8 // of customers
	highest   int64   // of Minor
	// The bounds of calendar, as instants.
	first, end int64
}

// numbered takes in columns that fit. What it returns is wrong with texts; bad
// rows are noted.
func (in *input) numbered(n *Numbered) error {
	l := in.l
	v := numbers{
		Numbered: n, highest: maxMinor(n.Places),
		first: time.Date(calendar.MinYear, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano(),
		end:   time.Date(calendar.MaxYear+1, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano(),
	}
	if err := v.texts(); err != nil {
		return err
	}
	if n.Len() < l.many {
		seen := make(map[string]int, len(n.Customers))
		for i, s := range n.Customers {
			if other, twice := seen[s]; twice {
				return n.givenTwice(i, other)
			}
			seen[s] = i
		}
		if v.faults(in); in.faults.Count() == 0 {
			in.many(v.changes(0, n.Len()))
		}
		return nil
	}
	if err := v.number(l); err != nil {
		return err
	}
	if n.Subscription == nil && n.Plan == nil && n.Recorded == nil {
		sound, err := v.direct(in)
		if sound || err != nil {
			return err
		}
		if v.faults(in); in.faults.Count() > 0 {
			return nil
		}
	}
	for from := 0; from < n.Len(); from += waveSize {
		end := min(from+waveSize, n.Len())
		w := in.newWave(end - from)
		w.numbers, w.from = &v, from
		l.inParts(w.n, len(w.portions), func(i int) { w.portions[i].readNumbers(w, i) })
		if w.settle(l, 0) {
			in.next += int64(w.n)
			continue
		}
		before := in.faults.Count()
		if v.faults(in); in.faults.Count() > before {
			return nil
		}
		for ; from < end; from += batch { // it is in what the books hold
			in.add(v.changes(from, min(from+batch, end)))
		}
		from = end - waveSize
	}
	return nil
}

// texts checks them.
func (v *numbers) texts() error {
	for _, t := range []struct {
		field    string
		texts    []string
		required bool
	}{{"Customers", v.Customers, true}, {"Subscriptions", v.Subscriptions, false}, {"Plans", v.Plans, false}} {
		for i, s := range t.texts {
			limit, err := "", error(nil)
			switch {
			case s == "" && t.required:
				limit, err = "empty", ErrName
			case len(s) > MaxNameLength:
				limit, err = fault.AtMost(MaxNameLength, "bytes", int64(len(s))), ErrRange
			case !utf8.ValidString(s):
				limit, err = "not valid UTF-8", ErrName
			}
			if err != nil {
				return refuseNumbered(t.field+"["+itoa(i)+"]", fault.Quote(s), limit, err)
			}
		}
	}
	for i, c := range v.Cycles {
		if err := c.Validate(); err != nil {
			return refuseNumbered("Cycles["+itoa(i)+"]", c.String(), err.Error(), ErrCycle)
		}
	}
	return nil
}

// number gives customers their numbers in the ledger.
func (v *numbers) number(l *Ledger) error {
	v.customers, v.parts = make([]uint32, len(v.Customers)), make([]uint8, len(v.Customers))
	for i, s := range v.Customers {
		h := l.customers.hash(s)
		c, _, err := l.customers.number(s, h)
		if err != nil {
			return refuseNumbered("Customers["+itoa(i)+"]", fault.Quote(s), err.Error(), ErrRange)
		}
		v.customers[i], v.parts[i] = c, partOf(h)
	}
	seen := make([]uint32, l.customers.len()) // place plus one, by number
	for i, c := range v.customers {
		if other := seen[c]; other != 0 {
			return v.givenTwice(i, int(other-1))
		}
		seen[c] = uint32(i) + 1
	}
	return nil
}

func (n *Numbered) givenTwice(i, other int) error {
	return refuseNumbered("Customers["+itoa(i)+"]", fault.Quote(n.Customers[i]), "is Customers["+itoa(other)+"] too", ErrColumns)
}

// maxMinor is the highest amount that has not too many digits before the point.
func maxMinor(places int32) int64 {
	if places > 0 {
		return 1<<63 - 1
	}
	return num.Pow10(num.MaxIntegerDigits) - 1
}
