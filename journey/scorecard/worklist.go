package scorecard

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// WorklistOptions say who is to be looked after. At must be given; the zero
// value of all else is the default.
type WorklistOptions struct {
	// At is the day the lists are for. What happened later is not seen; milestones
	// are as at the end of Data.Journeys, so replay with At as the horizon.
	At time.Time
	// Location is where months begin; nil = UTC.
	Location *time.Location
	// MinAtRisk is of how many customers a month of tenure must be known to be
	// the worst; zero = 20.
	MinAtRisk int64
	// Term is how long a subscription runs; nil = a year. It runs from the last
	// event of Renewed.
	Term    func(customer string) calendar.Cycle
	Renewed []touchpoint.Match // nil = subscribed, renewed, won_back
	// Notice is how long before its end a renewal is due; zero = 60 days.
	Notice time.Duration
	// Use are the events of use; nil = active_day. Use falls where the last
	// Window has at most Fall of the events of the Window before; zero = 28 days
	// and a half. Fewer than MinUse in the Window before say nothing; zero = 4.
	Use    []touchpoint.Match
	Window time.Duration
	Fall   float64
	MinUse int64
	// Stuck lets a milestone wait: how long after a journey's start a customer
	// who pays and has not reached it is stuck; nil = the deadlines of the
	// definition's milestones.
	Stuck map[string]time.Duration
	// Ready are the events that speak for expansion, such as a limit reached;
	// nil = being in the upper quarter of those who use it, no less than in the
	// Window before. Grown are those that show it
	// happened; nil = upgraded and addon_bought. Whoever grew within the last
	// Rest is left out; zero = 90 days.
	Ready, Grown []touchpoint.Match
	Rest         time.Duration
	// Satisfied is the survey, and the score from which on somebody is; empty =
	// "nps" and 9. Asked are the events of having been asked, or of having
	// referred somebody; nil = case_study_asked, case_study_agreed, referred,
	// review_published.
	Satisfied string
	From      int
	Asked     []touchpoint.Match
}

// Worklist is customers to look after, and why.
type Worklist struct {
	Name    string  `json:"name"` // "worst-month", "renewal-due" …
	Entries []Entry `json:"entries"`
	// Note says why the list could not be made.
	Note string `json:"note,omitempty"`
}

// Entry is one customer of a list.
type Entry struct {
	Customer string          `json:"customer"`
	MRR      decimal.Decimal `json:"mrr"`
	Stage    journey.Stage   `json:"stage,omitempty"`
	Reason   string          `json:"reason"`
	Due      time.Time       `json:"due,omitzero"` // by when, where there is a day
}

// Worklists are six lists of the customers who pay at an instant, each with its
// reason, the largest MRR first: entering the month of tenure in which most
// leave; renewal due; use falling; stuck before a milestone; ready to expand;
// satisfied and not yet asked for a referral or a case study. Without books
// everybody in the log who was won and has not left is a customer, at an MRR of
// zero. A list that the data do not allow is empty, with a note.
//
// Errors: no log, no instant, options out of range, a match that the log cannot
// decide, an unknown milestone.
func Worklists(d Data, o WorklistOptions) ([]Worklist, error) {
	o, err := o.defaults(d)
	if err != nil {
		return nil, err
	}
	sel, err := d.Log.Select(o.Renewed, o.Use, o.Ready, o.Grown, o.Asked, touchpoint.Named("subscribed", "won_back"), touchpoint.Named("cancelled", "payment_lapsed"))
	if err != nil {
		return nil, fmt.Errorf("scorecard: worklists: %w", err)
	}
	w := &lists{d: d, o: o, sel: sel, cols: d.Log.Columns()}
	if d.Books != nil {
		w.heads = newPresence(d.Books, d.Log)
	}
	w.customers()
	out := []Worklist{w.worstMonth(), w.renewalDue(), w.fallingUse(), w.stuck(), w.ready(), w.satisfied()}
	for i := range out {
		if out[i].Entries == nil {
			out[i].Entries = []Entry{}
		}
		slices.SortFunc(out[i].Entries, func(a, b Entry) int {
			return cmp.Or(b.MRR.Cmp(a.MRR), strings.Compare(a.Customer, b.Customer))
		})
	}
	return out, nil
}

func (o WorklistOptions) defaults(d Data) (WorklistOptions, error) {
	bad := func(field, value, limit string) (WorklistOptions, error) {
		return o, refuse("worklists", field, value, limit, ErrOptions)
	}
	if d.Log == nil {
		return o, refuse("worklists", "Log", "none", "want a log", ErrData)
	}
	if err := calendar.CheckTime(o.At); err != nil {
		return bad("At", o.At.Format(time.RFC3339), "want the day of the lists")
	}
	o.Renewed = orNamed(o.Renewed, "subscribed", "renewed", "won_back")
	o.Use = orNamed(o.Use, "active_day")
	o.Grown = orNamed(o.Grown, "upgraded", "addon_bought")
	o.Asked = orNamed(o.Asked, "case_study_asked", "case_study_agreed", "referred", "review_published")
	o.MinAtRisk, o.MinUse = cmp.Or(o.MinAtRisk, 20), cmp.Or(o.MinUse, 4)
	o.Notice, o.Window, o.Rest = cmp.Or(o.Notice, 60*day), cmp.Or(o.Window, 28*day), cmp.Or(o.Rest, 90*day)
	o.Fall, o.From, o.Satisfied = cmp.Or(o.Fall, 0.5), cmp.Or(o.From, 9), cmp.Or(o.Satisfied, "nps")
	if o.Term == nil {
		o.Term = func(string) calendar.Cycle { return calendar.Cycle{Unit: calendar.UnitYear, N: 1} }
	}
	switch {
	case o.Notice < 0 || o.Window < 0 || o.Rest < 0:
		return bad("Notice", "", "want no negative duration")
	case !(o.Fall > 0 && o.Fall < 1):
		return bad("Fall", fmt.Sprint(o.Fall), "want more than 0 and less than 1")
	case o.MinAtRisk < 0 || o.MinUse < 0:
		return bad("MinUse", fmt.Sprint(o.MinUse), "want no negative count")
	}
	if d.Journeys != nil {
		known := map[string]bool{}
		all := map[string]time.Duration{}
		for _, m := range d.Journeys.Definition().Milestones() {
			known[m.Name] = true
			if o.Stuck == nil && m.Deadline > 0 {
				all[m.Name] = m.Deadline
			}
		}
		for name := range o.Stuck {
			if !known[name] {
				return bad("Stuck", name, "want a milestone of the definition")
			}
		}
		if o.Stuck == nil {
			o.Stuck = all
		}
	}
	return o, nil
}

// Rows yields every entry with its list.
func Rows(lists []Worklist) iter.Seq2[string, Entry] {
	return func(yield func(string, Entry) bool) {
		for _, l := range lists {
			for _, e := range l.Entries {
				if !yield(l.Name, e) {
					return
				}
			}
		}
	}
}

// String is the list, a customer a line.
func (l Worklist) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %d customers", l.Name, len(l.Entries))
	if l.Note != "" {
		fmt.Fprintf(&b, " (%s)", l.Note)
	}
	for _, e := range l.Entries {
		fmt.Fprintf(&b, "\n  %s", e)
	}
	return b.String()
}

// String is the customer with the reason.
func (e Entry) String() string {
	return fmt.Sprintf("%s, %s a month: %s", e.Customer, e.MRR, e.Reason)
}
