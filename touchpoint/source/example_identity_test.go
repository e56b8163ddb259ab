package source_test

import (
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

func noon(day int) time.Time { return time.Date(2026, time.January, day, 12, 0, 0, 0, time.UTC) }

// Visits before the sign-up belong to the user who signed up; what several
// sources say is added up, in any order.
func ExampleIdentity_Seen() {
	ids, more := &source.Identity{}, &source.Identity{}
	ids.Seen("anon-1", "mia", noon(3))
	more.Alias("mia@old.example", "mia", noon(4))
	ids.Add(more)
	for _, id := range []string{"anon-1", "mia@old.example", "anon-2"} {
		fmt.Println(id, "is", ids.Resolve(id))
	}
	// Output:
	// anon-1 is mia
	// mia@old.example is mia
	// anon-2 is anon-2
}

// Each reader collects for itself; added up in either order they say the same.
func ExampleIdentity_Add() {
	web, crm := &source.Identity{}, &source.Identity{}
	web.Seen("anon-1", "mia@old.example", noon(3))
	crm.Known("mia", noon(9))
	crm.Alias("mia@old.example", "mia", noon(9))
	for _, order := range [][]*source.Identity{{web, crm}, {crm, web}} {
		var all source.Identity
		for _, part := range order {
			all.Add(part)
		}
		fmt.Println(all.Resolve("anon-1"))
	}
	// Output:
	// mia
	// mia
}

// A user changed the address that is the user's id: old events count for the
// new one.
func ExampleIdentity_Alias() {
	ids := &source.Identity{}
	ids.Alias("mia@old.example", "mia@new.example", noon(4))
	for was, is := range ids.Rows() {
		fmt.Println(was, "is", is)
	}
	// Output:
	// mia@new.example is mia@new.example
	// mia@old.example is mia@new.example
}

// Of two users who are one customer the one known first gives the name,
// whatever came first to the reader.
func ExampleIdentity_Known() {
	ids := &source.Identity{Merge: true}
	ids.Known("m.mayer", noon(8))
	ids.Known("mia", noon(2))
	ids.Seen("laptop", "m.mayer", noon(8))
	ids.Seen("laptop", "mia", noon(9))
	fmt.Println(ids.Resolve("m.mayer"))
	// Output:
	// mia
}

// Two people at one machine stay two people unless Merge says otherwise, and
// the conflict is reported.
func ExampleIdentity_Resolve() {
	ids := &source.Identity{}
	ids.Seen("tablet", "mia", noon(3))
	ids.Seen("tablet", "leo", noon(4))
	fmt.Println(ids.Resolve("tablet"), ids.Resolve("leo"), len(ids.Conflicts()))
	// Output:
	// mia leo 1
}

// With accounts, people are the company they belong to.
func ExampleIdentity_Member() {
	ids := &source.Identity{Accounts: true}
	ids.Known("mia", noon(1))
	ids.Member("mia", "company:acme", noon(2))
	fmt.Println(ids.Resolve("mia"))
	// Output:
	// company:acme
}

// Merged before anything is counted: one customer instead of two.
func ExampleIdentity_Apply() {
	ids := &source.Identity{}
	ids.Seen("anon-1", "mia", noon(3))
	log, err := touchpoint.LogOf(
		touchpoint.Event{Customer: "anon-1", Name: "visited", At: noon(1)},
		touchpoint.Event{Customer: "mia", Name: "trial_started", At: noon(3)},
	)
	if err != nil {
		fmt.Println(err)
		return
	}
	log, err = ids.Apply(log)
	fmt.Println(log.Customers(), log.Len(), err)
	// Output:
	// 1 2 <nil>
}

// Who recommended whom, under the ids they have now.
func ExampleIdentity_Refer() {
	ids := &source.Identity{}
	ids.Refer("mia@old.example", "leo", noon(5))
	ids.Alias("mia@old.example", "mia", noon(9))
	for _, r := range ids.Referrals() {
		fmt.Println(r.Referrer, "→", r.Referred)
	}
	// Output:
	// mia → leo
}

// Two sources in one log, with who is who.
func ExampleLog() {
	ids := &source.Identity{}
	product := source.Segment(strings.NewReader(
		`{"type":"identify","userId":"mia","anonymousId":"anon-1","timestamp":"2026-01-03T12:00:00Z"}
{"type":"track","event":"Signed Up","anonymousId":"anon-1","messageId":"m1","timestamp":"2026-01-02T12:00:00Z"}`),
		source.Options{Identity: ids, Mapping: source.Mapping{Events: source.SegmentB2B()}})
	billing := source.CSV(strings.NewReader("customer,event,at,id\nmia,subscribed,2026-01-09,inv-1\nmia,subscribed,2026-01-09,inv-1\n"), source.Options{})
	log, err := source.Log(touchpoint.LogOptions{}, ids, product, billing)
	if err != nil {
		fmt.Println(err)
		return
	}
	for e := range log.Of("mia") {
		fmt.Println(e.At.Format(time.DateOnly), e.Name)
	}
	fmt.Println(log.Duplicates(), "repeated")
	// Output:
	// 2026-01-02 lead_captured
	// 2026-01-09 subscribed
	// 1 repeated
}

// For those who build the log themselves.
func ExampleEvents() {
	a := source.CSV(strings.NewReader("customer,event,at\nacme,visited,2026-01-05\n"), source.Options{})
	b := source.JSONLines(strings.NewReader(`{"customer":"acme","event":"engaged","at":"2026-01-06T10:00:00Z"}`), source.Options{})
	for e, err := range source.Events(a, b) {
		fmt.Println(e.Name, err)
	}
	// Output:
	// visited <nil>
	// engaged <nil>
}

// What the readers take in, they write: a log as the documented CSV.
func ExampleWriteCSV() {
	log, err := touchpoint.LogOf(touchpoint.Event{Customer: "acme", Name: "visited", Channel: touchpoint.Email, At: noon(5)})
	if err != nil {
		fmt.Println(err)
		return
	}
	if err := source.WriteCSV(os.Stdout, log); err != nil {
		fmt.Println(err)
	}
	// Output:
	// customer,event,at,channel
	// acme,visited,2026-01-05T12:00:00Z,Email
}

// The events of Segment's B2B specification, in the standard vocabulary.
func ExampleSegmentB2B() {
	names := source.SegmentB2B()
	fmt.Println(names["Trial Started"], names["Signed Up"], len(names))
	// Output:
	// trial_started lead_captured 10
}
