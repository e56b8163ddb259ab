package journey_test

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/journey"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// bigLog has ten events for each of n customers, drawn at random from the
// triggers of the lifecycle definition, so that most are refused: the hardest
// case for a branch predictor.
var bigLog = sync.OnceValue(func() *touchpoint.Log { return randomLog(1_000_000, 10) })

func randomLog(customers, each int) *touchpoint.Log {
	rng := rand.New(rand.NewPCG(1, 2))
	names := []string{
		"sign_up", "start_trial", "convert", "expire", "cancel", "upgrade", "pay_fail",
		"pause", "downgrade", "pay_ok", "resume", "win_back",
	}
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for c := range customers {
			at := day0.Add(time.Duration(rng.IntN(1000)) * time.Hour)
			id := strconv.Itoa(10_000_000 + c)
			for range each {
				at = at.Add(time.Duration(1 + rng.Int64N(1_000_000_000_000)))
				if !yield(touchpoint.Event{Customer: id, Name: names[rng.IntN(len(names))], At: at}) {
					return
				}
			}
		}
	})
	if err != nil {
		panic(err)
	}
	return log
}

// BenchmarkReplay_Log10M: the budget is 60 ms for 10,000,000 events of
// 1,000,000 customers from a columnar log.
func BenchmarkReplay_Log10M(b *testing.B) {
	d := lifecycle(b)
	log := bigLog()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.ReplayLog(log, nil, journey.ReplayOptions{Goroutines: 2}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(log.Len()), "ns/event")
}
