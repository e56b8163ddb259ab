package kittest

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

// Spoiled puts what cannot be read into every field of records that are in order,
// one at a time: where that is a fault, something is left out, not counted as if it
// were nothing. And it puts a spoiled copy before every element of a list: what
// is in order stays. but are fields of which a fault leaves nothing out, and lists that
// are one thing, like tiers.
func Spoiled(t *testing.T, fresh func() (Importer, error), but []string, records ...Object) {
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
	good, found := unitsOf(t, fresh, all)
	if len(good) == 0 || slices.ContainsFunc(found, isFault) {
		t.Fatalf("the records are not in order: %v, %v", good, found)
	}
	faults, doubled := 0, 0
	spoil(all, "", func(path string, value any) {
		got, found := unitsOf(t, fresh, value.([]any))
		if !slices.ContainsFunc(found, isFault) {
			return
		}
		faults++
		field := path[strings.LastIndexByte(path, '.')+1 : strings.IndexByte(path, '=')]
		if len(got) >= len(good) && !slices.Contains(but, field) {
			t.Errorf("%s: a fault was found, and nothing was left out:\n%v\n%v\n%v", path, found, good, got)
		}
	})
	double(all, "", func(path string, value any) {
		got, found := unitsOf(t, fresh, value.([]any))
		faults := slices.DeleteFunc(slices.Clone(found), func(f billing.Finding) bool { return !isFault(f) })
		if len(faults) != 1 || strings.HasSuffix(faults[0].Message, "the record is left out") { // of another shape
			return
		}
		list, _, _ := strings.Cut(path, "[+]")
		if slices.Contains(but, list[strings.LastIndexByte(list, '.')+1:]) {
			return
		}
		doubled++
		for _, u := range good {
			if !slices.Contains(got, u) {
				t.Errorf("%s: %s is gone, with %v", path, u, found)
			}
		}
	})
	if faults < 50 || doubled < 10 {
		t.Errorf("%d faults, %d beside what is in order: too few to tell", faults, doubled)
	}
}

func isFault(f billing.Finding) bool { return f.Severity == billing.Fault }

// unitsOf reads records, and says one by one what they come to.
func unitsOf(t *testing.T, fresh func() (Importer, error), records []any) (out []string, found []billing.Finding) {
	t.Helper()
	var in strings.Builder
	for _, r := range records {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		in.Write(append(b, '\n'))
	}
	imp, err := fresh()
	if err != nil {
		t.Fatal(err)
	}
	spans, err := importer.Collect(imp.Spans(strings.NewReader(in.String())))
	if err != nil {
		t.Fatalf("%s: %v", in.String(), err)
	}
	for i := range spans {
		s := &spans[i]
		out = append(out, fmt.Sprintf("span of %s/%s/%s: %s %s %s %s", s.Customer, s.Subscription, s.Item, s.Amount, s.Currency, s.Cycle, s.State))
		if !s.Tax.IsZero() {
			out = append(out, "tax "+s.Tax.String())
		}
		for _, d := range s.Discounts {
			out = append(out, fmt.Sprintf("discount %s: %s%% %s", d.ID, d.Percent, d.Off))
		}
	}
	found = imp.Findings()
	if imp, err = fresh(); err != nil {
		t.Fatal(err)
	}
	lines, err := importer.Collect(imp.Lines(strings.NewReader(in.String())))
	if err != nil {
		t.Fatalf("%s: %v", in.String(), err)
	}
	for i := range lines {
		l := &lines[i]
		out = append(out, fmt.Sprintf("line of %s/%s/%s: %s %s %s %s", l.Customer, l.Subscription, l.Item, l.Amount, l.Currency, l.Cycle, l.Kind))
	}
	return out, append(found, imp.Findings()...)
}

// spoil calls f with copies of a value of which one part is something else.
func spoil(v any, path string, f func(path string, v any)) {
	each(v, path, f, spoil)
	if _, whole := v.([]any); path == "" || whole || v == nil { // what is not there cannot be left out
		return
	}
	for _, bad := range []any{"x", map[string]any{"x": 1}, json.Number("-1"), json.Number("1e30")} {
		f(fmt.Sprint(path, "=", bad), bad)
	}
}

// double calls f with copies of a value that have one element of a list twice, the
// first time with a part that is something else and an id of its own.
func double(v any, path string, f func(path string, v any)) {
	each(v, path, f, double)
	list, ok := v.([]any)
	if !ok || path == "" {
		return
	}
	for i, e := range list {
		if _, ok := e.(map[string]any); !ok {
			continue
		}
		spoil(e, path+"[+]", func(p string, bad any) {
			if _, ok := bad.(map[string]any); ok {
				f(p, slices.Insert(slices.Clone(list), i, bad))
			}
		})
	}
}

// each walks into a value.
func each(v any, path string, f func(string, any), walk func(any, string, func(string, any))) {
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			walk(v[k], path+"."+k, func(p string, part any) {
				c := maps.Clone(v)
				c[k] = part
				f(p, c)
			})
		}
	case []any:
		for i := range v {
			walk(v[i], fmt.Sprintf("%s[%d]", path, i), func(p string, part any) {
				c := slices.Clone(v)
				c[i] = part
				f(p, c)
			})
		}
	}
}
