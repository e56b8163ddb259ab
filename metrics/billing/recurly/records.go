package recurly

import (
	"bytes"

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
	return out, importer.FaultsOf("recurly", imp.Findings())
}

// Records is the function of that name with the importer's options and
// catalogue: subscriptions need their plans. What could not be honoured is among
// the Findings.
//
// Recurly's webhooks only name the object that changed; fetch it and give it
// here. A version of a subscription is of its updated_at, an invoice of the
// instant it becomes known.
func (imp *Importer) Records(body []byte) ([]billing.Record, error) {
	var out []billing.Record
	for rec, err := range imp.records(bytes.NewReader(body)) {
		if err != nil {
			return out, err
		}
		switch kind(rec) {
		case "subscription":
			r, ok, err := imp.subscriptionRecord(rec)
			if err != nil {
				return out, err
			}
			if ok {
				out = append(out, r)
			}
		case "invoice":
			var inv invoice
			ok, err := imp.s.Decode(rec, &inv)
			if err != nil {
				return out, err
			}
			if ok {
				out = append(out, billing.Record{Key: "invoice " + string(inv.ID), Lines: imp.invoice(&inv, rec)})
			}
		default:
			if known, err := imp.learn(rec); err != nil {
				return out, err
			} else if !known {
				imp.skip(rec, "neither a subscription nor an invoice")
			}
		}
	}
	return out, nil
}

func (imp *Importer) subscriptionRecord(rec *kit.Record) (r billing.Record, ok bool, err error) {
	var sub subscription
	if ok, err = imp.s.Decode(rec, &sub); !ok {
		return r, false, err
	}
	at, ok := imp.s.Note(rec.Name()).Time("updated_at", sub.UpdatedAt)
	if !ok {
		return r, false, nil
	}
	spans, ended, ok := imp.spans(&sub, rec)
	if !ok {
		return r, false, nil
	}
	id := ""
	if !at.IsZero() {
		id = string(sub.ID + " " + sub.UpdatedAt)
	}
	return kit.SubscriptionRecord(string(sub.ID), id, at, 0, spans, ended), true, nil
}
