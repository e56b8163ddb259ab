package lifecycle_test

import (
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The programs of README.md and of the package comment, word for word; that
// they are the same is tested in readme_test.go.

func Example_formulas() {
	eur := decimal.NewFromInt
	churn, err1 := metrics.ChurnRate(metrics.Customers{Opening: 200, New: 12, Churned: 8}, metrics.ChurnStandard)
	nrr, err2 := metrics.NRR(metrics.Revenue{Opening: eur(23550), Expansion: eur(900), Contraction: eur(150), Churn: eur(600)})
	cac, err3 := metrics.CAC(eur(9600), 12)
	ltv, err4 := metrics.LTV(metrics.LTVInput{ARPA: metrics.Amount(eur(125)), GrossMargin: decimal.New(8, -1), Churn: churn})
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		log.Fatal(err)
	}
	fmt.Println("churn", churn.Percent(2), "NRR", nrr.Percent(2))
	fmt.Printf("CAC %.2f LTV %.2f\n", cac, ltv)

	// Output:
	// churn 4.00% NRR 100.64%
	// CAC 800.00 LTV 2500.00
}

func Example() {
	jan := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
	feb := time.Date(2026, time.February, 10, 0, 0, 0, 0, time.UTC)

	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		log.Fatal(err)
	}
	err = books.Append(
		ledger.Change{Customer: "acme", At: jan, Amount: decimal.NewFromInt(100)},
		ledger.Change{Customer: "zeta", At: jan, Amount: decimal.NewFromInt(1200), Cycle: calendar.Cycle{Unit: calendar.UnitYear}},
		ledger.Change{Customer: "acme", At: feb, Amount: decimal.NewFromInt(140)}, // more seats
		ledger.Change{Customer: "zeta", At: feb},                                  // amount zero: it ends
	)
	if err != nil {
		log.Fatal(err)
	}
	st, err := books.Statement(calendar.NewMonth(2026, time.February))
	if err != nil {
		log.Fatal(err)
	}
	nrr, err := metrics.NRR(st.Revenue)
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("MRR", st.Revenue.Opening, "->", st.Revenue.Closing(), st.Currency)
	fmt.Println("NRR", nrr.Percent(2), "=", nrr.Num(), "/", nrr.Den())

	// Output:
	// MRR 200 -> 140 EUR
	// NRR 70.00% = 140 / 200
}

func Example_billing() {
	// A row of your subscription history: from At on, Cents are charged every Cycle.
	type row struct {
		Event, Account, Subscription string
		At                           time.Time
		Cents                        int64
		Currency                     money.Currency
		Cycle                        calendar.Cycle
	}
	march := func(day int) time.Time { return time.Date(2026, time.March, day, 9, 0, 0, 0, time.UTC) }
	monthly, yearly := calendar.Cycle{Unit: calendar.UnitMonth}, calendar.Cycle{Unit: calendar.UnitYear}
	rows := []row{
		{"ev_1", "acme", "sub_1", march(2), 4900, "EUR", monthly},
		{"ev_2", "acme", "sub_2", march(3), 12000, "EUR", yearly},
		{"ev_3", "acme", "sub_1", march(20), 0, "EUR", monthly}, // its paid service is over
	}

	change := func(r row) (ledger.Change, error) {
		amount, err := money.FromMinor(r.Cents, r.Currency)
		return ledger.Change{
			ID: r.Event, Customer: r.Account, Subscription: r.Subscription, At: r.At,
			Amount: amount, Currency: r.Currency, Cycle: r.Cycle,
		}, err
	}

	books, err := ledger.New(ledger.Options{Currency: "EUR"})
	if err != nil {
		log.Fatal(err)
	}
	err = books.Load(func(yield func(ledger.Change, error) bool) {
		for _, r := range rows {
			if !yield(change(r)) {
				return
			}
		}
	})
	if err != nil {
		log.Fatal(err) // names every bad row, and nothing was taken in
	}
	for m := range books.Movements(calendar.NewMonth(2026, time.March).Period(time.UTC)) {
		fmt.Println(m.At.Format(time.DateOnly), m.Customer, m.Kind, m.Amount, "now", m.After, m.IDs)
	}

	// Output:
	// 2026-03-02 acme new 49 now 49 [ev_1]
	// 2026-03-03 acme expansion 10 now 59 [ev_2]
	// 2026-03-20 acme contraction 49 now 10 [ev_3]
}
