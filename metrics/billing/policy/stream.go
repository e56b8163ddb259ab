package policy

import (
	"errors"
	"fmt"
	"iter"

	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/subs"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// ErrScattered is wrapped by the error of Stream for a subscription whose spans
// do not follow one another.
var ErrScattered = errors.New("spans of one subscription do not lie together")

// Stream is Changes for more spans than fit into memory, from a source that
// gives all spans of a subscription one after another, as lists of subscriptions
// do. It holds one subscription at a time, and the names of all, and can be fed
// to ledger.Ledger.Load as it is.
//
// The policy must take its amounts from prices. What Read knows from the whole
// input, Stream does not: that another subscription replaces one that ends is
// only seen from Terms.Reason. Findings go to report, which may be nil. Errors
// of the source are passed on.
func Stream(spans iter.Seq2[billing.Span, error], p Policy, o Options, report func(billing.Finding)) (iter.Seq2[ledger.Change, error], error) {
	if err := checkOptions(p, o); err != nil {
		return nil, err
	}
	if p.Source != FromPrices {
		return nil, fmt.Errorf("policy: stream: %w: Source: %s, want %s", ErrPolicy, p.Source, FromPrices)
	}
	return func(yield func(ledger.Change, error) bool) {
		s := &streamer{
			k: terms{p: &p, o: &o}, report: report,
			names: &subs.Index{},
			yield: yield,
		}
		for x, err := range spans {
			if err != nil {
				if !yield(ledger.Change{}, err) {
					return
				}
				continue
			}
			s.held = append(s.held, x)
			if !s.take() {
				return
			}
		}
		s.flush(len(s.held))
	}, nil
}

func tell(report func(billing.Finding), f billing.Finding) {
	if report != nil {
		report(f)
	}
}

// streamer evaluates one subscription after another.
type streamer struct {
	k      terms
	w      work
	report func(billing.Finding)
	names  *subs.Index
	held   []billing.Span // of the subscription at hand
	ptrs   []*billing.Span
	yield  func(ledger.Change, error) bool
}

// take looks at the last of the spans held: it may be one of the subscription at
// hand, the first of another, or one that cannot be read.
func (s *streamer) take() bool {
	n := len(s.held) - 1
	x := &s.held[n]
	if !x.Check(func(f billing.Finding) { tell(s.report, f) }) {
		s.held = s.held[:n]
		return true
	}
	if err := checkCurrencies("stream", s.held[n:], nil, *s.k.o); err != nil {
		s.held = s.held[:n]
		return s.yield(ledger.Change{}, err)
	}
	if n > 0 && s.held[0].Subscription == x.Subscription && s.held[0].Customer == x.Customer {
		return true
	}
	if n > 0 && !s.flush(n) {
		return false
	}
	s.held[0] = s.held[n]
	s.held = s.held[:1]
	x = &s.held[0]
	known := len(s.names.Keys)
	if int(s.names.Add(subs.Key{Customer: x.Customer, Subscription: x.Subscription})) < known {
		err := fmt.Errorf("policy: stream: %w: customer %q, subscription %q", ErrScattered, text.Clip(x.Customer), text.Clip(x.Subscription))
		s.held = s.held[:0]
		return s.yield(ledger.Change{}, err)
	}
	return true
}

// flush evaluates the first n spans held, which are one subscription's.
func (s *streamer) flush(n int) bool {
	if n == 0 {
		return true
	}
	s.ptrs = s.ptrs[:0]
	for i := range n {
		s.ptrs = append(s.ptrs, &s.held[i])
	}
	s.w.notes = notes{out: s.report, seen: s.w.notes.seen[:0]}
	steps, err := s.k.agreed(&s.w, s.ptrs, kin{}, &s.w.notes)
	if err != nil {
		return s.yield(ledger.Change{}, err)
	}
	of := subs.Key{Customer: s.held[0].Customer, Subscription: s.held[0].Subscription}
	for i := range steps {
		if !s.yield(steps[i].change(of, s.k.o), nil) {
			return false
		}
	}
	return true
}
