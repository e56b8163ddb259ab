package chargebee

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// kinds are the objects that are read, by the keys that wrap them. Where one
// wrapping has several, the first is taken by Spans and invoices by Lines.
var kinds = [...]string{"subscription", "invoice", "item_price", "coupon"}

// open takes the objects out of a wrapping: an event, an element of a list.
func (imp *Importer) open(rec *kit.Record) (out []kit.Entry, err error) {
	if event := rec.Part("event"); event != nil {
		rec = event
	}
	e := kit.Entry{Record: rec, Kind: rec.Text("object")}
	switch {
	case rec.Has("event_type"):
		var w wrapper
		if ok, err := imp.kit.Decode(rec, &w); !ok {
			return nil, err
		}
		ev, ok := imp.kit.Event(w.ID, w.EventType, "occurred_at", w.OccurredAt)
		if !ok {
			return nil, nil
		}
		e = kit.Entry{Kind: "event " + ev.Kind, Record: rec.Inside(w.Content), Event: ev}
	case e.Kind != "":
		return []kit.Entry{e}, nil
	}
	for _, k := range kinds {
		if inner := e.Part(k); inner != nil {
			out = append(out, kit.Entry{Kind: k, Record: inner, Event: e.Event})
		}
	}
	if len(out) == 0 {
		out = append(out, e)
	}
	return out, nil
}

// rank orders events of one second by resource_version, which is in
// milliseconds.
func rank(e *kit.Event, version kit.Text) int {
	if e == nil {
		return 0
	}
	v, err := strconv.ParseInt(string(version), 10, 64)
	if err != nil {
		return 0
	}
	const most = math.MaxInt32 - 1
	return int(max(-most, min(most, v-e.At.UnixMilli())))
}

// learn keeps an object that subscriptions and invoices refer to.
func (imp *Importer) learn(e *kit.Entry) (known bool, err error) {
	const what = "item prices and coupons"
	switch e.Kind {
	case "item_price":
		return kit.Keep(&imp.kit, e, imp.prices, what, func(p *itemPrice) kit.Text { return p.ID })
	case "coupon":
		return kit.Keep(&imp.kit, e, imp.coupons, what, func(c *coupon) kit.Text { return c.ID })
	}
	return false, nil
}
