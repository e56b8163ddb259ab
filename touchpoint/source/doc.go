// Package source reads touchpoint events from where they are: files and exports
// of other systems, as a stream, with what was found on the way.
//
// Begin with [CSV], [Options] and [Log]:
//
//	ids := &source.Identity{}
//	reader := source.Segment(file, source.Options{Identity: ids, Currency: "EUR"})
//	log, err := source.Log(touchpoint.LogOptions{Value: true}, ids, reader)
//	for _, f := range reader.Findings() {
//		fmt.Println(f)
//	}
//
//	file ─▶ Reader ─▶ touchpoint.Event ─▶ touchpoint.Log ─▶ Identity.Apply ─▶ journey.ReplayLog
//
// In order:
//
//  1. The function of a format makes a Reader: CSV and JSONLines for the
//     documented forms and for any table by a Mapping, Segment, PostHog, GA4,
//     HubSpot, Salesforce, CloudEvents.
//  2. Options.Mapping, which is data, says which field is what, gives events the
//     names that journeys use, and channels to those that no visit shows.
//  3. Reader.Events yields events one at a time; a record that cannot be read is
//     an error that names its line, or a finding. Reader.Findings tells what else
//     a person should know, Reader.Counts what became of the records.
//  4. Identity takes what the sources say about who is who: the visitor who became
//     a user, the contact of an account, who recommended whom. Log gives the
//     events to the customers it resolves to.
//
// Amounts of a log are in one currency: readers convert by rates, or refuse a mix.
// Events carry (Source, ID), so that reading a file again adds nothing.
//
// Nothing here reads the clock or opens a file. Personal data stay behind: of a
// record only what the mapping names is kept.
package source
