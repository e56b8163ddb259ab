package metrics_test

import (
	"encoding/json"
	"math"
	"testing"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics"
	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

func TestRevenue_JSON(t *testing.T) {
	t.Parallel()
	in := metrics.Revenue{Opening: dec(t, "260.00"), New: dec(t, "30"), Reactivation: dec(t, "50.5"), FX: dec(t, "-0.25")}
	data, err := json.Marshal(in)
	require.NoError(t, err)
	const want = `{"opening":"260","new":"30","expansion":"0","reactivation":"50.5","contraction":"0","churn":"0","fx":"-0.25","closing":"340.25"}`
	assert.Equal(t, want, string(data)) //nolint:testifylint // the order of the fields matters too
	var out metrics.Revenue
	require.NoError(t, json.Unmarshal(data, &out))
	again, err := json.Marshal(out)
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))

	require.NoError(t, json.Unmarshal([]byte("null"), &out))
	assert.Equal(t, "340.25", out.Closing().String(), "null changes nothing")
	require.NoError(t, json.Unmarshal([]byte(`{"opening":"5"}`), &out))
	assert.Equal(t, "5", out.Closing().String(), "what is left out is zero")

	_, err = json.Marshal(metrics.Revenue{Opening: decimal.New(1, math.MaxInt32), FX: decimal.New(1, -13)})
	require.ErrorIs(t, err, metrics.ErrInput)
	assert.Contains(t, err.Error(), "Opening")
	assert.Contains(t, err.Error(), "FX")
}

func TestRevenue_JSONRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want []fault.Code
	}{
		{`{"opening":260}`, []fault.Code{metrics.CodeSyntax}}, // a JSON number may be rounded on its way
		{`[]`, []fault.Code{metrics.CodeSyntax}},
		{`{"opening":"1e1000000","new":"NaN","churn":"","fx":"+1"}`, []fault.Code{metrics.CodeSyntax, metrics.CodeSyntax, metrics.CodeSyntax, metrics.CodeSyntax}},
		{`{"opening":"1000000000000000000","closing":"0.0000000000001"}`, []fault.Code{metrics.CodeBounds, metrics.CodeBounds}},
		{`{"opening":"260","closing":"261"}`, []fault.Code{metrics.CodeExceeds}},
	} {
		r := metrics.Revenue{New: dec(t, "7")}
		assert.Equal(t, c.want, codes(t, r.UnmarshalJSON([]byte(c.text))), c.text)
		assert.Equal(t, "7", r.New.String(), "unchanged")
	}
}

func TestCustomers_JSON(t *testing.T) {
	t.Parallel()
	in := metrics.Customers{Opening: 4, New: 1, Reactivated: 2, Churned: 3, NewAndChurned: 1, ChurnedAndReturned: 1}
	data, err := json.Marshal(in)
	require.NoError(t, err)
	assert.JSONEq(t, `{"opening":4,"new":1,"reactivated":2,"churned":3,"new_and_churned":1,"churned_and_returned":1}`, string(data))
	var out metrics.Customers
	require.NoError(t, json.Unmarshal(data, &out))
	assert.Equal(t, in, out)
}

func FuzzRevenue_UnmarshalJSON(f *testing.F) {
	for _, s := range []string{`{"opening":"260","new":"30","closing":"290"}`, `{"fx":"-0.5"}`, `{"opening":"1e9"}`, `{"opening":null}`, `[]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var r metrics.Revenue
		if json.Unmarshal(data, &r) != nil {
			return
		}
		out, err := json.Marshal(r)
		require.NoError(t, err)
		var back metrics.Revenue
		require.NoError(t, json.Unmarshal(out, &back))
		require.True(t, r.Closing().Equal(back.Closing()))
		again, err := json.Marshal(back)
		require.NoError(t, err)
		require.Equal(t, string(out), string(again))
	})
}
