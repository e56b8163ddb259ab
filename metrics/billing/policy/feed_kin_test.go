package policy_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// A subscription that ended more than the grace before says nothing any more, for
// itself or for its siblings: what was paid for of another, cut by it or not, stays
// as it was.
func TestFeed_WordsAfterTheEndCountNothingForSiblings(t *testing.T) {
	t.Parallel()
	begin := time.Date(2022, 1, 1, 0, 0, 0, 0, time.UTC)
	day := func(n int) time.Time { return begin.AddDate(0, 0, n) }
	span := func(sub string, from, to int) billing.Span {
		s := billing.Span{Customer: "ada", Subscription: sub, Item: "i", From: day(from)}
		s.Amount, s.Currency, s.Cycle = dec("120"), "USD", calendar.Cycle{Unit: calendar.UnitYear}
		if to > 0 {
			s.To = day(to)
		}
		return s
	}
	record := func(sub string, version, created, ended int, spans ...billing.Span) billing.Record {
		r := billing.Record{Key: "subscription " + sub, ID: sub + string(rune('0'+version)), Created: day(created), Spans: spans}
		if ended > 0 {
			r.Ended = day(ended)
		}
		return r
	}
	// The year is paid; it ends on day 10.
	year := span("year", 0, 0)
	year.PaidThrough = day(365)
	paid := []billing.Record{record("year", 1, 0, 0, year), record("year", 2, 10, 10)}

	withdrawn := record("other", 3, 25+401, 0)
	withdrawn.Deleted = true
	heir := span("other", 12+401, 0)
	heir.Replaces = "year"
	for _, c := range []struct {
		name    string
		other   []billing.Record
		late    billing.Record
		on100th string
	}{
		{
			"withdrawn, which had cut what was paid",
			[]billing.Record{record("other", 1, 20, 0, span("other", 20, 0)), record("other", 2, 25, 25, span("other", 20, 25))},
			withdrawn, "0",
		},
		{
			"carries it on, which had not",
			[]billing.Record{record("other", 1, -5, 0, span("other", -5, 0)), record("other", 2, 12, 12, span("other", -5, 12))},
			record("other", 3, 12+401, 0, heir), "10",
		},
	} {
		for _, within := range []bool{false, true} {
			p := policy.Standard()
			p.ChurnDate = policy.EndOfPaidService
			f := newFeed(t, p, policy.Options{Currency: "USD"})
			apply(t, f, append(c.other[:1:1], append(paid, c.other[1])...)...)
			require.Equal(t, c.on100th, f.Ledger().MRR(day(100)).String(), c.name)
			late, want, code := c.late, c.on100th, billing.CodeTooLate
			if within { // the grace: the word counts
				late.Created, code = late.Created.AddDate(0, 0, -1), ""
				want = map[string]string{"0": "10", "10": "0"}[want]
			}
			_, found, err := f.Apply(time.Time{}, late)
			require.NoError(t, err)
			got := billing.Code("")
			for _, x := range found {
				if x.Code == billing.CodeTooLate {
					got = x.Code
				}
			}
			assert.Equal(t, code, got, c.name)
			assert.Equal(t, want, f.Ledger().MRR(day(100)).String(), c.name)
		}
	}
}

// What a subscription said while it was its customer's only one is known to those
// that come later.
func TestFeed_WhatTheOnlyOneSaid(t *testing.T) {
	t.Parallel()
	o := policy.Options{Currency: "USD"}
	span := func(sub, from, to, paid string) billing.Span {
		s := spanOf("ada", "10", monthly, from, to)
		s.Subscription = sub
		if paid != "" {
			s.PaidThrough = date(paid)
		}
		return s
	}
	record := func(sub, created string, ended bool, spans ...billing.Span) billing.Record {
		r := billing.Record{Key: "sub " + sub, ID: sub + created, Created: date(created), Spans: spans}
		if r.Deleted = len(spans) == 0; ended {
			r.Ended = r.Created
		}
		return r
	}
	all := []billing.Record{
		record("one", "2026-01-01", false, span("one", "2026-01-20", "", "")),
		record("one", "2026-01-25", true, span("one", "2026-01-20", "2026-01-25", "2026-02-25")), // asks when others begin
		record("one", "2026-01-26", false),                                                       // was never meant
		record("two", "2026-01-02", false, span("two", "2026-01-01", "", "")),
		record("two", "2026-01-15", true, span("two", "2026-01-01", "2026-01-15", "2026-02-15")),
	}
	f := newFeed(t, policy.Standard(), o)
	for _, r := range all {
		apply(t, f, r)
	}
	for on, want := range map[string]string{"2026-01-17": "10", "2026-02-01": "10", "2026-02-16": "0"} {
		assert.Equal(t, want, f.Ledger().MRR(date(on)).String(), on)
	}
	assert.Equal(t, "10", f.Ledger().AsOf(date("2026-01-16")).MRR(date("2026-02-01")).String(), "of one alone, which was to begin on the 20th")
}

// That another one carries it on counts nothing for a subscription that was over,
// and of which nothing was said, for longer than the grace: whether a feed still
// keeps it or not.
func TestFeed_CarriedOnTooLate(t *testing.T) {
	t.Parallel()
	day := func(n int) time.Time { return date("2022-01-01").AddDate(0, 0, n) }
	paid := spanOf("ada", "10", monthly, "2022-01-01", "2022-01-11")
	paid.Subscription, paid.PaidThrough = "paid", day(31)
	for after, want := range map[int]string{31 + 400: "0", 31 + 401: "10", 31 + 900: "10"} { // the grace is 400 days
		heir := spanOf("ada", "10", monthly, "2022-01-01", "")
		heir.Subscription, heir.From, heir.Replaces = "heir", day(after), "paid"
		first := billing.Record{Key: "sub paid", ID: "p", Created: day(10), Ended: day(10), Spans: []billing.Span{paid}}
		last := billing.Record{Key: "sub heir", ID: "h", Created: day(after), Spans: []billing.Span{heir}}
		bulk, live := newFeed(t, policy.Standard(), dollars), newFeed(t, policy.Standard(), dollars)
		apply(t, bulk, first, last)
		apply(t, live, first)
		apply(t, live, last)
		assert.Equal(t, want, bulk.Ledger().MRR(day(20)).String(), after)
		assert.Equal(t, bytesOf(t, bulk.Ledger()), bytesOf(t, live.Ledger()), after)
	}
}
