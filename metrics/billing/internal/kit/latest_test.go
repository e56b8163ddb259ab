package kit_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/lifecycle-go/lifecycle/metrics/billing/importer"
	"github.com/lifecycle-go/lifecycle/metrics/billing/internal/kit"
)

func TestLatest(t *testing.T) {
	t.Parallel()
	type add struct {
		record, event string
		day, rank     int
		value         string
	}
	draft, open, paid, other := add{"in_1", "e1", 1, 0, "draft"}, add{"in_1", "e2", 2, 1, "open"}, add{"in_1", "e3", 2, 2, "paid"}, add{"in_0", "e4", 9, 0, "other"}
	for _, in := range [][]add{{draft, open, paid, other}, {other, paid, open, draft}, {paid, paid, draft, open, other}} {
		s := session(t, importer.Options{Limits: importer.Limits{Versions: 2}})
		l := kit.NewLatest[string](s, "invoices")
		for _, a := range in {
			require.NoError(t, l.Add(a.record, a.event, on(a.day), a.rank, a.value))
		}
		assert.Equal(t, []string{"other", "paid"}, slices.Collect(l.All()), "by id, of each the latest")
		assert.Equal(t, int64(len(in)-4), s.Progress().Repeats)
		require.ErrorIs(t, l.Add("in_9", "e9", on(1), 0, ""), importer.ErrLimit)
		for range l.All() {
			break
		}
	}
}

func TestRows(t *testing.T) {
	t.Parallel()
	keep := func(names []string) ([]string, error) { return names, nil }
	s := session(t, importer.Options{})
	in := "a,b\n1,2\n\n\"x\ny\",4\n5\n6,7\n"
	var got []string
	for row, err := range s.Rows(iotest.OneByteReader(strings.NewReader(in)), keep) {
		require.NoError(t, err)
		got = append(got, row.Name()+" "+string(row.Text("a"))+string(row.Text("b"))+string(row.Text("c")))
	}
	assert.Equal(t, []string{"line 2 12", "line 4 x\ny4", "line 7 67"}, got)
	require.Len(t, s.Findings(), 1)
	assert.Equal(t, "line 6", s.Findings()[0].Record)
	assert.Equal(t, "1 cells under 2 columns; the row is left out", s.Findings()[0].Message)
	assert.Equal(t, importer.Progress{Bytes: int64(len(in)), Records: 4, Findings: 1}, s.Progress())

	refused := errors.New("refused")
	for _, err := range s.Rows(strings.NewReader(in), func([]string) ([]string, error) { return nil, refused }) {
		require.ErrorIs(t, err, refused)
	}
	for _, err := range s.Rows(iotest.ErrReader(refused), keep) {
		require.ErrorIs(t, err, refused)
		require.EqualError(t, err, "test: record 1 (line 1, byte 0): read: refused")
	}
	n := 0
	for range s.Rows(strings.NewReader(in), keep) {
		n++
		break
	}
	assert.Equal(t, 1, n)
}

func TestTakeTaxOut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ amount, percent, net, tax string }{
		{"40", "15", "34.78", "5.22"}, // the invoice of dj-stripe's fixtures: 522 of 4000 cents
		{"20", "0", "20", "0"},
		{"0.01", "20", "0.01", "0"},
		{"10.15", "7.7", "9.42", "0.73"},
	} {
		amount, err := kit.ParseDecimal(c.amount)
		require.NoError(t, err)
		percent, err := kit.ParseDecimal(c.percent)
		require.NoError(t, err)
		net, tax := kit.TakeTaxOut(amount, percent, 2)
		assert.Equal(t, []string{c.net, c.tax}, []string{net.String(), tax.String()})
		assert.True(t, net.Add(tax).Equal(amount), "the parts sum to the whole")
	}
}
