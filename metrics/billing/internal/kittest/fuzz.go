package kittest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"testing"

	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Importer is what every importer of JSON does.
type Importer interface {
	Catalogue(r io.Reader) error
	Spans(r io.Reader) iter.Seq2[billing.Span, error]
	Lines(r io.Reader) iter.Seq2[billing.InvoiceLine, error]
	Findings() []billing.Finding
}

// Sound is a fuzz target: whatever the input, there is no panic, the error is
// typed, two readings are one, and what comes out can be counted. negative says
// which lines may have amounts below zero; nil for none.
func Sound(f *testing.F, fresh func() (Importer, error), negative func(*billing.InvoiceLine) bool, seeds ...string) {
	f.Helper()
	for _, s := range seeds {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var first []string
		for range 2 {
			imp, err := fresh()
			if err != nil {
				t.Fatal(err)
			}
			spans, err := importer.Collect(imp.Spans(bytes.NewReader(in)))
			typed(t, err)
			CheckSpans(t, spans)
			typed(t, imp.Catalogue(bytes.NewReader(in)))
			more, err := importer.Collect(imp.Spans(bytes.NewReader(in)))
			typed(t, err)
			CheckSpans(t, more)
			lines, err := importer.Collect(imp.Lines(bytes.NewReader(in)))
			typed(t, err)
			for i := range lines {
				checkLine(t, &lines[i], negative)
			}
			checkFindings(t, imp)
			said := []string{fmt.Sprint(spans), fmt.Sprint(more), fmt.Sprint(lines)}
			if first != nil && strings.Join(first, "") != strings.Join(said, "") {
				t.Fatal("two readings differ")
			}
			first = said
		}
	})
}

// AnyField is a fuzz target that puts any JSON into any one field of a
// subscription that is otherwise in order: something comes of it, or somebody
// says why not. build gives the input, by itself or in an event.
func AnyField(f *testing.F, fresh func() (Importer, error), fields, values []string, build func(field string, value json.RawMessage, event bool) string) {
	f.Helper()
	for i, v := range values {
		f.Add(uint8(i*5), v, false)
		f.Add(uint8(i*7), v, true)
	}
	for i := range fields { // what was found by luck before
		for j, v := range []string{"0e39", "0." + strings.Repeat("0", 24), strings.Repeat("2", 1010), "null"} {
			f.Add(uint8(i), v, (i+j)%2 == 0)
		}
	}
	f.Fuzz(func(t *testing.T, at uint8, value string, event bool) {
		if !json.Valid([]byte(value)) {
			return
		}
		in := build(fields[int(at)%len(fields)], json.RawMessage(value), event)
		imp, err := fresh()
		if err != nil {
			t.Fatal(err)
		}
		spans, err := importer.Collect(imp.Spans(strings.NewReader(in)))
		if err != nil {
			t.Fatalf("%s: %v", in, err)
		}
		CheckSpans(t, spans)
		for _, f := range billing.Lint(spans, billing.LintOptions{}) {
			if f.Severity == billing.Fault {
				t.Fatalf("%s: the importer let through what package billing cannot read: %s", in, f)
			}
		}
		checkFindings(t, imp)
		if len(spans) == 0 && len(imp.Findings()) == 0 {
			t.Fatalf("nothing came of it, and nobody says why: %s", in)
		}
	})
}

func typed(t *testing.T, err error) {
	t.Helper()
	var e *importer.Error
	if err != nil && !errors.As(err, &e) {
		t.Fatalf("untyped error %#v", err)
	}
}

// CheckSpans checks that each can be counted.
func CheckSpans(t *testing.T, spans []billing.Span) {
	t.Helper()
	for i := range spans {
		s := &spans[i]
		switch {
		case s.Customer == "",
			calendar.CheckTime(s.From) != nil,
			!s.To.IsZero() && !s.From.Before(s.To),
			s.Amount.Sign() < 0 || s.Tax.Sign() < 0,
			num.Check(s.Amount) != nil || num.Check(s.Tax) != nil || num.Check(s.Quantity) != nil,
			s.Currency.Validate() != nil || s.Cycle.Validate() != nil:
			t.Fatalf("unsound span %+v", *s)
		}
		if !s.Check(func(f billing.Finding) { t.Error(f) }) {
			t.Fatalf("a span that package billing cannot read: %+v", *s)
		}
		for _, d := range s.Discounts {
			if d.Percent.Sign() < 0 || d.Off.Sign() < 0 || num.Check(d.Off) != nil || !d.Percent.IsZero() && !d.Off.IsZero() {
				t.Fatalf("unsound discount %+v", d)
			}
		}
	}
}

func checkLine(t *testing.T, l *billing.InvoiceLine, negative func(*billing.InvoiceLine) bool) {
	t.Helper()
	if (l.Amount.Sign() < 0 || l.Discount.Sign() < 0 || l.Tax.Sign() < 0) && (negative == nil || !negative(l)) {
		t.Fatalf("negative: %+v", *l)
	}
	if l.Customer == "" || l.IssuedAt.IsZero() || l.Currency.Validate() != nil || l.Cycle.Validate() != nil || num.Check(l.Amount) != nil || l.To.Before(l.From) {
		t.Fatalf("unsound line %+v", *l)
	}
	if !l.Check(func(f billing.Finding) { t.Error(f) }) {
		t.Fatalf("a line that package billing cannot read: %+v", *l)
	}
}

func checkFindings(t *testing.T, imp Importer) {
	t.Helper()
	for _, f := range imp.Findings() {
		if f.Code == "" || f.Message == "" {
			t.Fatalf("finding without words: %+v", f)
		}
	}
}
