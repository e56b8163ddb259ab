package survival

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strconv"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// maxCovariates bounds the columns of a model: its information is their square.
const maxCovariates = 500

// coxData are the rows of a model in order of stratum and exit, covariates
// centred and scaled, row by row.
type coxData struct {
	n, p          int
	x             []float64
	centre, scale []float64
	exit, entry   []float64 // entry nil: nobody entered late
	event         []bool
	weight        []float64
	offset        []float64
	row           []uint32 // place in the input
	stratum       []string
	bounds        []int      // rows of stratum i are bounds[i] to bounds[i+1]
	late          [][]uint32 // rows of each stratum that entered late, by entry
	cluster       []uint32   // by row; nil: none named
	clusters      int
	events        int
}

func gatherCox(subjects iter.Seq[Subject], names []string) (*coxData, error) {
	var d coxData
	var bad fault.Batch
	bad.Package, bad.Op = "survival", "Cox"
	var strata, clusters labels
	var x []float64
	var stratum, cluster []uint32
	n, anyEntry := 0, false
	for s := range subjects {
		if n == 0 {
			d.p = len(s.X)
			if d.p > maxCovariates {
				return nil, &fault.Error{Package: "survival", Op: "Cox", Field: "X", Value: strconv.Itoa(d.p), Limit: "want at most " + strconv.Itoa(maxCovariates) + " covariates", Err: ErrTooMany}
			}
			if len(names) > 0 && len(names) != d.p {
				return nil, &fault.Error{Package: "survival", Op: "Cox", Field: "Names", Value: strconv.Itoa(len(names)), Limit: "want one for each of the " + strconv.Itoa(d.p) + " covariates", Err: ErrOptions}
			}
		}
		if int64(n) >= maxSubjects {
			return nil, &fault.Error{Package: "survival", Op: "Cox", Field: "subjects", Limit: "want at most " + strconv.FormatInt(maxSubjects, 10), Err: ErrTooMany}
		}
		field, value, limit := s.bad()
		if field == "" && len(s.X) != d.p {
			field, value, limit = "X", float64(len(s.X)), "want "+strconv.Itoa(d.p)+" covariates as in the first row"
		}
		if field != "" {
			refuse(&bad, n, field, value, limit)
			n++
			continue
		}
		good := true
		for j, v := range s.X {
			if !(math.Abs(v) <= 1e100) {
				refuse(&bad, n, "X["+strconv.Itoa(j)+"]", v, "want a number of at most 1e100")
				good = false
			}
		}
		n++
		if !good {
			continue
		}
		if s.Weight == 0 {
			s.Weight = 1
		}
		if s.Event {
			d.events++
		}
		anyEntry = anyEntry || s.Entry > 0
		x = append(x, s.X...)
		d.exit, d.entry = append(d.exit, s.Exit), append(d.entry, s.Entry)
		d.event = append(d.event, s.Event)
		d.weight, d.offset = append(d.weight, s.Weight), append(d.offset, s.Offset)
		stratum, cluster = append(stratum, strata.of(s.Stratum)), append(cluster, clusters.of(s.Cluster))
	}
	switch err := bad.Err(); {
	case err != nil:
		return nil, err
	case n == 0:
		return nil, &fault.Error{Package: "survival", Op: "Cox", Field: "subjects", Limit: "want at least one", Err: ErrEmpty}
	case d.events == 0:
		return nil, fmt.Errorf("survival: cox: all %d subjects are censored: %w", n, ErrNoEvents)
	}
	d.n = n
	d.stratum = sorted(strata, stratum)
	if !anyEntry {
		d.entry = nil
	}
	if len(clusters.names) > 1 || clusters.names[0] != "" {
		d.cluster, d.clusters = cluster, len(clusters.names)
	}
	if err := d.standardise(x, names); err != nil {
		return nil, err
	}
	d.sort(x, stratum)
	return &d, nil
}

// standardise centres and scales x in place. Newton's method does not mind the
// scale of a covariate, but rounding does: a year of 2026 beside a share.
func (d *coxData) standardise(x []float64, names []string) error {
	d.centre, d.scale = make([]float64, d.p), make([]float64, d.p)
	var faults []error
	for j := range d.p {
		lo, hi := x[j], x[j]
		var mean, sum float64
		for i := range d.n {
			v := x[i*d.p+j]
			lo, hi = min(lo, v), max(hi, v)
			mean += (v - mean) / float64(i+1)
		}
		if lo == hi {
			faults = append(faults, &ColumnError{Name: nameOf(names, j), Column: j, Err: ErrConstant})
			continue
		}
		for i := range d.n {
			sum += math.Abs(x[i*d.p+j] - mean)
		}
		d.centre[j], d.scale[j] = mean, sum/float64(d.n)
		for i := range d.n {
			x[i*d.p+j] = (x[i*d.p+j] - mean) / d.scale[j]
		}
	}
	return errors.Join(faults...)
}

func nameOf(names []string, j int) string {
	if j < len(names) {
		return names[j]
	}
	return "x" + strconv.Itoa(j+1)
}

func (d *coxData) sort(x []float64, stratum []uint32) {
	order := byTime(d.exit)
	if len(d.stratum) > 1 {
		slices.SortStableFunc(order, func(a, b uint32) int { return cmp.Compare(stratum[a], stratum[b]) })
	}
	d.row = order
	d.x = make([]float64, len(x))
	exit, weight, offset := make([]float64, d.n), make([]float64, d.n), make([]float64, d.n)
	event := make([]bool, d.n)
	var entry []float64
	if d.entry != nil {
		entry = make([]float64, d.n)
	}
	for i, r := range order {
		copy(d.x[i*d.p:(i+1)*d.p], x[int(r)*d.p:])
		exit[i], weight[i], offset[i], event[i] = d.exit[r], d.weight[r], d.offset[r], d.event[r]
		if entry != nil {
			entry[i] = d.entry[r]
		}
		if i == 0 || stratum[r] != stratum[order[i-1]] {
			d.bounds = append(d.bounds, i)
		}
	}
	d.bounds = append(d.bounds, d.n)
	if d.cluster != nil {
		c := make([]uint32, d.n)
		for i, r := range order {
			c[i] = d.cluster[r]
		}
		d.cluster = c
	}
	d.exit, d.weight, d.offset, d.event, d.entry = exit, weight, offset, event, entry
	d.late = make([][]uint32, len(d.stratum))
	for s := range d.late {
		for i := d.bounds[s]; d.entry != nil && i < d.bounds[s+1]; i++ {
			if d.entry[i] > 0 {
				d.late[s] = append(d.late[s], uint32(i))
			}
		}
		slices.SortStableFunc(d.late[s], func(a, b uint32) int { return cmp.Compare(d.entry[a], d.entry[b]) })
	}
}

// instant is what a walk shows at one time with events.
type instant struct {
	stratum  int
	time     float64
	from, to int // rows that exit at this time
	deaths   int
	weight   float64 // of the deaths
	// Sums over those at risk of weight·risk times 1, x and x·xᵀ (lower half),
	// and the same over the deaths.
	s0, d0         float64
	s1, d1, s2, d2 []float64
	dx             []float64 // Σ weight·x over the deaths
	deta           float64   // Σ weight·eta over the deaths
}

// walk goes through the times with events of every stratum, latest first.
// risk is exp(eta - shift), with the shift of the stratum, so that no sum
// overflows. With second false, s2 and d2 stay 0.
func (d *coxData) walk(eta, risk []float64, second bool, visit func(*instant)) {
	p := d.p
	at := instant{s1: make([]float64, p), d1: make([]float64, p), s2: make([]float64, p*p), d2: make([]float64, p*p), dx: make([]float64, p)}
	for s := range d.stratum {
		at.stratum, at.s0 = s, 0
		clear(at.s1)
		clear(at.s2)
		late, heads := d.late[s], 0
		var gone []bool // of those who entered late, whom the walk has passed
		if len(late) > 0 {
			gone = make([]bool, d.bounds[s+1]-d.bounds[s])
		}
		peak, spare := 0.0, 32*len(gone)
		for to := d.bounds[s+1]; to > d.bounds[s]; {
			from := to - 1
			for from > d.bounds[s] && d.exit[from-1] == d.exit[from] {
				from--
			}
			at.time, at.from, at.to = d.exit[from], from, to
			at.deaths, at.weight, at.d0, at.deta = 0, 0, 0, 0
			for i := to - 1; i >= from; i-- {
				w := d.weight[i] * risk[i]
				x := d.x[i*p : i*p+p]
				at.s0 += w
				accumulate(at.s1, at.s2, x, w, second)
				heads++
				if !d.event[i] {
					continue
				}
				if at.deaths == 0 {
					clear(at.d1)
					clear(at.d2)
					clear(at.dx)
				}
				at.deaths++
				at.weight += d.weight[i]
				at.d0 += w
				at.deta += float64(d.weight[i] * eta[i])
				accumulate(at.d1, at.d2, x, w, second)
				for j, v := range x {
					at.dx[j] += float64(d.weight[i] * v)
				}
			}
			before := at.s0
			for len(late) > 0 && d.entry[late[len(late)-1]] >= at.time {
				i := int(late[len(late)-1])
				late = late[:len(late)-1]
				gone[i-d.bounds[s]] = true
				if heads--; heads == 0 { // nobody left: drop what rounding left
					at.s0 = 0
					clear(at.s1)
					clear(at.s2)
					continue
				}
				w := -d.weight[i] * risk[i]
				at.s0 += w
				accumulate(at.s1, at.s2, d.x[i*p:i*p+p], w, second)
			}
			// Who leaves may have weighed so much that what is left is rounding.
			if peak = max(peak, before); at.s0 < 1e-3*peak && spare > 0 {
				spare -= d.bounds[s+1] - from
				d.atRisk(&at, gone, risk, second)
				peak = at.s0
			}
			if at.deaths > 0 {
				visit(&at)
			}
			to = from
		}
	}
}

// atRisk sums anew over those at risk.
func (d *coxData) atRisk(at *instant, gone []bool, risk []float64, second bool) {
	p, begin := d.p, d.bounds[at.stratum]
	at.s0 = 0
	clear(at.s1)
	clear(at.s2)
	for i := d.bounds[at.stratum+1] - 1; i >= at.from; i-- {
		if gone[i-begin] {
			continue
		}
		w := d.weight[i] * risk[i]
		at.s0 += w
		accumulate(at.s1, at.s2, d.x[i*p:i*p+p], w, second)
	}
}

func accumulate(s1, s2, x []float64, w float64, second bool) {
	p := len(x)
	for j, v := range x {
		wv := w * v
		s1[j] += wv
		if !second {
			continue
		}
		row := s2[j*p : j*p+j+1]
		for k := range row {
			row[k] += float64(wv * x[k])
		}
	}
}

// ties are the sums over the deaths of one time that a partial likelihood
// needs: with f the share of the deaths' risk taken off the denominator, each
// the mean over the deaths times their weight.
type ties struct {
	logs          float64 // ln den
	h0, h1        float64 // 1/den, f/den
	q0, q1, q2    float64 // 1/den², f/den², f²/den²
	mean0, mean1  float64 // as h0 and h1, each death counting 1 in all
	partial0      float64 // (1-f)/den
	part00, part1 float64 // (1-f)/den², (1-f)·f/den²
}

func (at *instant) ties(t Ties) ties {
	var out ties
	each := at.weight / float64(at.deaths)
	for k := range at.deaths {
		f := 0.0
		if t == Efron {
			f = float64(k) / float64(at.deaths)
		}
		den := at.s0 - float64(f*at.d0)
		inv := 1 / den
		out.logs += each * math.Log(den)
		out.h0 += each * inv
		out.h1 += float64(each*f) * inv
		out.q0 += float64(each*inv) * inv
		out.q1 += float64(each*f*inv) * inv
		out.q2 += float64(each*f*f*inv) * inv
		out.partial0 += float64(each*(1-f)) * inv
		out.part00 += float64(each*(1-f)*inv) * inv
		out.part1 += float64(each*(1-f)*f*inv) * inv
		if t == Breslow { // all terms are alike
			m := float64(at.deaths)
			return ties{m * out.logs, m * out.h0, 0, m * out.q0, 0, 0, inv, 0, m * out.partial0, m * out.part00, 0}
		}
	}
	out.mean0, out.mean1 = out.h0/at.weight, out.h1/at.weight
	return out
}
