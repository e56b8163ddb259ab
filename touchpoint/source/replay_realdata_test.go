package source_test

import (
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/mining"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

// outcome is what became of real records: read, and replayed.
type outcome struct {
	Records, Bad, Customers          int64
	Accepted, Observed, Ignored      int64
	Duplicates, Refused, Transitions int64
	Reasons                          []string // of refusals: stage, trigger, count, reason
	Here                             string   // customers by stage at the end
}

// through replays readers under a definition.
func through(t *testing.T, d *journey.Definition, rules journey.Rules, readers ...*source.Reader) outcome {
	t.Helper()
	log, err := source.Log(touchpoint.LogOptions{}, nil, readers...)
	require.NoError(t, err)
	r, err := d.ReplayLog(log, rules, journey.ReplayOptions{})
	require.NoError(t, err)
	var o outcome
	for _, in := range readers {
		o.Records += in.Counts().Records
		o.Bad += in.Counts().Bad
	}
	c := r.Counts()
	o.Customers, o.Accepted, o.Observed, o.Ignored, o.Duplicates, o.Refused = r.Customers(), c.Accepted, c.Observed, c.Ignored, c.Duplicates, c.Refused
	for _, f := range r.Refusals(journey.ByStage) {
		o.Reasons = append(o.Reasons, fmt.Sprintf("%s in %s: %d, %v", f.Trigger, f.Stage, f.Count, f.Err))
	}
	for _, tr := range r.Transitions(journey.ByStage) {
		o.Transitions += tr.Count
	}
	var here []string
	for _, s := range r.Sojourns(journey.ByStage) {
		if s.Open > 0 {
			here = append(here, fmt.Sprintf("%s %d", s.Name, s.Open))
		}
	}
	o.Here = strings.Join(here, ", ")
	return o
}

// Opportunities of Salesforce, in the seeds of fivetran/dbt_salesforce: ten
// snapshots, of six accounts. Each was opened when it was created and, if it is
// closed, closed from the snapshot's start on.
func TestReal_SalesforceThroughPresets(t *testing.T) {
	t.Parallel()
	opened := func() *source.Reader {
		return source.CSV(reference(t, "eco", "fivetran-salesforce", "sf_opportunity_history_data.csv"), source.Options{Mapping: source.Mapping{
			Customer: "account_id", Event: "is_closed", At: "created_date", ID: []string{"id", "created_date"},
			Events: map[string]string{"true": "opportunity_opened", "false": "opportunity_opened"},
		}})
	}
	closed := func(won, lost string) *source.Reader {
		return source.CSV(reference(t, "eco", "fivetran-salesforce", "sf_opportunity_history_data.csv"), source.Options{Mapping: source.Mapping{
			Customer: "account_id", Event: "is_won", At: "_fivetran_start", ID: []string{"id", "_fivetran_start"},
			Where: map[string][]string{"is_closed": {"true"}}, Events: map[string]string{"true": won, "false": lost},
		}})
	}
	assert.Equal(t, outcome{
		Records: 20, Customers: 6, Accepted: 19, Observed: 6, Transitions: 13, Here: "customer 4, lost 2",
	}, through(t, preset.LeadFunnel(), nil, opened(), closed("won", "lost")))
	assert.Equal(t, outcome{
		Records: 20, Customers: 6, Accepted: 19, Observed: 6, Transitions: 13, Here: "convert 4, lost 2",
	}, through(t, preset.B2B(), nil, opened(), closed("closed_won", "closed_lost")))
}

// Deals, mails and contacts of HubSpot, in the seeds of fivetran/dbt_hubspot.
// Values are hashes, so which is which is said here: of the three stages of deals
// the commonest is taken for won, and the one that occurs once is not known.
func TestReal_HubSpotThroughPresets(t *testing.T) {
	t.Parallel()
	deals := func(opened, won string) *source.Reader {
		return source.CSV(reference(t, "eco", "fivetran-hubspot", "deal_stage_data.csv"), source.Options{Mapping: source.Mapping{
			Customer: "deal_id", Event: "value", At: "date_entered", ID: []string{"deal_id", "date_entered"}, Value: "-",
			Events: map[string]string{
				"f66ca9bc5a02c2f1513ce83f0a0e117d": opened, "09a969da1d61b38bd3746f0f49c1475a": won,
			},
		}})
	}
	assert.Equal(t, outcome{
		Records: 14, Customers: 14, Accepted: 13, Refused: 1, Transitions: 13, Here: "visitor 1, opportunity 6, customer 7",
		Reasons: []string{"6e81db225a3757a3fc20cc9b1b3d9e1b in visitor: 1, unknown trigger"},
	}, through(t, preset.LeadFunnel(), nil, deals("opportunity_opened", "won")))
	assert.Equal(t, outcome{
		Records: 14, Customers: 14, Accepted: 13, Refused: 1, Transitions: 13, Here: "attract 1, opportunity 6, convert 7",
		Reasons: []string{"6e81db225a3757a3fc20cc9b1b3d9e1b in attract: 1, unknown trigger"},
	}, through(t, preset.B2B(), nil, deals("opportunity_opened", "closed_won")))
	mails := func() *source.Reader {
		return source.CSV(reference(t, "eco", "fivetran-hubspot", "email_event_data.csv"), source.Options{Mapping: source.Mapping{
			Customer: "recipient", Event: "type", At: "created", ID: []string{"id"},
			Events: map[string]string{"SENT": "mail_sent", "OPEN": "mail_opened", "CLICK": "mail_clicked"},
		}})
	}
	assert.Equal(t, outcome{
		Records: 100, Customers: 19, Accepted: 94, Observed: 94, Refused: 6, Here: "awareness 19",
		Reasons: []string{"DELIVERED in awareness: 3, unknown trigger", "PROCESSED in awareness: 3, unknown trigger"},
	}, through(t, preset.SaaS(), nil, mails()))
	assert.Equal(t, outcome{Records: 100, Customers: 19, Accepted: 94, Observed: 94, Ignored: 6, Here: "awareness 19"},
		through(t, preset.SaaS(), journey.Rules{{Name: "mail_sent"}, {Name: "mail_opened"}, {Name: "mail_clicked"}}, mails()))
	assert.Equal(t, outcome{
		Records: 100, Customers: 44, Accepted: 44, Transitions: 44,
		Here: "subscriber 6, lead 5, marketingqualifiedlead 5, salesqualifiedlead 5, opportunity 5, customer 7, evangelist 5, other 6",
	}, through(t, preset.HubSpot(), nil, contacts(t, "contact_id")))
	// All of the others are steps back, of which the preset's list says why.
	back := through(t, preset.HubSpot(), nil, contacts(t, "source"))
	why := map[string]string{}
	for _, r := range preset.Refusals(preset.HubSpot()) {
		why[fmt.Sprintf("%s in %s", r.Trigger, r.Stage)] = r.Reason
	}
	for _, reason := range back.Reasons {
		what, _, _ := strings.Cut(reason, ":")
		assert.NotEmpty(t, why[what], reason)
	}
	back.Reasons = nil
	assert.Equal(t, outcome{Records: 100, Customers: 1, Accepted: 11, Refused: 33, Transitions: 11, Here: "other 1"}, back)
}

// contacts reads the property that occurs most as the lifecycle stage, its values
// in the order of their hashes. The seeds have few rows per contact; by the
// system that wrote them, histories are long.
func contacts(t *testing.T, customer string) *source.Reader {
	t.Helper()
	const property = "8fUr1Wwn4ytZC91+JzXpyw=="
	rows, err := csv.NewReader(reference(t, "eco", "fivetran-hubspot", "contact_property_history_data.csv")).ReadAll()
	require.NoError(t, err)
	var values []string
	for _, row := range rows {
		if row[4] == property {
			values = append(values, row[5])
		}
	}
	slices.Sort(values)
	stages := map[string]string{}
	for i, v := range slices.Compact(values) {
		stages[v] = string(preset.HubSpot().Stages()[1+i%8].Name)
	}
	return source.HubSpot(reference(t, "eco", "fivetran-hubspot", "contact_property_history_data.csv"), source.Options{
		Mapping: source.Mapping{Customer: customer, Where: map[string][]string{"name": {property}}, Events: stages},
	})
}

// The subscribers of IBM's telco set: how many months each has paid for, and
// whether they left. Each subscribes, renews every month, and cancels.
func TestReal_TelcoThroughPresets(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("a quarter of a million events")
	}
	rows, err := csv.NewReader(reference(t, "clv", "telco_customer_churn.csv")).ReadAll()
	require.NoError(t, err)
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	var b strings.Builder
	b.WriteString("customer,event,at\n")
	for _, row := range rows[1:] {
		who := row[column["customerID"]]
		tenure, err := strconv.Atoi(row[column["tenure"]])
		require.NoError(t, err)
		for m := range tenure + 1 {
			name := map[bool]string{true: "subscribed", false: "renewed"}[m == 0]
			if m == tenure && m > 0 {
				if row[column["Churn"]] == "No" {
					break
				}
				name = "cancelled"
			}
			fmt.Fprintf(&b, "%s,%s,%s\n", who, name, time.Date(2014, time.Month(1+72-tenure+m), 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly))
		}
	}
	for _, c := range []struct {
		d     *journey.Definition
		rules journey.Rules
		here  string
	}{
		{preset.SaaS(), nil, "onboarding 244, retention 4930, churned 1869"},
		{preset.SaaSSeven(), journey.Rules{{Name: "subscribed", Trigger: "purchased"}, {}}, "adoption 244, renewal 4930, churned 1869"},
		{preset.B2B(), journey.Rules{{Name: "subscribed", Trigger: "closed_won"}, {}}, "convert 5174, lost 1869"},
		{preset.LeadFunnel(), journey.Rules{{Name: "subscribed", Trigger: "won"}, {}}, "customer 244, post-sale 4930, lost 1869"},
		{preset.Consumer(), journey.Rules{
			{Name: "subscribed", Trigger: "purchased"}, {Name: "renewed", Trigger: "purchased"}, {Name: "cancelled", Trigger: "lapsed"},
		}, "purchase 244, retention 4930, lapsed 1869"},
	} {
		got := through(t, c.d, c.rules, source.CSV(strings.NewReader(b.String()), source.Options{}))
		assert.Equal(t, outcome{Records: 229_870, Customers: 7043, Accepted: 229_870, Transitions: 229_870, Here: c.here}, got, c.d.Name())
	}
	// Without rules, what another vocabulary calls otherwise is refused, and said.
	got := through(t, preset.B2B(), nil, source.CSV(strings.NewReader(b.String()), source.Options{}))
	assert.EqualValues(t, 7043, got.Refused)
	assert.Equal(t, []string{"subscribed in attract: 7043, unknown trigger"}, got.Reasons)
}

// Logs of process mining through the reader of CSV: every record is an event, and
// a definition of what may directly follow what, read from the log itself, refuses
// none of them. One that is parted by semicolons is refused whole, and says why.
func TestReal_ProcessMiningLogs(t *testing.T) {
	t.Parallel()
	xes := source.Mapping{Customer: "case:concept:name", Event: "concept:name", At: "time:timestamp"}
	bupa := source.Mapping{Customer: "case", Event: "activity", At: "time"}
	for _, c := range []struct {
		file           string
		m              source.Mapping
		records, cases int64
	}{
		{"receipt.csv", xes, 8577, 1434},
		{"reviewing.csv", xes, 3730, 100},
		{"roadtraffic100traces.csv", xes, 390, 100},
		{"running-example.csv", xes, 42, 6},
		{"interval_event_log.csv", xes, 8109, 1266},
		{"hospital_billing_10000.csv", bupa, 49951, 10_000},
		{"patients_500.csv", bupa, 5442, 500},
		{"sepsis_full_1050.csv", bupa, 15214, 1050},
		{"traffic_fines_10000.csv", bupa, 34724, 10_000},
	} {
		m := c.m
		m.Value, m.Cost = "-", "-"
		read := func() *source.Reader {
			return source.CSV(reference(t, "journey", "processmining", c.file), source.Options{Mapping: m})
		}
		log, err := source.Log(touchpoint.LogOptions{}, nil, read())
		require.NoError(t, err, c.file)
		graph, err := mining.DirectlyFollows(log, mining.Options{})
		require.NoError(t, err)
		spec := journey.Spec{Name: c.file, Initial: "(start)"}
		for a := range graph.Starts() { //nolint:maprange // the order of transitions changes no count
			spec.Transitions = append(spec.Transitions, journey.Transition{From: "(start)", On: journey.Trigger(a), To: journey.Stage(a)})
		}
		for _, e := range graph.Edges() {
			spec.Transitions = append(spec.Transitions, journey.Transition{From: journey.Stage(e.From), On: journey.Trigger(e.To), To: journey.Stage(e.To)})
		}
		d, err := journey.Define(spec)
		require.NoError(t, err, c.file)
		got := through(t, d, nil, read())
		got.Here = ""
		assert.Equal(t, outcome{Records: c.records, Customers: c.cases, Accepted: c.records, Transitions: c.records}, got, c.file)
	}
	_, err := source.Log(touchpoint.LogOptions{}, nil,
		source.CSV(reference(t, "journey", "processmining", "running_example_broken.csv"), source.Options{Mapping: xes}))
	require.ErrorContains(t, err, `header "case:concept:name": there is no such column, only "costs;Resource;`)
}
