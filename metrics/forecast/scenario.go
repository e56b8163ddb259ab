package forecast

import (
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Scenario is a what-if beside the projection, by the same random numbers, so
// that its difference has an interval of its own; see [Projection.Difference].
// What is zero stays as it is.
type Scenario struct {
	// Name it is asked for by. Required, and no other scenario's.
	Name string
	// ChurnPoints is added to the monthly churn rate of every tenure, as a
	// fraction: -0.01 is one point less.
	ChurnPoints float64
	// PriceRise raises what customers pay from the first month ahead on, and
	// what new ones begin with, as a fraction: 0.05 is five per cent more.
	PriceRise float64
	// SignUps raises the expected number of new customers, as a fraction: 0.2
	// is a fifth more, -1 is none.
	SignUps float64
}

const (
	maxScenarios = 20
	maxName      = 200
)

func (o *Options) checkScenarios() error {
	if len(o.Scenarios) > maxScenarios {
		return &fault.Error{Package: "forecast", Op: "Books", Field: "Scenarios", Value: strconv.Itoa(len(o.Scenarios)), Limit: "want at most " + strconv.Itoa(maxScenarios), Err: fault.ErrTooMany}
	}
	seen := map[string]bool{}
	for i, s := range o.Scenarios {
		bad := func(field string, v float64, limit string) error {
			return badOption("Books", "Scenarios["+strconv.Itoa(i)+"]."+field, strconv.FormatFloat(v, 'g', -1, 64), limit)
		}
		switch {
		case s.Name == "" || len(s.Name) > maxName:
			return badOption("Books", "Scenarios["+strconv.Itoa(i)+"].Name", s.Name, "want a name of at most "+strconv.Itoa(maxName)+" bytes")
		case seen[s.Name]:
			return badOption("Books", "Scenarios["+strconv.Itoa(i)+"].Name", s.Name, "want a name that no other scenario has")
		case !(math.Abs(s.ChurnPoints) <= 1):
			return bad("ChurnPoints", s.ChurnPoints, "want -1 to 1")
		case !(s.PriceRise > -1 && s.PriceRise <= 10):
			return bad("PriceRise", s.PriceRise, "want more than -1, at most 10")
		case !(s.SignUps >= -1 && s.SignUps <= 100):
			return bad("SignUps", s.SignUps, "want -1 to 100")
		}
		seen[s.Name] = true
	}
	return nil
}
