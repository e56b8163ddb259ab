package billing_test

import (
	"cmp"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// genVersions draws the versions of one subscription, in order: ends that lie in
// the past, ends taken back, phases that begin later, deletions, several items.
func genVersions(t *rapid.T) []billing.Record {
	day := func(d int) time.Time { return date("2024-01-01").AddDate(0, 0, d) }
	var out []billing.Record
	at := rapid.IntRange(0, 20).Draw(t, "first")
	for i := range rapid.IntRange(0, 6).Draw(t, "versions") {
		v := billing.Record{Key: "sub", ID: fmt.Sprint("e", i), Created: day(at), Version: int64(i)}
		at += rapid.SampledFrom([]int{0, 1, 5, 5, 20}).Draw(t, "later")
		switch rapid.IntRange(0, 19).Draw(t, "kind") {
		case 0:
			v.Deleted = true
		case 1, 2, 3:
			v.Ended = day(rapid.IntRange(-5, 60).Draw(t, "ended"))
		}
		for k := range rapid.SampledFrom([]int{0, 1, 1, 1, 2, 3}).Draw(t, "spans") {
			s := spanOf("c", rapid.SampledFrom([]string{"10", "20"}).Draw(t, "amount"), monthly, "2023-12-01", "", item(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "item")))
			if rapid.Bool().Draw(t, "phase") {
				s.From = day(rapid.IntRange(-10, 70).Draw(t, "from"))
			}
			if rapid.Bool().Draw(t, "bounded") {
				s.To = s.From.AddDate(0, 0, rapid.IntRange(0, 40).Draw(t, "days"))
			}
			s.PaidThrough = day(30 + i)
			_ = k
			v.Spans = append(v.Spans, s)
		}
		// Of one charge a version says one thing at a time.
		slices.SortStableFunc(v.Spans, func(a, b billing.Span) int { return cmp.Or(cmp.Compare(a.Item, b.Item), a.From.Compare(b.From)) })
		kept := v.Spans[:0]
		for _, s := range v.Spans {
			if n := len(kept); n > 0 && kept[n-1].Item == s.Item {
				if !s.From.After(kept[n-1].From) {
					continue
				}
				if kept[n-1].To.IsZero() || kept[n-1].To.After(s.From) {
					kept[n-1].To = s.From
				}
			}
			kept = append(kept, s)
		}
		v.Spans = kept
		out = append(out, v)
	}
	return out
}

// slowStands is what versions say of an item at an instant: the last version
// created by then, unless a later one says it had ended, or all is deleted.
func slowStands(versions []billing.Record, name string, at time.Time) (amount string) {
	from := 0
	for i, v := range versions {
		if v.Deleted {
			from = i + 1
		}
	}
	first := from
	if from > 0 {
		first = -1 // what was there before is taken back, and nothing backdates
	}
	for i := from; i < len(versions); i++ {
		v := versions[i]
		begins := v.Created
		if i == first {
			begins = time.Time{}
		}
		if at.Before(begins) || i+1 < len(versions) && !at.Before(versions[i+1].Created) {
			continue
		}
		ended := false
		for _, later := range versions[i+1:] {
			ended = ended || !later.Ended.IsZero() && !at.Before(later.Ended)
		}
		if ended {
			continue
		}
		for _, s := range v.Spans {
			if s.Item == name && !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To)) {
				return s.Amount.String()
			}
		}
	}
	return ""
}

// What Fold makes of versions is, at any instant, what the version says that
// holds then.
func TestLaw_FoldIsWhatHoldsWhen(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		versions := genVersions(t)
		spans := billing.Fold(nil, versions...)
		for d := range 110 {
			at := date("2023-11-25").AddDate(0, 0, d)
			for _, name := range []string{"a", "b"} {
				got := ""
				for _, s := range spans {
					if s.Item == name && !at.Before(s.From) && (s.To.IsZero() || at.Before(s.To)) {
						require.Empty(t, got, "two spans of one item at %s", at)
						got = s.Amount.String()
					}
				}
				require.Equal(t, slowStands(versions, name, at), got, "%s at %s of\n%+v\n%+v", name, at, versions, spans)
			}
		}
	})
}

// Folding in parts is folding at once, whatever the parts.
func TestLaw_FoldInParts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		versions := genVersions(t)
		want := billing.Fold(nil, versions...)
		n := rapid.IntRange(0, len(versions)).Draw(t, "cut")
		if n == 0 {
			return
		}
		before := billing.Fold(nil, versions[:n]...)
		kept := slices.Clone(before)
		require.Equal(t, want, billing.Fold(before, versions[n:]...))
		require.Equal(t, kept, before, "what was folded before is not changed")
	})
}

// A cancellation that is taken back was never an end; the evidence of what
// changed is the event that said so.
func TestFold_WithdrawnCancellation(t *testing.T) {
	t.Parallel()
	live := spanOf("c", "100", monthly, "2024-01-01", "")
	leaving := live
	leaving.CancelAt, leaving.CancelAskedAt = date("2024-03-01"), date("2024-02-10")
	spans := billing.Fold(
		nil,
		billing.Record{Key: "s", ID: "e1", Created: date("2024-01-01"), Spans: []billing.Span{live}},
		billing.Record{Key: "s", ID: "e2", Created: date("2024-02-10"), Spans: []billing.Span{leaving}},
		billing.Record{Key: "s", ID: "e3", Created: date("2024-02-20"), Spans: []billing.Span{live}},
	)
	require.Len(t, spans, 3)
	assert.Equal(t, []string{"e1", "e2", "e3"}, []string{spans[0].ID, spans[1].ID, spans[2].ID})
	assert.Equal(t, "e2", spans[0].EndID)
	assert.Equal(t, date("2024-02-20"), spans[1].End())
	assert.True(t, spans[2].End().IsZero())
}

func TestRecord_Check(t *testing.T) {
	t.Parallel()
	var found []string
	r := billing.Record{ID: "\xff", Created: time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), Spans: make([]billing.Span, billing.MaxParts+1)}
	assert.False(t, r.Check(func(f billing.Finding) { found = append(found, string(f.Code)+" "+f.Field) }))
	assert.Equal(t, []string{"missing-key Key", "bad-name ID", "time-range Created", "unsupported Spans"}, found)
	ok := billing.Record{Key: "k"}
	assert.True(t, ok.Check(nil))
	assert.Equal(t, "k of 2024-01-01T00:00:00Z (e)", billing.Record{Key: "k", ID: "e", Created: date("2024-01-01")}.String())
	assert.Negative(t, (&billing.Record{Created: date("2024-01-01"), Version: 1}).Compare(&billing.Record{Created: date("2024-01-01"), Version: 2}))
}
