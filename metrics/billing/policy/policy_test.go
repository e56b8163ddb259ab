package policy_test

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
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Every preset in words, as its users read it.
func TestPresets_Words(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, p := range policy.Presets() {
		b.WriteString(p.String() + "\n")
	}
	golden.Equal(t, "presets.txt", []byte(b.String()))
}

func TestPresets(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, p := range policy.Presets() {
		require.NoError(t, p.Validate())
		require.False(t, seen[p.Name])
		seen[p.Name] = true
		for _, r := range p.Diff(policy.Policy{}) {
			assert.True(t, p.Documented(r), "%s departs from Standard in %s, which it says is not documented", p.Name, r)
		}
		q, err := policy.Preset(strings.ToLower(p.Name))
		require.NoError(t, err)
		assert.Empty(t, p.Diff(q))
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var back policy.Policy
		require.NoError(t, json.Unmarshal(b, &back))
		assert.Equal(t, p, back)
	}
	_, err := policy.Preset("Dashboard")
	require.ErrorContains(t, err, "KillBill")
}

func TestPolicy_ZeroIsStandard(t *testing.T) {
	t.Parallel()
	var zero policy.Policy
	assert.Equal(t, "Standard", zero.Title())
	assert.Equal(t, policy.Standard().String(), zero.String())
	assert.Empty(t, zero.Diff(policy.Standard()))
	assert.Equal(t, "custom", policy.Policy{IncludeTax: true}.Title())
	var p policy.Policy
	require.NoError(t, json.Unmarshal([]byte(`{}`), &p))
	assert.Equal(t, zero, p)
	// Ways to say the same.
	for _, q := range []policy.Policy{
		{WeekFactor: policy.Factor{Times: 520, Per: 120}},
		{DayFactor: policy.Factor{Times: 365, Per: 12}},
		{Location: time.UTC},
		{PastDue: policy.PastDue{AfterDays: 30}},
		{MeteredPeriods: 7},
		{Rounding: policy.Rounding{Places: 2}},
		{Lapse: policy.Lapse{Days: 3}},
	} {
		assert.Empty(t, zero.Diff(q))
	}
}

// Every rule can be told apart, and says so in words.
func TestPolicy_EveryRuleDiffers(t *testing.T) {
	t.Parallel()
	for r, change := range map[policy.Rule]func(*policy.Policy){
		policy.RuleSource:           func(p *policy.Policy) { p.Source = policy.FromInvoices },
		policy.RuleScaling:          func(p *policy.Policy) { p.Scaling = policy.ScaleByDays },
		policy.RuleCredits:          func(p *policy.Policy) { p.SubtractCredits = true },
		policy.RuleFirstInvoice:     func(p *policy.Policy) { p.AwaitFirstPayment = true },
		policy.RuleLapse:            func(p *policy.Policy) { p.Lapse = policy.Lapse{Rule: policy.LapseAfterDays, Days: 3} },
		policy.RuleTest:             func(p *policy.Policy) { p.CountTest = true },
		policy.RuleTrials:           func(p *policy.Policy) { p.Trials = policy.TrialsCounted },
		policy.RulePastDue:          func(p *policy.Policy) { p.PastDue = policy.PastDue{Drop: true, AfterDays: 3} },
		policy.RuleUnpaid:           func(p *policy.Policy) { p.CountUnpaid = true },
		policy.RulePaused:           func(p *policy.Policy) { p.CountPaused = true },
		policy.RuleCollectionPaused: func(p *policy.Policy) { p.DropCollectionPaused = true },
		policy.RuleMetered:          func(p *policy.Policy) { p.Metered, p.MeteredPeriods = policy.MeteredTrailing, 5 },
		policy.RuleDiscounts:        func(p *policy.Policy) { p.Discounts = policy.DiscountsAll },
		policy.RuleTax:              func(p *policy.Policy) { p.IncludeTax = true },
		policy.RuleWeekFactor:       func(p *policy.Policy) { p.WeekFactor = policy.NoFactor() },
		policy.RuleDayFactor:        func(p *policy.Policy) { p.DayFactor = policy.Factor{Times: 30, Per: 1} },
		policy.RuleRounding:         func(p *policy.Policy) { p.Rounding = policy.Rounding{Scope: policy.RoundItems, Places: 2} },
		policy.RuleChurnDate:        func(p *policy.Policy) { p.ChurnDate = policy.EndRequested },
		policy.RuleCommitted:        func(p *policy.Policy) { p.Committed = policy.CommittedNever },
		policy.RuleRateDate:         func(p *policy.Policy) { p.RateDate, p.RateAt = policy.RateFixed, date("2024-01-01") },
		policy.RuleLocation:         func(p *policy.Policy) { p.Location = time.FixedZone("UTC+2", 7200) },
		policy.RuleNet:              func(p *policy.Policy) { p.Net = ledger.PerMonth },
		policy.RuleCoalesce:         func(p *policy.Policy) { p.Coalesce = time.Hour },
		policy.RuleReactivation:     func(p *policy.Policy) { p.MinGap, p.MaxGap = 720*time.Hour, 2160*time.Hour },
		policy.RuleFree:             func(p *policy.Policy) { p.Free = policy.FreeStays },
		policy.RuleSameMonth:        func(p *policy.Policy) { p.IgnoreSameMonth = true },
		policy.RuleChurnCount:       func(p *policy.Policy) { p.CountRequests = true },
		policy.RuleChurnRate:        func(p *policy.Policy) { p.ChurnRule = 1 },
	} {
		var p policy.Policy
		change(&p)
		require.NoError(t, p.Validate())
		assert.Equal(t, []policy.Rule{r}, p.Diff(policy.Policy{}))
		assert.NotEqual(t, policy.Policy{}.Words(r), p.Words(r), r)
		assert.NotContains(t, p.Words(r), "value(", r)
	}
	assert.Len(t, policy.Rules(), 28)
	assert.Empty(t, policy.Policy{}.Words(0))
	assert.Empty(t, policy.Policy{}.Words(policy.RuleLastPlace))
}

func TestPolicy_UnmarshalJSON(t *testing.T) {
	t.Parallel()
	p := policy.Stripe()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err == nil { // a machine may be without a time zone database
		p.Location = loc
	}
	p.Coalesce, p.MaxGap = time.Hour, 90*24*time.Hour
	b, err := json.Marshal(p)
	require.NoError(t, err)
	var q policy.Policy
	require.NoError(t, json.Unmarshal(b, &q))
	assert.Empty(t, p.Diff(q))
	for _, bad := range []string{
		`{"trials":"sometimes"}`, `{"nonsense":1}`, `{"coalesce":"soon"}`, `{"location":"Nowhere/Else"}`, `{"past_due":{"drop":true,"after_days":-1}}`,
		`{"week_factor":"4.33/0"}`, `{"week_factor":"-4"}`, `{"week_factor":"1e9"}`, `{"churn_rule":"best"}`, `[]`, `{"undocumented":["x"]}`,
		`{"location":"` + strings.Repeat("x", 300) + `"}`,
	} {
		assert.Error(t, json.Unmarshal([]byte(bad), &q), bad)
	}
	require.EqualError(t, q.UnmarshalJSON([]byte(`{"past_due":{"drop":"yes"}}`)), "policy: unmarshal policy: past_due.drop: a JSON string where true or false should be")
	require.EqualError(t, q.UnmarshalJSON([]byte(`{"past_due":{"drop":true,"drop":false}}`)), "policy: unmarshal policy: past_due.drop: given twice")
}

func TestFactor_Text(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"4.33": "4.33", "52/12": "52/12", "30.4375/7": "30.4375/7", "0": "0", "4": "4", "365/12": "365/12", "30.44": "30.44", "default": "default",
	} {
		var f policy.Factor
		require.NoError(t, f.UnmarshalText([]byte(in)))
		assert.Equal(t, want, f.String(), in)
		var g policy.Factor
		require.NoError(t, g.UnmarshalText([]byte(f.String())))
		assert.Equal(t, f.String(), g.String())
	}
	for _, bad := range []string{"", "x", "1/0", "1/2/3", "-1", "1e3", "9999999999", "1.", strings.Repeat("1", 100), "+1", "NaN", "1/0.0"} {
		_, err := policy.ParseFactor(bad)
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
	enum(t, check, "Source", 2, func(i int) policy.Source { return policy.Source(i) })
	enum(t, check, "Scaling", 3, func(i int) policy.Scaling { return policy.Scaling(i) })
	enum(t, check, "TrialRule", 3, func(i int) policy.TrialRule { return policy.TrialRule(i) })
	enum(t, check, "FreeRule", 2, func(i int) policy.FreeRule { return policy.FreeRule(i) })
	enum(t, check, "MeteredRule", 4, func(i int) policy.MeteredRule { return policy.MeteredRule(i) })
	enum(t, check, "DiscountRule", 5, func(i int) policy.DiscountRule { return policy.DiscountRule(i) })
	enum(t, check, "RoundScope", 3, func(i int) policy.RoundScope { return policy.RoundScope(i) })
	enum(t, check, "ChurnDate", 3, func(i int) policy.ChurnDate { return policy.ChurnDate(i) })
	enum(t, check, "CommittedRule", 2, func(i int) policy.CommittedRule { return policy.CommittedRule(i) })
	enum(t, check, "RateDate", 4, func(i int) policy.RateDate { return policy.RateDate(i) })
	enum(t, check, "LapseRule", 3, func(i int) policy.LapseRule { return policy.LapseRule(i) })
	enum(t, check, "Metric", 9, func(i int) policy.Metric { return policy.Metric(i) })
	enum(t, check, "Rule", 30, func(i int) policy.Rule { return policy.Rule(i) })
}

func enum[T encoding.TextMarshaler, P interface {
	*T
	encoding.TextUnmarshaler
}](_ *testing.T, check func(string, int, func(int) encoding.TextMarshaler, func() encoding.TextUnmarshaler), name string, n int, at func(int) T) {
	check(name, n, func(i int) encoding.TextMarshaler { return at(i) }, func() encoding.TextUnmarshaler { return P(new(T)) })
}

func FuzzPolicy_JSONRoundTrips(f *testing.F) {
	for _, p := range policy.Presets() {
		b, err := json.Marshal(p)
		require.NoError(f, err)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var p policy.Policy
		if json.Unmarshal(in, &p) != nil {
			return
		}
		require.NoError(t, p.Validate())
		b, err := json.Marshal(p)
		require.NoError(t, err)
		var q policy.Policy
		require.NoError(t, json.Unmarshal(b, &q), string(b))
		require.Empty(t, p.Diff(q))
	})
}

func FuzzFactor_TextRoundTrips(f *testing.F) {
	for _, s := range []string{"4.33", "52/12", "30.4375/7", "0", "default", "1000000000/999999999", "30.223375/8"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var a, b policy.Factor
		if a.UnmarshalText([]byte(s)) != nil {
			return
		}
		require.NoError(t, a.Validate())
		require.NoError(t, b.UnmarshalText([]byte(a.String())), a.String())
		require.Empty(t, policy.Policy{WeekFactor: a}.Diff(policy.Policy{WeekFactor: b}))
	})
}

// A column of text holds a policy whole.
func TestPolicy_SQL(t *testing.T) {
	t.Parallel()
	for _, p := range policy.Presets() {
		v, err := p.Value()
		require.NoError(t, err)
		for _, src := range []any{v, []byte(v.(string))} {
			back := policy.Maxio()
			require.NoError(t, back.Scan(src))
			assert.Equal(t, p, back)
		}
	}
	p := policy.Maxio()
	require.Error(t, p.Scan(7))
	require.Error(t, p.Scan("{"))
	assert.Equal(t, policy.Maxio(), p)
	require.NoError(t, p.Scan(nil))
	assert.Equal(t, policy.Policy{}, p)
}
