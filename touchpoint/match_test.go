package touchpoint_test

import (
	"fmt"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// The compiled selector agrees with the plain reading of a Match on every
// event, whichever columns the matches look at.
func TestLaw_SelectorEqualsMatches(t *testing.T) {
	var hits, misses, exact, deep int
	word := rapid.SampledFrom([]string{"", "a", "b", "ภาษา"})
	law.Check(t, func(t *rapid.T) {
		var events []touchpoint.Event
		for i := range rapid.IntRange(0, 12).Draw(t, "n") {
			e := touchpoint.Event{
				Customer: "c" + strconv.Itoa(i%3), Name: "n" + word.Draw(t, "name"), At: time.Unix(int64(i), 0),
				Channel: touchpoint.Channel(word.Draw(t, "channel")), Campaign: word.Draw(t, "campaign"), Attrs: map[string]string{},
			}
			for _, k := range []string{"x", "y"} {
				if rapid.Bool().Draw(t, "has "+k) {
					e.Attrs[k] = word.Draw(t, k)
				}
			}
			events = append(events, e)
		}
		log, err := touchpoint.LogOptions{Campaign: true, Attrs: []string{"x", "y"}}.LogOf(events...)
		require.NoError(t, err)
		match := rapid.Custom(func(t *rapid.T) touchpoint.Match {
			m := touchpoint.Match{Channel: touchpoint.Channel(word.Draw(t, "m channel")), Campaign: word.Draw(t, "m campaign")}
			if rapid.Bool().Draw(t, "name alone") {
				m = touchpoint.Match{}
			}
			if n := rapid.SampledFrom([]string{"", "na", "nb", "nowhere"}).Draw(t, "m name"); n != "" {
				m.Name = n
			}
			for range rapid.SampledFrom([]int{0, 0, 1, 2}).Draw(t, "conditions") {
				m.Where = append(m.Where, touchpoint.Condition{
					Attr:   rapid.SampledFrom([]string{"x", "y"}).Draw(t, "attr"),
					Values: rapid.SliceOfN(word, 0, 2).Draw(t, "values"),
				})
			}
			return m
		})
		sets := rapid.SliceOfN(rapid.SliceOfN(match, 0, 3), 0, 5).Draw(t, "sets")
		s, err := log.Select(sets...)
		require.NoError(t, err)
		byName, isExact := s.ByName()
		if isExact {
			exact++
		} else {
			deep++
		}
		i := 0
		for e := range log.Events() {
			for k, set := range sets {
				want := slices.ContainsFunc(set, func(m touchpoint.Match) bool { return m.Matches(e) })
				require.Equal(t, want, s.Has(i, k), "event %d %+v, set %+v", i, e, set)
				if want {
					hits++
				} else {
					misses++
				}
			}
			if isExact {
				require.Equal(t, s.Mask(i), byName[log.Columns().Name[i]])
			}
			i++
		}
	}, law.Counters{"hits": &hits, "misses": &misses, "exact": &exact, "deep": &deep})
}

// Every attribute at fault is named, also behind one without a name.
func TestEvent_EveryBadAttr(t *testing.T) {
	t.Parallel()
	e := touchpoint.Event{Customer: "c", Name: "n", At: time.Unix(1, 0), Attrs: map[string]string{"": "x", "a\xff": "x", "b": "\xff", "c": "fine"}}
	err := e.Validate()
	for _, field := range []string{"3 bad rows", "Attrs: must not be empty", "Attrs \"a", "Attrs[b]"} {
		require.ErrorContains(t, err, field)
	}
}

// The first channel and the first campaign of a log in which every event has one
// are matched as the others are.
func TestSelect_FirstChannelAndCampaign(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOptions{Campaign: true}.LogOf(
		touchpoint.Event{Customer: "c", Name: "n", At: time.Unix(1, 0), Channel: "a", Campaign: "k"},
		touchpoint.Event{Customer: "c", Name: "n", At: time.Unix(2, 0), Channel: "b", Campaign: "l"},
	)
	require.NoError(t, err)
	s, err := log.Select([]touchpoint.Match{{Channel: "a"}}, []touchpoint.Match{{Channel: "b"}}, []touchpoint.Match{{Campaign: "k"}}, []touchpoint.Match{{Campaign: "l"}})
	require.NoError(t, err)
	assert.Equal(t, []uint64{0b0101, 0b1010}, []uint64{s.Mask(0), s.Mask(1)})
}

func TestSelect_Refuses(t *testing.T) {
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "c", Name: "n", At: time.Unix(0, 0)})
	require.NoError(t, err)
	_, err = log.Select(make([][]touchpoint.Match, 65)...)
	require.ErrorIs(t, err, touchpoint.ErrMatch)
	require.EqualError(t, err, "touchpoint: select: sets 65: at most 64")
	_, err = log.Select(nil, []touchpoint.Match{{}, {Campaign: "spring"}})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	require.EqualError(t, err, `touchpoint: select: set 1, match 1: campaign "spring": the log does not keep this column`)
	_, err = log.Select([]touchpoint.Match{{Where: []touchpoint.Condition{{Attr: "plan"}}}})
	require.ErrorIs(t, err, touchpoint.ErrNotKept)
	_, err = log.Select([]touchpoint.Match{{Where: []touchpoint.Condition{{}}}})
	require.ErrorIs(t, err, touchpoint.ErrMatch)
	s, err := log.Select(make([][]touchpoint.Match, 64)...)
	require.NoError(t, err)
	assert.Zero(t, s.Mask(0), "a set without a match has no events")
	_, err = new(touchpoint.Log).Select([]touchpoint.Match{{Campaign: "x", Where: []touchpoint.Condition{{Attr: "y"}}}})
	require.NoError(t, err, "an empty log lacks nothing that was asked for")
}

func ExampleLog_Select() {
	day := func(n int) time.Time { return time.Date(2026, time.March, n, 9, 0, 0, 0, time.UTC) }
	log, err := touchpoint.LogOptions{Attrs: []string{"plan"}}.LogOf(
		touchpoint.Event{Customer: "acme", Name: "signed_up", At: day(1), Attrs: map[string]string{"plan": "pro"}},
		touchpoint.Event{Customer: "acme", Name: "paid", At: day(2)},
		touchpoint.Event{Customer: "zeta", Name: "signed_up", At: day(3), Attrs: map[string]string{"plan": "free"}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	s, err := log.Select(
		touchpoint.Named("signed_up"),
		[]touchpoint.Match{{Name: "signed_up", Where: []touchpoint.Condition{{Attr: "plan", Values: []string{"pro", "team"}}}}},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for i := range log.Len() {
		fmt.Println(i, s.Has(i, 0), s.Has(i, 1))
	}
	// Output:
	// 0 true true
	// 1 false false
	// 2 true false
}
