package retention_test

import (
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/journey/retention"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
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
	MarshalJSON() ([]byte, error)
}

func bytesOf(t require.TestingT, m interface{ MarshalBinary() ([]byte, error) }) []byte {
	b, err := m.MarshalBinary()
	require.NoError(t, err)
	return b
}

// addsUp: parts of disjoint customers, through their bytes and in a drawn order,
// are the whole, byte for byte; and nothing is counted twice.
func addsUp[T any, P aggregate[T]](t *rapid.T, parts [][]touchpoint.Event, run func(*touchpoint.Log) (P, error)) P {
	of := func(events []touchpoint.Event) P {
		log, err := touchpoint.LogOf(events...)
		require.NoError(t, err)
		out, err := run(log)
		require.NoError(t, err)
		return out
	}
	whole := of(slices.Concat(parts...))
	var sum P
	for _, part := range rapid.Permutation(parts).Draw(t, "order") {
		back := P(new(T))
		require.NoError(t, back.UnmarshalBinary(bytesOf(t, of(part))))
		if sum == nil {
			sum = back
		} else {
			require.NoError(t, sum.Merge(back))
		}
	}
	want := bytesOf(t, whole)
	require.Equal(t, want, bytesOf(t, sum))
	require.Equal(t, whole.String(), sum.String())
	require.Equal(t, whole.Rows(), sum.Rows())
	a, err := json.Marshal(whole)
	require.NoError(t, err)
	b, err := json.Marshal(sum)
	require.NoError(t, err)
	require.Equal(t, string(a), string(b))
	if again := sum.Merge(whole); again != nil {
		require.ErrorIs(t, again, retention.ErrMerge)
		require.Equal(t, want, bytesOf(t, sum), "refused, so untouched")
	} else {
		require.Equal(t, want, bytesOf(t, sum), "of nobody")
	}
	return whole
}

// Whatever the periods, windows and zone; with customers who were active before
// the periods alone, after them, in several, never.
func TestLaw_ActivityAddsUp(t *testing.T) {
	t.Parallel()
	zone, err := time.LoadLocation("America/Sao_Paulo") // clocks change at midnight
	require.NoError(t, err)
	met := law.Drawn{}
	count := func(name string, yes bool) {
		if yes {
			met[name]++
		}
	}
	law.Check(t, func(t *rapid.T) {
		from := time.Date(2018, time.October, 30, 5, 0, 0, 0, time.FixedZone("x", 90*60+30))
		spec := retention.LifecycleSpec{
			Unit: calendar.Unit(rapid.IntRange(0, 4).Draw(t, "unit")), Periods: rapid.IntRange(1, 6).Draw(t, "periods"),
			From: from, WeekStart: time.Weekday(rapid.IntRange(0, 6).Draw(t, "week start")),
		}
		daily := retention.DailySpec{Days: spec.Periods, From: from, Week: rapid.IntRange(1, 3).Draw(t, "week"), Month: 3}
		if rapid.Bool().Draw(t, "zone") {
			spec.Location, daily.Location = zone, zone
		}
		if rapid.Bool().Draw(t, "match") {
			spec.Active, daily.Active = touchpoint.Named("v"), touchpoint.Named("v")
		}
		if rapid.Bool().Draw(t, "born") {
			spec.Born = func(c string) time.Time { return from.AddDate(0, 0, int(c[len(c)-1]-'0')) }
		}
		if rapid.Bool().Draw(t, "filter") {
			spec.Customers = func(c string) bool { return c != "ค1" }
			daily.Customers = spec.Customers
		}
		g := calendar.Grid{Unit: spec.Unit, Location: spec.Location, WeekStart: spec.WeekStart}
		starts := g.Starts(g.Nth(g.Floor(from), -2), spec.Periods+3)
		parts := make([][]touchpoint.Event, 4)
		for c := range parts { // one customer to a part, some without an event
			for range rapid.IntRange(0, 6).Draw(t, "events") {
				at := starts[rapid.IntRange(0, len(starts)-1).Draw(t, "period")].Add(rapid.SampledFrom([]time.Duration{0, -1, time.Minute}).Draw(t, "beside"))
				parts[c] = append(parts[c], touchpoint.Event{Customer: "ค" + strconv.Itoa(c), Name: rapid.SampledFrom([]string{"v", "v", "x"}).Draw(t, "name"), At: at})
			}
		}
		states := addsUp(t, parts, func(log *touchpoint.Log) (*retention.States, error) { return retention.Lifecycle(log, spec) })
		growth := addsUp(t, parts, func(log *touchpoint.Log) (*retention.Growth, error) { return retention.Daily(log, daily) })
		addsUp(t, parts, func(log *touchpoint.Log) (*retention.Sticky, error) { return retention.Stickiness(log, spec) })
		often := addsUp(t, parts, func(log *touchpoint.Log) (*retention.FrequencyTable, error) { return retention.Frequencies(log, spec) })
		active := int64(0)
		for _, p := range states.Periods() {
			active += p.Active()
			count("resurrecting", p.Resurrecting > 0)
			count("returning of several", p.Returning > 1)
		}
		count("nobody", active == 0)
		count("only dormant", active == 0 && states.Periods()[0].Dormant > 0)
		last := growth.Days()[len(growth.Days())-1]
		count("dormant from before", last.MAU() == 0 && last.Dormant > 0)
		count("often", slices.ContainsFunc(often.Periods(), func(f retention.Frequency) bool { return f.P90 > 2 && f.Active > 1 }))
	}, met.Need("resurrecting", "returning of several", "nobody", "only dormant", "dormant from before", "often"))
}

// What differs in what was asked is named, and nothing is added.
func TestMerge_RefusesWhatWasAskedOtherwise(t *testing.T) {
	t.Parallel()
	log := logOf(t, events("a", "v", 0, 1, 1))
	other := logOf(t, events("b", "v", 0))
	base := retention.LifecycleSpec{Unit: calendar.UnitDay, Periods: 2, From: on(0)}
	states := func(log *touchpoint.Log, change func(*retention.LifecycleSpec)) *retention.States {
		spec := base
		change(&spec)
		s, err := retention.Lifecycle(log, spec)
		require.NoError(t, err)
		return s
	}
	same := func(*retention.LifecycleSpec) {}
	for name, change := range map[string]func(*retention.LifecycleSpec){
		"periods":  func(s *retention.LifecycleSpec) { s.Periods = 3 },
		"unit":     func(s *retention.LifecycleSpec) { s.Unit = calendar.UnitWeek },
		"from":     func(s *retention.LifecycleSpec) { s.From = on(1) },
		"active":   func(s *retention.LifecycleSpec) { s.Active = touchpoint.Named("v") },
		"zone":     func(s *retention.LifecycleSpec) { s.Location, _ = time.LoadLocation("Asia/Bangkok") },
		"week":     func(s *retention.LifecycleSpec) { s.WeekStart = time.Monday },
		"birth":    func(s *retention.LifecycleSpec) { s.Born = func(string) time.Time { return time.Time{} } },
		"customer": func(s *retention.LifecycleSpec) { s.Customers = func(string) bool { return true } },
	} {
		sum := states(log, same)
		before := bytesOf(t, sum)
		require.ErrorIs(t, sum.Merge(states(other, change)), retention.ErrMerge, name)
		assert.Equal(t, before, bytesOf(t, sum), name)
	}
	sum := states(log, same)
	require.EqualError(t, sum.Merge(states(log, same)), `retention: merge: states: retention tables do not add up: customer "a" in both`)
	require.NoError(t, sum.Merge(states(other, same)))
	assert.Equal(t, int64(2), sum.Periods()[0].New)
	daily := func(week int) *retention.Growth {
		g, err := retention.Daily(log, retention.DailySpec{Days: 2, From: on(0), Week: week})
		require.NoError(t, err)
		return g
	}
	require.ErrorIs(t, daily(6).Merge(daily(0)), retention.ErrMerge)
	parts, err := retention.StickinessBy(log, base, touchpoint.Breakdown{Customer: func(string) string { return "k" }})
	require.NoError(t, err)
	whole, err := retention.Stickiness(other, base)
	require.NoError(t, err)
	require.ErrorIs(t, whole.Merge(parts[0]), retention.ErrMerge, "a part is not the whole")
	var empty retention.FrequencyTable
	often, err := retention.Frequencies(log, base)
	require.NoError(t, err)
	require.ErrorIs(t, empty.Merge(often), retention.ErrMerge)
	assert.Equal(t, [][]string{{"periods", "customers"}, {"1", "0"}, {"2", "1"}}, func() [][]string {
		s, err := retention.Stickiness(log, base)
		require.NoError(t, err)
		return s.Rows()
	}())
	assert.Equal(t, []string{"2026-01-02T00:00:00Z", "1", "2", "2", "2", "2"}[1:], often.Rows()[2][1:])
}

// Bytes that say what cannot be are refused, and why.
func TestTally_SaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	asked := `{"unit":"day","periods":1,"from":"2026-01-01T00:00:00Z","zone":"","week_start":0,"born":false,"filtered":false}`
	form := func(magic, asked string, names []string, rest ...int64) []byte {
		crowd := &pack.Crowd{}
		for _, name := range names {
			crowd.Add(name)
		}
		b := crowd.Append(pack.Text(append([]byte(magic), 2), asked))
		return pack.Frame(pack.Numbers(b, rest), 0)
	}
	var s retention.States
	require.NoError(t, s.UnmarshalBinary(form("LRSTATE", asked, []string{"a"}, 1, 0, 0, 0)))
	before := bytesOf(t, &s)
	for want, data := range map[string][]byte{
		"more customers in period 0 than there are": form("LRSTATE", asked, []string{"a"}, 1, 0, 0, 1),
		"not ascending":                             form("LRSTATE", asked, []string{"a", "a"}, 1, 0, 0, 0),
		"what was asked: invalid character":         form("LRSTATE", "x", nil),
		"Periods 0: want 1 to 2000":                 form("LRSTATE", `{"from":"2026-01-01T00:00:00Z"}`, nil),
		`zone "Nowhere": unknown time zone Nowhere`: form("LRSTATE", `{"periods":1,"from":"2026-01-01T00:00:00Z","zone":"Nowhere"}`, nil),
		"not in canonical form":                     form("LRSTATE", asked+" ", []string{"a"}, 1, 0, 0, 0),
		"bytes too many":                            form("LRSTATE", asked, []string{"a"}, 1, 0, 0, 0, 0),
		"no number here":                            form("LRSTATE", asked, []string{"a"}, 1, 0, 0),
		"do not begin with":                         form("LRGROW", asked, []string{"a"}, 1, 0, 0, 0),
		"number 9223372036854775807, at most":       form("LRSTATE", asked, []string{"a"}, math.MaxInt64, 0, 0, 0),
		"checksum":                                  append(form("LRSTATE", asked, nil, 0, 0, 0, 0), 0),
	} {
		err := s.UnmarshalBinary(data)
		require.ErrorIs(t, err, retention.ErrEncoding, want)
		require.ErrorContains(t, err, want)
	}
	assert.Equal(t, before, bytesOf(t, &s))
	var often retention.FrequencyTable
	require.NoError(t, often.UnmarshalBinary(form("LRFREQ", asked, []string{"a"}, 1, 3, 1)))
	assert.Equal(t, "2026-01-01 1 active, 3 events, median 3, nine in ten up to 3\n", often.String())
	require.ErrorContains(t, often.UnmarshalBinary(form("LRFREQ", asked, []string{"a"}, 1, 0, 1)), "1 customers active 0 times")
	require.ErrorContains(t, often.UnmarshalBinary(form("LRFREQ", asked, []string{"a"}, 1, 1, 0)), "0 customers active 1 times")
	require.ErrorContains(t, often.UnmarshalBinary(form("LRFREQ", asked, []string{"a"}, 2, 1, 1, 2, 1)), "number 1, at most 0")
	require.ErrorContains(t, often.UnmarshalBinary(form("LRFREQ", asked, []string{"a", "b"}, 2, 2, 1, 1, 1)), "not in canonical form")
}

func fuzzAggregate[T any, P aggregate[T]](f *testing.F, run func(*touchpoint.Log) (P, error)) {
	f.Helper()
	log := logOf(f, events("p1", "v", -3, 0, 1, 1, 2, 5), events("ภ", "v", 1, 2, 3, 6))
	for _, log := range []*touchpoint.Log{log, nil} {
		x, err := run(log)
		require.NoError(f, err)
		f.Add(bytesOf(f, x))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if n := len(data); n > 4 { // with a checksum that fits, so that what lies behind it is reached
			data = pack.Frame(slices.Clone(data[:n-4]), 0)
		}
		x := P(new(T))
		if err := x.UnmarshalBinary(data); err != nil {
			require.ErrorIs(t, err, retention.ErrEncoding)
			return
		}
		require.Equal(t, data, bytesOf(t, x))
		_, _ = x.String(), x.Rows()
		_, err := x.MarshalJSON()
		require.NoError(t, err)
	})
}

func fuzzSpec() retention.LifecycleSpec {
	return retention.LifecycleSpec{Unit: calendar.UnitDay, Periods: 3, From: on(0)}
}

func FuzzStates_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log) (*retention.States, error) { return retention.Lifecycle(log, fuzzSpec()) })
}

func FuzzGrowth_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log) (*retention.Growth, error) {
		return retention.Daily(log, retention.DailySpec{Days: 3, From: on(0)})
	})
}

func FuzzSticky_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log) (*retention.Sticky, error) { return retention.Stickiness(log, fuzzSpec()) })
}

func FuzzFrequencyTable_UnmarshalBinary(f *testing.F) {
	fuzzAggregate(f, func(log *touchpoint.Log) (*retention.FrequencyTable, error) {
		return retention.Frequencies(log, fuzzSpec())
	})
}
