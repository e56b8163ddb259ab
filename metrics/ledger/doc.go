// Package ledger turns changes of subscriptions into statements of recurring
// revenue: what a month opened with, what was won and lost, by whom and why.
//
// Three names come first: [New], [Ledger.Append], [Ledger.Statements].
//
//	l, err := ledger.New(ledger.Options{Currency: "EUR"})
//	err = l.Append(
//		ledger.Change{Customer: "acme", At: january, Amount: decimal.NewFromInt(49)},
//		ledger.Change{Customer: "acme", At: february, Amount: decimal.NewFromInt(99)},
//	)
//	months, err := l.Statements(calendar.MonthOf(january, nil), calendar.MonthOf(february, nil))
//	fmt.Println(months[1]) // 2026-02 EUR: 49 + 50 expansion = 99, 1 customers
//
// The data path:
//
//  1. A [Change] says what one subscription, or one item of it, charges from an
//     instant on. It is a level, so repeats are harmless and order does not
//     matter. Append and Load take changes in, late ones and corrections
//     included; [Ledger.Replace] says a whole subscription anew, which is how
//     live feeds speak.
//  2. A customer's MRR is the sum over their levels, a step function of time.
//     Each step is a movement: [NewBusiness], [Expansion], [Reactivation],
//     [Contraction] or [Churn]. The grain is the customer: a subscription that
//     ends while another lives is contraction. Who is Alive at zero stays a
//     customer: [Ledger.Heads] is the only place where heads are counted.
//  3. A [Statement] sums one calendar month's movements, or with
//     [Ledger.StatementOver] those of a quarter or a year. [Ledger.StatementsBy]
//     splits by a key of the customer, [Ledger.StatementsByPlan] by what is
//     bought, [Ledger.SumBy] by the cause or the size of movements, and
//     [Ledger.Movements] shows the customers behind each line.
//     [Ledger.Growth] says what expansion came from: plans, seats, other
//     products; [Ledger.Seats] counts seats, [Ledger.Accounts] ranks customers.
//  4. [Ledger.AsOf] is the same books as they were known earlier, and
//     [Ledger.Restatements] says which late change moved a closed month.
//  5. A [Cube] is the exact ground of statements: those of shards add up to the
//     whole, byte for byte.
//  6. Package metrics makes rates of statements, package cohort makes curves of
//     customers, see [Fold].
//
// # Exactness
//
// A charge counts as whole units of a fraction of its currency per year, in
// integers of up to 128 bits; what does not fit the common unit, or exceeds the
// bits, counts as a rational. So nothing that is valid is refused because of what
// else is in the books. Nothing is rounded until an amount leaves the ledger; then it is rounded once, to
// [Places]. Opening plus movements is closing in every statement, segments sum
// to the whole, and a closing is the next opening, to the last digit. Where
// amounts do not end within Places (100 a year is 8.333… a month) the lines of
// a bridge are rounded to neighbours that sum; the FX line of a segment, the
// only signed one, may then hold a few units of the last place that sum to zero
// over all segments.
//
// # Currencies
//
// Movements in other currencies are converted at the rate of their instant. What
// is left between two month ends, the revaluation of what did not move, is the
// FX line. Month ends are valued by the rates of their last instant. A missing
// rate is an error.
package ledger
