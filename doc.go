// Package lifecycle models the life of a customer in four words:
//
//   - persona is who they are,
//   - touchpoint is what happened,
//   - journey is where they are,
//   - metrics is what it is worth.
//
// It is the front page of the library and holds no code: import the packages
// below it. Each can be used alone.
//
// # The way of the data
//
//  1. A billing system, or your own tables, says what each subscription
//     charges from an instant on: a ledger.Change, which is a level and not a
//     difference.
//  2. A ledger.Ledger takes changes in any order, late and repeated ones too,
//     and gives movements (new, expansion, contraction, churn, reactivation)
//     and one statement per month, exact to the last unit.
//  3. The formulas of package metrics turn a statement into rates (churn, GRR,
//     NRR, quick ratio, ARPA, LTV, CAC), each with its numerator and
//     denominator, and undefined where there is no base.
//  4. Whatever else happened to customers is a touchpoint.Event; a
//     touchpoint.Log holds many of them in columns, in a stable order.
//  5. A journey.Definition says which stages there are and what leads from one
//     to the next. It is checked once, then steps single customers, replays
//     whole logs, and drives live transitions.
//  6. The two streams meet by customer id, a plain string, and either can be
//     grouped by any function of it, a persona for instance.
//
// Facts are immutable values. Time and randomness are arguments, so equal
// inputs give equal outputs.
//
// # The shortest program
//
// Two customers in January; in February one pays more and the other leaves.
//
//	jan := time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
//	feb := time.Date(2026, time.February, 10, 0, 0, 0, 0, time.UTC)
//
//	books, err := ledger.New(ledger.Options{Currency: "EUR"})
//	if err != nil {
//		log.Fatal(err)
//	}
//	err = books.Append(
//		ledger.Change{Customer: "acme", At: jan, Amount: decimal.NewFromInt(100)},
//		ledger.Change{Customer: "zeta", At: jan, Amount: decimal.NewFromInt(1200), Cycle: calendar.Cycle{Unit: calendar.UnitYear}},
//		ledger.Change{Customer: "acme", At: feb, Amount: decimal.NewFromInt(140)}, // more seats
//		ledger.Change{Customer: "zeta", At: feb},                                  // amount zero: it ends
//	)
//	if err != nil {
//		log.Fatal(err)
//	}
//	st, err := books.Statement(calendar.NewMonth(2026, time.February))
//	if err != nil {
//		log.Fatal(err)
//	}
//	nrr, err := metrics.NRR(st.Revenue)
//	if err != nil {
//		log.Fatal(err)
//	}
//	fmt.Println("MRR", st.Revenue.Opening, "->", st.Revenue.Closing(), st.Currency)
//	fmt.Println("NRR", nrr.Percent(2), "=", nrr.Num(), "/", nrr.Den())
//
// prints
//
//	MRR 200 -> 140 EUR
//	NRR 70.00% = 140 / 200
package lifecycle
