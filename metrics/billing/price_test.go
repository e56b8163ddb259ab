package billing_test

import (
	"errors"
	"math/big"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/metrics/billing"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
)

func TestPrice_Amount(t *testing.T) {
	t.Parallel()
	// Stripe, "Set up tiered pricing": fonts at $7 (1-5), $6.50 (6-10), $6.
	fonts := []billing.Tier{{UpTo: dec("5"), Unit: dec("7")}, {UpTo: dec("10"), Unit: dec("6.5")}, {Unit: dec("6")}}
	// Kong, metering and billing pricing models: 1,000 units and $500 in the
	// first tier, $0.10 above; the flat fee is charged at zero too.
	kong := []billing.Tier{{UpTo: dec("1000"), Flat: dec("500")}, {Unit: dec("0.1")}}
	steps := []billing.Tier{{UpTo: dec("10"), Flat: dec("100")}, {Above: dec("10"), UpTo: dec("50"), Flat: dec("300")}, {Above: dec("50"), Flat: dec("900")}}
	for _, c := range []struct {
		name     string
		price    billing.Price
		quantity string
		want     string
	}{
		{"flat", billing.Price{Flat: dec("19.99")}, "7", "19.99"},
		{"zero price", billing.Price{}, "7", "0"},
		{"per unit", billing.Price{Model: billing.ModelPerUnit, Unit: dec("9.5")}, "3", "28.5"},
		{"per unit with base fee", billing.Price{Model: billing.ModelPerUnit, Unit: dec("9.5"), Flat: dec("100")}, "3", "128.5"},
		{"per unit, a part", billing.Price{Model: billing.ModelPerUnit, Unit: dec("0.000000000001")}, "0.5", "error"},
		{"per unit, sub-cent", billing.Price{Model: billing.ModelPerUnit, Unit: dec("0.0000015")}, "1000000", "1.5"},
		{"package begun", billing.Price{Model: billing.ModelPackage, Unit: dec("5"), Package: dec("1000")}, "1001", "10"},
		{"package full", billing.Price{Model: billing.ModelPackage, Unit: dec("5"), Package: dec("1000")}, "1000", "5"},
		{"package none", billing.Price{Model: billing.ModelPackage, Unit: dec("5"), Package: dec("1000")}, "0", "0"},
		{"graduated 1", billing.Price{Model: billing.ModelGraduated, Tiers: fonts}, "1", "7"},
		{"graduated 5", billing.Price{Model: billing.ModelGraduated, Tiers: fonts}, "5", "35"},
		{"graduated 6", billing.Price{Model: billing.ModelGraduated, Tiers: fonts}, "6", "41.5"},
		{"graduated 20", billing.Price{Model: billing.ModelGraduated, Tiers: fonts}, "20", "127.5"},
		{"graduated 25", billing.Price{Model: billing.ModelGraduated, Tiers: fonts}, "25", "157.5"},
		{"graduated part of a unit", billing.Price{Model: billing.ModelGraduated, Tiers: fonts}, "5.5", "38.25"},
		{"graduated flat at zero", billing.Price{Model: billing.ModelGraduated, Tiers: kong}, "0", "500"},
		{"graduated flat", billing.Price{Model: billing.ModelGraduated, Tiers: kong}, "2000", "600"},
		{"volume 5", billing.Price{Model: billing.ModelVolume, Tiers: fonts}, "5", "35"},
		{"volume 6", billing.Price{Model: billing.ModelVolume, Tiers: fonts}, "6", "39"},
		{"volume 20", billing.Price{Model: billing.ModelVolume, Tiers: fonts}, "20", "120"},
		{"volume 25", billing.Price{Model: billing.ModelVolume, Tiers: fonts}, "25", "150"},
		{"stairstep first", billing.Price{Model: billing.ModelStairstep, Tiers: steps}, "10", "100"},
		{"stairstep second", billing.Price{Model: billing.ModelStairstep, Tiers: steps}, "11", "300"},
		{"stairstep last", billing.Price{Model: billing.ModelStairstep, Tiers: steps}, "5000", "900"},
		{"free units", billing.Price{Model: billing.ModelPerUnit, Unit: dec("2"), Free: dec("3")}, "5", "4"},
		{"fewer than the free", billing.Price{Model: billing.ModelPerUnit, Unit: dec("2"), Free: dec("3")}, "2", "0"},
		{"divided, up", billing.Price{Model: billing.ModelPerUnit, Unit: dec("10"), DivideBy: dec("5")}, "11", "30"},
		{"divided, down", billing.Price{Model: billing.ModelPerUnit, Unit: dec("10"), DivideBy: dec("5"), RoundDown: true}, "14", "20"},
		{"free, then divided", billing.Price{Model: billing.ModelPerUnit, Unit: dec("10"), DivideBy: dec("5"), Free: dec("1")}, "11", "20"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, err := c.price.Amount(dec(c.quantity))
			if c.want == "error" {
				require.ErrorIs(t, err, billing.ErrPrice)
				return
			}
			require.NoError(t, err)
			same(t, c.want, got)
		})
	}
}

func codes(err error) (out []billing.PriceCode) {
	var e *billing.PriceError
	if j, ok := err.(interface{ Unwrap() []error }); ok {
		for _, x := range j.Unwrap() {
			out = append(out, codes(x)...)
		}
	} else if errors.As(err, &e) {
		out = append(out, e.Code)
	}
	return out
}

func TestPrice_Faults(t *testing.T) {
	t.Parallel()
	tiers := func(x ...billing.Tier) billing.Price { return billing.Price{Model: billing.ModelGraduated, Tiers: x} }
	for _, c := range []struct {
		name  string
		price billing.Price
		q     string
		want  []billing.PriceCode
	}{
		{"unsorted", tiers(billing.Tier{UpTo: dec("10")}, billing.Tier{UpTo: dec("5")}, billing.Tier{}), "1", []billing.PriceCode{billing.PriceTierOrder}},
		{"same bound twice", tiers(billing.Tier{UpTo: dec("10")}, billing.Tier{UpTo: dec("10")}, billing.Tier{}), "1", []billing.PriceCode{billing.PriceTierOrder}},
		{"endless in the middle", tiers(billing.Tier{UpTo: dec("10")}, billing.Tier{}, billing.Tier{}), "1", []billing.PriceCode{billing.PriceTierOrder}},
		{"gap", tiers(billing.Tier{UpTo: dec("10")}, billing.Tier{Above: dec("11")}), "1", []billing.PriceCode{billing.PriceTierGap}},
		{"first begins late", tiers(billing.Tier{Above: dec("1"), UpTo: dec("10")}, billing.Tier{}), "1", []billing.PriceCode{billing.PriceTierGap}},
		{"overlap", tiers(billing.Tier{UpTo: dec("10")}, billing.Tier{Above: dec("9")}), "1", []billing.PriceCode{billing.PriceTierOverlap}},
		{"no last", tiers(billing.Tier{UpTo: dec("10")}), "1", []billing.PriceCode{billing.PriceNoLastTier}},
		{"no tiers", tiers(), "1", []billing.PriceCode{billing.PriceNoTiers}},
		{"negative unit", tiers(billing.Tier{Unit: dec("-1")}), "1", []billing.PriceCode{billing.PriceNegative}},
		{"negative bound", tiers(billing.Tier{UpTo: dec("-1")}, billing.Tier{}), "1", []billing.PriceCode{billing.PriceNegative}},
		{"negative last bound", tiers(billing.Tier{UpTo: dec("-1")}), "1", []billing.PriceCode{billing.PriceNegative}},
		{
			"every fault at once", tiers(billing.Tier{UpTo: dec("10"), Flat: dec("-1")}, billing.Tier{UpTo: dec("5")}), "1",
			[]billing.PriceCode{billing.PriceNegative, billing.PriceTierOrder, billing.PriceNoLastTier},
		},
		{"endless first, and a fault behind", tiers(billing.Tier{}, billing.Tier{Above: dec("5"), UpTo: dec("10"), Unit: dec("-1")}, billing.Tier{}), "1", []billing.PriceCode{billing.PriceTierOrder, billing.PriceNegative}},
		{"a bound out of range, and a fault behind", tiers(billing.Tier{UpTo: dec("1e30")}, billing.Tier{Unit: dec("-1")}), "1", []billing.PriceCode{billing.PriceRange, billing.PriceNegative}},
		{"too many tiers", tiers(make([]billing.Tier, billing.MaxTiers+1)...), "1", []billing.PriceCode{billing.PriceTooManyTiers}},
		{"package of nothing", billing.Price{Model: billing.ModelPackage, Unit: dec("1")}, "1", []billing.PriceCode{billing.PricePackage}},
		{"unknown model", billing.Price{Model: 9}, "1", []billing.PriceCode{billing.PriceModel}},
		{"flat with a unit price", billing.Price{Unit: dec("5")}, "1", []billing.PriceCode{billing.PriceIgnored}},
		{"flat with tiers", billing.Price{Tiers: []billing.Tier{{}}}, "1", []billing.PriceCode{billing.PriceIgnored}},
		{"stairstep with a unit price", billing.Price{Model: billing.ModelStairstep, Tiers: []billing.Tier{{Unit: dec("5")}}}, "1", []billing.PriceCode{billing.PriceIgnored}},
		{"hostile exponent", billing.Price{Flat: decimal.New(1, 1_000_000_000)}, "1", []billing.PriceCode{billing.PriceRange}},
		{"negative quantity", billing.Price{}, "-1", []billing.PriceCode{billing.PriceNegative}},
		{"huge quantity", billing.Price{}, "1e30", []billing.PriceCode{billing.PriceRange}},
		{"huge result", billing.Price{Model: billing.ModelPerUnit, Unit: dec("1e12")}, "1e12", []billing.PriceCode{billing.PriceRange}},
		{"currency", billing.Price{Currency: "currency"}, "1", []billing.PriceCode{billing.PriceCurrency}},
		{"cycle", billing.Price{Cycle: calendar.Cycle{Unit: 9}}, "1", []billing.PriceCode{billing.PriceCycle}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.price.Amount(dec(c.q))
			require.ErrorIs(t, err, billing.ErrPrice)
			assert.Equal(t, c.want, codes(err), err.Error())
		})
	}
}

// The first tier is named as any other; the price itself has none.
func TestPriceError_Text(t *testing.T) {
	t.Parallel()
	_, err := billing.Price{Model: billing.ModelGraduated, Tiers: []billing.Tier{{Unit: dec("-1")}}}.Amount(dec("1"))
	require.ErrorContains(t, err, "billing: price: tier 0: Unit -1: ")
	_, err = billing.Price{Model: 9}.Amount(dec("1"))
	require.ErrorContains(t, err, "billing: price: Model ")
}

// genPrice draws a valid tiered price of whole bounds.
func genPrice(t *rapid.T, m billing.Model) billing.Price {
	p := billing.Price{Model: m}
	bound := int64(0)
	for range rapid.IntRange(0, 4).Draw(t, "tiers") {
		bound += int64(rapid.IntRange(1, 8).Draw(t, "width"))
		p.Tiers = append(p.Tiers, billing.Tier{UpTo: decimal.NewFromInt(bound), Unit: genAmount(t, "unit"), Flat: genAmount(t, "flat")})
	}
	p.Tiers = append(p.Tiers, billing.Tier{Unit: genAmount(t, "unit"), Flat: genAmount(t, "flat")})
	return p
}

// A graduated price charges unit by unit: counting them one at a time gives the
// same amount, and more units never cost less.
func TestLaw_GraduatedIsMonotoneAndCountsUnits(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := genPrice(t, billing.ModelGraduated)
		slow := p.Tiers[0].Flat.Rat()
		tier := 0
		last := decimal.Decimal{}
		for q := range int64(45) {
			if q > 0 {
				for !p.Tiers[tier].UpTo.IsZero() && p.Tiers[tier].UpTo.IntPart() < q {
					tier++
					slow.Add(slow, p.Tiers[tier].Flat.Rat())
				}
				slow.Add(slow, p.Tiers[tier].Unit.Rat())
			}
			got, err := p.Amount(decimal.NewFromInt(q))
			require.NoError(t, err)
			require.Zero(t, slow.Cmp(got.Rat()), "%d units: %s, one by one %s", q, got, slow.FloatString(4))
			require.GreaterOrEqual(t, got.Cmp(last), 0, "%d units cost %s, one less %s", q, got, last)
			last = got
		}
	})
}

// Volume and stairstep prices are those of the one tier the quantity is in.
func TestLaw_VolumeIsOneTier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := genPrice(t, billing.ModelVolume)
		q := int64(rapid.IntRange(0, 40).Draw(t, "quantity"))
		var want *big.Rat
		for i := len(p.Tiers) - 1; i >= 0; i-- { // the first that reaches q
			if x := p.Tiers[i]; x.UpTo.IsZero() || q <= x.UpTo.IntPart() {
				want = new(big.Rat).Mul(x.Unit.Rat(), big.NewRat(q, 1))
				want.Add(want, x.Flat.Rat())
			}
		}
		got, err := p.Amount(decimal.NewFromInt(q))
		require.NoError(t, err)
		require.Zero(t, want.Cmp(got.Rat()))
		for i := range p.Tiers {
			p.Tiers[i].Unit = decimal.Decimal{}
		}
		p.Model = billing.ModelStairstep
		step, err := p.Amount(decimal.NewFromInt(q))
		require.NoError(t, err)
		p.Model = billing.ModelVolume
		flat, err := p.Amount(decimal.NewFromInt(q))
		require.NoError(t, err)
		require.True(t, step.Equal(flat))
	})
}
