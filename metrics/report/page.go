package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/metrics/billing/policy"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/cohort"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
	"github.com/lifecycle-go/lifecycle/metrics/survival"
)

// Page is what one document holds. Everything but the title may be empty; the
// order of figures and tables is the order of the page.
type Page struct {
	Title string
	// Statements up to the month the page is about, month by month: the tiles
	// are of the last of them, and compare with the one before and that of a
	// year ago.
	Statements []ledger.Statement
	// Movements of that month: why it changed, and who left.
	Movements []ledger.Movement
	Figures   []Figure
	Tables    []Table
	// Policy is how records were read, printed rule by rule.
	Policy *policy.Policy
	// Fresh is the instant up to which the data is known.
	Fresh time.Time
}

// maxFigures bounds a page.
const maxFigures = 1000

func (p Page) check() error {
	const op = "page"
	if len(p.Statements) > 0 {
		if err := checkStatements(op, p.Statements); err != nil {
			return err
		}
	}
	for i := 1; i < len(p.Statements); i++ {
		if got, want := p.Statements[i].Month, p.Statements[i-1].Month.Add(1); got != want {
			return refuse(op, fmt.Sprintf("statement %d", i+1), "want "+want.String()+", got "+got.String())
		}
	}
	if n := len(p.Figures) + len(p.Tables); n > maxFigures {
		return tooMany(op, "figures and tables", maxFigures, n)
	}
	for _, m := range p.Movements {
		if err := checkAmounts(op, "movement of "+strconv.Quote(m.Customer), m.Before, m.After, m.Amount); err != nil {
			return err
		}
	}
	return nil
}

// Books is the page of a company's books in a month: tiles, movements, plans,
// layer cake, cohorts, survival, tenure, who left and why the month changed. It
// shows the last 60 months at the most, and of plans none where no change has
// one. Further figures may be added.
func Books(l *ledger.Ledger, month calendar.Month, o Options) (Page, error) {
	const op = "books"
	if l == nil {
		return Page{}, refuse(op, "ledger", "want one, got nil")
	}
	first, _, ok := l.Span()
	if !ok {
		return Page{}, refuse(op, "ledger", "want changes, it has none")
	}
	loc := l.Options().Location
	from := calendar.MonthOf(first, loc)
	if month.Before(from) {
		return Page{}, refuse(op, "month", "want "+from.String()+" or later, got "+month.String())
	}
	if month.Sub(from) > 59 {
		from = month.Add(-59)
	}
	w := o.words()
	p := Page{Title: "MRR " + month.String()}
	var err error
	if p.Statements, err = l.Statements(from, month); err != nil {
		return Page{}, err
	}
	period := month.Period(loc)
	p.Movements = slices.Collect(l.Movements(period))
	add := func(f Figure, e error) {
		if err == nil && e == nil {
			p.Figures = append(p.Figures, f)
		} else if err == nil {
			err = e
		}
	}
	add(Bridge(p.Statements, o))
	add(Statement(p.Statements[len(p.Statements)-1], o))
	if plans, e := l.StatementsByPlan(from, month); e != nil {
		return Page{}, e
	} else if len(plans) > 1 || len(plans) == 1 && plans[0].Key != "" {
		add(Segments(plans, w.Plan, o))
	}
	table, e := cohort.New(l, cohort.Options{Through: month})
	if e != nil {
		return Page{}, e
	}
	if len(table.Cohorts()) > 0 {
		add(LayerCake(table.LayerCake(), table.Currency(), o))
		for _, c := range []cohort.Curve{cohort.Logo, cohort.NRR, cohort.GRR} {
			add(Cohorts(table, c, o))
		}
		curve, e := survival.KaplanMeier(survival.OfLedger(l, month), survival.Options{})
		if e != nil {
			return Page{}, e
		}
		if curve.Subjects() > 0 {
			add(Survival(curve, o))
		}
		if t := table.Tenure(); len(t) > 0 {
			add(Tenure(t, o))
		}
	}
	if err != nil {
		return Page{}, err
	}
	p.Title = say(w.PageTitle, "month", month.String())
	return p, nil
}

// shownMovements is how many movements of a month a page lists.
const shownMovements = 100

// Churned are the customers who left in the month, those who paid most first.
func (p Page) Churned(o Options) Table {
	return p.movements(o.words().ChurnedList, o, func(m ledger.Movement) bool { return m.Kind == ledger.Churn })
}

// Moves are all movements of the month, the largest first: why it changed.
func (p Page) Moves(o Options) Table {
	return p.movements(o.words().Moves, o, func(ledger.Movement) bool { return true })
}

// movements lists movements, the largest first; beyond a hundred the others
// are one row.
func (p Page) movements(title string, o Options, which func(ledger.Movement) bool) Table {
	w := o.words()
	t := w.table(title)
	t.Columns = []Column{{Title: w.Customer}, {Title: w.Date}, {Title: w.Kind}, {Title: w.Cause}, {w.Before, Balance, true}, {w.After, Balance, true}, {w.Difference, Activity, true}}
	list := []ledger.Movement{}
	for _, m := range p.Movements {
		if which(m) {
			list = append(list, m)
		}
	}
	slices.SortStableFunc(list, func(a, b ledger.Movement) int {
		if c := b.Amount.Cmp(a.Amount); c != 0 {
			return c
		}
		if c := strings.Compare(a.Customer, b.Customer); c != 0 {
			return c
		}
		return a.At.Compare(b.At)
	})
	c := p.currency()
	var rest, total decimal.Decimal
	for i, m := range list {
		d := m.After.Sub(m.Before)
		total = total.Add(d)
		if i >= shownMovements {
			rest = rest.Add(d)
			continue
		}
		t.Rows = append(t.Rows, []Cell{textCell(m.Customer), date(m.At), textCell(pick(w.Movements, m.Kind)), textCell(pick(w.Causes, m.Cause)), moneyCell(m.Before, c), moneyCell(m.After, c), moneyCell(d, c)})
	}
	none := Cell{Number: true}
	if n := len(list) - shownMovements; n > 0 {
		t.Rows = append(t.Rows, []Cell{textCell(w.Others + " (" + page.Count(int64(n)) + ")"), {}, {}, {}, none, none, moneyCell(rest, c)})
	}
	if len(list) > 0 {
		t.Rows = append(t.Rows, []Cell{textCell(w.Total), {}, {}, {}, none, none, moneyCell(total, c)})
	}
	t.note(w, c)
	return t
}

func (p Page) currency() (c money.Currency) {
	if n := len(p.Statements); n > 0 {
		c = p.Statements[n-1].Currency
	}
	return c
}

// tables are those beside the figures.
func (p Page) tables(o Options) []Table {
	var out []Table
	if len(p.Movements) > 0 {
		out = append(out, p.Churned(o), p.Moves(o))
	}
	return append(out, p.Tables...)
}

// glance is the first section as lines.
func (p Page) glance(w *Words) []string {
	var lines []string
	if n := len(p.Statements); n > 0 {
		lines = append(lines, w.Asked+": "+p.Statements[n-1].Month.String()+amountUnit(p.currency()))
	}
	if !p.Fresh.IsZero() {
		lines = append(lines, w.Fresh+": "+p.Fresh.UTC().Format("2006-01-02 15:04 UTC"))
	}
	return lines
}

// policyTable is the policy in words.
func (p Page) policyTable(w *Words) Table {
	t := w.table(w.Policy + ": " + p.Policy.Title())
	t.Columns = []Column{{Title: w.Rule}, {Title: w.What}}
	for _, r := range policy.Rules() {
		t.Rows = append(t.Rows, []Cell{textCell(r.String()), textCell(p.Policy.Words(r))})
	}
	t.Notes = p.Policy.Notes
	return t
}

// Markdown writes the page's tables for GitHub, with a sentence for each figure.
func (p Page) Markdown(o Options) (string, error) {
	tiles, err := p.tiles(o)
	if err != nil {
		return "", err
	}
	w := o.words()
	var b strings.Builder
	b.WriteString("# " + page.Markdown(p.Title, w.RTL) + "\n\n")
	for _, line := range p.glance(w) {
		b.WriteString(page.Markdown(line, w.RTL) + "\n\n")
	}
	if len(tiles) > 0 {
		tileTable(tiles, w).markdown(&b, "##")
		b.WriteByte('\n')
	}
	for _, f := range p.Figures {
		b.WriteString("## " + page.Markdown(f.title, w.RTL) + "\n\n" + page.Markdown(f.desc, w.RTL) + "\n\n")
		t := f.table
		t.Title = ""
		t.markdown(&b, "")
		b.WriteByte('\n')
	}
	for _, t := range p.tables(o) {
		t.markdown(&b, "##")
		b.WriteByte('\n')
	}
	if p.Policy != nil {
		p.policyTable(w).markdown(&b, "##")
	}
	return b.String(), nil
}

// tiles are none where there is no statement.
func (p Page) tiles(o Options) ([]Tile, error) {
	if len(p.Statements) == 0 {
		return nil, p.check()
	}
	return p.Tiles(o)
}

func tileTable(tiles []Tile, w *Words) Table {
	t := w.table(w.Glance)
	t.Columns = []Column{{Title: w.What}, {Title: w.Value, Number: true}, {Title: w.LastMonth, Number: true}, {Title: w.LastYear, Number: true}}
	for _, tile := range tiles {
		t.Rows = append(t.Rows, []Cell{textCell(tile.Name), tile.Value, tile.LastMonth, tile.LastYear})
	}
	return t
}
