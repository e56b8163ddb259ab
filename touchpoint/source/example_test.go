package source_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/journey/preset"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

func ExampleCSV() {
	in := strings.NewReader(`customer,event,at,channel,value,currency,attr.plan
acme,subscribed,2026-01-09 10:30,Website,49.90,EUR,pro
acme,trial_started,2026-01-05,Website,,,
`)
	log, err := touchpoint.LogOptions{Value: true, Attrs: []string{"plan"}}.Read(source.CSV(in, source.Options{}).Events())
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Events() {
		fmt.Println(e.Customer, e.Name, e.At.Format(time.RFC3339), e.Value, e.Attrs)
	}
	// Output:
	// acme trial_started 2026-01-05T00:00:00Z 0 map[]
	// acme subscribed 2026-01-09T10:30:00Z 49.9 map[plan:pro]
}

// A table of another program, by a mapping.
func ExampleMapping() {
	in := strings.NewReader("user,what,when,kind\nu1,Sign up,1767225600,web\nu1,Heartbeat,1767225601,web\n")
	r := source.CSV(in, source.Options{Epoch: source.EpochSeconds, Mapping: source.Mapping{
		Customer: "user", Event: "what", At: "when", Channel: "kind",
		Events: map[string]string{"Sign up": "account_created"}, Only: true,
	}})
	for e, err := range r.Events() {
		fmt.Println(e.Customer, e.Name, e.Channel, e.At.Format(time.DateOnly), err)
	}
	fmt.Println(r.Findings())
	// Output:
	// u1 account_created web 2026-01-01 <nil>
	// [row 3: event "Heartbeat": left out by the mapping [left-out]]
}

// From calls to the stage of a journey: the visitor becomes the user, and the
// first page keeps its channel.
func ExampleSegment() {
	in := strings.NewReader(`
{"type":"page","name":"Home","anonymousId":"v1","messageId":"1","timestamp":"2026-01-02T09:00:00Z","context":{"page":{"referrer":"https://www.google.de/"}}}
{"type":"identify","anonymousId":"v1","userId":"u1","messageId":"2","timestamp":"2026-01-02T09:05:00Z"}
{"type":"track","event":"Trial Started","userId":"u1","messageId":"3","timestamp":"2026-01-02T09:06:00Z"}
`)
	channels, err := channel.GA4().Compile()
	if err != nil {
		fmt.Println(err)
		return
	}
	ids := &source.Identity{}
	r := source.Segment(in, source.Options{Identity: ids, Channels: channels, Mapping: source.Mapping{Events: source.SegmentB2B()}})
	log, err := source.Log(touchpoint.LogOptions{}, ids, r)
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Events() {
		fmt.Printf("%s %s %q\n", e.Customer, e.Name, e.Channel)
	}
	replay, err := preset.SaaS().ReplayLog(log, nil, journey.ReplayOptions{})
	if err != nil {
		fmt.Println(err)
		return
	}
	j, _ := replay.Journey("u1")
	fmt.Println(j.Stage())
	// Output:
	// u1 content_viewed "Organic Search"
	// u1 trial_started ""
	// trial
}

func ExampleIdentity() {
	ids := &source.Identity{Accounts: true}
	day := func(d int) time.Time { return time.Date(2026, 1, d, 0, 0, 0, 0, time.UTC) }
	ids.Seen("browser 7", "mia", day(2))
	ids.Member("mia", "acme", day(3))
	ids.Seen("browser 7", "leo", day(4))
	fmt.Println(ids.Resolve("browser 7"), ids.Resolve("leo"))
	for _, c := range ids.Conflicts() {
		fmt.Println(c)
	}
	// Output:
	// acme leo
	// users: "browser 7" stays with "mia", not "leo"
}

func ExamplePostHog() {
	in := strings.NewReader(`{"uuid":"1","event":"activated","distinct_id":"mia","timestamp":"2026-03-01T10:00:00Z","properties":{"plan":"team"}}`)
	for e, err := range source.PostHog(in, source.Options{Mapping: source.Mapping{Attrs: map[string]string{"plan": "properties.plan"}}}).Events() {
		fmt.Println(e.Customer, e.Name, e.Attrs, err)
	}
	// Output: mia activated map[plan:team] <nil>
}

func ExampleGA4() {
	in := strings.NewReader(`{"event_name":"login","event_timestamp":"1767603600000000","user_id":"u9","user_pseudo_id":"1.2"}`)
	for e, err := range source.GA4(in, source.Options{}).Events() {
		fmt.Println(e.Customer, e.Name, e.At.Format(time.RFC3339), err)
	}
	// Output: u9 logged_in 2026-01-05T09:00:00Z <nil>
}

func ExampleHubSpot() {
	in := strings.NewReader("contact_id,name,value,timestamp\n7,lifecyclestage,lead,2026-01-01 10:00:00\n7,jobtitle,CTO,2026-01-01 10:00:00\n")
	for e, err := range source.HubSpot(in, source.Options{}).Events() {
		fmt.Println(e.Customer, e.Name, err)
	}
	// Output: 7 lead <nil>
}

func ExampleContacts() {
	ids := &source.Identity{Accounts: true}
	in := strings.NewReader("Id,AccountId\n0031,0017\n")
	for _, err := range source.Contacts(in, source.ContactColumns{ID: "Id", Account: "AccountId"}, source.Options{Identity: ids}).Events() {
		fmt.Println(err)
	}
	fmt.Println(ids.Resolve("0031"))
	// Output: 0017
}

func ExampleSalesforce() {
	in := strings.NewReader("Id,OpportunityId,Field,OldValue,NewValue,CreatedDate\n017a,006A,StageName,,Prospecting,2026-03-01T10:00:00.000+0000\n")
	for e, err := range source.Salesforce(in, source.Options{}).Events() {
		fmt.Println(e.Customer, e.Name, err)
	}
	// Output: 006A Prospecting <nil>
}

func ExampleCloudEvents() {
	in := strings.NewReader(`{"specversion":"1.0","id":"1","source":"/support","type":"ticket_opened","subject":"acme","time":"2026-01-21T08:00:00Z"}`)
	for e, err := range source.CloudEvents(in, source.Options{}).Events() {
		fmt.Println(e.Customer, e.Name, e.Source, e.ID, err)
	}
	// Output: acme ticket_opened /support 1 <nil>
}

func ExampleJSONLines() {
	in := strings.NewReader(`{"customer":"acme","event":"subscribed","at":"2026-01-20","attrs":{"plan":"pro"}}`)
	for e, err := range source.JSONLines(in, source.Options{}).Events() {
		fmt.Println(e.Customer, e.Name, e.Attrs, err)
	}
	// Output: acme subscribed map[plan:pro] <nil>
}
