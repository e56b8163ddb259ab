package metrics

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"github.com/shopspring/decimal"
)

// Estimate is a value inferred from a sample, with an interval. The zero
// Estimate is no estimate. It is the float counterpart of [Ratio]: a rate that
// is counted is a Ratio, one that is inferred is an Estimate.
//
// An Estimate is a value; do not write to Warnings of one that others read.
type Estimate struct {
	Value    float64
	Lo, Hi   float64 // the interval; NaN where the method gives none
	Level    float64 // its confidence level, for example 0.95
	N        int64   // observations it rests on; 0 = no estimate
	Warnings []error // what a reader must know before believing it
}

// Defined reports whether there is an estimate: whether it rests on at least
// one observation.
func (e Estimate) Defined() bool { return e.N > 0 }

// String is "3 (1 to +Inf, 95 %)", "3" where there is no interval, and
// "undefined" where there is no estimate.
func (e Estimate) String() string {
	switch {
	case !e.Defined():
		return "undefined"
	case math.IsNaN(e.Lo) && math.IsNaN(e.Hi):
		return fmt.Sprintf("%.6g", e.Value)
	default:
		return fmt.Sprintf("%.6g (%.6g to %.6g, %.6g %%)", e.Value, e.Lo, e.Hi, 100*e.Level)
	}
}

// MarshalJSON writes value, lo, hi, level, n and the warnings as text.
// Numbers that are not finite, and all of an estimate that is not defined,
// are null.
func (e Estimate) MarshalJSON() ([]byte, error) {
	finite := func(f float64) *float64 {
		if !e.Defined() || math.IsNaN(f) || math.IsInf(f, 0) {
			return nil
		}
		return &f
	}
	warnings := make([]string, len(e.Warnings))
	for i, w := range e.Warnings {
		warnings[i] = w.Error()
	}
	return json.Marshal(struct {
		Value    *float64 `json:"value"`
		Lo       *float64 `json:"lo"`
		Hi       *float64 `json:"hi"`
		Level    *float64 `json:"level"`
		N        int64    `json:"n"`
		Warnings []string `json:"warnings,omitempty"`
	}{finite(e.Value), finite(e.Lo), finite(e.Hi), finite(e.Level), e.N, warnings})
}

// Wilson is the share of successes among n trials with Wilson's score
// interval at a level such as 0.95, without continuity correction. Unlike the
// textbook p ± z·√(p(1-p)/n) it stays inside 0 to 1 and holds its level for
// small n and rates near 0, which is where churn rates live.
//
// No trials give no estimate. Negative counts, more successes than trials and
// a level outside (0, 1) are errors.
//
// Source: E. B. Wilson, "Probable Inference, the Law of Succession, and
// Statistical Inference", JASA 22 (1927) 209–212; recommended by R. G.
// Newcombe, Statistics in Medicine 17 (1998) 857–872, method 3.
func Wilson(successes, n int64, level float64) (Estimate, error) {
	f := faults{op: "Wilson"}
	f.count("successes", successes)
	f.count("n", n)
	if len(f.errs) == 0 && successes > n {
		f.add("successes", strconv.FormatInt(successes, 10), "more than the "+strconv.FormatInt(n, 10)+" trials", CodeExceeds)
	}
	if !(level > 0 && level < 1) {
		f.add("level", strconv.FormatFloat(level, 'g', -1, 64), "want more than 0 and less than 1, for example 0.95", CodeBounds)
	}
	if err := f.err(); err != nil || n == 0 {
		return Estimate{}, err
	}
	z := math.Sqrt2 * math.Erfinv(level)
	trials, p := float64(n), float64(successes)/float64(n)
	// The explicit conversions forbid fused multiply-add, so that every
	// architecture gives the same bits.
	z2 := float64(z * z)
	scale := 1 + float64(z2/trials)
	centre := (p + z2/(2*trials)) / scale
	variance := float64(p*(1-p))/trials + z2/float64(4*float64(trials*trials))
	half := float64(z*math.Sqrt(variance)) / scale
	e := Estimate{Value: p, Lo: max(0, centre-half), Hi: min(1, centre+half), Level: level, N: n}
	// At the ends of the scale the bound is exact, whatever rounding did.
	if successes == 0 {
		e.Lo = 0
	}
	if successes == n {
		e.Hi = 1
	}
	return e, nil
}

// WilsonOf is [Wilson] of a ratio that counts: 3 churned of 82 is 3.66 %,
// between 1.25 % and 10.21 % at 95 %. An undefined ratio with a numerator of
// zero gives no estimate. A ratio of anything but counts, 0 <= num <= den, is
// an error; so is money, for which a binomial interval says nothing.
func WilsonOf(r Ratio, level float64) (Estimate, error) {
	f := faults{op: "WilsonOf"}
	whole := func(field string, d decimal.Decimal) int64 {
		if !d.IsInteger() || !d.BigInt().IsInt64() {
			f.add(field, "", "want a count", CodeSyntax)
			return 0
		}
		return d.IntPart()
	}
	if r.broken {
		f.add("r", "", ErrBounds.Error(), CodeBounds)
	}
	successes, n := whole("numerator", r.num), whole("denominator", r.den)
	if err := f.err(); err != nil {
		return Estimate{}, err
	}
	return Wilson(successes, n, level)
}
