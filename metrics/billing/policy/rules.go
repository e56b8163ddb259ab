package policy

import (
	"database/sql/driver"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Rule names one rule of a Policy: one question on which vendors disagree. The
// zero Rule is none.
//
// The order of the constants is the order in which Reconcile switches rules
// from one policy to the other: first which records count, then what they are
// worth, then when, then in which currency, and at last how differences are
// named and counted.
type Rule uint8

// The rules, in the order Reconcile switches them.
const (
	RuleSource Rule = iota + 1
	RuleScaling
	RuleCredits
	RuleFirstInvoice
	RuleLapse
	RuleTest
	RuleTrials
	RulePastDue
	RuleUnpaid
	RulePaused
	RuleCollectionPaused
	RuleMetered
	RuleDiscounts
	RuleTax
	RuleWeekFactor
	RuleDayFactor
	RuleRounding
	RuleChurnDate
	RuleCommitted
	RuleRateDate
	RuleLocation
	RuleNet
	RuleCoalesce
	RuleReactivation
	RuleFree
	RuleSameMonth
	RuleChurnCount
	RuleChurnRate
	// RuleLastPlace is no rule of a policy: it names what rounding two totals
	// to the 12th place leaves of their difference.
	RuleLastPlace

	rulesEnd
)

var ruleNames = enum.New[Rule]("policy", "Rule", "", "source", "scaling", "credits", "first-invoice", "lapse", "test-mode", "trials", "past-due", "unpaid", "paused", "collection-paused", "metered", "discounts", "tax", "week-factor", "day-factor", "rounding", "churn-date", "committed", "rate-date", "time-zone", "netting", "coalescing", "reactivation", "free", "same-month", "churn-count", "churn-rate", "last-place")

// String is the name that MarshalText writes; "Rule(99)" for a value that is
// none.
func (r Rule) String() string { return ruleNames.String(r) }

// MarshalText writes the name.
func (r Rule) MarshalText() ([]byte, error) { return ruleNames.Marshal(r) }

// UnmarshalText reads what MarshalText writes.
func (r *Rule) UnmarshalText(name []byte) error { return ruleNames.Unmarshal(r, name) }

// Value is the name, for a column of text.
func (r Rule) Value() (driver.Value, error) { return ruleNames.Value(r) }

// Scan reads a name from a column of text; NULL is the zero Rule.
func (r *Rule) Scan(src any) error { return ruleNames.Scan(r, src) }

// Rules are all rules of a policy in their order.
func Rules() []Rule {
	out := make([]Rule, 0, RuleLastPlace-RuleSource)
	for r := RuleSource; r < RuleLastPlace; r++ {
		out = append(out, r)
	}
	return out
}

// rule is what the machinery knows of one Rule.
type rule struct {
	// set gives to the rule of from; same compares it.
	set  func(to, from *Policy)
	same func(a, b *Policy) bool
	// words says it.
	words func(p *Policy) string
	// moves and counts say whether it is the ledger, or only what is made of
	// the ledger's movements, that reads the rule: then no step changes.
	moves, counts bool
}

// field makes the common rule: one comparable field.
func field[T comparable](of func(*Policy) *T, words func(T) string) rule {
	return rule{
		set:   func(to, from *Policy) { *of(to) = *of(from) },
		same:  func(a, b *Policy) bool { return *of(a) == *of(b) },
		words: func(p *Policy) string { return words(*of(p)) },
	}
}

// yes words a rule of two values.
func yes(on, off string) func(bool) string {
	return func(v bool) string {
		if v {
			return on
		}
		return off
	}
}

// pick words a rule of several, by its value.
func pick[T ~uint8](words ...string) func(T) string {
	names := enum.New[T]("policy", "value", words...)
	return names.String
}

// moving and counting mark rules that only the ledger, and only what is made of
// its movements, read.
func (r rule) moving() rule   { r.moves = true; return r }
func (r rule) counting() rule { r.counts = true; return r }

// rule returns what the machinery knows of r.
func (r Rule) rule() rule { return ruleTable[r] }

var ruleTable = [rulesEnd]rule{
	RuleSource: field(func(p *Policy) *Source { return &p.Source }, pick[Source](
		"agreed prices", "recurring invoice lines over their service periods")),
	RuleScaling: field(func(p *Policy) *Scaling { return &p.Scaling }, pick[Scaling](
		"invoice lines as billed, divided by the months of their cycle",
		"invoice lines divided by the months of their cycle, prorated ones scaled up to it first",
		"invoice lines by the days of their service period")),
	RuleCredits: field(func(p *Policy) *bool { return &p.SubtractCredits }, yes(
		"credits and refunds lower the service period they name", "credits and refunds do not count")),
	RuleFirstInvoice: field(func(p *Policy) *bool { return &p.AwaitFirstPayment }, yes("a subscription counts nothing until its first invoice is paid", "a first invoice counts as any other")),
	RuleLapse: {
		set:  func(to, from *Policy) { to.Lapse = from.Lapse },
		same: func(a, b *Policy) bool { return a.Lapse.canonical() == b.Lapse.canonical() },
		words: func(p *Policy) string {
			switch p.Lapse.Rule {
			case LapseUntilEnd:
				return "what was invoiced last counts until the next invoice or the end"
			case LapseAfterDays:
				return fmt.Sprintf("what was invoiced last counts for %d days more", p.Lapse.Days)
			default:
				return "what was invoiced counts until its period ends"
			}
		},
	},
	RuleTest: field(func(p *Policy) *bool { return &p.CountTest }, yes(
		"sandbox records count", "sandbox records do not count")),
	RuleTrials: field(func(p *Policy) *TrialRule { return &p.Trials }, pick[TrialRule](
		"count nothing", "count what they would charge",
		"count from the start of the month in which they convert")),
	RulePastDue: {
		set:  func(to, from *Policy) { to.PastDue = from.PastDue },
		same: func(a, b *Policy) bool { return a.PastDue.canonical() == b.PastDue.canonical() },
		words: func(p *Policy) string {
			switch {
			case !p.PastDue.Drop:
				return "counts until the billing system ends it"
			case p.PastDue.AfterDays == 0:
				return "counts nothing"
			}
			return fmt.Sprintf("counts for %d days, then nothing", p.PastDue.AfterDays)
		},
	},
	RuleUnpaid:           field(func(p *Policy) *bool { return &p.CountUnpaid }, yes("counts", "counts nothing")),
	RulePaused:           field(func(p *Policy) *bool { return &p.CountPaused }, yes("counts", "counts nothing")),
	RuleCollectionPaused: field(func(p *Policy) *bool { return &p.DropCollectionPaused }, yes("counts nothing", "counts")),
	RuleMetered: {
		set: func(to, from *Policy) { to.Metered, to.MeteredPeriods = from.Metered, from.MeteredPeriods },
		same: func(a, b *Policy) bool {
			return a.Metered == b.Metered && (a.Metered != MeteredTrailing || a.meteredPeriods() == b.meteredPeriods())
		},
		words: func(p *Policy) string {
			if p.Metered == MeteredTrailing {
				return fmt.Sprintf("usage counts as the mean of the %d periods before", p.meteredPeriods())
			}
			return pick[MeteredRule]("usage counts nothing", "usage counts its guaranteed minimum",
				"usage counts in the period it was used", "")(p.Metered)
		},
	},
	RuleDiscounts: field(func(p *Policy) *DiscountRule { return &p.Discounts }, pick[DiscountRule](
		"all but one-time ones are subtracted, items before subscriptions, not below zero",
		"none are subtracted",
		"only those without end are subtracted, items before subscriptions, not below zero",
		"all are subtracted, items before subscriptions, not below zero",
		"those the source marks are subtracted, items before subscriptions, not below zero")),
	RuleTax: field(func(p *Policy) *bool { return &p.IncludeTax }, yes("included", "excluded")),
	RuleWeekFactor: {
		set: func(to, from *Policy) { to.WeekFactor = from.WeekFactor },
		same: func(a, b *Policy) bool {
			return a.WeekFactor.canonical(standardWeek) == b.WeekFactor.canonical(standardWeek)
		},
		words: func(p *Policy) string { return factorWords(p.WeekFactor, standardWeek, "weekly", "52/12") },
	},
	RuleDayFactor: {
		set: func(to, from *Policy) { to.DayFactor = from.DayFactor },
		same: func(a, b *Policy) bool {
			return a.DayFactor.canonical(standardDay) == b.DayFactor.canonical(standardDay)
		},
		words: func(p *Policy) string { return factorWords(p.DayFactor, standardDay, "daily", "365/12") },
	},
	RuleRounding: {
		set:  func(to, from *Policy) { to.Rounding = from.Rounding },
		same: func(a, b *Policy) bool { return a.Rounding.canonical() == b.Rounding.canonical() },
		words: func(p *Policy) string {
			switch r := p.Rounding; r.Scope {
			case RoundSubscriptions:
				return fmt.Sprintf("each subscription's month to %d places, %s", r.Places, r.Mode)
			case RoundItems:
				return fmt.Sprintf("each item's month to %d places, %s", r.Places, r.Mode)
			default:
				return "none; results once, to 12 places"
			}
		},
	},
	RuleChurnDate: field(func(p *Policy) *ChurnDate { return &p.ChurnDate }, pick[ChurnDate](
		"at the end of paid service", "when the billing system ends the subscription", "when the customer asks")),
	RuleCommitted: field(func(p *Policy) *CommittedRule { return &p.Committed }, pick[CommittedRule](
		"committed MRR ends when the end is asked for", "committed MRR leaves out whatever has a scheduled end")).counting(),
	RuleRateDate: rule{
		set:  func(to, from *Policy) { to.RateDate, to.RateAt = from.RateDate, from.RateAt },
		same: func(a, b *Policy) bool { return a.RateDate == b.RateDate && a.RateAt.Equal(b.RateAt) },
		words: func(p *Policy) string {
			if p.RateDate == RateFixed {
				return "all amounts at the rates of " + p.RateAt.UTC().Format(time.RFC3339)
			}
			return pick[RateDate]("movements at the rate of their instant, month ends at theirs, the rest is FX",
				"all amounts at the rates of the month's last instant",
				"each span at the rate of its beginning, for good", "")(p.RateDate)
		},
	}.moving(),
	RuleLocation: rule{
		set:   func(to, from *Policy) { to.Location = from.Location },
		same:  func(a, b *Policy) bool { return a.location().String() == b.location().String() },
		words: func(p *Policy) string { return "months of " + p.location().String() },
	}.moving(),
	RuleNet: field(func(p *Policy) *ledger.Net { return &p.Net }, func(n ledger.Net) string {
		return pick[ledger.Net]("one movement of what a customer changes at one instant",
			"one movement per customer and month, between month ends")(n)
	}).moving(),
	RuleCoalesce: rule{
		set:  func(to, from *Policy) { to.Coalesce = from.Coalesce },
		same: func(a, b *Policy) bool { return a.Coalesce == b.Coalesce },
		words: func(p *Policy) string {
			switch {
			case p.Coalesce == 0:
				return "none"
			case p.Net == ledger.PerMonth:
				return "movements within " + p.Coalesce.String() + " would be one, were they not netted by month"
			}
			return "movements within " + p.Coalesce.String() + " of a first one are one"
		},
	}.moving(),
	RuleReactivation: rule{
		set:  func(to, from *Policy) { to.MinGap, to.MaxGap = from.MinGap, from.MaxGap },
		same: func(a, b *Policy) bool { return a.MinGap == b.MinGap && a.MaxGap == b.MaxGap },
		words: func(p *Policy) string {
			s := "any return"
			if p.MinGap > 0 {
				s = "a return after " + days(p.MinGap) + " or more"
			}
			if p.MaxGap > 0 {
				s += ", up to " + days(p.MaxGap) + "; later it is new business"
			}
			return s
		},
	}.moving(),
	RuleFree: field(func(p *Policy) *FreeRule { return &p.Free }, pick[FreeRule](
		"going to zero is churn, whatever goes on for free",
		"going to zero with a subscription alive is contraction; the customer stays")),
	RuleSameMonth:  field(func(p *Policy) *bool { return &p.IgnoreSameMonth }, yes("not shown at all", "both movements shown")).counting(),
	RuleChurnCount: field(func(p *Policy) *bool { return &p.CountRequests }, yes("counts requests to end", "counts ends")).counting(),
	RuleChurnRate: field(func(p *Policy) *metrics.ChurnRule { return &p.ChurnRule }, pick[metrics.ChurnRule](
		"(churned − new and churned − churned and returned) / customers at the start",
		"churned / (customers at the start + new)",
		"churned / customers at the start")).counting(),
}

func factorWords(f, def Factor, charges, text string) string {
	switch f = f.or(def); {
	case f.Times == 0:
		return charges + " charges count nothing"
	case f == def:
		return charges + " charges × " + text
	default:
		return charges + " charges × " + f.String()
	}
}

// days words a duration in whole days where it is.
func days(d time.Duration) string {
	if d%(24*time.Hour) == 0 {
		return strconv.Itoa(int(d/(24*time.Hour))) + " days"
	}
	return d.String()
}

// Diff are the rules in which two policies differ, in order.
func (p Policy) Diff(q Policy) []Rule {
	var out []Rule
	for _, r := range Rules() {
		if !r.rule().same(&p, &q) {
			out = append(out, r)
		}
	}
	return out
}

// Documented reports whether the vendor of a preset is known to publish the
// rule; true for policies that are not a vendor's.
func (p Policy) Documented(r Rule) bool { return !slices.Contains(p.Undocumented, r) }

// Words says what the policy has for a rule, in a few words.
func (p Policy) Words(r Rule) string {
	if r < RuleSource || r >= RuleLastPlace {
		return ""
	}
	return r.rule().words(&p)
}
