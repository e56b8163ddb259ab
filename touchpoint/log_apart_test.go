package touchpoint_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Events at hand give the log, and the faults, of the same events one by one,
// also where there are enough to be read in parts.
func TestLaw_AtHandIsOneByOne(t *testing.T) {
	const n = 300_070 // as many parts as cores, up to two
	plain := slices.Collect(stream(n, false))
	few := slices.Collect(stream(n, true))
	for i, r := range rand.New(rand.NewPCG(7, 7)).Perm(n)[:1000] { // ties, and customers of several parts
		few[r].Customer, few[r].At = "customer-1000000", few[0].At.Add(time.Duration(i%3)*time.Hour)
	}
	changed := func(change func([]touchpoint.Event)) []touchpoint.Event {
		events := slices.Clone(plain)
		change(events)
		return events
	}
	for name, events := range map[string][]touchpoint.Event{
		"mixed":   plain,
		"grouped": few,
		"one": changed(func(e []touchpoint.Event) {
			for i := range e {
				e[i].Customer = "ada"
			}
		}),
		"a repeat in the last part": changed(func(e []touchpoint.Event) {
			e[3].ID, e[n-1].ID = "x", "x"
		}),
		"a fault in the last part": changed(func(e []touchpoint.Event) { e[n-1].Name = "" }),
		"faults in every part": changed(func(e []touchpoint.Event) {
			e[n-1].Customer, e[5].Customer, e[n/2].At = "", "\xff", time.Time{}
		}),
		"more names than a log takes": changed(func(e []touchpoint.Event) {
			for i := range 80_000 {
				e[i*3].Name = "n" + strconv.Itoa(i)
			}
		}),
		"names of every part": changed(func(e []touchpoint.Event) {
			for i := range e {
				e[i].Name, e[i].Channel = fmt.Sprint("n", i*20/n), touchpoint.Channel(fmt.Sprint("c", i*7/n))
			}
		}),
	} {
		want, wantErr := touchpoint.NewLog(slices.Values(events))
		got, err := touchpoint.LogOf(events...)
		if wantErr != nil {
			require.EqualError(t, err, wantErr.Error(), name)
			continue
		}
		require.NoError(t, err, name)
		a, err := want.AppendBinary(nil)
		require.NoError(t, err)
		b, err := got.AppendBinary(nil)
		require.NoError(t, err)
		if !bytes.Equal(a, b) { // millions of bytes
			t.Fatalf("%s: another log", name)
		}
		assert.Equal(t, want.Duplicates(), got.Duplicates())
	}
}
