package money_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/money"
)

// The minor units of ISO 4217 list one that are not 2 (six-iso-currency-list,
// table A.1, as amended to 2026).
func TestCurrency_MinorUnits(t *testing.T) {
	t.Parallel()
	odd := map[money.Currency]int32{}
	for digits, list := range map[int32]string{
		0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
		3: "BHD IQD JOD KWD LYD OMR TND",
		4: "CLF UYW",
	} {
		for c := range strings.FieldsSeq(list) {
			odd[money.Currency(c)] = digits
		}
	}
	odd["BYR"] = 0 // withdrawn 2016
	none := strings.Fields("XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX")

	codes := slices.Collect(money.Currencies())
	assert.True(t, slices.IsSorted(codes))
	assert.Len(t, slices.Compact(slices.Clone(codes)), len(codes), "no code twice")
	withdrawn := 0
	for _, c := range codes {
		require.NoError(t, c.Validate())
		digits, ok := c.MinorUnits()
		switch want, isOdd := odd[c]; {
		case slices.Contains(none, string(c)):
			assert.False(t, ok, c)
		case isOdd:
			assert.Equal(t, want, digits, c)
		default:
			assert.Equal(t, int32(2), digits, c)
		}
		if c.Withdrawn() {
			withdrawn++
		}
	}
	assert.Equal(t, 178, len(codes)-withdrawn, "active codes")
	for _, c := range []money.Currency{"USD", "EUR", "HUF", "TWD", "MGA", "MRU", "XCG", "ZWG", "SLE", "VED"} {
		assert.Contains(t, codes, c)
		assert.False(t, c.Withdrawn(), c)
	}
	for _, c := range []money.Currency{"HRK", "BGN", "LTL", "ANG"} {
		require.NoError(t, c.Validate(), "an invoice of its time is still an invoice")
		assert.True(t, c.Withdrawn(), c)
	}
}

func TestCurrency_Unknown(t *testing.T) {
	t.Parallel()
	for _, c := range []money.Currency{"", "usd", "Usd", "US", "USDT", "ZZZ", "AAA", "US2", "€", "€€", "U\x00D", "ABC2", "DEM"} {
		require.ErrorIs(t, c.Validate(), money.ErrCurrency, "%q", c)
		_, ok := c.MinorUnits()
		assert.False(t, ok)
		assert.False(t, c.Withdrawn())
	}
	assert.EqualError(t, money.Currency("zzz").Validate(), `money: Currency.Validate: "zzz": not an ISO 4217 code`)
}

func TestParseCurrency(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"USD", "usd", "Usd"} {
		c, err := money.ParseCurrency(s)
		require.NoError(t, err)
		assert.Equal(t, money.Currency("USD"), c)
	}
	for _, s := range []string{"", "us", "dollar", "ıdr", "NaN", strings.Repeat("USD", 1000)} {
		_, err := money.ParseCurrency(s)
		require.ErrorIs(t, err, money.ErrCurrency, s)
		assert.Less(t, len(err.Error()), 200, "hostile text is shortened")
	}
}

func TestCurrency_JSON(t *testing.T) {
	t.Parallel()
	var row struct {
		A, B money.Currency
		C    map[money.Currency]int
	}
	require.NoError(t, json.Unmarshal([]byte(`{"A":"eur","B":"","C":{"JPY":1}}`), &row))
	assert.Equal(t, money.Currency("EUR"), row.A)
	assert.Empty(t, row.B, "unspecified")
	data, err := json.Marshal(row)
	require.NoError(t, err)
	assert.JSONEq(t, `{"A":"EUR","B":"","C":{"JPY":1}}`, string(data))
	require.ErrorIs(t, json.Unmarshal([]byte(`{"A":"euro"}`), &row), money.ErrCurrency)
}

func FuzzParseCurrency_RoundTrip(f *testing.F) {
	for _, s := range []string{"USD", "jpy", "XXX", "", "ZZZ", "€"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := money.ParseCurrency(s)
		if err != nil {
			require.Empty(t, c)
			return
		}
		require.Equal(t, strings.ToUpper(s), string(c))
		require.NoError(t, c.Validate())
		back, err := money.ParseCurrency(string(c))
		require.NoError(t, err)
		require.Equal(t, c, back)
	})
}
