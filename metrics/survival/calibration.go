package survival

import (
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"slices"
	"sort"
	"strings"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Calibration is how well a model's predictions for subjects, best others than
// it was fitted to, agree with what became of them by a time.
type Calibration struct {
	Time     float64
	Subjects int64
	// Concordance of the predictions with the order of events.
	Concordance metrics.Estimate
	// Slope of the true log hazard over the predicted: 1 is calibrated, below
	// 1 the predictions are too far apart, as overfitted ones are.
	Slope metrics.Estimate
	// Brier is the mean squared error of the predicted probability of the
	// event by Time, weighted by the inverse probability of being censored;
	// Reference that of the Kaplan-Meier curve of these subjects, which knows
	// nothing of them; RSquared is 1 - Brier/Reference.
	Brier, Reference, RSquared float64
	// Bins are tenths of the subjects, from the lowest predicted probability.
	Bins []CalibrationBin
}

// CalibrationBin is what was predicted for some subjects and what came.
type CalibrationBin struct {
	Subjects  int64
	Predicted float64 // mean probability of the event by Time
	Observed  float64 // 1 - Kaplan-Meier, with its interval
	Lo, Hi    float64
}

// calibrationBins is how many bins there are, where there are subjects enough.
const calibrationBins = 10

// Calibrate compares the model's predictions for subjects with what became of
// them by a time. They are of the model's strata, and none entered late: the
// probability of the event by a time asks for the whole way to it.
//
// Source: Graf et al., Statist. Med. 18 (1999), for the Brier score; events
// come before censorings of the same time, as in R's brier.
func (m *CoxModel) Calibrate(subjects iter.Seq[Subject], time float64) (*Calibration, error) {
	if !(time > 0) || math.IsInf(time, 1) {
		return nil, badOption("Calibrate", "time", time, "want a time above 0")
	}
	var rows []Subject
	var bad fault.Batch
	bad.Package, bad.Op = "survival", "Calibrate"
	n := 0
	for s := range subjects {
		n++
		field, value, limit := s.bad()
		known := false
		if i := sort.SearchStrings(m.data.stratum, s.Stratum); i < len(m.data.stratum) {
			known = m.data.stratum[i] == s.Stratum
		}
		switch {
		case field != "":
		case s.Entry > 0:
			field, value, limit = "Entry", s.Entry, "want 0: nobody who entered late"
		case len(s.X) != m.data.p:
			field, value, limit = "X", float64(len(s.X)), fmt.Sprintf("want %d covariates", m.data.p)
		case !known:
			bad.Add(fault.Row{Row: int64(n), Field: "Stratum", Value: s.Stratum, Limit: "want one of the model's", Err: ErrInput})
			continue
		}
		if field != "" {
			refuse(&bad, n-1, field, value, limit)
			continue
		}
		if s.Weight == 0 {
			s.Weight = 1
		}
		rows = append(rows, s)
	}
	if err := bad.Err(); err != nil {
		return nil, err
	}
	if n == 0 {
		return nil, &fault.Error{Package: "survival", Op: "Calibrate", Field: "subjects", Limit: "want at least one", Err: ErrEmpty}
	}
	c := &Calibration{Time: time, Subjects: int64(n)}
	chance := make([]float64, n) // of the event by time
	scores := make([]Subject, n)
	for i, s := range rows {
		p, err := m.Predict(s.X, s.Stratum, s.Offset)
		if err != nil {
			return nil, err
		}
		chance[i] = 1 - p.At(time).S
		scores[i] = s
		scores[i].X = []float64{m.LinearPredictor(s.X) + s.Offset}
		scores[i].Offset, scores[i].Cluster = 0, ""
	}
	c.slope(scores, m.opt.Level)
	if err := c.brier(rows, chance); err != nil {
		return nil, err
	}
	return c, c.bins(rows, chance, m.opt.Level)
}

// slope is the coefficient of the prediction in a model of its own.
func (c *Calibration) slope(scores []Subject, level float64) {
	undefined := func(err error) metrics.Estimate {
		nan := math.NaN()
		return metrics.Estimate{Value: nan, Lo: nan, Hi: nan, Level: level, Warnings: []error{err}}
	}
	again, err := Cox(slices.Values(scores), CoxOptions{Level: level})
	if err != nil {
		c.Slope = undefined(err)
		c.Concordance = undefined(err)
		return
	}
	b := again.Coefficients()[0]
	c.Slope = metrics.Estimate{Value: b.Coef, Lo: b.Lo, Hi: b.Hi, Level: level, N: c.Subjects}
	d := again.data
	share, se, pairs := concordance(d.exit, d.entry, d.event, d.weight, column(d), d.bounds, d.late)
	c.Concordance = concordanceEstimate(share, se, pairs, d.n, level)
}

// column is the only covariate: the prediction itself, whatever sign its
// coefficient has here.
func column(d *coxData) []float64 { return d.x }

func (c *Calibration) brier(rows []Subject, chance []float64) error {
	// Who is censored at a time is so just after it.
	ends := make([]float64, 0, len(rows))
	for _, s := range rows {
		ends = append(ends, s.Exit)
	}
	slices.Sort(ends)
	gap := math.Inf(1)
	for i := 1; i < len(ends); i++ {
		if d := ends[i] - ends[i-1]; d > 0 {
			gap = min(gap, d)
		}
	}
	if math.IsInf(gap, 1) {
		gap = 1
	}
	censoring := make([]Subject, len(rows))
	for i, s := range rows {
		censoring[i] = Subject{Exit: s.Exit, Event: !s.Event, Weight: s.Weight}
		if !s.Event {
			censoring[i].Exit += gap / 2
		}
	}
	stay, err := KaplanMeier(slices.Values(censoring), Options{})
	if err != nil {
		return err
	}
	plain := make([]Subject, len(rows))
	for i, s := range rows {
		plain[i] = Subject{Exit: s.Exit, Event: s.Event, Weight: s.Weight}
	}
	km, err := KaplanMeier(slices.Values(plain), Options{})
	if err != nil {
		return err
	}
	reference := 1 - km.At(c.Time).S
	var sum, own, ref float64
	for i, s := range rows {
		was := 0.0
		var g float64
		switch {
		case s.Event && s.Exit <= c.Time:
			was = 1
			g = stay.before(s.Exit)
		case s.Exit >= c.Time: // censored at the very time: seen until it
			g = stay.At(c.Time).S
		default:
			continue // censored before: its weight is on the others
		}
		w := s.Weight / g
		sum += w
		own += float64(w * square(was-chance[i]))
		ref += float64(w * square(was-reference))
	}
	c.Brier, c.Reference, c.RSquared = math.NaN(), math.NaN(), math.NaN()
	if sum > 0 {
		c.Brier, c.Reference = own/sum, ref/sum
		if ref > 0 {
			c.RSquared = 1 - own/ref
		}
	}
	return nil
}

// before is S just before t.
func (c *Curve) before(t float64) float64 {
	i := sort.SearchFloat64s(c.line.time, t)
	if i == 0 {
		return 1
	}
	return c.surv[i-1]
}

func (c *Calibration) bins(rows []Subject, chance []float64, level float64) error {
	order := make([]int, len(rows))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return chance[order[a]] < chance[order[b]] })
	k := min(calibrationBins, len(rows))
	for b := range k {
		part := order[b*len(rows)/k : (b+1)*len(rows)/k]
		var bin CalibrationBin
		var in []Subject
		var weight float64
		for _, i := range part {
			w := rows[i].Weight
			weight += w
			bin.Predicted += float64(w * chance[i])
			in = append(in, Subject{Exit: rows[i].Exit, Event: rows[i].Event, Weight: w})
		}
		bin.Subjects = int64(len(part))
		bin.Predicted /= weight
		km, err := KaplanMeier(slices.Values(in), Options{Level: level, Interval: LogLog})
		if err != nil {
			return err
		}
		p := km.At(c.Time)
		bin.Observed, bin.Lo, bin.Hi = 1-p.S, 1-p.Hi, 1-p.Lo
		c.Bins = append(c.Bins, bin)
	}
	return nil
}

// String is the figures, and the bins as a table.
func (c *Calibration) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d subjects by time %v: concordance %.3f, slope %.3f (%.3f to %.3f), Brier %.4f (%.4f without covariates)",
		c.Subjects, c.Time, c.Concordance.Value, c.Slope.Value, c.Slope.Lo, c.Slope.Hi, c.Brier, c.Reference)
	for _, x := range c.Bins {
		fmt.Fprintf(&b, "\n%6d subjects: predicted %5.1f %%, observed %5.1f %% (%.1f to %.1f)", x.Subjects, 100*x.Predicted, 100*x.Observed, 100*x.Lo, 100*x.Hi)
	}
	return b.String()
}

// MarshalJSON writes the bin; what is undefined is null.
func (x CalibrationBin) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Subjects  int64  `json:"subjects"`
		Predicted number `json:"predicted"`
		Observed  number `json:"observed"`
		Lo        number `json:"lo"`
		Hi        number `json:"hi"`
	}{x.Subjects, number(x.Predicted), number(x.Observed), number(x.Lo), number(x.Hi)})
}

// MarshalJSON writes the figures; what is undefined is null.
func (c *Calibration) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Time        number           `json:"time"`
		Subjects    int64            `json:"subjects"`
		Concordance metrics.Estimate `json:"concordance"`
		Slope       metrics.Estimate `json:"slope"`
		Brier       number           `json:"brier"`
		Reference   number           `json:"reference"`
		RSquared    number           `json:"r_squared"`
		Bins        []CalibrationBin `json:"bins"`
	}{number(c.Time), c.Subjects, c.Concordance, c.Slope, number(c.Brier), number(c.Reference), number(c.RSquared), append([]CalibrationBin{}, c.Bins...)})
}
