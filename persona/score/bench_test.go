package score_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/lifecycle-go/lifecycle/persona/score"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

func BenchmarkScores_1M(b *testing.B) {
	names := []string{"visit", "sign_up", "activated", "invoice_paid", "upgraded"}
	log, err := touchpoint.NewLog(func(yield func(touchpoint.Event) bool) {
		for i := range 1_000_000 {
			e := touchpoint.Event{Customer: strconv.Itoa(i / 10), Name: names[i*7919%len(names)], At: at("2025-01-01").Add(time.Duration(i%10) * time.Hour)}
			if !yield(e) {
				return
			}
		}
	})
	if err != nil {
		b.Fatal(err)
	}
	s, err := score.Engagement{
		HalfLife: 14 * 24 * time.Hour,
		Weights:  []score.Weight{{Event: "visit", Points: 1}, {Event: "activated", Points: 20}, {Event: "upgraded", Points: 30}},
	}.Scorer(log)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		all, err := s.Scores(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
		if err != nil {
			b.Fatal(err)
		}
		for range all {
		}
	}
}
