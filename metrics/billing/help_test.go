package billing_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

var monthly = calendar.Cycle{}

func date(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func dec(s string) decimal.Decimal { return decimal.RequireFromString(s) }

// spanOf is a dollar span of its own customer and subscription.
func spanOf(id, amount string, cycle calendar.Cycle, from, to string, more ...func(*billing.Span)) billing.Span {
	s := billing.Span{
		Customer: id, Subscription: id, From: date(from), To: date(to),
		Terms: billing.Terms{Amount: dec(amount), Cycle: cycle, Currency: "USD"},
	}
	for _, f := range more {
		f(&s)
	}
	return s
}

func item(name string) func(*billing.Span) { return func(s *billing.Span) { s.Item = name } }

func less(d ...billing.Discount) func(*billing.Span) {
	return func(s *billing.Span) { s.Discounts = d }
}

func by(customer string) func(*billing.Span) { return func(s *billing.Span) { s.Customer = customer } }

func same(t testing.TB, want string, got decimal.Decimal, msg ...any) {
	t.Helper()
	w := dec(want)
	if !w.Equal(got) {
		assert.Fail(t, fmt.Sprintf("want %s, got %s", want, got), msg...)
	}
}

func genAmount(t *rapid.T, label string) decimal.Decimal {
	return decimal.New(rapid.SampledFrom([]int64{0, 1000, 1000, 1999, 5000, 12345}).Draw(t, label), -2)
}
