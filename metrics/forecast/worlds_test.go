package forecast_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/stat/distuv"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// world is an invented company.
type world struct {
	name    string
	signups func(month, origin int) float64
	churn   func(r *rand.Rand) func(age int) float64 // a customer's hazard by month of tenure
	rise    int                                      // month before the origin in which all prices rise by a tenth; 0 = never
	back    float64                                  // monthly probability of a return
}

func betaChurn(a, b float64) func(*rand.Rand) func(int) float64 {
	return func(r *rand.Rand) func(int) float64 {
		p := distuv.Beta{Alpha: a, Beta: b, Src: r}.Rand()
		return func(int) float64 { return p }
	}
}

func flat(n float64) func(int, int) float64 { return func(int, int) float64 { return n } }

// The five companies of the study this package's method was chosen by, and
// four whose churn or sign-ups are not of the method's own family.
var worlds = []world{
	{name: "steady", signups: flat(8), churn: betaChurn(0.8, 20)},
	{name: "growing", signups: func(m, _ int) float64 { return 6 * math.Pow(1.04, float64(m)) }, churn: betaChurn(0.8, 20)},
	{name: "high churn", signups: flat(14), churn: betaChurn(1.2, 9)},
	{name: "broken", signups: func(m, origin int) float64 {
		if m > origin-6 {
			return 12 * 0.6
		}
		return 12
	}, churn: betaChurn(0.8, 20)},
	{name: "annual contracts", signups: flat(8), churn: func(r *rand.Rand) func(int) float64 {
		p := distuv.Beta{Alpha: 1, Beta: 3, Src: r}.Rand()
		return func(age int) float64 {
			if age%12 == 0 {
				return p
			}
			return 0
		}
	}},
	// Beta-discrete-Weibull with c = 1.6: those who stay tire.
	{name: "tiring", signups: flat(8), churn: func(r *rand.Rand) func(int) float64 {
		p := distuv.Beta{Alpha: 0.8, Beta: 60, Src: r}.Rand()
		return func(k int) float64 {
			return 1 - math.Pow(1-p, math.Pow(float64(k), 1.6)-math.Pow(float64(k-1), 1.6))
		}
	}},
	{name: "seasonal sign-ups", signups: func(m, _ int) float64 { return 9 * (1 + 0.5*math.Sin(float64(m)*math.Pi/6)) }, churn: betaChurn(0.8, 20)},
	{name: "price rise", signups: flat(8), churn: betaChurn(0.8, 20), rise: 5},
	{name: "returns", signups: flat(8), churn: betaChurn(1, 14), back: 0.03},
}

const worldStart = 2020

// found makes the books of a company from month 0 through origin + ahead, and
// what revenue and heads are at each month end.
func (w world) found(tb testing.TB, seed uint64, origin, ahead int) (books *ledger.Ledger, mrr []float64, heads []int) {
	tb.Helper()
	r := rand.New(rand.NewPCG(seed, 7))
	type customer struct {
		id     string
		price  float64
		age    int
		gone   bool
		hazard func(int) float64
	}
	var all []*customer
	var changes []ledger.Change
	say := func(c *customer, month int, price float64) {
		at := calendar.NewMonth(worldStart, 1).Add(month).Start(time.UTC).Add(time.Duration(24*(1+len(changes)%25)) * time.Hour)
		changes = append(changes, ledger.Change{Customer: c.id, At: at, Amount: decimal.NewFromInt(int64(math.Round(price * 100))).Shift(-2)})
	}
	for m := range origin + ahead + 1 {
		for _, c := range all {
			if c.gone {
				if w.back > 0 && r.Float64() < w.back {
					c.gone, c.age = false, 0
					say(c, m, c.price)
				}
				continue
			}
			c.age++
			if r.Float64() < c.hazard(c.age) {
				c.gone = true
				say(c, m, 0)
				continue
			}
			was := c.price
			if r.Float64() < 0.025 {
				c.price *= 1.25
			} else if r.Float64() < 0.01 {
				c.price *= 0.8
			}
			if w.rise > 0 && m == origin-w.rise {
				c.price *= 1.1
			}
			if c.price != was {
				say(c, m, c.price)
			}
		}
		n := distuv.Poisson{Lambda: w.signups(m, origin), Src: r}.Rand()
		if m == 0 {
			n += 60
		}
		for range int(n) {
			c := &customer{id: fmt.Sprintf("c%06d", len(all)), price: 100 * math.Exp(0.7*r.NormFloat64()), hazard: w.churn(r)}
			all = append(all, c)
			say(c, m, c.price)
		}
		sum, live := 0.0, 0
		for _, c := range all {
			if !c.gone {
				sum += math.Round(c.price*100) / 100
				live++
			}
		}
		mrr, heads = append(mrr, sum), append(heads, live)
	}
	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	require.NoError(tb, err)
	require.NoError(tb, books.Append(changes...))
	return books, mrr, heads
}
