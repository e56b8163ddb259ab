package main

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/journey/journeytest"
)

func TestRun_Golden(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	require.NoError(t, run(context.Background(), &out))
	golden.Equal(t, "onboarding.txt", out.Bytes())
}

func TestRun_Errors(t *testing.T) {
	t.Parallel()
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	require.ErrorIs(t, run(gone, &bytes.Buffer{}), context.Canceled)
	require.ErrorIs(t, run(context.Background(), fullDisk{}), errDisk)
}

var errDisk = errors.New("disk full")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDisk }

func TestDefinition_Walk(t *testing.T) {
	t.Parallel()
	d, err := definition()
	require.NoError(t, err)
	journeytest.Walk(t, d, first()).
		On(signUp, trial).
		Refuses(subscribe, nil).
		On(createProject, trial).NotReached(activation).
		After(7*day, trial).
		On(inviteMate, trial).Reached(activation).
		On(activate, activated).
		After(14*day, expired).
		On(subscribe, customer).
		On(cancel, gone)
	paths, err := journeytest.Paths(d, journeytest.PathOptions{To: nil})
	require.NoError(t, err)
	assert.Len(t, paths, 5)
}
