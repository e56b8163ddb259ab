package report

import (
	"fmt"
	"math"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// bridgeClasses are the colours of the lines of a bridge: new, expansion,
// reactivation, contraction, churn, FX.
var bridgeClasses = []svg.Class{svg.Series1, svg.Series2, svg.Series3, svg.Series4, svg.Series5, svg.Series8}

// bridgeParts are the lines of a bridge with their signs, in that order.
func bridgeParts(r metrics.Revenue) [6]decimal.Decimal {
	return [6]decimal.Decimal{r.New, r.Expansion, r.Reactivation, r.Contraction.Neg(), r.Churn.Neg(), r.FX}
}

func (w *Words) bridgeNames() [6]string {
	return [6]string{w.New, w.Expansion, w.Reactivation, w.Contraction, w.Churn, w.FX}
}

// Bridge shows what was added to recurring revenue and what was lost, month by
// month: stacks above and below zero, and net new as a line. The statements
// are those of Ledger.Statements, in order; between 1 and 1,200 of one
// currency.
func Bridge(statements []ledger.Statement, o Options) (Figure, error) {
	if err := checkStatements("bridge", statements); err != nil {
		return Figure{}, err
	}
	w := o.words()
	first, last := statements[0], statements[len(statements)-1]
	net := last.Revenue.Closing().Sub(first.Revenue.Opening)
	f := Figure{kind: BridgeKind, o: o, w: w, title: pick(w.Titles, BridgeKind), table: statementsTable(statements, w)}
	f.desc = say(pick(w.Sentences, BridgeKind), "from", first.Month.String(), "to", through(last), "a", amount(first.Revenue.Opening, first.Currency),
		"b", amount(last.Revenue.Closing(), first.Currency), "currency", string(first.Currency), "net", signedAmount(net, first.Currency))
	f.draw = func(d *frame) { drawBridge(d, statements) }
	f.vega = func() vega { return bridgeVega(statements, w) }
	return f, nil
}

func through(s ledger.Statement) string {
	if s.Through.IsZero() || s.Through == s.Month {
		return s.Month.String()
	}
	return s.Through.String()
}

func checkStatements(op string, statements []ledger.Statement) error {
	switch n := len(statements); {
	case n == 0:
		return refuse(op, "statements", "want at least 1")
	case n > maxMonths:
		return tooMany(op, "statements", maxMonths, n)
	}
	for i, s := range statements {
		r := s.Revenue
		if err := checkAmounts(op, fmt.Sprintf("statement %d", i+1), r.Opening, r.New, r.Expansion, r.Reactivation, r.Contraction, r.Churn, r.FX); err != nil {
			return err
		}
		if s.Currency != statements[0].Currency {
			return refuse(op, fmt.Sprintf("statement %d", i+1), fmt.Sprintf("want currency %q, got %q", statements[0].Currency, s.Currency))
		}
	}
	return nil
}

func drawBridge(d *frame, statements []ledger.Statement) {
	statements = statements[len(statements)-d.o.months(len(statements), d.narrow):]
	names := d.w.bridgeNames()
	used := [6]bool{}
	c := columns{classes: bridgeClasses, title: d.w.Amount + amountUnit(statements[0].Currency), marks: true}
	for _, s := range statements {
		col := column{label: s.Month.String(), line: math.NaN(), tip: s.Month.String()}
		for k, v := range bridgeParts(s.Revenue) {
			col.parts = append(col.parts, float(v))
			if !v.IsZero() {
				used[k] = true
				col.tip += page.Sep + names[k] + " " + signedAmount(v, s.Currency)
			}
		}
		net := s.Revenue.NetNew().Add(s.Revenue.FX)
		col.line = float(net)
		col.tip += page.Sep + d.w.NetNew + " " + signedAmount(net, s.Currency)
		c.list = append(c.list, col)
	}
	keys := []key{}
	for k, name := range names {
		if used[k] {
			keys = append(keys, key{text: name, class: bridgeClasses[k]})
		}
	}
	d.legend(append(keys, key{text: d.w.NetNew, class: svg.Line6, line: true}))
	c.draw(d)
}

func amountUnit(c money.Currency) string {
	if c == "" {
		return ""
	}
	return ", " + string(c)
}

// statementsTable has a row for each month.
func statementsTable(statements []ledger.Statement, w *Words) Table {
	t := w.table(pick(w.Titles, BridgeKind))
	t.Columns = []Column{
		{Title: w.Month},
		{w.Opening, Balance, true},
		{w.New, Activity, true},
		{w.Expansion, Activity, true},
		{w.Reactivation, Activity, true},
		{w.Contraction, Activity, true},
		{w.Churn, Activity, true},
		{w.FX, Activity, true},
		{w.Closing, Balance, true},
		{w.NetNew, Activity, true},
		{w.Customers, Balance, true},
	}
	for _, s := range statements {
		r, c := s.Revenue, s.Currency
		month := s.Month.String()
		if end := through(s); end != month {
			month += " – " + end
		}
		t.Rows = append(t.Rows, []Cell{
			textCell(month), moneyCell(r.Opening, c), moneyCell(r.New, c), moneyCell(r.Expansion, c), moneyCell(r.Reactivation, c),
			moneyCell(r.Contraction.Neg(), c), moneyCell(r.Churn.Neg(), c), moneyCell(r.FX, c), moneyCell(r.Closing(), c), moneyCell(r.NetNew(), c), countCell(s.ClosingCustomers),
		})
	}
	t.note(w, statements[0].Currency)
	return t
}

// table begins a table in these words.
func (w *Words) table(title string) Table {
	return Table{Title: title, Language: w.Language, RTL: w.RTL}
}

// note says what the columns are about, and how amounts were rounded.
func (t *Table) note(w *Words, c money.Currency) {
	for _, b := range []Basis{Activity, Balance} {
		names := ""
		for _, col := range t.Columns {
			if col.Basis == b {
				if names != "" {
					names += ", "
				}
				names += col.Title
			}
		}
		if names != "" {
			t.Notes = append(t.Notes, pick(w.Bases, b)+": "+names)
		}
	}
	if c != "" {
		t.Notes = append(t.Notes, say(w.Rounded, "currency", string(c)))
	}
}
