package sqlstore_test

import (
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/journeytest"
	"github.com/lifecycle-go/lifecycle/journey/tracker"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/sqlstore"
)

// The contract of stores, with history and outbox and without.
func TestStore_Contract(t *testing.T) {
	t.Parallel()
	for _, e := range engines() {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			journeytest.TestStore(t, func(t testing.TB) tracker.Store {
				t.Helper()
				return e.store(t, sqlstore.Options{Outbox: true})
			}, journeytest.StoreCheck{Outbox: true, Patience: time.Minute, Writes: 60})
		})
	}
}

// Without history it is a store all the same, a driver is as good as another,
// and customers of two journeys do not meet.
func TestStore_Others(t *testing.T) {
	t.Parallel()
	t.Run("no history", func(t *testing.T) {
		t.Parallel()
		journeytest.TestStore(t, func(t testing.TB) tracker.Store {
			t.Helper()
			return sqlite("sqlite", "normal").store(t, sqlstore.Options{NoHistory: true})
		}, journeytest.StoreCheck{Patience: time.Minute, Writes: 40})
	})
	t.Run("two journeys", func(t *testing.T) {
		t.Parallel()
		for _, e := range engines() {
			url := e.url(t)
			buyer, _ := e.storeAt(t, url, sqlstore.Options{Outbox: true, Journey: "buyer"})
			partner, _ := e.storeAt(t, url, sqlstore.Options{Outbox: true, Journey: "partner"})
			require.NoError(t, swing(t.Context(), buyer, "acme", 1))
			require.NoError(t, swing(t.Context(), partner, "acme", 2))
			require.NoError(t, swing(t.Context(), partner, "acme", 3))
			one, err := buyer.Load(t.Context(), "acme")
			require.NoError(t, err)
			two, err := partner.Load(t.Context(), "acme")
			require.NoError(t, err)
			assert.Equal(t, one.Version+1, two.Version)
			require.NoError(t, partner.Erase(t.Context(), "acme"))
			list, err := buyer.Unsent(t.Context(), 0, 10)
			require.NoError(t, err)
			assert.Len(t, list, 2)
			list, err = partner.Unsent(t.Context(), 0, 10)
			require.NoError(t, err)
			assert.Empty(t, list)
		}
	})
}
