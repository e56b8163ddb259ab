package scorecard

import (
	"strconv"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// scoreKey is a keyer, a period and a key.
type scoreKey struct {
	k, p int
	key  int32
}

type scoreSum struct {
	points decimal.Decimal
	n      int64
}

// scorePlaces is to how many places a score is rounded before it is added up,
// so that the sum is exact.
const scorePlaces = 6

// scores adds up, once for each binding, the scores of those who have an event
// of the denominator in a period, at its end.
func (e *evaluation) scores(x *bound) (map[scoreKey]scoreSum, error) {
	if sums, ok := e.scoreSums[x.Metric]; ok {
		return sums, nil
	}
	sums := map[scoreKey]scoreSum{}
	if len(x.Denominator.Events) == 0 || x.Denominator.From != touchpoint.GroundEvents {
		return sums, nil
	}
	sel, err := e.log.Select(x.Denominator.Events)
	if err != nil {
		return nil, err
	}
	for c := range e.cols.Customers() {
		from, to := e.cols.Range(c)
		last := -1
		for i := from; i < to; i++ {
			p := -1
			if sel.Has(i, 0) {
				p = e.period(e.cols.UnixNano[i])
			}
			if p < 0 || p == last {
				continue
			}
			last = p
			s, err := e.d.Scores.Score(e.log.Customer(c), time.Unix(0, e.spans[p].end-1).UTC())
			if err != nil {
				return nil, err
			}
			points, err := decimal.NewFromString(strconv.FormatFloat(s.Value, 'f', scorePlaces, 64))
			if err != nil {
				return nil, err // a score that is no number
			}
			for _, k := range x.bys {
				at := scoreKey{k, p, e.keys[k].event(c, i)}
				sum := sums[at]
				sums[at] = scoreSum{sum.points.Add(points), sum.n + 1}
			}
		}
	}
	e.scoreSums[x.Metric] = sums
	return sums, nil
}
