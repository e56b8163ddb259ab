package stripe_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kittest"
	"github.com/lifecycle-go/lifecycle/metrics/billing/stripe"
)

func TestSubscription_Tiers(t *testing.T) {
	t.Parallel()
	tiers := []any{
		object{"up_to": 10, "unit_amount": 500, "unit_amount_decimal": "500", "flat_amount": nil, "flat_amount_decimal": nil},
		object{"up_to": nil, "unit_amount": nil, "unit_amount_decimal": "350.5", "flat_amount": 1000, "flat_amount_decimal": "1000"},
	}
	tiered := func(mode string) object {
		return aPrice("0").With("unit_amount", nil).With("unit_amount_decimal", nil).With("billing_scheme", "tiered").With("tiers_mode", mode)
	}
	seats := func(p object) object { return aSub(anItem(p).With("quantity", 25)) }

	// 10 × 5.00 + 15 × 3.505 + 10.00
	spans, found := read(t, seats(tiered("graduated").With("tiers", tiers)))
	assert.Equal(t, []string{"sub_1/si_1 0110-… 112.575 USD/P1M active"}, spans)
	assert.Empty(t, found)

	// 25 × 3.505 + 10.00
	spans, _ = read(t, seats(tiered("volume").With("tiers", tiers)))
	assert.Equal(t, []string{"sub_1/si_1 0110-… 97.625 USD/P1M active"}, spans)

	// 7: tiers are left out unless expanded.
	spans, found = read(t, seats(tiered("volume")))
	assert.Empty(t, spans)
	assert.Equal(t, []string{"fault missing-tiers price.tiers"}, found)

	// The price may have come before, or in a catalogue.
	spans, found = read(t, tiered("volume").With("tiers", tiers), seats(tiered("volume")))
	assert.Equal(t, []string{"sub_1/si_1 0110-… 97.625 USD/P1M active"}, spans)
	assert.Empty(t, found)

	// … or stand in the plan of the same id, as items had both.
	for id, want := range map[string][]string{"price_1": {"sub_1/si_1 0110-… 97.625 USD/P1M active"}, "price_2": nil} {
		plan := object{"object": "plan", "id": id, "currency": "usd", "interval": "month", "billing_scheme": "tiered", "tiers_mode": "volume", "tiers": tiers}
		sub := aSub(anItem(tiered("volume")).With("quantity", 25).With("plan", plan))
		for _, before := range [][]object{nil, {tiered("volume")}} { // known, and without tiers as well
			spans, _ = read(t, append(before, sub)...)
			assert.Equal(t, want, spans, id)
		}
	}

	imp, err := stripe.New(stripe.Options{})
	require.NoError(t, err)
	require.NoError(t, imp.Catalogue(strings.NewReader(list(tiered("volume").With("tiers", tiers), object{"id": "cus_1", "object": "customer"}).String())))
	got, err := importer.Collect(imp.Spans(strings.NewReader(seats(tiered("volume")).String())))
	require.NoError(t, err)
	assert.Equal(t, []string{"sub_1/si_1 0110-… 97.625 USD/P1M active"}, spanTexts(got))
	assert.Equal(t, []string{"notice unsupported object"}, kittest.Words(imp.Findings()), "a customer is no price")

	for _, c := range []struct {
		p    object
		want []string
	}{
		{tiered("stacked").With("tiers", tiers), []string{"fault unknown-value price.tiers_mode"}},
		{tiered("volume").With("tiers", tiers[:1]), []string{"fault bad-price price.UpTo"}},
		{tiered("volume").With("tiers", []any{tiers[1], tiers[0]}), []string{"fault bad-price price.UpTo", "fault bad-price price.UpTo"}},
		{tiered("volume").With("tiers", []any{object{"up_to": "inf", "unit_amount": -5}}), []string{"fault negative-amount price.Unit"}},
		{tiered("volume").With("tiers", []any{object{"up_to": "many", "unit_amount": 5}}), []string{"fault malformed price.tiers.up_to"}},
		{tiered("volume").With("tiers", []any{object{"up_to": "inf", "unit_amount": "x"}}), []string{"fault malformed price.tiers.unit_amount"}},
		{tiered("volume").With("tiers", []any{object{"up_to": "inf", "unit_amount": 5, "flat_amount": "x"}}), []string{"fault malformed price.tiers.flat_amount"}},
	} {
		spans, found := read(t, seats(c.p))
		assert.Empty(t, spans)
		assert.Equal(t, c.want, found)
	}
	_, found = read(t, object{"object": "plan", "id": "gold", "tiers": "many"})
	assert.Equal(t, []string{"fault malformed tiers"}, found)
	// What a plan of 2018 wrote.
	spans, _ = read(t, seats(tiered("volume").With("tiers", []any{object{"up_to": "inf", "amount": 5}})))
	assert.Equal(t, []string{"sub_1/si_1 0110-… 1.25 USD/P1M active"}, spans)
}
