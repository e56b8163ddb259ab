package parquetio

import (
	"fmt"
	"io"
	"iter"
	"slices"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/shopspring/decimal"
)

type statement = ledger.Statement

func month(name string, at func(*statement) *calendar.Month) field[statement] {
	return named(name, true, func(s *statement) (string, error) {
		b, err := at(s).MarshalText()
		return string(b), err
	}, func(s *statement, b []byte) error { return at(s).UnmarshalText(b) })
}

var statementFields = []field[statement]{
	month("month", func(s *statement) *calendar.Month { return &s.Month }),
	month("through", func(s *statement) *calendar.Month { return &s.Through }),
	text("currency", false, func(s *statement) *string { return (*string)(&s.Currency) }),
	money("opening", true, func(s *statement) *decimal.Decimal { return &s.Revenue.Opening }),
	money("new", true, func(s *statement) *decimal.Decimal { return &s.Revenue.New }),
	money("expansion", true, func(s *statement) *decimal.Decimal { return &s.Revenue.Expansion }),
	money("reactivation", true, func(s *statement) *decimal.Decimal { return &s.Revenue.Reactivation }),
	money("contraction", true, func(s *statement) *decimal.Decimal { return &s.Revenue.Contraction }),
	money("churn", true, func(s *statement) *decimal.Decimal { return &s.Revenue.Churn }),
	money("fx", true, func(s *statement) *decimal.Decimal { return &s.Revenue.FX }),
	count("customers_opening", func(s *statement) *int64 { return &s.Customers.Opening }),
	count("customers_new", func(s *statement) *int64 { return &s.Customers.New }),
	count("customers_reactivated", func(s *statement) *int64 { return &s.Customers.Reactivated }),
	count("customers_churned", func(s *statement) *int64 { return &s.Customers.Churned }),
	count("customers_new_and_churned", func(s *statement) *int64 { return &s.Customers.NewAndChurned }),
	count("customers_churned_and_returned", func(s *statement) *int64 { return &s.Customers.ChurnedAndReturned }),
	count("closing_customers", func(s *statement) *int64 { return &s.ClosingCustomers }),
	count("paying_customers", func(s *statement) *int64 { return &s.PayingCustomers }),
}

// Statements yields the statements of a file. Every column but currency is
// required; a row whose heads do not lead to its closing is refused. Errors are
// as those of Changes.
func Statements(f File, o Options) iter.Seq2[ledger.Statement, error] {
	return func(yield func(ledger.Statement, error) bool) {
		row := int64(0)
		for s, err := range read("statements", f, statementFields, o) {
			row++
			if err == nil && s.Customers.Closing() != s.ClosingCustomers {
				err = fmtErr("statements", atRow(row, "closing_customers", fmt.Sprint(s.ClosingCustomers), "want what the heads lead to", ErrValue))
			}
			if err != nil {
				yield(ledger.Statement{}, err)
				return
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

// WriteStatements writes statements. After an error the file is of no use.
func WriteStatements(w io.Writer, statements []ledger.Statement, o Options) error {
	return write("write statements", w, statementFields, ofSlice(slices.Values(statements)), o)
}
