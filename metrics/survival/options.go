package survival

import (
	"database/sql/driver"
	"math"
	"strconv"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/special"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Interval is the scale on which a confidence band is symmetric.
type Interval uint8

const (
	// Log is symmetric in ln S, clipped at 1: R's default.
	Log Interval = iota
	// LogLog is symmetric in ln(-ln S), so that it stays between 0 and 1 by
	// itself: lifelines' default, and the better one for small samples.
	LogLog
	// Plain is S ± z·SE, clipped to [0, 1].
	Plain
)

var intervals = enum.New[Interval]("survival", "Interval", "log", "log-log", "plain")

// String is "log", "log-log" or "plain".
func (i Interval) String() string { return intervals.String(i) }

// MarshalText writes the name.
func (i Interval) MarshalText() ([]byte, error) { return intervals.Marshal(i) }

// UnmarshalText reads a name as String writes it.
func (i *Interval) UnmarshalText(text []byte) error { return intervals.Unmarshal(i, text) }

// Value stores the name.
func (i Interval) Value() (driver.Value, error) { return intervals.Value(i) }

// Scan reads a name; NULL is Log.
func (i *Interval) Scan(src any) error { return intervals.Scan(i, src) }

// Options of the estimators without covariates. The zero value is a level of
// 0.95, bands on the log scale, and the log-rank test of equal weights.
type Options struct {
	// Level of confidence, more than 0 and less than 1; zero is 0.95.
	Level float64
	// Interval is the scale of the band.
	Interval Interval
	// TieCorrected makes NelsonAalen count d events at one time as if they had
	// come one after another, 1/n + 1/(n-1) + …, instead of d/n: Fleming and
	// Harrington's estimate, lifelines' default.
	TieCorrected bool
	// Rho weighs the LogRank test by S^Rho: 0 is the log-rank test itself, 1
	// the Peto-Peto form of Wilcoxon's, which looks at the early times.
	Rho float64
}

func (o *Options) validate(op string) error {
	if o.Level == 0 {
		o.Level = 0.95
	}
	if err := checkLevel(op, o.Level); err != nil {
		return err
	}
	if !intervals.Has(o.Interval) {
		return &fault.Error{Package: "survival", Op: op, Field: "Interval", Value: o.Interval.String(), Limit: "want Log, LogLog or Plain", Err: ErrOptions}
	}
	if math.IsNaN(o.Rho) || math.Abs(o.Rho) > 100 {
		return &fault.Error{Package: "survival", Op: op, Field: "Rho", Value: float(o.Rho), Limit: "want a number from -100 to 100", Err: ErrOptions}
	}
	return nil
}

func checkLevel(op string, level float64) error {
	if level > 0 && level < 1 {
		return nil
	}
	return &fault.Error{Package: "survival", Op: op, Field: "Level", Value: float(level), Limit: "want more than 0 and less than 1, for example 0.95", Err: ErrOptions}
}

func float(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// band is the interval around a probability p that falls from 1, whose
// logarithm has the variance v (Greenwood's sum), at the normal quantile z.
// It is NaN where p is 0: Greenwood's formula divides by those who remain.
//
// Source: Borgan and Liestøl, Scand. J. Statist. 17 (1990), for the
// transformations.
func (i Interval) band(p, v, z float64) (lo, hi float64) {
	switch {
	case p <= 0:
		return math.NaN(), math.NaN()
	case v == 0: // nobody has had the event: the band is a point on any scale
		return p, p
	}
	se := math.Sqrt(v)
	switch i {
	case LogLog:
		l := math.Log(p)
		w := math.Exp(z * se / -l)
		return math.Exp(l * w), math.Exp(l / w)
	case Plain:
		return max(0, p-float64(z*p*se)), min(1, p+float64(z*p*se))
	case Log:
	}
	return p * math.Exp(-z*se), min(1, p*math.Exp(z*se))
}

func (o *Options) z() float64 { return special.NormalTwoSided(o.Level) }
