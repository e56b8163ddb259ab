package forecast

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
)

// singly walks everybody of a path one by one, newcomers too.
func (w *walker) singly(in *ingredients, r *roster) record {
	none := *in
	none.firsts = nil
	w.run(&none, r) // the roster holds no crowds
	w.in = in
	if len(in.firsts) == 0 {
		return w.rec
	}
	for m := 1; m <= w.horizon; m++ {
		draw := newStream(base(in.key, kindCount), m)
		u := draw.uniform()
		for i := range count(in.expect[m], in.phi, u, draw.uniform()) {
			s := newStream(base(in.key, kindNew+m), i)
			u, v := s.pair()
			level := scaled(in.firsts[below(s.uniform(), len(in.firsts))], in.price)
			w.rec[m][lineNew] += level
			w.rec[m][lineNewHeads]++
			w.live(&life{level: level, at: m, cohort: -1}, &s, u, v)
		}
	}
	return w.rec
}

// What is added up for a crowd is what its members do one by one, number for
// number.
func TestLaw_CrowdsAreTheirMembers(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		horizon := rapid.SampledFrom([]int{1, 2, 3, 6, 24, maxHorizon}).Draw(t, "horizon")
		history0 := rapid.IntRange(1, 8).Draw(t, "tenures")
		h := &history{}
		amount := rapid.SampledFrom([]int64{1, 2, 99, 100, 2500, 2501, 40_000, maxMinor})
		for range rapid.IntRange(0, 60).Draw(t, "live") {
			since := rapid.IntRange(0, history0-1).Draw(t, "since")
			cohort := rapid.IntRange(0, history0-1-since).Draw(t, "cohort")
			h.live = append(h.live, standing{level: amount.Draw(t, "level"), since: int32(since), cohort: int32(cohort)})
		}
		for range rapid.IntRange(0, 5).Draw(t, "gone") {
			h.gone = append(h.gone, standing{level: amount.Draw(t, "gone"), since: int32(rapid.IntRange(0, maxAbsent+2).Draw(t, "away"))})
		}
		rate := rapid.SampledFrom([]float64{0, 0.001, 0.05, 0.3, 0.9, 1})
		fall := func(n int, name string) *decline {
			rates := make([]float64, n+1)
			for k := range rates {
				rates[k] = rate.Draw(t, name)
			}
			return newDecline(survivalOf(rates, 0))
		}
		move := rapid.SampledFrom([]float64{0, 0.02, 0.5, 0.99}).Draw(t, "move")
		still := make([]float64, horizon+1)
		for k := range still {
			still[k] = 1
			if k > 0 {
				still[k] = still[k-1] * (1 - move)
			}
		}
		in := &ingredients{
			key:  rapid.Uint64().Draw(t, "key"),
			surv: fall(history0+horizon-rapid.IntRange(0, min(3, horizon)).Draw(t, "unknown months"), "leave"), still: newDecline(still),
			factors: [][]float64{{1.5, 0.5, 1e-9, 1.1}, {1.2, 0.7, 1e9}}, bands: []int64{2500},
			firsts: []int64{1, 900, 70_000}, expect: make([]float64, horizon+1), phi: 1, price: rapid.SampledFrom([]float64{1, 1, 1.1, 0.5}).Draw(t, "price"),
		}
		nobody := make([]float64, maxAbsent+1)
		for k := range nobody {
			nobody[k] = 1
		}
		if in.absent = newDecline(nobody); rapid.Bool().Draw(t, "returns") {
			in.absent = fall(maxAbsent, "return")
		}
		for m := range in.expect {
			in.expect[m] = rapid.SampledFrom([]float64{0, 0.5, 6, 700}).Draw(t, "expected")
			if horizon > 6 {
				in.expect[m] /= 10
			}
		}
		if rapid.IntRange(0, 5).Draw(t, "nobody new") == 0 {
			in.firsts = nil
			met["nobody new"]++
		}
		terms := map[int]term{}
		for i := range h.live {
			if rapid.IntRange(0, 9).Draw(t, "contract") == 0 {
				terms[i] = term{rapid.IntRange(1, horizon+1).Draw(t, "until"), rapid.Bool().Draw(t, "ends")}
				met["contract"]++
			}
		}
		walk := func(least int, way func(*walker, *ingredients, *roster) record) (record, [][]int64, *roster) {
			w := &walker{horizon: horizon, today: make([][]int64, history0)}
			for c := range w.today {
				w.today[c] = make([]int64, quarter+1)
			}
			r := h.roster(terms, least)
			w.run(in, r) // what a walker did before leaves no trace
			for c := range w.today {
				clear(w.today[c])
			}
			return way(w, in, r), w.today, r
		}
		want, wantToday, _ := walk(len(h.live)+1, (*walker).singly)
		least := rapid.IntRange(1, 12).Draw(t, "least")
		got, today, who := walk(least, (*walker).run)
		assert.Equal(t, want, got)
		assert.Equal(t, wantToday, today)

		inCrowds := 0
		for _, c := range who.crowds {
			inCrowds += len(c.at)
		}
		assert.Equal(t, len(h.live), inCrowds+len(who.alone))
		changed := in.price != 1
		for name, yes := range map[string]bool{
			"crowds and alone": inCrowds > 0 && len(who.alone) > 0, "tenure of two cohorts": len(who.crowds) > 1 && who.crowds[0].since == who.crowds[1].since,
			"price": changed && inCrowds > 0, "returns": inCrowds > 0 && in.absent.share[maxAbsent] < 1, "price and returns": changed && in.absent.share[maxAbsent] < 1,
			"all leave": in.surv.share[1] == 0, "more than a block": in.expect[1] > block && len(in.firsts) > 0, "somebody moved": move > 0 && inCrowds > 0,
			"a return in a crowd's path": got[horizon][lineReactivatedHeads] > 0,
		} {
			if yes {
				met[name]++
			}
		}
	}, met.Need("nobody new", "contract", "crowds and alone", "tenure of two cohorts", "price", "returns", "price and returns", "all leave", "more than a block", "somebody moved", "a return in a crowd's path"))
}

// The table says of every number what the decline says of it.
func TestLaw_FatesAreTheDecline(t *testing.T) {
	t.Parallel()
	met := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		rates := make([]float64, rapid.IntRange(1, 40).Draw(t, "months"))
		for k := range rates {
			rates[k] = rapid.SampledFrom([]float64{0, 0, 1e-10, 1e-4, 0.03, 0.5, 1}).Draw(t, "rate")
		}
		d := newDecline(survivalOf(rates, 0))
		if rapid.IntRange(0, 3).Draw(t, "edges") == 0 {
			// Shares that end just before, at and after the ends of bins.
			share := []float64{1}
			for bin := 1<<guideBits - 1; bin > 0; bin -= rapid.IntRange(1, 300).Draw(t, "bins") {
				share = append(share, float64(int64(bin)<<(32-guideBits)+rapid.Int64Range(-2, 1).Draw(t, "off"))*0x1p-32)
			}
			d, rates = newDecline(share), rates[:1]
			met["edges of bins"]++
		}
		horizon := rapid.IntRange(1, maxHorizon).Draw(t, "horizon")
		from := rapid.IntRange(0, len(rates)).Draw(t, "from")
		var f fates
		f.fill(d, from, horizon)
		numbers := []uint32{0, 1, 1<<32 - 2, 1<<32 - 1, rapid.Uint32().Draw(t, "number")}
		for k := 1; k <= horizon; k++ {
			for _, by := range []uint64{0, 1, 2} { // on both sides of each border
				numbers = append(numbers, uint32(f.over[k]-1+by-1))
			}
		}
		for _, n := range numbers {
			want := -1
			if from < len(d.share) {
				want = d.first(from, from+horizon, uniform32(n)*d.share[from])
			}
			if want < 0 {
				want = from + horizon + 1
				met["beyond"]++
			}
			assert.Equal(t, want-from, int(f.month(n)), "%d of %v", n, f.over[:horizon+2])
		}
		switch {
		case from == len(d.share):
			met["older than all that is known"]++
		case d.share[from] == 0:
			met["nobody left"]++
		case from+horizon >= len(d.share):
			met["beyond what is known"]++
		}
	}, met.Need("edges of bins", "beyond", "older than all that is known", "nobody left", "beyond what is known"))
}
