package ledger_test

import (
	"encoding/binary"
	"hash/crc32"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/shopspring/decimal"
	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/lifecycle-go/lifecycle/internal/law"
	"github.com/lifecycle-go/lifecycle/metrics/calendar"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
)

func sample(tb testing.TB) *ledger.Ledger {
	tb.Helper()
	return books(tb, ledger.Options{Currency: "EUR", Rates: monthlyRates{}}, []ledger.Change{
		{Customer: "acme", Subscription: "seats", At: on("2026-01-02"), Amount: dec("49.90"), ID: "evt_1", Cause: ledger.CauseStart},
		{Customer: "acme", Subscription: "support", At: on("2026-01-02"), Amount: dec("1200"), Cycle: yearly},
		{Customer: "acme", Subscription: "seats", At: on("2026-03-02"), Recorded: on("2026-04-09")},
		{Customer: "bolt", At: on("2026-02-02"), Amount: dec("7"), Currency: "USD", Cycle: calendar.Cycle{Unit: calendar.UnitWeek, N: 2}},
	})
}

// Every truncation and every flipped bit is refused, and the ledger stays empty.
func TestUnmarshalBinary_Damaged(t *testing.T) {
	t.Parallel()
	data := encoded(t, sample(t))
	try := func(b []byte) {
		l := books(t, ledger.Options{Currency: "EUR", Rates: monthlyRates{}}, nil)
		err := l.UnmarshalBinary(b)
		require.ErrorIs(t, err, ledger.ErrEncoding)
		require.Zero(t, l.Len())
	}
	for n := range data {
		try(data[:n])
	}
	for bit := range len(data) * 8 {
		b := append([]byte(nil), data...)
		b[bit/8] ^= 1 << (bit % 8)
		try(b)
	}
	try(append(append([]byte(nil), data...), 0))
}

// Bytes that somebody else wrote, with a checksum that is right: each byte in
// turn is any small number or one beside what it was, so that every position in
// a table is also one too far. Refused, or read as what they say, never a panic.
func TestUnmarshalBinary_OtherNumbers(t *testing.T) {
	t.Parallel()
	o := ledger.Options{Currency: "EUR", Rates: monthlyRates{}}
	l := sample(t)
	require.NoError(t, l.Append(
		ledger.Change{Customer: "acme", Subscription: "plus", Item: "a", At: on("2026-01-04"), Amount: dec("3"), Plan: "basic", Product: "crm", Quantity: dec("2")},
		ledger.Change{Customer: "acme", Subscription: "plus", Item: "b", At: on("2026-01-05"), Amount: dec("4"), Plan: "gold", Product: "crm", Quantity: dec("1.5")},
	))
	require.NoError(t, l.Replace("core", "s", on("2026-01-09"), ledger.Change{At: on("2026-01-09"), Amount: dec("1"), Plan: "gold"}))
	data := encoded(t, l)
	body := data[:len(data)-crc32.Size]
	read := 0
	for i, was := range body {
		for _, b := range []byte{was + 1, was - 1, 0, 1, 2, 3, 4, 5, 0x7f, 0xff} {
			if b == was {
				continue
			}
			other := append([]byte(nil), body...)
			other[i] = b
			other = binary.BigEndian.AppendUint32(other, crc32.Checksum(other, crc32.MakeTable(crc32.Castagnoli)))
			got := books(t, o, nil)
			if err := got.UnmarshalBinary(other); err != nil {
				require.Zero(t, got.Len(), "byte %d as %d", i, b)
				continue
			}
			read++
			require.Equal(t, other, encoded(t, got), "byte %d as %d", i, b)
		}
	}
	require.Greater(t, read, 100, "other names and amounts are read")
}

func TestUnmarshalBinary_OtherRules(t *testing.T) {
	t.Parallel()
	data := encoded(t, sample(t))
	for field, o := range map[string]ledger.Options{
		"Currency": {Currency: "USD"}, "Net": {Currency: "EUR", Net: ledger.PerMonth},
		"Location": {Currency: "EUR", Location: time.FixedZone("here", 60)},
	} {
		err := books(t, o, nil).UnmarshalBinary(data)
		require.ErrorIs(t, err, ledger.ErrOptions)
		require.ErrorContains(t, err, field)
	}
	// Without rates the currencies inside are refused, row by row.
	err := books(t, ledger.Options{Currency: "EUR"}, nil).UnmarshalBinary(data)
	require.ErrorIs(t, err, ledger.ErrNoRate)

	l := sample(t)
	require.ErrorIs(t, l.UnmarshalBinary(data), ledger.ErrOptions) // not empty
	require.ErrorIs(t, new(ledger.Ledger).UnmarshalBinary(data), ledger.ErrOptions)
}

// FuzzUnmarshalBinary feeds bytes whose checksum is right, so that what is
// behind it is reached: they decode to books that encode again, or are refused.
func FuzzUnmarshalBinary(f *testing.F) {
	data := encoded(f, sample(f))
	f.Add(data[:len(data)-4])
	f.Add([]byte("LCLB\x01"))
	f.Fuzz(func(t *testing.T, body []byte) {
		data := binary.BigEndian.AppendUint32(body, crc32.Checksum(body, crc32.MakeTable(crc32.Castagnoli)))
		l := books(t, ledger.Options{Currency: "EUR", Rates: monthlyRates{}}, nil)
		if err := l.UnmarshalBinary(data); err != nil {
			require.Zero(t, l.Len())
			return
		}
		again := books(t, ledger.Options{Currency: "EUR", Rates: monthlyRates{}}, nil)
		require.NoError(t, again.UnmarshalBinary(encoded(t, l)))
		require.Equal(t, encoded(t, l), encoded(t, again))
	})
}

// TestLaw_PartsAreWrittenAsOne: books written part by part, as large ones are,
// have the bytes of those written in one go.
func TestLaw_PartsAreWrittenAsOne(t *testing.T) {
	t.Parallel()
	drawn := law.Drawn{}
	law.Check(t, func(t *rapid.T) {
		l := books(t, ledger.Options{Currency: "EUR", Rates: monthlyRates{}}, nil)
		customers := rapid.IntRange(1, 60).Draw(t, "customers")
		change := func(name string) ledger.Change {
			c := ledger.Change{
				At: base.Add(time.Duration(rapid.Int64Range(0, 1<<rapid.IntRange(1, 56).Draw(t, "spread")).Draw(t, "at"))), Item: rapid.SampledFrom([]string{"", "", "i", "j"}).Draw(t, "item"),
				Amount: decimal.New(rapid.Int64Range(0, 1<<rapid.IntRange(1, 62).Draw(t, "size")).Draw(t, "coef"), -rapid.Int32Range(0, 3).Draw(t, "places")),
				Cycle:  calendar.Cycle{Unit: rapid.SampledFrom([]calendar.Unit{calendar.UnitMonth, calendar.UnitYear, calendar.UnitWeek}).Draw(t, "cycle"), N: rapid.IntRange(1, 200).Draw(t, "n")},
			}
			switch rapid.IntRange(0, 5).Draw(t, "with") {
			case 0:
				drawn["a word of its own"]++
				c.Plan, c.Product = "plan of "+name, rapid.SampledFrom([]string{"", "crm", "product of " + name}).Draw(t, "product")
			case 1:
				c.Currency = "USD"
			case 2:
				n := rapid.IntRange(1, 40).Draw(t, "letters")
				c.ID = strings.Repeat("e", n) + name + rapid.StringMatching(`[0-9]{8}`).Draw(t, "id")
				if len(c.ID) < 16 {
					drawn["a short id"]++
				}
			}
			return c
		}
		for i := range customers {
			name := strconv.Itoa(i * 7919 % 101)
			for range rapid.IntRange(0, 4).Draw(t, "changes") {
				c := change(name)
				c.Customer = name
				_ = l.Append(c) // an id may be taken
			}
			if rapid.IntRange(0, 3).Draw(t, "told") > 0 {
				continue
			}
			h := ledger.History{Customer: name, Subscription: "told"}
			for k := range rapid.IntRange(1, 3).Draw(t, "versions") {
				v := ledger.Version{Recorded: base.AddDate(0, k, 0)}
				if rapid.Bool().Draw(t, "says") {
					v.Changes = append(v.Changes, change(name+"v"))
				} else {
					drawn["a version of nothing"]++
				}
				h.Versions = append(h.Versions, v)
			}
			_ = l.Rewrite(h)
		}
		l.Eager(1 << 30)
		want := encoded(t, l)
		l.Eager(1)
		require.Equal(t, want, encoded(t, l))
		again, err := ledger.New(l.Options())
		require.NoError(t, err)
		require.NoError(t, again.UnmarshalBinary(want))
		if l.Len() > 0 && len(slices.Collect(l.Histories())) > 0 {
			drawn["both"]++
		}
	}, drawn.Need("a word of its own", "a short id", "a version of nothing", "both"))
}
