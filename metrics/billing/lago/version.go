package lago

import "github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"

// version reads a subscription for live books.
func (imp *Importer) version(e *kit.Entry) (t kit.Told, ok bool, err error) {
	var sub subscription
	if ok, err = imp.kit.Decode(e.Record, &sub); !ok {
		return t, false, err
	}
	h, ok := imp.subscription(&sub, e)
	t = kit.Told{ID: h.id, Rank: stage(sub.Status), Spans: h.spans}
	if t.Rank == ended {
		t.Ended = h.ended
	}
	return t, ok, nil
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
