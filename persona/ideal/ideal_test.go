package ideal_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/persona"
	"github.com/lifecycle-go/lifecycle/persona/ideal"
)

// forty are 40 customers of whom the first 10 are the best: 8 of the 10 and 16
// of the 40 are SaaS companies; 1 of the 10 and 20 of the 40 are on the free
// plan; employees rise with the number; every name is different.
func forty() []persona.Profile {
	var out []persona.Profile
	for i := range 40 {
		industry, plan := "other", "paid"
		if i < 8 || i >= 10 && i < 18 {
			industry = "saas"
		}
		if i == 0 || i >= 21 {
			plan = "free"
		}
		out = append(out, profile(fmt.Sprintf("c%02d", i), map[string]persona.Value{
			"industry": persona.String(industry), "plan": persona.String(plan), "name": persona.String(fmt.Sprint("name ", i)),
			"employees": persona.Int(int64(1000 - i)), "even": persona.Bool(i%2 == 0),
		}))
	}
	return out
}

func firstTen(customer string) bool { return customer < "c10" }

func feature(t *testing.T, d *ideal.Profile, rule string) ideal.Feature {
	t.Helper()
	i := slices.IndexFunc(d.Features, func(f ideal.Feature) bool { return f.Rule.String() == rule })
	require.GreaterOrEqual(t, i, 0, "%s in %v", rule, d.Features)
	return d.Features[i]
}

// The interval is Wilson's for 8 of 10: 0.4901625 to 0.9433178, as R's
// prop.test(8, 10, correct = FALSE) prints it.
func TestFind_SupportLiftAndInterval(t *testing.T) {
	t.Parallel()
	d, err := ideal.Find(slices.Values(forty()), firstTen, ideal.Options{MaxTexts: 20})
	require.NoError(t, err)
	assert.EqualValues(t, 10, d.Best)
	assert.EqualValues(t, 40, d.All)

	saas := feature(t, d, `industry is "saas"`)
	assert.Equal(t, "80.0%", saas.Support.Percent(1))
	assert.Equal(t, "40.0%", saas.Base.Percent(1))
	lift, _ := saas.Lift.Decimal(4)
	assert.Equal(t, "2", lift.String())
	assert.InDelta(t, 0.4901625, saas.Interval.Lo, 5e-8)
	assert.InDelta(t, 0.9433178, saas.Interval.Hi, 5e-8)
	assert.Equal(t, ideal.More, saas.Verdict)
	assert.Equal(t, `industry is "saas": 80.0% of the best, 40.0% of all, lift 2, more`, saas.String())

	free := feature(t, d, `plan is "free"`)
	assert.Equal(t, ideal.Less, free.Verdict)
	assert.Negative(t, free.Points)
	even := feature(t, d, `even is true`)
	assert.Equal(t, ideal.None, even.Verdict)
	assert.Zero(t, even.Points)
	// Quarters of 961 to 1000; the best are 991 to 1000.
	large := feature(t, d, `employees at least 991`)
	assert.Equal(t, "100%", large.Support.Percent(0))
	assert.Equal(t, "25%", large.Base.Percent(0))
	assert.Equal(t, []ideal.Skipped{{Trait: "name", Texts: 40, Known: 10, Reason: "too many texts"}}, d.Skipped)
	assert.InDelta(t, 0.05*float64(len(d.Features)), d.ByChance, 1e-12)
	for i := 1; i < len(d.Features); i++ {
		assert.GreaterOrEqual(t, math.Abs(d.Features[i-1].Points), math.Abs(d.Features[i].Points))
	}
}

func TestFit_ExplainsItself(t *testing.T) {
	t.Parallel()
	d, err := ideal.Find(slices.Values(forty()), firstTen, ideal.Options{MaxTexts: 20})
	require.NoError(t, err)
	perfect, err := d.Fit(profile("x", map[string]persona.Value{
		"employees": persona.Int(5000), "industry": persona.String("saas"), "plan": persona.String("paid"),
	}))
	require.NoError(t, err)
	assert.InDelta(t, 100, perfect.Score, 1e-9)
	assert.InDelta(t, 100, perfect.Reachable, 1e-9)
	assert.Empty(t, perfect.Unknown)
	assert.True(t, strings.HasSuffix(perfect.Contributions[0].String(), " employees = 5000 (employees at least 991, lift 4)"), perfect.Contributions[0])

	poor, err := d.Fit(profile("y", map[string]persona.Value{"plan": persona.String("free")}))
	require.NoError(t, err)
	assert.InDelta(t, poor.Base+poor.Contributions[0].Points, poor.Score, 1e-12)
	assert.Less(t, poor.Score, poor.Base)
	worst, err := d.Fit(profile("w", map[string]persona.Value{"employees": persona.Int(1), "industry": persona.String("other"), "plan": persona.String("free")}))
	require.NoError(t, err)
	assert.InDelta(t, 0, worst.Score, 20, "the worst of what is known; others speak for nothing")
	assert.Equal(t, []string{"employees", "industry"}, poor.Unknown)
	assert.Less(t, poor.Reachable, 100.0)

	nothing, err := d.Fit(profile("z", nil))
	require.NoError(t, err)
	assert.Equal(t, nothing.Base, nothing.Score)
	assert.Equal(t, nothing.Base, nothing.Reachable)
	_, err = d.Fit(profile("", nil))
	require.ErrorIs(t, err, persona.ErrProfile)

	rule, ok := d.Rule()
	require.True(t, ok)
	require.NoError(t, rule.Validate())
	assert.Equal(t, `(employees at least 991 and industry is "saas" and plan is "paid")`, rule.String())
}

func TestFind_NothingToCompare(t *testing.T) {
	t.Parallel()
	all := slices.Values(forty())
	none := func(string) bool { return false }
	everybody := func(string) bool { return true }
	for _, best := range []func(string) bool{none, everybody, nil} {
		_, err := ideal.Find(all, best, ideal.Options{})
		require.ErrorIs(t, err, ideal.ErrNoProfiles)
	}
	_, err := ideal.Find(nil, none, ideal.Options{})
	require.ErrorIs(t, err, ideal.ErrNoProfiles)
	var zero ideal.Profile
	assert.False(t, zero.Defined())
	_, err = zero.Fit(profile("a", nil))
	require.ErrorIs(t, err, ideal.ErrNoProfiles)
	_, ok := zero.Rule()
	assert.False(t, ok)
	for _, o := range []ideal.Options{{Level: 1}, {Level: math.NaN()}, {Bins: -1}, {Bins: 1000}, {MinBest: -1}, {MaxTexts: -1}, {Same: 2}, {MinReach: -1}, {Folds: -1}} {
		_, err := ideal.Find(all, firstTen, o)
		require.ErrorIs(t, err, ideal.ErrOptions, "%+v", o)
	}
}

func TestFind_ReportsEveryBadProfile(t *testing.T) {
	t.Parallel()
	in := append(forty(), profile("", nil), profile("c01", nil), profile("bad", map[string]persona.Value{"x": {}}))
	_, err := ideal.Find(slices.Values(in), firstTen, ideal.Options{})
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	require.Len(t, batch.Rows, 3)
	assert.EqualValues(t, 41, batch.Rows[0].Row)
	assert.EqualValues(t, 42, batch.Rows[1].Row)
	assert.EqualValues(t, 43, batch.Rows[2].Row)
}

// Profiles with gaps, mixed kinds and few different values.
func drawn(t *rapid.T) []persona.Profile {
	r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 1))
	out := make([]persona.Profile, rapid.IntRange(2, 120).Draw(t, "customers"))
	for i := range out {
		p := profile(fmt.Sprint("c", i), map[string]persona.Value{})
		if r.IntN(4) > 0 {
			p.Traits["n"] = persona.Int(int64(r.IntN(1 + r.IntN(30))))
		}
		if r.IntN(4) > 0 {
			p.Traits["s"] = persona.String([]string{"a", "b", "c"}[r.IntN(3)])
		}
		switch r.IntN(4) {
		case 0:
			p.Traits["m"] = persona.Bool(r.IntN(2) == 0)
		case 1:
			p.Traits["m"] = persona.DateOf(time.Date(2026, 1, 1+r.IntN(20), 0, 0, 0, 0, time.UTC))
		case 2:
			p.Traits["m"] = persona.String("x")
		}
		out[i] = p
	}
	return out
}

func TestLaw_FeaturesPartitionWhatIsKnown(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		modulus := rapid.IntRange(2, 5).Draw(t, "modulus")
		best := func(c string) bool { return len(c)*7%modulus == 0 || strings.HasSuffix(c, "1") }
		d, err := ideal.Find(slices.Values(in), best, ideal.Options{
			MinBest: 1, Level: rapid.SampledFrom([]float64{0.05, 0.5, 0.95}).Draw(t, "level"), Bins: rapid.IntRange(1, 6).Draw(t, "bins"),
		})
		if err != nil {
			require.ErrorIs(t, err, ideal.ErrNoProfiles)
			return
		}
		counted, countedBest := map[string]int64{}, map[string]int64{}
		for _, f := range d.Features {
			var known, knownBest, has, hasBest int64
			for _, p := range in {
				v, ok := p.Traits[f.Trait]
				if !ok {
					continue
				}
				alone := profile("x", map[string]persona.Value{f.Trait: v})
				known++
				if f.Rule.Holds(alone) {
					has++
				}
				if best(p.Customer) {
					knownBest++
					if f.Rule.Holds(alone) {
						hasBest++
					}
				}
			}
			require.Positive(t, has, "a feature that nobody has: %s", f.Rule)
			require.Equal(t, []int64{hasBest, knownBest, has, known},
				[]int64{f.Support.Num().IntPart(), f.Support.Den().IntPart(), f.Base.Num().IntPart(), f.Base.Den().IntPart()})
			counted[f.Trait] += has
			countedBest[f.Trait] += hasBest
			require.LessOrEqual(t, counted[f.Trait], known)
			require.LessOrEqual(t, countedBest[f.Trait], knownBest)
			base, _ := f.Base.Float64()
			require.Equal(t, f.Verdict == ideal.None, f.Interval.Lo <= base && base <= f.Interval.Hi)
		}
		for _, f := range d.Features {
			require.Equal(t, f.Base.Den().IntPart(), counted[f.Trait], "every known value has one feature")
		}
		if !d.Defined() {
			return
		}
		highest := math.Inf(-1)
		for _, p := range in {
			fit, err := d.Fit(p)
			require.NoError(t, err)
			sum := fit.Base
			for _, c := range fit.Contributions {
				require.True(t, c.Rule.Holds(p))
				sum += c.Points
			}
			require.Equal(t, sum, fit.Score, "to the last bit")
			require.LessOrEqual(t, fit.Score, fit.Reachable+1e-9)
			require.LessOrEqual(t, fit.Reachable, 100+1e-9)
			highest = max(highest, fit.Score)
		}
		require.LessOrEqual(t, highest, 100+1e-9)
		if rule, ok := d.Rule(); ok {
			require.NoError(t, rule.Validate())
		}
	})
}

// Equal input in another order gives the same profile.
func TestLaw_IdealDoesNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		in := drawn(t)
		best := func(c string) bool { return strings.HasSuffix(c, "1") || strings.HasSuffix(c, "2") }
		a, errA := ideal.Find(slices.Values(in), best, ideal.Options{MinBest: 1})
		b, errB := ideal.Find(slices.Values(rapid.Permutation(in).Draw(t, "shuffled")), best, ideal.Options{MinBest: 1})
		require.Equal(t, errA == nil, errB == nil)
		require.Equal(t, fmt.Sprintf("%+v", a), fmt.Sprintf("%+v", b))
	})
}

func profile(customer string, traits map[string]persona.Value) persona.Profile {
	return persona.Profile{Customer: customer, Traits: traits}
}

func TestVerdict_Text(t *testing.T) {
	t.Parallel()
	for _, v := range []ideal.Verdict{ideal.None, ideal.More, ideal.Less} {
		text, err := v.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, v.String(), string(text))
		var back ideal.Verdict
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, v, back)
		stored, err := v.Value()
		require.NoError(t, err)
		require.NoError(t, back.Scan(stored))
		assert.Equal(t, v, back)
	}
	var verdict ideal.Verdict
	require.ErrorIs(t, verdict.UnmarshalText([]byte("much")), fault.ErrUnknown)
	_, err := ideal.Verdict(7).MarshalText()
	require.ErrorIs(t, err, fault.ErrUnknown)
}

// One fact told by six traits counts once; which stays, and which says the
// same, is told.
func TestFind_RedundantTraitsCountOnce(t *testing.T) {
	t.Parallel()
	in := forty()
	for i := range in {
		industry := in[i].Traits["industry"]
		for _, copyOf := range []string{"branch", "sector", "field"} {
			in[i].Traits[copyOf] = industry
		}
	}
	d, err := ideal.Find(slices.Values(in), firstTen, ideal.Options{})
	require.NoError(t, err)
	one, err := ideal.Find(slices.Values(forty()), firstTen, ideal.Options{})
	require.NoError(t, err)
	fit := func(d *ideal.Profile, p persona.Profile) float64 {
		f, err := d.Fit(p)
		require.NoError(t, err)
		return f.Score
	}
	assert.InDelta(t, fit(one, in[0]), fit(d, in[0]), 1e-9, "the copies change no score")
	same := 0
	for _, f := range d.Features {
		if f.SameAs != "" {
			same++
			assert.Zero(t, f.Points)
			assert.NotEqual(t, ideal.None, f.Verdict)
		}
	}
	assert.Equal(t, 6, same, "two features each of three copies")
	assert.Equal(t, one.Found.Reach.Num().String(), d.Found.Reach.Num().String())
}

// The telco set of 7,043 customers: the best are those who stayed five years or
// more without leaving. Internet service is told by seven traits.
func TestFind_Telco(t *testing.T) {
	t.Parallel()
	in, best, stayed := telco(t)
	// Those who stayed at all: that there is no internet service is told by
	// seven traits, and counts once.
	d, err := ideal.Find(slices.Values(in), func(c string) bool { return stayed[c] }, ideal.Options{Folds: 1})
	require.NoError(t, err)
	same := 0
	for _, f := range d.Features {
		if strings.Contains(f.Rule.String(), "No internet service") || f.Rule.String() == `InternetService is "No"` {
			assert.Equal(t, ideal.More, f.Verdict)
			if f.SameAs != "" {
				same++
			}
		}
	}
	assert.Equal(t, 6, same)
	assert.False(t, d.Found.Fresh.Defined(), "was not asked")

	d, err = ideal.Find(slices.Values(in), func(c string) bool { return best[c] }, ideal.Options{})
	require.NoError(t, err)
	t.Log(d)
	rate := float64(d.Best) / float64(d.All)
	fresh, ok := d.Found.Fresh.Decimal(4)
	require.True(t, ok)
	assert.Greater(t, fresh.InexactFloat64(), 1.5*rate, "the rule is worth something on customers it was not found from")
	reach, _ := d.Found.Recall.Decimal(4)
	assert.GreaterOrEqual(t, reach.InexactFloat64(), 0.25)
	lowest, highest := 100.0, 0.0
	for _, p := range in {
		f, err := d.Fit(p)
		require.NoError(t, err)
		lowest, highest = min(lowest, f.Score), max(highest, f.Score)
	}
	assert.GreaterOrEqual(t, lowest, -1e-9)
	assert.LessOrEqual(t, highest, 100+1e-9)
}

func telco(t *testing.T) (in []persona.Profile, best, stayed map[string]bool) {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	f, err := os.Open(filepath.Join(root, "clv", "telco_customer_churn.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	best, stayed = map[string]bool{}, map[string]bool{}
	for _, r := range rows[1:] {
		p := persona.Profile{Traits: map[string]persona.Value{}}
		months := 0
		for i, name := range rows[0] {
			switch name {
			case "customerID":
				p.Customer = r[i]
			case "tenure":
				months, err = strconv.Atoi(r[i])
				require.NoError(t, err)
			case "Churn":
				stayed[p.Customer] = r[i] == "No"
			case "TotalCharges": // tenure times the monthly charge
			case "MonthlyCharges":
				v, err := persona.ParseNumber(r[i])
				require.NoError(t, err)
				p.Traits[name] = v
			default:
				p.Traits[name] = persona.String(r[i])
			}
		}
		in = append(in, p)
		best[p.Customer] = stayed[p.Customer] && months >= 60
	}
	return in, best, stayed
}

// What is said of the rule is what it does, and the points of a trait never
// count twice for one customer.
func TestLaw_FoundIsWhatTheRuleDoes(t *testing.T) {
	t.Parallel()
	rules, redundant := 0, 0
	law.Check(t, func(t *rapid.T) {
		in := drawn(t)
		for i := range in { // a trait that says what s says, or nearly
			if v, ok := in[i].Traits["s"]; ok && rapid.IntRange(0, 30).Draw(t, "copied") > 0 {
				in[i].Traits["twin"] = v
			}
		}
		best := func(c string) bool { return strings.HasSuffix(c, "1") || strings.HasSuffix(c, "2") || len(c) == 2 }
		d, err := ideal.Find(slices.Values(in), best, ideal.Options{MinBest: 1, Level: 0.5, Same: 0.95, Folds: rapid.IntRange(1, 4).Draw(t, "folds")})
		if err != nil {
			return
		}
		for _, f := range d.Features {
			if f.SameAs != "" {
				redundant++
				require.Zero(t, f.Points)
			}
		}
		rule, ok := d.Rule()
		if !ok {
			return
		}
		rules++
		var reach, hit int64
		for _, p := range in {
			if rule.Holds(p) {
				reach++
				if best(p.Customer) {
					hit++
				}
			}
		}
		require.Equal(t, reach, d.Found.Reach.Num().IntPart())
		require.Equal(t, d.All, d.Found.Reach.Den().IntPart())
		require.Equal(t, hit, d.Found.Recall.Num().IntPart())
		require.Equal(t, d.Best, d.Found.Recall.Den().IntPart())
		require.True(t, d.Found.Precision.Num().IntPart() == hit && d.Found.Precision.Den().IntPart() == reach)
		require.GreaterOrEqual(t, float64(hit), 0.25*float64(d.Best))
		if d.Found.Fresh.Defined() {
			require.LessOrEqual(t, d.Found.Fresh.Den().IntPart(), d.All)
		}
	}, law.Counters{"rules": &rules, "redundant": &redundant})
}
