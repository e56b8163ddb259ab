package kittest

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// gone is what a field is replaced by that is taken away.
type gone struct{}

// bends are what stands in place of a field.
var bends = []any{
	gone{},
	nil, "", true, "x", "EUR", "\u202e", "a\u0000b",
	map[string]any{},
	[]any{},
	map[string]any{"x": json.Number("1")},
	[]any{"x"},
	[]any{nil},
	json.Number("0"), json.Number("1"), json.Number("1500"), json.Number("-1"), json.Number("1e30"), json.Number("1e-9"), json.Number("0e39"), json.Number("-0e-40"), json.Number("0.1234567890123"), json.Number("1767225600"),
	"0001-01-01T00:00:00Z", "1969-12-31T00:00:00Z", "2026-02-01T00:00:00Z", "2026-02-30", "9999-12-31T23:59:59Z",
	strings.Repeat("n", ledger.MaxNameLength-10), strings.Repeat("n", ledger.MaxNameLength+1),
}

// Bent takes every field of records that are in order away, one at a time, puts in
// its place what means nothing or something else, and does so with two fields of a
// record at once. What comes of it can be counted, by Spans, Lines and Records; and
// where a charge is gone, somebody says why. silent are ends of paths at which a
// charge goes with good reason.
//
// Of all pairs some are drawn, by their place; with LIFECYCLE_SLOW set a hundred times
// as many.
func Bent(t *testing.T, records func([]byte) ([]billing.Record, error), fresh func() (Importer, error), silent []string, in ...Object) {
	t.Helper()
	all := decoded(t, in)
	b := bending{t: t, records: records, fresh: fresh, silent: silent, all: all}
	b.good = b.read(all)
	ones, pairs, want, stride := 0, 0, 2000, 1
	switch {
	case os.Getenv("LIFECYCLE_SLOW") != "":
		want = 200_000
	case testing.Short():
		want, stride = 1000, 4
	}
	for r := range all {
		fields := pathsOf(all[r], nil)
		for n, p := range append(fields, nil) {
			for i := n % stride; i < len(bends); i += stride {
				ones++
				b.check(place{r, p, i})
			}
		}
		most := len(fields) * len(fields) * len(bends) * len(bends)
		step := most*len(all)/want | 1
		for k := step / 2; k < most; k += step {
			i, j := k%len(fields), k/len(fields)%len(fields)
			first, second := k/len(fields)/len(fields)%len(bends), k/len(fields)/len(fields)/len(bends)
			if i < j {
				pairs++
				b.check(place{r, fields[j], first}, place{r, fields[i], second})
			}
		}
	}
	if ones < 500 || pairs < 250 {
		t.Errorf("%d bent fields, %d pairs of them: too few to tell", ones, pairs)
	}
}

func decoded(t *testing.T, records []Object) []any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(Joined(records...)))
	d.UseNumber()
	var all []any
	for range records {
		var r any
		if err := d.Decode(&r); err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

type bending struct {
	t       *testing.T
	records func([]byte) ([]billing.Record, error)
	fresh   func() (Importer, error)
	silent  []string
	all     []any
	good    told
}

// place is a field of a record, and what stands there.
type place struct {
	record int
	path   []any
	bend   int
}

func (p place) String() string {
	var s strings.Builder
	s.WriteString(fmt.Sprint(p.record))
	for _, k := range p.path {
		s.WriteString(fmt.Sprint(".", k))
	}
	v := fmt.Sprintf("%#v", bends[p.bend])
	return s.String() + " = " + v[:min(40, len(v))]
}

// told is what comes of an input.
type told struct {
	spans, lines int
	found        []string
}

// read checks what an importer makes of records.
func (b *bending) read(records []any) (out told) {
	b.t.Helper()
	var in strings.Builder
	for _, r := range records {
		text, err := json.Marshal(r)
		if err != nil {
			b.t.Fatal(err)
		}
		in.Write(append(text, '\n'))
	}
	imp, err := b.fresh()
	if err != nil {
		b.t.Fatal(err)
	}
	spans, err := importer.Collect(imp.Spans(strings.NewReader(in.String())))
	if err != nil {
		b.t.Fatalf("%s: %v", in.String(), err)
	}
	lines, err := importer.Collect(imp.Lines(strings.NewReader(in.String())))
	if err != nil {
		b.t.Fatalf("%s: %v", in.String(), err)
	}
	b.sound(spans, lines)
	checkFindings(b.t, imp)
	for _, f := range imp.Findings() {
		out.found = append(out.found, f.String())
	}
	rs, err := b.records([]byte(in.String()))
	if err != nil && !isFaults(err) {
		b.t.Errorf("%s: %v", in.String(), err)
	}
	for i := range rs {
		rs[i].Check(func(f billing.Finding) { b.t.Errorf("a record that package billing cannot read: %s", f) })
		b.sound(rs[i].Spans, rs[i].Lines)
	}
	out.spans, out.lines = len(spans), len(lines)
	return out
}

func (b *bending) sound(spans []billing.Span, lines []billing.InvoiceLine) {
	b.t.Helper()
	CheckSpans(b.t, spans)
	for i := range lines {
		if lines[i].From.IsZero() && lines[i].IssuedAt.IsZero() || !lines[i].Check(func(f billing.Finding) { b.t.Error(f) }) {
			b.t.Fatalf("a line that package billing cannot read: %+v", lines[i])
		}
	}
}

// check reads records of which some fields are something else.
func (b *bending) check(at ...place) {
	b.t.Helper()
	records, quiet := slices.Clone(b.all), false
	for _, p := range at {
		was := valueAt(records[p.record], p.path)
		_, list := was.([]any)
		quiet = quiet || list && empty(bends[p.bend]) || b.quiet(p)
		records[p.record] = with(records[p.record], p.path, bends[p.bend])
		if len(p.path) == 0 || p.isElement() {
			quiet = quiet || empty(bends[p.bend])
		}
	}
	records = slices.DeleteFunc(records, isGone)
	got := b.read(records)
	if quiet || got.spans >= b.good.spans && got.lines >= b.good.lines {
		return
	}
	if !slices.ContainsFunc(got.found, func(f string) bool { return !slices.Contains(b.good.found, f) }) {
		b.t.Errorf("%v: %d spans and %d lines of %d and %d, and nobody says why", at, got.spans, got.lines, b.good.spans, b.good.lines)
	}
}

func (p place) isElement() bool {
	if len(p.path) == 0 {
		return false
	}
	_, ok := p.path[len(p.path)-1].(int)
	return ok
}

func (b *bending) quiet(p place) bool {
	path, _, _ := strings.Cut(p.String(), " = ")
	return slices.ContainsFunc(b.silent, func(end string) bool { return strings.HasSuffix(path, end) })
}

func isGone(v any) bool {
	_, ok := v.(gone)
	return ok
}

// empty is what says nothing where a list, or one of its elements, stood.
func empty(v any) bool {
	switch v := v.(type) {
	case gone, nil:
		return true
	case []any:
		return len(v) == 0
	}
	return false
}

// pathsOf are the paths to everything inside a value.
func pathsOf(v any, at []any) (out [][]any) {
	each := func(k, part any) {
		p := append(slices.Clone(at), k)
		out = append(append(out, p), pathsOf(part, p)...)
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			each(k, v[k])
		}
	case []any:
		for i := range v {
			each(i, v[i])
		}
	}
	return out
}

func valueAt(v any, path []any) any {
	for _, k := range path {
		switch in := v.(type) {
		case map[string]any:
			v = in[k.(string)]
		case []any:
			v = in[k.(int)]
		}
	}
	return v
}

// with is a copy of a value with another one at a path.
func with(v any, path []any, part any) any {
	if len(path) == 0 {
		return part
	}
	switch v := v.(type) {
	case map[string]any:
		c := maps.Clone(v)
		if k := path[0].(string); len(path) == 1 && isGone(part) {
			delete(c, k)
		} else {
			c[k] = with(v[k], path[1:], part)
		}
		return c
	case []any:
		c := slices.Clone(v)
		if i := path[0].(int); len(path) == 1 && isGone(part) {
			c = slices.Delete(c, i, i+1)
		} else {
			c[i] = with(v[i], path[1:], part)
		}
		return c
	}
	return v
}
