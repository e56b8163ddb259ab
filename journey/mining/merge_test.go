package mining_test

import (
	"encoding/json"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// aggregate is what adds up and travels.
type aggregate[T any] interface {
	*T
	Merge(other *T) error
	MarshalBinary() ([]byte, error)
	UnmarshalBinary(data []byte) error
	String() string
	Rows() [][]string
}

func bytesOf(t require.TestingT, m interface{ MarshalBinary() ([]byte, error) }) []byte {
	b, err := m.MarshalBinary()
	require.NoError(t, err)
	return b
}

var owned = touchpoint.LogOptions{Attrs: []string{"team", "due"}}

// addsUp: the parts of disjoint customers, through their bytes and in a drawn
// order, are the whole, byte for byte; and nothing is counted twice.
func addsUp[T any, P aggregate[T]](t *rapid.T, all []touchpoint.Event, run func(*touchpoint.Log) (P, error)) P {
	of := func(digit string) P {
		log, err := owned.LogOf(slices.DeleteFunc(slices.Clone(all), func(e touchpoint.Event) bool { return digit != "" && e.Customer != "c"+digit })...)
		require.NoError(t, err)
		out, err := run(log)
		require.NoError(t, err)
		return out
	}
	whole := of("")
	var sum P
	for _, digit := range rapid.Permutation([]string{"0", "1", "2", "3", "4"}).Draw(t, "order") {
		back := P(new(T))
		require.NoError(t, back.UnmarshalBinary(bytesOf(t, of(digit))))
		if sum == nil {
			sum = back
		} else {
			require.NoError(t, sum.Merge(back))
		}
	}
	want := bytesOf(t, whole)
	require.Equal(t, want, bytesOf(t, sum))
	require.Equal(t, whole.Rows(), sum.Rows())
	a, err := json.Marshal(whole)
	require.NoError(t, err)
	b, err := json.Marshal(sum)
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
	if err := sum.Merge(whole); err != nil {
		require.ErrorIs(t, err, mining.ErrMerge)
	}
	require.Equal(t, want, bytesOf(t, sum), "refused, or of nobody")
	return whole
}

// Cases, paths and promises of any partition of customers are those of the whole.
func TestLaw_CasesPathsAndPromisesAddUp(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	count := func(name string, yes bool) {
		if yes {
			met[name]++
		}
	}
	law.Check(t, func(t *rapid.T) {
		all := drawEvents(t)
		for i := range all {
			all[i].Attrs = map[string]string{
				"team": rapid.SampledFrom([]string{"", "ค", "red"}).Draw(t, "team"),
				"due":  rapid.SampledFrom([]string{"1970-01-01", "1970-01-01T00:50:00Z", "1969-12-31", "?"}).Draw(t, "due"),
			}
			if rapid.IntRange(0, 9).Draw(t, "far") == 0 {
				all[i].At = time.Date(rapid.SampledFrom([]int{1900, 2200}).Draw(t, "year"), 6, 1, 0, 0, 0, 7, time.UTC)
			}
		}
		o := mining.Options{Sketch: rapid.Bool().Draw(t, "sketch")}
		if rapid.Bool().Draw(t, "selected") {
			o.Match = touchpoint.Named("a", "b", "ค")
		}
		if rapid.Bool().Draw(t, "period") {
			o.From, o.To = time.Unix(1000, 0), time.Unix(6000, 0)
		}
		if rapid.Bool().Draw(t, "filter") {
			o.Customers = func(c string) bool { return c != "c1" }
		}
		paths := mining.PathOptions{Options: o, Gap: rapid.SampledFrom([]time.Duration{0, -1, 1000 * time.Second}).Draw(t, "gap"), KeepRepeats: rapid.Bool().Draw(t, "repeats")}
		if rapid.Bool().Draw(t, "end") {
			paths.End, paths.Length = touchpoint.Named("b"), 2
		}
		promise := mining.ServiceSpec{Options: o, Begin: touchpoint.Named("a", "x"), Done: touchpoint.Named("b"), Within: 1500 * time.Second}
		if rapid.Bool().Draw(t, "due") {
			promise.Within, promise.DueAttr = 0, "due"
		}
		if rapid.Bool().Draw(t, "owner") {
			promise.OwnerAttr = "team"
		}
		if rapid.Bool().Draw(t, "as of") {
			promise.AsOf = time.Unix(4000, 0)
		}
		cases := addsUp(t, all, func(log *touchpoint.Log) (*mining.Cases, error) { return mining.CasesOf(log, o) })
		steps := addsUp(t, all, func(log *touchpoint.Log) (*mining.PathTable, error) { return mining.Paths(log, paths) })
		kept := addsUp(t, all, func(log *touchpoint.Log) (*mining.ServiceReport, error) { return mining.Service(log, promise) })
		count("nobody", cases.Customers == 0)
		count("customers without an activity", cases.Customers > 0 && len(all) > int(cases.Events))
		count("a journey of all the years", o.Sketch && cases.P90 > 1<<62)
		count("rework", slices.ContainsFunc(cases.Activities, func(a mining.Activity) bool { return a.Rework > 1 }))
		count("a step of several", slices.ContainsFunc(steps.Edges(), func(e mining.PathEdge) bool { return e.N > 1 }))
		count("kept late", slices.ContainsFunc(kept.Cases, func(c mining.ServiceCase) bool { return c.Late && !c.Done.IsZero() }))
		count("open and late by the last instant of all", promise.AsOf.IsZero() && len(kept.Overdue()) > 0)
		count("no due date", kept.NoDue > 0)
		count("unasked", kept.Unasked > 0)
		count("several owners", len(kept.Owners) > 1)
	}, met.Need("nobody", "customers without an activity", "a journey of all the years", "rework", "a step of several", "kept late",
		"open and late by the last instant of all", "no due date", "unasked", "several owners"))
}

// With Sketch counts and means are exact, and what is in between lies within a
// bucket.
func TestCases_Sketched(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for i := range 200 {
		c := strconv.Itoa(i)
		all = append(all, touchpoint.Event{Customer: c, Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: c, Name: "b", At: time.Unix(int64(1000+i*i), 0)})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	exact, err := mining.CasesOf(log, mining.Options{})
	require.NoError(t, err)
	sketch, err := mining.CasesOf(log, mining.Options{Sketch: true})
	require.NoError(t, err)
	assert.Equal(t, exact.Mean, sketch.Mean)
	assert.Equal(t, exact.Activities[1].Wait.Mean, sketch.Activities[1].Wait.Mean)
	assert.InEpsilon(t, float64(exact.Median), float64(sketch.Median), 0.02)
	assert.InEpsilon(t, float64(exact.P90), float64(sketch.P90), 0.02)
	assert.InEpsilon(t, float64(exact.Activities[1].Wait.Median), float64(sketch.Activities[1].Wait.Median), 0.02)
	assert.Zero(t, sketch.Activities[0].Wait)
	require.ErrorIs(t, exact.Merge(sketch), mining.ErrMerge)
	assert.Less(t, len(bytesOf(t, sketch)), len(bytesOf(t, exact))+2000)
}

// The mean of a step does not overflow: two customers who waited for the better
// part of three centuries.
func TestPaths_MeanOfCenturies(t *testing.T) {
	t.Parallel()
	var all []touchpoint.Event
	for _, c := range []string{"a", "b"} {
		all = append(all, touchpoint.Event{Customer: c, Name: "x", At: time.Date(1910, 1, 1, 0, 0, 0, 0, time.UTC)}, touchpoint.Event{Customer: c, Name: "y", At: time.Date(2190, 1, 1, 0, 0, 0, 0, time.UTC)})
	}
	log, err := touchpoint.LogOf(all...)
	require.NoError(t, err)
	p, err := mining.Paths(log, mining.PathOptions{Gap: -1})
	require.NoError(t, err)
	assert.Equal(t, all[1].At.Sub(all[0].At), p.Edges()[0].Mean)
}

func TestMerge_RefusesWhatWasAskedOtherwise(t *testing.T) {
	t.Parallel()
	one, err := owned.LogOf(seconds("c1", "a b a")...)
	require.NoError(t, err)
	two, err := owned.LogOf(seconds("c2", "a b")...)
	require.NoError(t, err)
	base := mining.ServiceSpec{Begin: touchpoint.Named("a"), Done: touchpoint.Named("b"), Within: time.Second}
	for name, change := range map[string]func(*mining.ServiceSpec){
		"begin":    func(s *mining.ServiceSpec) { s.Begin = touchpoint.Named("a", "c") },
		"done":     func(s *mining.ServiceSpec) { s.Done = touchpoint.Named("c") },
		"within":   func(s *mining.ServiceSpec) { s.Within++ },
		"due":      func(s *mining.ServiceSpec) { s.Within, s.DueAttr = 0, "due" },
		"owner":    func(s *mining.ServiceSpec) { s.OwnerAttr = "team" },
		"as of":    func(s *mining.ServiceSpec) { s.AsOf = time.Unix(9, 0) },
		"zone":     func(s *mining.ServiceSpec) { s.Location = time.FixedZone("z", 3600) },
		"customer": func(s *mining.ServiceSpec) { s.Customers = func(string) bool { return true } },
	} {
		spec := base
		change(&spec)
		sum, err := mining.Service(one, base)
		require.NoError(t, err)
		before := bytesOf(t, sum)
		other, err := mining.Service(two, spec)
		require.NoError(t, err)
		require.ErrorIs(t, sum.Merge(other), mining.ErrMerge, name)
		assert.Equal(t, before, bytesOf(t, sum), name)
		require.ErrorIs(t, sum.Merge(sum), mining.ErrMerge, "a customer twice")
	}
	for name, o := range map[string]mining.PathOptions{"gap": {Gap: 1}, "repeats": {KeepRepeats: true}, "length": {Length: 3}, "start": {Start: touchpoint.Named("a")}} {
		sum, err := mining.Paths(one, mining.PathOptions{})
		require.NoError(t, err)
		other, err := mining.Paths(two, o)
		require.NoError(t, err)
		require.ErrorIs(t, sum.Merge(other), mining.ErrMerge, name)
	}
	a, err := mining.Paths(one, mining.PathOptions{})
	require.NoError(t, err)
	b, err := mining.Paths(two, mining.PathOptions{Gap: 30 * time.Minute, Length: 5})
	require.NoError(t, err)
	require.NoError(t, a.Merge(b), "the defaults by name")
	made, err := mining.CasesOf(one, mining.Options{})
	require.NoError(t, err)
	require.ErrorIs(t, made.Merge(&mining.Cases{}), mining.ErrMerge)
	require.ErrorIs(t, (&mining.Cases{}).Merge(made), mining.ErrMerge)
	require.ErrorIs(t, (&mining.ServiceReport{}).Merge(&mining.ServiceReport{}), mining.ErrMerge)
	_, err = (&mining.ServiceReport{}).MarshalBinary()
	require.ErrorIs(t, err, mining.ErrEncoding)
	// Open promises are late by the latest instant of all parts.
	late, err := touchpoint.LogOf(touchpoint.Event{Customer: "c3", Name: "x", At: time.Unix(1e6, 0)})
	require.NoError(t, err)
	sum, err := mining.Service(one, base)
	require.NoError(t, err)
	assert.Zero(t, sum.All.Late)
	other, err := mining.Service(late, base)
	require.NoError(t, err)
	require.NoError(t, sum.Merge(other))
	assert.Equal(t, []int64{1, 2}, []int64{sum.All.Late, sum.All.Cases})
}

func fuzzAggregate[T any, P aggregate[T]](f *testing.F, run func(*touchpoint.Log, bool) (P, error)) {
	f.Helper()
	log, err := owned.LogOf(
		touchpoint.Event{Customer: "c", Name: "a", At: time.Unix(0, 0)}, touchpoint.Event{Customer: "c", Name: "b", At: time.Unix(9, 0)},
		touchpoint.Event{Customer: "ค", Name: "b", At: time.Unix(3, 0)}, touchpoint.Event{Customer: "ค", Name: "b", At: time.Unix(300, 0)},
		touchpoint.Event{Customer: "ค", Name: "a", At: time.Unix(301, 0), Attrs: map[string]string{"team": "red"}},
	)
	require.NoError(f, err)
	for _, log := range []*touchpoint.Log{log, nil} {
		for _, sketch := range []bool{false, true} {
			x, err := run(log, sketch)
			require.NoError(f, err)
			f.Add(bytesOf(f, x))
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(data); n > 4 { // with a checksum that fits, so that what lies behind it is reached
			data = pack.Frame(slices.Clone(data[:n-4]), 0)
		}
		x := P(new(T))
		if err := x.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, mining.ErrEncoding)
			return
		}
		require.Equal(t, data, bytesOf(t, x))
		_, _ = x.String(), x.Rows()
		_, err := json.Marshal(x)
		require.NoError(t, err)
		require.Error(t, x.UnmarshalBinary(append(data, 0)))
		require.Equal(t, data, bytesOf(t, x))
	})
}

func FuzzCases_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log, sketch bool) (*mining.Cases, error) {
		return mining.CasesOf(log, mining.Options{Sketch: sketch})
	})
}

func FuzzPathTable_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log, repeats bool) (*mining.PathTable, error) {
		return mining.Paths(log, mining.PathOptions{KeepRepeats: repeats})
	})
}

func FuzzServiceReport_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log, owner bool) (*mining.ServiceReport, error) {
		s := mining.ServiceSpec{Begin: touchpoint.Named("a"), Done: touchpoint.Named("b"), Within: time.Second}
		if owner {
			s.OwnerAttr = "team"
		}
		return mining.Service(log, s)
	})
}
