package shard

import (
	"bytes"
	"fmt"
	"iter"

	"github.com/lifecycle-go/lifecycle/metrics/ledger"
	"github.com/lifecycle-go/lifecycle/touchpoint"
)

// Blocks are rows as bytes, in the form of a shard's file, for rows that travel
// without one: through a queue, or an engine that knows bytes only. What
// [AppendChanges] and [AppendEvents] made may be joined in any order.
type Blocks []byte

// AppendChanges appends changes to what dst holds. A change that no file can
// hold is refused, and dst given back as it was.
func AppendChanges(dst []byte, changes ...ledger.Change) ([]byte, error) {
	return appendRows(dst, changes, blockChanges, checkChange, (*block).change)
}

// AppendEvents appends events, likewise.
func AppendEvents(dst []byte, events ...touchpoint.Event) ([]byte, error) {
	return appendRows(dst, events, blockEvents, checkEvent, (*block).event)
}

func appendRows[T any](dst []byte, list []T, kind byte, check func(*T, int64) error, add func(*block, *T)) ([]byte, error) {
	out := bytes.NewBuffer(dst)
	b := block{kind: kind}
	for i := range list {
		if err := check(&list[i], int64(i+1)); err != nil {
			return dst, err
		}
		add(&b, &list[i])
		if i == len(list)-1 || len(b.body)+len(b.texts) >= blockBytes {
			if err := b.flush(out); err != nil {
				return dst, err
			}
		}
	}
	return out.Bytes(), nil
}

// Changes yields the changes, in the order in which they were appended. Bytes
// that are not blocks end with ErrFile.
func (b Blocks) Changes() iter.Seq2[ledger.Change, error] {
	return inMemory(b, blockChanges, (*rows).change)
}

// Events yields the events, likewise.
func (b Blocks) Events() iter.Seq2[touchpoint.Event, error] {
	return inMemory(b, blockEvents, (*rows).event)
}

func inMemory[T any](b Blocks, kind byte, row func(*rows) T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		none := func(*T) error { return nil }
		if _, _, _, err := readRows(bytes.NewReader(b), kind, row, none, yield); err != nil {
			var t T
			yield(t, fmt.Errorf("shard: blocks: %w", err))
		}
	}
}
