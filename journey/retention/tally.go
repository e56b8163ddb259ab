package retention

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// tally is what the analyses of activity count: customers by period and state,
// under what was asked.
type tally struct {
	asked   asked
	periods periods            // those of the table, without earlier ones
	counts  []int64            // by period, and inside one by state
	crowd   func() *pack.Crowd // who was counted
}

// asked is what two tallies must share to add up.
type asked struct {
	Active    []touchpoint.Match `json:"active,omitempty"`
	Unit      calendar.Unit      `json:"unit"`
	Periods   int                `json:"periods"`
	From      time.Time          `json:"from"`
	Zone      string             `json:"zone"`
	WeekStart time.Weekday       `json:"week_start"`
	Week      int                `json:"week,omitempty"`
	Month     int                `json:"month,omitempty"`
	Born      bool               `json:"born"`     // birth was given
	Filtered  bool               `json:"filtered"` // and so were customers
	Key       string             `json:"key,omitempty"`
}

func (a *asked) text() string {
	b, _ := json.Marshal(a) // plain data: marshals without fail
	return string(b)
}

// grid is how the periods lie.
func (a *asked) grid() (calendar.Grid, error) {
	g := calendar.Grid{Unit: a.Unit, WeekStart: a.WeekStart}
	if a.Zone == "" {
		return g, nil
	}
	loc, err := time.LoadLocation(a.Zone)
	g.Location = loc
	return g, err
}

// tally begins to count what an activity is about, in width states.
func (a *activity) tally(key string, width int) tally {
	s := a.spec
	t := tally{
		asked: asked{
			Active: s.Active, Unit: s.Unit, Periods: s.Periods, From: s.From.UTC(), WeekStart: s.WeekStart,
			Born: s.Born != nil, Filtered: s.Customers != nil, Key: key,
		},
		periods: periods{starts: a.periods.starts[a.early:], times: a.periods.times[a.early:]},
		counts:  make([]int64, s.Periods*width),
	}
	if s.Location != nil {
		t.asked.Zone = s.Location.String()
	}
	return t
}

// active are the customers who were in one of the periods, or ever before their
// end.
func (a *activity) active(ever bool) *pack.Crowd {
	out := &pack.Crowd{}
	set := newBits(a.periods.count())
	for k := range a.len() {
		c := a.at(k)
		a.of(c, set)
		from, to := a.cols.Range(c)
		if slices.ContainsFunc(set, func(word uint64) bool { return word != 0 }) || ever && a.hasBefore(from, to) {
			out.Add(a.log.Customer(c))
		}
	}
	return out
}

// add adds the counts of other goroutines.
func (t *tally) add(parts [][]int64) {
	for _, part := range parts {
		for i, n := range part {
			t.counts[i] += n
		}
	}
}

// customers are those who were counted.
func (t *tally) customers() *pack.Crowd {
	if t.crowd == nil {
		return nil
	}
	return t.crowd()
}

// joined is the customers of both tallies; ErrMerge where they do not add up.
func (t *tally) joined(o *tally, what string) (*pack.Crowd, error) {
	if a, b := t.asked.text(), o.asked.text(); a != b {
		return nil, fmt.Errorf("retention: merge: %s: %w: %s and %s", what, ErrMerge, text.ClipTo(a, 200), text.ClipTo(b, 200))
	}
	crowd, both, ok := t.customers().Join(o.customers())
	if !ok {
		return nil, fmt.Errorf("retention: merge: %s: %w: customer %s in both", what, ErrMerge, fault.Quote(both))
	}
	return crowd, nil
}

func (t *tally) merge(o *tally, what string) error {
	crowd, err := t.joined(o, what)
	if err != nil {
		return err
	}
	t.add([][]int64{o.counts})
	t.crowd = func() *pack.Crowd { return crowd }
	return nil
}

// tallyVersion is the version of the forms of all tallies.
const tallyVersion = 2

// The binary form of a tally: a magic and its version, what was asked as a text,
// the customers, the counts by period and state, and a
// CRC-32C of all before it.
func (t *tally) append(b []byte, magic string) []byte {
	return pack.Frame(t.open(b, magic), len(b))
}

// open is append without the checksum, for what follows the counts.
func (t *tally) open(b []byte, magic string) []byte {
	b = append(append(b, magic...), tallyVersion)
	b = pack.Text(b, t.asked.text())
	return pack.Numbers(t.customers().Append(b), t.counts)
}

// readTally reads what append wrote, in width states of which each customer is in
// one at most in every period. more reads what follows.
func readTally(data []byte, magic string, width int, more func(*pack.Framed, *tally)) (tally, error) {
	var t tally
	d, err := pack.Unframe(data, magic, tallyVersion)
	if err != nil {
		return t, err
	}
	if err := json.Unmarshal([]byte(d.Text(len(data))), &t.asked); err != nil && d.Ok() {
		d.Fail("what was asked: %s", text.ClipTo(err.Error(), 200))
	}
	g, err := t.asked.grid()
	if err != nil {
		d.Fail("zone %s: %s", fault.Quote(t.asked.Zone), text.ClipTo(err.Error(), 200))
	} else if errs := checkRange(g, t.asked.Periods, t.asked.From); len(errs) > 0 {
		d.Fail("what was asked: %s", errs[0])
	}
	if !d.Ok() {
		return t, d.Done()
	}
	t.periods = periodsOf(g, t.asked.From, t.asked.Periods)
	crowd := d.Crowd()
	t.crowd = func() *pack.Crowd { return crowd }
	t.counts = make([]int64, t.asked.Periods*width)
	d.Numbers(t.counts)
	for p := 0; p < len(t.counts) && d.Ok(); p += width {
		left := int64(crowd.Len())
		for _, n := range t.counts[p : p+width] {
			if left -= min(n, left+1); left < 0 {
				d.Fail("more customers in period %d than there are", p/width)
			}
		}
	}
	if more != nil && d.Ok() {
		more(d, &t)
	}
	return t, d.Done()
}

// decoded is the end of every decoder: it writes again what was read, so that one
// value has one form.
func decoded(what string, data []byte, err error, again func(b []byte) ([]byte, error)) error {
	if err == nil {
		if b, err := again(make([]byte, 0, len(data))); err == nil && bytes.Equal(b, data) {
			return nil
		}
		return fmt.Errorf("retention: %s: %w: not in canonical form", what, ErrEncoding)
	}
	return fmt.Errorf("retention: %s: %w: %w", what, ErrEncoding, err)
}
