package retention_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// A part of a breakdown is the effect among its customers alone, and the parts'
// groups sum to the whole's: by a key of the customer, and by the channel of the
// event that begins their time.
func TestLaw_EffectPartsAreThoseOfTheirCustomers(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var all []touchpoint.Event
		first := map[string]touchpoint.Event{} // start of each customer
		for c := range rapid.IntRange(0, 8).Draw(t, "customers") {
			name, hour := "ค"+strconv.Itoa(c), 0
			for range rapid.IntRange(1, 6).Draw(t, "events") {
				hour += rapid.IntRange(1, 60).Draw(t, "gap")
				e := touchpoint.Event{
					Customer: name, Name: rapid.SampledFrom([]string{"start", "goal", "use"}).Draw(t, "name"), At: zero.Add(time.Duration(hour) * time.Hour),
					Channel: touchpoint.Channel(rapid.SampledFrom([]string{"", "email", "web"}).Draw(t, "channel")),
				}
				if _, ok := first[name]; !ok && e.Name == "start" {
					first[name] = e
				}
				all = append(all, e)
			}
		}
		log := logOf(t, all)
		spec := retention.EffectSpec{
			Start: touchpoint.Named("start"), Milestone: touchpoint.Named("goal"), Within: 48 * time.Hour,
			Cycle: calendar.Cycle{Unit: calendar.UnitDay}, Periods: 3, AsOf: zero.Add(200 * time.Hour),
		}
		if rapid.Bool().Draw(t, "filter") {
			spec.Customers = func(c string) bool { return c != "ค1" }
			delete(first, "ค1")
		}
		channel := func(c string) string {
			if e, ok := first[c]; ok && e.Channel != "" {
				return string(e.Channel)
			}
			return touchpoint.None
		}
		key := func(c string) string { return strconv.Itoa(int(c[len(c)-1]) % 3) }
		whole, err := retention.EffectOf(log, spec)
		require.NoError(t, err)
		for i, of := range []func(c string) string{channel, key} {
			parts, err := retention.EffectBy(log, spec, []touchpoint.Breakdown{{Channel: true}, {Customer: key}}[i])
			require.NoError(t, err)
			keys := map[string]bool{}
			for c := range first {
				keys[of(c)] = true
			}
			require.Len(t, parts, len(keys))
			sum := [4]int64{}
			for k, part := range parts {
				require.True(t, keys[part.Key])
				require.True(t, k == 0 || parts[k-1].Key < part.Key)
				own := spec
				own.Customers = func(c string) bool { _, ok := first[c]; return ok && of(c) == part.Key }
				alone, err := retention.EffectOf(log, own)
				require.NoError(t, err)
				alone.Key = part.Key
				want, err := json.Marshal(alone)
				require.NoError(t, err)
				got, err := json.Marshal(part)
				require.NoError(t, err)
				require.Equal(t, string(want), string(got))
				for j, n := range []int64{part.With, part.Without, part.Early, part.Unknown} {
					sum[j] += n
				}
				met["with"] += int(part.With)
			}
			require.Equal(t, [4]int64{whole.With, whole.Without, whole.Early, whole.Unknown}, sum)
			if len(parts) > 1 {
				met["several"]++
			}
		}
	}, met.Need("with", "several"))
}

func TestEffectBy_Refuses(t *testing.T) {
	t.Parallel()
	spec := retention.EffectSpec{Start: touchpoint.Named("v"), Milestone: touchpoint.Named("w"), Within: time.Hour}
	for says, by := range map[string]touchpoint.Breakdown{
		"retention: effect: Step 2: want 1, the event that begins a customer's time": {Channel: true, Label: touchpoint.LabelStep, Step: 2},
		"want one of Customer, Attr, Channel and Campaign":                           {},
		"the log does not keep this column":                                          {Attr: "plan"},
	} {
		_, err := retention.EffectBy(logOf(t, events("a", "v", 0)), spec, by)
		require.ErrorContains(t, err, says)
		require.ErrorIs(t, err, retention.ErrSpec)
	}
	_, err := retention.EffectBy(nil, retention.EffectSpec{}, touchpoint.Breakdown{Channel: true})
	require.ErrorIs(t, err, retention.ErrSpec)
	parts, err := retention.EffectBy(nil, spec, touchpoint.Breakdown{Channel: true, Label: touchpoint.LabelStep, Step: 1})
	require.NoError(t, err)
	assert.Empty(t, parts)
}

func ExampleEffectBy() {
	spec := retention.EffectSpec{
		Start: touchpoint.Named("signed_up"), Milestone: touchpoint.Named("logged_in"), Within: 8 * 24 * time.Hour, Periods: 1,
	}
	parts, err := retention.EffectBy(logins(), spec, touchpoint.Breakdown{Customer: func(c string) string { return map[bool]string{true: "pro", false: "basic"}[c == "ben"] }})
	for _, e := range parts {
		fmt.Println(e.Key, e.With, "with,", e.Without, "without,", e.Early, "too early to tell")
	}
	fmt.Println(err)
	// Output:
	// basic 1 with, 1 without, 0 too early to tell
	// pro 0 with, 1 without, 0 too early to tell
	// <nil>
}
