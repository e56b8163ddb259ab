package journeytest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

func TestClock_MovesOnlyForward(t *testing.T) {
	t.Parallel()
	c := journeytest.NewClock(journeytest.Origin())
	now, err := c.Advance(36 * time.Hour)
	require.NoError(t, err)
	assert.Equal(t, time.Date(2026, 1, 2, 12, 0, 0, 0, time.UTC), now)
	_, err = c.Advance(-1)
	require.ErrorContains(t, err, "want 0 or more")
	require.ErrorContains(t, c.Set(now.Add(-1)), "lies before")
	assert.Equal(t, now, c.Now(), "an error moves nothing")
	require.NoError(t, c.Set(now.Add(time.Hour)))
	assert.Equal(t, now.Add(time.Hour), c.Now())
	var zero journeytest.Clock
	assert.True(t, zero.Now().IsZero())
}
