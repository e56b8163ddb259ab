package tracker_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/internal/cases"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
)

// A timer whose hook or guard fails after a day never refuses the payment,
// whenever it comes.
func TestParked_HoldsNoEvent(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	boom := func(journey.Journey, journey.Event) bool { panic("boom") }
	fails := map[string]tracker.Hook{
		"error": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			return "", errors.New("mail server é down")
		},
		"panic": func(context.Context, tracker.Occurrence) (journey.Trigger, error) { panic("boom") },
		"asks for what is refused": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			return "renew", nil
		},
		"asks for ever": func(context.Context, tracker.Occurrence) (journey.Trigger, error) { return "nag", nil },
		"guard":         nil,
	}
	for name, hook := range fails {
		for _, after := range []int{25, 100, 10_000} {
			spec := journey.Spec{
				Initial: "trial",
				Transitions: []journey.Transition{
					{From: "trial", On: "remind", Internal: true},
					{From: "trial", On: "nag", Internal: true},
					{From: "trial", On: "pay", To: "active"},
					{From: "active", On: "renew", To: journey.Same},
				},
				After: []journey.Timer{{Stage: "trial", After: 24 * time.Hour, Trigger: "remind"}},
			}
			o := tracker.Options{Hooks: tracker.Hooks{After: map[journey.Trigger]tracker.Hook{"remind": hook}}}
			if hook == nil {
				spec.Transitions[0].Guard, o = journey.Guard{Name: "boom", Allow: boom}, tracker.Options{}
			} else {
				o.Hooks.After["nag"] = hook
			}
			d, err := journey.Define(spec)
			require.NoError(t, err)
			tr, _ := startedTracker(t, d, o)
			out, err := tr.Fire(ctx, journey.Event{Customer: "acme", Trigger: "pay", At: cases.Hour(after)})
			require.NoError(t, err, "%s, paid after %d hours", name, after)
			assert.Equal(t, journey.Stage("active"), out.Journey.Stage())
			require.Len(t, out.Parked, 1, "and it is reported")
			assert.Equal(t, cases.Hour(24), out.Parked[0].At)
			s, err := tr.State(ctx, "acme")
			require.NoError(t, err)
			assert.Empty(t, s.Parked, "the visit it belonged to has ended")
			assert.EqualValues(t, 1, tr.Stats().Parked)
		}
	}
}

// Parked timers stand in the state with what they failed with, and are tried
// again after a pause that grows, as long as the visit lasts.
func TestParked_IsTriedAgain(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	var log bytes.Buffer
	down, tries := true, 0
	tr, store := startedTracker(t, cases.Trial(t), tracker.Options{
		RetryAfter: time.Hour,
		Log:        slog.New(slog.NewTextHandler(&log, nil)),
		Hooks: tracker.Hooks{Before: map[journey.Trigger]tracker.Hook{"remind": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			if tries++; down {
				return "", errors.New("mail server is down " + strings.Repeat("é", 300))
			}
			return "", nil
		}}},
	})
	out, err := tr.Fire(ctx, event("import", 11))
	require.NoError(t, err)
	require.Len(t, out.Changes, 1, "the event alone")
	require.Len(t, out.Parked, 1)
	p := out.Parked[0]
	assert.Equal(t, journey.Trigger("remind"), p.Trigger)
	assert.Equal(t, cases.OnDay(10), p.At)
	assert.Equal(t, 1, p.Attempts)
	assert.Equal(t, cases.OnDay(11).Add(time.Hour), p.Retry)
	assert.Contains(t, p.Error, "mail server is down é")
	assert.LessOrEqual(t, len(p.Error), 256)
	assert.Contains(t, log.String(), "timer parked")
	assert.Contains(t, p.String(), `timer "remind" due 2026-01-11T00:00:00Z failed 1 times, again at 2026-01-12T01:00:00Z: `)
	s, err := store.Load(ctx, "acme")
	require.NoError(t, err)
	require.Len(t, s.Parked, 1)
	assert.Equal(t, p.Retry, s.Snapshot.Due, "the store finds the customer when it is time")

	_, err = tr.Fire(ctx, event("invite", 11)) // another event does not try it
	require.NoError(t, err)
	require.Equal(t, 1, tries)
	pause := time.Hour
	for n := 2; n <= 6; n++ {
		now := p.Retry
		done, err := tr.Tick(ctx, now.Add(-1), tracker.TickOptions{})
		require.NoError(t, err)
		require.Zero(t, counts(done), "not before")
		done, err = tr.Tick(ctx, now, tracker.TickOptions{})
		require.NoError(t, err)
		require.Equal(t, [4]int{0, 0, 1, 0}, counts(done))
		s, err := store.Load(ctx, "acme")
		require.NoError(t, err)
		require.Len(t, s.Parked, 1)
		p = s.Parked[0]
		require.Equal(t, n, p.Attempts)
		pause = min(2*pause, cases.Day)
		require.Equal(t, now.Add(pause), p.Retry, "attempt %d", n)
	}
	down = false
	done, err := tr.Tick(ctx, p.Retry, tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, [4]int{1, 1, 0, 0}, counts(done))
	assert.Equal(t, cases.OnDay(10), done.Changes[0].At, "as when it fell due")
	s, err = store.Load(ctx, "acme")
	require.NoError(t, err)
	assert.Empty(t, s.Parked)
	assert.Equal(t, cases.OnDay(14), s.Snapshot.Due, "the next timer")
}

// With history a parked timer that succeeds at last stands where it fell due.
func TestParked_TakesItsPlace(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	down := true
	tr, store := withHistory(t, cases.Trial(t), tracker.Options{Grace: 30 * cases.Day, Hooks: tracker.Hooks{
		Before: map[journey.Trigger]tracker.Hook{"remind": func(context.Context, tracker.Occurrence) (journey.Trigger, error) {
			if down {
				return "", errors.New("down")
			}
			return "", nil
		}},
	}})
	_, err := tr.Start(ctx, "acme", cases.OnDay(0))
	require.NoError(t, err)
	_, err = tr.Fire(ctx, event("import", 12))
	require.NoError(t, err)
	// A late event leaves it parked, and its hook alone.
	_, err = tr.Fire(ctx, event("look around", 11))
	require.ErrorIs(t, err, journey.ErrUnknownTrigger)
	out, err := tr.Fire(ctx, event("invite", 11))
	require.NoError(t, err)
	assert.Empty(t, out.Parked)
	s, err := tr.State(ctx, "acme")
	require.NoError(t, err)
	require.Len(t, s.Parked, 1)
	_, err = tr.Tick(ctx, cases.OnDay(13), tracker.TickOptions{})
	require.NoError(t, err)
	s, err = tr.State(ctx, "acme")
	require.NoError(t, err)
	require.Len(t, s.Parked, 1)
	require.Equal(t, 2, s.Parked[0].Attempts)
	down = false
	done, err := tr.Tick(ctx, cases.OnDay(13).Add(time.Hour), tracker.TickOptions{})
	require.NoError(t, err)
	assert.Equal(t, [4]int{1, 1, 0, 0}, counts(done))
	history, err := store.History(ctx, "acme", time.Time{})
	require.NoError(t, err)
	assert.Equal(t, []string{
		"→trial on  by start", "trial→trial on remind by timer", "trial→trial on invite by event", "trial→trial on import by event",
	}, lines(history))
}

// A failure of the caller's own, a context that ends, is not the timer's.
func TestParked_NotWhenTheCallerGivesUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	tr, _ := startedTracker(t, cases.Trial(t), tracker.Options{Hooks: tracker.Hooks{
		Before: map[journey.Trigger]tracker.Hook{"remind": func(ctx context.Context, _ tracker.Occurrence) (journey.Trigger, error) {
			cancel()
			return "", ctx.Err()
		}},
	}})
	_, err := tr.Fire(ctx, event("import", 11))
	require.ErrorIs(t, err, context.Canceled)
	s, err := tr.State(context.Background(), "acme")
	require.NoError(t, err)
	assert.Empty(t, s.Parked)
	assert.Zero(t, s.Version)
}
