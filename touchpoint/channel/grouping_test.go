package channel_test

import (
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
)

func classifier(t *testing.T, g channel.Grouping) *channel.Classifier {
	t.Helper()
	c, err := g.Compile()
	require.NoError(t, err)
	return c
}

// The rules of support.google.com/analytics/answer/9756891, one row or more
// for each, and the notable cases of their order and patterns.
func TestGA4_Rules(t *testing.T) {
	t.Parallel()
	c := classifier(t, channel.GA4())
	for _, tc := range []struct {
		source, medium, campaign, referrer string
		want                               touchpoint.Channel
	}{
		{"", "", "", "", touchpoint.Direct},
		{"(direct)", "(none)", "", "", touchpoint.Direct},
		{"(direct)", "(not set)", "", "", touchpoint.Direct},
		{"(direct)", "cpc", "", "", touchpoint.PaidOther},
		{"google", "cpc", "Spring Cross-Network", "", touchpoint.CrossNetwork},
		{"amazon", "cpc", "", "", touchpoint.PaidShopping},
		{"newsletter", "cpc", "summer-shop", "", touchpoint.PaidShopping},
		{"google", "cpc", "", "", touchpoint.PaidSearch},
		// The paid pattern is tried before Display, and cpm has "cp" in it.
		{"google", "cpm", "", "", touchpoint.PaidSearch},
		{"GOOGLE", "PPC", "", "", touchpoint.PaidSearch},
		{"facebook", "paid_social", "", "", touchpoint.PaidSocial},
		{"l.facebook.com", "cpc", "", "", touchpoint.PaidSocial},
		{"youtube", "retargeting", "", "", touchpoint.PaidVideo},
		{"partner", "cpm", "", "", touchpoint.Display},
		{"partner", "banner", "", "", touchpoint.Display},
		{"partner", "interstitial", "", "", touchpoint.Display},
		{"partner", "cpc", "", "", touchpoint.PaidOther},
		// The published pattern has no word boundary: "recpt" contains "cp".
		{"partner", "recpt", "", "", touchpoint.PaidOther},
		{"chatgpt.com", "ai-assistant", "(ai-assistant)", "", touchpoint.AIAssistant},
		{"bing", "ai-assistant", "", "", touchpoint.AIAssistant},
		{"etsy.com", "referral", "", "", touchpoint.OrganicShopping},
		// "shop" counts at the start or after anything but a to d and f to z.
		{"partner", "x", "shop", "", touchpoint.OrganicShopping},
		{"partner", "x", "eshop", "", touchpoint.OrganicShopping},
		{"partner", "x", "my-shop", "", touchpoint.OrganicShopping},
		{"partner", "x", "shopping-week", "", touchpoint.OrganicShopping},
		{"partner", "referral", "workshop", "", touchpoint.Referral},
		{"partner", "referral", "webshop", "", touchpoint.Referral},
		{"partner", "referral", "photoshop", "", touchpoint.Referral},
		{"linkedin.com", "referral", "", "", touchpoint.OrganicSocial},
		{"partner", "Social Network", "", "", touchpoint.OrganicSocial},
		{"partner", "sm", "", "", touchpoint.OrganicSocial},
		{"vimeo.com", "referral", "", "", touchpoint.OrganicVideo},
		{"partner", "in-video", "", "", touchpoint.OrganicVideo},
		{"duckduckgo", "referral", "", "", touchpoint.OrganicSearch},
		{"some engine", "organic", "", "", touchpoint.OrganicSearch},
		{"partner.example", "referral", "", "", touchpoint.Referral},
		{"partner", "app", "", "", touchpoint.Referral},
		{"partner", "link", "", "", touchpoint.Referral},
		{"e-mail", "x", "", "", touchpoint.Email},
		{"list", "e_mail", "", "", touchpoint.Email},
		{"partner", "affiliate", "", "", touchpoint.Affiliates},
		{"podcast", "audio", "", "", touchpoint.Audio},
		{"sms", "x", "", "", touchpoint.SMS},
		{"x", "sms", "", "", touchpoint.SMS},
		{"app", "web_push", "", "", touchpoint.MobilePush},
		{"app", "mobile-banner", "", "", touchpoint.MobilePush},
		{"firebase", "x", "", "", touchpoint.MobilePush},
		{"newsletter", "enewsletter", "", "", touchpoint.Unassigned},
		{"newsletter", "", "", "", touchpoint.Unassigned},

		{"", "", "", "https://www.google.de/", touchpoint.OrganicSearch},
		{"", "", "", "https://www.google.co.uk/search?q=x", touchpoint.OrganicSearch},
		{"", "", "", "google.evil.example", touchpoint.Referral},
		{"", "", "", "https://de.search.yahoo.com/", touchpoint.OrganicSearch},
		{"", "", "", "android-app://com.google.android.googlequicksearchbox/", touchpoint.OrganicSearch},
		{"", "", "", "https://m.facebook.com/x", touchpoint.OrganicSocial},
		{"", "", "", "https://notfacebook.com/x", touchpoint.Referral},
		{"", "", "", "https://blog.example/post", touchpoint.Referral},
		{"list", "email", "", "https://www.google.de/", touchpoint.Email},
	} {
		v := channel.Visit{Source: tc.source, Medium: tc.medium, Campaign: tc.campaign, Referrer: tc.referrer}
		assert.Equal(t, tc.want, c.Channel(v), "%+v: %+v", v, c.Classify(v))
	}
}

func TestGA4_Versions(t *testing.T) {
	t.Parallel()
	assistant := channel.Visit{Source: "chatgpt.com", Medium: "ai-assistant", Campaign: "(ai-assistant)"}
	before := channel.GA4On(time.Date(2026, 5, 12, 0, 0, 0, 0, time.UTC))
	assert.Equal(t, "until-2026-05-12, sources of 2026-11", before.Version)
	assert.Equal(t, touchpoint.Unassigned, classifier(t, before).Channel(assistant))
	assert.Equal(t, "2026-05-13, sources of 2026-11", channel.GA4().Version)
	assert.Len(t, channel.GA4().Rules, len(before.Rules)+1)

	// Changing a copy changes nothing for others.
	g := channel.GA4()
	g.Rules[0].Channel = "mine"
	assert.Equal(t, touchpoint.Direct, channel.GA4().Rules[0].Channel)
}

// Every source of the public list is known by its kind, and paid and organic
// visits from it are grouped as the rules say.
func TestGA4_KnowsEveryListedSource(t *testing.T) {
	t.Parallel()
	f, err := os.Open(dataFile(t, "eco", "ga4", "ga4_source_categories.csv"))
	require.NoError(t, err)
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	ours := classifier(t, channel.GA4())
	want := map[string][2]touchpoint.Channel{
		"search": {touchpoint.OrganicSearch, touchpoint.PaidSearch}, "social": {touchpoint.OrganicSocial, touchpoint.PaidSocial},
		"video": {touchpoint.OrganicVideo, touchpoint.PaidVideo}, "shopping": {touchpoint.OrganicShopping, touchpoint.PaidShopping},
	}
	for _, r := range rows[1:] {
		category := strings.ToLower(strings.TrimPrefix(r[1], "SOURCE_CATEGORY_"))
		assert.Equal(t, category, ours.Category(r[0]), r[0])
		assert.Equal(t, want[category][0], ours.Channel(channel.Visit{Source: r[0], Medium: "referral"}), r[0])
		assert.Equal(t, want[category][1], ours.Channel(channel.Visit{Source: r[0], Medium: "cpc"}), r[0])
	}
	assert.Len(t, rows[1:], 819)
	assert.Equal(t, touchpoint.OrganicSocial, ours.Channel(channel.Visit{Referrer: "https://www.43things.com/"}))
}

func TestGrouping_JSONRoundTrip(t *testing.T) {
	t.Parallel()
	data, err := json.Marshal(channel.GA4())
	require.NoError(t, err)
	var back channel.Grouping
	require.NoError(t, json.Unmarshal(data, &back))
	assert.Equal(t, channel.GA4(), back)
	require.Error(t, json.Unmarshal([]byte(`{"rules":[{"any":[[{"field":"colour"}]]}]}`), &back))
}

func TestGrouping_FaultsAreReportedTogether(t *testing.T) {
	t.Parallel()
	g := channel.Grouping{
		Categories: []channel.Category{
			{Name: "search", Sources: []string{"Google", "", "a*b", ".x.*"}},
			{Name: "search"},
			{},
		},
		Rules: []channel.Rule{
			{},
			{Channel: "a", Any: [][]channel.Condition{{}}},
			{Channel: "b", Any: [][]channel.Condition{{
				{Field: channel.FieldMedium, Pattern: "("},
				{Field: channel.FieldCategory, In: []string{"music"}},
				{Field: 99, In: []string{"x"}},
				{Field: channel.FieldMedium, Pattern: "x", In: []string{"x"}},
				{Field: channel.FieldMedium},
			}}},
		},
	}
	_, err := g.Compile()
	var got []string
	for _, f := range faultsOf(t, err) {
		got = append(got, f.Path+" "+string(f.Code))
	}
	assert.Equal(t, []string{
		"Otherwise name-missing",
		"Categories[0].Sources[0] bad-source", "Categories[0].Sources[1] bad-source",
		"Categories[0].Sources[2] bad-source", "Categories[0].Sources[3] bad-source",
		"Categories[1] duplicate", "Categories[2] name-missing",
		"Rules[0] name-missing", "Rules[0] bad-match", "Rules[1].Any[0] bad-match",
		"Rules[2].Any[0][0] bad-match", "Rules[2].Any[0][1] dangling-link", "Rules[2].Any[0][2] bad-match",
		"Rules[2].Any[0][3] bad-match", "Rules[2].Any[0][4] bad-match",
	}, got)
	_, err = channel.Grouping{Otherwise: "x"}.Compile()
	assert.EqualError(t, err, "channel: grouping \"\": 1 fault\n\tRules: a grouping needs at least one rule [no-rules]")
	var one fault.Fault
	require.ErrorAs(t, err, &one)
	assert.Equal(t, channel.FaultNoRules, one.Code)
}

func TestVisitOf(t *testing.T) {
	t.Parallel()
	v, err := channel.VisitOf("https://shop.example/p?utm_source=News&utm_medium=email&utm_campaign=may+sale#x", "https://mail.example")
	require.NoError(t, err)
	assert.Equal(t, channel.Visit{Source: "News", Medium: "email", Campaign: "may sale", Referrer: "https://mail.example"}, v)
	v, err = channel.VisitOf("/p?gclid=abc", "")
	require.NoError(t, err)
	assert.Equal(t, channel.Visit{Source: "google", Medium: "cpc"}, v)
	for _, bad := range []string{"https://x/%zz", "http://[::1", "/p?a=%zz", "/?" + strings.Repeat("x", channel.MaxURL)} {
		_, err := channel.VisitOf(bad, "")
		require.Error(t, err, bad)
	}
}

// FuzzClassify_IsTotal: every visit gets a channel that the grouping names,
// and asking again gives the same.
func FuzzClassify_IsTotal(f *testing.F) {
	g := channel.GA4()
	channels := []touchpoint.Channel{g.Otherwise}
	for _, r := range g.Rules {
		channels = append(channels, r.Channel)
	}
	c, err := g.Compile()
	require.NoError(f, err)
	f.Add("google", "cpc", "shop", "https://x.example")
	f.Add("", "", "", "http://[")
	f.Fuzz(func(t *testing.T, source, medium, campaign, referrer string) {
		v := channel.Visit{Source: source, Medium: medium, Campaign: campaign, Referrer: referrer}
		a := c.Classify(v)
		require.Contains(t, channels, a.Channel)
		require.Equal(t, a, c.Classify(v))
		// What the rules saw is enough to come to the same channel.
		require.Equal(t, a.Channel, c.Channel(channel.Visit{Source: a.Source, Medium: a.Medium, Campaign: a.Campaign}))
	})
}

// dataFile returns a file of the reference data, or skips the test.
func dataFile(t *testing.T, path ...string) string {
	t.Helper()
	root := os.Getenv("LIFECYCLE_DATA")
	if root == "" {
		t.Skip("LIFECYCLE_DATA is unset: the reference data is not at hand")
	}
	return filepath.Join(append([]string{root}, path...)...)
}

func faultsOf(t *testing.T, err error) []fault.Fault {
	t.Helper()
	var design *fault.Design
	require.ErrorAs(t, err, &design)
	require.ErrorIs(t, err, channel.ErrGrouping)
	return design.Faults
}

// What is as large as a limit is taken, and one more is not.
func TestChannel_LimitsAreTaken(t *testing.T) {
	t.Parallel()
	longest := "/?utm_source=" + strings.Repeat("x", channel.MaxURL-len("/?utm_source="))
	v, err := channel.VisitOf(longest, "")
	require.NoError(t, err)
	assert.Len(t, v.Source, len(longest)-len("/?utm_source="))
	_, err = channel.VisitOf(longest+"x", "")
	require.ErrorIs(t, err, fault.ErrTooLong)

	// The host of a referrer as long is read, that of a longer one is not.
	search, err := channel.GA4().Compile()
	require.NoError(t, err)
	referrer := "https://google.com/" + strings.Repeat("x", channel.MaxURL-len("https://google.com/"))
	assert.Equal(t, touchpoint.Channel("Organic Search"), search.Classify(channel.Visit{Referrer: referrer}).Channel)
	assert.NotEqual(t, touchpoint.Channel("Organic Search"), search.Classify(channel.Visit{Referrer: referrer + "x"}).Channel)

	rule := channel.Rule{Channel: "a", Any: [][]channel.Condition{{{Field: channel.FieldMedium, Pattern: strings.Repeat("x", 4096)}}}}
	g := channel.Grouping{Rules: slices.Repeat([]channel.Rule{rule}, 2), Otherwise: "o"}
	require.NoError(t, g.Validate())
	g.Rules[1].Any = [][]channel.Condition{{{Field: channel.FieldMedium, Pattern: strings.Repeat("x", 4097)}}}
	assert.Contains(t, g.Validate().Error(), "pattern of at most 4096 bytes, got 4097")

	short := channel.Rule{Channel: "a", Any: [][]channel.Condition{{{Field: channel.FieldMedium, In: []string{"x"}}}}}
	g.Rules = slices.Repeat([]channel.Rule{short}, 10_000)
	require.NoError(t, g.Validate())
	g.Rules = append(g.Rules, short)
	assert.Contains(t, g.Validate().Error(), "at most 10000, got 10001")

	// A million sources, over two categories.
	g.Rules = g.Rules[:1]
	half := slices.Repeat([]string{"google"}, 500_000)
	g.Categories = []channel.Category{{Name: "a", Sources: half}, {Name: "b", Sources: half}}
	require.NoError(t, g.Validate())
	g.Categories = append(g.Categories, channel.Category{Name: "c", Sources: []string{"one"}})
	assert.Contains(t, g.Validate().Error(), "at most 1000000 sources, got 1000001")
}
