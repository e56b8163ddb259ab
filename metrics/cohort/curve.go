package cohort

import (
	"database/sql/driver"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

// Curve is one way to follow a cohort. The zero Curve is Logo.
type Curve uint8

const (
	// Logo is logo retention, also called customer retention: the share of a
	// cohort's customers who have MRR above zero at an age, whether or not they
	// were away in between. It can rise.
	Logo Curve = iota
	// LogoAbsorbing is the share of a cohort's customers who have had MRR above
	// zero at every period's end up to an age. It never rises: who returns stays
	// lost, as in Stripe's subscriber retention by cohort.
	LogoAbsorbing
	// NRR is net revenue retention: a cohort's MRR at an age / its base.
	// Expansion and returns count, so it can exceed 1 (ChartMogul, "Net MRR
	// retention" by cohort).
	NRR
	// GRR is gross revenue retention at one point in time: the sum over a
	// cohort's customers of the smaller of their MRR now and their base, / the
	// base. It never exceeds 1, because the expansion of one customer does not
	// make up for the loss of another, but it rises where a lost customer returns
	// or a reduced one grows back (PostHog handbook).
	GRR
	// GRRAbsorbing is GRR with every customer at the lowest MRR of any period's
	// end so far: what was lost once stays lost, and it never rises.
	GRRAbsorbing
)

var curveNames = enum.New[Curve]("cohort", "Curve", "logo", "logo-absorbing", "nrr", "grr", "grr-absorbing")

// Curves are all curves, in order.
func Curves() []Curve { return []Curve{Logo, LogoAbsorbing, NRR, GRR, GRRAbsorbing} }

// String returns the name, such as "logo" or "grr-absorbing".
func (c Curve) String() string { return curveNames.String(c) }

// MarshalText returns the name.
func (c Curve) MarshalText() ([]byte, error) { return curveNames.Marshal(c) }

// UnmarshalText reads a name as String writes it.
func (c *Curve) UnmarshalText(text []byte) error { return curveNames.Unmarshal(c, text) }

// Value is the name, for a column of text.
func (c Curve) Value() (driver.Value, error) { return curveNames.Value(c) }

// Scan reads a name from a column of text.
func (c *Curve) Scan(src any) error { return curveNames.Scan(c, src) }

// point is a cohort at an age, or all cohorts that have reached it: everything
// the curves are made of.
type point struct {
	size            int64
	base            ledger.Units
	active, intact  int64
	mrr, kept, low  ledger.Units
	cohorts         int
	activation, any bool
}

// of is the ratio that a curve shows at a point.
func (t *Table) of(c Curve, p *point) metrics.Ratio {
	if !p.any {
		return metrics.Ratio{}
	}
	heads, money := p.size, p.base
	switch {
	case p.activation: // everybody is there, by definition
	case c == Logo:
		heads = p.active
	case c == LogoAbsorbing:
		heads = p.intact
	case c == NRR:
		money = p.mrr
	case c == GRR:
		money = p.kept
	case c == GRRAbsorbing:
		money = p.low
	}
	switch c {
	case Logo, LogoAbsorbing:
		return metrics.NewCount(heads, p.size)
	case NRR, GRR, GRRAbsorbing:
		return metrics.NewRatio(t.amount(money), t.amount(p.base))
	default:
		return metrics.Ratio{}
	}
}

// at is a cohort at an age.
func (t *Table) at(cohort calendar.Month, age int) point {
	c := t.cohort(cohort)
	if c == nil || age < 0 || age >= len(c.cells) {
		return point{}
	}
	return c.at(age, t.activation(age))
}

// activation reports whether an age shows the activation by definition.
func (t *Table) activation(age int) bool { return age == 0 && t.month0 == Month0Activation }

// Retention is a curve of a cohort at an age. Undefined for an age that was not
// observed and for a month that is no cohort.
func (t *Table) Retention(c Curve, cohort calendar.Month, age int) metrics.Ratio {
	p := t.at(cohort, age)
	return t.of(c, &p)
}

// Logo is the curve Logo.
func (t *Table) Logo(cohort calendar.Month, age int) metrics.Ratio {
	return t.Retention(Logo, cohort, age)
}

// LogoAbsorbing is the curve LogoAbsorbing.
func (t *Table) LogoAbsorbing(cohort calendar.Month, age int) metrics.Ratio {
	return t.Retention(LogoAbsorbing, cohort, age)
}

// NRR is the curve NRR.
func (t *Table) NRR(cohort calendar.Month, age int) metrics.Ratio {
	return t.Retention(NRR, cohort, age)
}

// GRR is the curve GRR.
func (t *Table) GRR(cohort calendar.Month, age int) metrics.Ratio {
	return t.Retention(GRR, cohort, age)
}

// GRRAbsorbing is the curve GRRAbsorbing.
func (t *Table) GRRAbsorbing(cohort calendar.Month, age int) metrics.Ratio {
	return t.Retention(GRRAbsorbing, cohort, age)
}

// amount turns an exact sum into money, rounded once.
func (t *Table) amount(u ledger.Units) decimal.Decimal { return t.unit.Amount(u) }
