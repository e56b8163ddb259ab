package kit

import (
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// SubscriptionRecord is a version of a subscription as a billing.Record: spans
// and their evidence are those of the event, or of the object where no event
// tells of it.
func SubscriptionRecord(id, event string, at time.Time, rank int, spans []billing.Span, ended time.Time) billing.Record {
	r := billing.Record{Key: "subscription " + id, ID: event, Created: at, Version: int64(rank), Spans: spans, Ended: ended}
	if event == "" {
		r.Created, r.Version = time.Time{}, 0
	}
	for i := range r.Spans {
		if event != "" {
			r.Spans[i].ID = event
		}
	}
	return r
}

// InvoiceRecord is a version of an invoice as a billing.Record.
func InvoiceRecord(id, event string, at time.Time, rank int, lines []billing.InvoiceLine) billing.Record {
	return billing.Record{Key: "invoice " + id, ID: event, Created: at, Version: int64(rank), Lines: lines}
}
