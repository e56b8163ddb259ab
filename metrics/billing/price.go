package billing

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"strconv"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/enum"
	"github.com/lifecycle-go/lifecycle/internal/text"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/words"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// Price says what a quantity costs per cycle. Importers call Amount and keep
// its result in a Span; nothing after them sees tiers.
//
// The zero Price is a flat nothing per month. A Price is a value and safe
// everywhere while nobody writes to its Tiers.
type Price struct {
	Currency money.Currency
	// Cycle is how often it is charged; the zero value is monthly.
	Cycle calendar.Cycle
	Model Model
	// Flat is charged once, whatever the quantity: all of a ModelFlat, the
	// base fee of ModelPerUnit and ModelPackage.
	Flat decimal.Decimal
	// Unit is charged per unit (ModelPerUnit) or per package (ModelPackage).
	Unit decimal.Decimal
	// Package is how many units are in a package; ModelPackage only.
	Package decimal.Decimal
	// Tiers of ModelGraduated, ModelVolume and ModelStairstep, in rising order,
	// the last without end.
	Tiers []Tier
	// Free units are taken off the quantity first (Chargebee's free_quantity,
	// Lago's free units).
	Free decimal.Decimal
	// DivideBy, where not zero, then divides the quantity, rounding it to a
	// whole number up or, with RoundDown, down (Stripe's transform_quantity).
	DivideBy  decimal.Decimal
	RoundDown bool
}

// Model says how a price depends on the quantity. The zero Model is ModelFlat.
type Model uint8

const (
	// ModelFlat: Flat, whatever the quantity.
	ModelFlat Model = iota
	// ModelPerUnit: Flat + Unit × quantity.
	ModelPerUnit
	// ModelPackage: Flat + Unit for each package begun.
	ModelPackage
	// ModelGraduated: each tier's Unit for the units that fall into it, and
	// the Flat of each tier reached ("slab", Chargebee's "tiered"). The Flat
	// of the first tier is charged at a quantity of zero too, as Lago (pull
	// request 5760) and OpenMeter do.
	ModelGraduated
	// ModelVolume: the Unit of the tier the quantity falls into for all units,
	// and its Flat.
	ModelVolume
	// ModelStairstep: the Flat of the tier the quantity falls into.
	ModelStairstep
)

var modelNames = enum.New[Model]("billing", "Model", "flat", "per-unit", "package", "graduated", "volume", "stairstep")

// String is the name that MarshalText writes; "Model(9)" for a value that is
// none.
func (m Model) String() string { return modelNames.String(m) }

// MarshalText writes "flat", "per-unit", "package", "graduated", "volume" or
// "stairstep".
func (m Model) MarshalText() ([]byte, error) { return modelNames.Marshal(m) }

// UnmarshalText reads what MarshalText writes.
func (m *Model) UnmarshalText(name []byte) error { return modelNames.Unmarshal(m, name) }

// Value is the name, for a column of text.
func (m Model) Value() (driver.Value, error) { return modelNames.Value(m) }

// Scan reads a name from a column of text; NULL is the zero Model.
func (m *Model) Scan(src any) error { return modelNames.Scan(m, src) }

// ErrPrice is wrapped by every *PriceError.
var ErrPrice = errors.New("impossible price")

// PriceCode names a kind of fault in a Price. Codes are stable.
type PriceCode string

// The faults of prices.
const (
	PriceModel        PriceCode = "price-model"    // a Model that is none
	PriceNegative     PriceCode = "price-negative" // an amount or quantity below zero
	PriceRange        PriceCode = "price-range"    // a number with too many digits
	PricePackage      PriceCode = "price-package"  // a package of nothing
	PriceNoTiers      PriceCode = "price-no-tiers" // a tiered model without tiers
	PriceTooManyTiers PriceCode = "price-too-many-tiers"
	PriceTierOrder    PriceCode = "price-tier-order"    // tiers not rising
	PriceTierGap      PriceCode = "price-tier-gap"      // quantities no tier covers
	PriceTierOverlap  PriceCode = "price-tier-overlap"  // quantities two tiers cover
	PriceNoLastTier   PriceCode = "price-no-last-tier"  // nothing covers large quantities
	PriceIgnored      PriceCode = "price-ignored-field" // a field the Model does not read
	PriceCurrency     PriceCode = "price-currency"
	PriceCycle        PriceCode = "price-cycle"
)

// PriceError is one fault of a Price, or of a quantity it was asked for.
type PriceError struct {
	Code PriceCode
	// Tier is the index of the tier at fault, -1 for the price itself.
	Tier         int
	Field, Value string
	Reason       string
}

// Error is "billing: price: tier 2: UpTo 10: reason".
func (e *PriceError) Error() string {
	at := ""
	if e.Tier >= 0 {
		at = fmt.Sprintf("tier %d: ", e.Tier)
	}
	return fmt.Sprintf("billing: price: %s%s %s: %s", at, e.Field, e.Value, e.Reason)
}

// Unwrap gives ErrPrice.
func (e *PriceError) Unwrap() error { return ErrPrice }

type priceFaults struct{ errs []error }

func (f *priceFaults) add(code PriceCode, tier int, field, value, reason string) {
	f.errs = append(f.errs, &PriceError{Code: code, Tier: tier, Field: field, Value: text.Clip(value), Reason: reason})
}

// number reports a number that is negative or out of range.
func (f *priceFaults) number(tier int, field string, d decimal.Decimal) bool {
	if err := words.Check(d); err != nil {
		f.add(PriceRange, tier, field, words.Number(d), err.Error())
		return false
	}
	if d.Sign() < 0 {
		f.add(PriceNegative, tier, field, d.String(), "negative; the limit is 0")
		return false
	}
	return true
}

func (f *priceFaults) err() error { return errors.Join(f.errs...) }

// Validate reports every fault of the price, joined, as *PriceErrors: unknown
// model, numbers below zero or with too many digits, tiers that are missing, out
// of order, with gaps or overlaps, or without a last one that has no end, an
// unknown currency or cycle, and fields that the model does not read.
func (p Price) Validate() error {
	var f priceFaults
	if p.Currency != "" {
		if err := p.Currency.Validate(); err != nil {
			f.add(PriceCurrency, -1, "Currency", string(p.Currency), err.Error())
		}
	}
	if err := p.Cycle.Validate(); err != nil {
		f.add(PriceCycle, -1, "Cycle", p.Cycle.String(), err.Error())
	}
	f.number(-1, "Flat", p.Flat)
	f.number(-1, "Unit", p.Unit)
	f.number(-1, "Package", p.Package)
	f.number(-1, "Free", p.Free)
	f.number(-1, "DivideBy", p.DivideBy)
	unread := func(field string, d decimal.Decimal) {
		if !d.IsZero() {
			f.add(PriceIgnored, -1, field, words.Number(d), "not part of a "+p.Model.String()+" price")
		}
	}
	tiered := false
	switch p.Model {
	case ModelFlat:
		unread("Unit", p.Unit)
		unread("Package", p.Package)
	case ModelPerUnit:
		unread("Package", p.Package)
	case ModelPackage:
		if p.Package.IsZero() {
			f.add(PricePackage, -1, "Package", "0", "a package has more than 0 units")
		}
	case ModelGraduated, ModelVolume, ModelStairstep:
		tiered = true
		unread("Flat", p.Flat)
		unread("Unit", p.Unit)
		unread("Package", p.Package)
		validateTiers(p.Tiers, &f)
		if p.Model == ModelStairstep {
			for i := range p.Tiers {
				if !p.Tiers[i].Unit.IsZero() {
					f.add(PriceIgnored, i, "Unit", words.Number(p.Tiers[i].Unit), "not part of a stairstep price")
				}
			}
		}
	default:
		f.add(PriceModel, -1, "Model", p.Model.String(), "not a model")
	}
	if !tiered && len(p.Tiers) > 0 {
		f.add(PriceIgnored, -1, "Tiers", strconv.Itoa(len(p.Tiers)), "not part of a "+p.Model.String()+" price")
	}
	return f.err()
}

// Amount is what a quantity costs per cycle, in major units, exactly: nothing
// is rounded but the quantity by DivideBy, and packages to whole ones.
//
// Errors are those of Validate, and a quantity or a result that is negative or
// has more than 18 digits before the point or 12 behind it, as *PriceErrors.
func (p Price) Amount(quantity decimal.Decimal) (decimal.Decimal, error) {
	var f priceFaults
	err := p.Validate()
	if !f.number(-1, "quantity", quantity) {
		return decimal.Decimal{}, errors.Join(err, f.err())
	}
	if err != nil {
		return decimal.Decimal{}, err
	}
	q := quantity.Sub(p.Free)
	if q.Sign() < 0 {
		q = decimal.Decimal{}
	}
	if p.DivideBy.Sign() > 0 {
		q = wholeParts(q, p.DivideBy, !p.RoundDown)
	}
	var amount decimal.Decimal
	switch p.Model {
	case ModelFlat:
		amount = p.Flat
	case ModelPerUnit:
		amount = p.Flat.Add(p.Unit.Mul(q))
	case ModelPackage:
		amount = p.Flat.Add(p.Unit.Mul(wholeParts(q, p.Package, true)))
	case ModelGraduated:
		amount = graduated(p.Tiers, q)
	case ModelVolume:
		t := &p.Tiers[tierOf(p.Tiers, q)]
		amount = t.Flat.Add(t.Unit.Mul(q))
	case ModelStairstep:
		amount = p.Tiers[tierOf(p.Tiers, q)].Flat
	}
	if !f.number(-1, "amount", amount) {
		return decimal.Decimal{}, f.err()
	}
	return amount, nil
}

// wholeParts is q/by rounded to a whole number; by > 0, q ≥ 0.
func wholeParts(q, by decimal.Decimal, up bool) decimal.Decimal {
	n, rest := q.QuoRem(by, 0)
	if up && rest.Sign() > 0 {
		n = n.Add(decimal.NewFromInt(1))
	}
	return n
}
