package touchpoint_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// numbered turns events into columns, texts in order of first appearance.
func numbered(events []touchpoint.Event) touchpoint.Numbered {
	var n touchpoint.Numbered
	customers, names, channels := map[string]uint32{}, map[string]uint16{}, map[touchpoint.Channel]uint16{}
	for _, e := range events {
		if _, ok := customers[e.Customer]; !ok {
			customers[e.Customer] = uint32(len(n.Customers))
			n.Customers = append(n.Customers, e.Customer)
		}
		if _, ok := names[e.Name]; !ok {
			names[e.Name] = uint16(len(n.Names))
			n.Names = append(n.Names, e.Name)
		}
		if _, ok := channels[e.Channel]; !ok {
			channels[e.Channel] = uint16(len(n.Channels))
			n.Channels = append(n.Channels, e.Channel)
		}
		n.Customer = append(n.Customer, customers[e.Customer])
		n.Name = append(n.Name, names[e.Name])
		n.Channel = append(n.Channel, channels[e.Channel])
		n.UnixNano = append(n.UnixNano, e.At.UnixNano())
	}
	return n
}

func TestLaw_ColumnsGiveTheLogOfTheEvents(t *testing.T) {
	t.Parallel()
	unused := 0
	law.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		for i := range in {
			in[i].ID = ""
		}
		want, err := touchpoint.LogOf(in...)
		require.NoError(t, err)
		n := numbered(in)
		if rapid.Bool().Draw(t, "unused") {
			unused++
			n.Customers = append(n.Customers, "nobody")
			n.Names = append(n.Names, "nothing")
			n.Channels = append(n.Channels, "nowhere")
		}
		got, err := touchpoint.NewLogOf(n)
		require.NoError(t, err)
		require.Equal(t, encoded(t, want), encoded(t, got))
	}, law.Counters{"unused": &unused})
}

func TestNewLogOf_Large(t *testing.T) {
	t.Parallel()
	in := large(5, false)
	want, err := touchpoint.LogOf(in...)
	require.NoError(t, err)
	got, err := touchpoint.NewLogOf(numbered(in))
	require.NoError(t, err)
	assert.Equal(t, encoded(t, want), encoded(t, got))
	n := numbered(in)
	n.Customer[3], n.Customer[100_000], n.UnixNano[140_000] = 1<<30, 1<<30, 1<<63-1
	_, err = touchpoint.NewLogOf(n)
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	require.Len(t, batch.Rows, 3)
	assert.Equal(t, []int64{4, 100_001, 140_001}, []int64{batch.Rows[0].Row, batch.Rows[1].Row, batch.Rows[2].Row})
}

func TestNewLogOf_Refuses(t *testing.T) {
	t.Parallel()
	sound := func() touchpoint.Numbered {
		return touchpoint.Numbered{
			Customers: []string{"b", "a"}, Names: []string{"n"}, Channels: []touchpoint.Channel{"web", ""},
			Customer: []uint32{0, 1}, Name: []uint16{0, 0}, Channel: []uint16{1, 0}, UnixNano: []int64{0, 0},
		}
	}
	_, err := touchpoint.NewLogOf(sound())
	require.NoError(t, err)
	for name, c := range map[string]struct {
		change func(*touchpoint.Numbered)
		err    error
	}{
		"short column":     {func(n *touchpoint.Numbered) { n.Customer = n.Customer[:1] }, touchpoint.ErrColumns},
		"long column":      {func(n *touchpoint.Numbered) { n.Name = append(n.Name, 0) }, touchpoint.ErrColumns},
		"short channels":   {func(n *touchpoint.Numbered) { n.Channel = n.Channel[:1] }, touchpoint.ErrColumns},
		"customer beyond":  {func(n *touchpoint.Numbered) { n.Customer[1] = 2 }, touchpoint.ErrColumns},
		"name beyond":      {func(n *touchpoint.Numbered) { n.Name[1] = 1 }, touchpoint.ErrColumns},
		"channel beyond":   {func(n *touchpoint.Numbered) { n.Channel[1] = 2 }, touchpoint.ErrColumns},
		"customer twice":   {func(n *touchpoint.Numbered) { n.Customers[1] = "b" }, touchpoint.ErrColumns},
		"customer empty":   {func(n *touchpoint.Numbered) { n.Customers[1] = "" }, fault.ErrEmpty},
		"name not UTF-8":   {func(n *touchpoint.Numbered) { n.Names[0] = "\xff" }, fault.ErrText},
		"before 1900":      {func(n *touchpoint.Numbered) { n.UnixNano[0] = -1 << 62 }, touchpoint.ErrTime},
		"after 2200":       {func(n *touchpoint.Numbered) { n.UnixNano[0] = 1<<63 - 1 }, touchpoint.ErrTime},
		"too many names":   {func(n *touchpoint.Numbered) { n.Names = make([]string, touchpoint.MaxNames+1) }, fault.ErrTooMany},
		"channel unstated": {func(n *touchpoint.Numbered) { n.Channel, n.Name[0] = nil, 5 }, touchpoint.ErrColumns},
	} {
		n := sound()
		c.change(&n)
		log, err := touchpoint.NewLogOf(n)
		require.ErrorIs(t, err, c.err, name)
		assert.Nil(t, log, name)
	}
	many := touchpoint.Numbered{Customers: []string{"a"}, Names: []string{"n"}}
	for range 5000 {
		many.Customer, many.Name, many.UnixNano = append(many.Customer, 0), append(many.Name, 0), append(many.UnixNano, -1<<62)
	}
	_, err = touchpoint.NewLogOf(many)
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	assert.Equal(t, int64(5000), batch.Count(), "what is not listed is counted")
	assert.Len(t, batch.Rows, fault.MaxListed)
	n := sound()
	n.Channel, n.Channels = nil, nil
	log, err := touchpoint.NewLogOf(n)
	require.NoError(t, err)
	assert.Equal(t, []touchpoint.Channel{""}, log.Channels())
	empty, err := touchpoint.NewLogOf(touchpoint.Numbered{})
	require.NoError(t, err)
	assert.Zero(t, empty.Len())
}

// The columns of one log are those of another, for the customers who stay.
func ExampleNewLogOf() {
	day := func(d int) int64 { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC).UnixNano() }
	log, err := touchpoint.NewLogOf(touchpoint.Numbered{
		Customers: []string{"beta", "acme"}, Names: []string{"paid", "sign_up"},
		Customer: []uint32{1, 0, 1},
		Name:     []uint16{0, 1, 1},
		UnixNano: []int64{day(16), day(3), day(2)},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	for customer, events := range log.ByCustomer() {
		var names []string
		for e := range events {
			names = append(names, e.Name)
		}
		fmt.Println(customer, names)
	}
	fmt.Println(slices.Collect(log.Of("beta"))[0].At.Format(time.DateOnly))
	// Output:
	// acme [sign_up paid]
	// beta [sign_up]
	// 2026-01-03
}
