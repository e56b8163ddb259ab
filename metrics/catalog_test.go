package metrics_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/internal/golden"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// The minimum of the catalogue, stage by stage, as the design of the library
// lists it.
func TestCatalog_CoversTheStages(t *testing.T) {
	t.Parallel()
	for stage, list := range map[metrics.Phase]string{
		metrics.PhaseAwareness: `visits_by_source branded_search_share followers social_engagement_rate search_rank impressions reach
			click_through_rate media_mentions content_shares`,
		metrics.PhaseConsideration: `content_engagement_rate micro_conversion_rate known_visitor_rate trial_login_frequency
			trial_features_tried trial_duration lead_score`,
		metrics.PhaseDecision: `mql_count mql_rate sql_count sql_rate conversion_by_source conversion_by_channel conversion_by_campaign
			lead_to_customer_rate no_decision_rate cost_per_lead cac`,
		metrics.PhaseOnboarding: `activation_rate time_to_first_value welcome_open_rate onboarding_content_engagement
			support_time_to_decision onboarding_nps early_churn_rate`,
		metrics.PhaseAdoption: `engagement_score feature_adoption_rate stickiness basic_ticket_share advanced_ticket_share
			upgrade_rate add_on_rate`,
		metrics.PhaseRetention: `customer_churn_rate nrr grr renewal_rate resolution_time csat month_2_retention annual_retention`,
		metrics.PhaseExpansion: `expansion_mrr upsell_count cross_sell_count premium_feature_adoption ltv_change
			existing_customer_revenue_share`,
		metrics.PhaseAdvocacy: `referral_participation referrals_per_customer case_study_consent community_participation nps`,
	} {
		var ids []string
		for d := range metrics.Catalog().OfPhase(stage) {
			ids = append(ids, d.ID)
		}
		for id := range strings.FieldsSeq(list) {
			assert.Contains(t, ids, id, stage)
		}
	}
}

func TestCatalog_IsValid(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	last := metrics.PhaseAwareness
	for d := range metrics.Catalog().All() {
		require.NoError(t, d.Validate(), d.ID)
		assert.False(t, seen[d.ID], "%s twice", d.ID)
		seen[d.ID] = true
		assert.GreaterOrEqual(t, d.Stage, last, "%s: in the order of the stages", d.ID)
		last = d.Stage
		found, ok := metrics.Catalog().ByID(d.ID)
		assert.True(t, ok)
		assert.Equal(t, d, found)
	}
	assert.Len(t, seen, metrics.Catalog().Len())
	_, ok := metrics.Catalog().ByID("vibes")
	assert.False(t, ok)
}

// Every formula of the package that the catalogue names exists under that
// name.
func TestCatalog_NamesRealFunctions(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	paths, err := filepath.Glob("*.go")
	require.NoError(t, err)
	for _, path := range paths {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		require.NoError(t, err)
		for _, decl := range file.Decls {
			switch d := decl.(type) {
			case *ast.FuncDecl:
				name := d.Name.Name
				if d.Recv != nil {
					if id, ok := d.Recv.List[0].Type.(*ast.Ident); ok {
						name = id.Name + "." + name
					}
				}
				names[name] = true
			case *ast.GenDecl:
				for _, spec := range d.Specs {
					ts, ok := spec.(*ast.TypeSpec)
					if !ok {
						continue
					}
					if st, ok := ts.Type.(*ast.StructType); ok {
						for _, f := range st.Fields.List {
							for _, n := range f.Names {
								names[ts.Name.Name+"."+n.Name] = true
							}
						}
					}
				}
			}
		}
	}
	functions := 0
	for d := range metrics.Catalog().All() {
		if d.Function != "" {
			functions++
			assert.True(t, names[d.Function], "%s names %s", d.ID, d.Function)
		}
	}
	assert.Greater(t, functions, 15)
}

// The catalogue as people read it. A change of an ID breaks whoever stored it.
func TestCatalog_Golden(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, stage := range metrics.Phases() {
		fmt.Fprintf(&b, "%s\n", stage)
		for d := range metrics.Catalog().OfPhase(stage) {
			fmt.Fprintf(&b, "  %s (%s, %s): %s = %s\n", d.ID, d.Unit, d.Direction, d.Name, d.Formula)
		}
	}
	golden.Equal(t, "catalog.txt", []byte(b.String()))
}

func TestCatalog_JSON(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(metrics.Catalog())
	require.NoError(t, err)
	var back []metrics.Definition
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, slices.Collect(metrics.Catalog().All()), back)
	data, err = json.Marshal(metrics.Definitions{})
	require.NoError(t, err)
	assert.Equal(t, "[]", string(data))
}

func own() metrics.Definition {
	return metrics.Definition{
		ID: "seats_used_share", Name: "Seats used", Stage: metrics.PhaseAdoption, Unit: metrics.UnitShare, Direction: metrics.HigherIsBetter,
		Formula: "seats used / seats paid", Numerator: "seats used", Denominator: "seats paid", Source: "ours",
	}
}

func TestDefinitions_With(t *testing.T) {
	t.Parallel()
	more, err := metrics.Catalog().With(own())
	require.NoError(t, err)
	assert.Equal(t, metrics.Catalog().Len()+1, more.Len())
	_, ok := metrics.Catalog().ByID("seats_used_share")
	assert.False(t, ok, "the catalogue itself does not change")
	alone, err := metrics.Definitions{}.With(own())
	require.NoError(t, err)
	assert.Equal(t, 1, alone.Len())

	again, bad := own(), own()
	again.ID = "nrr"
	bad.ID, bad.Name = "Bad ID", ""
	none, err := metrics.Catalog().With(own(), again, bad, own())
	assert.Zero(t, none.Len())
	assert.Equal(t, []fault.Code{metrics.CodeExceeds, metrics.CodeSyntax, metrics.CodeExceeds}, codes(t, err))
	for _, text := range []string{`row 1 ID "nrr": already in the list`, `row 2:`, `row 3 ID "seats_used_share": already in the list`} {
		assert.Contains(t, err.Error(), text)
	}
}

func TestDefinition_Validate(t *testing.T) {
	t.Parallel()
	require.NoError(t, own().Validate())
	assert.Len(t, codes(t, metrics.Definition{}.Validate()), 9, "every field is reported")
	for _, id := range []string{"", "NRR", "n rr", "1nrr", "_nrr", "nrr-1", strings.Repeat("a", 65), "né"} {
		d := own()
		d.ID = id
		assert.Equal(t, []fault.Code{metrics.CodeSyntax}, codes(t, d.Validate()), id)
	}
	d := own()
	d.Unit = metrics.UnitCount
	assert.Equal(t, []fault.Code{metrics.CodeExceeds}, codes(t, d.Validate()), "a count has no denominator")
	d = own()
	d.Denominator = " "
	assert.Equal(t, []fault.Code{metrics.CodeMissing}, codes(t, d.Validate()))
	d = own()
	d.Formula = strings.Repeat("x", 501)
	assert.Equal(t, []fault.Code{metrics.CodeBounds}, codes(t, d.Validate()))
}

func TestDefinition_Of(t *testing.T) {
	t.Parallel()
	of := func(id string) metrics.Definition {
		d, ok := metrics.Catalog().ByID(id)
		require.True(t, ok, id)
		return d
	}
	r, err := of("activation_rate").OfCounts(30, 120)
	require.NoError(t, err)
	assert.Equal(t, "25%", r.Percent(0))
	r, err = of("activation_rate").OfCounts(0, 0)
	require.NoError(t, err)
	assert.False(t, r.Defined())
	r, err = of("mql_count").OfCounts(17, 1)
	require.NoError(t, err)
	at(t, "17", r)
	r, err = of("ltv_change").OfCounts(-50, 200)
	require.NoError(t, err, "a fraction may fall")
	at(t, "-0.25", r)
	r, err = of("quick_ratio").OfCounts(7000, 2000)
	require.NoError(t, err)
	at(t, "3.5", r)

	for _, c := range []struct {
		id       string
		num, den decimal.Decimal
		want     []fault.Code
	}{
		{"activation_rate", decimal.New(121, 0), decimal.New(120, 0), []fault.Code{metrics.CodeExceeds}},
		{"activation_rate", decimal.New(-1, 0), decimal.New(-1, 0), []fault.Code{metrics.CodeNegative, metrics.CodeNegative}},
		{"mql_count", decimal.New(17, 0), decimal.New(2, 0), []fault.Code{metrics.CodeExceeds}},
		{"cost_per_lead", decimal.New(1, 1_000_000), decimal.New(1, -1_000_000), []fault.Code{metrics.CodeBounds, metrics.CodeBounds}},
		{"nrr", decimal.New(1, 0), decimal.New(-1, 0), []fault.Code{metrics.CodeNegative}},
	} {
		_, err := of(c.id).Of(c.num, c.den)
		assert.Equal(t, c.want, codes(t, err), c.id)
	}
	_, err = metrics.Definition{}.OfCounts(1, 2)
	assert.Equal(t, []fault.Code{metrics.CodeUnknown}, codes(t, err))
}

func TestStage(t *testing.T) {
	t.Parallel()
	assert.Len(t, metrics.Phases(), 8)
	for _, s := range metrics.Phases() {
		require.NoError(t, s.Validate())
		text, err := s.MarshalText()
		require.NoError(t, err)
		var back metrics.Phase
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, s, back)
	}
	for alias, want := range map[string]metrics.Phase{
		"attract": metrics.PhaseAwareness, "visitor": metrics.PhaseAwareness, "capture": metrics.PhaseConsideration, "lead": metrics.PhaseConsideration,
		"nurture": metrics.PhaseDecision, "convert": metrics.PhaseDecision, "opportunity": metrics.PhaseDecision,
		"renewal": metrics.PhaseRetention, "post-sale": metrics.PhaseRetention, "evangelism": metrics.PhaseAdvocacy,
	} {
		got, err := metrics.ParsePhase(alias)
		require.NoError(t, err)
		assert.Equal(t, want, got, alias)
	}
	_, err := metrics.ParsePhase("boarding")
	require.ErrorIs(t, err, fault.ErrUnknown)
	awareness, err := metrics.ParsePhase(" Awareness ")
	require.NoError(t, err)
	assert.Equal(t, metrics.PhaseAwareness, awareness)
	// The stages of this library's presets, and of common guides.
	for name := range strings.FieldsSeq(`purchase acquisition conversion evaluation expand support trial churned lost lapsed visitor lead qualified
		post-sale attract capture nurture convert subscriber marketingqualifiedlead salesqualifiedlead evangelist other customer no_decision`) {
		got, err := metrics.ParsePhase(name)
		require.NoError(t, err)
		require.NoError(t, got.Validate(), name)
	}
	got, err := metrics.ParsePhase("Sales-qualified lead")
	require.NoError(t, err)
	assert.Equal(t, metrics.PhaseDecision, got)
	assert.Equal(t, []fault.Code{metrics.CodeUnknown}, codes(t, metrics.PhaseUnknown.Validate()))
	_, err = metrics.Phase(99).MarshalText()
	require.Error(t, err)
}

func TestUnitAndDirection_Text(t *testing.T) {
	t.Parallel()
	for u := metrics.UnitUnknown; u <= metrics.UnitMultiple; u++ {
		text, err := u.MarshalText()
		require.NoError(t, err)
		back := metrics.Unit(99)
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, u, back)
		assert.Equal(t, u != metrics.UnitUnknown, u.Validate() == nil)
	}
	for d := metrics.DirectionUnknown; d <= metrics.DirectionDepends; d++ {
		text, err := d.MarshalText()
		require.NoError(t, err)
		back := metrics.Direction(99)
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, d, back)
		assert.Equal(t, d != metrics.DirectionUnknown, d.Validate() == nil)
	}
	_, err := metrics.Unit(99).MarshalText()
	require.ErrorIs(t, err, fault.ErrUnknown)
	_, err = metrics.Direction(99).MarshalText()
	require.ErrorIs(t, err, fault.ErrUnknown)
	require.Error(t, new(metrics.Unit).UnmarshalText([]byte("percent")))
	require.Error(t, new(metrics.Direction).UnmarshalText([]byte("up")))
	assert.Equal(t, "Unit(99) Direction(9) Phase(77)", fmt.Sprint(metrics.Unit(99), " ", metrics.Direction(9), " ", metrics.Phase(77)))
}

func FuzzEnums_RoundTrip(f *testing.F) {
	for _, s := range []string{"retention", "renewal", "share", "higher", "standard", ""} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var stage metrics.Phase
		if stage.UnmarshalText([]byte(s)) == nil {
			back, err := metrics.ParsePhase(stage.String())
			require.NoError(t, err)
			require.Equal(t, stage, back)
		}
		var unit metrics.Unit
		if unit.UnmarshalText([]byte(s)) == nil {
			require.Equal(t, s, unit.String())
		}
		var direction metrics.Direction
		if direction.UnmarshalText([]byte(s)) == nil {
			require.Equal(t, s, direction.String())
		}
		var rule metrics.ChurnRule
		if rule.UnmarshalText([]byte(s)) == nil {
			require.Equal(t, s, rule.String())
		}
	})
}
