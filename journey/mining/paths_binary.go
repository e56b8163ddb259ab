package mining

import (
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"github.com/lifecycle-go/lifecycle/internal/pack"
)

// pathsStated is what two tables must share to add up.
type pathsStated struct {
	Options  PathOptions `json:"options"`
	Filtered bool        `json:"filtered"`
}

func (s *pathsStated) text() string {
	b, _ := json.Marshal(s) // plain data: marshals without fail
	return string(b)
}

func (t *PathTable) crowd() *pack.Crowd {
	if t.customers == nil {
		return nil
	}
	return t.customers()
}

// Merge adds the paths of other customers to t: any partition of customers gives
// the table of all of them, byte for byte. Where the options differ, or a customer
// is in both, nothing changes and the error wraps ErrMerge.
func (t *PathTable) Merge(other *PathTable) error {
	if err := sameOptions(t.stated.text(), other.stated.text()); err != nil {
		return err
	}
	customers, err := disjoint(t.crowd(), other.crowd())
	if err != nil {
		return err
	}
	if t.steps == nil {
		t.steps = map[pathStep]pathSum{}
	}
	for at, s := range other.steps {
		t.add(at, s)
	}
	t.customers = func() *pack.Crowd { return customers }
	return nil
}

const pathMagic = "LMPATHS"

// AppendBinary appends the binary form: options, customers, steps. Equal tables
// have equal bytes.
func (t *PathTable) AppendBinary(b []byte) ([]byte, error) {
	steps := make([]pathStep, 0, len(t.steps))
	for at := range t.steps {
		steps = append(steps, at)
	}
	slices.SortFunc(steps, func(a, b pathStep) int {
		return cmp.Or(cmp.Compare(a.position, b.position), strings.Compare(a.from, b.from), strings.Compare(a.to, b.to))
	})
	return closed(b, pathMagic, func(b []byte) []byte {
		b = t.crowd().Append(pack.Text(b, t.stated.text()))
		b = pack.Count(b, int64(len(steps)))
		for _, at := range steps {
			b = pack.Count(b, int64(at.position))
			b = pack.Text(pack.Text(b, at.from), at.to)
			s := t.steps[at]
			b = s.total.append(pack.Count(b, s.n))
		}
		return b
	}), nil
}

// MarshalBinary is AppendBinary to nothing.
func (t *PathTable) MarshalBinary() ([]byte, error) { return t.AppendBinary(nil) }

// UnmarshalBinary reads what AppendBinary wrote, and nothing else: every other
// byte string is refused with ErrEncoding and leaves t as it was.
func (t *PathTable) UnmarshalBinary(data []byte) error {
	var back PathTable
	err := opened("paths", data, pathMagic, func(d *pack.Reader) { back = readPaths(d) }, func(b []byte) ([]byte, error) { return back.AppendBinary(b) })
	if err == nil {
		*t = back
	}
	return err
}

func readPaths(d *pack.Reader) PathTable {
	t := PathTable{steps: map[pathStep]pathSum{}}
	d.Bad = json.Unmarshal([]byte(d.Text()), &t.stated) != nil || d.Bad
	customers := d.Crowd()
	t.customers = func() *pack.Crowd { return customers }
	for n := d.Length(); n > 0 && !d.Bad; n-- {
		at := pathStep{position: int(d.Count(maxPath)), from: d.Text(), to: d.Text()}
		s := pathSum{n: d.Count(1 << 60)}
		s.total = readSpent(d, s.n)
		d.Bad = d.Bad || s.n == 0 || at.position == 0
		t.add(at, s)
	}
	return t
}
