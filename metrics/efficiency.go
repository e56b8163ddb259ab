package metrics

import "github.com/shopspring/decimal"

// MagicNumber is net new ARR of a quarter / sales and marketing spend of the
// quarter before: ARR won for each unit spent. Undefined without spend.
//
// From monthly figures it is 12 × the growth of MRR / the spend of the month
// before. netNewARR may be negative. Source: Scale Venture Partners, whose
// form over reported revenue is [RevenueMagicNumber]; both agree where
// revenue is linear in MRR.
func MagicNumber(netNewARR, priorSpend decimal.Decimal) (Ratio, error) {
	f := faults{op: "MagicNumber"}
	f.amount("netNewARR", netNewARR)
	f.magnitude("priorSpend", priorSpend)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewRatio(netNewARR, priorSpend), nil
}

// RevenueMagicNumber is the magic number over reported revenue:
// (revenue of the quarter − revenue of the quarter before) × 4 / sales and
// marketing spend of the quarter before. Undefined without spend. Source:
// Scale Venture Partners, "SaaS Magic Number".
func RevenueMagicNumber(quarter, quarterBefore, priorSpend decimal.Decimal) (Ratio, error) {
	f := faults{op: "RevenueMagicNumber"}
	f.amount("quarter", quarter)
	f.amount("quarterBefore", quarterBefore)
	f.magnitude("priorSpend", priorSpend)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewRatio(quarter.Sub(quarterBefore).Mul(decimal.New(4, 0)), priorSpend), nil
}

// BurnMultiple is net burn / net new ARR: cash spent for each unit of ARR
// won. Lower is better. Undefined where no ARR was won or lost on balance.
//
// Both may be negative, and the sign of the result then says little: a
// company that burns cash while its ARR shrinks has a negative multiple, and
// so has one that makes money while it grows. Read the numerator and the
// denominator. Source: D. Sacks, "The Burn Multiple" (2020).
func BurnMultiple(netBurn, netNewARR decimal.Decimal) (Ratio, error) {
	f := faults{op: "BurnMultiple"}
	f.amount("netBurn", netBurn)
	f.amount("netNewARR", netNewARR)
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	return NewRatio(netBurn, netNewARR), nil
}

// RuleOf40 is revenue growth + profit margin, both as fractions of a year:
// 0.4 or more passes the rule. Undefined where either is. Source: B. Feld,
// "The Rule of 40 % for a Healthy SaaS Company" (2015).
func RuleOf40(growth, margin Ratio) (Ratio, error) {
	f := faults{op: "RuleOf40"}
	for _, r := range []struct {
		field string
		ratio Ratio
	}{{"growth", growth}, {"margin", margin}} {
		if r.ratio.broken {
			f.add(r.field, "", ErrBounds.Error(), CodeBounds)
		}
	}
	if err := f.err(); err != nil {
		return Ratio{}, err
	}
	n := growth.num.Mul(margin.den).Add(margin.num.Mul(growth.den))
	return settled("RuleOf40", NewRatio(n, growth.den.Mul(margin.den)))
}
