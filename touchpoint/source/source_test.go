package source_test

import (
	"bytes"
	"errors"
	"io"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/channel"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

func file(t testing.TB, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return string(data)
}

// twice: a dollar is two euros.
type twice struct{}

func (twice) Rate(from, to money.Currency, _ time.Time) (decimal.Decimal, error) {
	if from == to {
		return decimal.New(1, 0), nil
	}
	return decimal.New(2, 0), nil
}

func ga4(t testing.TB) *channel.Classifier {
	t.Helper()
	c, err := channel.GA4().Compile()
	require.NoError(t, err)
	return c
}

var plan = map[string]string{"plan": "properties.plan"}

// sources are the formats with the options under which their fixture was
// written out by hand.
func sources(t testing.TB) map[string]func(io.Reader, *source.Identity) *source.Reader {
	t.Helper()
	b2b, google := source.SegmentB2B(), ga4(t)
	b2b["page:Pricing"], b2b["Order Paid"] = "pricing_viewed", "subscribed"
	return map[string]func(io.Reader, *source.Identity) *source.Reader{
		"segment.json": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.Segment(in, source.Options{Identity: ids, Channels: google, Mapping: source.Mapping{Events: b2b, Attrs: plan, Value: "properties.total", Currency: "properties.currency"}})
		},
		"posthog.json": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.PostHog(in, source.Options{Identity: ids, Channels: google, Mapping: source.Mapping{Attrs: plan}})
		},
		"ga4.json": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.GA4(in, source.Options{Identity: ids, Channels: google, Mapping: source.Mapping{Attrs: map[string]string{"plan": "params.plan"}, Events: map[string]string{"purchase": "subscribed"}}})
		},
		"hubspot_in.csv": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.HubSpot(in, source.Options{Identity: ids})
		},
		"salesforce_in.csv": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.Salesforce(in, source.Options{Identity: ids, Mapping: source.Mapping{Events: map[string]string{"Closed Won": "closed_won"}}})
		},
		"cloudevents.json": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.CloudEvents(in, source.Options{Identity: ids, Mapping: source.Mapping{
				Attrs: map[string]string{"plan": "data.plan"}, Value: "data.amount", Currency: "data.currency",
				Channels: map[string]touchpoint.Channel{"/reviews": touchpoint.Reviews},
			}})
		},
		"jsonl.json": func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.JSONLines(in, source.Options{Identity: ids, Currency: "EUR", Rates: twice{}})
		},
	}
}

var keep = touchpoint.LogOptions{IDs: true, Campaign: true, Cost: true, Value: true}

func written(t testing.TB, log *touchpoint.Log) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, source.WriteCSV(&b, log))
	return b.String()
}

func golden(name string) string {
	name, _, _ = strings.Cut(name, ".")
	return strings.TrimSuffix(name, "_in") + ".csv"
}

// prepare tells an identity what a second file of the source says.
func prepare(t testing.TB, name string, ids *source.Identity) {
	t.Helper()
	if name != "hubspot_in.csv" {
		return
	}
	ids.Accounts = true
	contacts := source.Contacts(strings.NewReader("id,created,associatedcompanyid,hs_merged_object_ids\n9,2026-01-01,,7\n8,2026-01-01,5,\n"),
		source.ContactColumns{ID: "id", At: "created", Account: "associatedcompanyid", Merged: "hs_merged_object_ids", Prefix: "company:"}, source.Options{Identity: ids})
	for _, err := range contacts.Events() {
		require.NoError(t, err)
	}
	assert.Empty(t, contacts.Findings())
	assert.Equal(t, source.Counts{Records: 2, LeftOut: 2, Links: 2}, contacts.Counts())
}

// Each format's fixture gives the log that was written out by hand, and reading
// the file again adds nothing.
func TestSources_GiveTheExpectedLog(t *testing.T) {
	t.Parallel()
	for name, read := range sources(t) {
		want := file(t, golden(name))
		options := keep
		if strings.Contains(want, "attr.plan") {
			options.Attrs = []string{"plan"}
		}
		for _, times := range []int{1, 2} {
			ids := &source.Identity{}
			prepare(t, name, ids)
			var readers []*source.Reader
			for range times {
				readers = append(readers, read(strings.NewReader(file(t, name)), ids))
			}
			log, err := source.Log(options, ids, readers...)
			require.NoError(t, err, name)
			got := written(t, log)
			if name == "jsonl.json" && times == 2 { // one event has no id
				assert.Equal(t, 4, log.Len())
				continue
			}
			assert.Equal(t, want, got, "%s read %d times", name, times)
			t.Log(name, readers[0].Counts(), readers[0].Findings(), ids.Conflicts())
		}
	}
}

// What was found is told, with its line.
func TestSources_Findings(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"segment.json": {
			`row 12: event "Signed Out": left out by the mapping [left-out]`,
			`row 13: type "mystery": is no type of call [unknown-type]`,
		},
		"posthog.json": {
			`row 2: event "$autocapture": is PostHog's own; name it in Mapping.Events to keep it [left-out]`,
			`row 3: event "$identify": is PostHog's own; name it in Mapping.Events to keep it (3 times) [left-out]`,
			`row 9: event "$create_alias": is PostHog's own; name it in Mapping.Events to keep it [left-out]`,
		},
		"ga4.json": {
			`row 3: event "first_visit": left out by the mapping [left-out]`,
			`row 8: event "session_start": names no customer [nobody]`,
		},
		"hubspot_in.csv": {`row 1: column "source": is not read [unknown-column]`},
		"salesforce_in.csv": {
			`row 3: OldValue "Prospecting": the history of the record begins midway [begins-midway]`,
			`row 7: OldValue "Negotiation": changes of one instant do not follow from one another [order-not-known]`,
		},
		"cloudevents.json": nil,
		"jsonl.json":       nil,
	}
	for name, read := range sources(t) {
		r := read(strings.NewReader(file(t, name)), &source.Identity{})
		for _, err := range r.Events() {
			require.NoError(t, err, name)
		}
		var got []string
		for _, f := range r.Findings() {
			got = append(got, f.String())
		}
		assert.Equal(t, want[name], got, name)
		c := r.Counts()
		assert.Equal(t, c.Records, c.Events+c.LeftOut+c.Bad, name)
	}
}

// A visitor seen with two users stays with the first, and that is said.
func TestPostHog_SharedMachineIsAConflict(t *testing.T) {
	t.Parallel()
	ids := &source.Identity{}
	_, err := source.Log(touchpoint.LogOptions{}, ids, source.PostHog(strings.NewReader(file(t, "posthog.json")), source.Options{Identity: ids}))
	require.NoError(t, err)
	require.Len(t, ids.Conflicts(), 1)
	assert.Equal(t, `users: "anon-2" stays with "mia", not "leo"`, ids.Conflicts()[0].String())
	ids.Accounts = true
	assert.Equal(t, "group:company:acme", ids.Resolve("anon-1"))
}

func TestJSONLines_Referrals(t *testing.T) {
	t.Parallel()
	ids := &source.Identity{}
	ids.Alias("acme", "ACME", time.Unix(0, 0))
	_, err := source.Log(touchpoint.LogOptions{}, ids, source.JSONLines(strings.NewReader(file(t, "jsonl.json")), source.Options{Identity: ids, Currency: "EUR", Rates: twice{}}))
	require.NoError(t, err)
	assert.Equal(t, []source.Referral{{Referrer: "ACME", Referred: "beta", At: time.Date(2026, 1, 8, 0, 0, 0, 0, time.UTC)}}, ids.Referrals())
}

func TestReader_MixOfCurrenciesIsRefused(t *testing.T) {
	t.Parallel()
	in := "customer,event,at,value,currency\na,x,2026-01-01,1,EUR\na,y,2026-01-01,2,USD\n"
	_, err := source.Log(touchpoint.LogOptions{Value: true}, nil, source.CSV(strings.NewReader(in), source.Options{}))
	require.ErrorIs(t, err, source.ErrCurrency)
	var row *fault.Row
	require.ErrorAs(t, err, &row)
	assert.Equal(t, int64(3), row.Row)
	euros := source.CSV(strings.NewReader("customer,event,at,value,currency\na,x,2026-01-01,1,EUR\n"), source.Options{})
	dollars := source.CSV(strings.NewReader("customer,event,at,value,currency\na,x,2026-01-01,1,USD\n"), source.Options{})
	_, err = source.Log(touchpoint.LogOptions{Value: true}, nil, euros, dollars)
	require.ErrorIs(t, err, source.ErrCurrency)
	log, err := source.Log(touchpoint.LogOptions{Value: true}, nil, source.CSV(strings.NewReader(in), source.Options{Currency: "EUR", Rates: twice{}}))
	require.NoError(t, err)
	assert.Equal(t, money.Currency("EUR"), log.Currency())
	values, _ := log.Values()
	assert.Equal(t, "4", values.Decimal(1).String())
}

// Every bad record is reported with its line; under Report the others are read.
func TestReader_BadRecords(t *testing.T) {
	t.Parallel()
	in := "customer,event,at,value,attr.x\n" +
		"a,x,2026-01-01,1,\n" + // 2
		",x,2026-01-01,1,\n" + // 3
		"a,,2026-01-01,1,\n" + // 4
		"a,x,yesterday,1,\n" + // 5
		"a,x,1767225600,1,\n" + // 6
		"a,x,2026-01-01,much,\n" + // 7
		"a,x,2026-01-01\n" + // 8
		"\"a\nb\",x,1776-07-04,1,\n" + // 9 and 10
		"a,x,2026-01-01,1," + strings.Repeat("v", touchpoint.MaxAttrText+1) + "\n" + // 11
		"a\xff,x,2026-01-01,1,\n" // 12
	_, err := source.Log(touchpoint.LogOptions{}, nil, source.CSV(strings.NewReader(in), source.Options{}))
	var batch *fault.Batch
	require.ErrorAs(t, err, &batch)
	var rows []int64
	var fields []string
	for _, r := range batch.Rows {
		rows, fields = append(rows, r.Row), append(fields, r.Field)
		require.ErrorIs(t, r, source.ErrRecord)
	}
	assert.Equal(t, []int64{3, 4, 5, 6, 7, 8, 9, 11, 12}, rows)
	assert.Equal(t, []string{"customer", "name", "at", "at", "value", "", "at", "attrs[x]", "row"}, fields)
	r := source.CSV(strings.NewReader(in), source.Options{Bad: source.Report})
	log, err := source.Log(touchpoint.LogOptions{}, nil, r)
	require.NoError(t, err)
	assert.Equal(t, 1, log.Len())
	assert.Equal(t, source.Counts{Records: 10, Events: 1, Bad: 9}, r.Counts())
	require.Len(t, r.Findings(), 9)
	assert.Equal(t, source.FoundBad, r.Findings()[0].Code)
	late := source.CSV(strings.NewReader("customer,event,at\na,x,1767225600\n"), source.Options{Epoch: source.EpochSeconds, Now: time.Unix(0, 0)})
	log, err = source.Log(touchpoint.LogOptions{}, nil, late)
	require.NoError(t, err)
	for e := range log.Events() {
		assert.Equal(t, time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), e.At)
	}
	require.Len(t, late.Findings(), 1)
	assert.Equal(t, source.FoundFuture, late.Findings()[0].Code)
}

func TestReader_InputThatCannotBeRead(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken pipe")
	half := func(s string) io.Reader { return io.MultiReader(strings.NewReader(s), failing{broken}) }
	for name, r := range map[string]*source.Reader{
		"csv":      source.CSV(half("customer,event,at\na,x,2026-01-01\n"), source.Options{}),
		"json":     source.JSONLines(half(`{"customer":"a","event":"x","at":"2026-01-01"}`+"\n"), source.Options{}),
		"in value": source.Segment(half(`{"type":"tra`), source.Options{}),
	} {
		_, err := source.Log(touchpoint.LogOptions{}, nil, r)
		require.ErrorIs(t, err, broken, name)
	}
	for name, in := range map[string]string{
		"no header":       "",
		"no such column":  "customer,event\n",
		"column twice":    "customer,event,at,at\n",
		"quote":           "customer,event,at\na,\"x,2026\n",
		"long":            "customer,event,at\na," + strings.Repeat("x", 1<<21) + ",2026-01-01\n",
		"several columns": "customer;event;at\n",
	} {
		_, err := source.Log(touchpoint.LogOptions{}, nil, source.CSV(strings.NewReader(in), source.Options{}))
		require.Error(t, err, name)
	}
	for name, in := range map[string]string{
		"scalar":    `7`,
		"stray":     `{"customer":"a","event":"x","at":"2026-01-01"} x`,
		"unclosed":  `{"customer":"a"`,
		"array":     `[{"customer":"a","event":"x","at":"2026-01-01"}`,
		"long":      `{"customer":"` + strings.Repeat("x", 1<<21) + `"}`,
		"not UTF-8": "{\"customer\":\"a\xff\",\"event\":\"x\",\"at\":\"2026-01-01\"}",
		"broken":    `{"customer":"a",,}`,
		"wrong":     `{"customer":["a"],"event":"x","at":"2026-01-01"}]`,
	} {
		_, err := source.Log(touchpoint.LogOptions{}, nil, source.JSONLines(strings.NewReader(in), source.Options{}))
		require.ErrorIs(t, err, source.ErrRecord, name)
	}
	r := source.CSV(strings.NewReader("customer,event,at\n"), source.Options{})
	_, err := source.Log(touchpoint.LogOptions{}, nil, r, r)
	require.ErrorIs(t, err, source.ErrRead)
	for _, o := range []source.Options{
		{Skew: -1},
		{MaxRecord: -1},
		{Epoch: 9},
		{Bad: 9},
		{Currency: "euro"},
		{Source: "\xff"},
		{Mapping: source.Mapping{Attrs: map[string]string{"": "x"}}},
	} {
		_, err := source.Log(touchpoint.LogOptions{}, nil, source.CSV(strings.NewReader("customer,event,at\n"), o))
		require.ErrorIs(t, err, source.ErrOptions, "%+v", o)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// What WriteCSV writes, CSV reads.
func TestWriteCSV_RoundTrip(t *testing.T) {
	t.Parallel()
	options := keep
	options.Attrs, options.Currency = []string{"plan", "x,\"y\""}, "EUR"
	log, err := options.LogOf(
		touchpoint.Event{Customer: "a,b", Name: "x\ny", At: time.Date(2026, 1, 1, 0, 0, 0, 1, time.UTC), Channel: "=1", ID: "1", Source: "s", Campaign: "ü", Cost: decimal.New(125, -3), Attrs: map[string]string{"plan": "pro", "x,\"y\"": "z"}},
		touchpoint.Event{Customer: "b", Name: "x", At: time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC), Source: "s", Value: decimal.New(-3, 2)},
	)
	require.NoError(t, err)
	text := written(t, log)
	back, err := options.Read(source.CSV(strings.NewReader(text), source.Options{}).Events())
	require.NoError(t, err)
	assert.Equal(t, text, written(t, back))
	a, err := log.MarshalBinary()
	require.NoError(t, err)
	b, err := back.MarshalBinary()
	require.NoError(t, err)
	assert.Equal(t, a, b)
}

func collect(seq iter.Seq2[touchpoint.Event, error]) (events []touchpoint.Event, bad int) {
	for e, err := range seq {
		if err != nil {
			bad++
			continue
		}
		events = append(events, e)
	}
	return events, bad
}

func TestEnums_Text(t *testing.T) {
	t.Parallel()
	for e := range source.EpochMicros + 1 {
		v, err := e.Value()
		require.NoError(t, err)
		var back source.Epoch
		require.NoError(t, back.Scan(v))
		assert.Equal(t, e, back)
	}
	for _, b := range []source.Bad{source.Refuse, source.Report} {
		text, err := b.MarshalText()
		require.NoError(t, err)
		var back source.Bad
		require.NoError(t, back.UnmarshalText(text))
		assert.Equal(t, b, back)
	}
	for k := range source.ConflictReferral + 1 {
		v, err := k.Value()
		require.NoError(t, err)
		var back source.ConflictKind
		require.NoError(t, back.Scan(v))
		assert.Equal(t, k, back)
	}
	var e source.Epoch
	require.ErrorIs(t, e.UnmarshalText([]byte("ages")), fault.ErrUnknown)
}
