package source_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

func reference(t *testing.T, path ...string) *os.File {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	f, err := os.Open(filepath.Join(append([]string{root}, path...)...))
	require.NoError(t, err)
	t.Cleanup(func() { f.Close() })
	return f
}

// The seeds of fivetran/dbt_hubspot: values are hashed, so each property is one
// event name.
func TestReal_HubSpotPropertyHistory(t *testing.T) {
	t.Parallel()
	r := source.HubSpot(reference(t, "eco", "fivetran-hubspot", "contact_property_history_data.csv"), source.Options{
		Mapping: source.Mapping{Event: "name", Where: map[string][]string{}}, Bad: source.Report,
	})
	ids := &source.Identity{}
	contacts := source.Contacts(reference(t, "eco", "fivetran-hubspot", "contact_data.csv"),
		source.ContactColumns{ID: "id", At: "property_createdate", Merged: "property_hs_merged_object_ids"}, source.Options{Identity: ids})
	log, err := source.Log(keep, ids, contacts, r)
	require.NoError(t, err)
	t.Log(r.Counts(), contacts.Counts(), log.Len(), log.Customers(), log.Duplicates(), r.Findings(), ids.Conflicts())
	assert.Equal(t, r.Counts().Records, r.Counts().Events)
	assert.Positive(t, log.Len())
	assert.Equal(t, "78971951", ids.Resolve("46897301"), "merged ids are one contact")
}

// The seeds of fivetran/dbt_salesforce: opportunities as snapshots, each a stage
// from _fivetran_start on.
func TestReal_SalesforceOpportunities(t *testing.T) {
	t.Parallel()
	r := source.CSV(reference(t, "eco", "fivetran-salesforce", "sf_opportunity_history_data.csv"), source.Options{Bad: source.Report, Mapping: source.Mapping{
		Customer: "id", Event: "stage_name", At: "_fivetran_start", ID: []string{"id", "_fivetran_start"}, Value: "amount",
	}})
	log, err := source.Log(keep, nil, r)
	require.NoError(t, err)
	t.Log(r.Counts(), log.Len(), log.Names())
	assert.Equal(t, r.Counts().Records, r.Counts().Events+r.Counts().Bad)
	assert.Positive(t, log.Len())
}

// The ten events of Segment's B2B specification take a customer through the
// preset.
func TestSegmentB2B_ThroughThePreset(t *testing.T) {
	t.Parallel()
	d := preset.SaaS()
	known := map[string]bool{}
	for _, tr := range d.Triggers() {
		known[string(tr)] = true
	}
	for from, to := range source.SegmentB2B() {
		assert.True(t, to == "" || known[to], "%s is %s, which the preset does not know", from, to)
	}
	assert.Len(t, source.SegmentB2B(), 10)
	in := file(t, "segment.json")
	var log *touchpoint.Log
	ids := &source.Identity{}
	log, err := source.Log(keep, ids, sources(t)["segment.json"](strings.NewReader(in), ids))
	require.NoError(t, err)
	replay, err := d.ReplayLog(log, nil, journey.ReplayOptions{})
	require.NoError(t, err)
	j, ok := replay.Journey("user-1")
	require.True(t, ok)
	assert.Equal(t, journey.Stage("onboarding"), j.Stage())
}
