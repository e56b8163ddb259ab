package stripe_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/revops"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

// Fields of Refund, Charge, Invoice Payment and Credit Note as docs.stripe.com/api
// gives them; charge and payment intent of an invoice until 2025-03-31.
func aRefund(cents string) object {
	return object{
		"id": "re_1", "object": "refund", "amount": json.Number(cents), "currency": "usd", "created": kittest.Epoch("2026-03-11"),
		"charge": "ch_1", "payment_intent": "pi_1", "status": "succeeded",
	}
}

func aCharge() object {
	return object{"id": "ch_1", "object": "charge", "customer": "cus_1", "invoice": "in_1", "payment_intent": "pi_1", "amount": 2000}
}

func anInvoicePayment() object {
	return object{"id": "inpay_1", "object": "invoice_payment", "invoice": "in_1", "status": "paid", "payment": object{"type": "payment_intent", "payment_intent": "pi_1"}}
}

const givenBack = "in_1/re_1 / …-… 5 USD/P1M refund paid of=re_1"

func TestRefunds(t *testing.T) {
	t.Parallel()
	note := aCreditNote("500").With("refunds", []any{object{"amount_refunded": 500, "refund": "re_1"}})
	for _, c := range []struct {
		name  string
		in    []object
		want  []string // of refunds
		found []string
	}{
		{"through the charge, until 2025-03-31", []object{aRefund("500"), aCharge()}, []string{givenBack}, nil},
		{"through its payment intent", []object{aRefund("500"), {"id": "pi_1", "object": "payment_intent", "customer": "cus_1", "invoice": "in_1"}}, []string{givenBack}, nil},
		{"through the charge's payment intent", []object{aRefund("500").Without("payment_intent"), aCharge().Without("invoice"), creditedInvoice(), anInvoicePayment()}, []string{givenBack}, nil},
		{"through the intent's charge", []object{aRefund("500").With("payment_intent", nil), {"id": "pi_1", "object": "payment_intent", "latest_charge": "ch_1", "customer": "cus_1"}, anInvoicePayment()}, []string{givenBack}, nil},
		{"expanded", []object{aRefund("500").With("charge", aCharge())}, []string{givenBack}, nil},
		{"expanded intent", []object{aRefund("500").With("payment_intent", object{"id": "pi_1", "customer": "cus_1", "invoice": "in_1"})}, []string{givenBack}, nil},
		{"through the invoice", []object{creditedInvoice().With("charge", "ch_1"), aRefund("500")}, []string{givenBack}, nil},
		{"through the invoice's payment intent", []object{creditedInvoice().With("payment_intent", "pi_1"), aRefund("500")}, []string{givenBack}, nil},
		{"through the invoice's payments", []object{creditedInvoice().With("payments", list(anInvoicePayment().Without("invoice"))), aRefund("500")}, []string{givenBack}, nil},
		{"through a payment of the invoice", []object{anInvoicePayment(), aRefund("500"), creditedInvoice()}, []string{givenBack}, nil},
		{
			"a payment that was not made",
			[]object{anInvoicePayment().With("status", "canceled"), creditedInvoice(), aRefund("500")},
			nil,
			[]string{"fault not-expanded charge"},
		},
		{"through the credit note", []object{creditedInvoice(), aRefund("500"), note}, []string{"in_1/cnli_1 sub_1/si_1 0310-0410 5 USD/P1M refund paid of=re_1", givenBack}, nil},
		{"listed by the charge", []object{aCharge().With("refunds", list(aRefund("500").Without("charge")))}, []string{givenBack}, nil},
		{
			"several listed by the charge",
			[]object{aCharge().With("refunds", list(aRefund("500").Without("charge"), aRefund("300").With("id", "re_2")))},
			[]string{givenBack, "in_1/re_2 / …-… 3 USD/P1M refund paid of=re_2"},
			nil,
		},
		{"told again, with its charge", []object{aRefund("500").Without("charge", "payment_intent"), aRefund("500"), aCharge()}, []string{givenBack}, nil},
		{"of another shape", []object{aRefund("500").With("amount", []any{})}, nil, []string{"fault malformed amount"}},
		{"beside a charge of another shape", []object{aCharge().With("refunds", "re_1")}, nil, []string{"fault malformed refunds"}},
		{"beside a payment of another shape", []object{anInvoicePayment().With("payment", "pi_1")}, nil, []string{"fault malformed payment"}},
		{"of 0", []object{aRefund("0"), aCharge()}, []string{strings.Replace(givenBack, " 5 ", " 0 ", 1)}, nil},
		{
			"behind one of an invoice whose name is too long",
			[]object{aRefund("300").With("id", "re_0").With("charge", aCharge().With("id", "ch_0").With("payment_intent", nil).With("invoice", strings.Repeat("i", 1001))).Without("payment_intent"), aRefund("500"), aCharge()},
			[]string{givenBack},
			[]string{"fault bad-name Invoice"},
		},
		{"listed and by itself", []object{aCharge().With("refunds", list(aRefund("500"))), aRefund("500")}, []string{givenBack}, nil},
		{"more than are listed", []object{aCharge().With("refunds", list(aRefund("500")).With("has_more", true))}, []string{givenBack}, []string{"fault truncated refunds.has_more"}},
		{"pending", []object{aRefund("500").With("status", "pending"), aCharge()}, []string{"in_1/re_1 / …-… 5 USD/P1M refund open of=re_1"}, nil},
		{"failed", []object{aRefund("500").With("status", "failed"), aCharge()}, []string{"in_1/re_1 / …-… 5 USD/P1M refund void of=re_1"}, nil},
		{"of before there were statuses", []object{aRefund("500").Without("status"), aCharge()}, []string{givenBack}, nil},
		{"of one payment of two invoices", []object{aRefund("500"), anInvoicePayment().With("invoice", "in_2"), anInvoicePayment(), creditedInvoice()}, []string{givenBack}, nil},
		{"of two invoices, as the charge and a payment say", []object{aRefund("500"), aCharge().With("invoice", "in_2"), anInvoicePayment()}, []string{givenBack}, nil},
		{"of a charge that is not there", []object{aRefund("500")}, nil, []string{"fault not-expanded charge"}},
		{"of a charge that does not say", []object{aRefund("500"), aCharge().Without("invoice")}, nil, []string{"fault not-expanded charge"}},
		{"of a charge of no invoice", []object{aRefund("500"), aCharge().With("invoice", nil)}, nil, []string{"notice unsupported charge"}},
		{"of an invoice of nobody", []object{aRefund("500"), anInvoicePayment()}, nil, []string{"fault not-expanded charge"}},
		{"of nothing", []object{aRefund("500").Without("charge", "payment_intent")}, nil, []string{"fault not-expanded charge"}},
		{"without an id", []object{aRefund("500").Without("id")}, nil, []string{"fault missing-key id"}},
		{"of no status", []object{aRefund("500").With("status", "new"), aCharge()}, nil, []string{"fault unknown-value status"}},
		{"without a time", []object{aRefund("500").Without("created"), aCharge()}, nil, []string{"fault missing-time created"}},
		{"without an amount", []object{aRefund("500").Without("amount"), aCharge()}, nil, []string{"fault missing-price amount"}},
		{"of less than nothing", []object{aRefund("-500"), aCharge()}, nil, []string{"fault missing-price amount"}},
		{"of no currency", []object{aRefund("500").With("currency", "xx"), aCharge()}, nil, []string{"fault unknown-currency currency"}},
		{"test mode", []object{anEvent("evt_1", "refund.created", "2026-03-11", aRefund("500")).With("livemode", false), aCharge()}, []string{givenBack + " test"}, []string{"notice test-mode livemode"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			imp, err := stripe.New(stripe.Options{})
			require.NoError(t, err)
			got := refundsIn(t, imp, c.in...)
			assert.Equal(t, c.want, got)
			assert.Equal(t, c.found, kittest.Words(imp.Findings()))
		})
	}
}

func refundsIn(t *testing.T, imp *stripe.Importer, in ...object) (out []string) {
	t.Helper()
	lines, err := importer.Collect(imp.Lines(strings.NewReader(kittest.Joined(in...))))
	require.NoError(t, err)
	for i := range lines {
		if lines[i].Kind == billing.LineRefund {
			if l := &lines[i]; l.ID == l.Refund {
				assert.Equal(t, l.Status == billing.LinePaid, l.PaidAt.Equal(l.IssuedAt), "paid when it was made, if it was")
			}
			out = append(out, refundText(&lines[i]))
		}
	}
	return out
}

func refundText(l *billing.InvoiceLine) string {
	text := lineText(l) + " of=" + l.Refund
	if l.Test {
		text += " test"
	}
	return text
}

// What a note gave back is told from what it credited, by the line.
func TestCreditNotes_Mixed(t *testing.T) {
	t.Parallel()
	lines := list(
		object{"id": "a", "amount": 300, "discount_amount": 0, "quantity": 1},
		object{"id": "b", "amount": 100, "discount_amount": 10, "quantity": 1, "taxes": []any{object{"amount": 17, "tax_behavior": "exclusive"}}}, // 107
		object{"id": "c", "amount": 50, "discount_amount": 0, "quantity": 1},
	)
	of := func(cents int, refund any) object { return object{"amount_refunded": cents, "refund": refund} }
	for _, c := range []struct {
		name string
		note object
		want []string
	}{
		{"nothing given back", object{"refunds": []any{}}, []string{"a 3 credit", "b 1 0.1 0.17 credit", "c 0.5 credit"}},
		{"all of it", object{"refunds": []any{of(457, "re_1")}}, []string{"a 3 refund re_1", "b 1 0.1 0.17 refund re_1", "c 0.5 refund re_1"}},
		{"more than all", object{"refunds": []any{of(999, "re_1")}}, []string{"a 3 refund re_1", "b 1 0.1 0.17 refund re_1", "c 0.5 refund re_1"}},
		// Of a line of tax alone 10 of 17: 58.8 of the discount are 58.
		{
			"part of the tax",
			object{"refunds": []any{of(10, "re_1")}, "lines": list(object{"id": "a", "amount": 100, "discount_amount": 100, "quantity": 1, "taxes": []any{object{"amount": 17, "tax_behavior": "exclusive"}}})},
			[]string{"a 0.58 0.58 0.1 refund re_1", "a/rest 0.42 0.42 0.07 credit"},
		},
		{"one line", object{"refunds": []any{of(300, "re_1")}}, []string{"a 3 refund re_1", "b 1 0.1 0.17 credit", "c 0.5 credit"}},
		// 50 of 107: 4.67 of the discount and 7.94 of the tax are 4 and 7.
		{"part of a line", object{"refunds": []any{of(350, "re_1")}}, []string{"a 3 refund re_1", "b 0.47 0.04 0.07 refund re_1", "b/rest 0.53 0.06 0.1 credit", "c 0.5 credit"}},
		{
			"two refunds and outside of Stripe",
			object{"refunds": []any{of(100, "re_1"), of(150, "re_2")}, "out_of_band_amount": 157},
			[]string{"a 1 refund re_1", "a/rest 1.5 refund re_2", "a/rest/rest 0.5 refund ", "b 1 0.1 0.17 refund ", "c 0.5 credit"},
		},
		{"a refund of unknown amount", object{"refunds": []any{object{"refund": "re_1"}}}, []string{"a 3 refund re_1", "b 1 0.1 0.17 refund re_1", "c 0.5 refund re_1"}},
		{"before 2025-03-31, and outside", object{"refund": "re_1", "out_of_band_amount": 300}, []string{"a 3 refund ", "b 1 0.1 0.17 refund re_1", "c 0.5 refund re_1"}},
		{"a refund of no Stripe payment", object{"refunds": []any{object{"amount_refunded": 300, "refund": nil, "type": "payment_record_refund"}}}, []string{"a 3 refund ", "b 1 0.1 0.17 credit", "c 0.5 credit"}},
	} {
		note := aCreditNote("0").With("lines", lines)
		for k, v := range c.note {
			note = note.With(k, v)
		}
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		got, err := importer.Collect(imp.Lines(strings.NewReader(note.String())))
		require.NoError(t, err)
		var words []string
		for _, l := range got {
			w := l.ID + " " + l.Amount.String()
			if !l.Tax.IsZero() {
				w += " " + l.Discount.String() + " " + l.Tax.String()
			}
			w += " " + l.Kind.String()
			if l.Kind == billing.LineRefund {
				w += " " + l.Refund
			}
			words = append(words, w)
		}
		assert.Equal(t, c.want, words, c.name)
		assert.Empty(t, imp.Findings(), c.name)
	}
	for _, bad := range []object{{"out_of_band_amount": "x"}, {"refunds": []any{object{"amount_refunded": "x"}}}, {"refund": strings.Repeat("x", 2000)}, {"refunds": []any{object{"refund": strings.Repeat("x", 2000)}}}} {
		note := aCreditNote("500")
		for k, v := range bad {
			note = note.With(k, v)
		}
		imp, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		assert.Empty(t, readLines(t, imp, note.String()), "%v", bad)
		found := imp.Findings()
		require.NotEmpty(t, found)
		assert.Equal(t, billing.Fault, found[len(found)-1].Severity)
	}
}

// A webhook that stands alone cannot wait for another.
func TestRefunds_Records(t *testing.T) {
	t.Parallel()
	event := anEvent("evt_1", "refund.created", "2026-03-11", aRefund("500"))
	_, err := stripe.Records([]byte(event.String()))
	require.ErrorIs(t, err, importer.ErrFaults)
	records, err := stripe.Records([]byte(anEvent("evt_1", "refund.created", "2026-03-11", aRefund("500").With("charge", aCharge())).String()))
	require.NoError(t, err)
	require.Len(t, records, 1)
	assert.Equal(t, "refund re_1 of 2026-03-11T00:00:00Z (evt_1)", records[0].String())

	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	records, err = imp.Records([]byte(event.String()))
	require.NoError(t, err)
	assert.Empty(t, records)
	assert.Equal(t, []string{"notice not-expanded charge"}, kittest.Words(imp.Findings()))
	charge := []byte(anEvent("evt_2", "charge.refunded", "2026-03-12", aCharge()).String())
	for range 2 { // what is delivered again gives its records again
		records, err = imp.Records(charge)
		require.NoError(t, err)
		require.Len(t, records, 1)
		assert.Equal(t, "refund re_1 of 2026-03-11T00:00:00Z (evt_1)", records[0].String())
	}
}

// A refund of which no record can be made does not stand in the way of another: one
// that cannot be read, and one that was told and has made room since.
func TestRefunds_RecordsBehind(t *testing.T) {
	t.Parallel()
	bad := aRefund("300").With("id", "re_0").With("charge", aCharge().With("id", "ch_0").With("payment_intent", nil).With("invoice", strings.Repeat("i", 1001))).Without("payment_intent")
	later := aRefund("500").With("charge", aCharge())
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	records, err := imp.Records([]byte(list(bad, later).String()))
	require.NoError(t, err)
	assert.Equal(t, []string{"refund re_1"}, keys(records))
	assert.Equal(t, []string{"fault bad-name Invoice"}, kittest.Words(imp.Findings()))

	imp, err = stripe.New(stripe.Options{Limits: importer.Limits{Versions: 1}})
	require.NoError(t, err)
	first := aRefund("300").With("id", "re_0").With("charge", aCharge().With("id", "ch_0"))
	for _, c := range []struct {
		in   object
		want string
	}{{first, "refund re_0"}, {list(aCharge().With("id", "ch_0"), later), "refund re_1"}} {
		records, err = imp.Records([]byte(c.in.String()))
		require.NoError(t, err)
		assert.Equal(t, []string{c.want}, keys(records))
	}
}

func keys(records []billing.Record) (out []string) {
	for i := range records {
		out = append(out, records[i].Key)
	}
	return out
}

// Refunds may be given to Catalogue, and what is told of payments too.
func TestRefunds_Catalogue(t *testing.T) {
	t.Parallel()
	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(strings.NewReader(kittest.Joined(aCharge(), aRefund("500")))))
	assert.Equal(t, []string{givenBack}, refundsIn(t, imp))
	assert.Empty(t, refundsIn(t, imp), "given once")
}

// Beyond the limits: what is known of payments gives way to what is newer, and
// refunds that wait for ever end in an error, those that were told do not.
func TestRefunds_Limits(t *testing.T) {
	t.Parallel()
	imp, err := stripe.New(stripe.Options{Limits: importer.Limits{Versions: 3, Catalogue: 8}})
	require.NoError(t, err)
	for i := range 20 {
		id := fmt.Sprint(i)
		records, err := imp.Records([]byte(kittest.Joined(
			aCharge().With("id", "ch_"+id).With("payment_intent", nil),
			aRefund("500").With("id", "re_"+id).With("charge", "ch_"+id).With("payment_intent", nil),
		)))
		require.NoError(t, err)
		require.Len(t, records, 1, id)
	}
	for i := range 3 {
		_, err = imp.Records([]byte(aRefund("1").With("id", "re_x"+fmt.Sprint(i)).With("charge", "ch_x").With("payment_intent", nil).String()))
		require.NoError(t, err)
	}
	_, err = imp.Records([]byte(aRefund("1").With("id", "re_y").With("charge", "ch_x").With("payment_intent", nil).String()))
	require.ErrorIs(t, err, importer.ErrLimit)
	records, err := imp.Records([]byte(aCharge().With("id", "ch_x").String()))
	require.NoError(t, err)
	assert.Len(t, records, 3, "those that waited were not forgotten")
}

// One payment of many invoices and with many refunds: each refund is told when it
// comes, and again only when it is of another invoice.
func TestRefunds_ManyOfOnePayment(t *testing.T) {
	t.Parallel()
	const many = 300
	paid := func(i int) object {
		return anInvoicePayment().With("id", fmt.Sprintf("inpay_%03d", i)).With("invoice", fmt.Sprintf("in_%03d", i)).With("payment", object{"payment_intent": "pi_1"})
	}
	refund := func(i int) object {
		return aRefund("1").With("id", fmt.Sprintf("re_%03d", i)).With("charge", nil).With("payment_intent", "pi_1")
	}
	for name, c := range map[string]struct {
		customer bool
		most     int
	}{
		"whose is known":     {true, 2 * many},
		"whose is not known": {false, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			imp, err := stripe.New(stripe.Options{})
			require.NoError(t, err)
			told := 0
			tell := func(o object) {
				records, err := imp.Records([]byte(o.String()))
				require.NoError(t, err)
				told += len(records)
			}
			if c.customer {
				tell(object{"object": "payment_intent", "id": "pi_1", "customer": "cus_1"})
			} else {
				tell(object{"object": "payment_intent", "id": "pi_1"})
			}
			for i := range many {
				tell(paid(i))
				tell(refund(i))
			}
			if !c.customer { // the last to come says whose they all are
				records, err := imp.Records([]byte(creditedInvoice().With("id", "in_000").String()))
				require.NoError(t, err)
				assert.Len(t, records, many+1, "the invoice, and every refund")
			}
			assert.LessOrEqual(t, told, c.most)
			repeated, err := imp.Records([]byte(paid(many - 1).String()))
			require.NoError(t, err)
			assert.Len(t, repeated, many, "what is delivered again gives its records again")
			for _, r := range repeated {
				assert.Equal(t, "in_000", r.Lines[0].Invoice)
			}
		})
	}
}

// TestLaw_RefundsLiveEqualBulk: refunds, what tells of their invoices, and credit
// notes that name some of them, each told once or several times and in any order:
// the latest records of the objects, as webhooks give them, are the lines of one
// input, and the cash is that of counting every refund once.
func TestLaw_RefundsLiveEqualBulk(t *testing.T) {
	seen := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		var events []object
		n := 0
		event := func(o object, day int) {
			n++
			at := time.Date(2026, 3, 1+day, 0, 0, 0, 0, time.UTC)
			events = append(events, anEvent(fmt.Sprintf("evt_%02d", n), "x", at.Format(time.DateOnly), o))
		}
		want, orphans, notes := int64(0), 0, 0
		for i := range rapid.IntRange(1, 4).Draw(t, "invoices") {
			id := fmt.Sprint(i)
			invoice := creditedInvoice().With("id", "in_"+id)
			charge := aCharge().With("id", "ch_"+id).With("payment_intent", "pi_"+id).Without("invoice")
			linked := true
			way := rapid.SampledFrom([]string{"charge", "invoice", "payment", "two", "many", "none"}).Draw(t, "way")
			switch way {
			case "charge":
				event(charge.With("invoice", "in_"+id), 1)
			case "invoice":
				invoice = invoice.With("payment_intent", "pi_"+id)
			case "payment", "two":
				event(anInvoicePayment().With("invoice", "in_"+id).With("payment", object{"payment_intent": "pi_" + id}), 1)
				if way == "two" {
					event(anInvoicePayment().With("invoice", "in_0").With("payment", object{"payment_intent": "pi_" + id}), 1)
				}
			case "many": // those that were paid are told elsewhere, or nowhere
				for _, k := range []string{"!", "0", "1", "2", "3", "4"} {
					event(anInvoicePayment().With("invoice", "in_"+k).With("payment", object{"payment_intent": "pi_" + id}), 1)
				}
				seen["many"]++
			default:
				linked = false
				event(charge, 1)
			}
			event(invoice, 0)
			for j := range rapid.IntRange(0, 2).Draw(t, "refunds") {
				name := fmt.Sprintf("re_%d_%d", i, j)
				cents := int64(rapid.IntRange(1, 700).Draw(t, "cents"))
				refund := aRefund(fmt.Sprint(cents)).With("id", name).With("charge", "ch_"+id).With("payment_intent", "pi_"+id)
				if way != "none" && rapid.Bool().Draw(t, "by charge only") {
					refund = refund.With("payment_intent", nil)
					event(charge.With("object", "charge"), 2)
				}
				event(refund.With("status", "pending"), 10)
				status := rapid.SampledFrom([]string{"succeeded", "succeeded", "failed"}).Draw(t, "status")
				event(refund.With("status", status), rapid.IntRange(10, 12).Draw(t, "when"))
				named := rapid.IntRange(0, 2).Draw(t, "named") == 0
				if named {
					notes++
					seen["named"]++
					note := aCreditNote(fmt.Sprint(rapid.Int64Range(1, 700).Draw(t, "credited"))).With("id", "cn_"+name).With("invoice", "in_"+id)
					if rapid.Bool().Draw(t, "old") {
						note = note.With("refund", name)
					} else {
						note = note.With("refunds", []any{object{"amount_refunded": rapid.Int64Range(1, cents).Draw(t, "of it"), "refund": name}})
					}
					event(note, 12)
				}
				switch {
				case !linked && !named:
					orphans++
					seen["orphan"]++
				case status == "succeeded":
					want += cents
				default:
					seen["failed"]++
				}
			}
		}
		for range rapid.IntRange(0, 3).Draw(t, "repeated") {
			events = append(events, rapid.SampledFrom(events).Draw(t, "again"))
		}
		events = rapid.Permutation(events).Draw(t, "order")

		bulk, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		all, err := importer.Collect(bulk.Lines(strings.NewReader(kittest.Joined(events...))))
		require.NoError(t, err)
		faults := 0
		for _, tally := range bulk.Tallies() {
			if tally.Severity == billing.Fault {
				faults += int(tally.N)
			}
		}
		require.Equal(t, orphans, faults)

		live, err := stripe.New(stripe.Options{})
		require.NoError(t, err)
		latest := map[string]billing.Record{}
		for _, e := range events {
			records, err := live.Records([]byte(e.String()))
			require.NoError(t, err)
			for _, r := range records {
				if old, has := latest[r.Key]; !has || old.Compare(&r) < 0 {
					latest[r.Key] = r
				}
			}
		}
		var told []billing.InvoiceLine
		for _, r := range latest {
			told = append(told, r.Lines...)
		}
		require.Equal(t, texts(all, false), texts(told, false))
		require.Equal(t, texts(all, true), texts(told, true))

		march := calendar.NewMonth(2026, 3)
		cash, _, err := revops.CashFlow(told, march, march, revops.CashOptions{Currency: "USD", Until: time.Date(2026, 4, 1, 0, 0, 0, 0, time.UTC)})
		require.NoError(t, err)
		require.Equal(t, fmt.Sprint(want), cash[0].Refunded.Shift(2).String())
	}, seen.Need("named", "orphan", "failed", "many"))
}

// texts are lines in words, refunds or all others without what depends on the order
// in which credit notes and invoices came.
func texts(lines []billing.InvoiceLine, refunds bool) (out []string) {
	for i := range lines {
		l := lines[i]
		switch own := l.Refund != "" && l.ID == l.Refund; {
		case own && refunds:
			out = append(out, fmt.Sprintf("%+v", l))
		case !own && !refunds:
			out = append(out, fmt.Sprint(l.Invoice, l.ID, l.Amount, l.Kind, l.Refund, l.Status))
		}
	}
	slices.Sort(out)
	return out
}
