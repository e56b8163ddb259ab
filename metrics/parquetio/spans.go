package parquetio

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/jsonin"
	"github.com/lifecycle-go/lifecycle/internal/num"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/shopspring/decimal"
)

var spanFields = []field[billing.Span]{
	text("customer", true, func(s *billing.Span) *string { return &s.Customer }),
	text("subscription", false, func(s *billing.Span) *string { return &s.Subscription }),
	text("item", false, func(s *billing.Span) *string { return &s.Item }),
	text("plan", false, func(s *billing.Span) *string { return &s.Plan }),
	text("product", false, func(s *billing.Span) *string { return &s.Product }),
	instant("from", true, func(s *billing.Span) *time.Time { return &s.From }),
	instant("to", false, func(s *billing.Span) *time.Time { return &s.To }),
	money("amount", true, func(s *billing.Span) *decimal.Decimal { return &s.Amount }),
	money("tax", false, func(s *billing.Span) *decimal.Decimal { return &s.Tax }),
	text("currency", false, func(s *billing.Span) *string { return (*string)(&s.Currency) }),
	word("cycle", func(s *billing.Span) *calendar.Cycle { return &s.Cycle }),
	money("quantity", false, func(s *billing.Span) *decimal.Decimal { return &s.Quantity }),
	word("state", func(s *billing.Span) *billing.State { return &s.State }),
	word("basis", func(s *billing.Span) *billing.Basis { return &s.Basis }),
	instant("cancel_at", false, func(s *billing.Span) *time.Time { return &s.CancelAt }),
	instant("cancel_asked_at", false, func(s *billing.Span) *time.Time { return &s.CancelAskedAt }),
	word("reason", func(s *billing.Span) *billing.Reason { return &s.Reason }),
	instant("paid_through", false, func(s *billing.Span) *time.Time { return &s.PaidThrough }),
	text("replaces", false, func(s *billing.Span) *string { return &s.Replaces }),
	flag("test", func(s *billing.Span) *bool { return &s.Test }),
	text("id", false, func(s *billing.Span) *string { return &s.ID }),
	text("end_id", false, func(s *billing.Span) *string { return &s.EndID }),
	optional(count("seq", func(s *billing.Span) *int64 { return &s.Seq })),
	instant("recorded", false, func(s *billing.Span) *time.Time { return &s.Recorded }),
	instant("end_recorded", false, func(s *billing.Span) *time.Time { return &s.EndRecorded }),
	named("discounts", false, func(s *billing.Span) (string, error) { return discountsText(s.Discounts) },
		func(s *billing.Span, b []byte) (err error) { s.Discounts, err = discountsOf(b); return err }),
}

// Spans yields the spans of a file, as policy.Read takes them: columns customer,
// from and amount are required, the others named as those of package csvspan.
// The discounts of a span are one column, a JSON array of objects with the keys
// id, percent, off, from, to, duration, cycles, level and in_mrr. Whether a span
// makes sense is for policy.Read or its Check to say. Errors are as those of
// Changes.
func Spans(f File, o Options) iter.Seq2[billing.Span, error] {
	return read("spans", f, spanFields, o)
}

// WriteSpans writes spans. After an error the file is of no use.
func WriteSpans(w io.Writer, spans iter.Seq[billing.Span], o Options) error {
	return write("write spans", w, spanFields, ofSlice(spans), o)
}

// discount is a billing.Discount as JSON; numbers are texts, so that no reader
// rounds them.
type discount struct {
	ID       string           `json:"id,omitempty"`
	Percent  *decimal.Decimal `json:"percent,omitempty"`
	Off      *decimal.Decimal `json:"off,omitempty"`
	From     time.Time        `json:"from,omitzero"`
	To       time.Time        `json:"to,omitzero"`
	Duration billing.Duration `json:"duration,omitzero"`
	Cycles   int              `json:"cycles,omitempty"`
	Level    billing.Level    `json:"level,omitzero"`
	InMRR    billing.Verdict  `json:"in_mrr,omitzero"`
}

func discountsText(list []billing.Discount) (string, error) {
	if len(list) == 0 {
		return "", nil
	}
	if len(list) > billing.MaxDiscounts {
		return "", fmt.Errorf("%w: %s", ErrValue, fault.AtMost(billing.MaxDiscounts, "discounts", int64(len(list))))
	}
	out := make([]discount, len(list))
	for i := range list {
		d := &list[i]
		out[i] = discount{ID: d.ID, From: d.From, To: d.To, Duration: d.Duration, Cycles: d.Cycles, Level: d.Level, InMRR: d.InMRR}
		for _, n := range []struct {
			to   **decimal.Decimal
			from *decimal.Decimal
		}{{&out[i].Percent, &d.Percent}, {&out[i].Off, &d.Off}} {
			if n.from.IsZero() {
				continue
			}
			if err := num.Check(*n.from); err != nil {
				return "", fmt.Errorf("%w: %w", ErrValue, err)
			}
			*n.to = n.from
		}
	}
	b, err := json.Marshal(out)
	return string(b), err
}

func discountsOf(b []byte) ([]billing.Discount, error) {
	var in []discount
	if err := jsonin.DecodeStrict(b, &in); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrValue, err)
	}
	if len(in) > billing.MaxDiscounts {
		return nil, fmt.Errorf("%w: %s", ErrValue, fault.AtMost(billing.MaxDiscounts, "discounts", int64(len(in))))
	}
	out := make([]billing.Discount, len(in))
	for i := range in {
		d := &in[i]
		out[i] = billing.Discount{ID: d.ID, From: d.From.UTC(), To: d.To.UTC(), Duration: d.Duration, Cycles: d.Cycles, Level: d.Level, InMRR: d.InMRR}
		for _, n := range []struct{ to, from *decimal.Decimal }{{&out[i].Percent, d.Percent}, {&out[i].Off, d.Off}} {
			if n.from == nil {
				continue
			}
			if err := num.Check(*n.from); err != nil {
				return nil, fmt.Errorf("%w: %w", ErrValue, err)
			}
			*n.to = *n.from
		}
	}
	if len(out) == 0 {
		return nil, nil
	}
	return out, nil
}
