package simulate

import (
	"math"
	"sort"
	"time"
)

// secondsOfMonth is the mean Gregorian month of 30.4375 days that rates are
// stated for.
const secondsOfMonth = 30.4375 * 24 * 3600

const secondsOfDay = 24 * 3600

// maxCustomers bounds those who arrive by themselves.
const maxCustomers = 100_000_000

// schedule says how many arrive on each day from World.From on.
type schedule struct {
	from  int64
	until int64
	cum   []int64 // arrivals before the end of each day
}

// rateOn is the expected number of arrivals of a day that begins at from and of
// which the given part counts.
func (a *Arrivals) rateOn(from, day int64, part float64) float64 {
	begin := from + day*secondsOfDay
	months := float64(day*secondsOfDay) / secondsOfMonth
	rate := a.PerMonth * secondsOfDay / secondsOfMonth * math.Pow(1+a.Growth, months) * part
	if a.Season != [12]float64{} {
		rate *= a.Season[time.Unix(begin, 0).UTC().Month()-1]
	}
	return rate
}

// expected is the expected number of arrivals by day.
func (a *Arrivals) expected(from, until int64) []float64 {
	var out []float64
	for day := int64(0); from+day*secondsOfDay < until; day++ {
		part := min(float64(until-from-day*secondsOfDay)/secondsOfDay, 1)
		out = append(out, a.rateOn(from, day, part))
	}
	return out
}

func (a *Arrivals) schedule(seed uint64, from, until int64) schedule {
	s := schedule{from: from, until: until}
	rates := a.expected(from, until)
	n, sum, total := int64(0), 0.0, 0.0
	for _, r := range rates {
		total += r
	}
	st := newStream()
	for day, r := range rates {
		sum += r
		if a.Exactly > 0 {
			n = int64(math.Round(float64(a.Exactly) * share(sum, total, day+1, len(rates))))
		} else {
			st.begin(seed, keyOfDay|uint64(day))
			n += poisson(st.Rand, r)
		}
		s.cum = append(s.cum, n)
	}
	return s
}

// share is the part of the arrivals up to a day; by time where there is no rate.
func share(sum, total float64, day, days int) float64 {
	if total > 0 {
		return sum / total
	}
	return float64(day) / float64(days)
}

func (s *schedule) total() int64 {
	if len(s.cum) == 0 {
		return 0
	}
	return s.cum[len(s.cum)-1]
}

// instant is when number n arrives, in Unix seconds.
func (s *schedule) instant(n int64, st *stream) int64 {
	day := int64(sort.Search(len(s.cum), func(i int) bool { return s.cum[i] > n }))
	begin := s.from + day*secondsOfDay
	return begin + st.Int64N(min(secondsOfDay, s.until-begin))
}
