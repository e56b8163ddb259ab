package paddle

import (
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// more is what a page says of another after it.
func more(page *kit.Record) string {
	if string(page.Part("meta", "pagination").Member("has_more")) == "true" {
		return "true"
	}
	return ""
}

// kinds of entities by the beginnings of their ids.
var kinds = map[string]string{
	"sub": "subscription", "txn": "transaction", "dsc": "discount", "pri": "price", "pro": "product", "ctm": "customer",
	"add": "address", "biz": "business", "adj": "adjustment", "paymtd": "payment method", "rep": "report",
}

// open takes an entity out of its wrapping.
func (imp *Importer) open(rec *kit.Record) ([]kit.Entry, error) {
	e := kit.Entry{Record: rec}
	if rec.Part("data") != nil && !rec.Has("id") {
		var w envelope
		if ok, err := imp.kit.Decode(rec, &w); !ok {
			return nil, err
		}
		e.Record = rec.Inside(w.Data)
		if w.EventType != "" {
			var ok bool
			if e.Event, ok = imp.kit.Event(w.EventID, w.EventType, "occurred_at", w.OccurredAt); !ok {
				return nil, nil
			}
		}
	}
	prefix, _, _ := strings.Cut(e.Text("id"), "_")
	e.Kind = kinds[prefix]
	return []kit.Entry{e}, nil
}

// rank orders events of one instant.
func rank(e *kit.Event) int {
	switch {
	case e == nil:
		return 0
	case e.Kind == "subscription.created" || e.Kind == "subscription.imported":
		return 0
	case e.Kind == "subscription.canceled":
		return 2
	default:
		return 1
	}
}

// learn keeps a discount.
func (imp *Importer) learn(e *kit.Entry) (known bool, err error) {
	switch e.Kind {
	case "discount":
		return kit.Keep(&imp.kit, e, imp.known, "discounts", func(d *discount) kit.Text { return d.ID })
	case "price", "product": // inside every subscription
		return true, nil
	}
	return false, nil
}
