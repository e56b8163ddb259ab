package score

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// ErrHealth is returned for cards or measures that cannot be used.
var ErrHealth = errors.New("health card is not usable")

// Health says how measures of a customer become a score from 0 to 100, by cards
// for the stages of a journey. It is a value with a JSON form; the zero value
// has no card and scores nobody.
type Health struct {
	// Cards are tried by stage; the card of the empty stage is for all others.
	Cards []Card `json:"cards"`
	// Concerning and Healthy are the scores from which a customer is no longer
	// poor, and healthy; see Next. Both zero = 50 and 75 with margins of 3.
	Concerning Threshold `json:"concerning,omitzero"`
	Healthy    Threshold `json:"healthy,omitzero"`
}

// Card is the measures of one stage: components with weights, each the mean of
// its measures.
type Card struct {
	Stage      string      `json:"stage,omitempty"`
	Components []Component `json:"components"`
	// MinCoverage is the share of the weight that must be known for there to be
	// a score; zero = any.
	MinCoverage float64 `json:"min_coverage,omitempty"`
}

// Component is one side of health: usage, support, relationship.
type Component struct {
	Name     string    `json:"name"`
	Weight   float64   `json:"weight"`
	Measures []Measure `json:"measures"`
}

// Measure turns a value into 0 to 100: on a line from Worst to Best, clipped at
// the ends, or by Bands. Where lower is better, Worst is above Best.
type Measure struct {
	Name   string  `json:"name"`             // key of the value
	Weight float64 `json:"weight,omitempty"` // within the component; zero = 1
	Worst  float64 `json:"worst,omitempty"`
	Best   float64 `json:"best,omitempty"`
	// Bands, in ascending order of From, give their score from there on; a
	// value below the first has that of the first.
	Bands []Band `json:"bands,omitempty"`
}

// Band is a range of values, to the next band.
type Band struct {
	From  float64 `json:"from"`
	Score float64 `json:"score"`
}

// within reports 0 <= v <= most; not for what is no number.
func within(v, most float64) bool { return v >= 0 && v <= most }

// Validate reports every fault, joined, as an error that wraps ErrHealth.
func (h Health) Validate() error {
	var faults []error
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	stages := map[string]bool{}
	total := 0
	for i, c := range h.Cards {
		at := fmt.Sprintf("card %d", i)
		if stages[c.Stage] {
			add("%s: stage %s has a card already", at, fault.Quote(c.Stage))
		}
		stages[c.Stage] = true
		if !within(c.MinCoverage, 1) {
			add("%s: min coverage must lie in 0 to 1, got %g", at, c.MinCoverage)
		}
		if len(c.Components) == 0 {
			add("%s: no component", at)
		}
		names, measures := map[string]bool{}, map[string]bool{}
		for j, k := range c.Components {
			at := fmt.Sprintf("%s, component %d", at, j)
			switch {
			case k.Name == "":
				add("%s: name %w", at, fault.ErrEmpty)
			case names[k.Name]:
				add("%s: name %s is given twice", at, fault.Quote(k.Name))
			}
			names[k.Name] = true
			if !(k.Weight > 0 && k.Weight <= maxPoints) {
				add("%s: weight must lie above 0 and not above %g, got %g", at, float64(maxPoints), k.Weight)
			}
			if len(k.Measures) == 0 {
				add("%s: no measure", at)
			}
			for n, m := range k.Measures {
				m.validate(fmt.Sprintf("%s, measure %d", at, n), measures, add)
				measures[m.Name] = true
			}
			total += len(k.Measures)
		}
	}
	if total > maxWeights {
		add("at most %d measures, got %d", maxWeights, total)
	}
	if err := h.levels().Validate(); err != nil {
		add("levels: %w", err)
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("score: health: %w: %w", ErrHealth, errors.Join(faults...))
}

func (m *Measure) validate(at string, seen map[string]bool, add func(string, ...any)) {
	switch {
	case m.Name == "":
		add("%s: name %w", at, fault.ErrEmpty)
	case seen[m.Name]:
		add("%s: name %s is given twice", at, fault.Quote(m.Name))
	}
	if !within(m.Weight, maxPoints) {
		add("%s: weight must lie in 0 to %g, got %g", at, float64(maxPoints), m.Weight)
	}
	if len(m.Bands) == 0 && (m.Worst == m.Best || !within(math.Abs(m.Worst), maxPoints) || !within(math.Abs(m.Best), maxPoints)) {
		add("%s: want bands, or worst and best that differ, in ±%g, got %g and %g", at, float64(maxPoints), m.Worst, m.Best)
	}
	for i, b := range m.Bands {
		if !within(b.Score, 100) || math.IsNaN(b.From) || i > 0 && !(b.From > m.Bands[i-1].From) {
			add("%s: bands must ascend with scores in 0 to 100, got %g from %g", at, b.Score, b.From)
		}
	}
}

// score is the measure's value on 0 to 100.
func (m *Measure) score(v float64) float64 {
	if len(m.Bands) > 0 {
		s := m.Bands[0].Score
		for _, b := range m.Bands {
			if v >= b.From {
				s = b.Score
			}
		}
		return s
	}
	return 100 * max(0, min(1, (v-m.Worst)/(m.Best-m.Worst)))
}

// HealthScore is how a customer is, and why.
type HealthScore struct {
	Customer string    `json:"customer"`
	Stage    string    `json:"stage"`
	At       time.Time `json:"at"`
	// Defined is false where too little is known, or no card is for the stage;
	// then Value says nothing.
	Defined bool `json:"defined"`
	// Value is the sum of the points of the contributions, in their order.
	Value float64 `json:"value"`
	// Coverage is the share of the card's weight whose measures are known. The
	// others' weights are shared among those.
	Coverage      float64              `json:"coverage"`
	Contributions []HealthContribution `json:"contributions"`
	// Missing are the measures of the card that are not known.
	Missing []string `json:"missing"`
}

// HealthContribution is what one measure added.
type HealthContribution struct {
	Component string  `json:"component"`
	Measure   string  `json:"measure"`
	Value     float64 `json:"value"`
	Score     float64 `json:"score"` // of the measure, 0 to 100
	Share     float64 `json:"share"` // of the whole, after sharing out what is missing
	Points    float64 `json:"points"`
}

// String is the score with its largest contributions.
func (s HealthScore) String() string {
	if !s.Defined {
		return fmt.Sprintf("%s: health is not known (%.0f%% of the measures)", s.Customer, 100*s.Coverage)
	}
	parts := make([]string, len(s.Contributions))
	for i, c := range s.Contributions {
		parts[i] = fmt.Sprintf("%s %.1f of %.1f", c.Measure, c.Points, 100*c.Share)
	}
	return fmt.Sprintf("%s: %.1f (%s)", s.Customer, s.Value, strings.Join(parts, ", "))
}

// Score says how a customer in a stage is by values at hand, by the names of the
// measures; a value that is absent or not a number is missing. The error wraps
// ErrHealth for cards that cannot be used.
func (h Health) Score(customer, stage string, at time.Time, values map[string]float64) (HealthScore, error) {
	if err := h.Validate(); err != nil {
		return HealthScore{}, err
	}
	out := HealthScore{Customer: customer, Stage: stage, At: at.UTC(), Contributions: []HealthContribution{}, Missing: []string{}}
	card, ok := h.card(stage)
	if !ok {
		return out, nil
	}
	all, known := 0.0, 0.0 // weight of the components, and of those of which something is known
	shares := make([]float64, len(card.Components))
	for i, c := range card.Components {
		all += c.Weight
		whole, part := 0.0, 0.0
		for _, m := range c.Measures {
			w := weightOr1(m.Weight)
			whole += w
			if _, ok := value(values, m.Name); ok {
				part += w
			} else {
				out.Missing = append(out.Missing, m.Name)
			}
		}
		out.Coverage += float64(c.Weight * part / whole)
		if part > 0 {
			known += c.Weight
			shares[i] = c.Weight / part
		}
	}
	out.Coverage /= all
	if known == 0 || out.Coverage < card.MinCoverage {
		return out, nil
	}
	for i, c := range card.Components {
		for _, m := range c.Measures {
			v, ok := value(values, m.Name)
			if !ok {
				continue
			}
			k := HealthContribution{Component: c.Name, Measure: m.Name, Value: v, Score: m.score(v), Share: shares[i] * weightOr1(m.Weight) / known}
			k.Points = float64(k.Share * k.Score)
			out.Contributions = append(out.Contributions, k)
		}
	}
	slices.SortStableFunc(out.Contributions, func(a, b HealthContribution) int {
		switch {
		case a.Points > b.Points:
			return -1
		case a.Points < b.Points:
			return 1
		}
		return 0
	})
	for _, k := range out.Contributions {
		out.Value += k.Points
	}
	out.Defined = true
	return out, nil
}

func weightOr1(w float64) float64 {
	if w == 0 {
		return 1
	}
	return w
}

func value(values map[string]float64, name string) (float64, bool) {
	v, ok := values[name]
	return v, ok && !math.IsNaN(v)
}

func (h *Health) card(stage string) (*Card, bool) {
	other := -1
	for i := range h.Cards {
		if h.Cards[i].Stage == stage {
			return &h.Cards[i], true
		}
		if h.Cards[i].Stage == "" {
			other = i
		}
	}
	if other < 0 {
		return nil, false
	}
	return &h.Cards[other], true
}
