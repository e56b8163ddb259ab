package sqltext

import (
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/journey/funnel"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// MaxSteps is how many steps of a funnel a text can have: each is a table of its
// own.
const MaxSteps = 16

// Events names a table, or a view, of what a touchpoint.Event says: one row an
// event, each once, in any order. Columns that are named may not be NULL.
type Events struct {
	Table    string `json:"table"`    // up to three names with dots between
	Customer string `json:"customer"` // any type
	Name     string `json:"name"`     // text
	At       string `json:"at"`       // microseconds since 1970 UTC, see [Dialect.Micros]
	// Seq orders events of one customer at one instant, where it matters; each is
	// there once. Empty = there is no such column.
	Seq string `json:"seq,omitempty"`
}

// FunnelQuery gives how many customers reached which step.
type FunnelQuery struct {
	Query
	names []string
}

// Funnel is a query for the levels of an ordered funnel: one row for each level
// that customers reached, 0 being none of the steps. Steps select events by their
// name alone, and the window is in whole microseconds.
//
// What has no text is refused with ErrOptions: other orders, calendar days,
// StrictlyIncreasing, Tolerance, exclusions, optional steps and bounds between
// steps, Customers.
func Funnel(d Dialect, events Events, spec funnel.Spec) (*FunnelQuery, error) {
	const op = "funnel"
	if err := d.check(op); err != nil {
		return nil, err
	}
	f := funnelText{d: d}
	var err error
	if f.from, err = d.table(op, "Table", events.Table); err != nil {
		return nil, err
	}
	for _, c := range []struct {
		field, name string
		to          *string
	}{{"Customer", events.Customer, &f.customer}, {"Name", events.Name, &f.name}, {"At", events.At, &f.at}, {"Seq", events.Seq, &f.seq}} {
		if c.name == "" && c.field == "Seq" {
			continue
		}
		if *c.to, err = d.name(op, c.field, c.name); err != nil {
			return nil, err
		}
	}
	if err := f.read(spec); err != nil {
		return nil, err
	}
	q := &FunnelQuery{names: f.titles}
	q.text, q.columns = f.write(), []string{"level_no", "customers", "fault_rows"}
	return q, nil
}

// funnelText is a funnel as its text says it.
type funnelText struct {
	d                             Dialect
	from, customer, name, at, seq string
	titles                        []string
	steps                         []string // names of each, as a list
	all                           []string // of all steps, in order
	window                        int64    // microseconds
	first                         bool     // from the first entry only
	bounds                        []string
}

func (f *funnelText) read(spec funnel.Spec) error {
	const op = "funnel"
	if err := spec.Validate(); err != nil {
		return fmt.Errorf("sqltext: %s: %w: %w", op, ErrOptions, err)
	}
	bad := func(field, value, limit string) error { return refuse(op, field, value, limit, ErrOptions) }
	switch {
	case len(spec.Steps) > MaxSteps:
		return bad("Steps", "", fault.AtMost(MaxSteps, "steps", int64(len(spec.Steps))))
	case spec.Order != funnel.Ordered:
		return bad("Order", spec.Order.String(), "only ordered funnels have a text")
	case spec.Days != 0, spec.StrictlyIncreasing, spec.Tolerance != 0, len(spec.Exclude) > 0, spec.Customers != nil:
		return bad("Days, StrictlyIncreasing, Tolerance, Exclude or Customers", "given", "have no text")
	case spec.Window%time.Microsecond != 0:
		return bad("Window", spec.Window.String(), "want whole microseconds")
	}
	f.window = funnel.DefaultWindow.Microseconds()
	if spec.Window > 0 {
		f.window = spec.Window.Microseconds()
	}
	f.first = spec.Anchor == funnel.FirstEntry
	masks := map[string]uint64{}
	for k, st := range spec.Steps {
		if st.Optional || st.Within != 0 || st.AtLeast != 0 {
			return bad("Steps["+strconv.Itoa(k)+"]", "", "optional steps and bounds between steps have no text")
		}
		var names []string
		for _, m := range st.Any {
			if m.Name == "" || m.Channel != "" || m.Campaign != "" || len(m.Where) > 0 {
				return bad("Steps["+strconv.Itoa(k)+"].Any", "", "want events by their name alone")
			}
			text, err := f.d.text(op, "Name", m.Name)
			if err != nil {
				return err
			}
			names = append(names, text)
			masks[text] |= 1 << k
		}
		slices.Sort(names)
		names = slices.Compact(names)
		f.steps = append(f.steps, strings.Join(names, ", "))
		f.all = append(f.all, names...)
		title := st.Name
		if title == "" {
			title = st.Any[0].Name
		}
		f.titles = append(f.titles, title)
	}
	slices.Sort(f.all)
	f.all = slices.Compact(f.all)
	for _, a := range f.all {
		for _, b := range f.all {
			if f.seq == "" && masks[a] != masks[b] && masks[a]&-masks[a] == masks[b]&-masks[b] {
				return bad("Seq", "", "want one: "+a+" and "+b+" begin with the same step and differ in others, so their order at one instant matters")
			}
		}
	}
	micros := func(t time.Time, field string) (int64, error) {
		if t.Nanosecond()%1000 != 0 {
			return 0, bad(field, t.Format(time.RFC3339Nano), "want whole microseconds")
		}
		return t.UnixMicro(), nil
	}
	if !spec.From.IsZero() {
		n, err := micros(spec.From, "From")
		if err != nil {
			return err
		}
		f.bounds = append(f.bounds, fmt.Sprintf("v_at >= %d", n))
	}
	if !spec.To.IsZero() {
		n, err := micros(spec.To, "To")
		if err != nil {
			return err
		}
		f.bounds = append(f.bounds, fmt.Sprintf("v_at < %d", n))
	}
	return nil
}

// write follows, for each step, the latest start from which an event of it can be
// reached: of all chains of a level the one with the latest start becomes
// whatever any of them can.
func (f *funnelText) write() string {
	var ch chain
	s := &speeches[f.d]
	seq := "0"
	missing := []string{f.customer + " IS NULL", f.name + " IS NULL", f.at + " IS NULL"}
	bad := []string{f.at + " <> CAST(" + f.at + " AS " + s.integer + ")"}
	if f.seq != "" {
		seq = "CAST(" + f.seq + " AS " + s.integer + ")"
		missing = append(missing, f.seq+" IS NULL")
		bad = append(bad, f.seq+" <> CAST("+f.seq+" AS "+s.integer+")")
	}
	ch.with("raw",
		"SELECT "+f.customer+" AS k_customer, "+f.name+" AS v_name,",
		"  CAST("+f.at+" AS "+s.integer+") AS v_at, "+seq+" AS v_seq,",
		"  CASE WHEN "+strings.Join(append(missing, bad...), " OR ")+" THEN 1 ELSE 0 END AS v_bad",
		"FROM "+f.from,
	)
	ch.with("counted",
		"SELECT v_bad,",
		"  COUNT(*) OVER (PARTITION BY k_customer, v_at, v_seq) AS v_same",
		"FROM raw",
	)
	ch.with("faults", "SELECT COUNT(*) AS fault_rows", "FROM counted", "WHERE v_bad = 1"+given(f.seq != "", " OR v_same > 1"))
	lines := []string{"SELECT k_customer, v_at, v_seq,"}
	var rank strings.Builder
	rank.WriteString("  CASE")
	for k, names := range f.steps {
		lines = append(lines, "  "+when("v_name IN ("+names+")", "1")+fmt.Sprintf(" AS i_%d,", k+1))
		rank.WriteString(fmt.Sprintf(" WHEN v_name IN (%s) THEN %d", names, k))
	}
	lines = append(lines, rank.String()+" END AS v_rank", "FROM raw",
		"WHERE "+strings.Join(append([]string{"v_name IN (" + strings.Join(f.all, ", ") + ")"}, f.bounds...), " AND "))
	ch.with("hits", lines...)

	order := "PARTITION BY k_customer ORDER BY v_at, v_rank, v_seq "
	columns := []string{"k_customer", "v_at", "v_seq", "v_rank"}
	n := len(f.steps)
	for k := range n {
		columns = append(columns, fmt.Sprintf("i_%d", k+1))
	}
	table, reached := "hits", []string{}
	for k := range n {
		start := "CASE WHEN i_1 = 1 THEN v_at END"
		if k == 0 && f.first {
			start = "CASE WHEN i_1 = 1 AND " + zero("SUM(i_1) OVER ("+order+before+")") + " = 0 THEN v_at END"
		}
		if k > 0 {
			latest := fmt.Sprintf("MAX(s_%d) OVER (%s%s)", k, order, before)
			start = fmt.Sprintf("CASE WHEN i_%d = 1 AND v_at - %s <= %d THEN %s END", k+1, latest, f.window, latest)
		}
		to := fmt.Sprintf("step_%d", k+1)
		ch.with(to, "SELECT "+strings.Join(append(slices.Clone(columns), reached...), ", ")+",", "  "+start+fmt.Sprintf(" AS s_%d", k+1), "FROM "+table)
		table, reached = to, append(reached, fmt.Sprintf("s_%d", k+1))
	}
	var level strings.Builder
	level.WriteString("CASE")
	for k := n; k > 0; k-- {
		level.WriteString(fmt.Sprintf(" WHEN MAX(s_%d) IS NOT NULL THEN %d", k, k))
	}
	ch.with("levels", "SELECT k_customer AS l_customer, "+level.String()+" ELSE 0 END AS l_level", "FROM "+table, "GROUP BY k_customer")
	ch.with("people", "SELECT DISTINCT k_customer AS p_customer", "FROM raw")
	ch.with("tally",
		"SELECT "+zero("l_level")+" AS t_level, COUNT(*) AS t_customers",
		"FROM people",
		"LEFT JOIN levels ON l_customer = p_customer",
		"GROUP BY "+zero("l_level"),
	)
	return ch.end(
		"SELECT t_level AS level_no, t_customers AS customers, fault_rows",
		"FROM tally",
		"CROSS JOIN faults",
		"ORDER BY t_level",
	)
}

// Levels is how far customers got.
type Levels struct {
	Names []string `json:"names"` // of the steps
	// Stopped is how many customers reached level k and no further; level 0 is
	// who took no step.
	Stopped []int64 `json:"stopped"`
}

// Customers is how many there are at all levels.
func (l *Levels) Customers() int64 {
	n := int64(0)
	for _, c := range l.Stopped {
		n += c
	}
	return n
}

// Steps are the steps as funnel.Report.Steps gives them, but for Time, which
// levels do not know.
func (l *Levels) Steps() []funnel.StepReport {
	out := make([]funnel.StepReport, len(l.Names))
	n := int64(0)
	for k := len(out); k > 0; k-- {
		n += l.Stopped[k]
		out[k-1] = funnel.StepReport{Name: l.Names[k-1], Customers: n, Actors: n}
	}
	for k := range out {
		s := &out[k]
		s.FromPrevious = metrics.NewCount(s.Customers, out[max(k-1, 0)].Customers)
		s.FromFirst = metrics.NewCount(s.Customers, out[0].Customers)
		s.Interval, _ = metrics.Wilson(s.Customers, out[0].Customers, 0.95) // never more than the first
	}
	return out
}

// String is a line for each step, and who began of how many.
func (l *Levels) String() string {
	var b strings.Builder
	for i, s := range l.Steps() {
		if i == 0 {
			fmt.Fprintf(&b, "%d of %d began", s.Customers, l.Customers())
		}
		fmt.Fprintf(&b, "\n%s: %d (%s)", s.Name, s.Customers, s.FromFirst.Percent(1))
	}
	return b.String()
}

// Read takes the rows of the result back into levels, those of funnel.Run on a
// log of the same events. Errors are those of StatementQuery.Read.
func (q *FunnelQuery) Read(rows iter.Seq2[[]any, error]) (*Levels, error) {
	out := &Levels{Names: slices.Clone(q.names), Stopped: make([]int64, len(q.names)+1)}
	seen := make([]bool, len(out.Stopped))
	err := q.each("read funnel", rows, len(out.Stopped), func(r *row) error {
		if err := r.faults(); err != nil {
			return err
		}
		k, n := r.count("level_no", len(q.names)), r.int("customers")
		if r.err == nil && (n < 0 || seen[k]) {
			r.bad("customers", n, "want each level once, and no negative count")
		}
		if r.err == nil {
			out.Stopped[k], seen[k] = n, true
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return out, nil
}
