// Package cohort follows customers by the month they came: how many are still
// there, what they are worth now, and when they leave.
//
// The mental model is a triangle. A cohort is the customers whose first MRR
// above zero fell into one calendar month. Its age is 0 in that month, 1 in the
// next, and so on through the last month observed: the newest cohort has one
// age, the oldest has all. A curve reads along a cohort, a weighted average
// down an age.
//
// The data path:
//
//  1. [New] reads a ledger once, every customer's MRR at the end of each month,
//     into one accumulator per cohort and age, and gives a [Table].
//  2. [Table.Retention] follows one [Curve] of a cohort: Logo counts heads, NRR
//     and GRR money, each against the cohort at its start. LogoAbsorbing and
//     GRRAbsorbing never rise again: who left once stays left.
//  3. [Table.Weighted] averages an age over the cohorts that have reached it and
//     says how many those were, see [Coverage].
//  4. [Table.Tenure] is churn by month of tenure with a survival curve,
//     [Table.LayerCake] what each cohort is worth in each month.
//  5. [Snapshot] compares the customers of one month with themselves in another,
//     with no cohorts at all: trailing twelve-month NRR and GRR.
//  6. [Table.Merge] adds the table of other customers: shards by customer give
//     the table of all, byte for byte, and AppendBinary lets them travel.
//
// Three names come first: [New], [Table.Retention], [Table.Weighted].
//
//	t, err := cohort.New(l, cohort.Options{Through: lastMonth})
//	for _, c := range t.Cohorts() {
//		fmt.Println(c, t.Size(c), t.Retention(cohort.NRR, c, 12))
//	}
//	nrr, cover := t.Weighted(cohort.NRR, 12)
//	fmt.Println(nrr.Percent(1), "of", cover)
//
// # What has not happened yet
//
// The data ends somewhere, and what lies beyond is unknown, not zero. A ratio of
// an age that a cohort has not reached is undefined. Options.Through names the
// last month observed, and should be the last complete one: an export that ends
// every subscription on its own date, or scheduled ends that lie in the future,
// look like mass churn in the months after it.
//
// # Month ends
//
// Everything here is read from MRR at month ends, in the ledger's location and
// netting. A customer who leaves and returns between two month ends was there
// all the time; one who came and left inside a month is counted in the cohort's
// size and is gone at age 0. In a ledger of several currencies amounts are at
// the rates of their month ends, and a cohort's retention includes what the
// rates did.
//
// # Exactness
//
// Sums are formed in the ledger's exact units and rounded once, to
// ledger.Places, where they become the numerator or denominator of a ratio. The
// layers of a layer cake add up to the statement's closing, to the last digit.
package cohort
