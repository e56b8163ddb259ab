package billing

import (
	"strconv"

	"github.com/shopspring/decimal"
)

// MaxTiers is the most tiers a price may have.
const MaxTiers = 1000

// Tier is one step of a tiered price: it covers the quantities above the tier
// before, or above zero, up to and including UpTo. The zero Tier is a last one
// that charges nothing.
//
// A Tier is a value and safe everywhere.
type Tier struct {
	// Above is the quantity the tier begins above, where the source says so: it
	// must be the UpTo of the tier before. Zero takes that for granted.
	Above decimal.Decimal
	// UpTo is the last quantity of the tier; zero is without end, which the
	// last tier has to be.
	UpTo decimal.Decimal
	// Unit is charged for each unit of the tier, Flat once.
	Unit, Flat decimal.Decimal
}

// last reports whether the tier has no end.
func (t *Tier) last() bool { return t.UpTo.IsZero() }

// validateTiers reports every fault of a list of tiers.
func validateTiers(tiers []Tier, f *priceFaults) {
	if len(tiers) == 0 {
		f.add(PriceNoTiers, -1, "Tiers", "0", "a tiered price has at least one tier")
		return
	}
	if len(tiers) > MaxTiers {
		f.add(PriceTooManyTiers, -1, "Tiers", strconv.Itoa(len(tiers)), "the limit is "+strconv.Itoa(MaxTiers))
		return
	}
	var below decimal.Decimal // UpTo of the tier before
	known := true             // whether below means something
	for i := range tiers {
		t := &tiers[i]
		ok := f.number(i, "Above", t.Above)
		ok = f.number(i, "UpTo", t.UpTo) && ok
		f.number(i, "Unit", t.Unit)
		f.number(i, "Flat", t.Flat)
		if !ok {
			known = false
			continue
		}
		if known && !t.Above.IsZero() {
			switch t.Above.Cmp(below) {
			case 1:
				f.add(PriceTierGap, i, "Above", t.Above.String(), "the tier before ends at "+below.String())
			case -1:
				f.add(PriceTierOverlap, i, "Above", t.Above.String(), "the tier before ends at "+below.String())
			}
		}
		switch {
		case t.last() && i < len(tiers)-1:
			f.add(PriceTierOrder, i, "UpTo", "0", "a tier without end must be the last, this is "+strconv.Itoa(i+1)+" of "+strconv.Itoa(len(tiers)))
			known = false
			continue
		case t.last():
		case known && t.UpTo.Cmp(below) <= 0:
			f.add(PriceTierOrder, i, "UpTo", t.UpTo.String(), "not above "+below.String()+", where the tier before ends")
		}
		below, known = t.UpTo, true
	}
	if t := &tiers[len(tiers)-1]; t.UpTo.Sign() > 0 {
		f.add(PriceNoLastTier, len(tiers)-1, "UpTo", t.UpTo.String(), "the last tier must be without end (zero)")
	}
}

// tierOf returns the index of the tier that covers q.
func tierOf(tiers []Tier, q decimal.Decimal) int {
	for i := range tiers {
		if tiers[i].last() || q.Cmp(tiers[i].UpTo) <= 0 {
			return i
		}
	}
	return len(tiers) - 1
}

// graduated charges every tier for the units that fall into it, and the flat
// amount of every tier that is reached. The first is always reached.
func graduated(tiers []Tier, q decimal.Decimal) decimal.Decimal {
	var sum, below decimal.Decimal
	for i := range tiers {
		t := &tiers[i]
		if i > 0 && q.Cmp(below) <= 0 {
			break
		}
		units := q.Sub(below)
		if !t.last() && q.Cmp(t.UpTo) > 0 {
			units = t.UpTo.Sub(below)
		}
		sum = sum.Add(t.Flat).Add(t.Unit.Mul(units))
		below = t.UpTo
	}
	return sum
}
