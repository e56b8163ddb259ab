// Package policy decides what billing records are worth: under a Policy that
// states every rule on which vendors disagree, it turns them into changes of a
// ledger, and explains the difference between two dashboards customer by
// customer.
//
//	reading, err := policy.Read(spans, policy.ChartMogul(), policy.Options{Currency: "EUR"})
//	if err != nil {
//		log.Fatal(err)
//	}
//	for _, f := range reading.Faults() {
//		fmt.Println(f) // records that could not be read and count nothing
//	}
//	books, err := reading.Books()
//	st, err := books.Statement(calendar.NewMonth(2026, time.March))
//	fmt.Println(st.Revenue.Closing(), st.ChurnRate.Percent(2))
//
// The data path:
//
//  1. A [Policy] says what counts, how much and when. The zero Policy is
//     [Standard]; [ChartMogul], [Stripe] and the other presets follow what their
//     vendors publish and list what they do not. String says all of it.
//  2. [Read] brings records and policy together. Its [Reading] yields Changes for
//     a ledger.Ledger, committed and trial MRR as series of their own, and
//     findings. [Stream] does the same for more spans than fit into memory.
//  3. [Reading.Books] is the ledger with the rules a ledger does not know (free
//     customers, the churn rate): Statement is a month, Churn any window.
//  4. A [Feed] keeps books live: billing.Records one at a time, in any order,
//     repeated, late, withdrawn. After each the books are what a rebuild gives;
//     Observe lets time pass.
//  5. [Reconcile] explains one month under two policies: for MRR, every movement
//     and the churn rate, which customer, which subscription, which rule and
//     how much, in lines that sum to the difference exactly.
//
// # Exactness
//
// Amounts are decimals and fractions of them; nothing is rounded unless the
// policy says so. A charge whose month is no decimal (100 a year) reaches the
// ledger as an amount per whole months; so does one by the week or the day under
// a factor of a vendor, such as 4.33. The rare one that has no such form within
// 12 places and 1200 months is rounded to 12 places, with a finding.
//
// # Faults
//
// A record that cannot be read counts nothing and is a finding of severity
// Fault; all others count. Whoever must not publish a number with faults asks
// [Reading.Faults] first.
package policy
