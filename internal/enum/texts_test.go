package enum_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

type work string

func TestTexts(t *testing.T) {
	t.Parallel()
	works := enum.OfTexts[work]("journeymap", "Work", "", "technology", "feature")
	for i, w := range []work{"", "technology", "feature"} {
		got := work("other")
		require.NoError(t, works.Unmarshal(&got, []byte(w)))
		assert.Equal(t, w, got)
		require.NoError(t, works.Check(w))
		assert.Equal(t, i, works.Index(w))
	}
	for _, bad := range []string{"Feature", "feature ", "\x00"} {
		got := work("feature")
		err := works.Unmarshal(&got, []byte(bad))
		require.ErrorIs(t, err, fault.ErrUnknown)
		assert.Equal(t, work("feature"), got, "nothing is changed")
		assert.Equal(t, err, works.Check(work(bad)))
		assert.Equal(t, -1, works.Index(work(bad)))
	}
	require.EqualError(t, works.Check("x"), `journeymap: unmarshal: Work "x": want one of "", technology, feature`)
}
