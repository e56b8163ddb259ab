// Package kittest holds the tests that every importer has to pass.
package kittest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Source is an importer under test.
type Source struct {
	// Records reads one body; a new importer for each call, or one that knows a
	// catalogue.
	Records func(body []byte) ([]billing.Record, error)
	// Spans reads all of them at once.
	Spans func(io.Reader) ([]billing.Span, error)
}

// Bodies checks what an importer makes of the bodies of webhooks, in order of
// their creation:
//
//   - record by record it gives what it gives of the stream;
//   - fed to live books in any order, with repeats, they end the same, after
//     every prefix;
//   - a body cut off anywhere is refused or says less, and never panics.
func Bodies(t *testing.T, p policy.Policy, o policy.Options, src Source, bodies ...string) {
	t.Helper()
	records := make([]billing.Record, 0, len(bodies))
	for _, b := range bodies {
		rs, err := src.Records([]byte(b))
		if err != nil {
			t.Fatalf("%v\n%s", err, b)
		}
		for i := range rs {
			if !rs[i].Check(func(f billing.Finding) { t.Error(f) }) {
				t.Errorf("an impossible record of %s", b)
			}
		}
		records = append(records, rs...)
	}
	if len(records) == 0 {
		t.Fatal("no records")
	}
	if src.Spans != nil {
		stream(t, src, records, bodies)
	}
	orders(t, p, o, records)
	for _, b := range bodies[:min(5, len(bodies))] {
		for i := 0; i < len(b); i += 11 {
			rs, err := src.Records([]byte(b[:i]))
			if err == nil && len(rs) > 0 && i < len(strings.TrimSpace(b)) && !strings.Contains(b, "\n{") {
				t.Errorf("a body cut off at %d of %d gave records", i, len(b))
			}
		}
	}
}

// stream compares the folded records with the spans of the stream.
func stream(t *testing.T, src Source, records []billing.Record, bodies []string) {
	t.Helper()
	spans, err := src.Spans(strings.NewReader(strings.Join(bodies, "\n")))
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string][]billing.Record{}
	for _, r := range records {
		byKey[r.Key] = append(byKey[r.Key], r)
	}
	var folded []billing.Span
	for _, rs := range byKey {
		slices.SortStableFunc(rs, func(a, b billing.Record) int { return a.Compare(&b) })
		folded = append(folded, billing.Fold(nil, rs...)...)
	}
	if a, b := said(spans), said(folded); !slices.Equal(a, b) {
		t.Errorf("the stream gives\n%s\nthe records\n%s", strings.Join(a, "\n"), strings.Join(b, "\n"))
	}
}

// said is what spans say but who told it, in order.
func said(spans []billing.Span) []string {
	out := make([]string, 0, len(spans))
	for _, s := range spans {
		out = append(out, fmt.Sprint(s.Customer, " ", s.Subscription, " ", s.Item, " ", s.From, " ", s.To, " ", s.Plan, " ", s.Amount, " ", s.Currency, " ",
			s.Cycle, " ", s.Quantity, " ", s.State, " ", s.Basis, " ", s.CancelAt, " ", s.CancelAskedAt, " ", s.Reason, " ", s.Discounts, " ", s.Test))
	}
	slices.Sort(out)
	return out
}

// orders delivers records in many orders, with repeats.
func orders(t *testing.T, p policy.Policy, o policy.Options, records []billing.Record) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	known := time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC)
	feed := func(rs ...billing.Record) (*policy.Feed, []byte) {
		l, err := ledger.New(p.LedgerOptions(o))
		if err != nil {
			t.Fatal(err)
		}
		f, err := policy.NewFeed(l, p, o)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := f.Apply(known, rs...); err != nil {
			t.Fatal(err)
		}
		return f, books(t, f)
	}
	for range 5 {
		order := slices.Clone(records)
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		live, _ := feed()
		for i := range order {
			for range 1 + rng.IntN(2) {
				if _, _, err := live.Apply(known, order[i]); err != nil {
					t.Fatal(err)
				}
			}
			if rng.IntN(8) == 0 || i+1 == len(order) {
				if _, want := feed(order[:i+1]...); !bytes.Equal(want, books(t, live)) {
					t.Fatalf("live books differ from a rebuild after %v", order[:i+1])
				}
			}
		}
	}
}

func books(t *testing.T, f *policy.Feed) []byte {
	t.Helper()
	b, err := f.Ledger().MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Refuses checks that what cannot be honoured is an error of Records, and that
// nothing for the books is no error.
func Refuses(t *testing.T, records func([]byte) ([]billing.Record, error), faulty, beside string) {
	t.Helper()
	if rs, err := records([]byte(faulty)); err == nil {
		t.Errorf("no error for %s: %v", faulty, rs)
	} else if !isFaults(err) {
		t.Errorf("%v does not wrap ErrFaults", err)
	}
	if rs, err := records([]byte(beside)); err != nil || len(rs) > 0 {
		t.Errorf("%v, %v of %s", rs, err, beside)
	}
	if _, err := records([]byte(`{`)); err == nil {
		t.Error("no error for what is no JSON")
	}
	if rs, err := records(nil); err != nil || len(rs) > 0 {
		t.Errorf("%v, %v of nothing", rs, err)
	}
}

func isFaults(err error) bool {
	var f *importer.Faults
	return errors.As(err, &f) && len(f.Findings) > 0 && f.Error() != "" && errors.Is(f, importer.ErrFaults)
}
