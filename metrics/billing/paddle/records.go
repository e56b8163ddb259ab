package paddle

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
	return out, importer.FaultsOf("paddle", imp.Findings())
}

// Records is the function of that name with the importer's options and
// catalogue: subscriptions name their discounts. What could not be honoured is
// among the Findings.
//
// A version is of the occurred_at of its notification; an entity without one
// does not say, and is of the instant it becomes known.
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
			if spans, ended, ok := imp.spans(&sub, e); ok {
				out = append(out, kit.SubscriptionRecord(string(sub.ID), e.eventID, e.at, e.rank(), spans, ended))
			}
		case "transaction":
			var txn transaction
			ok, err := imp.s.Decode(e.rec, &txn)
			if err != nil {
				return out, err
			}
			if ok {
				lines, order := imp.lines(&txn, e)
				out = append(out, kit.InvoiceRecord(string(txn.ID), e.eventID, e.at, order, lines))
			}
		default:
			if known, err := imp.learn(e); err != nil {
				return out, err
			} else if !known {
				imp.skip(e, "neither a subscription nor a transaction")
			}
		}
	}
	return out, nil
}
