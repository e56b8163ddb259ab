package kit_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

var one = decimal.NewFromInt(1)

func on(day int) time.Time { return time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC) }

func TestCourse(t *testing.T) {
	t.Parallel()
	text := func(ss []billing.Span) (out []string) {
		for _, s := range ss {
			to := "…"
			if !s.To.IsZero() {
				to = s.To.Format("02")
			}
			out = append(out, fmt.Sprintf("%s-%s %s", s.From.Format("02"), to, s.State))
		}
		return out
	}
	for _, c := range []struct {
		name   string
		course kit.Course
		cancel time.Time
		want   []string
	}{
		{"active", kit.Course{From: on(1)}, time.Time{}, []string{"01-… active"}},
		{"ended", kit.Course{From: on(1), To: on(9)}, time.Time{}, []string{"01-09 active"}},
		{"trial", kit.Course{From: on(1), TrialFrom: on(1), TrialTo: on(8)}, time.Time{}, []string{"01-08 trial", "08-… active"}},
		{"trial that began before", kit.Course{From: on(2), TrialFrom: on(1), TrialTo: on(8)}, time.Time{}, []string{"02-08 trial", "08-… active"}},
		{"trial of no end", kit.Course{From: on(1), TrialFrom: on(1)}, time.Time{}, []string{"01-… trial"}},
		{"trial later", kit.Course{From: on(1), TrialFrom: on(5), TrialTo: on(8)}, time.Time{}, []string{"01-05 active", "05-08 trial", "08-… active"}},
		{"ended in the trial", kit.Course{From: on(1), To: on(5), TrialFrom: on(1), TrialTo: on(8)}, time.Time{}, []string{"01-05 trial"}},
		{"to end with the trial", kit.Course{From: on(1), TrialFrom: on(1), TrialTo: on(8)}, on(8), []string{"01-… trial"}},
		{"past due since", kit.Course{From: on(1), State: billing.StatePastDue, StateFrom: on(5)}, time.Time{}, []string{"01-05 active", "05-… past-due"}},
		{"past due for ever", kit.Course{From: on(1), State: billing.StatePastDue}, time.Time{}, []string{"01-… past-due"}},
		{"trial, then paused, then on", kit.Course{From: on(1), TrialTo: on(4), State: billing.StatePaused, StateFrom: on(4), StateTo: on(9)}, time.Time{}, []string{"01-04 trial", "04-09 paused", "09-… active"}},
		{"incomplete goes before a trial", kit.Course{From: on(1), To: on(3), TrialTo: on(4), State: billing.StateIncomplete}, time.Time{}, []string{"01-03 incomplete"}},
		{"a state that is over when it begins", kit.Course{From: on(6), State: billing.StatePaused, StateFrom: on(2), StateTo: on(5)}, time.Time{}, []string{"06-… active"}},
	} {
		assert.Equal(t, c.want, text(c.course.Spans(billing.Span{Terms: billing.Terms{CancelAt: c.cancel}})), c.name)
	}
}

func version(at int, id string, amounts ...int64) kit.Version {
	v := kit.Version{Subscription: "s", At: on(at), ID: id}
	for i, a := range amounts {
		v.Spans = append(v.Spans, billing.Span{
			Customer: "c", Subscription: "s", Item: fmt.Sprint("i", i), From: on(1), ID: id,
			Terms: billing.Terms{Amount: decimal.NewFromInt(a), Currency: "USD"},
		})
	}
	return v
}

func lines(t *kit.Timeline) (out []string) {
	for s := range t.Spans() {
		to := "…"
		if !s.To.IsZero() {
			to = s.To.Format("02")
		}
		out = append(out, fmt.Sprintf("%s %s-%s %s", s.Item, s.From.Format("02"), to, s.Amount))
	}
	return out
}

func TestTimeline(t *testing.T) {
	t.Parallel()
	ended := version(9, "e4", 5)
	ended.Ended, ended.Spans[0].To = on(9), on(9)
	retroactive := version(9, "e4", 5)
	retroactive.Ended, retroactive.Spans[0].To = on(6), on(6)
	for _, c := range []struct {
		name string
		in   []kit.Version
		want []string
	}{
		{"one", []kit.Version{version(3, "a", 5)}, []string{"i0 01-… 5"}},
		{"a change of terms", []kit.Version{version(3, "a", 5), version(7, "b", 8)}, []string{"i0 01-07 5", "i0 07-… 8"}},
		{"a renewal is no change", []kit.Version{version(3, "a", 5), version(7, "b", 5)}, []string{"i0 01-… 5"}},
		{"an item more", []kit.Version{version(3, "a", 5), version(7, "b", 5, 2)}, []string{"i0 01-… 5", "i1 07-… 2"}},
		{"an item less", []kit.Version{version(3, "a", 5, 2), version(7, "b", 5)}, []string{"i0 01-… 5", "i1 01-07 2"}},
		{"and back", []kit.Version{version(3, "a", 5, 2), version(7, "b", 5), version(8, "c", 5, 2)}, []string{"i0 01-… 5", "i1 01-07 2", "i1 08-… 2"}},
		{"ended", []kit.Version{version(3, "a", 5), ended}, []string{"i0 01-09 5"}},
		{"ended before it was told", []kit.Version{version(3, "a", 5), version(7, "b", 8), retroactive}, []string{"i0 01-06 5"}},
	} {
		for _, order := range [][]kit.Version{c.in, reversed(c.in), append(slices.Clone(c.in), c.in...)} {
			line := session(t, importer.Options{}).Timeline()
			for _, v := range order {
				require.NoError(t, line.Add(v))
			}
			assert.Equal(t, c.want, lines(line), c.name)
		}
	}
}

func reversed(vs []kit.Version) []kit.Version {
	out := slices.Clone(vs)
	slices.Reverse(out)
	return out
}

func TestTimeline_Facts(t *testing.T) {
	t.Parallel()
	s := session(t, importer.Options{})
	line := s.Timeline()
	late := version(9, "b", 8)
	late.Ended, late.Spans[0].To = on(6), on(6)
	for _, v := range []kit.Version{version(3, "a", 5), late, late} {
		require.NoError(t, line.Add(v))
	}
	got := slices.Collect(line.Spans())
	require.Len(t, got, 1)
	assert.Equal(t, on(3), got[0].Recorded, "began on the 1st, known since the 3rd")
	assert.Equal(t, on(9), got[0].EndRecorded, "ended on the 6th, known since the 9th")
	assert.Equal(t, int64(1), s.Progress().Repeats)
	assert.Zero(t, line.Len())

	// One id, two contents; and one moment, two contents.
	other := version(3, "a", 7)
	for _, v := range []kit.Version{version(3, "a", 5), other, version(3, "c", 9)} {
		require.NoError(t, line.Add(v))
	}
	assert.Equal(t, []string{"i0 01-03 5", "i0 03-… 9"}, lines(line))
	assert.Equal(t, []importer.Tally{{Severity: billing.Warning, Code: billing.CodeAssumed, N: 3}, {Severity: billing.Warning, Code: billing.CodeContradiction, N: 1}}, s.Tallies())

	// What was before the first event is an assumption, or nothing.
	since := session(t, importer.Options{SinceFirstEvent: true})
	line = since.Timeline()
	require.NoError(t, line.Add(version(3, "a", 5)))
	assert.Equal(t, []string{"i0 03-… 5"}, lines(line))
	assert.Empty(t, since.Tallies())

	small := session(t, importer.Options{Limits: importer.Limits{Versions: 1}}).Timeline()
	require.NoError(t, small.Add(version(1, "a", 1)))
	require.ErrorIs(t, small.Add(version(2, "b", 1)), importer.ErrLimit)
}

// TestLaw_TimelineIsTheLatestVersion: at any moment, what the spans say of a
// subscription is what the latest version up to then said, whatever the order
// versions were added in and however often.
func TestLaw_TimelineIsTheLatestVersion(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.SliceOfNDistinct(rapid.IntRange(1, 28), 1, 8, rapid.ID).Draw(t, "days")
		var vs []kit.Version
		for i, d := range days {
			vs = append(vs, version(d, fmt.Sprint("e", i), rapid.SliceOfN(rapid.Int64Range(1, 3), 0, 3).Draw(t, "amounts")...))
		}
		in := slices.Clone(vs)
		for _, i := range rapid.SliceOfN(rapid.IntRange(0, len(vs)-1), 0, 5).Draw(t, "repeats") {
			in = append(in, vs[i])
		}
		s, err := kit.NewSession("test", importer.Options{})
		if err != nil {
			t.Fatal(err)
		}
		line := s.Timeline()
		for _, v := range rapid.Permutation(in).Draw(t, "order") {
			if err := line.Add(v); err != nil {
				t.Fatal(err)
			}
		}
		spans := slices.Collect(line.Spans())
		slices.SortFunc(vs, func(a, b kit.Version) int { return a.At.Compare(b.At) })
		for day := 1; day <= 28; day++ {
			at := on(day)
			latest := vs[0] // the first holds from when its spans begin
			for _, v := range vs {
				if !v.At.After(at) {
					latest = v
				}
			}
			want := map[string]string{}
			for _, s := range latest.Spans {
				want[s.Item] = s.Amount.String()
			}
			got := map[string]string{}
			for _, s := range spans {
				if !s.From.After(at) && (s.To.IsZero() || at.Before(s.To)) {
					if _, twice := got[s.Item]; twice {
						t.Fatalf("day %d: item %s twice in %v", day, s.Item, spans)
					}
					got[s.Item] = s.Amount.String()
				}
			}
			if fmt.Sprint(want) != fmt.Sprint(got) {
				t.Fatalf("day %d: %v, want %v", day, got, want)
			}
		}
		if s.Progress().Repeats != int64(len(in)-len(vs)) {
			t.Fatalf("%d repeats counted of %d", s.Progress().Repeats, len(in)-len(vs))
		}
	})
}
