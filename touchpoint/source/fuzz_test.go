package source_test

import (
	"bytes"
	"io"
	"slices"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/touchpoint"
	"github.com/lifecycle-go/lifecycle/touchpoint/source"
)

// holds reads any input: it ends, counts every record once, gives events that a
// log takes, the same whether the input comes in one piece or byte by byte.
func holds(t *testing.T, data []byte, read func(io.Reader, *source.Identity) *source.Reader) {
	t.Helper()
	ids := &source.Identity{}
	r := read(bytes.NewReader(data), ids)
	events, bad := collect(r.Events())
	c := r.Counts()
	require.Equal(t, int64(len(events)), c.Events)
	require.Equal(t, c.Records, c.Events+c.LeftOut+c.Bad)
	require.GreaterOrEqual(t, int64(bad), c.Bad)
	log, err := touchpoint.LogOptions{IDs: true, Campaign: true, Cost: true, Value: true, Attrs: []string{"plan"}}.LogOf(events...)
	require.NoError(t, err)
	_, err = ids.Apply(log)
	require.NoError(t, err)
	ids.Conflicts()
	slowly := read(iotest.OneByteReader(bytes.NewReader(data)), &source.Identity{})
	again, badAgain := collect(slowly.Events())
	require.Equal(t, bad, badAgain)
	require.Len(t, again, len(events))
	for i := range events {
		require.Equal(t, events[i], again[i])
	}
	require.True(t, slices.Equal(r.Findings(), slowly.Findings()))
}

func fuzzSource(f *testing.F, name string) {
	f.Helper()
	read := sources(f)[name]
	f.Add([]byte(file(f, name)))
	f.Add([]byte("{}"))
	f.Add([]byte("[{},{}"))
	f.Add([]byte("\ufeff{\"a\":\"\\u00e0\\\\\"}\n"))
	f.Fuzz(func(t *testing.T, data []byte) { holds(t, data, read) })
}

func FuzzSegment(f *testing.F)     { fuzzSource(f, "segment.json") }
func FuzzPostHog(f *testing.F)     { fuzzSource(f, "posthog.json") }
func FuzzGA4(f *testing.F)         { fuzzSource(f, "ga4.json") }
func FuzzCloudEvents(f *testing.F) { fuzzSource(f, "cloudevents.json") }
func FuzzJSONLines(f *testing.F)   { fuzzSource(f, "jsonl.json") }
func FuzzHubSpot(f *testing.F)     { fuzzSource(f, "hubspot_in.csv") }
func FuzzSalesforce(f *testing.F)  { fuzzSource(f, "salesforce_in.csv") }

func FuzzCSV(f *testing.F) {
	f.Add([]byte("customer,event,at,channel,id,source,campaign,cost,value,currency,referrer,attr.plan\na,x,2026-01-01,web,1,s,c,1,2.50,EUR,b,pro\n"))
	f.Add([]byte("\ufeffcustomer,event,at\n\"a\"\"b\",x,2026-01-01T00:00:00.5+02:00\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		holds(t, data, func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.CSV(in, source.Options{Identity: ids, MaxRecord: 1 << 12})
		})
	})
}

func FuzzContacts(f *testing.F) {
	f.Add([]byte("id,created,account,merged\n9,2026-01-01,5,7; 8;\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		holds(t, data, func(in io.Reader, ids *source.Identity) *source.Reader {
			return source.Contacts(in, source.ContactColumns{ID: "id", At: "created", Account: "account", Merged: "merged"}, source.Options{Identity: ids})
		})
	})
}
