package lago

import (
	"io"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

// run is one call of Spans.
type run struct {
	*Importer
	yield          func(billing.Span, error) bool
	stopped        bool
	ended, waiting map[string][]half // halves of plan changes, by what they share
	held           int
	webhooks       *kit.Latest[[]half]
	objects        bool
}

// half is one subscription, with what makes it one side of a change of plan.
type half struct {
	spans []billing.Span
	id    string
	// before and after are the keys of the changes it began with and ended with;
	// "" for none.
	before, after string
	began, ended  time.Time
}

// all reads an input to its end. The error is one the consumer has not seen.
func (r *run) all(in io.Reader) error {
	for e, err := range r.kit.Entries(in) {
		if err != nil {
			return err
		}
		if err := r.take(e); err != nil || r.stopped {
			return err
		}
	}
	some := false
	for hs := range r.webhooks.All() {
		some = true
		for i := range hs {
			if err := r.pair(&hs[i]); err != nil || r.stopped {
				return err
			}
		}
	}
	if some && r.objects {
		r.kit.Mixed()
	}
	r.rest()
	return nil
}

func (r *run) take(e *kit.Entry) error {
	switch e.Kind {
	case "subscription":
	case "invoice", "fee":
		return r.kit.Other(e, "Lines reads it")
	default:
		return r.kit.Other(e, "no recurring terms")
	}
	var sub subscription
	if ok, err := r.kit.Decode(e.Record, &sub); !ok {
		return err
	}
	h, ok := r.subscription(&sub, e)
	if !ok {
		return nil
	}
	if e.Event != nil {
		return r.webhooks.Add(h.id, strconv.FormatInt(e.N, 10), time.Time{}, stage(sub.Status), []half{h})
	}
	r.objects = true
	return r.pair(&h)
}

func (r *run) give(spans []billing.Span) {
	for i := range spans {
		if !kit.Sound(r.kit.Session, &spans[i]) {
			continue
		}
		r.kit.Yielded()
		if !r.yield(spans[i], nil) {
			r.stopped = true
			return
		}
	}
}
