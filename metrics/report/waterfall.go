package report

import (
	"math"
	"slices"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/internal/svg"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// step is a line of a waterfall: a difference, or a total where it stands.
type step struct {
	name  string
	value decimal.Decimal
	total bool
	basis Basis
}

// waterfall leads from one total to another by their differences. Totals are
// marks and not bars, so that the scale may begin where the differences can be
// seen.
type waterfall struct {
	w      *Words
	steps  []step
	write  func(d decimal.Decimal, sign bool) string
	cell   func(d decimal.Decimal) Cell
	title  string
	colour func(i int, s step) svg.Class
}

func (f waterfall) draw(d *frame) {
	c := bars{title: f.title, rule: math.NaN(), floats: true}
	at := decimal.Zero
	for i, s := range f.steps {
		b := bar{label: s.name, strong: s.total, text: f.write(s.value, !s.total), tip: s.name + page.Sep + f.write(s.value, !s.total)}
		if s.total {
			at = s.value
			b.from, b.to, b.class, b.point = float(at), float(at), svg.Series8, true
		} else {
			b.from = float(at)
			at = at.Add(s.value)
			b.to, b.class = float(at), svg.Series1
			if s.value.IsNegative() {
				b.class = svg.Series5
			}
			if f.colour != nil {
				b.class = f.colour(i, s)
			}
		}
		c.list = append(c.list, b)
	}
	c.draw(d)
}

func (f waterfall) vega() vega {
	v := vega{}
	at := decimal.Zero
	names := []string{}
	for i, s := range f.steps {
		from := at
		if s.total {
			from, at = decimal.Zero, s.value
		} else {
			at = at.Add(s.value)
		}
		label := strconv.Itoa(i+1) + " " + s.name
		names = append(names, label)
		v.rows = append(v.rows, map[string]any{"line": label, "from": float(from), "to": float(at), "total": s.total})
	}
	v.layers = []vegaLayer{{mark("bar"), map[string]any{"y": field("line", "nominal", f.w.Line, "sort", names), "x": field("from", "quantitative", f.w.Amount), "x2": map[string]any{"field": "to"}, "color": field("total", "nominal", f.w.Total)}}}
	return v
}

func inMoney(w *Words, c money.Currency) waterfall {
	return waterfall{
		w: w, title: "MRR" + amountUnit(c),
		write: func(d decimal.Decimal, sign bool) string {
			if sign {
				return signedAmount(d, c)
			}
			return amount(d, c)
		},
		cell: func(d decimal.Decimal) Cell { return moneyCell(d, c) },
	}
}

// Statement shows why one month changed: from its opening to its closing, line
// by line. Its table says of each row whether it is an activity of the month
// or a balance at its end.
func Statement(s ledger.Statement, o Options) (Figure, error) {
	if err := checkStatements("statement", []ledger.Statement{s}); err != nil {
		return Figure{}, err
	}
	w := o.words()
	wf := inMoney(w, s.Currency)
	wf.steps = append(wf.steps, step{name: w.Opening, value: s.Revenue.Opening, total: true, basis: Balance})
	names := w.bridgeNames()
	for k, v := range bridgeParts(s.Revenue) {
		wf.steps = append(wf.steps, step{name: names[k], value: v, basis: Activity})
	}
	wf.steps = append(wf.steps, step{name: w.Closing, value: s.Revenue.Closing(), total: true, basis: Balance})
	wf.colour = func(i int, _ step) svg.Class { return bridgeClasses[i-1] }
	f := Figure{kind: StatementKind, o: o, w: w, title: say(pick(w.Titles, StatementKind), "month", s.Month.String()), draw: wf.draw, vega: wf.vega}
	net := s.Revenue.Closing().Sub(s.Revenue.Opening)
	f.desc = say(pick(w.Sentences, StatementKind), "a", amount(s.Revenue.Opening, s.Currency), "b", amount(s.Revenue.Closing(), s.Currency), "currency", string(s.Currency), "net", signedAmount(net, s.Currency))
	f.table = w.table(f.title)
	f.table.Columns = []Column{{Title: w.Line}, {Title: w.What}, {Title: w.Amount, Number: true}, {Title: w.Customers, Number: true}}
	c := s.Customers
	heads := [8]Cell{countCell(c.Opening), countCell(c.New), {Number: true}, countCell(c.Reactivated), {Number: true}, countCell(-c.Churned), {Number: true}, countCell(s.ClosingCustomers)}
	for i, st := range wf.steps {
		f.table.Rows = append(f.table.Rows, []Cell{textCell(st.name), textCell(pick(w.Bases, st.basis)), wf.cell(st.value), heads[i]})
	}
	f.table.note(w, s.Currency)
	return f, nil
}

// drawnRules is how many lines of a waterfall are told apart.
const drawnRules = 40

// Reconciliation shows why two policies make different numbers of the same
// records: from one total to the other, rule by rule. The table has every
// customer behind each rule.
func Reconciliation(r *policy.Reconciliation, m policy.Metric, o Options) (Figure, error) {
	const op = "reconciliation"
	if r == nil {
		return Figure{}, refuse(op, "reconciliation", "want one, got nil")
	}
	w := o.words()
	total := r.Total(m)
	wf := inMoney(w, r.Currency)
	if m.Heads() {
		wf.title = w.Customers
		wf.write = func(d decimal.Decimal, sign bool) string {
			if sign && d.IsPositive() {
				return "+" + page.Plain(d.String())
			}
			return page.Plain(d.String())
		}
		wf.cell = func(d decimal.Decimal) Cell {
			return Cell{Text: page.Plain(d.String()), Plain: d.String(), Number: true}
		}
	}
	a, b := r.A.Title(), r.B.Title()
	wf.steps = append(wf.steps, step{name: a, value: total.A, total: true})
	lines := r.Of(m)
	for _, l := range lines {
		if err := checkAmounts(op, "line", l.A, l.B); err != nil {
			return Figure{}, err
		}
		if last := &wf.steps[len(wf.steps)-1]; !last.total && last.name == l.Rule.String() {
			last.value = last.value.Add(l.Difference())
			continue
		}
		wf.steps = append(wf.steps, step{name: l.Rule.String(), value: l.Difference()})
	}
	if len(wf.steps) > drawnRules {
		return Figure{}, tooMany(op, "rules", drawnRules, len(wf.steps))
	}
	wf.steps = append(wf.steps, step{name: b, value: total.B, total: true})
	f := Figure{kind: ReconciliationKind, o: o, w: w, title: pick(w.Titles, ReconciliationKind) + ": " + m.String() + " " + r.Month.String(), draw: wf.draw, vega: wf.vega}
	f.desc = say(pick(w.Sentences, ReconciliationKind), "a", a, "b", b, "x", wf.write(total.A, false), "y", wf.write(total.B, false), "net", wf.write(total.Difference(), true))
	f.table = w.table(f.title)
	f.table.Columns = []Column{{Title: w.Rule}, {Title: w.Customer}, {Title: w.Segment}, {Title: a, Number: true}, {Title: b, Number: true}, {Title: w.Difference, Number: true}}
	for _, l := range lines {
		f.table.Rows = append(f.table.Rows, []Cell{textCell(l.Rule.String()), textCell(l.Customer), textCell(l.Subscription), wf.cell(l.A), wf.cell(l.B), wf.cell(l.Difference())})
	}
	f.table.Rows = append(f.table.Rows, []Cell{textCell(w.Total), {}, {}, wf.cell(total.A), wf.cell(total.B), wf.cell(total.Difference())})
	if !m.Heads() {
		f.table.note(w, r.Currency)
	}
	return f, nil
}

// drawnChanges is how many late changes a picture tells apart.
const drawnChanges = 20

// Restatements shows what became known of a month after it was closed: from its
// closing then to its closing now, change by change. Now is the statement as
// it is today. The picture has the twenty changes that made the greatest
// differences, the others as one; the table has all.
func Restatements(now ledger.Statement, list []ledger.Restatement, o Options) (Figure, error) {
	const op = "restatements"
	if err := checkStatements(op, []ledger.Statement{now}); err != nil {
		return Figure{}, err
	}
	if len(list) > maxRows {
		return Figure{}, tooMany(op, "changes", maxRows, len(list))
	}
	w, c := o.words(), now.Currency
	wf := inMoney(w, c)
	after := now.Revenue.Closing()
	before := after
	steps := make([]step, 0, len(list))
	for _, r := range list {
		if err := checkAmounts(op, "change "+strconv.Quote(r.Change.ID), r.Revenue.Opening, r.Revenue.New, r.Revenue.Expansion, r.Revenue.Reactivation, r.Revenue.Contraction, r.Revenue.Churn, r.Revenue.FX); err != nil {
			return Figure{}, err
		}
		v := r.Revenue.Closing()
		before = before.Sub(v)
		steps = append(steps, step{name: page.Date(r.Change.At) + " " + r.Change.Customer + page.Sep + pick(w.Causes, r.Change.Cause), value: v})
	}
	drawn := steps
	if len(steps) > drawnChanges {
		order := slices.Clone(steps)
		slices.SortStableFunc(order, func(a, b step) int { return b.value.Abs().Cmp(a.value.Abs()) })
		rest := decimal.Zero
		for _, s := range order[drawnChanges:] {
			rest = rest.Add(s.value)
		}
		drawn = append(slices.Clone(order[:drawnChanges]), step{name: w.Others + " (" + page.Count(int64(len(order)-drawnChanges)) + ")", value: rest})
	}
	wf.steps = append([]step{{name: w.Before, value: before, total: true}}, drawn...)
	wf.steps = append(wf.steps, step{name: w.After, value: after, total: true})
	f := Figure{kind: RestatementsKind, o: o, w: w, title: say(pick(w.Titles, RestatementsKind), "month", now.Month.String()), draw: wf.draw, vega: wf.vega}
	f.desc = say(pick(w.Sentences, RestatementsKind), "a", amount(before, c), "b", amount(after, c), "currency", string(c), "n", page.Count(int64(len(list))))
	f.table = w.table(f.title)
	f.table.Columns = []Column{
		{Title: w.Date},
		{Title: w.Recorded},
		{Title: w.Customer},
		{Title: w.Cause},
		{w.New, Activity, true},
		{w.Expansion, Activity, true},
		{w.Reactivation, Activity, true},
		{w.Contraction, Activity, true},
		{w.Churn, Activity, true},
		{w.FX, Activity, true},
		{w.Closing, Balance, true},
	}
	for _, r := range list {
		row := []Cell{date(r.Change.At), date(r.Change.Recorded), textCell(r.Change.Customer), textCell(pick(w.Causes, r.Change.Cause))}
		for _, v := range bridgeParts(r.Revenue) {
			row = append(row, moneyCell(v, c))
		}
		f.table.Rows = append(f.table.Rows, append(row, moneyCell(r.Revenue.Closing(), c)))
	}
	f.table.note(w, c)
	return f, nil
}
