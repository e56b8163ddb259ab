package journeymap

import (
	"math"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/page"
	"github.com/lifecycle-go/lifecycle/journey/journeymap/words"
	"github.com/lifecycle-go/lifecycle/metrics"
)

// figure writes a value in the unit of its metric.
func figure(r metrics.Ratio, u metrics.Unit) string {
	if u == metrics.UnitShare || u == metrics.UnitFraction {
		return page.Percent(r)
	}
	v, ok := r.Decimal(2)
	if !ok {
		return page.None
	}
	f, _ := v.Float64()
	return page.Decimal(f, 2)
}

// duration writes a time in the largest unit that gives a number of at least
// one, with one decimal below ten.
func spoken(w words.Set, d Duration) string {
	span := time.Duration(d)
	for _, u := range []struct {
		size  time.Duration
		forms []string
	}{{day, w.Days}, {time.Hour, w.Hours}, {time.Minute, w.Minutes}} {
		if span < u.size && u.size > time.Minute {
			continue
		}
		v := float64(span) / float64(u.size)
		places := 0
		if v < 9.95 {
			places = 1
		}
		s := page.Decimal(v, places)
		whole := !strings.Contains(s, ".")
		return s + page.NBSP + unit(u.forms, int64(math.Round(v)), whole)
	}
	return ""
}
