package mining

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// serviceStated is what two reports must share to add up. Where AsOf is not
// stated, each part has its own and the whole the latest.
type serviceStated struct {
	stated
	Begin     []touchpoint.Match `json:"begin"`
	Done      []touchpoint.Match `json:"done"`
	Within    time.Duration      `json:"within,omitempty"`
	DueAttr   string             `json:"due_attr,omitempty"`
	Zone      string             `json:"zone,omitempty"`
	OwnerAttr string             `json:"owner_attr,omitempty"`
	AsOf      time.Time          `json:"as_of,omitzero"`
}

func (s *ServiceSpec) stated() *serviceStated {
	out := &serviceStated{stated{s.Options, s.filtered()}, s.Begin, s.Done, s.Within, s.DueAttr, "", s.OwnerAttr, time.Time{}}
	if s.Location != nil {
		out.Zone = s.Location.String()
	}
	if !s.AsOf.IsZero() {
		out.AsOf = s.AsOf.UTC()
	}
	return out
}

func (s *serviceStated) text() string {
	b, _ := json.Marshal(s) // plain data: marshals without fail
	return string(b)
}

// Merge adds the promises to other customers to r: any partition of customers
// gives the report of all of them, byte for byte. Where the specs differ, a
// customer is in both, or Service did not make them, nothing changes and the error
// wraps ErrMerge.
func (r *ServiceReport) Merge(other *ServiceReport) error {
	if r.asked == nil || other.asked == nil {
		return fmt.Errorf("mining: merge: %w: a report that Service did not make", ErrMerge)
	}
	if err := sameOptions(r.asked.text(), other.asked.text()); err != nil {
		return err
	}
	customers, both, ok := pack.Disjoint(r.customers(), other.customers())
	if !ok {
		return inBoth(both)
	}
	r.customers = func() []string { return customers }
	r.Cases = slices.Concat(r.Cases, other.Cases)
	slices.SortStableFunc(r.Cases, func(a, b ServiceCase) int { return strings.Compare(a.Customer, b.Customer) })
	r.Unasked, r.NoDue = r.Unasked+other.Unasked, r.NoDue+other.NoDue
	if other.asOf.After(r.asOf) {
		r.asOf = other.asOf
	}
	r.judge()
	return nil
}

const serviceMagic = "LMSERV"

// AppendBinary appends the binary form: the spec, the customers and the cases.
// Equal reports have equal bytes.
func (r *ServiceReport) AppendBinary(b []byte) ([]byte, error) {
	if r.asked == nil {
		return b, fmt.Errorf("mining: service: %w: a report that Service did not make", ErrEncoding)
	}
	customers := r.customers()
	return closed(b, serviceMagic, func(b []byte) []byte {
		b = pack.Names(pack.Text(b, r.asked.text()), customers)
		b = maybeMoment(b, r.asOf)
		b = pack.Numbers(b, []int64{r.Unasked, r.NoDue, int64(len(r.Cases))})
		for i := range r.Cases {
			c := &r.Cases[i]
			b = pack.Text(pack.Count(b, int64(sort.SearchStrings(customers, c.Customer))), c.Owner)
			b = maybeMoment(appendMoment(appendMoment(b, c.Begun), c.Due), c.Done)
		}
		return b
	}), nil
}

// maybeMoment appends an instant, or that there is none.
func maybeMoment(b []byte, t time.Time) []byte {
	if t.IsZero() {
		return pack.Count(b, 0)
	}
	return appendMoment(pack.Count(b, 1), t)
}

func readMaybe(d *pack.Reader) time.Time {
	if d.Count(1) == 0 {
		return time.Time{}
	}
	return readMoment(d)
}

// MarshalBinary is AppendBinary to nothing.
func (r *ServiceReport) MarshalBinary() ([]byte, error) { return r.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves r as it was.
func (r *ServiceReport) UnmarshalBinary(data []byte) error {
	var back *ServiceReport
	err := opened("service", data, serviceMagic, func(d *pack.Reader) {
		if back = readService(d); !d.Bad {
			back.judge()
		}
	}, func(b []byte) ([]byte, error) { return back.AppendBinary(b) })
	if err == nil {
		*r = *back
	}
	return err
}

func readService(d *pack.Reader) *ServiceReport {
	const most = 1 << 60
	r := &ServiceReport{asked: &serviceStated{}}
	d.Bad = json.Unmarshal([]byte(d.Text()), r.asked) != nil || d.Bad
	customers := d.Names()
	r.customers = func() []string { return customers }
	r.asOf = readMaybe(d)
	r.Unasked, r.NoDue = d.Count(most), d.Count(most)
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		at := d.Count(int64(len(customers)) - 1)
		c := ServiceCase{Owner: d.Text(), Begun: readMoment(d), Due: readMoment(d), Done: readMaybe(d)}
		if d.Bad {
			break
		}
		c.Customer = customers[at]
		if k := len(r.Cases); k > 0 {
			before := &r.Cases[k-1]
			d.Bad = cmp.Or(strings.Compare(before.Customer, c.Customer), before.Begun.Compare(c.Begun)) > 0
		}
		d.Bad = d.Bad || !c.Done.IsZero() && c.Done.Before(c.Begun) || c.Owner != "" && r.asked.OwnerAttr == ""
		r.Cases = append(r.Cases, c)
	}
	return r
}
