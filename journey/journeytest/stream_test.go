package journeytest_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

func drawDefinition(t *rapid.T) (*journey.Definition, uint64) {
	seed := rapid.Uint64().Draw(t, "seed")
	spec, err := journeytest.Spec(generator(seed), journeytest.SpecOptions{})
	require.NoError(t, err)
	d, err := journey.Define(spec)
	require.NoError(t, err)
	return d, seed
}

// Every event of a valid stream is accepted, and a replay refuses none.
func TestLaw_EventsAreAccepted(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		d, seed := drawDefinition(t)
		o := journeytest.StreamOptions{N: 25, IDs: seed%2 == 0}
		events, err := journeytest.Events(generator(seed), d, o)
		require.NoError(t, err)
		require.NotEmpty(t, events)
		j := d.Start("customer", journeytest.Origin())
		require.Equal(t, journeytest.Origin(), events[0].At)
		for _, e := range events {
			j, err = d.Step(j, e)
			require.NoError(t, err)
		}
		again, err := journeytest.Events(generator(seed), d, o)
		require.NoError(t, err)
		require.Equal(t, events, again, "equal generators give equal streams")

		crowd, err := journeytest.Population(generator(seed), d, 5, o)
		require.NoError(t, err)
		require.True(t, slices.IsSortedFunc(crowd, func(a, b journey.Event) int { return a.At.Compare(b.At) }))
		replay, err := d.Replay(slices.Values(crowd))
		require.NoError(t, err)
		require.Zero(t, replay.Counts().Refused)
		require.EqualValues(t, 5, replay.Customers())
	})
}

// Every draw does what it says.
func TestLaw_DrawsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	seen := law.Drawn{}
	repeats := 0
	law.Check(t, func(t *rapid.T) {
		d, seed := drawDefinition(t)
		draws, err := journeytest.Draws(generator(seed), d, journeytest.StreamOptions{N: 40, IDs: seed%3 > 0, Invalid: 0.5})
		require.NoError(t, err)
		j := d.Start("customer", journeytest.Origin())
		for _, draw := range draws {
			next, err := d.Step(j, draw.Event)
			switch {
			case draw.Repeat:
				require.NoError(t, err)
				require.Equal(t, j.Seq(), next.Seq())
				repeats++
			case draw.Refused != nil:
				require.ErrorIs(t, err, draw.Refused)
			default:
				require.NoError(t, err)
				require.Greater(t, next.Seq(), j.Seq())
			}
			seen[fmt.Sprint(draw.Refused)]++
			j = next
		}
	}, law.Counters{"repeats": &repeats}, seen.Need(
		fmt.Sprint(nil), journey.ErrNotAllowed.Error(), journey.ErrUnknownTrigger.Error(),
		journey.ErrOutOfOrder.Error(), journey.ErrOutOfRange.Error(), journey.ErrCustomer.Error(),
	))
}

func TestStreams_RefuseBadOptions(t *testing.T) {
	t.Parallel()
	d := product(t)
	for _, o := range []journeytest.StreamOptions{
		{N: -1}, {N: 2_000_000}, {MaxGap: -1}, {MaxGap: math.MaxInt64}, {Invalid: -0.1}, {Invalid: 1.1}, {Invalid: math.NaN()},
	} {
		_, err := journeytest.Events(generator(1), d, o)
		require.Error(t, err, "%+v", o)
		_, err = journeytest.Draws(generator(1), d, o)
		require.Error(t, err, "%+v", o)
		_, err = journeytest.Population(generator(1), d, 2, o)
		require.Error(t, err, "%+v", o)
	}
	_, err := journeytest.Population(generator(1), d, -1, journeytest.StreamOptions{})
	require.Error(t, err)
	_, err = journeytest.Draws(generator(1), d, journeytest.StreamOptions{Invalid: 1})
	require.NoError(t, err, "all of them invalid")
	late, err := journeytest.Events(generator(1), d, journeytest.StreamOptions{
		N: 50, Start: time.Date(2200, 12, 31, 0, 0, 0, 0, time.UTC), MaxGap: 30 * dayLong,
	})
	require.NoError(t, err)
	assert.Less(t, len(late), 50, "streams end where time does")
}

// What is not said is what the comments say.
func TestStreams_Defaults(t *testing.T) {
	t.Parallel()
	d := product(t)
	said := journeytest.StreamOptions{Customer: "customer", Start: journeytest.Origin(), N: 10, MaxGap: 48 * time.Hour, Invalid: 0.3}
	for seed := range uint64(9) {
		want, err := journeytest.Draws(generator(seed), d, said)
		require.NoError(t, err)
		got, err := journeytest.Draws(generator(seed), d, journeytest.StreamOptions{})
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}
