package attribution_test

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/attribution"
)

// touches is one converting path of n different ones, and a lost one of the first.
func touches(t *testing.T, n int) *attribution.Paths {
	t.Helper()
	list := make([]string, n)
	for i := range list {
		list[i] = strconv.Itoa(1000 + i)
	}
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: list, Conversions: 3}, {Touches: list[:1], Nulls: 1}}))
	require.NoError(t, err)
	return p
}

// As large as a model takes it, and one more.
func TestCredit_Limits(t *testing.T) {
	t.Parallel()
	_, err := touches(t, 500).Credit(attribution.DataDriven(attribution.DataDrivenOptions{}))
	require.NoError(t, err)
	_, err = touches(t, 501).Credit(attribution.DataDriven(attribution.DataDrivenOptions{}))
	require.EqualError(t, err, "attribution: DataDriven: touches 501: at most 500")
	// 101 touches, and 102 of both sets: 203 for each sample.
	_, err = touches(t, 101).Credit(attribution.ShapleyRate(1, 10_000_000))
	require.ErrorIs(t, err, attribution.ErrOptions)
	require.EqualError(t, err, "attribution: ShapleyRate: samples × touches of all sets 2030000000: at most 2000000000")
	c, err := touches(t, 20).Credit(attribution.ShapleyRate(1, 50))
	require.NoError(t, err)
	b, err := json.Marshal(c.Of("1003"))
	require.NoError(t, err)
	assert.Contains(t, string(b), `"conversions":`)
	assert.Contains(t, string(b), `"removal_effect":0,"error":`)
}

// The value of conversions that nothing touched has the bounds of every other.
func TestUnmarshalBinary_UntouchedValue(t *testing.T) {
	t.Parallel()
	value := decimal.RequireFromString("12345.67")
	log, err := touchpoint.LogOptions{Value: true, Currency: "EUR"}.LogOf(touchpoint.Event{Customer: "c", Name: "buy", At: time.Unix(0, 0), Value: value})
	require.NoError(t, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("buy"), Key: attribution.ByChannel})
	require.NoError(t, err)
	n, worth := p.Untouched()
	require.Equal(t, int64(1), n)
	require.True(t, worth.Equal(value))
	data, err := p.MarshalBinary()
	require.NoError(t, err)
	for text, good := range map[string]bool{"12345.67": true, "-3e-40": true, "1e59": true, "1e60": false, "1e-41": false} {
		d := decimal.RequireFromString(text)
		other := bytes.Replace(data[:len(data)-4], pack.Decimal(nil, value), pack.Decimal(nil, d), 1)
		var back attribution.Paths
		err := back.UnmarshalBinary(pack.Frame(other, 0))
		if !good {
			require.ErrorIs(t, err, attribution.ErrEncoding, text)
			continue
		}
		require.NoError(t, err, text)
		_, worth := back.Untouched()
		require.True(t, worth.Equal(d), text)
	}
}

// Counts are exact up to 2^53, together; one more is refused.
func TestNewPaths_CountsTogether(t *testing.T) {
	t.Parallel()
	of := func(counts ...int64) error {
		_, err := attribution.NewPaths(func(yield func(attribution.Path) bool) {
			for _, n := range counts {
				if !yield(attribution.Path{Touches: []string{"a"}, Conversions: n}) || !yield(attribution.Path{Touches: []string{"b"}, Nulls: 1}) {
					return
				}
			}
		})
		return err
	}
	require.NoError(t, of(1<<52, 1<<52-2))
	require.ErrorIs(t, of(1<<52, 1<<52-1), attribution.ErrPath)
}

// States times touches bound what Markov costs, whatever they are called.
func TestMarkov_Work(t *testing.T) {
	t.Parallel()
	p, err := attribution.NewPaths(func(yield func(attribution.Path) bool) {
		for i := range 7_100 {
			if !yield(attribution.Path{Touches: []string{strconv.Itoa(i)}, Conversions: 1}) {
				return
			}
		}
	})
	require.NoError(t, err)
	_, err = p.Credit(attribution.Markov(1))
	require.ErrorIs(t, err, attribution.ErrOptions)
	require.ErrorContains(t, err, "at most 50000000")
}

// A path that was taken often counts as often: alone in it, a touch earns all of
// its conversions.
func TestDataDriven_OftenIsOften(t *testing.T) {
	t.Parallel()
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{
		{Touches: []string{"A", "B"}, Conversions: 10, Nulls: 5, Value: decimal.NewFromInt(40)}, {Touches: []string{"C"}, Conversions: 2, Nulls: 9, Value: decimal.NewFromInt(3)},
	}))
	require.NoError(t, err)
	c, err := p.Credit(attribution.DataDriven(attribution.DataDrivenOptions{}))
	require.NoError(t, err)
	assert.InDelta(t, 2, c.Of("C").Conversions, 1e-9)
	assert.InDelta(t, 10, c.Of("A").Conversions+c.Of("B").Conversions, 1e-9)
	assert.InDelta(t, 2.0/12, c.Of("C").RemovalEffect, 1e-12)
	assert.Equal(t, "3", c.Of("C").Value.String())
}

// Touches of one instant are two where sessions join none, and one where they do.
func TestPathsOf_OneInstant(t *testing.T) {
	t.Parallel()
	at := func(name string, channel touchpoint.Channel, s int64) touchpoint.Event {
		return touchpoint.Event{Customer: "c", Name: name, Channel: channel, At: time.Unix(s, 0)}
	}
	log, err := touchpoint.LogOf(at("visit", "email", 1), at("visit", "email", 1), at("visit", "email", 3), at("buy", "", 5))
	require.NoError(t, err)
	for session, want := range map[time.Duration]int{0: 3, 1: 2, 2*time.Second - 1: 2, 2 * time.Second: 1} {
		p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("buy"), Session: session})
		require.NoError(t, err)
		for path := range p.All() {
			assert.Len(t, path.Touches, want, "%s", session)
		}
	}
}

// What was not spent has no cost in the table, and neither has what earned
// nothing.
func TestCompared_CostsWhereThereAreSome(t *testing.T) {
	t.Parallel()
	p, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"free"}, Conversions: 2}, {Touches: []string{"paid"}, Conversions: 4}, {Touches: []string{"vain"}, Nulls: 4}}))
	require.NoError(t, err)
	c, err := p.Compare(attribution.CompareOptions{Spend: map[string]decimal.Decimal{"paid": decimal.NewFromInt(10), "vain": decimal.NewFromInt(7)}}, attribution.Last())
	require.NoError(t, err)
	want := map[string]string{"free": "2.00", "paid": "4.00 at 2.50", "vain": "0.00"}
	lines := strings.Split(strings.TrimSpace(c.String()), "\n")
	require.Len(t, lines, 4)
	for _, line := range lines[1:] {
		key, rest, _ := strings.Cut(line, " ")
		assert.Equal(t, want[key], strings.TrimSpace(rest), key)
	}
}

// Customers alike, dealt alike to the folds, are told as so many aggregated paths.
func TestOrders_FoldsOfCustomers(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 10 {
		c := "c" + strconv.Itoa(i)
		all = append(all, touchpoint.Event{Customer: c, Name: "visit", Channel: "email", At: time.Unix(1, 0)}, touchpoint.Event{Customer: c, Name: "visit", Channel: "web", At: time.Unix(2, 0)}, touchpoint.Event{Customer: c, Name: "buy", At: time.Unix(3, 0)})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	mine, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("buy")})
	require.NoError(t, err)
	rows, err := attribution.NewPaths(slices.Values([]attribution.Path{{Touches: []string{"email", "web"}, Conversions: 10}}))
	require.NoError(t, err)
	for _, folds := range []int{2, 5, 10} {
		a, err := mine.Orders(attribution.OrderOptions{Folds: folds, Most: 2})
		require.NoError(t, err)
		b, err := rows.Orders(attribution.OrderOptions{Folds: folds, Most: 2})
		require.NoError(t, err)
		for k := range a.Scores {
			assert.InDelta(t, b.Scores[k].HeldOut, a.Scores[k].HeldOut, 1e-12, "%d folds, order %d", folds, k)
		}
	}
}

// As many samples as there may be, and one more.
func TestBootstrap_Samples(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "c", Name: "visit", Channel: "email", At: time.Unix(1, 0)}, touchpoint.Event{Customer: "c", Name: "buy", At: time.Unix(3, 0)})
	require.NoError(t, err)
	p, err := attribution.PathsOf(log, attribution.Options{Conversion: touchpoint.Named("buy")})
	require.NoError(t, err)
	for n, good := range map[int]bool{19: false, 20: true, 100_000: true, 100_001: false} {
		_, err := p.Bootstrap(attribution.Last(), attribution.BootstrapOptions{Samples: n})
		assert.Equal(t, good, err == nil, n)
	}
}
