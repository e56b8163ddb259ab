package lago

import (
	"bytes"
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
	return out, importer.FaultsOf("lago", imp.Findings())
}

// Records is the function of that name with the importer's options and
// catalogue: subscriptions need their plans. What could not be honoured is among
// the Findings.
//
// Lago's webhooks say neither when they were made nor which they are, so a
// version is of the instant it becomes known; of several then, the one that is
// furthest on its way holds. A change of plan ends one subscription and begins
// another: the one that ends says so in its Reason, and a policy lets the other
// carry it on.
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
			h, ok := imp.subscription(&sub, e.rec)
			if !ok {
				continue
			}
			r := kit.SubscriptionRecord(h.id, "", time.Time{}, 0, h.spans, time.Time{})
			r.Version = int64(stage(sub.Status))
			if r.Version == ended {
				r.Ended = h.ended
			}
			out = append(out, r)
		case "invoice":
			var inv invoice
			ok, err := imp.s.Decode(e.rec, &inv)
			if err != nil {
				return out, err
			}
			if ok {
				out = append(out, billing.Record{Key: "invoice " + string(inv.LagoID), Lines: imp.invoice(&inv, e.rec)})
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

// ended is the last stage of a subscription.
const ended = 2

// stage is how far a subscription is on its way.
func stage(status kit.Text) int {
	switch status {
	case "active":
		return 1
	case "terminated", "canceled":
		return ended
	default:
		return 0
	}
}
