package shard

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"testing"
	"time"

	"github.com/shopspring/decimal"

	"github.com/lifecycle-go/lifecycle/internal/pack"
	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Whatever bytes a block holds, reading it ends, and takes no more rows than
// there are bytes.
func FuzzRows_AnyBytes(f *testing.F) {
	at := time.Date(2026, time.January, 1, 0, 0, 0, 1, time.UTC)
	for _, kind := range []byte{blockChanges, blockEvents} {
		b := block{kind: kind}
		if kind == blockChanges {
			b.change(&ledger.Change{Customer: "a", Subscription: "s", At: at, Amount: decimal.New(-5, 40), Quantity: decimal.RequireFromString("123456789012345678901234567890"), Plan: "p", Recorded: at, Item: "i", Currency: "EUR", Alive: true, ID: "x", Cause: 1})
			b.change(&ledger.Change{Customer: "a", At: at})
		} else {
			b.event(&touchpoint.Event{Customer: "a", Name: "n", At: at, ID: "1", Cost: decimal.New(5, -1), Attrs: map[string]string{"k": "v"}})
		}
		var out bytes.Buffer
		if err := b.flush(&out); err != nil {
			f.Fatal(err)
		}
		f.Add(kind == blockChanges, out.Bytes()[blockHead:])
	}
	f.Fuzz(func(t *testing.T, changes bool, payload []byte) {
		n := 0
		r := rowsOf(payload)
		for ; r.left > 0 && !r.Bad; n++ {
			if changes {
				_ = r.change()
			} else {
				_ = r.event()
			}
		}
		if n > len(payload)+1 {
			t.Fatalf("%d rows of %d bytes", n, len(payload))
		}
		kind, back, _, err := readBlock(bytes.NewReader(payload), nil)
		if err != nil && !errors.Is(err, ErrFile) && !errors.Is(err, io.EOF) {
			t.Fatalf("kind %d, %d bytes: %v", kind, len(back), err)
		}
	})
}

// An exponent that no decimal has is a fault, and not another exponent.
func TestAmount_Ends(t *testing.T) {
	t.Parallel()
	for exp, ok := range map[int64]bool{0: true, -12: true, math.MaxInt32: true, math.MinInt32: true, math.MaxInt32 + 1: false, math.MinInt32 - 1: false, math.MaxInt64: false, math.MinInt64: false} {
		r := rows{Reader: pack.Reader{Left: binary.AppendVarint(binary.AppendVarint([]byte{amountWord}, exp), -7)}}
		got := r.amount()
		if r.Bad == ok {
			t.Fatalf("exponent %d: %v, bad: %v", exp, got, r.Bad)
		}
		if ok && (int64(got.Exponent()) != exp || got.CoefficientInt64() != -7 || len(r.Left) != 0) {
			t.Fatalf("exponent %d: %d of %d, %d bytes left", exp, got.CoefficientInt64(), got.Exponent(), len(r.Left))
		}
	}
	whole := binary.AppendVarint(binary.AppendVarint([]byte{amountWord}, -2), 1<<40)
	for n := range whole {
		r := rows{Reader: pack.Reader{Left: whole[:n:n]}}
		if r.amount(); !r.Bad {
			t.Fatalf("%d of %d bytes are taken", n, len(whole))
		}
	}
	r := rows{Reader: pack.Reader{Left: whole, Bad: true}}
	if got := r.amount(); !got.IsZero() {
		t.Fatalf("%v of what is bad already", got)
	}
	r = rows{Reader: pack.Reader{Left: []byte{99}}}
	if r.amount(); !r.Bad {
		t.Fatal("an unknown kind of amount")
	}
}
