package policy_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
)

// genKin draws subscriptions of one customer that end while they are paid for, and
// others that begin then, are moved, turn out to be tests, or were never meant.
func genKin(t *rapid.T, seen law.Drawn) []billing.Record {
	var out []billing.Record
	day := func(label string, from, to int) time.Time {
		return date("2026-01-01").AddDate(0, 0, rapid.IntRange(from, to).Draw(t, label))
	}
	for n := range rapid.SampledFrom([]int{2, 2, 3, 5, 9}).Draw(t, "subscriptions") {
		sub := fmt.Sprint("s", n)
		s := spanOf("ada", fmt.Sprint(10+n), monthly, "2026-01-01", "")
		s.Subscription, s.From = sub, day("begin", 0, 60)
		at := s.From.AddDate(0, 0, rapid.IntRange(-2, 5).Draw(t, "known"))
		for i := range rapid.IntRange(1, 4).Draw(t, "versions") {
			r := billing.Record{Key: "sub " + sub, ID: fmt.Sprint(sub, "v", i), Created: at, Version: int64(n*10 + i)}
			step := rapid.SampledFrom([]string{"tail", "tail", "moved", "test", "deleted", "carries on", "plain"}).Draw(t, "step")
			seen[step]++
			switch step {
			case "tail":
				r.Ended = at
				v := s
				v.To, v.PaidThrough = at, at.AddDate(0, 0, rapid.IntRange(1, 40).Draw(t, "paid for"))
				r.Spans = []billing.Span{v}
			case "moved":
				s.From = day("begin", 0, 70)
				r.Spans = []billing.Span{s}
			case "test":
				v := s
				v.Test = true
				r.Spans = []billing.Span{v}
			case "deleted":
				r.Deleted = true
			case "carries on":
				v := s
				v.Replaces = fmt.Sprint("s", rapid.IntRange(0, 8).Draw(t, "which"))
				r.Spans = []billing.Span{v}
			default:
				r.Spans = []billing.Span{s}
			}
			r.Spans = slices.DeleteFunc(r.Spans, func(s billing.Span) bool { return !s.To.IsZero() && s.To.Before(s.From) })
			out = append(out, r)
			at = at.AddDate(0, 0, rapid.IntRange(0, 20).Draw(t, "later"))
		}
	}
	return out
}

// known is what Read makes of what was created by an instant.
func known(t require.TestingT, p policy.Policy, records []billing.Record, at time.Time) *policy.Reading {
	versions := map[string][]billing.Record{}
	for _, r := range records {
		if !r.Created.After(at) {
			versions[r.Key] = append(versions[r.Key], r)
		}
	}
	var spans []billing.Span
	for _, v := range versions {
		slices.SortFunc(v, func(a, b billing.Record) int { return a.Compare(&b) })
		spans = append(spans, billing.Fold(nil, v...)...)
	}
	r, err := policy.Read(spans, p, policy.Options{Currency: "USD"})
	require.NoError(t, err)
	return r
}

// Subscriptions of one customer that wait for each other: told one by one in any
// order, with restarts, the books are those of all at once, and as of every instant
// they are what Read makes of what was known then.
func TestLaw_KinIsWhatReadSees(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		p := policy.Standard()
		o := policy.Options{Currency: "USD"}
		records := genKin(t, seen)
		live := newFeed(t, p, o)
		rest, most := records, 1 // one subscription after the other
		if genMaybe(t, "shuffled", 50) {
			seen["shuffled"]++
			rest, most = rapid.Permutation(records).Draw(t, "order"), 3
		}
		for len(rest) > 0 {
			n := rapid.IntRange(1, min(len(rest), most)).Draw(t, "at once")
			apply(t, live, rest[:n]...)
			if rest = rest[n:]; genMaybe(t, "restart", 20) {
				seen["restart"]++
				l := mustLedger(t, p, o)
				require.NoError(t, l.UnmarshalBinary(bytesOf(t, live.Ledger())))
				next, err := policy.NewFeed(l, p, o)
				require.NoError(t, err)
				require.NoError(t, next.UnmarshalBinary(stateOf(t, live)))
				live = next
			}
		}
		fresh := newFeed(t, p, o)
		apply(t, fresh, records...)
		require.Equal(t, bytesOf(t, fresh.Ledger()), bytesOf(t, live.Ledger()), "after %v\n%s\nwant\n%s", records, histories(live), histories(fresh))
		for _, r := range records {
			reading := known(t, p, records, r.Created)
			for _, f := range reading.Findings() {
				if f.Code == billing.CodeSuccessor {
					seen["taken over"]++
				}
			}
			want, err := reading.Ledger()
			require.NoError(t, err)
			got := live.Ledger().AsOf(r.Created)
			for day := range 12 {
				at := date("2026-01-01").AddDate(0, 0, day*10)
				require.True(t, want.MRR(at).Equal(got.MRR(at)), "as of %s, on %s: %s, want %s\n%v", r.Created, at, got.MRR(at), want.MRR(at), records)
			}
		}
	}, seen.NeedAtLeast(20, "tail", "moved", "test", "deleted", "carries on", "restart", "shuffled", "taken over"))
}
