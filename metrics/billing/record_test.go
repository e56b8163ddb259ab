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
			s.Reason = rapid.SampledFrom([]billing.Reason{0, 0, billing.ReasonVoluntary, billing.ReasonInvoluntary}).Draw(t, "reason")
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

// A change that is taken back at its instant was none: one span goes on.
func TestFold_ChangeTakenBackAtOnce(t *testing.T) {
	t.Parallel()
	was := spanOf("c", "100", monthly, "2024-01-01", "")
	other := was
	other.Amount = dec("200")
	spans := billing.Fold(
		nil,
		billing.Record{Key: "s", ID: "e1", Created: date("2024-01-01"), Spans: []billing.Span{was}},
		billing.Record{Key: "s", ID: "e2", Created: date("2024-02-10"), Version: 1, Spans: []billing.Span{other}},
		billing.Record{Key: "s", ID: "e3", Created: date("2024-02-10"), Version: 2, Spans: []billing.Span{was}},
	)
	spans = slices.DeleteFunc(spans, func(s billing.Span) bool { return s.To.Equal(s.From) })
	require.Len(t, spans, 1)
	assert.True(t, spans[0].End().IsZero())
}

// Why a subscription ended is what the version says that ends it, although nothing of
// its own spans is left: they end when it was made, or before.
func TestFold_ReasonOfTheEnd(t *testing.T) {
	t.Parallel()
	live := []billing.Span{spanOf("c", "100", monthly, "2024-01-01", "", item("a")), spanOf("c", "10", monthly, "2024-01-01", "", item("b"))}
	asked := slices.Clone(live)
	asked[0].Reason, asked[1].Reason = billing.ReasonVoluntary, billing.ReasonVoluntary
	for _, c := range []struct {
		name           string
		before         []billing.Span
		created, ended string
		a, b           billing.Reason // of the version that ends it
		wantA, wantB   billing.Reason
	}{
		{"at the instant", live, "2024-03-10", "2024-03-10", billing.ReasonInvoluntary, billing.ReasonInvoluntary, billing.ReasonInvoluntary, billing.ReasonInvoluntary},
		{"told later", live, "2024-03-12", "2024-03-10", billing.ReasonInvoluntary, billing.ReasonVoluntary, billing.ReasonInvoluntary, billing.ReasonVoluntary},
		{"told before", live, "2024-03-08", "2024-03-10", billing.ReasonInvoluntary, billing.ReasonVoluntary, billing.ReasonInvoluntary, billing.ReasonVoluntary},
		{"of one of its charges", live, "2024-03-10", "2024-03-10", billing.ReasonInvoluntary, 0, billing.ReasonInvoluntary, billing.ReasonInvoluntary},
		{"of the other of its charges", live, "2024-03-10", "2024-03-10", 0, billing.ReasonInvoluntary, billing.ReasonInvoluntary, billing.ReasonInvoluntary},
		{"asked to leave, then did not pay", asked, "2024-03-10", "2024-03-10", billing.ReasonInvoluntary, billing.ReasonInvoluntary, billing.ReasonInvoluntary, billing.ReasonInvoluntary},
		{"asked to leave, and did", asked, "2024-03-10", "2024-03-10", 0, 0, billing.ReasonVoluntary, billing.ReasonVoluntary},
		{"nobody says", live, "2024-03-10", "2024-03-10", 0, 0, 0, 0},
	} {
		last := slices.Clone(live)
		for i, r := range []billing.Reason{c.a, c.b} {
			last[i].To, last[i].Reason = date(c.ended), r
		}
		spans := billing.Fold(
			nil,
			billing.Record{Key: "s", ID: "e1", Created: date("2024-01-01"), Spans: c.before},
			billing.Record{Key: "s", ID: "e2", Created: date(c.created), Ended: date(c.ended), Spans: last},
		)
		got := map[string]billing.Reason{}
		for _, s := range spans {
			if s.To.Equal(date(c.ended)) {
				got[s.Item] = s.Reason
			}
		}
		assert.Equal(t, map[string]billing.Reason{"a": c.wantA, "b": c.wantB}, got, c.name)
	}
}

// A subscription says the same of its end, whether its last version is all there is or
// others came before it.
func TestLaw_EndToldByVersionsIsThatOfTheObject(t *testing.T) {
	t.Parallel()
	live := spanOf("c", "100", monthly, "2024-01-01", "", item("a"))
	live.PaidThrough = date("2024-03-01")
	for _, reason := range []billing.Reason{billing.ReasonUnknown, billing.ReasonVoluntary, billing.ReasonInvoluntary, billing.ReasonReplaced} {
		for _, paid := range []string{"2024-02-10", "2024-03-01", "2024-03-10", "2024-04-10"} {
			for _, asked := range []string{"", "2024-02-20", "2024-03-10"} {
				for _, created := range []string{"2024-03-10", "2024-03-12"} {
					end := live
					end.To, end.Reason, end.PaidThrough = date("2024-03-10"), reason, date(paid)
					if asked != "" {
						end.CancelAskedAt = date(asked)
					}
					last := billing.Record{Key: "s", ID: "e2", Created: date(created), Ended: end.To, Spans: []billing.Span{end}}
					got := billing.Fold(nil, billing.Record{Key: "s", ID: "e1", Created: date("2024-01-01"), Spans: []billing.Span{live}}, last)
					want := billing.Fold(nil, last)
					require.Len(t, got, 1)
					require.Len(t, want, 1)
					require.True(t, got[0].Terms.Equal(&want[0].Terms), "%+v\n%+v", got, want)
					require.Equal(t, want[0].From, got[0].From)
					require.Equal(t, want[0].To, got[0].To)
					require.Equal(t, []string{"e1", "e2"}, []string{got[0].ID, got[0].EndID})
				}
			}
		}
	}
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
