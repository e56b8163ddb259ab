package cohort_test

import (
	"encoding"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/cohort"
)

func TestRules_Text(t *testing.T) {
	t.Parallel()
	var (
		base   cohort.Base
		month0 cohort.Month0
		curve  cohort.Curve
	)
	for _, tt := range []struct {
		text string
		in   encoding.TextMarshaler
		out  encoding.TextUnmarshaler
		read func() encoding.TextMarshaler
	}{
		{"initial", cohort.BaseInitial, &base, func() encoding.TextMarshaler { return base }},
		{"month-end", cohort.BaseMonthEnd, &base, func() encoding.TextMarshaler { return base }},
		{"activation", cohort.Month0Activation, &month0, func() encoding.TextMarshaler { return month0 }},
		{"month-end", cohort.Month0End, &month0, func() encoding.TextMarshaler { return month0 }},
		{"logo-absorbing", cohort.LogoAbsorbing, &curve, func() encoding.TextMarshaler { return curve }},
		{"nrr", cohort.NRR, &curve, func() encoding.TextMarshaler { return curve }},
	} {
		text, err := tt.in.MarshalText()
		require.NoError(t, err)
		assert.Equal(t, tt.text, string(text))
		require.NoError(t, tt.out.UnmarshalText(text))
		assert.Equal(t, tt.in, tt.read())
		require.ErrorContains(t, tt.out.UnmarshalText([]byte("Initially")), `"Initially": want one of `)
		assert.Equal(t, tt.in, tt.read(), "unchanged by an error")
	}
	_, err := cohort.Base(9).MarshalText()
	require.EqualError(t, err, "cohort: marshal: Base 9: want one of initial, month-end")
	_, err = cohort.Month0(9).MarshalText()
	require.EqualError(t, err, "cohort: marshal: Month0 9: want one of activation, month-end")
	assert.Equal(t, "Base(9)", cohort.Base(9).String())
	assert.Equal(t, "Month0(9)", cohort.Month0(9).String())
}
