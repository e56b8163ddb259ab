// Package kit is what the importers of billing systems are made of.
//
// [Session.Records] and [Session.Rows] split an input into records, one in
// memory at a time and within the limits; [Session.Decode] reads one into a wire
// struct. A [Note] makes findings about one record and reads its fields. A
// [Timeline] puts versions of subscriptions in order, [Latest] keeps the latest
// of an invoice, [Course] cuts a subscription into its states.
package kit
