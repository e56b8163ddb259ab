package score

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// ErrEngagement is returned for weights or thresholds that cannot be used.
var ErrEngagement = errors.New("engagement rules are not usable")

// Weight says how much one event is worth.
type Weight struct {
	Event  string  `json:"event"`  // Event.Name
	Points float64 `json:"points"` // negative for events that speak against interest
	// Most bounds what all events of the name can add, whatever their number;
	// zero = no bound. It is a size: for negative points the bound is -Most.
	Most float64 `json:"most,omitempty"`
}

// Engagement says how events become a score: each event adds its points, and
// the points halve with every HalfLife that has passed since. Events without a
// weight count nothing. It is a value; the zero value scores everything 0.
type Engagement struct {
	Weights []Weight `json:"weights"`
	// HalfLife is the time after which an event counts half; zero = events
	// never fade.
	HalfLife time.Duration `json:"half_life"`
}

// Limits of a score's rules: far above use, low enough that sums stay exact
// to many digits.
const (
	maxWeights = 10_000
	maxPoints  = 1e9
)

// Validate reports every fault as one error that wraps ErrEngagement.
func (g Engagement) Validate() error {
	var faults []error
	add := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }
	if g.HalfLife < 0 {
		add("half-life must not be negative, got %s", g.HalfLife)
	}
	if len(g.Weights) > maxWeights {
		add("at most %d weights, got %d", maxWeights, len(g.Weights))
	}
	seen := map[string]bool{}
	for i, w := range g.Weights {
		if w.Event == "" {
			add("weight %d: event %w", i, fault.ErrEmpty)
		} else if seen[w.Event] {
			add("weight %d: event %s has a weight already", i, fault.Quote(w.Event))
		}
		seen[w.Event] = true
		if !(math.Abs(w.Points) <= maxPoints) {
			add("weight %d: points must lie in ±%g, got %g", i, float64(maxPoints), w.Points)
		}
		if !(w.Most >= 0 && w.Most <= maxPoints) {
			add("weight %d: most must lie in 0 to %g, got %g", i, float64(maxPoints), w.Most)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("score: engagement: %w: %w", ErrEngagement, errors.Join(faults...))
}

// Score is a customer's engagement at an instant.
type Score struct {
	Customer string    `json:"customer"`
	At       time.Time `json:"at"`
	// Value is the sum of the points of the contributions, in their order.
	Value float64 `json:"value"`
	// Contributions explain the value, largest first.
	Contributions []Contribution `json:"contributions"`
}

// String is the score with its contributions.
func (s Score) String() string {
	parts := make([]string, len(s.Contributions))
	for i, c := range s.Contributions {
		parts[i] = fmt.Sprintf("%s %+.1f", c.Event, c.Points)
	}
	return fmt.Sprintf("%s: %.1f (%s)", s.Customer, s.Value, strings.Join(parts, ", "))
}

// Contribution is what the events of one name added.
type Contribution struct {
	Event  string  `json:"event"`
	Events int64   `json:"events"` // how many there were up to the instant
	Points float64 `json:"points"` // after fading and bound
}

// Scorer is an Engagement made ready for one log. It never changes, so it is
// safe for any number of goroutines.
type Scorer struct {
	log      *touchpoint.Log
	cols     touchpoint.Columns
	names    []string
	halfLife float64 // in nanoseconds, 0 = none
	weight   []Weight
	scored   []bool // by place of the name
}

// Scorer prepares the rules for a log.
func (g Engagement) Scorer(log *touchpoint.Log) (*Scorer, error) {
	if err := g.Validate(); err != nil {
		return nil, err
	}
	if log == nil {
		log = &touchpoint.Log{}
	}
	names := log.Names()
	s := &Scorer{
		log: log, cols: log.Columns(), names: names, halfLife: float64(g.HalfLife),
		weight: make([]Weight, len(names)), scored: make([]bool, len(names)),
	}
	for _, w := range g.Weights {
		if i, ok := slices.BinarySearch(names, w.Event); ok {
			s.weight[i], s.scored[i] = w, true
		}
	}
	return s, nil
}

// fade returns how much is left at a later instant. The difference of two
// instants may be too long for int64, but never for uint64.
func (s *Scorer) fade(from, to int64) float64 {
	if s.halfLife == 0 {
		return 1
	}
	return math.Exp2(-float64(uint64(to)-uint64(from)) / s.halfLife)
}

// sums are points and counts by place of the name.
type sums struct {
	points []float64
	events []int64
	used   []uint16
}

func (s *Scorer) newSums() *sums {
	return &sums{points: make([]float64, len(s.names)), events: make([]int64, len(s.names))}
}

func (s *Scorer) score(c int, at int64, m *sums) Score {
	out := Score{Customer: s.log.Customer(c), At: time.Unix(0, at).UTC(), Contributions: []Contribution{}}
	for i := s.cols.Start[c]; i < s.cols.Start[c+1]; i++ {
		t, name := s.cols.UnixNano[i], s.cols.Name[i]
		if t > at {
			break
		}
		if !s.scored[name] {
			continue
		}
		if m.events[name] == 0 {
			m.used = append(m.used, name)
		}
		m.events[name]++
		m.points[name] += float64(s.weight[name].Points * s.fade(t, at))
	}
	for _, name := range m.used {
		out.Contributions = append(out.Contributions, Contribution{
			Event: s.names[name], Events: m.events[name], Points: s.weight[name].bound(m.points[name]),
		})
		m.points[name], m.events[name] = 0, 0
	}
	m.used = m.used[:0]
	slices.SortFunc(out.Contributions, func(a, b Contribution) int {
		return cmp.Or(cmp.Compare(b.Points, a.Points), cmp.Compare(a.Event, b.Event))
	})
	for _, k := range out.Contributions {
		out.Value += k.Points
	}
	return out
}

func (w *Weight) bound(points float64) float64 {
	if w.Most == 0 {
		return points
	}
	return max(-w.Most, min(w.Most, points))
}

// instant checks the time of a score.
func instant(at time.Time) (int64, error) {
	if y := at.UTC().Year(); y < calendar.MinYear || y > calendar.MaxYear {
		return 0, &fault.Error{Package: "score", Op: "score", Field: "at", Value: at.Format(time.RFC3339), Err: touchpoint.ErrTime}
	}
	return at.UnixNano(), nil
}

// Score returns the score of one customer at an instant; later events do not
// count. A customer who is not in the log has a score of 0.
func (s *Scorer) Score(customer string, at time.Time) (Score, error) {
	nano, err := instant(at)
	if err != nil {
		return Score{}, err
	}
	c, ok := s.log.Find(customer)
	if !ok {
		return Score{Customer: customer, At: at.UTC(), Contributions: []Contribution{}}, nil
	}
	return s.score(c, nano, s.newSums()), nil
}

// Scores yields the score of every customer of the log at an instant, in
// ascending order of customers.
func (s *Scorer) Scores(at time.Time) (iter.Seq[Score], error) {
	nano, err := instant(at)
	if err != nil {
		return nil, err
	}
	return func(yield func(Score) bool) {
		m := s.newSums()
		for c := range s.log.Customers() {
			if !yield(s.score(c, nano, m)) {
				return
			}
		}
	}, nil
}

// Timeline yields the score of one customer right after each event that has a
// weight, in order of time; events at one instant are counted together.
func (s *Scorer) Timeline(customer string) iter.Seq2[time.Time, float64] {
	return func(yield func(time.Time, float64) bool) {
		c, ok := s.log.Find(customer)
		if !ok {
			return
		}
		points := make([]float64, len(s.names))
		last := s.cols.UnixNano[s.cols.Start[c]]
		for i := s.cols.Start[c]; i < s.cols.Start[c+1]; {
			t, counted := s.cols.UnixNano[i], false
			left := s.fade(last, t)
			for ; i < s.cols.Start[c+1] && s.cols.UnixNano[i] == t; i++ {
				name := s.cols.Name[i]
				if !s.scored[name] {
					continue
				}
				if !counted {
					for n := range points {
						points[n] *= left
					}
					last, counted = t, true
				}
				points[name] += s.weight[name].Points
			}
			if !counted {
				continue
			}
			value := 0.0
			for n, p := range points {
				if s.scored[n] {
					value += s.weight[n].bound(p)
				}
			}
			if !yield(time.Unix(0, t).UTC(), value) {
				return
			}
		}
	}
}
