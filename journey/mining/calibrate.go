package mining

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Bin is the predictions of about one probability beside what happened.
type Bin struct {
	From     float64       `json:"from"` // of the probability, To excluded but for 1
	To       float64       `json:"to"`
	N        int64         `json:"n"`    // predictions: one for each outcome of each step
	Mean     float64       `json:"mean"` // probability predicted
	Happened metrics.Ratio `json:"happened"`
}

// Calibration says how good predictions were on what came after they were made.
type Calibration struct {
	Split   time.Time `json:"split"`    // learnt before, tested from it on
	Learnt  int64     `json:"learnt"`   // steps
	Tested  int64     `json:"tested"`   // steps
	LogLoss float64   `json:"log_loss"` // mean of −ln P of what happened
	Brier   float64   `json:"brier"`    // mean of the sum of squares over all outcomes, 0 to 2
	// BaseLogLoss and BaseBrier are those of predicting, whatever came before, how
	// often each outcome comes.
	BaseLogLoss float64 `json:"base_log_loss"`
	BaseBrier   float64 `json:"base_brier"`
	// Hits is how often the likeliest outcome happened, BaseHits how often the most
	// frequent one did.
	Hits        metrics.Ratio `json:"hits"`
	BaseHits    metrics.Ratio `json:"base_hits"`
	Reliability []Bin         `json:"reliability"` // ten, by the probability predicted
}

// Better reports whether the model's log loss is below that of the base rate: if
// not, it knows nothing of use.
func (c *Calibration) Better() bool { return c.LogLoss < c.BaseLogLoss }

// Calibrate learns from what happened before split, as [Next] does, and tests
// what it would have said of every step from split on, with the whole of each
// journey until then known. That a journey is over is a step Idle after its last
// activity. Errors: as [Next]; a split that leaves nothing to test.
func Calibrate(log *touchpoint.Log, o NextOptions, split time.Time) (*Calibration, error) {
	if err := calendar.CheckTime(split); err != nil {
		return nil, refuse("split", split.Format(time.RFC3339), err.Error())
	}
	past := o
	if past.To.IsZero() || past.To.After(split) {
		past.To = split
	}
	m, err := Next(log, past)
	if err != nil {
		return nil, err
	}
	v, err := o.view(log)
	if err != nil {
		return nil, err
	}
	o, _ = o.checked() // Next has checked them
	t := tester{m: m, out: &Calibration{Split: split, Learnt: m.contexts.at[m.root].total}, base: m.distribution("", nil), end: v.end()}
	t.bins = make([]bin, 10)
	var buf []int32
	for k := range v.len() {
		c := v.at(k)
		if buf = v.of(c, buf[:0]); len(buf) > 0 {
			t.journey(v, c, buf, split.UnixNano(), uint64(o.Idle))
		}
	}
	if t.out.Tested == 0 {
		return nil, refuse("split", split.Format(time.RFC3339), "nothing comes after it")
	}
	return t.result(), nil
}

type bin struct {
	n, happened int64
	sum         float64
}

type tester struct {
	m              *NextModel
	out            *Calibration
	base           []float64
	end            int64
	bins           []bin
	hits, baseHits int64
}

func (t *tester) journey(v *view, c int, events []int32, split int64, idle uint64) {
	var ids []uint16
	for k, i := range events {
		at := v.cols.UnixNano[i]
		if k > 0 && at >= split {
			t.step(t.m.key(c), ids, v.cols.Name[i]+1)
		}
		ids = append(ids, v.cols.Name[i]+1)
	}
	last := v.cols.UnixNano[events[len(events)-1]]
	// That nothing comes is known after Idle; it was still to be said at split.
	if uint64(t.end)-uint64(last) > idle && (last >= split || uint64(split)-uint64(last) <= idle) {
		t.step(t.m.key(c), ids, 0)
	}
}

func (t *tester) step(persona string, ids []uint16, happened uint16) {
	p := t.m.distribution(persona, ids)
	t.out.Tested++
	t.out.LogLoss -= math.Log(p[happened])
	t.out.BaseLogLoss -= math.Log(t.base[happened])
	best, baseBest := 0, 0
	for i := range p {
		did := 0.0
		if i == int(happened) {
			did = 1
		}
		t.out.Brier += float64((p[i] - did) * (p[i] - did))
		t.out.BaseBrier += float64((t.base[i] - did) * (t.base[i] - did))
		b := &t.bins[min(int(p[i]*float64(len(t.bins))), len(t.bins)-1)]
		b.n++
		b.sum += p[i]
		b.happened += int64(did)
		if p[i] > p[best] {
			best = i
		}
		if t.base[i] > t.base[baseBest] {
			baseBest = i
		}
	}
	if best == int(happened) {
		t.hits++
	}
	if baseBest == int(happened) {
		t.baseHits++
	}
}

func (t *tester) result() *Calibration {
	out, n := t.out, float64(t.out.Tested)
	out.LogLoss, out.BaseLogLoss, out.Brier, out.BaseBrier = out.LogLoss/n, out.BaseLogLoss/n, out.Brier/n, out.BaseBrier/n
	out.Hits, out.BaseHits = metrics.NewCount(t.hits, out.Tested), metrics.NewCount(t.baseHits, out.Tested)
	for i, b := range t.bins {
		r := Bin{From: float64(i) / 10, To: float64(i+1) / 10, N: b.n, Happened: metrics.NewCount(b.happened, b.n)}
		if b.n > 0 {
			r.Mean = b.sum / float64(b.n)
		}
		out.Reliability = append(out.Reliability, r)
	}
	return out
}

// String is the verdict, both losses beside each other, and the reliability.
func (c *Calibration) String() string {
	var b strings.Builder
	verdict := "better than the base rate"
	if !c.Better() {
		verdict = "NO better than the base rate"
	}
	fmt.Fprintf(&b, "%d steps after %s: log loss %.4f (base %.4f), Brier %.4f (base %.4f), likeliest right %s (base %s): %s\n",
		c.Tested, c.Split.Format(time.DateOnly), c.LogLoss, c.BaseLogLoss, c.Brier, c.BaseBrier, c.Hits.Percent(1), c.BaseHits.Percent(1), verdict)
	for _, r := range c.Reliability {
		if r.N > 0 {
			fmt.Fprintf(&b, "said %.1f to %.1f: %.3f of %d, happened %s\n", r.From, r.To, r.Mean, r.N, r.Happened.Percent(1))
		}
	}
	return b.String()
}

// Rows are the bins of the reliability as cells of a table, titles first.
func (c *Calibration) Rows() [][]string {
	out := [][]string{{"from", "to", "n", "mean", "happened"}}
	for _, r := range c.Reliability {
		out = append(out, []string{
			strconv.FormatFloat(r.From, 'f', 1, 64), strconv.FormatFloat(r.To, 'f', 1, 64), fmt.Sprint(r.N), strconv.FormatFloat(r.Mean, 'f', 6, 64), r.Happened.Percent(2),
		})
	}
	return out
}

// MarshalJSON writes the chance with durations as text.
func (c Chance) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Activity string  `json:"activity"`
		P        float64 `json:"p"`
		Median   string  `json:"median,omitempty"`
		P90      string  `json:"p90,omitempty"`
	}{c.Activity, c.P, textOf(c.Median), textOf(c.P90)})
}

func textOf(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return d.String()
}
