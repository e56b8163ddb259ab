package importer_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
)

func TestError(t *testing.T) {
	t.Parallel()
	cause := errors.New("cause")
	e := &importer.Error{Importer: "stripe", Record: 3, Line: 7, Offset: 99, ID: "sub\n1", Field: "f", Value: "v", Reason: "r", Err: cause}
	require.EqualError(t, e, `stripe: record 3 (line 7, byte 99) "sub\n1": f "v": r`)
	require.ErrorIs(t, e, cause)
	require.EqualError(t, &importer.Error{Reason: "r"}, "r")
	require.EqualError(t, &importer.Error{Importer: "x", Line: 2, Offset: 5, Reason: "r"}, "x: line 2, byte 5: r")
}

func TestCollect(t *testing.T) {
	t.Parallel()
	boom := errors.New("boom")
	got, err := importer.Collect(func(yield func(int, error) bool) {
		_ = yield(1, nil) && yield(2, nil) && yield(0, boom)
	})
	require.ErrorIs(t, err, boom)
	assert.Equal(t, []int{1, 2}, got)
}
