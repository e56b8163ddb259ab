package chargebee

import (
	"bytes"
	"math"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// Records reads the body of one webhook, or one object: a version of a
// subscription or an invoice for a policy.Feed, none for anything else. It takes
// lists and JSON lines too.
//
// What cannot be honoured is an error that wraps importer.ErrFaults beside what
// could. For other findings, and where records refer to a catalogue, see
// Importer.Records.
func Records(body []byte) ([]billing.Record, error) {
	imp, err := New(Options{})
	if err != nil {
		return nil, err
	}
	out, err := imp.Records(body)
	if err != nil {
		return out, err
	}
	return out, importer.FaultsOf("chargebee", imp.Findings())
}

// Records is the function of that name with the importer's options and
// catalogue. What could not be honoured is among the Findings.
//
// A version is of the occurred_at of its event, and within a second of its
// resource_version; an object without an event does not say, and is of the
// instant it becomes known. A deleted subscription was never meant.
func (imp *Importer) Records(body []byte) ([]billing.Record, error) {
	var out []billing.Record
	for e, err := range imp.entries(bytes.NewReader(body)) {
		if err != nil {
			return out, err
		}
		switch e.kind {
		case "subscription":
			var sub subscription
			ok, err := imp.s.Decode(e.rec, &sub)
			if err != nil {
				return out, err
			}
			if !ok {
				continue
			}
			if e.event == "subscription_deleted" {
				r := kit.SubscriptionRecord(string(sub.ID), e.eventID, e.at, math.MaxInt32, nil, time.Time{})
				r.Deleted = true
				out = append(out, r)
				continue
			}
			if spans, ended, ok := imp.spans(&sub, e); ok {
				out = append(out, kit.SubscriptionRecord(string(sub.ID), e.eventID, e.at, rank(e.at, sub.ResourceVersion), spans, ended))
			}
		case "invoice":
			var inv invoice
			ok, err := imp.s.Decode(e.rec, &inv)
			if err != nil {
				return out, err
			}
			if ok {
				r := kit.InvoiceRecord(string(inv.ID), e.eventID, e.at, rank(e.at, inv.ResourceVersion), imp.lines(&inv, e))
				r.Deleted = inv.Deleted
				out = append(out, r)
			}
		default:
			if known, err := imp.learn(e); err != nil {
				return out, err
			} else if !known {
				imp.skip(e, "neither a subscription nor an invoice")
			}
		}
	}
	return out, nil
}
