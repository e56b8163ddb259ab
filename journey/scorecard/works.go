package scorecard

import (
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Exposure is something that customers meet and that is meant to work: a
// channel, a campaign, a call to action, an automated programme, a piece of
// content, a loyalty programme.
type Exposure struct {
	Name string             `json:"name"`
	Any  []touchpoint.Match `json:"any"`
	// Cost is what it cost beside the costs of its events.
	Cost decimal.Decimal `json:"cost"`
}

// Audience is whom an exposure is looked at for; no Customers = everybody.
type Audience struct {
	Name      string                     `json:"name"`
	Customers func(customer string) bool `json:"-"`
}

// WorksSpec says what works shall mean. Only Exposures must be given.
type WorksSpec struct {
	Exposures []Exposure // at most 60, names differ
	Audiences []Audience // none = everybody
	// From and To bound the exposures, [From, To); zero is no bound.
	From, To time.Time
	// Within is how long after the first exposure what follows counts; zero is
	// no bound.
	Within time.Duration
	// Lead and Won are the events of leads and of customers won; nil =
	// lead_captured and subscribed.
	Lead, Won []touchpoint.Match
	// StageA and StageB, with Data.Journeys, ask who moved from the one to the
	// other, or to a stage behind it on another way, afterwards.
	StageA, StageB journey.Stage
	// Base is the exposure whose value per lead is 1; empty = the first.
	Base string
	// Worth is what a customer is worth; nil = the first MRR in the books.
	Worth func(customer string) decimal.Decimal
	// Level is that of intervals; zero = 0.95.
	Level float64
}

// Works is what works: a line for each exposure and audience.
type Works struct {
	Base  string      `json:"base"`
	Lines []WorksLine `json:"lines"`
}

// WorksLine is one exposure of one audience. All of it is association: those
// who meet a thing differ from those who do not.
type WorksLine struct {
	Exposure string `json:"exposure"`
	Audience string `json:"audience"`
	Reached  int64  `json:"reached"` // who met it
	Leads    int64  `json:"leads"`   // of them, who are leads
	// Won is, of those it reached before they bought, who did buy afterwards;
	// Unexposed is, of the others in the audience, who bought at all.
	Won       metrics.Ratio `json:"won"`
	Unexposed metrics.Ratio `json:"unexposed"`
	// Compared is the unexposed (A) beside the exposed (B).
	Compared metrics.Comparison `json:"compared"`
	// Moved is, of those who were in StageA when they met it, who came to StageB
	// afterwards; MovedUnexposed is, of those who were in StageA and did not meet
	// it there, who came to StageB after it. Undefined without journeys.
	Moved          metrics.Ratio `json:"moved"`
	MovedUnexposed metrics.Ratio `json:"moved_unexposed"`
	// Value is the worth of those won. PerLead is Value over Leads, Multiple how
	// many times that of the base.
	Value    decimal.Decimal `json:"value"`
	PerLead  metrics.Ratio   `json:"per_lead"`
	Multiple metrics.Ratio   `json:"multiple"`
	// FirstPurchase is the mean first MRR of those won; undefined without books.
	FirstPurchase metrics.Ratio   `json:"first_purchase"`
	Cost          decimal.Decimal `json:"cost"`
	CAC           metrics.Ratio   `json:"cac"`
}

const maxExposures = touchpoint.MaxSets - 2

func (s *WorksSpec) check(d Data) error {
	var errs []error
	bad := func(field, value, limit string) {
		errs = append(errs, refuse("what works", field, value, limit, ErrOptions))
	}
	if d.Log == nil {
		bad("Log", "none", "want a log")
	}
	if n := len(s.Exposures); n == 0 || n > maxExposures {
		bad("Exposures", fmt.Sprint(n), fmt.Sprintf("want 1 to %d", maxExposures))
	}
	if len(s.Audiences) > MaxKeys {
		bad("Audiences", fmt.Sprint(len(s.Audiences)), fmt.Sprintf("want at most %d", MaxKeys))
	}
	seen := map[string]bool{}
	for i, e := range s.Exposures {
		switch {
		case e.Name == "" || seen[e.Name]:
			bad(fmt.Sprintf("Exposures[%d].Name", i), fault.Quote(e.Name), "want a name of its own")
		case len(e.Any) == 0:
			bad(fmt.Sprintf("Exposures[%d].Any", i), "", "want a match")
		case e.Cost.Sign() < 0:
			bad(fmt.Sprintf("Exposures[%d].Cost", i), "", "want no negative cost")
		}
		seen[e.Name] = true
	}
	if s.Base == "" && len(s.Exposures) > 0 {
		s.Base = s.Exposures[0].Name
	}
	if !seen[s.Base] {
		bad("Base", fault.Quote(s.Base), "want the name of an exposure")
	}
	if s.Within < 0 {
		bad("Within", s.Within.String(), "want no negative duration")
	}
	if s.Level == 0 {
		s.Level = 0.95
	}
	if !(s.Level > 0 && s.Level < 1) {
		bad("Level", fmt.Sprint(s.Level), "want more than 0 and less than 1")
	}
	if s.StageA != "" || s.StageB != "" {
		if d.Journeys == nil {
			bad("Journeys", "none", "want a replay")
		} else {
			for _, stage := range []journey.Stage{s.StageA, s.StageB} {
				if _, ok := d.Journeys.Definition().Stage(stage); !ok {
					bad("Stage", fault.Quote(string(stage)), "want a stage of the definition")
				}
			}
		}
	}
	if s.Lead == nil {
		s.Lead = touchpoint.Named("lead_captured")
	}
	if s.Won == nil {
		s.Won = touchpoint.Named("subscribed")
	}
	return errors.Join(errs...)
}

// FindWorks says what works. A customer won before the first exposure was not
// won by it, and counts with the unexposed. Costs of events count where the log
// keeps them. Cost is linear in events and in customers × exposures ×
// audiences. Errors: a spec that is not complete, and those of
// touchpoint.Log.Select.
func FindWorks(d Data, s WorksSpec) (*Works, error) {
	if err := s.check(d); err != nil {
		return nil, err
	}
	sets := [][]touchpoint.Match{s.Lead, s.Won}
	for _, e := range s.Exposures {
		sets = append(sets, e.Any)
	}
	sel, err := d.Log.Select(sets...)
	if err != nil {
		return nil, fmt.Errorf("scorecard: what works: %w", err)
	}
	if len(s.Audiences) == 0 {
		s.Audiences = []Audience{{Name: "everybody"}}
	}
	w := newWorker(d, s, sel)
	for c := range d.Log.Customers() {
		w.customer(c)
	}
	return w.lines()
}

// firstPurchases is the first MRR of every customer of the books.
func firstPurchases(books *ledger.Ledger) map[string]decimal.Decimal {
	of := map[string]decimal.Decimal{}
	if books == nil {
		return of
	}
	for m := range books.Movements(everything()) {
		if _, ok := of[m.Customer]; !ok && m.Kind == ledger.NewBusiness && m.After.Sign() > 0 {
			of[m.Customer] = m.After
		}
	}
	return of
}

// Rows yields the lines.
func (w *Works) Rows() iter.Seq[WorksLine] { return slices.Values(w.Lines) }

// String is a line for each exposure and audience.
func (w *Works) String() string {
	var b strings.Builder
	for _, l := range w.Lines {
		fmt.Fprintf(&b, "%s\n", l)
	}
	return b.String()
}

// String is the line in words.
func (l WorksLine) String() string {
	s := fmt.Sprintf("%s, %s: reached %d, won %s (unexposed %s)", l.Exposure, l.Audience, l.Reached, shareOf(l.Won), shareOf(l.Unexposed))
	if l.Moved.Defined() {
		s += fmt.Sprintf(", moved %s (unexposed %s)", shareOf(l.Moved), shareOf(l.MovedUnexposed))
	}
	if l.PerLead.Defined() {
		s += ", " + Show(metrics.UnitMoney, l.PerLead) + " a lead"
	}
	if l.Multiple.Defined() {
		s += " (" + Show(metrics.UnitMultiple, l.Multiple) + ")"
	}
	if l.CAC.Defined() && l.Cost.Sign() > 0 {
		s += ", CAC " + Show(metrics.UnitMoney, l.CAC)
	}
	return s
}

func shareOf(r metrics.Ratio) string {
	if !r.Defined() {
		return "nobody"
	}
	return fmt.Sprintf("%s of %s", r.Num(), r.Den())
}
