package touchpoint_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func encoded(t require.TestingT, log *touchpoint.Log) []byte {
	out, err := log.MarshalBinary()
	require.NoError(t, err)
	return out
}

// untied draws events of which no customer has two at one instant.
func untied(t *rapid.T) []touchpoint.Event {
	in := events(t, "events")
	for i := range in {
		in[i].At = day(1).Add(1<<20*1_000_000_000).AddDate(0, 0, i)
	}
	return in
}

func TestLaw_InputOrderDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := untied(t)
		log, err := everything.NewLog(slices.Values(in))
		require.NoError(t, err)
		again, err := everything.NewLog(slices.Values(rapid.Permutation(in).Draw(t, "shuffled")))
		require.NoError(t, err)
		require.Equal(t, encoded(t, log), encoded(t, again))
	})
}

func TestLaw_MergeOfPartsIsTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		whole, err := everything.NewLog(slices.Values(in))
		require.NoError(t, err)
		a := rapid.IntRange(0, len(in)).Draw(t, "first cut")
		b := rapid.IntRange(a, len(in)).Draw(t, "second cut")
		var parts []*touchpoint.Log
		for _, part := range [][]touchpoint.Event{in[:a], in[a:b], in[b:]} {
			log, err := everything.NewLog(slices.Values(part))
			require.NoError(t, err)
			parts = append(parts, log)
		}
		merged, err := touchpoint.Merge(parts...)
		require.NoError(t, err)
		if whole.Len() == 0 {
			require.Zero(t, merged.Len())
			return
		}
		require.Equal(t, encoded(t, whole), encoded(t, merged))
	})
}

func TestLaw_MergeOfAnyPartitionIsTheWhole(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := append(untied(t), touchpoint.Event{Customer: "z", Name: "always", At: day(1)})
		whole, err := everything.NewLog(slices.Values(in))
		require.NoError(t, err)
		shards := make([][]touchpoint.Event, 3)
		for _, e := range in {
			i := rapid.IntRange(0, 2).Draw(t, "shard")
			shards[i] = append(shards[i], e)
		}
		var parts []*touchpoint.Log
		for _, shard := range shards {
			log, err := everything.NewLog(slices.Values(shard))
			require.NoError(t, err)
			parts = append(parts, log)
		}
		merged, err := touchpoint.Merge(parts...)
		require.NoError(t, err)
		require.Equal(t, encoded(t, whole), encoded(t, merged))
	})
}

func TestLaw_MergeWithItselfOnlyCountsDuplicates(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		for i := range in {
			in[i].ID = string(rune('a' + i))
		}
		log, err := everything.NewLog(slices.Values(in))
		require.NoError(t, err)
		twice, err := touchpoint.Merge(log, log)
		require.NoError(t, err)
		same(t, slices.Collect(log.Events()), twice.Events())
		require.EqualValues(t, log.Len(), twice.Duplicates())
	})
}

func TestMerge_RefusesWhatItCannotCompare(t *testing.T) {
	t.Parallel()
	event := touchpoint.Event{Customer: "a", Name: "n", At: day(1)}
	plain, err := touchpoint.LogOf(event)
	require.NoError(t, err)
	campaigns, err := touchpoint.LogOptions{Campaign: true}.LogOf(event)
	require.NoError(t, err)
	_, err = touchpoint.Merge(plain, campaigns)
	require.ErrorIs(t, err, touchpoint.ErrOptions)

	event.ID = "1"
	keyed, err := touchpoint.LogOf(event)
	require.NoError(t, err)
	_, err = touchpoint.Merge(keyed, plain, keyed)
	require.ErrorIs(t, err, touchpoint.ErrNoIDs)
	merged, err := touchpoint.Merge(nil, &touchpoint.Log{}, keyed, plain)
	require.NoError(t, err, "only one log has keys, nothing can be missed")
	assert.Equal(t, 2, merged.Len())
	none, err := touchpoint.Merge()
	require.NoError(t, err)
	assert.Zero(t, none.Len())
}

func TestLogOptions_Validate(t *testing.T) {
	t.Parallel()
	many := make([]string, touchpoint.MaxAttrs+1)
	for i := range many {
		many[i] = string(rune('a' + i))
	}
	for name, attrs := range map[string][]string{
		"empty": {""}, "twice": {"a", "b", "a"}, "malformed": {"\xff"}, "many": many,
	} {
		_, err := touchpoint.LogOptions{Attrs: attrs}.LogOf()
		assert.ErrorIs(t, err, touchpoint.ErrOptions, name)
	}
}

// Renaming customers gives the log of the renamed events.
func TestLaw_RenameIsTheLogOfRenamedEvents(t *testing.T) {
	t.Parallel()
	joined := 0
	law.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		names := map[string]string{}
		for _, c := range []string{"a", "b", "ab", "a\x00", "ä", "customer-1", "customer-10"} {
			names[c] = rapid.SampledFrom([]string{c, "x", "y", "a"}).Draw(t, c)
		}
		log, err := everything.LogOf(in...)
		require.NoError(t, err)
		got, err := log.Rename(func(c string) string { return names[c] })
		require.NoError(t, err)
		if got.Customers() < log.Customers() {
			joined++
		}
		var renamed []touchpoint.Event
		for e := range log.Events() {
			e.Customer = names[e.Customer]
			renamed = append(renamed, e)
		}
		want, err := everything.LogOf(renamed...)
		require.NoError(t, err)
		require.Equal(t, log.Duplicates(), got.Duplicates())
		require.Equal(t, slices.Collect(want.Events()), slices.Collect(got.Events()))
		require.Equal(t, touchpoint.LogOptions.Validate(got.Options()), error(nil))
		require.Equal(t, log.Currency(), got.Currency())
	}, law.Counters{"joined": &joined})
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "n", At: day(1)})
	require.NoError(t, err)
	_, err = log.Rename(func(string) string { return "" })
	require.ErrorIs(t, err, fault.ErrEmpty)
	_, err = log.Rename(func(string) string { return "\xff" })
	require.ErrorIs(t, err, fault.ErrText)
}
