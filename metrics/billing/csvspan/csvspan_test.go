package csvspan_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/csvspan"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func spanTexts(spans []billing.Span) (out []string) {
	for _, s := range spans {
		text := []string{fmt.Sprintf("%s/%s/%s %s-%s %s %s/%s %s", s.Customer, s.Subscription, s.Item, date(s.From), date(s.To), s.Amount, s.Currency, s.Cycle, s.State)}
		for _, d := range s.Discounts {
			text = append(text, fmt.Sprintf("%s:%s%%:%s:%s:%d", d.ID, d.Percent, d.Off, d.Duration, d.Cycles))
		}
		out = append(out, strings.Join(text, " "))
	}
	return out
}

func date(t time.Time) string {
	if t.IsZero() {
		return "…"
	}
	return t.Format("060102")
}

func faults(fs []billing.Finding) (out []string) {
	for _, f := range fs {
		text := fmt.Sprintf("%s %s %s=%q", f.Record, f.Code, f.Field, f.Value)
		if f.Code != billing.CodeAmountRange { // in the words of the bounds of numbers
			text += ": " + f.Message
		}
		out = append(out, text)
	}
	return out
}

func read(t *testing.T, in string) ([]string, []string) {
	t.Helper()
	spans, findings, err := csvspan.Read(strings.NewReader(in), csvspan.Options{})
	require.NoError(t, err)
	return spanTexts(spans), faults(findings)
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, in string
		want     []string
	}{
		{"the least there must be", "customer,from,amount\nacme,2026-01-10,19.99\n", []string{"acme// 260110-… 19.99 /P1M active"}},
		{"any order, any length", "amount,currency,cycle,from,to,customer,subscription,item,state\n240,usd,P1Y,2026-01-10,2027-01-10,acme,s1,seat,past-due\n", []string{"acme/s1/seat 260110-270110 240 USD/P1Y past-due"}},
		{"semicolons", "customer;from;amount\nacme;2026-01-10;19.99\n", []string{"acme// 260110-… 19.99 /P1M active"}},
		{"tabs and a byte order mark", "\xef\xbb\xbfcustomer\tfrom\tamount\r\nacme\t2026-01-10\t19.99\r\n", []string{"acme// 260110-… 19.99 /P1M active"}},
		{"quotes", "customer,from,amount\n\"a, \"\"b\"\"\nc\",2026-01-10,1\n", []string{"a, \"b\"\nc// 260110-… 1 /P1M active"}},
		{"columns of one's own", "customer,_note,from,amount,_note\nacme,x,2026-01-10,1,y\n", []string{"acme// 260110-… 1 /P1M active"}},
		{
			"discounts", "customer,from,amount,discount2_off,discount_id,discount_percent,discount_duration,discount_cycles\nacme,2026-01-10,1,5.50,d1,20,repeating,3\nbolt,2026-01-10,1,,,,,\n",
			[]string{"acme// 260110-… 1 /P1M active d1:20%:0:repeating:3 :0%:5.5:forever:0", "bolt// 260110-… 1 /P1M active"},
		},
		{"a discount first of all", "discount_percent,customer,from,amount\n20,acme,2026-01-10,1\n", []string{"acme// 260110-… 1 /P1M active :20%:0:forever:0"}},
		{"as many cycles as there may be", "customer,from,amount,discount_off,discount_duration,discount_cycles\nacme,2026-01-10,1,1,repeating,1200\n", []string{"acme// 260110-… 1 /P1M active :0%:1:repeating:1200"}},
		{"an analyst's table", "subscription_id,customer_id,start_date,end_date,monthly_amount\ns1,acme,2026-01-01,,50\n", []string{"acme/s1/ 260101-… 50 /P1M active"}},
		{"nothing but a header", "customer,from,amount\n", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			spans, found := read(t, c.in)
			assert.Equal(t, c.want, spans)
			assert.Empty(t, found)
		})
	}
}

// Flags are written by people too.
func TestSpans_Flags(t *testing.T) {
	t.Parallel()
	spans, found, err := csvspan.Read(strings.NewReader("customer,from,amount,test\na,2026-01-10,1,TRUE\nb,2026-01-10,1,False\nc,2026-01-10,1,true\nd,2026-01-10,1,false\ne,2026-01-10,1,\n"), csvspan.Options{})
	require.NoError(t, err)
	require.Empty(t, found)
	var test []bool
	for i := range spans {
		test = append(test, spans[i].Test)
	}
	assert.Equal(t, []bool{true, false, true, false, false}, test)
}

// Every bad cell of every row, with its line, column, value and reason; the
// good rows go on.
func TestSpans_BadRows(t *testing.T) {
	t.Parallel()
	spans, found := read(t, strings.Join([]string{
		"customer_id,from,to,monthly_amount,currency,state,basis,reason,test,seq,cancel_at,tax,quantity,id,plan",
		"acme,2026-01-10,,10,USD,,,,,,,,,,",
		",2026-02-30,,\"1,000\",US,sleeping,free,why,yes,1.5,soon,-1,NaN,,",
		"bolt,,,,,,,,,,,,,,",
		"cram,2026-02-01,2026-01-01,-5,,,,,,,,,,,",
		"dent,1850-01-01,,1e1000000,,,,,,,,,,,",
		"edge,2026-01-10,,0.0000000000001,,,,,,,,,,,",
		"few,2026-01-10",
		"\"fine\nand well\",2026-01-10,,7,EUR,trial,licensed,unknown,TRUE,-3,2026-05-01,1,2,row7,gold",
		strings.Repeat("x", 1025) + ",2026-01-10,,7,,,,,,,,,,,",
		"\xff,2026-01-10,,7,,,,,,,,,,,",
	}, "\n"))
	assert.Equal(t, []string{"acme// 260110-… 10 USD/P1M active", "fine\nand well// 260110-… 7 EUR/P1M trial"}, spans)
	assert.Equal(t, []string{
		`line 3 missing-customer customer_id="": empty`,
		`line 3 malformed from="2026-02-30": not a time: want RFC 3339, "2006-01-02 15:04:05", a date, or seconds since 1970`,
		`line 3 malformed cancel_at="soon": not a time: want RFC 3339, "2006-01-02 15:04:05", a date, or seconds since 1970`,
		`line 3 malformed monthly_amount="1,000": not a number`,
		`line 3 negative-amount tax="-1": the least is 0`,
		`line 3 malformed quantity="NaN": not a number`,
		`line 3 unknown-currency currency="US": not an ISO 4217 code`,
		`line 3 unknown-value state="sleeping": want one of active, trial, past-due, unpaid, paused, collection-paused, incomplete`,
		`line 3 unknown-value basis="free": want one of licensed, metered, committed, one-off`,
		`line 3 unknown-value reason="why": want one of unknown, voluntary, involuntary, replaced`,
		`line 3 unknown-value test="yes": want true or false`,
		`line 3 malformed seq="1.5": not a whole number of 64 bits`,
		`line 4 missing-time from="": empty`,
		`line 4 missing-price monthly_amount="": empty; an amount of 0 is written 0`,
		`line 5 end-before-start to="2026-01-01": before from, 2026-02-01`,
		`line 5 negative-amount monthly_amount="-5": the least is 0`,
		`line 6 time-range from="1850-01-01": not in the years 1900 to 2200`,
		`line 6 amount-range monthly_amount="1e1000000"`,
		`line 7 amount-range monthly_amount="0.0000000000001"`,
		`line 8 malformed ="": 2 cells under 15 columns; the row is left out`,
		`line 11 bad-name customer_id="` + strings.Repeat("x", 64) + `…": an id of 1025 bytes, the limit is 1000`,
		`line 12 malformed customer="": not UTF-8; the row is left out`,
	}, found)

	for n, want := range map[int][]string{1000: nil, 1001: {`line 2 bad-name discount_id="` + strings.Repeat("x", 64) + `…": an id of 1001 bytes, the limit is 1000`}} {
		_, found = read(t, "customer,from,amount,discount_id,discount_percent\na,2026-01-10,1,"+strings.Repeat("x", n)+",5\n")
		assert.Equal(t, want, found)
	}

	_, found = read(t, "customer,from,amount,cycle,discount_percent,discount_off,discount_from,discount_to,discount_level,discount_cycles\n"+
		"a,2026-01-10,1,fortnight,101,,,,,\nb,2026-01-10,1,P1M,5,5,,,,\nc,2026-01-10,1,P1M,5,,2026-02-01,2026-01-01,shop,-1\n")
	assert.Equal(t, []string{
		`line 2 unknown-unit cycle="fortnight": want an ISO 8601 duration such as P1M, P1Y, P2W or P30D`,
		`line 2 bad-discount discount_percent="101": want 0 to 100`,
		`line 3 bad-discount discount_off="5": want either a percentage or an amount`,
		`line 4 unknown-value discount_level="shop": want one of item, subscription`,
		`line 4 amount-range discount_cycles="-1"`,
		`line 4 bad-discount discount_to="2026-01-01": before discount_from`,
	}, found)
}

func TestSpans_Header(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in    string
		parts []string
	}{
		{"", []string{"csvspan: line 1, byte 0: no header"}},
		{"customer,amount", []string{`column "from": missing`}},
		{"customer,from,amount,cancelat", []string{`column "cancelat": unknown; known are customer, subscription,`}},
		{"customer,from,amount,from", []string{`column "from": the same as column "from"`}},
		{"customer,customer_id,from,amount", []string{`column "customer_id": the same as column "customer"`}},
		{"customer,from,monthly_amount,cycle", []string{`column "cycle": an amount per month and a cycle`}},
		{"customer,from, monthly_amount ,cycle", []string{`column "cycle": an amount per month and a cycle`}},
		{"x,y", []string{`"x": unknown`, `"y": unknown`, `"customer": missing`, `"from": missing`, `"amount": missing`}},
		{"customer,from,amount,discount0_id,discount10_id,discount_x", []string{`"discount0_id": unknown`, `"discount10_id": unknown`, `"discount_x": unknown`}},
	} {
		spans, _, err := csvspan.Read(strings.NewReader(c.in+"\nacme,2026-01-10,1\n"), csvspan.Options{})
		if c.in == "" {
			spans, _, err = csvspan.Read(strings.NewReader(""), csvspan.Options{})
		}
		require.ErrorIs(t, err, importer.ErrHeader, c.in)
		for _, p := range c.parts {
			require.ErrorContains(t, err, p)
		}
		assert.Empty(t, spans)
	}
}

func TestSpans_Broken(t *testing.T) {
	t.Parallel()
	const head = "customer,from,amount\nacme,2026-01-10,1\n"
	for _, c := range []struct {
		in, message string
		sentinel    error
	}{
		{head + "b\"olt,2026-01-10,1\n", `csvspan: record 2 (line 3, byte 39): bare " in non-quoted-field`, importer.ErrSyntax},
		{head + "\"bolt,2026-01-10,1\n", `csvspan: record 2 (line 3, byte 58): extraneous or missing " in quoted-field`, importer.ErrSyntax},
		{"cust\"omer\n", `csvspan: record 1 (line 1, byte 0): bare " in non-quoted-field`, importer.ErrSyntax},
	} {
		_, _, err := csvspan.Read(strings.NewReader(c.in), csvspan.Options{})
		require.ErrorIs(t, err, c.sentinel)
		var typed *importer.Error
		require.ErrorAs(t, err, &typed)
		assert.Equal(t, c.message[strings.LastIndex(c.message, ":"):], err.Error()[strings.LastIndex(err.Error(), ":"):])
		assert.Positive(t, typed.Line)
	}
	boom := errors.New("boom")
	spans, _, err := csvspan.Read(io.MultiReader(strings.NewReader(head), iotest.ErrReader(boom)), csvspan.Options{})
	require.ErrorIs(t, err, boom)
	assert.Len(t, spans, 1, "what came before is there")

	small := csvspan.Options{Limits: importer.Limits{RecordBytes: 5000}}
	_, _, err = csvspan.Read(strings.NewReader(head+"\""+strings.Repeat("x", 20_000)), small)
	require.ErrorIs(t, err, importer.ErrLimit)
	require.ErrorContains(t, err, "a row longer than 5000 bytes")
	_, _, err = csvspan.Read(strings.NewReader(head+strings.Repeat("acme,2026-01-10,1\n", 5000)), small)
	require.NoError(t, err, "a file has no limit")
	_, findings, err := csvspan.Read(strings.NewReader(head+strings.Repeat("x", 20)+",2026-01-10,1\n"), csvspan.Options{Limits: importer.Limits{StringBytes: 10}})
	require.NoError(t, err)
	assert.Equal(t, []string{`line 3 malformed customer="xxxxxxxxxxxxxxxxxxxx": 20 bytes, the limit is 10; the row is left out`}, faults(findings))

	_, err = csvspan.New(csvspan.Options{Limits: importer.Limits{RecordBytes: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
	_, _, err = csvspan.Read(nil, csvspan.Options{Limits: importer.Limits{RecordBytes: -1}})
	require.ErrorIs(t, err, importer.ErrOptions)
	imp, err := csvspan.New(csvspan.Options{})
	require.NoError(t, err)
	for range imp.Spans(strings.NewReader(head + head)) {
		break
	}
	assert.Equal(t, int64(1), imp.Progress().Yielded)
}

func TestLocation(t *testing.T) {
	t.Parallel()
	kolkata, err := time.LoadLocation("Asia/Kolkata")
	require.NoError(t, err)
	spans, _, err := csvspan.Read(strings.NewReader("customer,from,amount\nacme,2026-04-01,1\nacme,2026-04-01T00:00:00Z,1\n"), csvspan.Options{Location: kolkata})
	require.NoError(t, err)
	assert.Equal(t, time.Date(2026, 3, 31, 18, 30, 0, 0, time.UTC), spans[0].From)
	assert.Equal(t, time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC), spans[1].From, "an instant is one anywhere")
}

func TestWrite(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 10, 12, 0, 0, 5, time.UTC)
	full := billing.Span{
		Customer: "a,\"c\"\nme", Subscription: "s", Item: "i", From: at, To: at.Add(time.Hour), ID: "r1", Seq: -7, Recorded: at, EndRecorded: at.Add(2 * time.Hour),
		Terms: billing.Terms{
			Plan: "gold", Amount: decimal.RequireFromString("123456.123456789012"), Tax: decimal.RequireFromString("0.1"), Currency: "EUR", Quantity: decimal.RequireFromString("2.5"),
			State: billing.StateCollectionPaused, Basis: billing.BasisCommitted, CancelAt: at, CancelAskedAt: at, Reason: billing.ReasonReplaced, PaidThrough: at, Replaces: "s0", Test: true,
			Discounts: []billing.Discount{
				{ID: "d", Percent: decimal.RequireFromString("12.5"), From: at, To: at.Add(time.Hour), Duration: billing.DurationRepeating, Cycles: 3, Level: billing.LevelSubscription, InMRR: billing.No},
				{Off: decimal.RequireFromString("5")},
			},
		},
	}
	var b bytes.Buffer
	require.NoError(t, csvspan.Write(&b, slices.Values([]billing.Span{full, {Customer: "bolt", From: at}})))
	spans, findings, err := csvspan.Read(&b, csvspan.Options{})
	require.NoError(t, err)
	assert.Empty(t, findings)
	require.Len(t, spans, 2)
	assert.Equal(t, fmt.Sprintf("%+v", full), fmt.Sprintf("%+v", spans[0]))
	assert.Equal(t, "line 4", spans[1].ID, "an empty id becomes the line's")

	write := func(s billing.Span) error { return csvspan.Write(io.Discard, slices.Values([]billing.Span{s})) }
	require.ErrorIs(t, write(billing.Span{Terms: billing.Terms{Discounts: make([]billing.Discount, 10)}}), csvspan.ErrDiscounts)
	nine := billing.Span{Customer: "x", From: at}
	for i := range csvspan.MaxDiscounts {
		nine.Discounts = append(nine.Discounts, billing.Discount{ID: fmt.Sprint("d", i), Percent: decimal.New(int64(i+1), 0)})
	}
	var most bytes.Buffer
	require.NoError(t, csvspan.Write(&most, slices.Values([]billing.Span{nine})))
	spans, _, err = csvspan.Read(&most, csvspan.Options{})
	require.NoError(t, err)
	assert.Equal(t, fmt.Sprint(nine.Discounts), fmt.Sprint(spans[0].Discounts), "as many as a row has columns for")
	for exponent, digits := range map[int32]bool{64: true, 65: false, -64: true, -65: false} {
		var b bytes.Buffer
		require.NoError(t, csvspan.Write(&b, slices.Values([]billing.Span{{Customer: "x", Terms: billing.Terms{Amount: decimal.New(7, exponent)}}})))
		assert.Equal(t, !digits, strings.Contains(b.String(), fmt.Sprint("7e", exponent)), exponent)
	}
	require.ErrorIs(t, write(billing.Span{Customer: "a\r\nb"}), csvspan.ErrText)
	require.ErrorContains(t, write(billing.Span{ID: "x", Terms: billing.Terms{State: 99}}), `csvspan: write: span 1 "x": `)
	require.Error(t, write(billing.Span{Terms: billing.Terms{Discounts: []billing.Discount{{Level: 99}}}}))
	bad := billing.Span{}
	bad.Cycle.N = -1
	require.Error(t, write(bad))
	require.Error(t, csvspan.Write(&limited{}, slices.Values([]billing.Span{full})))
	huge := billing.Span{Customer: "x", Terms: billing.Terms{Amount: decimal.New(1, 1_000_000)}}
	require.NoError(t, write(huge), "its digits are not written out")
}

// limited is a writer that is full.
type limited struct{}

func (limited) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

// The playbook's table of 121 rows, as it stands: the sum of its months is that
// of its own columns, read by a spreadsheet's rules here.
func TestFixtures_MRRPlaybook(t *testing.T) {
	t.Parallel()
	name := data(t) + "/revenue/mrr-playbook/subscription_periods.csv"
	f, err := os.Open(name)
	require.NoError(t, err)
	defer func() { assert.NoError(t, f.Close()) }()
	rows, err := csv.NewReader(f).ReadAll()
	require.NoError(t, err)
	var want decimal.Decimal
	for _, row := range rows[1:] {
		want = want.Add(decimal.RequireFromString(row[4]))
	}
	_, err = f.Seek(0, io.SeekStart)
	require.NoError(t, err)
	spans, findings, err := csvspan.Read(f, csvspan.Options{})
	require.NoError(t, err)
	assert.Empty(t, findings)
	assert.Len(t, spans, 121)
	var got decimal.Decimal
	customers := map[string]bool{}
	for _, s := range spans {
		got = got.Add(s.Amount)
		customers[s.Customer] = true
	}
	assert.Equal(t, want.String(), got.String())
	assert.Len(t, customers, 55, "as its SOURCES.md counts them")
}

// The tables of Stripe in Fivetran's layout, joined as a warehouse would: items
// with their plans; those whose subscription is in the table.
func TestFixtures_FivetranStripe(t *testing.T) {
	t.Parallel()
	dir := data(t)
	load := func(name string) (out []map[string]string) {
		f, err := os.Open(dir + "/eco/fivetran-stripe/" + name + "_data.csv")
		require.NoError(t, err)
		defer func() { assert.NoError(t, f.Close()) }()
		all, err := csv.NewReader(f).ReadAll()
		require.NoError(t, err)
		for _, row := range all[1:] {
			m := map[string]string{}
			for i, v := range row {
				m[all[0][i]] = v
			}
			out = append(out, m)
		}
		return out
	}
	subs, plans := map[string]map[string]string{}, map[string]map[string]string{}
	for _, s := range load("subscription") {
		subs[s["id"]] = s
	}
	for _, p := range load("plan") {
		plans[p["id"]] = p
	}
	var b strings.Builder
	b.WriteString("customer,subscription,item,plan,from,to,amount,currency,cycle,quantity,_status\n")
	for _, i := range load("subscription_item") {
		s, p := subs[i["subscription_id"]], plans[i["plan_id"]]
		if s == nil || p == nil {
			continue
		}
		amount := decimal.RequireFromString(p["amount"]).Shift(-2).Mul(decimal.RequireFromString(i["quantity"]))
		cycle := "P" + p["interval_count"] + strings.ToUpper(p["interval"][:1])
		b.WriteString(strings.Join([]string{s["customer_id"], s["id"], i["id"], p["id"], s["start_date"], s["ended_at"], amount.String(), p["currency"], cycle, i["quantity"], s["status"]}, ",") + "\n")
	}
	spans, found := read(t, b.String())
	assert.Equal(t, []string{
		"sdf6547/sdgfs4536/bea81c1795a612d8fc3a232b15646701 210218-210219 1500 USD/P1M active",
		"123fsdf/sfjytkyu876/bea81c1795a612d8fc3a232b15646702 210218-210219 3000 USD/P1M active",
	}, spans)
	assert.Empty(t, found)
}

func data(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("LIFECYCLE_DATA")
	if dir == "" {
		t.Skip("LIFECYCLE_DATA is unset: the public tables are not in this repository")
	}
	return dir
}

// What a spreadsheet would take for a formula is disarmed, and read back as it
// was; a header of a million columns is refused in a line.
func TestWrite_Disarms(t *testing.T) {
	t.Parallel()
	in := []billing.Span{{Customer: "=1+1", Subscription: "-x", Item: "@y", From: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), ID: "+z", EndID: "e"}}
	in[0].Plan, in[0].Product = "'quoted'", "p"
	var b strings.Builder
	require.NoError(t, csvspan.Write(&b, slices.Values(in)))
	assert.Contains(t, b.String(), "\n'=1+1,'-x,'@y,'quoted',")
	out, found, err := csvspan.Read(strings.NewReader(b.String()), csvspan.Options{})
	require.NoError(t, err)
	require.Empty(t, found)
	require.Len(t, out, 1)
	assert.Equal(t, in[0].Customer, out[0].Customer)
	assert.Equal(t, in[0].ID, out[0].ID)
	assert.Equal(t, in[0].Plan, out[0].Plan)
	assert.Equal(t, "p", out[0].Product)
	assert.Equal(t, "e", out[0].EndID)
	in[0].Currency = "=USD" // that is none, and Write does not check
	b.Reset()
	require.NoError(t, csvspan.Write(&b, slices.Values(in)))
	assert.Contains(t, b.String(), ",'=USD,")
	in[0].Currency = ""
	in[0].Plan = "'=1"
	require.ErrorIs(t, csvspan.Write(&b, slices.Values(in)), csvspan.ErrText)

	_, _, err = csvspan.Read(strings.NewReader(strings.Repeat("bad,", 1_000_000)+"bad\n"), csvspan.Options{})
	require.ErrorIs(t, err, importer.ErrHeader)
	assert.Less(t, len(err.Error()), 200)
	for n, refused := range map[int]bool{1000: false, 1001: true} { // columns
		_, _, err = csvspan.Read(strings.NewReader("customer,from,amount"+strings.Repeat(",_own", n-3)+"\n"), csvspan.Options{})
		require.Equal(t, refused, err != nil, "%d: %v", n, err)
	}
	_, _, err = csvspan.Read(strings.NewReader(strings.Repeat("bad,", 900)+"bad\n"), csvspan.Options{})
	require.ErrorIs(t, err, importer.ErrHeader)
	assert.Less(t, len(err.Error()), 200_000)
}

// Rows are objects of live books: named by their id or by what they are of, ended in
// the past, corrected from when that is known.
func TestRecords(t *testing.T) {
	t.Parallel()
	p, o := policy.Standard(), policy.Options{Currency: "USD"}
	books, err := ledger.New(p.LedgerOptions(o))
	require.NoError(t, err)
	feed, err := policy.NewFeed(books, p, o)
	require.NoError(t, err)
	at := func(day string) time.Time {
		d, err := time.Parse(time.DateOnly, day)
		require.NoError(t, err)
		return d
	}
	say := func(known, table string) {
		t.Helper()
		records, err := csvspan.Records([]byte(table))
		require.NoError(t, err)
		_, _, err = feed.Apply(at(known), records...)
		require.NoError(t, err)
	}
	const head = "id,customer,subscription,from,to,amount,currency\n"
	say("2026-02-01", head+"r1,acme,s1,2026-01-10,,20,USD\n,bolt,s2,2026-01-15,,5,USD\n")
	assert.Equal(t, "25", books.MRR(at("2026-02-01")).String())
	say("2026-03-01", head+"r1,acme,s1,2026-01-10,,30,USD\n,bolt,s2,2026-01-15,,5,USD\n") // a higher price, from now on
	assert.Equal(t, "25", books.MRR(at("2026-02-28")).String())
	assert.Equal(t, "35", books.MRR(at("2026-03-01")).String())
	say("2026-04-01", head+",bolt,s2,2026-01-15,2026-03-20,5,USD\n") // ended ten days ago
	assert.Equal(t, "35", books.MRR(at("2026-03-19")).String())
	assert.Equal(t, "30", books.MRR(at("2026-03-20")).String())
	assert.Equal(t, "35", books.AsOf(at("2026-03-31")).MRR(at("2026-03-25")).String())

	records, err := csvspan.Records([]byte("id,customer,from,amount,recorded\nr1,acme,2026-01-10,20,2026-02-03\nr2,,2026-01-10,20,\n"))
	require.ErrorIs(t, err, importer.ErrFaults)
	require.Len(t, records, 1)
	assert.Equal(t, "span r1 of 2026-02-03T00:00:00Z", records[0].String())
	for n, sum := range map[int]bool{977: false, 978: true} { // with the two others, empty, and the time: 1,000 bytes and one more
		records, err = csvspan.Records([]byte("customer,from,amount\n" + strings.Repeat("c", n) + ",2026-01-10,20\n"))
		require.NoError(t, err)
		assert.Equal(t, sum, strings.HasPrefix(records[0].Key, "span of sha256 "), n)
	}
	_, err = csvspan.Records([]byte("customer,from,amnt\n"))
	require.Error(t, err)
}
