package journeymap_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey/journeymap"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/sample"
)

func TestDiff_ByStageAndLane(t *testing.T) {
	a, b := sample.SaaS(), sample.SaaS()
	b.Purpose = "Something else"
	b.Stages[0].Goal = append(b.Stages[0].Goal, journeymap.Note{Text: "A second goal"})
	b.Stages[1].Touchpoints = b.Stages[1].Touchpoints[1:]
	b.Stages[2].Emotion.Value = 1
	b.Stages[3].Touchpoints[0].Moment = true
	b.Stages[4].Owner.Contributing = nil
	b.Stages[6], b.Stages[7] = b.Stages[7], b.Stages[6]
	b.Comments[0].Resolved = true
	changes, err := journeymap.Diff(a, b)
	require.NoError(t, err)
	var got []string
	for _, c := range changes {
		got = append(got, c.Lane.String()+" "+c.String())
	}
	assert.Equal(t, []string{
		" changed: comments › c1",
		" changed: purpose",
		"goal added: awareness › goal › A second goal",
		"touchpoints removed: consideration › touchpoints › Pricing page",
		"emotion changed: decision › emotion",
		"touchpoints changed: onboarding › touchpoints › Kick-off",
		"owner changed: adoption › owner",
		" moved: stages",
	}, got)
	back, err := a.Apply(changes)
	require.NoError(t, err)
	assert.Equal(t, asJSON(t, b), asJSON(t, back))
}

// edited is a map with a few changes of every kind.
func edited(m journeymap.Map, r *rand.Rand) journeymap.Map {
	data, _ := json.Marshal(m)
	m = journeymap.Map{}
	_ = json.Unmarshal(data, &m)
	for range r.IntN(6) {
		if len(m.Stages) == 0 {
			m.Stages = append(m.Stages, randomStage(r, "new", 1))
			continue
		}
		i := r.IntN(len(m.Stages))
		s := &m.Stages[i]
		if len(s.Parts) > 0 {
			s = &s.Parts[r.IntN(len(s.Parts))]
		}
		switch r.IntN(9) {
		case 0:
			s.Title = pickText(r)
		case 1:
			s.Goal = append([]journeymap.Note{{Text: pickText(r)}}, s.Goal...)
		case 2:
			s.Goal = nil
		case 3:
			s.Emotion = nil
		case 4:
			r.Shuffle(len(s.Touchpoints), func(i, k int) { s.Touchpoints[i], s.Touchpoints[k] = s.Touchpoints[k], s.Touchpoints[i] })
		case 5:
			m.Stages = append(m.Stages[:i], m.Stages[i+1:]...)
		case 6:
			m.Stages = append(m.Stages, randomStage(r, "added", 2))
		case 7:
			r.Shuffle(len(m.Stages), func(i, k int) { m.Stages[i], m.Stages[k] = m.Stages[k], m.Stages[i] })
		case 8:
			m.Comments, m.Name = nil, pickText(r)
		}
	}
	return m
}

func TestLaw_DiffAppliedGivesTheOther(t *testing.T) {
	kinds := map[journeymap.ChangeKind]int{}
	n := uint64(300)
	if testing.Short() {
		n = 90
	}
	for seed := range n {
		r := rand.New(rand.NewPCG(seed, 3))
		a := randomMap(seed % 40)
		none, err := journeymap.Diff(a, a)
		require.NoError(t, err)
		require.Empty(t, none)
		b := edited(a, r)
		if seed%3 == 0 {
			b = randomMap(seed + 1000) // nothing in common
		}
		changes, err := journeymap.Diff(a, b)
		require.NoError(t, err)
		for _, c := range changes {
			kinds[c.Kind]++
		}
		data, err := json.Marshal(changes) // they travel
		require.NoError(t, err)
		var read []journeymap.Change
		require.NoError(t, json.Unmarshal(data, &read))
		before := asJSON(t, a)
		got, err := a.Apply(read)
		require.NoError(t, err, "seed %d: %s", seed, data)
		require.Equal(t, asJSON(t, b), asJSON(t, got), "seed %d", seed)
		require.Equal(t, before, asJSON(t, a), "a is left alone")
	}
	for _, k := range []journeymap.ChangeKind{journeymap.Added, journeymap.Removed, journeymap.Changed, journeymap.Moved} {
		assert.Positive(t, kinds[k], "%s is drawn", k)
	}
}

func TestApply_RefusesChangesOfAnotherMap(t *testing.T) {
	a, b := sample.SaaS(), sample.SaaS()
	b.Stages[0].Goal[0].Text = "Another"
	b.Stages[1].Touchpoints[0], b.Stages[1].Touchpoints[1] = b.Stages[1].Touchpoints[1], b.Stages[1].Touchpoints[0]
	b.Purpose = "Another"
	b.Stages[2].Name = "renamed"
	changes, err := journeymap.Diff(a, b)
	require.NoError(t, err)
	require.Len(t, changes, 6)
	other := sample.Of(journeymap.FutureState)
	for _, c := range changes {
		if c.Kind != journeymap.Added { // a new stage finds a place in any map
			_, err := other.Apply([]journeymap.Change{c})
			assert.ErrorIs(t, err, journeymap.ErrChanges, "%s", c)
		}
		_, err := b.Apply([]journeymap.Change{c})
		assert.ErrorIs(t, err, journeymap.ErrChanges, "twice: %s", c)
	}
	for _, c := range []journeymap.Change{
		{Path: []string{"nowhere"}, Field: "goal", Kind: journeymap.Added},
		{Field: "name", Entry: true, Kind: journeymap.Added},
		{Field: "stages", Entry: true, Kind: journeymap.Added, At: 99, To: json.RawMessage(`{"name":"x"}`)},
		{Field: "stages", Entry: true, Kind: journeymap.Moved, To: json.RawMessage(`[]`)},
	} {
		_, err := a.Apply([]journeymap.Change{c})
		assert.ErrorIs(t, err, journeymap.ErrChanges, "%s", c)
	}
	_, err = a.Apply([]journeymap.Change{{Field: "colour", Kind: journeymap.Added, To: json.RawMessage(`"red"`)}})
	assert.ErrorIs(t, err, journeymap.ErrDecode)
}
