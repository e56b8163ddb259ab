package billing_test

import (
	"encoding"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Every preset in words, as its users read it.
func TestPresets_Words(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, p := range billing.Presets() {
		b.WriteString(p.String() + "\n")
	}
	golden.Equal(t, "presets.txt", []byte(b.String()))
}

func TestPresets(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range billing.Presets() {
		require.NoError(t, p.Validate())
		require.False(t, seen[p.Name])
		seen[p.Name] = true
		for _, r := range p.Diff(billing.Policy{}) {
			assert.True(t, p.Documented(r), "%s departs from Standard in %s, which it says is not documented", p.Name, r)
		}
		q, err := billing.Preset(strings.ToLower(p.Name))
		require.NoError(t, err)
		assert.Empty(t, p.Diff(q))
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var back billing.Policy
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, p, back)
	}
	_, err := billing.Preset("Dashboard")
	require.ErrorContains(t, err, "KillBill")
}

func TestPolicy_ZeroIsStandard(t *testing.T) {
	t.Parallel()
	var zero billing.Policy
	assert.Equal(t, "Standard", zero.Title())
	assert.Equal(t, billing.Standard().String(), zero.String())
	assert.Empty(t, zero.Diff(billing.Standard()))
	assert.Equal(t, "custom", billing.Policy{IncludeTax: true}.Title())
	var p billing.Policy
	require.NoError(t, json.Unmarshal([]byte(`{}`), &p))
	assert.Equal(t, zero, p)
	// Ways to say the same.
	for _, q := range []billing.Policy{
		{WeekFactor: billing.Factor{Times: 520, Per: 120}},
		{DayFactor: billing.Factor{Times: 365, Per: 12}},
		{Location: time.UTC},
		{PastDue: billing.PastDue{AfterDays: 30}},
		{MeteredPeriods: 7},
		{Rounding: billing.Rounding{Places: 2}},
	} {
		assert.Empty(t, zero.Diff(q))
	}
}

// Every rule can be told apart, and says so in words.
func TestPolicy_EveryRuleDiffers(t *testing.T) {
	t.Parallel()
	for r, change := range map[billing.Rule]func(*billing.Policy){
		billing.RuleSource:           func(p *billing.Policy) { p.Source = billing.FromInvoices },
		billing.RuleScaling:          func(p *billing.Policy) { p.Scaling = billing.ScaleByDays },
		billing.RuleCredits:          func(p *billing.Policy) { p.SubtractCredits = true },
		billing.RuleTest:             func(p *billing.Policy) { p.CountTest = true },
		billing.RuleTrials:           func(p *billing.Policy) { p.Trials = billing.TrialsCounted },
		billing.RulePastDue:          func(p *billing.Policy) { p.PastDue = billing.PastDue{Drop: true, AfterDays: 3} },
		billing.RuleUnpaid:           func(p *billing.Policy) { p.CountUnpaid = true },
		billing.RulePaused:           func(p *billing.Policy) { p.CountPaused = true },
		billing.RuleCollectionPaused: func(p *billing.Policy) { p.DropCollectionPaused = true },
		billing.RuleMetered:          func(p *billing.Policy) { p.Metered, p.MeteredPeriods = billing.MeteredTrailing, 5 },
		billing.RuleDiscounts:        func(p *billing.Policy) { p.Discounts = billing.DiscountsAll },
		billing.RuleTax:              func(p *billing.Policy) { p.IncludeTax = true },
		billing.RuleWeekFactor:       func(p *billing.Policy) { p.WeekFactor = billing.NoFactor() },
		billing.RuleDayFactor:        func(p *billing.Policy) { p.DayFactor = billing.Factor{Times: 30, Per: 1} },
		billing.RuleRounding:         func(p *billing.Policy) { p.Rounding = billing.Rounding{Scope: billing.RoundItems, Places: 2} },
		billing.RuleChurnDate:        func(p *billing.Policy) { p.ChurnDate = billing.EndRequested },
		billing.RuleCommitted:        func(p *billing.Policy) { p.Committed = billing.CommittedNever },
		billing.RuleRateDate:         func(p *billing.Policy) { p.RateDate, p.RateAt = billing.RateFixed, date("2024-01-01") },
		billing.RuleLocation:         func(p *billing.Policy) { p.Location = time.FixedZone("UTC+2", 7200) },
		billing.RuleNet:              func(p *billing.Policy) { p.Net = ledger.PerMonth },
		billing.RuleCoalesce:         func(p *billing.Policy) { p.Coalesce = time.Hour },
		billing.RuleReactivation:     func(p *billing.Policy) { p.MinGap, p.MaxGap = 720*time.Hour, 2160*time.Hour },
		billing.RuleFree:             func(p *billing.Policy) { p.Free = billing.FreeStays },
		billing.RuleSameMonth:        func(p *billing.Policy) { p.SameMonth = billing.SameMonthIgnored },
		billing.RuleChurnCount:       func(p *billing.Policy) { p.ChurnCount = billing.CountRequests },
		billing.RuleChurnRate:        func(p *billing.Policy) { p.ChurnRule = 1 },
	} {
		var p billing.Policy
		change(&p)
		require.NoError(t, p.Validate())
		assert.Equal(t, []billing.Rule{r}, p.Diff(billing.Policy{}))
		assert.NotEqual(t, billing.Policy{}.Words(r), p.Words(r), r)
		assert.NotContains(t, p.Words(r), "value(", r)
	}
	assert.Len(t, billing.Rules(), 26)
	assert.Empty(t, billing.Policy{}.Words(0))
	assert.Empty(t, billing.Policy{}.Words(billing.RuleLastPlace))
}

func TestPolicy_UnmarshalJSON(t *testing.T) {
	t.Parallel()
	p := billing.Stripe()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err == nil { // a machine may be without a time zone database
		p.Location = loc
	}
	p.Coalesce, p.MaxGap = time.Hour, 90*24*time.Hour
	b, err := json.Marshal(p)
	require.NoError(t, err)
	var q billing.Policy
	require.NoError(t, json.Unmarshal(b, &q))
	assert.Empty(t, p.Diff(q))
	for _, bad := range []string{
		`{"trials":"sometimes"}`, `{"nonsense":1}`, `{"coalesce":"soon"}`, `{"location":"Nowhere/Else"}`, `{"past_due":{"drop":true,"after_days":-1}}`,
		`{"week_factor":"4.33/0"}`, `{"week_factor":"-4"}`, `{"week_factor":"1e9"}`, `{"churn_rule":"best"}`, `[]`, `{"undocumented":["x"]}`,
		`{"location":"` + strings.Repeat("x", 300) + `"}`,
	} {
		assert.Error(t, json.Unmarshal([]byte(bad), &q), bad)
	}
}

func TestFactor_Text(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"4.33": "4.33", "52/12": "52/12", "30.4375/7": "30.4375/7", "0": "0", "4": "4", "365/12": "365/12", "30.44": "30.44", "default": "default",
	} {
		var f billing.Factor
		require.NoError(t, f.UnmarshalText([]byte(in)))
		assert.Equal(t, want, f.String(), in)
		var g billing.Factor
		require.NoError(t, g.UnmarshalText([]byte(f.String())))
		assert.Equal(t, f.String(), g.String())
	}
	for _, bad := range []string{"", "x", "1/0", "1/2/3", "-1", "1e3", "9999999999", "1.", strings.Repeat("1", 100), "+1", "NaN", "1/0.0"} {
		_, err := billing.ParseFactor(bad)
		if bad != "1." { // a point at the end is a decimal to some
			assert.Error(t, err, bad)
		}
	}
}

// Every enum's values survive text, and what is no value is an error.
func TestEnums_Text(t *testing.T) {
	t.Parallel()
	check := func(name string, n int, at func(int) encoding.TextMarshaler, into func() encoding.TextUnmarshaler) {
		seen := map[string]bool{}
		for i := range n {
			b, err := at(i).MarshalText()
			require.NoError(t, err, name)
			require.False(t, seen[string(b)], "%s %q twice", name, b)
			seen[string(b)] = true
			v := into()
			require.NoError(t, v.UnmarshalText(b))
			back, err := v.(encoding.TextMarshaler).MarshalText()
			require.NoError(t, err)
			assert.Equal(t, b, back)
		}
		_, err := at(n).MarshalText()
		require.Error(t, err, "%s has more than %d values", name, n)
		require.Error(t, into().UnmarshalText([]byte("no such value")))
	}
	enum(t, check, "State", 7, func(i int) billing.State { return billing.State(i) })
	enum(t, check, "Basis", 4, func(i int) billing.Basis { return billing.Basis(i) })
	enum(t, check, "Reason", 4, func(i int) billing.Reason { return billing.Reason(i) })
	enum(t, check, "Duration", 3, func(i int) billing.Duration { return billing.Duration(i) })
	enum(t, check, "Level", 2, func(i int) billing.Level { return billing.Level(i) })
	enum(t, check, "Verdict", 3, func(i int) billing.Verdict { return billing.Verdict(i) })
	enum(t, check, "LineKind", 5, func(i int) billing.LineKind { return billing.LineKind(i) })
	enum(t, check, "Proration", 4, func(i int) billing.Proration { return billing.Proration(i) })
	enum(t, check, "LineStatus", 5, func(i int) billing.LineStatus { return billing.LineStatus(i) })
	enum(t, check, "Severity", 3, func(i int) billing.Severity { return billing.Severity(i) })
	enum(t, check, "Model", 6, func(i int) billing.Model { return billing.Model(i) })
	enum(t, check, "Source", 2, func(i int) billing.Source { return billing.Source(i) })
	enum(t, check, "Scaling", 3, func(i int) billing.Scaling { return billing.Scaling(i) })
	enum(t, check, "TrialRule", 3, func(i int) billing.TrialRule { return billing.TrialRule(i) })
	enum(t, check, "FreeRule", 2, func(i int) billing.FreeRule { return billing.FreeRule(i) })
	enum(t, check, "MeteredRule", 4, func(i int) billing.MeteredRule { return billing.MeteredRule(i) })
	enum(t, check, "DiscountRule", 5, func(i int) billing.DiscountRule { return billing.DiscountRule(i) })
	enum(t, check, "RoundScope", 3, func(i int) billing.RoundScope { return billing.RoundScope(i) })
	enum(t, check, "ChurnDate", 3, func(i int) billing.ChurnDate { return billing.ChurnDate(i) })
	enum(t, check, "CommittedRule", 2, func(i int) billing.CommittedRule { return billing.CommittedRule(i) })
	enum(t, check, "RateDate", 4, func(i int) billing.RateDate { return billing.RateDate(i) })
	enum(t, check, "SameMonthRule", 2, func(i int) billing.SameMonthRule { return billing.SameMonthRule(i) })
	enum(t, check, "ChurnCount", 2, func(i int) billing.ChurnCount { return billing.ChurnCount(i) })
	enum(t, check, "Metric", 9, func(i int) billing.Metric { return billing.Metric(i) })
	enum(t, check, "Rule", 28, func(i int) billing.Rule { return billing.Rule(i) })
}

func enum[T encoding.TextMarshaler, P interface {
	*T
	encoding.TextUnmarshaler
}](_ *testing.T, check func(string, int, func(int) encoding.TextMarshaler, func() encoding.TextUnmarshaler), name string, n int, at func(int) T) {
	check(name, n, func(i int) encoding.TextMarshaler { return at(i) }, func() encoding.TextUnmarshaler { return P(new(T)) })
}

func FuzzPolicy_JSONRoundTrips(f *testing.F) {
	for _, p := range billing.Presets() {
		b, err := json.Marshal(p)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var p billing.Policy
		if json.Unmarshal(in, &p) != nil {
			return
		}
		require.NoError(t, p.Validate())
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var q billing.Policy
		require.NoError(t, json.Unmarshal(b, &q), string(b))
		require.Empty(t, p.Diff(q))
	})
}

func FuzzFactor_TextRoundTrips(f *testing.F) {
	for _, s := range []string{"4.33", "52/12", "30.4375/7", "0", "default", "1000000000/999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var a, b billing.Factor
		if a.UnmarshalText([]byte(s)) != nil {
			return
		}
		require.NoError(t, a.Validate())
		require.NoError(t, b.UnmarshalText([]byte(a.String())), a.String())
		require.Empty(t, billing.Policy{WeekFactor: a}.Diff(billing.Policy{WeekFactor: b}))
	})
}
