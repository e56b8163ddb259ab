package stripe

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
	return out, importer.FaultsOf("stripe", imp.Findings())
}

// Records is the function of that name with the importer's options and
// catalogue; what the body has of prices, coupons and discounts it learns. What
// could not be honoured is among the Findings.
//
// A version is of the instant of its event; an object without an event does not
// say, and is of the instant it becomes known.
func (imp *Importer) Records(body []byte) ([]billing.Record, error) {
	var out []billing.Record
	run := spanRun{Importer: imp}
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
			spans, ended, ok := imp.spans(&sub, e)
			if !ok {
				continue
			}
			run.remember(&sub)
			for i := range spans {
				run.settle(&spans[i])
			}
			id, order := "", 0
			if e.ev != nil {
				id, order = string(e.ev.ID), rank(e.ev.Type)
			}
			out = append(out, kit.SubscriptionRecord(string(sub.ID), id, e.at, order, spans, ended))
		case "invoice":
			var inv invoice
			ok, err := imp.s.Decode(e.rec, &inv)
			if err != nil {
				return out, err
			}
			if !ok {
				continue
			}
			lines, order := imp.invoice(&inv, e)
			if inv.ID == "" {
				continue
			}
			id := ""
			if e.ev != nil {
				id = string(e.ev.ID)
			}
			out = append(out, kit.InvoiceRecord(string(inv.ID), id, e.at, order, lines))
		default:
			if err := run.other(e); err != nil {
				return out, err
			}
		}
	}
	return out, nil
}
