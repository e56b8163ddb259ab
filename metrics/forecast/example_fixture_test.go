package forecast_test

import (
	"fmt"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/forecast"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// company are the books of a company to which three customers come a month;
// every fifth stays for four months, and every fourth pays more after six.
func company() *ledger.Ledger {
	books := must(ledger.New(ledger.Options{Currency: "EUR"}))
	start := calendar.NewMonth(2024, time.January)
	for i := range 72 {
		id := fmt.Sprintf("c%02d", i)
		came := start.Add(i / 3)
		changes := []ledger.Change{{Customer: id, At: came.Start(time.UTC), Amount: decimal.NewFromInt(int64(100 + 10*(i%7)))}}
		switch {
		case i%5 == 0 && i < 60:
			changes = append(changes, ledger.Change{Customer: id, At: came.Add(4).Start(time.UTC)})
		case i%4 == 0 && i < 54:
			changes = append(changes, ledger.Change{Customer: id, At: came.Add(6).Start(time.UTC), Amount: decimal.NewFromInt(int64(150 + 10*(i%7)))})
		}
		if err := books.Append(changes...); err != nil {
			panic(err)
		}
	}
	return books
}

// outlook is the company's next half year, in 500 futures, as it is and with
// two plans.
func outlook() *forecast.Projection {
	return must(forecast.Books(company(), forecast.Options{
		Horizon: 6, Paths: 500, Seed: 1,
		Scenarios: []forecast.Scenario{{Name: "a tenth dearer", PriceRise: 0.1}, {Name: "no marketing", SignUps: -1}},
	}))
}

// must gives the value of a call that cannot fail in an example.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
