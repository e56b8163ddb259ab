package touchpoint_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func meetingCatalogue() touchpoint.Catalogue {
	return touchpoint.Catalogue{Name: "c", Touchpoints: []touchpoint.Touchpoint{
		{Name: "X", Events: []string{"x"}, LeadsTo: []string{"Y", "nowhere"}},
		{Name: "Y", Events: []string{"y", "x"}, LeadsTo: []string{"Z"}},
		{Name: "Z", Events: []string{"never"}},
	}}
}

// slowMeetings is the definition in a few lines: the meetings of each customer
// as a list of names.
func slowMeetings(in []touchpoint.Event) (rows map[string]touchpoint.Met, other int64) {
	byEvent := map[string]string{"x": "X", "y": "Y"}
	rows = map[string]touchpoint.Met{}
	sorted, _ := slowOrder(in)
	walks := map[string][]string{}
	met := map[string]map[string]bool{}
	for _, e := range sorted {
		name, ok := byEvent[e.Name]
		if !ok {
			other++
			continue
		}
		m := rows[name]
		m.Events++
		rows[name] = m
		if w := walks[e.Customer]; len(w) == 0 || w[len(w)-1] != name {
			walks[e.Customer] = append(w, name)
		}
		if met[name] == nil {
			met[name] = map[string]bool{}
		}
		met[name][e.Customer] = true
	}
	for _, w := range walks {
		for i, name := range w {
			m := rows[name]
			m.Meetings++
			if i == 0 {
				m.First++
			}
			if i == len(w)-1 {
				m.Last++
			}
			rows[name] = m
		}
	}
	for name, who := range met {
		m := rows[name]
		m.Customers = int64(len(who))
		rows[name] = m
	}
	return rows, other
}

func TestLaw_MeetingsAreThoseOfTheDefinition(t *testing.T) {
	t.Parallel()
	steps := 0
	law.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		log, err := touchpoint.LogOf(in...)
		require.NoError(t, err)
		got := meetingCatalogue().Meet(log)
		want, other := slowMeetings(in)
		require.Equal(t, other, got.Other())
		require.EqualValues(t, log.Customers(), got.Customers())
		after := map[string]int64{}
		for _, r := range got.Rows() {
			w := want[r.Touchpoint]
			require.Equal(t, []int64{w.Events, w.Meetings, w.Customers, w.First, w.Last}, []int64{r.Events, r.Meetings, r.Customers, r.First, r.Last}, r.Touchpoint)
			onward := r.Last
			for _, s := range r.Next {
				onward += s.N
				after[s.To] += s.N
			}
			require.Equal(t, r.Meetings, onward, "every meeting is the last or leads on")
			steps += int(onward - r.Last)
		}
		for _, r := range got.Rows() {
			require.Equal(t, r.Meetings, r.First+after[r.Touchpoint], "every meeting is the first or follows one")
		}
	}, law.Counters{"steps": &steps})
}

func TestLaw_MeetingsOfPartsAddUp(t *testing.T) {
	t.Parallel()
	both := 0
	law.Check(t, func(t *rapid.T) {
		in := events(t, "events")
		cut := rapid.SampledFrom([]string{"", "ab", "b", "z"}).Draw(t, "cut")
		var low, high []touchpoint.Event
		for i := range in {
			in[i].ID = ""
			if in[i].Customer < cut {
				low = append(low, in[i])
			} else {
				high = append(high, in[i])
			}
		}
		meet := func(events []touchpoint.Event) *touchpoint.Meetings {
			log, err := touchpoint.LogOf(events...)
			require.NoError(t, err)
			return meetingCatalogue().Meet(log)
		}
		want, err := meet(in).MarshalBinary()
		require.NoError(t, err)
		sum := meet(high)
		require.NoError(t, sum.Merge(meet(low)))
		got, err := sum.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, want, got)
		var back touchpoint.Meetings
		require.NoError(t, back.UnmarshalBinary(got))
		require.Equal(t, sum.Rows(), back.Rows())
		if len(low) > 0 {
			both++
			require.ErrorIs(t, sum.Merge(meet(low)), touchpoint.ErrMeetings)
			again, err := sum.MarshalBinary()
			require.NoError(t, err)
			require.Equal(t, want, again, "nothing was added")
		}
	}, law.Counters{"both": &both})
	log, err := touchpoint.LogOf()
	require.NoError(t, err)
	other := meetingCatalogue()
	other.Touchpoints[2].LeadsTo = []string{"X"}
	require.ErrorIs(t, meetingCatalogue().Meet(log).Merge(other.Meet(log)), touchpoint.ErrMeetings)
}

func FuzzMeetings_Decode(f *testing.F) {
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "x", At: day(1)}, touchpoint.Event{Customer: "a", Name: "y", At: day(2)})
	require.NoError(f, err)
	data, err := meetingCatalogue().Meet(log).MarshalBinary()
	require.NoError(f, err)
	f.Add(data)
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(data); n > 4 { // with a checksum that fits, so that what lies behind it is reached
			data = pack.Frame(slices.Clone(data[:n-4]), 0)
		}
		var m touchpoint.Meetings
		if m.UnmarshalBinary(data) != nil {
			return
		}
		again, err := m.MarshalBinary()
		require.NoError(t, err)
		require.Equal(t, data, again)
		m.Rows()
	})
}

// Which planned touchpoints were met, by how many, and what came next.
func ExampleCatalogue_Meet() {
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "acme", Name: "visited", At: at("2026-01-02")},
		touchpoint.Event{Customer: "acme", Name: "trial_started", At: at("2026-01-05")},
		touchpoint.Event{Customer: "acme", Name: "subscribed", At: at("2026-01-16")},
		touchpoint.Event{Customer: "beta", Name: "visited", At: at("2026-01-03")},
		touchpoint.Event{Customer: "beta", Name: "ticket_opened", At: at("2026-01-03")},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range touchpoint.StandardSaaS().Meet(log).Rows()[:3] {
		i := slices.IndexFunc(r.Next, func(s touchpoint.Step) bool { return s.N == 0 })
		fmt.Printf("%s: reach %s, then %v\n", r.Touchpoint, r.Reach.Percent(0), r.Next[:i])
	}
	// Output:
	// Website: reach 100%, then [{Trial or demo 1 true} {Support 1 false}]
	// Trial or demo: reach 50%, then [{Onboarding 1 true}]
	// Onboarding: reach 50%, then []
}

func TestMeetings_JSONAndString(t *testing.T) {
	t.Parallel()
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "a", Name: "x", At: day(1)}, touchpoint.Event{Customer: "a", Name: "y", At: day(2)}, touchpoint.Event{Customer: "b", Name: "?", At: day(2)})
	require.NoError(t, err)
	m := meetingCatalogue().Meet(log)
	assert.Equal(t, "X: 1 of 2 customers, then Y 1 times\nY: 1 of 2 customers\nZ: 0 of 2 customers\n", m.String())
	data, err := json.Marshal(m)
	require.NoError(t, err)
	assert.Contains(t, string(data), `{"catalogue":"c","customers":2,"other":1,"touchpoints":[{"touchpoint":"X","events":1,"meetings":1,"customers":1,"reach":`)
	assert.Contains(t, string(data), `"first":0,"last":1,"next":[{"to":"Z","n":0,"planned":true}]}`)
}
