package kittest

import (
	"encoding/json"
	"maps"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Object is a JSON object under construction.
type Object map[string]any

// With is a copy with another value of a key.
func (o Object) With(key string, value any) Object {
	out := maps.Clone(o)
	out[key] = value
	return out
}

// Without is a copy that lacks keys.
func (o Object) Without(keys ...string) Object {
	out := maps.Clone(o)
	for _, k := range keys {
		delete(out, k)
	}
	return out
}

// String is its JSON.
func (o Object) String() string {
	b, err := json.Marshal(map[string]any(o))
	if err != nil {
		return err.Error() // which no importer takes for JSON
	}
	return string(b)
}

// Joined are objects as JSON lines.
func Joined(objects ...Object) string {
	var b strings.Builder
	for _, o := range objects {
		b.WriteString(o.String() + "\n")
	}
	return b.String()
}

// Epoch is seconds since 1970 of a day in UTC, or of "2006-01-02 15:04:05".
func Epoch(day string) json.Number {
	at, err := time.Parse(time.DateTime[:len(day)], day)
	if err != nil {
		return json.Number(err.Error()) // which cannot be marshalled
	}
	return json.Number(strconv.FormatInt(at.Unix(), 10))
}

// Date is an instant for the eye: "0131", "240131T120000", "…" for none.
func Date(t time.Time) string {
	switch {
	case t.IsZero():
		return "…"
	case t.Equal(t.Truncate(24 * time.Hour)):
		return t.Format("0102")
	default:
		return t.Format("060102T150405")
	}
}

// Words are findings for the eye: severity, code and field.
func Words(fs []billing.Finding) (out []string) {
	for _, f := range fs {
		out = append(out, strings.TrimSpace(f.Severity.String()+" "+string(f.Code)+" "+f.Field))
	}
	return out
}

// Spans are spans for the eye, each by its name and what most tests are about; off
// says a discount.
func Spans(spans []billing.Span, name func(*billing.Span) string, off func(billing.Discount) string) (out []string) {
	for i := range spans {
		s := &spans[i]
		text := []string{name(s), Date(s.From) + "-" + Date(s.To), s.Amount.String(), string(s.Currency) + "/" + s.Cycle.String(), s.State.String()}
		if !s.Tax.IsZero() {
			text = append(text, "tax="+s.Tax.String())
		}
		if !s.CancelAt.IsZero() {
			text = append(text, "cancel="+Date(s.CancelAt))
		}
		if s.Replaces != "" {
			text = append(text, "replaces="+s.Replaces)
		}
		if s.Reason != billing.ReasonUnknown {
			text = append(text, s.Reason.String())
		}
		if s.Basis != billing.BasisLicensed {
			text = append(text, s.Basis.String())
		}
		for _, d := range s.Discounts {
			text = append(text, off(d))
		}
		out = append(out, strings.TrimSpace(strings.Join(text, " ")))
	}
	return out
}

// Item is the name of a span by its item.
func Item(s *billing.Span) string { return s.Item }

// Fixture opens a file of the reference data; what says whose it is.
func Fixture(t testing.TB, name, what string) *os.File {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: " + what + " are not in this repository")
	}
	f, err := os.Open(dir + "/eco/" + name)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}
