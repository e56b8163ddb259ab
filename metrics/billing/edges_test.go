package billing_test

import (
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
)

// Each bound is taken, and what is beyond it is not.
func TestEdges(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	span := func(d billing.Discount) bool {
		s := billing.Span{Customer: "c", From: at, Terms: billing.Terms{Amount: decimal.NewFromInt(1), Discounts: []billing.Discount{d}}}
		return s.Check(nil)
	}
	assert.True(t, span(billing.Discount{Percent: decimal.NewFromInt(100)}))
	assert.False(t, span(billing.Discount{Percent: decimal.New(10001, -2)}))

	for n, ok := range map[int]bool{1000: true, 1001: false} {
		s := billing.Span{Customer: strings.Repeat("c", n), From: at}
		assert.Equal(t, ok, s.Check(nil), "a name of %d bytes", n)
	}

	assert.True(t, span(billing.Discount{Cycles: 1200}), "a hundred years of months")
	assert.False(t, span(billing.Discount{Cycles: 1201}))
	assert.False(t, span(billing.Discount{Cycles: -1}))

	r := billing.Record{Key: "k", Lines: make([]billing.InvoiceLine, billing.MaxParts), Spans: make([]billing.Span, billing.MaxParts)}
	assert.True(t, r.Check(nil))
	r.Lines = append(r.Lines, billing.InvoiceLine{})
	assert.False(t, r.Check(nil))
	r.Lines, r.Spans = nil, append(r.Spans, billing.Span{})
	assert.False(t, r.Check(nil))

	// Numbers that cannot be reckoned with are refused, and not looked at again.
	huge := decimal.New(1, 1_000_000)
	for _, s := range []billing.Terms{{Amount: huge}, {Amount: decimal.NewFromInt(-1)}, {Amount: decimal.New(0, 1_000_000)}} {
		x := billing.Span{Customer: "c", From: at, Terms: s}
		n := 0
		assert.False(t, x.Check(func(billing.Finding) { n++ }))
		assert.Equal(t, 1, n)
	}
	n := 0
	x := billing.Span{Customer: "c", From: at, Terms: billing.Terms{Discounts: []billing.Discount{{Percent: huge}}}}
	assert.False(t, x.Check(func(billing.Finding) { n++ }))
	assert.Equal(t, 1, n, "a percent that was refused is not compared")
}

// A line credits by its kind, or by the half of a proration that it is.
func TestInvoiceLine_Credits(t *testing.T) {
	t.Parallel()
	for k, want := range map[billing.LineKind]bool{
		billing.LineRecurring: false, billing.LineUsage: false, billing.LineOneOff: false, billing.LineCredit: true, billing.LineRefund: true,
	} {
		l := billing.InvoiceLine{Kind: k, Amount: decimal.NewFromInt(5), Discount: decimal.NewFromInt(1)}
		assert.Equal(t, want, l.Credits(), k)
		net := "4"
		if want {
			net = "-4"
		}
		assert.Equal(t, net, l.Net().String(), k)
		l.Proration = billing.ProrationCredit
		assert.True(t, l.Credits(), k)
	}
}

// What is left out of two lists is left out of both together.
func TestFindings_JoinCountsWhatIsLeftOut(t *testing.T) {
	t.Parallel()
	var a, b billing.Findings
	for range billing.MaxFindings + 3 {
		a.Add(billing.Finding{Code: billing.CodeOverlap})
		b.Add(billing.Finding{Code: billing.CodeOverlap})
	}
	a.Join(&b)
	all := a.All()
	last := all[len(all)-1]
	require.Equal(t, billing.CodeMore, last.Code)
	left := 2*(billing.MaxFindings+3) - (len(all) - 1)
	assert.Contains(t, last.Value+" "+last.Message, decimal.NewFromInt(int64(left)).String())
}

// An item is one of its subscription and customer: two of one name elsewhere are
// others.
func TestTermsChanges_TellItemsApart(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	span := func(customer, sub, item string, from, to int) billing.Span {
		return billing.Span{
			Customer: customer, Subscription: sub, Item: item, From: at.Add(time.Duration(from) * time.Hour), To: at.Add(time.Duration(to) * time.Hour),
			Terms: billing.Terms{Amount: decimal.NewFromInt(1)},
		}
	}
	spans := []billing.Span{span("a", "s", "i", 0, 10), span("a", "s", "j", 10, 20), span("a", "t", "j", 20, 30), span("b", "t", "j", 30, 40)}
	changes := billing.TermsChanges(spans)
	var words []string
	for _, c := range changes {
		w := c.Customer + c.Subscription + c.Item
		if c.Ended {
			w += " ends"
		}
		words = append(words, w)
	}
	assert.Equal(t, "asi,asi ends,asj,asj ends,atj,atj ends,btj,btj ends", strings.Join(words, ","))
	back, found := billing.SpansOf(changes)
	assert.Empty(t, found)
	assert.Equal(t, spans, back)
}
